//! The compression levels: one table with a row for each level and a column for each setting.
//!
//! From level 5 on each level takes about 1.2 to 2.5 times as long as the one before it, and level
//! 10 takes about four times as long as level 9.

use super::dynamic_codes::CodeSearch;
use super::match_finder::MatchSettings;

/// Levels of the encoders that other libraries provide.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LibraryLevels {
    /// Level of libdeflate, 0 to 12. From libdeflate's level 10 on, this library's own encoder
    /// makes smaller streams in less time.
    pub(crate) libdeflate: i32,
    /// Level of zlib, 0 to 9, in builds without libdeflate.
    pub(crate) zlib: u32,
}

/// The settings of the encoder at a level.
pub(crate) struct Settings {
    /// Levels of the libraries that encode blocks of up to 1 MiB. `None` if this library's own
    /// encoder encodes all blocks. The other fields are settings of the own encoder.
    pub(crate) library: Option<LibraryLevels>,
    /// Limits of the search for matches.
    pub(crate) matches: MatchSettings,
    /// The cost models that the parse of a piece (up to 64 KiB of a block) starts from, tried one
    /// after the other.
    pub(crate) start: &'static [InitialCosts],
    /// Maximum number of parses for each initial cost model. Each parse uses the costs of the
    /// symbols that the parse before it chose.
    pub(crate) passes: u32,
    /// Number of parses without gain after which an initial cost model or a split is given up.
    pub(crate) patience: u32,
    /// Number of ways to split a piece into sub-blocks (deflate blocks) that are tried.
    pub(crate) splits: u32,
    /// Maximum number of parses for each way to split.
    pub(crate) split_passes: u32,
    /// Number of times that the search starts again from the symbol counts of the best parse, after
    /// it has changed them randomly.
    pub(crate) perturbations: u32,
    /// Maximum number of parses at the end that use the real code lengths as costs, each with a
    /// thorough search for the codes.
    pub(crate) final_passes: u32,
    /// Whether the code lengths of the best parses are improved with the
    /// [`LengthTrellis`](super::length_trellis::LengthTrellis).
    pub(crate) trellis: bool,
    /// How the Huffman codes are searched while parses are compared.
    pub(crate) search: CodeSearch,
    /// How the Huffman codes of the best parse are searched.
    pub(crate) final_search: CodeSearch,
}

/// A cost model for the first parse of a piece.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum InitialCosts {
    /// The sum of the previous piece's symbol counts and the counts of a greedy parse.
    Mixed,
    /// Deflate's fixed codes.
    Fixed,
    /// The previous piece's symbol counts.
    Previous,
}

/// Turns the rows of the table below into [`Settings`].
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

/// The settings of levels 1 to 10, the maximum. The columns are the fields of [`Settings`] in the
/// order of their declarations, with the fields of [`LibraryLevels`] and [`MatchSettings`] in their
/// places.
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

/// Largest block in bytes for which the table applies unchanged. For larger blocks, every level
/// tries to split them, because a single pair of codes for a large block makes the stream too
/// large.
const MAX_UNSPLIT_BLOCK: usize = 4096;

impl Settings {
    /// Returns the settings of a level, 1 to 10, for blocks of up to `max_block` bytes.
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

    /// Returns the settings for data of class [`Simple`](super::greedy::DataClass::Simple), which
    /// takes more parses than usual.
    pub(crate) fn for_simple_data(&self) -> Settings {
        Settings {
            start: &[Mixed, Fixed],
            passes: self.passes.max(3),
            search: CodeSearch::Thorough,
            final_search: CodeSearch::Thorough,
            splits: self.splits.max(1),
            split_passes: 2,
            final_passes: self.final_passes.max(1),
            // Codes with few symbols have small headers, so the trellis gains nothing.
            trellis: false,
            ..*self
        }
    }

    /// Returns the settings for data of class
    /// [`LongRepeats`](super::greedy::DataClass::LongRepeats). More parses rarely make its streams
    /// smaller, but the streams are short, so the codes are a large part of them and a thorough
    /// search for the codes pays. A level with perturbations keeps its settings.
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
