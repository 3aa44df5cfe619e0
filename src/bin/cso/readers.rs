//! Who can read an image: programs and firmware, by format and block size.

use cso::format::MAX_BLOCK_SIZE;
use cso::{Format, Info};

struct Reader {
    name: &'static str,
    formats: &'static [Format],
    /// The largest block of the CISO family that is known to work (DAX has one size only).
    max_block_size: u32,
}

const READERS: [Reader; 6] = [
    Reader {
        name: "PPSSPP",
        formats: &[Format::CsoV1],
        max_block_size: MAX_BLOCK_SIZE,
    },
    Reader {
        name: "PCSX2",
        formats: &[Format::CsoV1, Format::Zso],
        max_block_size: MAX_BLOCK_SIZE,
    },
    Reader {
        name: "ARK-4 and ARK-5, Adrenaline (PSP, PS Vita)",
        formats: &[Format::CsoV1, Format::CsoV2, Format::Zso, Format::Dax],
        max_block_size: 2048,
    },
    Reader {
        name: "older PSP custom firmware (M33, PRO)",
        formats: &[Format::CsoV1],
        max_block_size: 2048,
    },
    Reader {
        name: "Open PS2 Loader",
        formats: &[Format::Zso],
        max_block_size: 2048,
    },
    Reader {
        name: "maxcso",
        formats: &[Format::CsoV1, Format::CsoV2, Format::Zso, Format::Dax],
        max_block_size: 256 << 10,
    },
];

/// Those who are known to read it. Empty for JISO and plain images, of which no list is kept.
pub(crate) fn of(info: &Info) -> Vec<&'static str> {
    READERS
        .iter()
        .filter(|reader| reader.formats.contains(&info.format) && reader.takes_blocks(info))
        .map(|reader| reader.name)
        .collect()
}

/// What someone should know who wants to play it.
pub(crate) fn warning(info: &Info) -> Option<String> {
    (info.format.is_ciso() && info.block_size != 2048).then(|| {
        format!(
            "block size {}: PS2 loaders and most PSP firmware cannot read it, they want 2048",
            info.block_size
        )
    })
}

impl Reader {
    fn takes_blocks(&self, info: &Info) -> bool {
        let block_size = info.block_size;
        !info.format.is_ciso() || block_size.is_power_of_two() && block_size <= self.max_block_size
    }
}
