//! Checks that `include/cso.h` equals the output of cbindgen for `src/capi`, byte for byte.
//!
//! `CSO_BLESS=1 cargo test --test header` writes the header.
#![cfg(not(any(target_arch = "mips", target_arch = "s390x")))]

use std::fs;
use std::path::Path;

/// Source files in the order in which their functions appear in the header.
const SOURCES: [&str; 15] = [
    "abi",
    "open_file",
    "read",
    "info",
    "close",
    "handle",
    "error",
    "status",
    "open_descriptor",
    "open",
    "precache",
    "verify",
    "compress",
    "decompress",
    "version",
];

fn generate() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut config = cbindgen::Config::from_file(root.join("cbindgen.toml")).unwrap();
    config.after_includes = Some(preamble());
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in SOURCES {
        builder = builder.with_src(root.join(format!("src/capi/{source}.rs")));
    }
    let mut header = Vec::new();
    builder.generate().unwrap().write(&mut header);
    String::from_utf8(header).unwrap()
}

/// Returns the constants that are computed from the version of the crate.
fn preamble() -> String {
    let major = env!("CARGO_PKG_VERSION_MAJOR");
    let minor = env!("CARGO_PKG_VERSION_MINOR");
    let patch = env!("CARGO_PKG_VERSION_PATCH");
    let whole = env!("CARGO_PKG_VERSION");
    format!(
        r#"
#ifndef CSO_FREESTANDING
/** Defined unless CSO_FREESTANDING is. Functions for files, conversion and checks are declared. */
#define CSO_HOSTED 1
#ifndef _WIN32
/** Defined if the library has cso_open_fd(). */
#define CSO_POSIX 1
#endif
#endif

/** Version of this header. cso_version() returns the version of the library. */
#define CSO_VERSION_MAJOR {major}
#define CSO_VERSION_MINOR {minor}
#define CSO_VERSION_PATCH {patch}
#define CSO_VERSION_STRING "{whole}"

/** Version of this header as one number: major << 24 | minor << 12 | patch. */
#define CSO_VERSION \
    ((uint32_t)CSO_VERSION_MAJOR << 24 | (uint32_t)CSO_VERSION_MINOR << 12 | CSO_VERSION_PATCH)
"#
    )
}

#[test]
fn the_header_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/cso.h");
    let fresh = generate();
    if std::env::var_os("CSO_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &fresh).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == fresh,
        "include/cso.h is out of date: run `CSO_BLESS=1 cargo test --test header`"
    );
}

/// Source file whose functions only tests call.
const NOT_IN_THE_HEADER: &str = "fault";

/// Checks that each source file with a C function is in `SOURCES`.
#[test]
fn no_source_is_left_out() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/capi");
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        // A folder holds the unit tests.
        if path.is_dir() {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap();
        if name != NOT_IN_THE_HEADER && fs::read_to_string(&path).unwrap().contains("#[no_mangle]")
        {
            assert!(SOURCES.contains(&name), "{name}");
        }
    }
}
