//! The function by which the C tests request a fault. It is not in the header.

/// Requests that the fault with this number occurs once. The numbers are those of
/// `crate::fault::Fault`.
#[no_mangle]
pub extern "C" fn cso_test_fault(number: u32) {
    crate::fault::request(number);
}
