//! Checks the imports of the source. The top-level modules of the library import only lower ones,
//! as listed in `ARCHITECTURE.md`. No files import each other in a circle, and no two types share a
//! name.
#![cfg(not(any(target_arch = "mips", target_arch = "s390x")))]

#[path = "support/imports.rs"]
mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use imports::Crate;

/// The top-level modules of the library, from the lowest to the highest, each with the modules that
/// it may import.
const MODULES: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("fault", &[]),
    ("io", &["error"]),
    ("format", &["error"]),
    ("codec", &["error"]),
    ("rt", &[]),
    ("image", &["error", "io", "format", "codec", "rt"]),
    (
        "tasks",
        &["error", "fault", "io", "format", "codec", "image"],
    ),
    ("fs", &["error", "io", "image", "tasks"]),
    (
        "capi",
        &[
            "error", "fault", "io", "format", "rt", "image", "tasks", "fs",
        ],
    ),
];

/// Names that several types may share because the types are the same idea: the name, the beginnings
/// of the places that define the types (see [`Crate::types`]), and the reason.
const SHARED_NAMES: &[(&str, &[&str], &str)] = &[
    (
        "Bits",
        &["codec/inflate/narrow", "codec/inflate/wide"],
        "the bit reader of the 32-bit and of the 64-bit inflate decoder",
    ),
    (
        "Code",
        &["codec/inflate/narrow", "codec/inflate/wide"],
        "a Huffman code's table in the 32-bit and in the 64-bit inflate decoder",
    ),
    (
        "BlockTables",
        &["codec/inflate/narrow", "codec/inflate/wide"],
        "the tables of a stream's deflate block in the 32-bit and in the 64-bit inflate decoder",
    ),
    (
        "Codes",
        &["codec/inflate/narrow", "codec/inflate/wide"],
        "both codes of a deflate block in the 32-bit and in the 64-bit inflate decoder",
    ),
    (
        "Decoder",
        &["codec/inflate/narrow", "codec/inflate/wide"],
        "the 32-bit and the 64-bit inflate decoder",
    ),
    (
        "HeaderReader",
        &["codec/inflate/narrow", "codec/inflate/wide"],
        "the reader of a deflate block's header in the 32-bit and in the 64-bit inflate decoder",
    ),
    (
        "Stream",
        &["codec/inflate/narrow", "codec/inflate/wide"],
        "the state of a stream in the 32-bit and in the 64-bit inflate decoder",
    ),
    (
        "Libdeflate",
        &["codec/inflate/libdeflate", "codec/inflate/no_libdeflate"],
        "the C library, and what replaces it in builds without it",
    ),
    (
        "InMemory",
        &["image/in_memory.rs::set_once", "image/in_memory.rs::never"],
        "a file loaded into memory, in builds with and without std",
    ),
    (
        "ReaderPool",
        &[
            "image/reader_pool.rs::threaded",
            "image/reader_pool.rs::single",
        ],
        "the pool of readers in builds with and without std",
    ),
];

fn source(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name);
    std::fs::read_to_string(path).ok()
}

/// The library and the command-line tool.
fn crates() -> [Crate; 2] {
    ["lib.rs", "bin/cso/main.rs"].map(|root| Crate::read(root, &source))
}

/// Returns the top-level module that a file belongs to.
fn module_of(file: &str) -> &str {
    let first = file.split('/').next().unwrap();
    first.strip_suffix(".rs").unwrap_or(first)
}

fn imports_upward(sources: &Crate, modules: &[(&str, &[&str])]) -> Vec<String> {
    let modules: BTreeMap<_, _> = modules.iter().copied().collect();
    let mut wrong = Vec::new();
    for (file, uses) in &sources.imports {
        // The root file declares the modules and re-exports the public items.
        if file == "lib.rs" {
            continue;
        }
        let Some(allowed) = modules.get(module_of(file)) else {
            wrong.push(format!("{file} is in no module of the list"));
            continue;
        };
        for (used, path) in uses {
            let to = module_of(used);
            if to != module_of(file) && !allowed.contains(&to) {
                wrong.push(format!("{file} imports {used} ({path})"));
            }
        }
    }
    wrong
}

/// Returns all circles between files, and between the members of each folder.
fn all_circles(sources: &Crate) -> Vec<BTreeSet<String>> {
    let mut found = sources.circles();
    for folder in sources.folders() {
        for circle in sources.folder_circles(&folder) {
            // Most of these circles are also circles of files, which are in the list already.
            let seen = found.iter().any(|other| {
                circle.iter().all(|member| {
                    other
                        .iter()
                        .any(|file| file.trim_end_matches(".rs") == member.trim_end_matches(".rs"))
                })
            });
            if !seen {
                found.push(circle);
            }
        }
    }
    found
}

fn shared_names(crates: &[Crate]) -> BTreeMap<String, BTreeSet<String>> {
    let mut types: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for sources in crates {
        for (name, places) in &sources.types {
            let all = types.entry(name.clone()).or_default();
            all.extend(places.clone());
        }
    }
    types.retain(|_, places| places.len() > 1);
    types
}

#[test]
fn imports_point_only_downward() {
    let [library, _] = crates();
    let wrong = imports_upward(&library, MODULES);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (module, _) in MODULES {
        let file = format!("{module}.rs");
        let folder = format!("{module}/");
        let exists = |name: &String| *name == file || name.starts_with(&folder);
        let optional = *module == "rt" || *module == "fault";
        assert!(
            optional || library.imports.keys().any(exists),
            "there is no module {module}"
        );
    }
}

/// Returns the names in backticks of a cell of a table.
fn names_in(cell: &str) -> BTreeSet<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_table_in_the_architecture_page_has_the_same_imports() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md");
    let page = std::fs::read_to_string(path).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `src/"));
    let mut table = BTreeMap::new();
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let name = cells[1].trim_matches('`').trim_start_matches("src/");
        // The command is a crate of its own.
        if name != "bin/cso/" {
            table.insert(module_of(name), names_in(cells[3]));
        }
    }
    let list = MODULES
        .iter()
        .map(|(name, uses)| (*name, uses.iter().copied().collect()));
    assert_eq!(table, list.collect());
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut found = String::new();
    for sources in crates() {
        for circle in all_circles(&sources) {
            found += &format!("{circle:?}:\n{}", sources.describe(&circle));
        }
    }
    assert!(found.is_empty(), "import circles:\n{found}");
}

#[test]
fn no_two_types_share_a_name() {
    let crates = crates();
    for sources in &crates {
        let macros = &sources.type_macros;
        assert!(macros.is_empty(), "macros define types: {macros:?}");
    }
    let mut shared = shared_names(&crates);
    for (name, places, reason) in SHARED_NAMES {
        assert!(!reason.is_empty(), "{name} is listed without a reason");
        let Some(found) = shared.remove(*name) else {
            panic!(
                "no two types are named {name}: remove it from SHARED_NAMES in tests/modules.rs"
            );
        };
        for place in found {
            assert!(
                places.iter().any(|listed| place.starts_with(listed)),
                "{place} has a type named {name}, which is listed for {places:?} only"
            );
        }
    }
    assert!(shared.is_empty(), "types share a name: {shared:#?}");
}

// ---- Tests of the checks, with sources that are defined here

/// Returns a crate of files that are given as `(name, text)`. The first is the root.
fn crate_of(files: &[(&str, &str)]) -> Crate {
    Crate::read(files[0].0, &|name| {
        let file = files.iter().find(|(other, _)| *other == name);
        file.map(|(_, text)| (*text).to_owned())
    })
}

fn names(circles: &[BTreeSet<String>]) -> Vec<String> {
    circles
        .iter()
        .map(|circle| circle.iter().cloned().collect::<Vec<_>>().join(" "))
        .collect()
}

/// Returns the imports of all files, each as `from -> to`.
fn import_lines(sources: &Crate) -> Vec<String> {
    let mut found = Vec::new();
    for (from, uses) in &sources.imports {
        found.extend(uses.keys().map(|to| format!("{from} -> {to}")));
    }
    found
}

#[test]
fn a_circle_of_two_files_is_found() {
    let sources = crate_of(&[
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "use crate::b::B; pub struct A(B);"),
        ("b.rs", "pub struct B; fn f() { super::a::g(); }"),
        ("c.rs", "use super::a::A;"),
    ]);
    assert_eq!(names(&all_circles(&sources)), ["a.rs b.rs"]);
    let text = sources.describe(&all_circles(&sources)[0]);
    assert!(text.contains("a.rs -> b.rs (crate::b::B)"), "{text}");
    assert!(text.contains("b.rs -> a.rs (super::a::g)"), "{text}");
}

#[test]
fn a_circle_of_three_files_is_found_through_names_in_braces() {
    let sources = crate_of(&[
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod x; mod y; mod z;"),
        (
            "a/x.rs",
            "use super::{y::{self, Y}, w as v}; fn f() { y::g() }",
        ),
        (
            "a/y.rs",
            "use std::fmt; use crate::{a::{z::{Z as Last}}}; pub struct Y;",
        ),
        (
            "a/z.rs",
            "fn f() -> Vec<super::super::a::x::X> { loop {} } pub struct Z;",
        ),
    ]);
    assert_eq!(names(&all_circles(&sources)), ["a/x.rs a/y.rs a/z.rs"]);
}

#[test]
fn paths_in_macros_and_after_attributes_are_imports() {
    let sources = crate_of(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "fn f() { assert_eq!(crate::b::N, 1); }"),
        (
            "b.rs",
            "#[inline] #[must_use] pub fn f() -> Option<crate::a::A> { None }",
        ),
    ]);
    assert_eq!(names(&all_circles(&sources)), ["a.rs b.rs"]);
}

#[test]
fn a_parent_that_only_declares_and_re_exports_is_in_no_circle() {
    let sources = crate_of(&[
        ("lib.rs", "mod a;"),
        (
            "a/mod.rs",
            "mod x; mod y; pub use x::X; pub(crate) use y::*;",
        ),
        ("a/x.rs", "use super::Y; pub struct X(Y);"),
        ("a/y.rs", "pub struct Y;"),
    ]);
    assert_eq!(
        import_lines(&sources),
        [
            "a/mod.rs -> a/x.rs",
            "a/mod.rs -> a/y.rs",
            "a/x.rs -> a/y.rs"
        ]
    );
    assert!(all_circles(&sources).is_empty());
}

#[test]
fn a_circle_through_a_re_export_is_found() {
    let sources = crate_of(&[
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod x; mod y; pub use {x::X, y::*};"),
        ("a/x.rs", "use super::Y; pub struct X(Y);"),
        ("a/y.rs", "pub struct Y; fn f(_: crate::a::X) {}"),
    ]);
    assert_eq!(names(&all_circles(&sources)), ["a/x.rs a/y.rs"]);
}

#[test]
fn a_parent_and_a_child_that_use_each_other_are_a_circle() {
    for call in ["x::f()", "self::x::f()", "crate::a::x::f()", "g()"] {
        let parent = format!("mod x; pub use x::f as g; pub struct P; fn h() {{ {call} }}");
        let sources = crate_of(&[
            ("lib.rs", "mod a;"),
            ("a/mod.rs", &parent),
            ("a/x.rs", "use super::P; pub fn f() {}"),
        ]);
        assert_eq!(names(&all_circles(&sources)), ["a/mod.rs a/x.rs"], "{call}");
    }
}

#[test]
fn a_public_import_of_a_trait_is_an_import() {
    let sources = crate_of(&[
        ("lib.rs", "mod a; mod b;"),
        (
            "a.rs",
            "pub(crate) use crate::b::T; fn f(v: u8) { v.size(); }",
        ),
        ("b.rs", "pub trait T {} fn f() -> super::a::A { loop {} }"),
    ]);
    assert_eq!(names(&all_circles(&sources)), ["a.rs b.rs"]);
}

#[test]
fn both_forms_of_a_module_are_read() {
    let sources = crate_of(&[
        (
            "lib.rs",
            "mod a; #[cfg_attr(not(feature = \"std\"), path = \"no_b.rs\")] mod b;",
        ),
        ("a.rs", "fn f(_: super::b::B) {} struct Own;"),
        ("b.rs", "pub struct B;"),
        (
            "no_b.rs",
            "use crate::a::g; pub struct B; pub struct r#Own;",
        ),
    ]);
    assert_eq!(names(&all_circles(&sources)), ["a.rs no_b.rs"]);
    // `B` is one type in two forms, and `Own` is not.
    assert_eq!(sources.types["B"].len(), 1);
    assert_eq!(sources.types["Own"].len(), 2);
}

#[test]
fn a_glob_imports_its_module_and_the_names_that_are_used() {
    let sources = crate_of(&[
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "use super::b::*; const X: u8 = N;"),
        (
            "b.rs",
            "use crate::c::*; pub const N: u8 = 1; const Y: usize = M::LEN;",
        ),
        ("c.rs", "use crate::a::*; pub struct M;"),
    ]);
    // A glob is an import even if no name is used: it may be there for the methods of a trait.
    assert_eq!(
        import_lines(&sources),
        ["a.rs -> b.rs", "b.rs -> c.rs", "c.rs -> a.rs"]
    );
}

#[test]
fn code_of_tests_may_import_anything() {
    let sources = crate_of(&[
        ("lib.rs", "mod a; mod b; #[cfg(test)] mod samples;"),
        (
            "a.rs",
            "pub fn f() {}
             #[cfg(test)] mod tests { use crate::b::g; }
             #[cfg(test)] use crate::b::g;
             #[cfg(all(test, unix))] #[inline] fn h() { crate::b::g() }
             struct S { #[cfg(test)] field: crate::b::B, other: u8 }
             #[cfg(test)] const C: fn() = { crate::b::g };",
        ),
        ("b.rs", "use crate::a::f; pub fn g() {}"),
    ]);
    assert_eq!(import_lines(&sources), ["b.rs -> a.rs"]);

    // Imports after the code of tests count. So do imports under a `cfg` that can be true in other
    // builds.
    for text in [
        "#[cfg(test)] const C: u8 = 1; use crate::b::g;",
        "#[cfg(test)] fn t() {} fn f() { crate::b::g() }",
        "struct S { #[cfg(test)] field: u8, other: crate::b::B }",
        "#[cfg(any(test, unix))] use crate::b::g;",
        "#[cfg(not(test))] use crate::b::g;",
        "#[cfg(feature = \"test\")] use crate::b::g;",
    ] {
        let sources = crate_of(&[
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", text),
            ("b.rs", "pub fn g() {} pub struct B;"),
        ]);
        assert_eq!(import_lines(&sources), ["a.rs -> b.rs"], "{text}");
    }
}

#[test]
fn comments_and_strings_import_nothing() {
    let sources = crate_of(&[
        ("lib.rs", "mod a; mod b;"),
        (
            "a.rs",
            "// use crate::b::g;\n/// [`crate::b::g`]\nconst C: &str = \"crate::b::g\";",
        ),
        ("b.rs", "pub fn g() {}"),
    ]);
    assert!(import_lines(&sources).is_empty());
}

#[test]
fn a_module_in_a_file_is_part_of_the_file() {
    let sources = crate_of(&[
        ("lib.rs", "mod a; mod b;"),
        (
            "a.rs",
            "mod inner { use super::super::b::B; fn f() { super::g() } } fn g() {}",
        ),
        ("b.rs", "pub struct B;"),
    ]);
    assert_eq!(import_lines(&sources), ["a.rs -> b.rs"]);
}

#[test]
fn a_circle_of_folders_is_found_without_one_of_files() {
    let sources = crate_of(&[
        ("lib.rs", "mod a; mod b;"),
        ("a/mod.rs", "pub mod x; pub mod y;"),
        ("a/x.rs", "use crate::b::x::X; "),
        ("a/y.rs", "pub struct Y;"),
        ("b/mod.rs", "pub mod x; pub mod y;"),
        ("b/x.rs", "pub struct X;"),
        ("b/y.rs", "use crate::a::y::Y;"),
    ]);
    assert!(sources.circles().is_empty());
    let circles = all_circles(&sources);
    assert_eq!(names(&circles), ["a b"]);
    let text = sources.describe(&circles[0]);
    assert!(text.contains("a/x.rs -> b/x.rs"), "{text}");
    assert!(text.contains("b/y.rs -> a/y.rs"), "{text}");
}

#[test]
fn an_import_upward_and_a_file_in_no_module_are_found() {
    let modules: &[(&str, &[&str])] = &[("low", &[]), ("high", &["low"])];
    let sources = crate_of(&[
        ("lib.rs", "mod low; mod high; mod other; pub use high::H;"),
        ("low/mod.rs", "mod x;"),
        ("low/x.rs", "use crate::H;"),
        (
            "high.rs",
            "use crate::low; pub struct H; fn f() { low::g() }",
        ),
        ("other.rs", ""),
    ]);
    assert_eq!(
        imports_upward(&sources, modules),
        [
            "low/x.rs imports high.rs (crate::H)",
            "other.rs is in no module of the list"
        ]
    );
}

#[test]
fn types_that_share_a_name_are_found() {
    let sources = crate_of(&[
        ("lib.rs", "mod a; mod b; mod c;"),
        (
            "a.rs",
            "pub struct One; impl Iterator for One { type Item = u8; } enum Two { One }",
        ),
        (
            "b.rs",
            "type One = u8; fn f() { struct Two; } struct Item; trait Three {}",
        ),
        ("c.rs", "#[cfg(test)] struct Three; union Four { a: u8 }"),
    ]);
    let shared: Vec<_> = shared_names(&[sources]).into_keys().collect();
    assert_eq!(shared, ["One", "Two"]);
}

#[test]
fn types_of_one_file_that_share_a_name_are_found() {
    let sources = crate_of(&[
        ("lib.rs", "mod a;"),
        (
            "a.rs",
            "struct One; mod inner { struct One; mod innermost { struct Two; } }
             mod other { struct Two; }
             fn f() { struct Three; } fn g() { struct Three; }
             #[cfg(unix)] struct Four; #[cfg(not(unix))] struct Four;",
        ),
    ]);
    let shared: Vec<_> = shared_names(&[sources]).into_keys().collect();
    assert_eq!(shared, ["One", "Three", "Two"]);
}

#[test]
fn macros_that_define_types_are_found() {
    let sources = crate_of(&[
        ("lib.rs", "mod a; mod b; mod c;"),
        (
            "a.rs",
            "macro_rules! m { ($name:ident) => { struct $name; } }",
        ),
        (
            "b.rs",
            "fn f() { macro_rules! m { () => { mod x { pub enum One {} } } } }",
        ),
        (
            "c.rs",
            "macro_rules! m { ($($t:tt)*) => { fn f() {} } } struct Two;",
        ),
    ]);
    assert!(sources.type_macros.iter().eq(["a.rs", "b.rs"]));
}
