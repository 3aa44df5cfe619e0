//! One small file of each format and quirk.

use super::ciso::{Ciso, End, Kind};
use super::dax::Dax;
use super::jiso::Jiso;
use super::{disc, Sample};

/// Size in bytes of the image of each sample of [`all`]. The last sector is partial, and so is the
/// last block, for any block size.
pub const SIZE: usize = 20 * 2048 + 700;

pub fn all() -> Vec<Sample> {
    let image = disc::image(SIZE, 1);
    let mut samples = ciso(&image);
    samples.extend(dax(&image));
    samples.extend(jiso(&image));
    samples
}

fn ciso(image: &[u8]) -> Vec<Sample> {
    let v1 = Ciso::new(Kind::V1, 2048);
    let v2 = Ciso::new(Kind::V2, 2048);
    let zso = Ciso::new(Kind::Zso, 2048);
    let files = [
        ("plain", v1.clone()),
        ("version 0, header size 0", {
            Ciso {
                version: 0,
                header_size: 0,
                ..v1.clone()
            }
        }),
        (
            "header size of a GameCube image",
            Ciso {
                header_size: 1 << 20,
                ..v1.clone()
            },
        ),
        ("invalid reserved fields", {
            Ciso {
                header_size: 0xDEAD_BEEF,
                reserved: 0xFFFF,
                ..v1.clone()
            }
        }),
        (
            "adler",
            Ciso {
                adler: true,
                ..v1.clone()
            },
        ),
        (
            "aligned",
            Ciso {
                shift: 3,
                turn: 1,
                ..v1.clone()
            },
        ),
        (
            "far aligned",
            Ciso {
                shift: 11,
                ..v1.clone()
            },
        ),
        ("rounded down", {
            Ciso {
                shift: 4,
                end: End::RoundedDown,
                ..v1.clone()
            }
        }),
        ("unwritten", {
            Ciso {
                shift: 5,
                end: End::Unwritten,
                turn: 3,
                ..v1.clone()
            }
        }),
        ("no last entry", {
            Ciso {
                block_size: 4096,
                end: End::Absent,
                ..v1.clone()
            }
        }),
        (
            "partial",
            Ciso {
                full_last: false,
                turn: 2,
                ..v1.clone()
            },
        ),
        (
            "sectors of 2352 bytes",
            Ciso {
                block_size: 2352,
                ..v1.clone()
            },
        ),
        (
            "padded",
            Ciso {
                multiple: 2048,
                ..v1
            },
        ),
        ("plain", v2.clone()),
        (
            "aligned",
            Ciso {
                shift: 2,
                turn: 1,
                ..v2.clone()
            },
        ),
        ("rounded down", {
            Ciso {
                shift: 6,
                end: End::RoundedDown,
                ..v2.clone()
            }
        }),
        (
            "16 KiB",
            Ciso {
                block_size: 16384,
                ..v2
            },
        ),
        ("plain", zso.clone()),
        (
            "aligned",
            Ciso {
                shift: 1,
                turn: 1,
                ..zso.clone()
            },
        ),
        (
            "far aligned",
            Ciso {
                shift: 9,
                turn: 2,
                ..zso.clone()
            },
        ),
        ("partial", {
            Ciso {
                full_last: false,
                shift: 6,
                turn: 1,
                ..zso.clone()
            }
        }),
        (
            "padded",
            Ciso {
                multiple: 2048,
                ..zso.clone()
            },
        ),
        (
            "one block",
            Ciso {
                block_size: 1 << 18,
                ..zso
            },
        ),
    ];
    files
        .iter()
        .map(|(name, file)| file.build(name, image))
        .collect()
}

fn dax(image: &[u8]) -> Vec<Sample> {
    let v0 = Dax::new(0);
    let v1 = Dax::new(1);
    let files = [
        ("version 0", v0.clone()),
        (
            "bare deflate",
            Dax {
                unwrapped: true,
                ..v0.clone()
            },
        ),
        (
            "partial",
            Dax {
                full_last: false,
                ..v0
            },
        ),
        ("version 1", v1.clone()),
        (
            "areas",
            Dax {
                store_each: 2,
                turn: 1,
                ..v1.clone()
            },
        ),
        ("all stored", {
            Dax {
                store_each: 1,
                full_last: false,
                ..v1
            }
        }),
    ];
    files
        .iter()
        .map(|(name, file)| file.build(name, image))
        .collect()
}

fn jiso(image: &[u8]) -> Vec<Sample> {
    let mut samples = Vec::new();
    for (lzo, block_headers) in [(false, false), (false, true), (true, false), (true, true)] {
        let file = Jiso {
            block_headers,
            ..Jiso::new(2048, lzo)
        };
        samples.push(file.build("plain", image));
        let far = Jiso {
            header_size: 64,
            block_size: 4096,
            turn: 1,
            ..file
        };
        samples.push(far.build("later index", image));
    }
    samples
}
