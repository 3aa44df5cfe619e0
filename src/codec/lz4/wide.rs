//! LZ4 decoder for 64-bit machines. A fast loop copies fixed amounts of bytes while there is space
//! for them, and a careful loop decodes the rest. Both decode one sequence at a time: a token with
//! the lengths, the literals and a match.
//!
//! Most of the decoding time is spent on mispredicted branches and on failed store forwarding: a
//! load waits if it overlaps a recent store but also needs bytes from elsewhere. So the fast loop
//! has few branches and copies as much as possible with one load.

/// Maximum number of bytes after the end of a copy that the fast loop may read and overwrite.
pub(super) const SLACK: usize = 32;

/// Largest input and output, in bytes, for the fast loop. It keeps positions in 32 bits. No length
/// in such an input exceeds 32 bits either, so one comparison checks that a range lies within a
/// slice.
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

/// The size of a block's input and of its output in bytes, and how much of the output is required.
#[derive(Clone, Copy)]
struct BlockLimits {
    len: usize,
    size: usize,
    wanted: usize,
}

/// The number of bytes read from the input and written to the output.
#[derive(Clone, Copy)]
struct FastPosition {
    input: u32,
    output: u32,
}

/// A sequence that the fast loop has decoded.
enum Sequence {
    /// Literals and a match.
    WithMatch,
    /// The literals at the end of the block.
    Last,
}

/// Decodes sequences until the end of the block or until one cannot be decoded fast. Returns
/// whether the end was reached.
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

/// Decodes a sequence. Returns `None` if it is damaged or if there is not enough space to decode it
/// fast. `position` is unchanged then, but bytes of `out` after it may have changed.
///
/// A sequence may go past the end of the block. A later call then returns `None`.
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
        // If the block is full, the rest of the input is padding.
        return (done == limits.size && at <= limits.len).then_some(Sequence::Last);
    }
    let distance = usize::from(u16::from_le_bytes(*array_at(input, at)?));
    at += 2;
    let from = in_32_bits(done.checked_sub(distance)?);
    let mut length = 4 + usize::from(token & 15);
    if length < 19 && length <= distance {
        // One copy of 18 bytes: with two copies, the second load could wait for the first store.
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

/// Reads the part of a length that follows the four bits in the token. It is less than 256 times
/// the size of the input, so sums of lengths cannot overflow.
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

/// Copies 15 or more literals from `input` at `at` to `out` at `done`, and up to [`SLACK`] further
/// bytes. Returns `None` if there is not enough space for that.
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

/// Copies a match of 4 or more bytes within `out` to `at`, from `distance` bytes before it, and up
/// to [`SLACK`] further bytes. `distance` must not exceed `at`. Returns `None` if there is not
/// enough space or if the distance is 0.
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
    // A multiple of the distance gives the same bytes, and with 8 or more the copies do not
    // overlap.
    let to = at + 8;
    copy_in_pairs::<8>(out, in_32_bits(to - usize::from(multiple)), to, at + length)?;
    (distance != 0).then_some(())
}

/// Copies up to `end`, or a little further, in pairs of `N` bytes. `from` must be at least `N`
/// bytes before `to`. Returns `None` if there is not enough space for that.
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

/// Copies `N` bytes. All are read before any is written. Returns `None` if a range ends after the
/// end of `out`.
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

/// Returns the position unchanged if it is less than 2^32, which all positions of the fast loop
/// are. The conversion shows the compiler that additions to it cannot overflow.
#[inline(always)]
fn in_32_bits(position: usize) -> usize {
    position as u32 as usize
}

/// How to repeat the bytes at a distance of less than 16.
#[derive(Clone, Copy)]
struct RepeatPattern {
    /// Selects, from the 8 bytes at the distance, those that are repeated.
    mask: u64,
    /// A multiplication by this number repeats the selected bytes up to the eighth byte.
    factor: u64,
    /// Smallest multiple of the distance that is 8 or more.
    multiple: u8,
}

/// The patterns, indexed by distance. The entry for distance 0 has no meaning, because such a match
/// is rejected after the copy.
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

/// The number of bytes read and written, for blocks of any size.
struct Position {
    input: usize,
    output: usize,
}

/// Decodes the rest of a block from `position` on, without writing past the end of `out`.
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
        // Every block ends with a sequence that has no match. It may have no literals either.
        if position.input == input.len() {
            return Some(position.output);
        }
        // From here on the input may be padding: if it cannot be decoded, the block ends here.
        if enough.is_none() && position.output >= wanted {
            enough = Some(position.output);
        }
        if decode_match(&mut position, input, out, token & 15).is_none() {
            break;
        }
    }
    enough
}

/// Returns a length whose four bits in the token are `nibble`, after reading its length bytes.
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
    // Each copy makes twice as many repeated bytes available to the next one.
    while position.output < end {
        let count = (position.output - from).min(end - position.output);
        out.copy_within(from..from + count, position.output);
        position.output += count;
    }
    Some(())
}
