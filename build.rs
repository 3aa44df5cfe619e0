//! Names the shared library's version, and compiles the C tests.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    choose_rt();
    set_soname();
    compile_c_tests();
}

/// Sets the cfg `cso_rt` where the library must bring what std brings elsewhere.
fn choose_rt() {
    println!("cargo:rustc-check-cfg=cfg(cso_rt)");
    let os = env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    let wanted = env::var_os("CARGO_FEATURE_FREESTANDING").is_some();
    if wanted && ["none", "psp"].contains(&os.as_str()) {
        println!("cargo:rustc-cfg=cso_rt");
    }
}

/// Gives the shared library the SONAME that `cargo cinstall` would give it, so that a program
/// linked with either finds both.
fn set_soname() {
    const ELF: [&str; 7] = [
        "linux",
        "freebsd",
        "dragonfly",
        "netbsd",
        "openbsd",
        "haiku",
        "illumos",
    ];
    if !ELF.contains(&var("CARGO_CFG_TARGET_OS").as_str()) {
        return;
    }
    let soname = soname();
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,{soname}");
    println!("cargo:rustc-env=CSO_SONAME={soname}");
}

/// Versions that promise to be compatible share a name: 1.x all do, 0.1.x do.
fn soname() -> String {
    let (major, minor, patch) = (
        var("CARGO_PKG_VERSION_MAJOR"),
        var("CARGO_PKG_VERSION_MINOR"),
        var("CARGO_PKG_VERSION_PATCH"),
    );
    match (major.as_str(), minor.as_str()) {
        ("0", "0") => format!("libcso.so.0.0.{patch}"),
        ("0", minor) => format!("libcso.so.0.{minor}"),
        (major, _) => format!("libcso.so.{major}"),
    }
}

/// Compiles each program of `c_tests` to an object, which `tests/c_programs.rs` links and runs.
///
/// Only where the sources are, which a published crate does not have, and not in a checkout that
/// cargo made for a program that depends on this crate. They want a POSIX system.
fn compile_c_tests() {
    let root = PathBuf::from(var("CARGO_MANIFEST_DIR"));
    let sources = root.join("c_tests");
    let ours = sources.is_dir() && !root.join(".cargo-ok").exists();
    let runs_here = var("HOST") == var("TARGET") && env::var_os("CARGO_CFG_UNIX").is_some();
    println!("cargo:rustc-env=CSO_TARGET={}", var("TARGET"));
    println!("cargo:rerun-if-env-changed=CSO_BLESS");
    // A header that is about to be written anew need not fit the programs yet.
    let blessing = env::var_os("CSO_BLESS").is_some();
    let hosted = env::var_os("CARGO_FEATURE_STD").is_some();
    if !ours || !runs_here || !hosted || blessing {
        return;
    }
    println!("cargo:rerun-if-changed=c_tests");
    println!("cargo:rerun-if-changed=include/cso.h");
    let objects = PathBuf::from(var("OUT_DIR")).join("c_tests");
    fs::create_dir_all(&objects).expect("OUT_DIR can be written");
    for entry in fs::read_dir(&sources).expect("c_tests can be read") {
        let source = entry.expect("c_tests can be read").path();
        if source.extension().is_some_and(|e| e == "c") {
            compile(&root, &source, &objects);
        }
    }
    println!("cargo:rustc-env=CSO_C_OBJECTS={}", objects.display());
}

fn compile(root: &Path, source: &Path, objects: &Path) {
    let mut build = cc::Build::new();
    // Only such a library has defects on demand.
    if env::var_os("CARGO_CFG_DEBUG_ASSERTIONS").is_some() {
        build.define("CSO_TEST_FAULTS", None);
    }
    let made = build
        .file(source)
        .include(root.join("include"))
        .std("c99")
        .warnings(true)
        .extra_warnings(true)
        .flag_if_supported("-Wpedantic")
        .flag_if_supported("-Wshadow")
        .flag_if_supported("-Wstrict-prototypes")
        .warnings_into_errors(true)
        .compile_intermediates();
    let name = source.file_stem().expect("a file has a name");
    let object = objects.join(name).with_extension("o");
    fs::copy(&made[0], object).expect("OUT_DIR can be written");
}

fn var(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo sets {name}"))
}
