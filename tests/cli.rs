//! Runs the command-line tool and checks its output, exit codes and files.

#![cfg(feature = "cli")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A directory to run the tool in.
struct Folder(TempDir);

/// The exit code and the outputs of a run.
struct Run {
    code: Option<i32>,
    /// Standard output.
    out: String,
    /// Standard error.
    err: String,
}

impl Folder {
    fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// Returns the names of all files, sorted.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Returns the tool without arguments, to be run in this directory.
    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cso"));
        command.current_dir(self.0.path());
        command
    }

    /// Runs the tool with arguments that are separated by spaces.
    fn run(&self, args: &str) -> Run {
        let args: Vec<&OsStr> = args.split(' ').map(OsStr::new).collect();
        self.run_with(&args)
    }

    fn run_with(&self, args: &[&OsStr]) -> Run {
        let output = self.command().args(args).output().unwrap();
        Run {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs the tool, which must succeed.
    #[track_caller]
    fn ok(&self, args: &str) -> Run {
        let run = self.run(args);
        assert_eq!(run.code, Some(0), "{args}: {}", run.err);
        run
    }

    /// Runs the tool, which must fail with exit code `code`.
    #[track_caller]
    fn fails(&self, code: i32, args: &str) -> Run {
        let run = self.run(args);
        assert_eq!(run.code, Some(code), "{args}: {}{}", run.out, run.err);
        run
    }

    /// Returns what `cso info --json` prints about a file.
    fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.ok(&format!("info --json {name}")).out).unwrap()
    }
}

/// Returns a plain image of zeros, text and noise, in which all sectors differ.
fn disc(sectors: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut disc = Vec::new();
    for sector in 0..sectors {
        for i in 0..2048 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            disc.push(match (sector / 4 % 4, i) {
                (_, 0..8) => (sector as u64).to_le_bytes()[i],
                (0, _) => 0,
                (1, _) => b"all the sectors of the disc "[i % 28],
                (2, _) => (state >> 62) as u8,
                _ => (state >> 56) as u8,
            });
        }
    }
    if let Some(mark) = disc.get_mut(0x8001..0x8006) {
        mark.copy_from_slice(b"CD001");
    }
    disc
}

fn u32_at(file: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(file[at..at + 4].try_into().unwrap())
}

#[test]
fn every_format_decompresses_to_the_same_image() {
    for (format, name, magic) in [
        ("cso1", "game.cso", b"CISO"),
        ("cso", "game.cso", b"CISO"),
        ("cso2", "game.cso", b"CISO"),
        ("zso", "game.zso", b"ZISO"),
        ("dax", "game.dax", b"DAX\0"),
    ] {
        let folder = Folder::new();
        let disc = disc(101);
        folder.write("game.iso", &disc);
        folder.ok(&format!("compress --format {format} game.iso"));
        assert_eq!(folder.names().len(), 2, "{:?}", folder.names());
        let file = folder.read(name);
        assert_eq!(file[..4], *magic);
        assert_eq!(file[0x14] == 2, format == "cso2");
        assert!(file.len() < disc.len());
        fs::remove_file(folder.path("game.iso")).unwrap();
        folder.ok(&format!("decompress {name}"));
        assert!(folder.read("game.iso") == disc, "{format}");
    }
}

#[test]
fn the_extension_of_the_output_selects_the_format() {
    let folder = Folder::new();
    folder.write("game.iso", &disc(20));
    folder.ok("compress game.iso -o a.zso");
    folder.ok("compress game.iso -o b.DAX");
    folder.ok("compress game.iso -o c.zso --format cso1");
    assert!(folder.read("a.zso").starts_with(b"ZISO"));
    assert!(folder.read("b.DAX").starts_with(b"DAX\0"));
    assert!(folder.read("c.zso").starts_with(b"CISO"));
}

#[test]
fn compressed_images_can_be_compressed_again() {
    let folder = Folder::new();
    let disc = disc(40);
    folder.write("game.iso", &disc);
    folder.ok("compress game.iso");
    folder.ok("compress game.cso --format zso");
    folder.ok("decompress game.zso -o back.iso");
    assert!(folder.read("back.iso") == disc);
}

#[test]
fn outputs_are_written_next_to_the_inputs_or_to_a_directory() {
    let folder = Folder::new();
    let (a, b) = (disc(20), disc(30));
    folder.write("a.iso", &a);
    folder.write("b.iso", &b);
    let run = folder.ok("compress a.iso b.iso");
    assert_eq!(run.out.lines().count(), 2);
    fs::create_dir(folder.path("out")).unwrap();
    folder.ok("decompress a.cso b.cso -o out");
    assert!(folder.read("out/a.iso") == a);
    assert!(folder.read("out/b.iso") == b);
}

#[test]
fn options_change_the_file() {
    let folder = Folder::new();
    folder.write("game.iso", &disc(100));
    folder.ok("compress game.iso -o plain.cso");
    folder.ok("compress game.iso -o large.cso --block-size 16k");
    assert_eq!(u32_at(&folder.read("plain.cso"), 0x10), 2048);
    assert_eq!(u32_at(&folder.read("large.cso"), 0x10), 16384);

    folder.ok("compress game.iso -o padded.cso --pad");
    assert_ne!(folder.read("plain.cso").len() % 2048, 0);
    assert_eq!(folder.read("padded.cso").len() % 2048, 0);

    folder.ok("compress game.iso -o fast.cso --level 1");
    folder.ok("compress game.iso -o small.cso --level max");
    assert!(folder.read("small.cso").len() < folder.read("fast.cso").len());

    folder.ok("compress game.iso -o areas.dax --dax-areas");
    folder.ok("compress game.iso -o plain.dax");
    assert_eq!(u32_at(&folder.read("areas.dax"), 8), 1);
    assert_eq!(u32_at(&folder.read("plain.dax"), 8), 0);

    folder.ok("compress game.iso -o stored.cso --stored-cost 1000");
    let stored = |name| folder.json(name)["stored_blocks"].as_u64().unwrap();
    assert!(stored("stored.cso") > stored("plain.cso"));
    // The former name of `--stored-cost`.
    folder.ok("compress game.iso -o alias.cso --raw-cost 1000");
    assert!(folder.read("alias.cso") == folder.read("stored.cso"));

    folder.ok("compress game.iso -o small.cso --format cso2 --force");
    folder.ok("compress game.iso -o quick.cso --format cso2 --lz4-cost 1000");
    let lz4 = |name| folder.json(name)["lz4_blocks"].as_u64().unwrap();
    assert!(lz4("quick.cso") > lz4("small.cso"));
}

#[test]
fn output_does_not_depend_on_threads_and_verification() {
    let folder = Folder::new();
    folder.write("game.iso", &disc(300));
    folder.ok("compress game.iso -o a.cso");
    folder.ok("compress game.iso -o b.cso --threads 1");
    folder.ok("compress game.iso -o c.cso --threads 3 --no-verify");
    assert!(folder.read("a.cso") == folder.read("b.cso"));
    assert!(folder.read("a.cso") == folder.read("c.cso"));
}

#[test]
fn unrecognized_inputs_require_an_option() {
    let folder = Folder::new();
    folder.write("notes.txt", b"123456789");
    for subcommand in ["compress", "decompress", "info", "verify"] {
        let run = folder.fails(1, &format!("{subcommand} notes.txt"));
        assert!(
            run.err.contains("notes.txt: this is not a disc image"),
            "{}",
            run.err
        );
        assert!(run.err.contains("--unrecognized"), "{}", run.err);
        assert_eq!(folder.names(), ["notes.txt"]);
    }
    folder.ok("info --unrecognized notes.txt");
    // The former name of `--unrecognized`.
    folder.ok("info --raw notes.txt");
    folder.ok("compress --unrecognized notes.txt");
    folder.ok("decompress notes.txt.cso -o back");
    assert_eq!(folder.read("back"), b"123456789");
}

#[test]
fn existing_files_are_kept_without_force() {
    let folder = Folder::new();
    folder.write("game.iso", &disc(20));
    folder.write("game.cso", b"old content");
    let run = folder.fails(1, "compress game.iso");
    assert!(
        run.err.contains("game.cso: the output already exists"),
        "{}",
        run.err
    );
    assert!(run.err.contains("--force"), "{}", run.err);
    assert_eq!(folder.read("game.cso"), b"old content");
    folder.ok("compress --force game.iso");
    assert!(folder.read("game.cso").starts_with(b"CISO"));
    let before = folder.read("game.iso");
    folder.fails(1, "decompress game.cso");
    assert!(folder.read("game.iso") == before);
    folder.ok("decompress --force game.cso");
    assert!(folder.read("game.iso") == before);
}

#[test]
fn an_output_that_is_its_own_input_is_refused() {
    let folder = Folder::new();
    let disc = disc(20);
    folder.write("game.iso", &disc);
    for args in [
        "decompress --force game.iso",
        "compress --force game.iso -o ./game.iso",
    ] {
        let run = folder.fails(1, args);
        assert!(run.err.contains("--output"), "{}", run.err);
        assert!(folder.read("game.iso") == disc);
    }
}

#[test]
fn colliding_paths_are_refused_before_any_file_is_written() {
    let folder = Folder::new();
    folder.write("a.iso", &disc(20));
    folder.write("a.bin", &disc(20));
    folder.write("b.iso", &disc(20));
    let before = folder.names();
    for args in [
        "compress b.iso a.iso a.bin",
        "compress a.iso a.iso",
        "compress --force a.iso b.iso -o one.cso",
        "compress a.iso -o missing/",
        "decompress a.bin a.iso --force",
    ] {
        let run = folder.fails(2, args);
        assert!(run.err.starts_with("error: "), "{}", run.err);
        assert_eq!(folder.names(), before, "{args}");
    }
}

#[test]
fn invalid_arguments_are_refused() {
    let folder = Folder::new();
    folder.write("a.iso", &disc(20));
    for args in [
        "compress",
        "compress a.iso --block-size 3k",
        "compress a.iso --block-size 1k",
        "compress a.iso --level 11",
        "compress a.iso --threads 5000",
        "compress a.iso --stored-cost 1001",
        "compress a.iso --format iso",
        "compress a.iso --format dax --block-size 2k",
        "compress a.iso --dax-areas",
        "compress a.iso --lz4-cost 5",
        "verify a.iso --digests sha512",
        "convert a.iso",
    ] {
        folder.fails(2, args);
        assert_eq!(folder.names(), ["a.iso"], "{args}");
    }
}

#[test]
fn errors_name_an_option_as_it_was_given() {
    let folder = Folder::new();
    for (args, expected) in [
        ("--stored-cost 1001", "for '--stored-cost <PERCENT>'"),
        ("--raw-cost 1001", "for '--raw-cost <PERCENT>'"),
        ("--raw-cost=1001", "for '--raw-cost <PERCENT>'"),
        ("--raw-cost", "for '--raw-cost <PERCENT>'"),
        ("--raw --raw", "argument '--raw' cannot be used"),
        ("--raw=1", "for '--raw'"),
        ("--unrecognized=1", "for '--unrecognized'"),
    ] {
        let run = folder.fails(2, &format!("compress a.iso {args}"));
        assert!(run.err.contains(expected), "{args}: {}", run.err);
    }
}

#[test]
fn other_files_are_converted_after_a_failure() {
    let folder = Folder::new();
    folder.write("a.iso", &disc(20));
    folder.write("b.iso", b"");
    folder.write("d.iso", &disc(20));
    let run = folder.fails(1, "compress a.iso b.iso c.iso d.iso");
    assert!(folder.read("a.cso").starts_with(b"CISO"));
    assert!(folder.read("d.cso").starts_with(b"CISO"));
    assert!(run.err.contains("b.iso: the file is empty"), "{}", run.err);
    assert!(run.err.contains("c.iso: no such file"), "{}", run.err);
    assert!(
        run.err
            .ends_with("2 of 4 files failed:\n  b.iso\n  c.iso\n"),
        "{}",
        run.err
    );
    assert_eq!(
        folder.names(),
        ["a.cso", "a.iso", "b.iso", "d.cso", "d.iso"]
    );
}

#[test]
fn a_truncated_file_is_reported_as_incomplete() {
    let folder = Folder::new();
    folder.write("game.iso", &disc(50));
    folder.ok("compress game.iso");
    let file = folder.read("game.cso");
    folder.write("cut.cso", &file[..file.len() - 700]);
    for subcommand in ["decompress", "info", "verify"] {
        let run = folder.fails(1, &format!("{subcommand} cut.cso"));
        assert!(run.err.contains("cut.cso: at byte"), "{}", run.err);
        assert!(run.err.contains("copy or download it again"), "{}", run.err);
    }
    assert_eq!(folder.names(), ["cut.cso", "game.cso", "game.iso"]);
}

#[test]
fn a_damaged_block_is_reported_with_its_number_and_offset() {
    let folder = Folder::new();
    folder.write("game.iso", &disc(50));
    folder.ok("compress game.iso");
    let mut file = folder.read("game.cso");
    // Block 21 contains text and is a deflate stream. The reserved block type makes it invalid.
    let position = u32_at(&file, 0x18 + 4 * 21);
    assert_eq!(position >> 31, 0);
    file[position as usize] = 0b111;
    folder.write("game.cso", &file);
    let expected = format!("game.cso: block 21 at byte {position}: ");
    for args in ["verify game.cso", "decompress game.cso -o out.iso"] {
        let run = folder.fails(1, args);
        assert!(run.err.contains(&expected), "{}", run.err);
        assert!(!run.out.contains("OK"), "{}", run.out);
    }
    assert_eq!(folder.names(), ["game.cso", "game.iso"]);
}

/// The expected digests are the published check values of the algorithms for `123456789`.
#[test]
fn verify_prints_checksums_of_the_image() {
    let folder = Folder::new();
    folder.write("nine.iso", b"123456789");
    folder.ok("compress --unrecognized nine.iso");
    let expected = "\
CRC32 (nine.iso) = cbf43926
MD5 (nine.iso) = 25f9e794323b453885f5181f1b624d0b
SHA1 (nine.iso) = f7c3bc1d808e04732adf679965ccc34ca7ae3441
";
    for args in ["verify nine.cso", "verify --unrecognized nine.iso"] {
        let run = folder.ok(args);
        let (verdict, sums) = run.out.split_once('\n').unwrap();
        assert!(verdict.contains(": OK, "), "{verdict}");
        assert_eq!(sums, expected);
    }
    let one = folder.ok("verify nine.cso --digests md5").out;
    assert!(
        one.contains("MD5") && !one.contains("SHA1") && !one.contains("CRC32"),
        "{one}"
    );
    let none = folder.ok("verify nine.cso --digests none").out;
    assert_eq!(none.lines().count(), 1, "{none}");
}

#[test]
fn info_counts_the_blocks_of_the_index() {
    let folder = Folder::new();
    let disc = disc(103);
    folder.write("game.iso", &disc);
    folder.ok("compress game.iso");
    let file = folder.read("game.cso");
    let stored = (0..103)
        .filter(|i| u32_at(&file, 0x18 + 4 * i) >> 31 == 1)
        .count();
    assert!(stored > 0 && stored < 103);

    let json = folder.json("game.cso");
    assert_eq!(json["file"], "game.cso");
    assert_eq!(json["format"], "CSO v1");
    assert_eq!(json["image_size"], disc.len());
    assert_eq!(json["sectors"], 103);
    assert_eq!(json["file_size"], file.len());
    assert_eq!(json["blocks"], 103);
    assert_eq!(json["block_size"], 2048);
    assert_eq!(json["stored_blocks"], stored);
    assert_eq!(json["deflate_blocks"], 103 - stored);
    assert_eq!(json["lz4_blocks"], 0);
    assert_eq!(json["index_shift"], 0);
    assert_eq!(json["warning"], serde_json::Value::Null);

    let text = folder.ok("info game.cso").out;
    let counts = format!("103: {stored} stored, {} deflate", 103 - stored);
    assert!(text.contains(&counts), "{text}");
    assert!(text.contains("CSO v1"), "{text}");
    assert!(text.contains("PPSSPP"), "{text}");
}

#[test]
fn info_lists_only_compatible_programs_and_warns() {
    let folder = Folder::new();
    folder.write("game.iso", &disc(40));
    folder.ok("compress game.iso --block-size 16384");
    let text = folder.ok("info game.cso").out;
    assert!(
        text.contains("block size 16384: PS2 loaders and most PSP firmware"),
        "{text}"
    );
    assert!(!text.contains("Adrenaline"), "{text}");
    folder.ok("compress game.iso --format zso");
    let text = folder.ok("info game.zso").out;
    assert!(text.contains("Open PS2 Loader"), "{text}");
    assert!(!text.contains("PPSSPP"), "{text}");
}

#[test]
fn info_json_prints_one_line_for_each_file() {
    let folder = Folder::new();
    folder.write("a \"b\".iso", &disc(20));
    folder.write("c.iso", &disc(21));
    let args = ["info", "--json", "a \"b\".iso", "c.iso"].map(OsStr::new);
    let run = folder.run_with(&args);
    assert_eq!(run.code, Some(0));
    let lines: Vec<serde_json::Value> = run
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["file"], "a \"b\".iso");
    assert_eq!(lines[1]["sectors"], 21);
}

#[test]
fn progress_on_a_pipe_is_printed_as_lines() {
    let folder = Folder::new();
    folder.write("game.iso", &disc(40));
    let run = folder.ok("compress game.iso");
    assert_eq!(run.err, "game.iso: started\n");
    let size = folder.read("game.cso").len();
    let expected = format!("game.iso -> game.cso: {} -> {size} bytes", 40 * 2048);
    assert!(run.out.starts_with(&expected), "{}", run.out);
    assert_eq!(run.out.lines().count(), 1);
}

#[test]
fn quiet_prints_only_errors() {
    let folder = Folder::new();
    folder.write("game.iso", &disc(40));
    for args in [
        "compress -q game.iso",
        "decompress -q -f game.cso -o back.iso",
        "verify -q game.cso",
    ] {
        let run = folder.ok(args);
        assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""), "{args}");
    }
    let run = folder.fails(1, "verify -q missing.cso");
    assert!(run.err.contains("missing.cso"), "{}", run.err);
}

#[test]
fn the_exit_codes_are_documented() {
    let folder = Folder::new();
    for args in [
        "--help",
        "compress --help",
        "decompress -h",
        "info -h",
        "verify -h",
    ] {
        let help = folder.ok(args).out;
        for code in ["  0  ", "  1  ", "  2  ", "  130  "] {
            assert!(help.contains(code), "{args}: {help}");
        }
    }
}

#[test]
fn a_closed_pipe_causes_no_panic() {
    let folder = Folder::new();
    folder.write("game.iso", &disc(20));
    let mut child = folder
        .command()
        .args(["info", "game.iso"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    // The exit code is 0 if the tool printed everything before the pipe was closed.
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{:?}",
        output.status
    );
    assert_eq!(output.stderr, b"");
}

#[cfg(target_os = "linux")]
#[test]
fn file_names_need_not_be_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    let name = OsStr::from_bytes(b"g\xFFme.iso");
    fs::write(folder.0.path().join(name), disc(20)).unwrap();
    let run = folder.run_with(&[OsStr::new("compress"), name]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(folder
        .0
        .path()
        .join(OsStr::from_bytes(b"g\xFFme.cso"))
        .exists());
}

/// Interrupts the compression of a sparse file of 3 TiB. It would otherwise take hours.
#[cfg(unix)]
#[test]
fn an_interrupt_leaves_no_new_files() {
    use std::time::{Duration, Instant};
    for signal in ["INT", "TERM"] {
        let folder = Folder::new();
        let hole = fs::File::create(folder.path("hole.iso")).unwrap();
        if hole.set_len(3 << 40).is_err() {
            eprintln!("skipped: this file system does not support files of this size");
            return;
        }
        folder.write("hole.cso", b"old content");
        let mut child = folder
            .command()
            .args([
                "compress",
                "--unrecognized",
                "-f",
                "-b",
                "16m",
                "-l",
                "1",
                "hole.iso",
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(60);
        while folder.names().len() < 3 {
            assert!(
                Instant::now() < deadline,
                "the tool wrote no temporary file"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        let kill = format!("kill -s {signal} {}", child.id());
        assert!(Command::new("sh")
            .args(["-c", &kill])
            .status()
            .unwrap()
            .success());
        while child.try_wait().unwrap().is_none() {
            if Instant::now() > deadline {
                child.kill().unwrap();
                panic!("the tool did not stop: is SIG{signal} ignored in this environment?");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{signal}");
        assert!(output.stderr.ends_with(b"cancelled\n"));
        assert_eq!(folder.names(), ["hole.cso", "hole.iso"]);
        assert_eq!(folder.read("hole.cso"), b"old content");
    }
}

/// Standard output is `/dev/full`, where every write fails as on a full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_an_error() {
    let folder = Folder::new();
    folder.write("game.iso", &disc(20));
    let full = fs::File::options()
        .write(true)
        .open(Path::new("/dev/full"))
        .unwrap();
    let output = folder
        .command()
        .args(["info", "game.iso"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr)
        .unwrap()
        .starts_with("error: cannot write to standard output: "));
}
