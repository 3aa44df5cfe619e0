//! Makes a JISO image for the tests on a PSP, for the library reads these but does not write them:
//!
//!     psp_jiso lzo|deflate ISO OUT

#[path = "../support/mod.rs"]
mod support;

use support::jiso::Jiso;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, method, iso, out] = &args[..] else {
        panic!("usage: psp_jiso lzo|deflate ISO OUT");
    };
    assert!(["lzo", "deflate"].contains(&method.as_str()), "{method}");
    let image = std::fs::read(iso).expect("the ISO can be read");
    let jiso = Jiso::new(2048, method == "lzo").build("for a PSP", &image);
    std::fs::write(out, jiso.file).expect("the image can be written");
}
