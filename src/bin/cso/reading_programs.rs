//! Programs and firmware that read compressed images, and the formats and block sizes that each of
//! them can read.

use cso::{Format, Info, MAX_BLOCK_SIZE};

/// A program or firmware that reads compressed images.
struct ReadingProgram {
    name: &'static str,
    formats: &'static [Format],
    /// Largest block size in bytes that the program is known to read in CSO and ZSO files. It has
    /// no meaning for DAX, whose block size never varies.
    max_block_size: u32,
}

const PROGRAMS: [ReadingProgram; 6] = [
    ReadingProgram {
        name: "PPSSPP",
        formats: &[Format::CsoV1],
        max_block_size: MAX_BLOCK_SIZE,
    },
    ReadingProgram {
        name: "PCSX2",
        formats: &[Format::CsoV1, Format::Zso],
        max_block_size: MAX_BLOCK_SIZE,
    },
    ReadingProgram {
        name: "ARK-4 and ARK-5, Adrenaline (PSP, PS Vita)",
        formats: &[Format::CsoV1, Format::CsoV2, Format::Zso, Format::Dax],
        max_block_size: 2048,
    },
    ReadingProgram {
        name: "older PSP custom firmware (M33, PRO)",
        formats: &[Format::CsoV1],
        max_block_size: 2048,
    },
    ReadingProgram {
        name: "Open PS2 Loader",
        formats: &[Format::Zso],
        max_block_size: 2048,
    },
    ReadingProgram {
        name: "maxcso",
        formats: &[Format::CsoV1, Format::CsoV2, Format::Zso, Format::Dax],
        max_block_size: 256 << 10,
    },
];

/// Returns the names of the programs that are known to read an image with the format and block size
/// in `info`. The list is always empty for JISO and plain images, because [`PROGRAMS`] has no
/// programs for them.
pub(crate) fn programs_that_read(info: &Info) -> Vec<&'static str> {
    PROGRAMS
        .iter()
        .filter(|program| program.formats.contains(&info.format) && program.reads_block_size(info))
        .map(|program| program.name)
        .collect()
}

/// Returns a warning for the user if many programs cannot read the image because of its block size.
/// Otherwise returns `None`.
pub(crate) fn block_size_warning(info: &Info) -> Option<String> {
    (info.format.is_ciso() && info.block_size != 2048).then(|| {
        format!(
            "block size {}: PS2 loaders and most PSP firmware can read only 2048",
            info.block_size
        )
    })
}

impl ReadingProgram {
    fn reads_block_size(&self, info: &Info) -> bool {
        let block_size = info.block_size;
        !info.format.is_ciso() || block_size.is_power_of_two() && block_size <= self.max_block_size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what the library reads from the header of a CSO or ZSO file. The header has the
    /// given magic number, version and block size. The size of the image is one byte.
    fn info(magic: &[u8; 4], version: u8, block_size: u32) -> Info {
        let mut head = [0; 0x30];
        head[..4].copy_from_slice(magic);
        head[4] = 0x18;
        head[8] = 1;
        head[0x10..0x14].copy_from_slice(&block_size.to_le_bytes());
        head[0x14] = version;
        cso::probe(&head, 0x30).unwrap()
    }

    #[test]
    fn fewer_programs_read_large_blocks_which_have_a_warning() {
        let small = info(b"CISO", 1, 2048);
        assert_eq!(programs_that_read(&small).len(), 5);
        assert_eq!(block_size_warning(&small), None);
        let large = info(b"CISO", 1, 256 << 10);
        assert_eq!(programs_that_read(&large), ["PPSSPP", "PCSX2", "maxcso"]);
        assert!(block_size_warning(&large)
            .unwrap()
            .contains("block size 262144"));
        assert_eq!(
            programs_that_read(&info(b"CISO", 1, 512 << 10)),
            ["PPSSPP", "PCSX2"]
        );
        assert_eq!(programs_that_read(&info(b"CISO", 1, 2352)), [] as [&str; 0]);
    }

    #[test]
    fn programs_depend_on_the_format() {
        assert!(programs_that_read(&info(b"CISO", 2, 2048))
            .iter()
            .all(|name| !name.starts_with("P")));
        assert!(programs_that_read(&info(b"ZISO", 1, 2048)).contains(&"Open PS2 Loader"));
        assert!(!programs_that_read(&info(b"ZISO", 1, 2048)).contains(&"PPSSPP"));
    }
}
