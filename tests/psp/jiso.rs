//! Writes a JISO image for the tests on the PSP, because the library only reads this format:
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
    let image = std::fs::read(iso).expect("the ISO cannot be read");
    let jiso = Jiso::new(2048, method == "lzo").build("for a PSP", &image);
    std::fs::write(out, jiso.file).expect("the image cannot be written");
}
