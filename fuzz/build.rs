//! Asks the decoder that a target takes in by its path for what tests have as well.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(differential)");
    println!("cargo::rustc-cfg=differential");
    // What is taken in by its path asks for the library's features.
    println!("cargo::rustc-check-cfg=cfg(feature, values(\"std\"))");
    println!("cargo::rerun-if-changed=build.rs");
}
