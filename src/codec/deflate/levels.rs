//! The settings of the compression levels: a table with one row for each level and one column for
//! each setting.
//!
//! Each of levels 5 to 9 takes about 1.2 to 2.5 times as long as the level before it. Level 10
//! takes about four times as long as level 9.

use super::dynamic_codes::CodeSearch;
use super::match_finder::MatchSettings;

/// The compression levels with which the encoders of other libraries are used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LibraryLevels {
    /// Compression level for libdeflate, 0 to 12. Levels 10 to 12 are not worth using, because this
    /// library's own encoder makes smaller streams in less time.
    pub(crate) libdeflate: i32,
    /// Compression level for zlib, 0 to 9, in builds without libdeflate.
    pub(crate) zlib: u32,
}

/// The settings of the deflate encoder for one compression level.
pub(crate) struct Settings {
    /// Compression levels for libdeflate and zlib, which encode blocks of up to 1 MiB. `None` if
    /// this library's own encoder encodes all blocks. All other fields are settings of this
    /// library's own encoder.
    pub(crate) library: Option<LibraryLevels>,
    /// Limits of the search for matches.
    pub(crate) matches: MatchSettings,
    /// The initial cost models. The encoder parses each piece, which is a part of a block and has
    /// up to 64 KiB, several times from each of these cost models.
    pub(crate) start: &'static [InitialCosts],
    /// Maximum number of parses from each initial cost model. After the first one, each parse uses
    /// costs that are computed from the symbols of the parse before it.
    pub(crate) passes: u32,
    /// Number of parses that do not reduce the size after which the encoder gives up an initial
    /// cost model or a split.
    pub(crate) patience: u32,
    /// Number of splits of a piece into sub-blocks (deflate blocks) that are tried.
    pub(crate) splits: u32,
    /// Maximum number of parses for each split.
    pub(crate) split_passes: u32,
    /// Number of times that the encoder randomly changes the symbol counts of the best parse and
    /// starts again from the changed counts.
    pub(crate) perturbations: u32,
    /// Maximum number of parses at the end of the search. Their costs are the real codeword lengths
    /// of the best parse so far, and the codes of each are searched thoroughly.
    pub(crate) final_passes: u32,
    /// Whether the codeword lengths of the best parses are improved with the
    /// [`LengthTrellis`](super::length_trellis::LengthTrellis).
    pub(crate) trellis: bool,
    /// Which Huffman codes are tried for each parse while parses are compared.
    pub(crate) search: CodeSearch,
    /// Which Huffman codes are tried for the best parse.
    pub(crate) final_search: CodeSearch,
}

/// The cost models from which the first parse of a piece can start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum InitialCosts {
    /// Costs from the sum of two symbol counts: those of the previous piece, and those of a greedy
    /// parse of the current piece.
    Mixed,
    /// Costs of deflate's fixed codes.
    Fixed,
    /// Costs from the symbol counts of the previous piece.
    Previous,
}

/// Converts the rows of the table below into [`Settings`].
macro_rules! levels {
    ($(
        $level:literal: $library:expr,
        $tree_depth:literal, $chain_depth:literal, $slot_slack:literal,
        $start:expr, $passes:literal, $patience:literal, $splits:literal, $split_passes:literal,
        $perturbations:literal, $final_passes:literal, $trellis:literal, $search:ident,
        $final_search:ident;
    )*) => {
        [$(Settings {
            library: $library,
            matches: MatchSettings {
                tree_depth: $tree_depth,
                chain_depth: $chain_depth,
                slot_slack: $slot_slack,
            },
            start: &$start,
            passes: $passes,
            patience: $patience,
            splits: $splits,
            split_passes: $split_passes,
            perturbations: $perturbations,
            final_passes: $final_passes,
            trellis: $trellis,
            search: CodeSearch::$search,
            final_search: CodeSearch::$final_search,
        }),*]
    };
}

use InitialCosts::{Fixed, Mixed, Previous};

const fn lib(libdeflate: i32, zlib: u32) -> Option<LibraryLevels> {
    Some(LibraryLevels { libdeflate, zlib })
}

/// The settings of levels 1 to 10. The columns are the fields of [`Settings`] in the order of their
/// declarations. There is no column for the field `matches`. Instead, each field of
/// [`MatchSettings`] has its own column.
const LEVELS: [Settings; 10] = levels! {
    //                                             passes
    //                                             |  patience
    //                                             |  |  splits
    //                                             |  |  |  split_passes
    //             tree_depth                      |  |  |  |  perturbations
    //             |    chain_depth                |  |  |  |  |  final_passes
    //             |    |   slot_slack             |  |  |  |  |  |  trellis
    //  library    |    |   |   start              |  |  |  |  |  |  |      search    final_search
     1: lib(6, 6),  16,  0,  0, [Mixed],           1, 2, 0, 0, 0, 0, false, Quick,    Quick;
     2: lib(7, 7),  16,  0,  0, [Mixed],           1, 2, 0, 0, 0, 0, false, Quick,    Quick;
     3: lib(8, 8),  16,  0,  0, [Mixed],           1, 2, 0, 0, 0, 0, false, Quick,    Quick;
     4: lib(9, 9),  16,  0,  0, [Mixed],           1, 2, 0, 0, 0, 0, false, Quick,    Quick;
     5: None,       16,  0,  0, [Mixed],           1, 2, 0, 0, 0, 0, false, Quick,    Quick;
     6: None,       24,  0,  0, [Mixed],           2, 2, 0, 0, 0, 0, false, Quick,    Quick;
     7: None,       24,  0,  0, [Mixed],           2, 2, 0, 0, 0, 1, false, Quick,    Thorough;
     8: None,       24,  0,  0, [Mixed],           2, 2, 1, 2, 0, 1, false, Quick,    Thorough;
     9: None,      100,  4, 30, [Mixed, Fixed],    3, 1, 1, 3, 0, 1, true,  Quick,    Thorough;
    10: None,      100, 16, 30, [Fixed, Previous], 4, 2, 3, 3, 6, 2, true,  Thorough, Thorough;
};

/// Largest maximum block size, in bytes, for which the table applies unchanged. For larger blocks,
/// every level tries to split pieces into sub-blocks, because the stream of a large block is too
/// large if it has only one pair of codes.
const MAX_UNSPLIT_BLOCK: usize = 4096;

impl Settings {
    /// Returns the settings for compression level `level`, 1 to 10, and for blocks of up to
    /// `max_block` bytes.
    pub(crate) fn of_level(level: u32, max_block: usize) -> Settings {
        let settings = Settings {
            ..LEVELS[level.clamp(1, 10) as usize - 1]
        };
        if max_block <= MAX_UNSPLIT_BLOCK {
            return settings;
        }
        Settings {
            splits: settings.splits.max(1),
            split_passes: settings.split_passes.max(2),
            ..settings
        }
    }

    /// Returns the settings for data of class [`Simple`](super::greedy::DataClass::Simple). For
    /// such data, more parses than usual are needed to find a good one.
    pub(crate) fn for_simple_data(&self) -> Settings {
        Settings {
            start: &[Mixed, Fixed],
            passes: self.passes.max(3),
            search: CodeSearch::Thorough,
            final_search: CodeSearch::Thorough,
            splits: self.splits.max(1),
            split_passes: 2,
            final_passes: self.final_passes.max(1),
            // Codes with few symbols have small headers, so the trellis would not reduce the size.
            trellis: false,
            ..*self
        }
    }

    /// Returns the settings for data of class
    /// [`LongRepeats`](super::greedy::DataClass::LongRepeats). For such data, more parses rarely
    /// reduce the size. But the streams are short, so the header with the codes is a large part of
    /// each stream, and a thorough search for the codes reduces the size. The settings of a level
    /// with perturbations are returned unchanged.
    pub(crate) fn for_long_repeats(&self) -> Settings {
        if self.perturbations > 0 {
            return Settings { ..*self };
        }
        Settings {
            start: &[Mixed, Fixed],
            passes: 2,
            splits: self.splits.min(1),
            split_passes: 1,
            final_search: CodeSearch::Thorough,
            trellis: false,
            final_passes: 0,
            ..*self
        }
    }
}
