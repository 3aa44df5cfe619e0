//! Reads from sources that fail, report wrong numbers, or change. Each defect must give an error
//! with its offset, never a panic or wrong bytes.

mod support;

use cso::{ErrorKind, Image, OpenOptions};
use std::sync::atomic::Ordering;
use support::ciso::{Ciso, End, Kind};
use support::source::{Changing, Failing, WrongNumbers, OS_ERROR};
use support::{disc, samples};

const PAGES: [u32; 3] = [0, 1, 7];

fn options(page: u32) -> OpenOptions {
    OpenOptions::new()
        .index_page_blocks(page)
        .accept_unrecognized(true)
}

/// Returns all samples, and an uncompressed image.
fn files() -> Vec<support::Sample> {
    let mut files = samples::all();
    let image = disc::image(samples::SIZE, 2);
    files.push(support::Sample {
        name: "uncompressed image".into(),
        file: image.clone(),
        image,
        blocks: Vec::new(),
    });
    files
}

#[test]
fn each_failed_call_is_reported_with_its_offset() {
    for sample in files() {
        for page in PAGES {
            for call in 0.. {
                let name = format!("{}, page {page}, call {call}", sample.name);
                let source = Failing::new(&sample.file, call, true);
                let opened = Image::open_with(&source, &options(page));
                let image = match opened {
                    Ok(image) => image,
                    Err(e) => {
                        assert_eq!(e.kind(), ErrorKind::Read, "{name}");
                        assert_eq!(e.os_error(), Some(OS_ERROR), "{name}");
                        assert!(e.offset().is_some(), "{name}");
                        continue;
                    }
                };
                let mut bytes = vec![0; sample.image.len()];
                match image.read_at(0, &mut bytes) {
                    Ok(_) => assert_eq!(bytes, sample.image, "{name}"),
                    Err(e) => {
                        assert_eq!(e.kind(), ErrorKind::Read, "{name}");
                        assert_eq!(e.os_error(), Some(OS_ERROR), "{name}");
                        assert!(e.offset().is_some(), "{name}");
                        assert!(e.block().is_some(), "{name}: {e:?}");
                    }
                }
                if source.calls.load(Ordering::Relaxed) <= call {
                    break;
                }
            }
        }
    }
}

#[test]
fn an_image_recovers_from_a_temporary_failure() {
    for sample in files() {
        for page in PAGES {
            for call in 0.. {
                let name = format!("{}, page {page}, call {call}", sample.name);
                let source = Failing::new(&sample.file, call, false);
                let image = match Image::open_with(&source, &options(page)) {
                    Ok(image) => image,
                    Err(_) => Image::open_with(&source, &options(page)).expect(&name),
                };
                let mut bytes = vec![0; 5000];
                for start in (0..sample.image.len()).step_by(5000) {
                    let count = image
                        .read_at(start as u64, &mut bytes)
                        .or_else(|_| image.read_at(start as u64, &mut bytes))
                        .expect(&name);
                    assert!(sample.image[start..].starts_with(&bytes[..count]), "{name}");
                }
                if source.calls.load(Ordering::Relaxed) <= call {
                    break;
                }
            }
        }
    }
}

#[test]
fn a_source_that_reports_too_many_bytes_is_refused() {
    for sample in files() {
        for extra in [1, 4096, usize::MAX] {
            let source = WrongNumbers {
                bytes: &sample.file,
                extra,
                size: sample.file.len() as u64,
            };
            let Err(error) = Image::open_with(&source, &options(0)) else {
                panic!("{}: {extra}", sample.name);
            };
            assert_eq!(error.kind(), ErrorKind::Read, "{}", sample.name);
        }
    }
}

#[test]
fn a_false_size_is_detected() {
    for sample in samples::all() {
        let len = sample.file.len() as u64;
        for size in [len + 1, 2 * len, 1 << 40, u64::MAX >> 1, u64::MAX] {
            for page in PAGES {
                let source = WrongNumbers {
                    bytes: &sample.file,
                    extra: 0,
                    size,
                };
                // Opening may find that the file is shorter than the reported size. Otherwise a
                // read returns the right bytes, or finds that the file is truncated.
                let Ok(image) = Image::open_with(&source, &options(page)) else {
                    continue;
                };
                let mut bytes = vec![0; sample.image.len()];
                match image.read_at(0, &mut bytes) {
                    Ok(_) => assert_eq!(bytes, sample.image, "{}", sample.name),
                    Err(e) => assert_eq!(e.kind(), ErrorKind::Truncated, "{}", sample.name),
                }
            }
        }
    }
}

/// Replaces the file with another one of the same image and length, at each call in turn.
#[test]
fn a_file_that_changes_while_it_is_read_does_no_harm() {
    let image = disc::image(samples::SIZE, 3);
    let before = Ciso::new(Kind::V1, 2048).build("before", &image);
    let noise = disc::image(samples::SIZE, 4);
    let others = [
        Ciso {
            turn: 1,
            ..Ciso::new(Kind::V1, 2048)
        }
        .build("after", &image)
        .file,
        Ciso {
            shift: 4,
            end: End::Unwritten,
            ..Ciso::new(Kind::V1, 2048)
        }
        .build("other shift", &image)
        .file,
        noise,
        vec![0xFF; before.file.len()],
        before.file[..before.file.len() / 2].to_vec(),
        Vec::new(),
    ];
    for after in &others {
        for page in [0, 1, 2, 7] {
            for call in 0..60 {
                let source = Changing::new(&before.file, after, call);
                let Ok(opened) = Image::open_with(&source, &options(page)) else {
                    continue;
                };
                let mut bytes = vec![0; image.len()];
                let _ = opened.read_at(0, &mut bytes);
                let _ = opened.read_at(image.len() as u64 / 2, &mut bytes);
            }
        }
    }
}
