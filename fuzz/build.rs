//! Sets `differential`, which adds the comparisons with other decoders to the library's modules
//! that the fuzz targets include by path.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(differential)");
    println!("cargo::rustc-cfg=differential");
    // The included modules check the library's features.
    println!("cargo::rustc-check-cfg=cfg(feature, values(\"std\"))");
    println!("cargo::rerun-if-changed=build.rs");
}
