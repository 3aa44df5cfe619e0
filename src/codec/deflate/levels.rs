//! The settings of the compression levels: a table with one row for each level and one column for
//! each setting.
//!
//! Encoding at one of the levels 5 to 9 takes about 1.2 to 2.5 times as long as at the level
//! before. Encoding at level 10 takes about four times as long as at level 9.

use super::dynamic_codes::CodeSearch;
use super::match_finder::MatchSettings;

/// The compression levels of libdeflate and zlib that are used for one level of this library.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LibraryLevels {
    /// Compression level for libdeflate, 0 to 12. Levels 10 to 12 are not used, because this
    /// library's own encoder makes smaller streams in less time.
    pub(crate) libdeflate: i32,
    /// Compression level for zlib, 0 to 9. It is used only in builds without libdeflate.
    pub(crate) zlib: u32,
}

/// The settings of the deflate encoder for one compression level.
pub(crate) struct Settings {
    /// Compression levels for libdeflate and zlib, which encode the blocks if no block is larger
    /// than 1 MiB. `None` if this library's own encoder encodes all blocks. The other fields are
    /// settings of this library's own encoder.
    pub(crate) library: Option<LibraryLevels>,
    /// Limits of the search for matches, which are earlier occurrences of the same bytes.
    pub(crate) matches: MatchSettings,
    /// The cost models with which the search for the best parse starts. A parse divides data into
    /// literals and matches, and a cost model has the estimated size of each symbol. The encoder
    /// parses each piece (a part of a block, up to 64 KiB) several times from each cost model.
    pub(crate) start: &'static [InitialCosts],
    /// Maximum number of parses for each cost model in `start`. The first of these parses uses this
    /// cost model. Each following parse uses costs that are computed from the symbols of the parse
    /// before it.
    pub(crate) passes: u32,
    /// Number of failures after which the encoder gives up a cost model in `start`, or a split of a
    /// piece. A failure is a parse that does not reduce the size.
    pub(crate) patience: u32,
    /// Number of ways to split a piece into sub-blocks (deflate blocks) that the encoder tries. A
    /// piece is a part of a block and has up to 64 KiB.
    pub(crate) splits: u32,
    /// Maximum number of parses for each way to split a piece into sub-blocks (deflate blocks).
    pub(crate) split_passes: u32,
    /// Number of times that the encoder starts again with costs from randomly changed symbol
    /// counts. The counts before the changes are those of the smallest encoding so far.
    pub(crate) perturbations: u32,
    /// Maximum number of parses at the end of the search. For these parses, the cost of a symbol is
    /// the length of its codeword in the smallest encoding so far. Their Huffman codes are searched
    /// thoroughly.
    pub(crate) final_passes: u32,
    /// Whether the codeword lengths of the smallest encodings are improved with the
    /// [`LengthTrellis`](super::length_trellis::LengthTrellis), a search for lengths that take few
    /// bits in the header.
    pub(crate) trellis: bool,
    /// The Huffman codes that are tried for the result of each parse, so that the sizes of the
    /// results can be compared.
    pub(crate) search: CodeSearch,
    /// The Huffman codes that are tried for the smallest encoding. They are tried after the parses
    /// from all cost models in `start` and for all splits.
    pub(crate) final_search: CodeSearch,
}

/// The cost models with which the search for the best parse of a piece can start. A piece is a part
/// of a block and has up to 64 KiB. A cost model has the estimated size of each symbol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum InitialCosts {
    /// Costs that are computed from the sum of two symbol counts: the counts of the previous piece,
    /// and the counts of a greedy parse of the current piece. A greedy parse takes the longest
    /// match at each position.
    Mixed,
    /// Costs that are the codeword lengths of deflate's fixed Huffman codes.
    Fixed,
    /// Costs that are computed from the symbol counts of the previous piece.
    Previous,
}

/// Converts the rows of the table `LEVELS` into [`Settings`].
macro_rules! levels {
    ($(
        $level:literal: $library:expr,
        $tree_depth:literal, $chain_depth:literal, $max_symbol_difference:literal,
        $start:expr, $passes:literal, $patience:literal, $splits:literal, $split_passes:literal,
        $perturbations:literal, $final_passes:literal, $trellis:literal, $search:ident,
        $final_search:ident;
    )*) => {
        [$(Settings {
            library: $library,
            matches: MatchSettings {
                tree_depth: $tree_depth,
                chain_depth: $chain_depth,
                max_symbol_difference: $max_symbol_difference,
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

/// The settings of levels 1 to 10, one row for each level. The columns are the fields of
/// [`Settings`] in the order of their declarations. The field `matches` has three columns, one for
/// each field of [`MatchSettings`].
const LEVELS: [Settings; 10] = levels! {
    //                                             passes
    //                                             |  patience
    //                                             |  |  splits
    //                                             |  |  |  split_passes
    //             tree_depth                      |  |  |  |  perturbations
    //             |    chain_depth                |  |  |  |  |  final_passes
    //             |    |   max_symbol_difference |  |  |  |  |  |  trellis
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

/// Largest maximum block size, in bytes, for which the table applies unchanged. If blocks may be
/// larger, every level tries to split pieces of a block into sub-blocks (deflate blocks). One pair
/// of Huffman codes does not suit all parts of a large block.
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

    /// Returns these settings with changes for data of class
    /// [`Simple`](super::greedy::DataClass::Simple). For such data, more parses than usual are
    /// needed to find a small encoding.
    pub(crate) fn for_simple_data(&self) -> Settings {
        Settings {
            start: &[Mixed, Fixed],
            passes: self.passes.max(3),
            search: CodeSearch::Thorough,
            final_search: CodeSearch::Thorough,
            splits: self.splits.max(1),
            split_passes: 2,
            final_passes: self.final_passes.max(1),
            // The trellis makes headers smaller. It is not used here, because the codes for simple
            // data have few symbols, so the headers are already small.
            trellis: false,
            ..*self
        }
    }

    /// Returns these settings with changes for data of class
    /// [`LongRepeats`](super::greedy::DataClass::LongRepeats), of which long matches cover at least
    /// a quarter. For such data, more than a few parses rarely reduce the size. But the streams are
    /// short, so the header with the Huffman codes is a large part of each. Therefore the codes are
    /// searched thoroughly.
    ///
    /// The settings are returned unchanged if their level uses perturbations, which are restarts
    /// from randomly changed symbol counts.
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
