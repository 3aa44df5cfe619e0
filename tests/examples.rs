//! Builds each C program of `examples` with the static library of the current build, and checks its
//! output and the files that it writes.
#![cfg(all(feature = "std", unix))]

#[path = "support/c.rs"]
mod c;

use c::{built, compiler, expect_success, root, static_libraries, with_runner};
use cso::{CompressOptions, Format};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

/// A compiled example and a directory to run it in.
struct Example {
    program: PathBuf,
    /// Directory of the program.
    _bin: TempDir,
    dir: TempDir,
}

impl Example {
    fn build(name: &str) -> Self {
        let bin = tempfile::tempdir().unwrap();
        let program = bin.path().join(name);
        expect_success(
            compiler(false)
                .to_command()
                .args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"])
                .arg("-I")
                .arg(root().join("include"))
                .arg(root().join("examples").join(name).with_extension("c"))
                .arg(built("libcso.a"))
                .args(static_libraries())
                .arg("-o")
                .arg(&program),
        );
        Example {
            program,
            _bin: bin,
            dir: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.dir.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn output(&self, args: &[&str]) -> Output {
        with_runner(&self.program)
            .args(args)
            .current_dir(self.dir.path())
            .output()
            .unwrap()
    }

    /// Runs the example, which must succeed. Returns its standard output.
    #[track_caller]
    fn ok(&self, args: &[&str]) -> String {
        let output = self.output(args);
        let (out, err) = texts(&output);
        assert!(output.status.success(), "{args:?}: {out}{err}");
        out
    }

    /// Runs the example, which must fail with this exit code. Returns its standard error.
    #[track_caller]
    fn fails(&self, code: i32, args: &[&str]) -> String {
        let output = self.output(args);
        let (out, err) = texts(&output);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {out}{err}");
        err
    }
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

/// Returns an uncompressed image in which all sectors differ.
fn disc(sectors: u32) -> Vec<u8> {
    let mut disc: Vec<u8> = (0..sectors)
        .flat_map(|sector| {
            (0..512).flat_map(move |i: u32| {
                let noise = (sector * 512 + i).wrapping_mul(2_654_435_761);
                if sector % 2 == 0 { sector } else { noise }.to_le_bytes()
            })
        })
        .collect();
    disc[0x8001..0x8006].copy_from_slice(b"CD001");
    disc
}

fn compress(disc: &Path, output: &Path, format: Format) {
    let options = CompressOptions::new(format);
    cso::compress_file(disc, output, &options, &mut |_| ControlFlow::Continue(())).unwrap();
}

#[test]
fn cso_info_prints_the_format_and_the_sizes() {
    let example = Example::build("cso_info");
    fs::write(example.path("game.iso"), disc(100)).unwrap();
    compress(
        &example.path("game.iso"),
        &example.path("game.zso"),
        Format::Zso,
    );
    let text = example.ok(&["game.iso", "game.zso"]);
    let (iso, zso) = text.split_once("game.zso\n").unwrap();
    assert!(iso.contains("  format      ISO\n"), "{text}");
    assert!(zso.contains("  format      ZSO\n"), "{text}");
    assert!(zso.contains("204800 bytes, 100 sectors\n"), "{text}");
    assert!(zso.contains("100 of 2048 bytes\n"), "{text}");

    fs::write(example.path("cut.zso"), &example.read("game.zso")[..5000]).unwrap();
    let complaint = example.fails(1, &["missing.iso", "cut.zso", "game.iso"]);
    assert_eq!(
        complaint,
        "missing.iso: no such file or directory (os error 2)\n\
         cut.zso: at byte 5000: the file is truncated\n"
    );
    example.fails(2, &[]);
}

#[test]
fn copy_sectors_copies_the_requested_sectors() {
    let example = Example::build("copy_sectors");
    let disc = disc(300);
    fs::write(example.path("game.iso"), &disc).unwrap();
    compress(
        &example.path("game.iso"),
        &example.path("game.cso"),
        Format::CsoV1,
    );
    for (first, count) in [(16, 1), (0, 300), (99, 130), (0, 0)] {
        example.ok(&["game.cso", &first.to_string(), &count.to_string(), "part"]);
        assert!(example.read("part") == disc[first * 2048..][..count * 2048]);
        fs::remove_file(example.path("part")).unwrap();
    }

    let before = example.names();
    let complaint = example.fails(1, &["game.cso", "299", "2", "part"]);
    assert!(
        complaint.starts_with("game.cso: the range lies past the end"),
        "{complaint}"
    );
    let complaint = example.fails(1, &["game.iso", "0", "1", "game.iso"]);
    assert_eq!(complaint, "game.iso: exists already\n");
    for wrong in ["-1", "1x", "", "4294967296"] {
        example.fails(2, &["game.cso", wrong, "1", "part"]);
    }
    assert_eq!(example.names(), before);
    assert!(example.read("game.iso") == disc);
}

#[test]
fn convert_chooses_the_format_by_the_name_of_the_output() {
    let example = Example::build("convert");
    let disc = disc(200);
    fs::write(example.path("game.iso"), &disc).unwrap();
    for (name, magic) in [("a.cso", b"CISO"), ("b.zso", b"ZISO"), ("c.dax", b"DAX\0")] {
        let text = example.ok(&["game.iso", name]);
        let file = example.read(name);
        assert_eq!(file[..4], *magic);
        let expected = format!(
            "{name}: 409600 bytes of image in {} bytes of file\n",
            file.len()
        );
        assert_eq!(text, expected);
        example.ok(&[name, "back.iso"]);
        assert!(example.read("back.iso") == disc, "{name}");
        let complaint = example.fails(1, &[name, "back.iso"]);
        let expected = format!("\n{name} to back.iso: output: the output already exists\n");
        assert_eq!(complaint, expected);
        fs::remove_file(example.path("back.iso")).unwrap();
    }
    example.fails(2, &["game.iso", "game.rar"]);
    example.fails(2, &["game.iso"]);
}

#[test]
fn convert_shows_its_progress() {
    let example = Example::build("convert");
    fs::write(example.path("game.iso"), disc(200)).unwrap();
    let (_, progress) = texts(&example.output(&["game.iso", "game.cso"]));
    assert!(progress.ends_with("\rgame.iso: 100 %\n"), "{progress}");
}

#[test]
fn roundtrip_compares_all_sectors_and_deletes_its_file() {
    let example = Example::build("roundtrip");
    let text = example.ok(&[]);
    let (sizes, verdict) = text.split_once('\n').unwrap();
    assert!(sizes.starts_with("compressed 1228800 bytes to "), "{text}");
    assert_eq!(verdict, "all 600 sectors agree\n");
    assert_eq!(example.names(), [] as [&str; 0]);
}

#[test]
fn roundtrip_reads_a_given_image() {
    let example = Example::build("roundtrip");
    let disc = disc(130);
    fs::write(example.path("game.iso"), &disc).unwrap();
    let text = example.ok(&["game.iso"]);
    assert!(text.ends_with("all 130 sectors agree\n"), "{text}");
    assert_eq!(example.names(), ["game.iso"]);
    assert!(example.read("game.iso") == disc);

    fs::write(example.path("notes.txt"), "no disc").unwrap();
    let complaint = example.fails(1, &["notes.txt"]);
    assert!(
        complaint.starts_with("notes.txt to roundtrip.tmp.cso: this is not a disc image"),
        "{complaint}"
    );
    assert_eq!(example.names(), ["game.iso", "notes.txt"]);
}

/// The tests above run all examples.
#[test]
fn every_example_is_run() {
    let mut names: Vec<String> = fs::read_dir(root().join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "c"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["convert", "copy_sectors", "cso_info", "roundtrip"]);
}
