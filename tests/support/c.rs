//! C programs: the compiler, the libraries that this very build made, and running what comes out.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program, behind the runner if there is one.
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

/// A library that cargo made for this test. Those one directory up may be older.
pub fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let library = test.parent().unwrap().join(name);
    assert!(library.is_file(), "{} is not there", library.display());
    library
}

/// What a program needs beside the static library: the header's own words.
pub fn static_libraries() -> Vec<String> {
    let header = std::fs::read_to_string(root().join("include/cso.h")).unwrap();
    let line = header.lines().find(|line| line.contains("libcso.a -l"));
    line.expect("the header tells how to link")
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
