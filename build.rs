//! Sets the cfg `cso_rt`, gives the shared library its SONAME, and compiles the C tests.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=CSO_TARGET={}", var("TARGET"));
    set_cso_rt();
    set_soname();
    if has_c_tests() {
        compile_c_tests();
    }
}

/// Sets the cfg `cso_rt` if the library must contain a panic handler and an allocator: for C
/// programs on a machine without std.
fn set_cso_rt() {
    println!("cargo:rustc-check-cfg=cfg(cso_rt)");
    let os = var("CARGO_CFG_TARGET_OS");
    if has_var("CARGO_FEATURE_FREESTANDING") && ["none", "psp"].contains(&os.as_str()) {
        println!("cargo:rustc-cfg=cso_rt");
    }
}

/// Gives the shared library of `cargo build` its file name as the SONAME, so that a program that is
/// linked with it finds it in the build folder. Without a SONAME, CMake would record the library's
/// path in the program.
fn set_soname() {
    // cargo-c requires the feature `capi`, and sets a SONAME with the compatible version. A SONAME
    // that a build script sets would replace it.
    if has_var("CARGO_FEATURE_CAPI") {
        return;
    }
    let elf_systems = [
        "android",
        "dragonfly",
        "freebsd",
        "haiku",
        "hurd",
        "illumos",
        "linux",
        "netbsd",
        "openbsd",
    ];
    if elf_systems.contains(&var("CARGO_CFG_TARGET_OS").as_str()) {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libcso.so");
    }
}

/// Returns whether this build compiles the C tests. They require a POSIX system, the sources in
/// `c_tests/` and a library with files.
fn has_c_tests() -> bool {
    println!("cargo:rerun-if-env-changed=CSO_BLESS");
    let root = PathBuf::from(var("CARGO_MANIFEST_DIR"));
    // A published crate has no `c_tests/`. Cargo creates `.cargo-ok` in a checkout that it makes
    // for `cargo install --git`.
    let is_own_checkout = root.join("c_tests").is_dir() && !root.join(".cargo-ok").exists();
    // Cargo sets this variable when it compiles the build script of a package that was selected on
    // the command line. It does not set it for the dependencies of such a package.
    let is_selected_package = option_env!("CARGO_PRIMARY_PACKAGE").is_some();
    let is_dev_profile = var("PROFILE") == "debug";
    let is_posix_host = var("HOST") == var("TARGET") && has_var("CARGO_CFG_UNIX");
    let has_files = has_var("CARGO_FEATURE_STD");
    // CMakeLists.txt and meson.build set this variable, because they build for other projects.
    println!("cargo:rerun-if-env-changed=CSO_SKIP_C_TESTS");
    let is_skipped = has_var("CSO_SKIP_C_TESTS");
    // With `CSO_BLESS`, a test generates the header. The C tests may not compile with the old one.
    is_own_checkout
        && is_selected_package
        && is_dev_profile
        && is_posix_host
        && has_files
        && !is_skipped
        && !has_var("CSO_BLESS")
}

/// Compiles each program of `c_tests/` to an object, which `tests/c_programs.rs` links and runs. A
/// warning of the compiler is an error if the environment variable `CSO_DENY_C_WARNINGS` is set.
fn compile_c_tests() {
    println!("cargo:rerun-if-changed=c_tests");
    println!("cargo:rerun-if-changed=include/cso.h");
    println!("cargo:rerun-if-env-changed=CSO_DENY_C_WARNINGS");
    let objects = PathBuf::from(var("OUT_DIR")).join("c_tests");
    fs::create_dir_all(&objects).expect("OUT_DIR is writable");
    for entry in fs::read_dir("c_tests").expect("c_tests is readable") {
        let source = entry.expect("c_tests is readable").path();
        if source.extension().is_some_and(|extension| extension == "c") {
            compile(&source, &objects);
        }
    }
    println!("cargo:rustc-env=CSO_C_OBJECTS={}", objects.display());
}

fn compile(source: &Path, objects: &Path) {
    let mut build = cc::Build::new();
    // The same condition as in src/fault.rs: only such builds have faults.
    if has_var("CARGO_FEATURE_TEST_FAULTS") && has_var("CARGO_CFG_DEBUG_ASSERTIONS") {
        build.define("CSO_TEST_FAULTS", None);
    }
    let compiled = build
        .file(source)
        .include("include")
        .std("c99")
        .warnings(true)
        .extra_warnings(true)
        .flag_if_supported("-Wpedantic")
        .flag_if_supported("-Wshadow")
        .flag_if_supported("-Wstrict-prototypes")
        .warnings_into_errors(has_var("CSO_DENY_C_WARNINGS"))
        .compile_intermediates();
    let name = source.file_stem().expect("a source has a name");
    let object = objects.join(name).with_extension("o");
    fs::copy(&compiled[0], object).expect("OUT_DIR is writable");
}

fn var(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo did not set {name}"))
}

fn has_var(name: &str) -> bool {
    env::var_os(name).is_some()
}
