//! Links each C program of `c_tests` with the static and the shared library of the current build,
//! and runs it. Compiles the header in every language standard.
//!
//! The environment variable `CSO_C_TEST_RUNNER` holds a command that runs each program, for example
//! `valgrind -q --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite
//! --error-exitcode=1`. Only definite leaks are errors, because valgrind reports the memory that
//! Rust keeps for each thread until the process ends as possibly lost.
#![cfg(all(feature = "std", unix))]

#[path = "support/c.rs"]
mod c;

use c::{built, built_shared, compiler, expect_success, root, static_libraries, with_runner};
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

/// Directory of the objects that build.rs compiled. It compiles none in a release build, and none
/// while the header is being generated.
const OBJECTS: Option<&str> = option_env!("CSO_C_OBJECTS");

macro_rules! programs {
    ($($name:ident)*) => {
        $(
            mod $name {
                #[test]
                fn with_the_static_library() {
                    super::run(stringify!($name), super::Library::Static);
                }

                #[test]
                fn with_the_shared_library() {
                    super::run(stringify!($name), super::Library::Shared);
                }
            }
        )*

        const PROGRAMS: &[&str] = &[$(stringify!($name)),*];
    };
}

programs! {
    compress
    decompress
    descriptors
    errors
    memory
    nulls
    options
    precache
    read
    signatures
    sinks
    sources
    threads
    tour
    verify
    version
}

#[derive(Clone, Copy)]
enum Library {
    Static,
    Shared,
}

fn run(program: &str, library: Library) {
    let dir = tempfile::tempdir().unwrap();
    let executable = dir.path().join(program);
    let mut link = compiler(false).to_command();
    match OBJECTS {
        Some(objects) => link.arg(Path::new(objects).join(program).with_extension("o")),
        None => link.args(compilation(program)),
    };
    link.arg("-o").arg(&executable).arg("-pthread");
    // The folder of the libraries that cargo built for this test. The search path that cargo sets
    // for tests begins with another folder, whose library may be older.
    let shared = built_shared();
    let folder = shared.parent().unwrap();
    match library {
        Library::Static => link.arg(built("libcso.a")).args(static_libraries()),
        Library::Shared => link.arg("-L").arg(folder).arg("-lcso"),
    };
    expect_success(&mut link);
    expect_success(
        with_runner(&executable)
            .arg(dir.path())
            .env("LD_LIBRARY_PATH", folder)
            .env("DYLD_LIBRARY_PATH", folder),
    );
}

/// Returns the arguments by which the compiler compiles a program for this build of the library.
fn compilation(program: &str) -> Vec<OsString> {
    let source = root().join("c_tests").join(program).with_extension("c");
    let mut arguments = vec![
        "-std=c99".into(),
        "-I".into(),
        root().join("include").into(),
    ];
    if cfg!(all(feature = "test-faults", debug_assertions)) {
        arguments.push("-DCSO_TEST_FAULTS".into());
    }
    arguments.push(source.into());
    arguments
}

#[test]
fn every_program_is_run() {
    let mut found: Vec<String> = std::fs::read_dir(root().join("c_tests"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension() == Some(OsStr::new("c")))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    found.sort();
    assert_eq!(found, PROGRAMS);
}

/// The header compiles without other headers in C and C++, hosted and freestanding, without
/// warnings.
#[test]
fn the_header_compiles_in_every_standard() {
    let required = [
        (false, "c99"),
        (false, "c11"),
        (true, "c++11"),
        (true, "c++17"),
    ];
    for (cpp, standard) in required {
        if !cpp || has_cpp() {
            assert!(
                supports(cpp, standard),
                "the compiler does not support {standard}"
            );
        }
    }
    let others = [
        (false, "c17"),
        (false, "c2x"),
        (false, "c23"),
        (true, "c++14"),
        (true, "c++20"),
        (true, "c++23"),
    ];
    for (cpp, standard) in required.into_iter().chain(others) {
        if supports(cpp, standard) {
            let include = root().join("include");
            let include = include.to_str().unwrap();
            expect_success(&mut check(
                cpp,
                standard,
                &["-I", include],
                "#include <cso.h>\n",
            ));
            let freestanding = ["-DCSO_FREESTANDING", "-ffreestanding", "-I", include];
            expect_success(&mut check(
                cpp,
                standard,
                &freestanding,
                "#include <cso.h>\n",
            ));
        }
    }
}

/// Returns whether a C++ compiler is installed, which the C library does not require.
fn has_cpp() -> bool {
    let found = compiler(true).to_command().arg("--version").output();
    found.is_ok_and(|output| output.status.success())
}

fn supports(cpp: bool, standard: &str) -> bool {
    let output = check(cpp, standard, &[], "int defined_here;\n").output();
    output.is_ok_and(|output| output.status.success())
}

fn check(cpp: bool, standard: &str, flags: &[&str], code: &str) -> Command {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let name = format!(
        "header-{standard}-{}.{}",
        flags.len(),
        if cpp { "cpp" } else { "c" }
    );
    let file = dir.join(name);
    std::fs::write(&file, code).unwrap();
    let mut command = compiler(cpp).to_command();
    command
        .arg(format!("-std={standard}"))
        .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"])
        .args(flags)
        .arg(file);
    command
}
