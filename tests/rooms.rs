//! The walls between the rooms of the source: `format`, `codec` and `io` know nothing of each
//! other nor of what is built on them, and nothing below `writer` knows a file by its path.

use std::path::{Path, PathBuf};

/// A room, and the rooms of this crate that it may use besides `error`.
const ROOMS: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("fault", &[]),
    ("io", &[]),
    ("codec", &[]),
    ("format", &[]),
    ("image", &["codec", "format", "io"]),
];

fn sources(room: &str) -> Vec<PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let file = src.join(room).with_extension("rs");
    if file.exists() {
        return vec![file];
    }
    sources_below(&src.join(room))
}

fn sources_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources_below(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

/// The first names behind each `crate::` of a text: rooms, and what the crate's root lends.
fn used(text: &str) -> impl Iterator<Item = &str> {
    text.split("crate::").skip(1).map(|rest| {
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn imports_point_only_downward() {
    for (room, below) in ROOMS {
        let files = sources(room);
        assert!(!files.is_empty());
        for path in files {
            let text = std::fs::read_to_string(&path).unwrap();
            for name in used(&text) {
                let allowed = name == *room || name == "error" || below.contains(&name);
                assert!(allowed, "{} uses crate::{name}", path.display());
            }
        }
    }
}
