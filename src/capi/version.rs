//! Functions of the C API that return the version of the library, which is the version in
//! `Cargo.toml`.

use core::ffi::c_char;

/// Converts one part of the version, such as the minor version, to a number. `digits` contains the
/// decimal digits of this part.
const fn number(digits: &str) -> u32 {
    match u32::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => panic!("the version has a number that is not decimal"),
    }
}

const VERSION: u32 = number(env!("CARGO_PKG_VERSION_MAJOR")) << 24
    | number(env!("CARGO_PKG_VERSION_MINOR")) << 12
    | number(env!("CARGO_PKG_VERSION_PATCH"));

/// Returns the version of the library as one number: major << 24 | minor << 12 | patch. CSO_VERSION
/// is the version of this header in the same form.
#[no_mangle]
pub extern "C" fn cso_version() -> u32 {
    VERSION
}

/// Returns the version of the library as text, for example "0.1.0". The string is constant.
#[no_mangle]
pub extern "C" fn cso_version_string() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
