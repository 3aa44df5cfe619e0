//! Checks that each function and callback of `include/cso.h` can be called on a PSP, where C and
//! Rust follow different calling conventions (see `src/rt/calls.rs`). Parameters must be integers
//! and pointers that take at most four machine words, or the function must have a thunk.

use std::fs;
use std::path::Path;

/// Signatures of more than four words, each with the text of its thunk or the reason why it needs
/// none.
const LONG: &[(&str, Why)] = &[
    ("cso_read_at", Why::Thunk("called_from_c!(\"cso_read_at\")")),
    ("cso_read_at_fn", Why::Thunk("cso_rt_call_read_at:")),
    // Belongs to the writer, which requires std.
    ("cso_write_at_fn", Why::Hosted("task")),
];

enum Why {
    /// The file src/rt/calls.rs contains this text.
    Thunk(&'static str),
    /// Its only user is this module of src/capi, which requires std.
    Hosted(&'static str),
}

fn file(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The declaration of a function or of a callback type in the header.
struct Signature {
    name: String,
    result: String,
    parameters: Vec<String>,
}

/// Returns the header without comments and preprocessor directives.
fn code(header: &str) -> String {
    let mut code = String::new();
    let mut rest = header;
    while let Some((before, comment)) = rest.split_once("/*") {
        code.push_str(before);
        rest = comment.split_once("*/").unwrap().1;
    }
    code.push_str(rest);
    let lines = code.lines().map(|line| line.split("//").next().unwrap());
    let lines = lines.filter(|line| !line.starts_with('#') && !line.starts_with("extern \"C\""));
    lines.collect::<Vec<_>>().join(" ")
}

/// Returns the declarations of functions, `result name(parameters)`, and of callback types,
/// `typedef result (*name)(parameters)`.
fn signatures(header: &str) -> Vec<Signature> {
    let mut found = Vec::new();
    for statement in code(header).split(';') {
        let words = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some(end) = words.strip_suffix(')') else {
            continue;
        };
        let (front, parameters) = end.rsplit_once('(').unwrap();
        let front = front.trim_start_matches("typedef ").trim_end_matches(')');
        let start = front
            .rfind(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap()
            + 1;
        found.push(Signature {
            name: front[start..].to_owned(),
            result: front[..start].trim_end_matches("(*").trim().to_owned(),
            parameters: match parameters {
                "void" => Vec::new(),
                list => list.split(',').map(|one| one.trim().to_owned()).collect(),
            },
        });
    }
    found
}

/// Returns the number of 32-bit machine words of a parameter or a result. Returns `None` for types
/// that the conventions pass differently, such as floating point and structs, and for unknown
/// types.
fn words(declared: &str) -> Option<usize> {
    if declared.contains('*') {
        return Some(1);
    }
    let declared = declared.trim_start_matches("const ");
    match declared.split(' ').next().unwrap() {
        "int64_t" | "uint64_t" => Some(2),
        "int" | "int32_t" | "uint32_t" | "size_t" | "cso_status" => Some(1),
        // Callback types.
        name if name.ends_with("_fn") => Some(1),
        _ => None,
    }
}

/// Returns the number of words of all parameters. One that takes two words begins at an even word.
fn all_words(signature: &Signature) -> usize {
    let mut at = 0;
    for parameter in &signature.parameters {
        let count = words(parameter).unwrap_or_else(|| panic!("{}: {parameter}", signature.name));
        at = usize::next_multiple_of(at, count) + count;
    }
    at
}

#[test]
fn signatures_are_integers_in_four_words_or_have_a_thunk() {
    let found = signatures(&file("include/cso.h"));
    let names: Vec<&str> = found.iter().map(|s| s.name.as_str()).collect();
    for known in [
        "cso_open",
        "cso_close",
        "cso_version_string",
        "cso_close_fn",
        "cso_progress_fn",
    ] {
        assert!(
            names.contains(&known),
            "{known} is not found in the header: {names:?}"
        );
    }
    let mut long = Vec::new();
    for signature in &found {
        let Signature { name, result, .. } = signature;
        assert!(
            result == "void" || words(result).is_some(),
            "{name} returns {result}"
        );
        let count = all_words(signature);
        assert!(
            count <= 8,
            "{name} takes {count} words, more than a thunk can pass"
        );
        if count > 4 {
            long.push(name.as_str());
        }
    }
    let mut listed: Vec<&str> = LONG.iter().map(|(name, _)| *name).collect();
    long.sort_unstable();
    listed.sort_unstable();
    assert_eq!(long, listed);
}

#[test]
fn each_long_signature_has_its_thunk() {
    let calls = file("src/rt/calls.rs");
    for (name, why) in LONG {
        match why {
            Why::Thunk(text) => assert!(calls.contains(text), "{name}"),
            Why::Hosted(module) => {
                let declared = format!("#[cfg(feature = \"std\")]\nmod {module};");
                assert!(file("src/capi/mod.rs").contains(&declared), "{name}");
            }
        }
    }
}

#[test]
fn unsuitable_signatures_are_detected() {
    let header = "/* f(x) */\n#define A(x) (x)\nfloat a(void);\nint32_t b(uint32_t x, uint64_t y, \
                  const struct s *z);\nint32_t c(struct s x);\ntypedef int64_t (*d_fn)(void *u);";
    let found = signatures(header);
    let names: Vec<&str> = found.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c", "d_fn"]);
    assert_eq!(words(&found[0].result), None);
    // The 64-bit parameter begins at word 2 and not at word 1, because 1 is odd.
    assert_eq!(all_words(&found[1]), 5);
    assert_eq!(words(&found[2].parameters[0]), None);
    assert_eq!(
        (found[3].result.as_str(), all_words(&found[3])),
        ("int64_t", 1)
    );
}
