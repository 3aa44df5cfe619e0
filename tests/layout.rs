//! Checks that every struct, constant and callback type of `src/capi/abi.rs` is the same in Rust
//! and in C. The crate ctest generates a program in both languages that compares them. This test
//! compiles and runs that program.
#![cfg(all(
    feature = "std",
    unix,
    not(any(target_arch = "mips", target_arch = "s390x"))
))]

use std::path::Path;
use std::process::Command;

#[test]
fn rust_and_c_agree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = tempfile::tempdir().unwrap();
    let abi = root.join("src/capi/abi.rs");
    let target = env!("CSO_TARGET");

    ctest::TestGenerator::new()
        .header("cso.h")
        .include(root.join("include"))
        .target(target)
        .out_dir(dir.path())
        .edition(2021)
        .generate_files(&abi, "layout")
        .unwrap();

    cc::Build::new()
        .file(dir.path().join("layout.c"))
        .include(root.join("include"))
        .host(target)
        .target(target)
        .opt_level(0)
        .cargo_metadata(false)
        .out_dir(dir.path())
        .compile("layout");

    let program = dir.path().join("program.rs");
    let source = format!(
        "#[path = {abi:?}]\nmod abi;\nuse abi::*;\ninclude!({:?});\n",
        dir.path().join("layout.rs")
    );
    std::fs::write(&program, source).unwrap();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    run(Command::new(rustc)
        .args([
            "--edition",
            "2021",
            "--cap-lints",
            "allow",
            "-lstatic=layout",
            "-L",
        ])
        .arg(dir.path())
        .arg("-o")
        .arg(dir.path().join("program"))
        .arg(&program));
    let report = run(&mut Command::new(dir.path().join("program")));
    assert!(report.contains("PASSED"), "{report}");
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{command:?}: {text}");
    text
}
