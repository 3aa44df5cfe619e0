//! Checks the documentation: its links and paths lead to files, its C programs compile, and the
//! library writes the worked example of `docs/formats.md`. [`Reader`] is implemented from that page
//! alone.
#![cfg(feature = "std")]

#[cfg(unix)]
#[path = "support/c.rs"]
mod c;
mod support;

use cso::{CompressOptions, Format, Image};
use std::collections::HashSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use support::disc;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns all Markdown files of the repository.
fn pages() -> Vec<PathBuf> {
    files_below(root(), ".md")
}

/// Returns the files below a folder whose names end with `ending`, except generated ones.
fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() && !matches!(name, "target" | ".git" | "corpus" | "artifacts") {
                folders.push(path);
            } else if name.ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn text(page: &Path) -> String {
    fs::read_to_string(page).unwrap_or_else(|e| panic!("{}: {e}", page.display()))
}

/// Returns the text without fenced code blocks.
fn prose(text: &str) -> String {
    let mut inside = false;
    let lines = text.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        inside ^= fence;
        !inside && !fence
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the targets of `[text](target)` and `![text](target)`.
fn links(prose: &str) -> Vec<&str> {
    let parts = prose.split("](").skip(1);
    parts.filter_map(|rest| rest.split(')').next()).collect()
}

/// Returns the anchors of a page's headings in the form that GitHub generates.
fn anchors(page: &Path) -> HashSet<String> {
    let text = prose(&text(page));
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let slug = |heading: &str| -> String {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        words
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect()
    };
    headings.map(slug).collect()
}

#[test]
fn relative_links_lead_to_files_and_headings() {
    let mut checked = 0;
    for page in pages() {
        let text = prose(&text(&page));
        for link in links(&text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => page.clone(),
                _ => page.parent().unwrap().join(file),
            };
            assert!(target.exists(), "{}: no file {link}", page.display());
            let found = anchor.is_empty() || anchors(&target).contains(anchor);
            assert!(found, "{}: no heading {link}", page.display());
            checked += 1;
        }
    }
    assert!(checked >= 10, "only {checked} links were found");
}

/// A path in backticks, such as `src/format/mod.rs`, exists. Paths with the word `NAME` or with a
/// wildcard are not checked, because each stands for several files.
#[test]
fn paths_in_backticks_exist() {
    const TOP: [&str; 11] = [
        ".ci", ".github", "benches", "c_tests", "docs", "examples", "fuzz", "include", "src",
        "tests", "tools",
    ];
    let mut checked = 0;
    for page in pages() {
        let text = prose(&text(&page));
        for span in text.split('`').skip(1).step_by(2) {
            let path = span.split([' ', ':']).next().unwrap_or("");
            let top = path.split('/').next().unwrap_or("");
            let is_path = path.contains('/') && TOP.contains(&top);
            if !is_path || path.contains("NAME") || path.contains(['*', '{', '<']) {
                continue;
            }
            assert!(root().join(path).exists(), "{}: {path}", page.display());
            checked += 1;
        }
    }
    assert!(checked >= 10, "only {checked} paths were found");
}

/// rustfmt wraps code at 100 columns and leaves comments as they are.
#[test]
fn comments_have_at_most_100_columns() {
    for source in files_below(&root().join("src"), ".rs") {
        for (line, number) in text(&source).lines().zip(1..) {
            let is_comment = line.trim_start().starts_with("//");
            let columns = line.chars().count();
            assert!(
                !is_comment || columns <= 100,
                "{}:{number} has {columns} columns",
                source.display()
            );
        }
    }
}

/// Returns the code blocks of a page in this language.
#[cfg(unix)]
fn code_blocks(page: &Path, language: &str) -> Vec<String> {
    let (text, fence) = (text(page), format!("```{language}\n"));
    let parts = text.split(&fence).skip(1);
    parts
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

#[cfg(unix)]
fn c_compiler() -> std::process::Command {
    let mut compiler = c::compiler(false).to_command();
    compiler
        .args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"])
        .arg("-I")
        .arg(root().join("include"));
    compiler
}

/// Compiles C code that begins by including the header. Other C code in the pages is a fragment.
#[cfg(unix)]
#[test]
fn c_code_in_the_pages_compiles() {
    let dir = tempfile::tempdir().unwrap();
    let source = dir.path().join("page.c");
    let mut compiled = 0;
    for page in pages() {
        for code in code_blocks(&page, "c") {
            if code.starts_with("#include <cso.h>") {
                fs::write(&source, code).unwrap();
                let object = dir.path().join("page.o");
                c::expect_success(c_compiler().arg("-c").arg(&source).arg("-o").arg(object));
                compiled += 1;
            }
        }
    }
    assert!(compiled >= 5, "only {compiled} were found");
}

/// Returns the commands of a page that link a program with a library in `target/release`.
#[cfg(unix)]
fn link_commands(page: &Path) -> Vec<String> {
    let blocks = code_blocks(page, "sh");
    let lines = blocks.iter().flat_map(|block| block.lines());
    lines
        .filter(|line| line.starts_with("cc ") && line.contains("target/release"))
        .map(str::to_owned)
        .collect()
}

/// Runs the link commands of the pages without changes, in a folder whose `target/release` has the
/// libraries of this build. Runs the programs without the search path that cargo sets for tests.
#[cfg(unix)]
#[test]
fn the_program_of_the_readme_links_as_documented_and_prints_the_volume_name() {
    use std::os::unix::fs::symlink;

    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let programs = code_blocks(&root().join("README.md"), "c");
    fs::write(path("game.c"), &programs[0]).unwrap();
    let mut image = vec![0; 20 * 2048];
    image[0x8000..0x8006].copy_from_slice(b"\x01CD001");
    image[0x8028..0x8048].copy_from_slice(b"NAME OF THE VOLUME              ");
    let file = compressed(&image, &CompressOptions::new(Format::Zso));
    fs::write(path("game.zso"), file).unwrap();
    symlink(root().join("include"), path("include")).unwrap();
    fs::create_dir_all(path("target/release")).unwrap();
    for library in [c::built("libcso.a"), c::built_shared()] {
        let name = library.file_name().unwrap();
        symlink(&library, path("target/release").join(name)).unwrap();
    }

    let compiler = c::compiler(false).path().to_str().unwrap().to_owned();
    let run = |name: &str| {
        let mut program = c::with_runner(&path("a.out"));
        program
            .arg(path(name))
            .env_remove("LD_LIBRARY_PATH")
            .env_remove("DYLD_FALLBACK_LIBRARY_PATH");
        program.output().unwrap()
    };
    for page in ["README.md", "docs/emulators.md"] {
        let commands = link_commands(&root().join(page));
        assert_eq!(commands.len(), 2, "{page} links static and shared");
        for command in commands {
            let command = command.replacen("cc", &compiler, 1);
            let mut shell = std::process::Command::new("sh");
            c::expect_success(shell.args(["-c", &command]).current_dir(dir.path()));
            let output = run("game.zso");
            let text = String::from_utf8_lossy(&output.stdout);
            let expected = "name of the disc: NAME OF THE VOLUME ";
            assert!(text.starts_with(expected), "{command}: {output:?}");
            let output = run("missing.cso");
            assert_eq!(output.status.code(), Some(1), "{command}");
            assert!(!output.stderr.is_empty(), "{command}");
            fs::remove_file(path("a.out")).unwrap();
        }
    }
}

/// Returns the image of the worked example.
fn tiny() -> Vec<u8> {
    let mut image = vec![b'A'; 2048];
    let mut x = 1u32;
    image.extend((0..2048).map(|_| {
        x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (x >> 24) as u8
    }));
    image.extend_from_slice(b"The end.");
    image
}

fn compressed(image: &[u8], options: &CompressOptions) -> Vec<u8> {
    let source = Image::open_with(image, &cso::OpenOptions::new().accept_unrecognized(true));
    let mut file = Vec::new();
    let source = source.unwrap();
    cso::compress(&source, &mut file, options, &mut |_| {
        ControlFlow::Continue(())
    })
    .unwrap();
    file
}

/// Checks a hex dump of `docs/formats.md`: the bytes of each line equal those of the file, and the
/// lines cover the whole file except one gap.
fn compare_dump(name: &str, file: &[u8]) {
    let page = text(&root().join("docs/formats.md"));
    let start = format!("```hexdump {name}\n");
    let dump = page.split(&start).nth(1).expect(name);
    let dump = dump.split("```").next().unwrap();
    let (mut end, mut gaps) = (0, 0);
    for line in dump.lines() {
        let mut words = line.split_whitespace();
        let Ok(offset) = usize::from_str_radix(words.next().unwrap(), 16) else {
            continue;
        };
        let bytes: Vec<u8> = words.map(|w| u8::from_str_radix(w, 16).unwrap()).collect();
        assert_eq!(
            bytes,
            file[offset..][..bytes.len()],
            "{name} at {offset:#x}"
        );
        gaps += usize::from(offset != end);
        end = offset + bytes.len();
    }
    assert_eq!((end, gaps), (file.len(), 1), "{name}");
}

#[test]
fn the_worked_example_is_what_the_library_writes() {
    let image = tiny();
    for (name, format) in [("tiny.cso", Format::CsoV1), ("tiny.zso", Format::Zso)] {
        let file = compressed(&image, &CompressOptions::new(format));
        compare_dump(name, &file);
        assert_eq!(Reader::open(&file).image(), image, "{name}");
    }
}

#[test]
fn the_reader_of_the_page_reads_files_of_other_tools() {
    let mut read = 0;
    for entry in fs::read_dir(root().join("tests/golden")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let is_compressed = [".cso", ".zso", ".dax"]
            .iter()
            .any(|end| name.ends_with(end));
        if is_compressed && !name.starts_with("bad-") {
            let expected = disc::golden(name.split(['-', '.']).next().unwrap());
            let file = fs::read(&path).unwrap();
            assert!(Reader::open(&file).image() == expected, "{name}");
            read += 1;
        }
    }
    assert!(read >= 17, "{read}");
}

#[test]
fn the_reader_of_the_page_reads_dax_areas_and_padding() {
    let image = disc::golden("noisy");
    let mut options = CompressOptions::new(Format::Dax);
    options.dax_areas = true;
    let file = compressed(&image, &options);
    assert_eq!(file[8], 1, "not version 1");
    assert!(Reader::open(&file).image() == image);

    let quirky = support::ciso::Ciso {
        shift: 3,
        adler: true,
        end: support::ciso::End::RoundedDown,
        ..support::ciso::Ciso::new(support::ciso::Kind::V2, 2048)
    };
    let sample = quirky.build("quirky", &image);
    assert!(Reader::open(&sample.file).image() == image);
    for (lzo, block_headers) in [(false, false), (false, true)] {
        let jiso = support::jiso::Jiso {
            block_headers,
            ..support::jiso::Jiso::new(2048, lzo)
        };
        let sample = jiso.build("jiso", &image);
        assert!(Reader::open(&sample.file).image() == image);
    }
}

/// A reader that is implemented from `docs/formats.md`. It reads all formats and codecs except
/// LZO1X, and does not check for invalid files.
struct Reader<'a> {
    file: &'a [u8],
    kind: &'static str,
    size: usize,
    block_size: usize,
}

impl<'a> Reader<'a> {
    fn open(file: &'a [u8]) -> Self {
        let u32_at = |at| u32_at(file, at);
        let (kind, size, block_size) = match (&file[..4], file[0x14]) {
            (b"CISO", 2) => ("CSO v2", u32_at(8), u32_at(0x10)),
            (b"CISO", _) => ("CSO v1", u32_at(8), u32_at(0x10)),
            (b"ZISO", _) => ("ZSO", u32_at(8), u32_at(0x10)),
            (b"DAX\0", _) => ("DAX", u32_at(4), 8192),
            (b"JISO", _) => ("JISO", u32_at(0xC), u32_at(6) & 0xFFFF),
            _ => panic!("unknown magic"),
        };
        Reader {
            file,
            kind,
            size,
            block_size,
        }
    }

    fn image(&self) -> Vec<u8> {
        let blocks = self.size.div_ceil(self.block_size);
        let mut image: Vec<u8> = (0..blocks).flat_map(|i| self.block(i, blocks)).collect();
        image.truncate(self.size);
        image
    }

    fn block(&self, i: usize, blocks: usize) -> Vec<u8> {
        match self.kind {
            "DAX" => self.frame(i, blocks),
            "JISO" => self.jiso_block(i),
            _ => self.ciso_block(i, blocks),
        }
    }

    fn ciso_block(&self, i: usize, blocks: usize) -> Vec<u8> {
        let shift = self.file[0x15];
        let position = |i: usize| (u32_at(self.file, 0x18 + 4 * i) & 0x7FFF_FFFF) << shift;
        let flag = u32_at(self.file, 0x18 + 4 * i) >> 31 == 1;
        let stored_size = position(i + 1) - position(i);
        let end = match i + 1 == blocks {
            true => self.file.len(),
            false => position(i + 1),
        };
        let data = &self.file[position(i)..end];
        match (self.kind, flag) {
            ("CSO v2", _) if stored_size >= self.block_size => self.stored(data),
            ("CSO v2", true) | ("ZSO", false) => lz4(data, self.block_size),
            ("CSO v2" | "CSO v1", false) => inflate(data),
            _ => self.stored(data),
        }
    }

    fn stored(&self, data: &[u8]) -> Vec<u8> {
        data[..self.block_size.min(data.len())].to_vec()
    }

    fn frame(&self, i: usize, blocks: usize) -> Vec<u8> {
        let version = u32_at(self.file, 8);
        let areas = if version == 0 {
            0
        } else {
            u32_at(self.file, 0xC)
        };
        let stored = (0..areas).any(|row| {
            let at = 0x20 + 6 * blocks + 8 * row;
            let first = u32_at(self.file, at);
            (first..first + u32_at(self.file, at + 4)).contains(&i)
        });
        let data = &self.file[u32_at(self.file, 0x20 + 4 * i)..];
        if stored {
            return self.stored(data);
        }
        let size = u32_at(self.file, 0x20 + 4 * blocks + 2 * i) & 0xFFFF;
        let (a, b) = (usize::from(data[0]), usize::from(data[1]));
        if a & 15 == 8 && a >> 4 <= 7 && (a * 256 + b) % 31 == 0 && b & 0x20 == 0 {
            miniz_oxide::inflate::decompress_to_vec_zlib(&data[..size]).unwrap()
        } else {
            inflate(&data[..size])
        }
    }

    fn jiso_block(&self, i: usize) -> Vec<u8> {
        let index = u32_at(self.file, 0x20);
        let header = if self.file[8] == 0 { 0 } else { 4 };
        let entry = |i: usize| u32_at(self.file, index + 4 * i);
        let data = &self.file[entry(i) + header..entry(i + 1)];
        if data.len() == self.block_size {
            return data.to_vec();
        }
        assert_eq!(self.file[0xA], 1, "LZO1X");
        inflate(data)
    }
}

/// Returns the u32 at offset `at` of a file.
fn u32_at(file: &[u8], at: usize) -> usize {
    u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize
}

fn inflate(data: &[u8]) -> Vec<u8> {
    miniz_oxide::inflate::decompress_to_vec(data).unwrap()
}

/// Decodes an LZ4 block and stops as soon as `size` bytes are complete.
fn lz4(mut data: &[u8], size: usize) -> Vec<u8> {
    fn length(data: &mut &[u8], nibble: u8) -> usize {
        let mut length = usize::from(nibble);
        let mut more = nibble == 15;
        while more {
            length += usize::from(data[0]);
            more = data[0] == 255;
            *data = &data[1..];
        }
        length
    }
    let mut out = Vec::new();
    loop {
        let token = data[0];
        data = &data[1..];
        let literals = length(&mut data, token >> 4);
        out.extend_from_slice(&data[..literals]);
        data = &data[literals..];
        if out.len() >= size || data.is_empty() {
            return out;
        }
        let offset = usize::from(data[0]) | usize::from(data[1]) << 8;
        data = &data[2..];
        for _ in 0..length(&mut data, token & 15) + 4 {
            out.push(out[out.len() - offset]);
        }
    }
}
