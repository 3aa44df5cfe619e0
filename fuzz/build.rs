//! Asks the decoder that a target takes in by its path for what tests have as well.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(differential)");
    println!("cargo::rustc-cfg=differential");
    println!("cargo::rerun-if-changed=build.rs");
}
