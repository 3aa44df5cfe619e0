//! Paths of the output files. All paths are chosen and checked before any file is written.

use cso::Format;
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The path of an input file, and the path of the output file for this input.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Conversion {
    pub(crate) input: PathBuf,
    pub(crate) output: PathBuf,
}

/// Chooses the output file for each input. `output` is the path that the user gave, and `extension`
/// is the file name extension of the outputs, without a dot.
///
/// * If `output` is `None`, each output is in the directory of its input.
/// * If `output` is an existing directory, all outputs are in this directory.
/// * Otherwise, `output` is the path of the output file. There must be only one input.
///
/// # Errors
///
/// Returns an error text in these cases:
///
/// * `output` is not an existing directory, although there are several inputs or `output` ends with
///   a path separator.
/// * The path of an input has no file name.
/// * Two outputs are the same file.
/// * An output is the input of another conversion.
pub(crate) fn conversions(
    inputs: &[PathBuf],
    output: Option<&Path>,
    extension: &str,
) -> Result<Vec<Conversion>, String> {
    let mut conversions = Vec::with_capacity(inputs.len());
    for input in inputs {
        let output = match output {
            None => with_image_extension(input, extension),
            Some(path) if path.is_dir() => match with_image_extension(input, extension).file_name()
            {
                Some(name) => path.join(name),
                None => return Err(format!("{} is not the name of a file", input.display())),
            },
            Some(path) if inputs.len() == 1 && !ends_with_separator(path) => path.to_owned(),
            Some(path) => return Err(format!("{} is not an existing directory", path.display())),
        };
        conversions.push(Conversion {
            input: input.clone(),
            output,
        });
    }
    refuse_collisions(&conversions)?;
    Ok(conversions)
}

/// Returns the path of `input` with another extension. The extensions of disc images at the end of
/// `input` are removed first, for example both extensions of `game.iso.cso`. Then `extension`,
/// which has no dot, is appended.
pub(crate) fn with_image_extension(input: &Path, extension: &str) -> PathBuf {
    let mut stem = input.to_owned();
    while has_image_extension(&stem) {
        stem.set_extension("");
    }
    let mut name = OsString::from(stem);
    name.push(".");
    name.push(extension);
    name.into()
}

fn has_image_extension(path: &Path) -> bool {
    let mut known = Format::ALL.iter().flat_map(|format| format.extensions());
    path.extension()
        .is_some_and(|own| known.any(|e| own.eq_ignore_ascii_case(e)))
}

fn ends_with_separator(path: &Path) -> bool {
    let last = path.as_os_str().as_encoded_bytes().last();
    last.is_some_and(|byte| std::path::is_separator(char::from(*byte)))
}

fn refuse_collisions(conversions: &[Conversion]) -> Result<(), String> {
    let mut input_of_output = HashMap::new();
    for Conversion { input, output } in conversions {
        if let Some(other) = input_of_output.insert(canonical_path(output), input) {
            return Err(format!(
                "{} and {} would both be written to {}",
                other.display(),
                input.display(),
                output.display()
            ));
        }
    }
    for Conversion { input, .. } in conversions {
        match input_of_output.get(&canonical_path(input)) {
            // The output of a conversion may also be its own input. This is not an error here,
            // because the library refuses this conversion later, and the other conversions are
            // still done.
            Some(other) if *other != input => {
                return Err(format!(
                    "{} is an input, and also the output of {}",
                    input.display(),
                    other.display()
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Returns a path that is equal for all paths to the same file. For example, it is equal for
/// `a.cso` and `./a.cso`. The file need not exist.
fn canonical_path(path: &Path) -> PathBuf {
    if let Ok(file) = path.canonicalize() {
        return file;
    }
    let parent = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    match (parent.canonicalize(), path.file_name()) {
        (Ok(parent), Some(name)) => parent.join(fold_case(name.to_owned())),
        _ => path.to_owned(),
    }
}

/// Returns the name in lower case. On Windows and on Apple's systems, `Game.cso` and `game.cso`
/// usually name the same file.
#[cfg(any(windows, target_vendor = "apple"))]
fn fold_case(name: OsString) -> OsString {
    name.to_string_lossy().to_lowercase().into()
}

#[cfg(not(any(windows, target_vendor = "apple")))]
fn fold_case(name: OsString) -> OsString {
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs(inputs: &[&str], output: Option<&Path>) -> Result<Vec<PathBuf>, String> {
        let inputs: Vec<_> = inputs.iter().map(PathBuf::from).collect();
        let conversions = conversions(&inputs, output, "cso")?;
        Ok(conversions.into_iter().map(|c| c.output).collect())
    }

    #[test]
    fn extensions_of_images_are_replaced() {
        for (input, output) in [
            ("game.iso", "game.zso"),
            ("dir.iso/GAME.ISO", "dir.iso/GAME.zso"),
            ("game.v1.2.cso", "game.v1.2.zso"),
            ("game.iso.cso", "game.zso"),
            ("disc.1", "disc.1.zso"),
            ("game", "game.zso"),
            (".iso", ".iso.zso"),
        ] {
            assert_eq!(
                with_image_extension(Path::new(input), "zso"),
                Path::new(output)
            );
        }
    }

    #[test]
    fn output_of_one_input_is_a_file_or_in_a_directory() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x.dat");
        assert_eq!(outputs(&["a.iso"], Some(&file)), Ok(vec![file]));
        let inside = dir.path().join("a.cso");
        assert_eq!(outputs(&["in/a.iso"], Some(dir.path())), Ok(vec![inside]));
        assert_eq!(outputs(&["in/a.iso"], None), Ok(vec!["in/a.cso".into()]));
        let missing = dir.path().join("missing/");
        assert!(outputs(&["a.iso"], Some(&missing)).is_err());
    }

    #[test]
    fn several_inputs_require_a_directory() {
        let dir = tempfile::tempdir().unwrap();
        assert!(outputs(&["a.iso", "b.iso"], Some(&dir.path().join("x.cso"))).is_err());
        let two = outputs(&["a.iso", "b.iso"], Some(dir.path())).unwrap();
        assert_eq!(two, [dir.path().join("a.cso"), dir.path().join("b.cso")]);
    }

    #[test]
    fn two_inputs_cannot_have_the_same_output() {
        assert!(outputs(&["a.iso", "a.zso"], None).is_err());
        assert!(outputs(&["a.iso", "./a.iso"], None).is_err());
        let dir = tempfile::tempdir().unwrap();
        assert!(outputs(&["x/a.iso", "y/a.iso"], Some(dir.path())).is_err());
        assert!(outputs(&["x/a.iso", "y/a.iso"], None).is_ok());
    }

    #[test]
    fn output_cannot_be_the_input_of_another_conversion() {
        let dir = tempfile::tempdir().unwrap();
        let (iso, cso) = (dir.path().join("a.iso"), dir.path().join("a.cso"));
        std::fs::write(&iso, b"").unwrap();
        std::fs::write(&cso, b"").unwrap();
        let inputs = [iso, cso.clone()];
        assert!(conversions(&inputs, None, "cso").is_err());
        // An output that is the same file as its own input is not an error here, because the
        // library refuses this conversion later.
        assert!(conversions(&[cso], None, "cso").is_ok());
    }
}
