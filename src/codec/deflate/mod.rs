//! A deflate encoder for small independent blocks.
//!
//! Every match, code and header is chosen for the exact size of the result. All streams are safe for real PSP hardware:
//! in a dynamic header no repeat joins the literal/length lengths and the distance lengths, and both codes are complete
//! and have at least two codewords.
//!
//! A block passes through these stages, each in a file of its own: `matches` finds where text occurred before, `greedy`
//! takes a first look, `optimize` drives `parse` (the shortest path for given `costs`), `split` (where to cut into
//! sub-blocks) and `codes` (with `huffman`, `smooth`, `trellis` and `header`), and `emit` writes the result.

mod bits;
mod chance;
mod codes;
mod costs;
mod effort;
mod emit;
mod greedy;
mod header;
mod huffman;
mod matches;
mod optimize;
mod parse;
mod smooth;
mod solution;
mod split;
mod tables;
mod token;
mod trellis;

#[cfg(test)]
mod tests;

pub(crate) use effort::Effort;

use bits::BitWriter;
use core::sync::atomic::{AtomicBool, Ordering};
use effort::Settings;
use greedy::Nature;
use matches::Matcher;
use optimize::{Optimizer, Piece};
use token::Histogram;

/// Longest block of any encoder, so that positions fit 32 bits with room to spare.
const MAX_BLOCK: usize = 1 << 30;
/// Most bytes that are parsed at once. A longer block is a series of such pieces, with matches across their borders.
const MAX_PIECE: usize = 1 << 16;

/// Encodes blocks as raw deflate streams, one complete stream for each block.
///
/// The counts of a block's symbols are a first guess for the next one's, so an output may depend on the blocks before
/// it, back to the last [`reset`](Encoder::reset).
pub(crate) struct Encoder {
    settings: Settings,
    /// For plain data.
    persistent: Settings,
    /// For data that repeats itself.
    settled: Settings,
    max_block: usize,
    matcher: Matcher,
    optimizer: Optimizer,
    warm: Option<Histogram>,
}

impl Encoder {
    /// An encoder for blocks of at most `max_block` bytes (1 GiB if that is more). All memory is
    /// allocated here: about 0.7 MiB for blocks of 2 KiB, and less than 6 MiB in any case.
    pub(crate) fn new(effort: Effort, max_block: usize) -> Encoder {
        let max_block = max_block.min(MAX_BLOCK);
        let settings = effort.settings(max_block);
        let max_piece = max_block.min(MAX_PIECE);
        Encoder {
            matcher: Matcher::new(settings.matches, max_block, max_piece),
            optimizer: Optimizer::new(max_piece),
            warm: None,
            max_block,
            persistent: settings.persistent(),
            settled: settings.settled(),
            settings,
        }
    }

    /// Forgets all blocks: the outputs after this depend only on the blocks after this.
    pub(crate) fn reset(&mut self) {
        self.warm = None;
    }

    /// Encodes `block` as [`encode_unless`](Encoder::encode_unless) does that is never stopped.
    #[cfg(test)]
    pub(crate) fn encode(&mut self, block: &[u8], out: &mut [u8]) -> Option<usize> {
        self.encode_unless(block, out, &AtomicBool::new(false))
    }

    /// Encodes `block` into `out` and returns the size of the stream, or `None` if it does not fit or if the block is
    /// longer than the `max_block` that the encoder was made for, or once `stop` says that nobody wants the stream any
    /// more.
    ///
    /// The stream is the same whatever the room. A block that is not worth compressing becomes stored sub-blocks, five
    /// bytes longer than itself for each 64 KiB begun: with less room than the block is long, `None` is the usual answer
    /// for such a block, and it comes fast. What `out` holds behind the stream, or at all after `None`, is unspecified.
    pub(crate) fn encode_unless(
        &mut self,
        block: &[u8],
        out: &mut [u8],
        stop: &AtomicBool,
    ) -> Option<usize> {
        if block.len() > self.max_block {
            return None;
        }
        let mut writer = BitWriter::new(out);
        self.matcher.start_block(block.len());
        let mut start = 0;
        loop {
            let end = start + self.matcher.find(block, start);
            let last = end == block.len();
            self.encode_piece(&block[start..end], last, &mut writer, stop);
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            if last {
                return writer.finish();
            }
            start = end;
        }
    }

    /// Encodes the piece whose candidates the matcher holds.
    fn encode_piece(&mut self, data: &[u8], last: bool, writer: &mut BitWriter, stop: &AtomicBool) {
        let candidates = &self.matcher.candidates;
        let survey = greedy::survey(data, candidates);
        if survey.nature == Nature::Noise && !data.is_empty() {
            emit::write_stored(data, last, writer);
            return;
        }
        let piece = Piece {
            data,
            candidates,
            greedy: &survey.histogram,
            warm: self.warm.as_ref(),
            stop,
        };
        let settings = match survey.nature {
            Nature::Repeating => &self.settled,
            Nature::Plain => &self.persistent,
            Nature::Noise | Nature::Usual => &self.settings,
        };
        self.optimizer.run(settings, &piece);
        if piece.is_unwanted() {
            return;
        }
        let best = &self.optimizer.best;
        emit::write_solution(best, data, last, writer);
        self.warm = Some(best.histogram());
    }
}
