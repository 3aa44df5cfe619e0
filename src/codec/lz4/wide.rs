//! LZ4 decoder for 64-bit machines. A fast loop copies fixed amounts of bytes while there is space
//! for them, and a careful loop decodes the rest. Both decode one sequence at a time: a token with
//! the lengths, the literals and a match.
//!
//! Most of the decoding time is spent on mispredicted branches and on failed store forwarding: a
//! load waits if it overlaps a recent store but also needs bytes from elsewhere. So the fast loop
//! has few branches and copies as much as possible with one load.

/// Maximum number of bytes after the end of a copy that the fast loop may read and overwrite.
pub(super) const SLACK: usize = 32;

/// Largest input and output in bytes that the fast loop decodes. The fast loop keeps positions in
/// 32 bits. The lengths in an input of this size also fit into 32 bits, so one comparison checks
/// that a range lies within a slice.
const MAX_FAST_SIZE: usize = 1 << 24;

/// Decodes the block in the first `len` bytes of `input` to the first `size` bytes of `out`.
/// Returns the number of bytes decoded, or `None` if the block is damaged. The meaning of `wanted`
/// is that of [`decode`](super::decode).
///
/// If `input` and `out` have [`SLACK`] bytes after the block, the fast loop can also decode the end
/// of the block. Up to [`SLACK`] bytes of `out` after `size` may change.
pub(super) fn decode(
    input: &[u8],
    len: usize,
    out: &mut [u8],
    size: usize,
    wanted: usize,
) -> Option<usize> {
    let mut position = FastPosition {
        input: 0,
        output: 0,
    };
    if len.max(size) <= MAX_FAST_SIZE {
        let input = &input[..input.len().min(len + SLACK)];
        let out_len = out.len().min(size + SLACK);
        let limits = BlockLimits { len, size, wanted };
        if decode_fast(&mut position, input, &mut out[..out_len], limits) {
            return Some(size);
        }
    }
    if position.input as usize > len {
        // The fast loop went past the end of the block, so the block is decoded again from its
        // start.
        position = FastPosition {
            input: 0,
            output: 0,
        };
    }
    decode_careful(position, &input[..len], &mut out[..size], wanted)
}

/// The size of a block's input (`len`) and output (`size`) in bytes, and the minimum number of
/// bytes that the block must decode to (`wanted`).
#[derive(Clone, Copy)]
struct BlockLimits {
    len: usize,
    size: usize,
    wanted: usize,
}

/// Number of bytes read from the input and number of bytes written to the output, in the fast loop.
#[derive(Clone, Copy)]
struct FastPosition {
    input: u32,
    output: u32,
}

/// Kind of a sequence that the fast loop has decoded.
enum Sequence {
    /// Literals and a match.
    WithMatch,
    /// The literals at the end of the block.
    Last,
}

/// Decodes sequences from `position` on, until the end of the block or until a sequence cannot be
/// decoded fast. Returns whether the end of the block was reached.
#[inline(never)]
fn decode_fast(
    position: &mut FastPosition,
    input: &[u8],
    out: &mut [u8],
    limits: BlockLimits,
) -> bool {
    let mut local = *position;
    let ended = loop {
        match decode_sequence(&mut local, input, out, limits) {
            Some(Sequence::WithMatch) => {}
            Some(Sequence::Last) => break true,
            None => break false,
        }
    };
    *position = local;
    ended
}

/// Decodes the sequence at `position`. Returns `None` if the sequence is damaged or if there is not
/// enough space to decode it fast. In this case `position` is unchanged, but bytes of `out` after
/// `position` may have changed.
///
/// A sequence that goes past the end of the block is not detected by this call. A later call then
/// returns `None`.
#[inline(always)]
fn decode_sequence(
    position: &mut FastPosition,
    input: &[u8],
    out: &mut [u8],
    limits: BlockLimits,
) -> Option<Sequence> {
    let (mut at, mut done) = (position.input as usize, position.output as usize);
    let &[token, first @ ..] = array_at::<17>(input, at)?;
    at += 1;
    let mut literals = usize::from(token >> 4);
    if literals < 15 {
        *array_at_mut(out, done)? = first;
    } else {
        literals += read_length_bytes(input, &mut at)?;
        copy_literals(input, at, out, done, literals)?;
    }
    at = in_32_bits(at + literals);
    done = in_32_bits(done + literals);
    if done >= limits.wanted {
        // The block ends here if it has filled the output. The rest of the input is padding.
        return (done == limits.size && at <= limits.len).then_some(Sequence::Last);
    }
    let distance = usize::from(u16::from_le_bytes(*array_at(input, at)?));
    at += 2;
    let from = in_32_bits(done.checked_sub(distance)?);
    let mut length = 4 + usize::from(token & 15);
    if length < 19 && length <= distance {
        // The match is copied with one load and one store of 18 bytes, because the second of two
        // loads could have to wait for the first store.
        copy_within::<18>(out, from, done)?;
    } else {
        if length == 19 {
            length += read_length_bytes(input, &mut at)?;
        }
        copy_match(out, done, distance, length)?;
    }
    *position = FastPosition {
        input: at as u32,
        output: (done + length) as u32,
    };
    Some(Sequence::WithMatch)
}

/// Reads length bytes at `at` and returns their sum. Returns `None` if the input ends too early.
/// The sum is less than 256 times the size of the input, so additions to it cannot overflow.
#[inline(always)]
fn read_length_bytes(input: &[u8], at: &mut usize) -> Option<usize> {
    let mut length = 0;
    loop {
        let byte = *input.get(*at)?;
        *at += 1;
        length += usize::from(byte);
        if byte != 255 {
            break;
        }
    }
    Some(length)
}

/// Copies 15 or more literals from `input` at `at` to `out` at `done`. Up to [`SLACK`] bytes after
/// the literals are also copied. Returns `None` if `input` or `out` ends before the last byte that
/// would be copied.
#[inline(always)]
fn copy_literals(
    input: &[u8],
    at: usize,
    out: &mut [u8],
    done: usize,
    literals: usize,
) -> Option<()> {
    let end = done + literals;
    let (mut from, mut to) = (in_32_bits(at), done);
    loop {
        *array_at_mut::<SLACK>(out, to)? = *array_at(input, from)?;
        from = in_32_bits(from + SLACK);
        to = in_32_bits(to + SLACK);
        if to >= end {
            return Some(());
        }
    }
}

/// Copies a match of `length` bytes, at least 4, within `out`. The match begins at `at`, and its
/// source begins `distance` bytes before `at`. `distance` must not exceed `at`. Up to [`SLACK`]
/// bytes after the match may be overwritten. Returns `None` if `out` ends before them or if
/// `distance` is 0.
#[inline(always)]
fn copy_match(out: &mut [u8], at: usize, distance: usize, length: usize) -> Option<()> {
    if distance < 16 {
        return copy_near_match(out, at, distance, length);
    }
    copy_in_pairs::<16>(out, in_32_bits(at - distance), at, at + length)
}

/// Copies a match like [`copy_match`] does, for distances below 16 bytes.
#[inline(always)]
fn copy_near_match(out: &mut [u8], at: usize, distance: usize, length: usize) -> Option<()> {
    let RepeatPattern {
        mask,
        factor,
        multiple,
    } = REPEAT_PATTERNS[distance & 15];
    let first = u64::from_le_bytes(*array_at(out, in_32_bits(at - distance))?);
    *array_at_mut(out, at)? = (first & mask).wrapping_mul(factor).to_le_bytes();
    // The match repeats with the period `distance`, so the bytes at a multiple of `distance` before
    // a byte of the match are the same. A multiple of at least 8 is used, so that the source and
    // the target of a copy of 8 bytes do not overlap.
    let to = at + 8;
    copy_in_pairs::<8>(out, in_32_bits(to - usize::from(multiple)), to, at + length)?;
    (distance != 0).then_some(())
}

/// Copies bytes of `out` from `from` to `to`, in pairs of copies of `N` bytes. Copies at least one
/// pair, and stops once the target reaches `end`. `from` must be at least `N` bytes before `to`.
/// Returns `None` if `out` ends too early.
#[inline(always)]
fn copy_in_pairs<const N: usize>(out: &mut [u8], from: usize, to: usize, end: usize) -> Option<()> {
    let (mut from, mut to) = (from, to);
    loop {
        copy_within::<N>(out, from, to)?;
        copy_within::<N>(out, from + N, to + N)?;
        from = in_32_bits(from + 2 * N);
        to = in_32_bits(to + 2 * N);
        if to >= end {
            return Some(());
        }
    }
}

/// Copies `N` bytes of `out` from `from` to `to`. All bytes are read before any is written. Returns
/// `None` if the source or the target extends past the end of `out`.
#[inline(always)]
fn copy_within<const N: usize>(out: &mut [u8], from: usize, to: usize) -> Option<()> {
    let copy: [u8; N] = *array_at(out, from)?;
    *array_at_mut(out, to)? = copy;
    Some(())
}

#[inline(always)]
fn array_at<const N: usize>(input: &[u8], at: usize) -> Option<&[u8; N]> {
    input.get(at..at + N)?.first_chunk()
}

#[inline(always)]
fn array_at_mut<const N: usize>(out: &mut [u8], at: usize) -> Option<&mut [u8; N]> {
    out.get_mut(at..at + N)?.first_chunk_mut()
}

/// Returns `position` unchanged. It must be less than 2^32, which is true of all positions in the
/// fast loop. The conversion shows the compiler that additions to the position cannot overflow.
#[inline(always)]
fn in_32_bits(position: usize) -> usize {
    position as u32 as usize
}

/// Describes how a match with a distance of less than 16 bytes repeats the bytes before it.
#[derive(Clone, Copy)]
struct RepeatPattern {
    /// Bit mask that selects the bytes to repeat from the 8 bytes that begin `distance` bytes
    /// before the match.
    mask: u64,
    /// Factor by which the selected bytes are multiplied, so that they fill all 8 bytes.
    factor: u64,
    /// Smallest multiple of the distance that is 8 or more.
    multiple: u8,
}

/// The patterns of the match distances, indexed by distance in bytes. Entry 0 has no meaning,
/// because a match with distance 0 is rejected after the copy.
const REPEAT_PATTERNS: [RepeatPattern; 16] = {
    let mut all = [RepeatPattern {
        mask: u64::MAX,
        factor: 1,
        multiple: 8,
    }; 16];
    let mut distance = 1;
    while distance < 16 {
        let multiple = 8usize.next_multiple_of(distance);
        all[distance].multiple = multiple as u8;
        if distance < 8 {
            all[distance].mask = (1 << (8 * distance)) - 1;
        }
        let mut at = distance;
        while at < 8 {
            all[distance].factor |= 1 << (8 * at);
            at += distance;
        }
        distance += 1;
    }
    all
};

/// Number of bytes read from the input and number of bytes written to the output, for blocks of any
/// size.
struct Position {
    input: usize,
    output: usize,
}

/// Decodes the rest of a block from `position` on, without writing past the end of `out`. Returns
/// the number of bytes decoded in the whole block, or `None` if the block is damaged.
#[inline(never)]
fn decode_careful(
    position: FastPosition,
    input: &[u8],
    out: &mut [u8],
    wanted: usize,
) -> Option<usize> {
    let mut position = Position {
        input: position.input as usize,
        output: position.output as usize,
    };
    let mut enough = None;
    while let Some(token) = input.get(position.input) {
        position.input += 1;
        if decode_literals(&mut position, input, out, token >> 4).is_none() {
            break;
        }
        // Every block ends after the literals of a sequence that has no match. The number of these
        // literals may be 0.
        if position.input == input.len() {
            return Some(position.output);
        }
        // If the output already has `wanted` bytes, the rest of the input may be padding. If it
        // cannot be decoded, the block is taken to end here.
        if enough.is_none() && position.output >= wanted {
            enough = Some(position.output);
        }
        if decode_match(&mut position, input, out, token & 15).is_none() {
            break;
        }
    }
    enough
}

/// Returns the number of literals of a sequence, or the length of its match minus 4. `nibble` is
/// the four bits of the token that belong to this number. If `nibble` is 15, the length bytes at
/// `at` are read and added. Returns `None` if the input ends too early.
fn read_length(input: &[u8], at: &mut usize, nibble: u8) -> Option<usize> {
    match nibble {
        15 => Some(15 + read_length_bytes(input, at)?),
        _ => Some(nibble.into()),
    }
}

/// Copies the literals of a sequence. Returns `None` if they exceed the input or the output.
fn decode_literals(
    position: &mut Position,
    input: &[u8],
    out: &mut [u8],
    nibble: u8,
) -> Option<()> {
    let length = read_length(input, &mut position.input, nibble)?;
    let from = input.get(position.input..)?.get(..length)?;
    out.get_mut(position.output..)?
        .get_mut(..length)?
        .copy_from_slice(from);
    position.input += length;
    position.output += length;
    Some(())
}

/// Copies the match of a sequence. Returns `None` if its distance is invalid or if it exceeds the
/// output.
fn decode_match(position: &mut Position, input: &[u8], out: &mut [u8], nibble: u8) -> Option<()> {
    let distance = usize::from(u16::from_le_bytes(
        *input.get(position.input..)?.first_chunk()?,
    ));
    position.input += 2;
    let length = 4 + read_length(input, &mut position.input, nibble)?;
    let end = position.output + length;
    if distance == 0 || distance > position.output || end > out.len() {
        return None;
    }
    let from = position.output - distance;
    // Each copy doubles the number of bytes that the next one can copy at once.
    while position.output < end {
        let count = (position.output - from).min(end - position.output);
        out.copy_within(from..from + count, position.output);
        position.output += count;
    }
    Some(())
}
