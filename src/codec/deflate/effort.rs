//! How much time to spend for how few bytes.

use super::codes::Search;
use super::matches::MatchSearch;

/// Presets of the encoder, from the fastest to the one with the smallest output. Each takes about 1.2 to 2.5 times as long
/// as the one before it, the last one four times. Blocks above 4 KiB are split into sub-blocks at every effort.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Effort {
    /// One shortest-path pass.
    Swift,
    /// Two passes.
    Normal,
    /// And a pass with the real codes, which are searched thoroughly.
    High,
    /// And a search for places to split a block.
    Higher,
    /// More passes, from two starts, over matches at several distances, and codeword lengths chosen one by one.
    Highest,
    /// And a thorough search in each pass, more divisions, and a random search around the best that was found.
    Max,
}

/// Costs to start the passes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Start {
    /// The greedy parse's counts and the previous block's.
    Mixed,
    /// The fixed codes.
    Fixed,
    /// The previous block's counts.
    Warm,
}

/// What an effort means.
pub(crate) struct Settings {
    pub(crate) matches: MatchSearch,
    pub(crate) starts: &'static [Start],
    /// Passes for each start.
    pub(crate) passes: u32,
    /// Passes without gain after which a start or a division is given up.
    pub(crate) patience: u32,
    /// Divisions into sub-blocks to try.
    pub(crate) divisions: u32,
    /// Passes for each division.
    pub(crate) division_passes: u32,
    /// How codes are searched while passes are compared.
    pub(crate) search: Search,
    /// How the codes of the best of them are.
    pub(crate) last_search: Search,
    /// Descents from disturbed counts.
    pub(crate) random_descents: u32,
    /// Choose the codeword lengths of the best solutions one by one.
    pub(crate) refine: bool,
    /// Passes with the real codes in the end, each searched thoroughly.
    pub(crate) polish: u32,
}

/// From this block size on one set of codes for a whole block costs more than a search for divisions.
const DIVIDED_BLOCK: usize = 4096;

impl Settings {
    /// For data that takes more passes than usual.
    pub(crate) fn persistent(&self) -> Settings {
        Settings {
            starts: &[Start::Mixed, Start::Fixed],
            passes: self.passes.max(3),
            search: Search::Thorough,
            last_search: Search::Thorough,
            divisions: self.divisions.max(1),
            division_passes: 2,
            polish: self.polish.max(1),
            // Its codes are short, so their headers are small.
            refine: false,
            ..*self
        }
    }

    /// For text that repeats itself, of which another parse is hardly ever smaller. Its streams are short, so that a bit
    /// of the codes weighs more. A random search is for those who want to know.
    pub(crate) fn settled(&self) -> Settings {
        if self.random_descents > 0 {
            return Settings { ..*self };
        }
        Settings {
            starts: &[Start::Mixed, Start::Fixed],
            passes: 2,
            divisions: self.divisions.min(1),
            division_passes: 1,
            last_search: Search::Thorough,
            refine: false,
            polish: 0,
            ..*self
        }
    }
}

impl Effort {
    pub(super) fn settings(self, max_block: usize) -> Settings {
        let mut settings = self.of_small_blocks();
        if max_block > DIVIDED_BLOCK {
            settings.divisions = settings.divisions.max(1);
            settings.division_passes = settings.division_passes.max(2);
        }
        settings
    }

    fn of_small_blocks(self) -> Settings {
        use Start::*;
        let swift = Settings {
            matches: MatchSearch {
                depth: 16,
                chain: 0,
                rivals: 0,
            },
            starts: &[Mixed],
            passes: 1,
            patience: 2,
            divisions: 0,
            division_passes: 0,
            search: Search::Quick,
            last_search: Search::Quick,
            random_descents: 0,
            refine: false,
            polish: 0,
        };
        let normal = Settings {
            matches: MatchSearch {
                depth: 24,
                ..swift.matches
            },
            passes: 2,
            ..swift
        };
        let high = Settings {
            last_search: Search::Thorough,
            polish: 1,
            ..normal
        };
        let higher = Settings {
            divisions: 1,
            division_passes: 2,
            ..high
        };
        let highest = Settings {
            matches: MatchSearch {
                depth: 100,
                chain: 4,
                rivals: 30,
            },
            starts: &[Mixed, Fixed],
            passes: 3,
            patience: 1,
            division_passes: 3,
            refine: true,
            ..higher
        };
        match self {
            Effort::Swift => swift,
            Effort::Normal => normal,
            Effort::High => high,
            Effort::Higher => higher,
            Effort::Highest => highest,
            Effort::Max => Settings {
                matches: MatchSearch {
                    chain: 16,
                    ..highest.matches
                },
                starts: &[Fixed, Warm],
                passes: 4,
                patience: 2,
                divisions: 3,
                search: Search::Thorough,
                random_descents: 6,
                polish: 2,
                ..highest
            },
        }
    }
}
