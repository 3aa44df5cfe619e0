//! Compiles C programs, links them with the libraries of the current build, and runs them.
#![allow(dead_code)] // each test uses a part

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Returns the command that runs a program, with the runner in `CSO_C_TEST_RUNNER` if that is set.
pub fn with_runner(program: &Path) -> Command {
    let runner = std::env::var("CSO_C_TEST_RUNNER").unwrap_or_default();
    let mut words = runner.split_whitespace();
    match words.next() {
        Some(first) => {
            let mut command = Command::new(first);
            command.args(words).arg(program);
            command
        }
        None => Command::new(program),
    }
}

pub fn expect_success(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Returns the path of a library that cargo built for this test. The copies one directory up may be
/// older.
pub fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let library = test.parent().unwrap().join(name);
    assert!(library.is_file(), "{} does not exist", library.display());
    library
}

/// Returns the path of the shared library that cargo built for this test.
pub fn built_shared() -> PathBuf {
    built(&format!("libcso{}", std::env::consts::DLL_SUFFIX))
}

/// Returns the linker options that the header lists for the static library.
pub fn static_libraries() -> Vec<String> {
    let header = std::fs::read_to_string(root().join("include/cso.h")).unwrap();
    let line = header.lines().find(|line| line.contains("libcso.a -l"));
    line.expect("the header lists the linker options")
        .split_whitespace()
        .filter(|word| word.starts_with("-l"))
        .map(str::to_owned)
        .collect()
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn compiler(cpp: bool) -> cc::Tool {
    cc::Build::new()
        .host(env!("CSO_TARGET"))
        .target(env!("CSO_TARGET"))
        .opt_level(0)
        .cargo_metadata(false)
        .cpp(cpp)
        .get_compiler()
}
