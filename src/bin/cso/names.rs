//! Which output belongs to which input, settled before anything is touched.

use cso::Format;
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// One conversion.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) input: PathBuf,
    pub(crate) output: PathBuf,
}

/// Names the output of each input: `output` itself, in the directory `output`, or beside the
/// input.
///
/// # Errors
///
/// A sentence that says why the outputs cannot all be had: two of them are the same file, or one
/// of them is the input of another job.
pub(crate) fn plan(
    inputs: &[PathBuf],
    output: Option<&Path>,
    extension: &str,
) -> Result<Vec<Job>, String> {
    let mut jobs = Vec::with_capacity(inputs.len());
    for input in inputs {
        let output = match output {
            None => beside(input, extension),
            Some(path) if path.is_dir() => match beside(input, extension).file_name() {
                Some(name) => path.join(name),
                None => return Err(format!("{} is no name of a file", input.display())),
            },
            Some(path) if inputs.len() == 1 && !ends_with_separator(path) => path.to_owned(),
            Some(path) => return Err(format!("{} is no directory that exists", path.display())),
        };
        jobs.push(Job {
            input: input.clone(),
            output,
        });
    }
    refuse_collisions(&jobs)?;
    Ok(jobs)
}

/// The name of `input` with `extension` in place of its own, if its own is that of an image.
pub(crate) fn beside(input: &Path, extension: &str) -> PathBuf {
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

fn refuse_collisions(jobs: &[Job]) -> Result<(), String> {
    let mut writers = HashMap::new();
    for job in jobs {
        if let Some(other) = writers.insert(identity(&job.output), &job.input) {
            return Err(format!(
                "{} and {} would both be written to {}",
                other.display(),
                job.input.display(),
                job.output.display()
            ));
        }
    }
    for job in jobs {
        match writers.get(&identity(&job.input)) {
            // The library refuses a job whose output is its own input; the others go on.
            Some(writer) if **writer != job.input => {
                return Err(format!(
                    "{} is an input, and the output of {}",
                    job.input.display(),
                    writer.display()
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The file that a path leads to, whether it exists or not, by the same name for all paths to it.
fn identity(path: &Path) -> PathBuf {
    if let Ok(file) = path.canonicalize() {
        return file;
    }
    let parent = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    match (parent.canonicalize(), path.file_name()) {
        (Ok(parent), Some(name)) => parent.join(folded(name.to_owned())),
        _ => path.to_owned(),
    }
}

/// File systems there usually take `Game.cso` and `game.cso` for one file.
#[cfg(any(windows, target_vendor = "apple"))]
fn folded(name: OsString) -> OsString {
    name.to_string_lossy().to_lowercase().into()
}

#[cfg(not(any(windows, target_vendor = "apple")))]
fn folded(name: OsString) -> OsString {
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(inputs: &[&str], output: Option<&Path>) -> Result<Vec<PathBuf>, String> {
        let inputs: Vec<_> = inputs.iter().map(PathBuf::from).collect();
        let jobs = plan(&inputs, output, "cso")?;
        Ok(jobs.into_iter().map(|job| job.output).collect())
    }

    #[test]
    fn extensions_of_images_give_way() {
        for (input, output) in [
            ("game.iso", "game.zso"),
            ("dir.iso/GAME.ISO", "dir.iso/GAME.zso"),
            ("game.v1.2.cso", "game.v1.2.zso"),
            ("game.iso.cso", "game.zso"),
            ("disc.1", "disc.1.zso"),
            ("game", "game.zso"),
            (".iso", ".iso.zso"),
        ] {
            assert_eq!(beside(Path::new(input), "zso"), Path::new(output));
        }
    }

    #[test]
    fn one_input_takes_a_file_or_a_directory() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x.dat");
        assert_eq!(names(&["a.iso"], Some(&file)), Ok(vec![file]));
        let inside = dir.path().join("a.cso");
        assert_eq!(names(&["in/a.iso"], Some(dir.path())), Ok(vec![inside]));
        assert_eq!(names(&["in/a.iso"], None), Ok(vec!["in/a.cso".into()]));
        let missing = dir.path().join("missing/");
        assert!(names(&["a.iso"], Some(&missing)).is_err());
    }

    #[test]
    fn several_inputs_want_a_directory() {
        let dir = tempfile::tempdir().unwrap();
        assert!(names(&["a.iso", "b.iso"], Some(&dir.path().join("x.cso"))).is_err());
        let two = names(&["a.iso", "b.iso"], Some(dir.path())).unwrap();
        assert_eq!(two, [dir.path().join("a.cso"), dir.path().join("b.cso")]);
    }

    #[test]
    fn no_two_inputs_share_an_output() {
        assert!(names(&["a.iso", "a.zso"], None).is_err());
        assert!(names(&["a.iso", "./a.iso"], None).is_err());
        let dir = tempfile::tempdir().unwrap();
        assert!(names(&["x/a.iso", "y/a.iso"], Some(dir.path())).is_err());
        assert!(names(&["x/a.iso", "y/a.iso"], None).is_ok());
    }

    #[test]
    fn no_output_is_the_input_of_another() {
        let dir = tempfile::tempdir().unwrap();
        let (iso, cso) = (dir.path().join("a.iso"), dir.path().join("a.cso"));
        std::fs::write(&iso, b"").unwrap();
        std::fs::write(&cso, b"").unwrap();
        let inputs = [iso, cso.clone()];
        assert!(plan(&inputs, None, "cso").is_err());
        // Alone, a job that would read its own output is the library's to refuse.
        assert!(plan(&[cso], None, "cso").is_ok());
    }
}
