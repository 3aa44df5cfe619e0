//! A function with which the C tests make the library fail on purpose. It exists only in builds for
//! tests, and the C header does not declare it.

/// Requests that the fault with this number occurs once. The numbers are those of
/// `crate::fault::Fault`.
#[no_mangle]
pub extern "C" fn cso_test_fault(number: u32) {
    crate::fault::request(number);
}
