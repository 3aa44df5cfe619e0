//! Sets the cfg `differential`. The fuzz targets include modules of the library by path. The cfg
//! adds comparisons with other decoders to these modules.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(differential)");
    println!("cargo::rustc-cfg=differential");
    // The included modules check the library's features.
    println!("cargo::rustc-check-cfg=cfg(feature, values(\"std\"))");
    println!("cargo::rerun-if-changed=build.rs");
}
