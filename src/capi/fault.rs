//! Defects on demand, for the C tests of a build with debug assertions. No header has it, and no
//! release.

/// Makes the defect with this number (see `crate::fault::Fault`) strike once.
#[no_mangle]
pub extern "C" fn cso_test_fault(number: u32) {
    crate::fault::arm(number);
}
