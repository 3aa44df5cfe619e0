//! LZ4 decoder for 64-bit machines. It decodes one sequence after the other. A sequence has a token
//! with the lengths, then literals, then a match, which is a copy of earlier output.
//!
//! Most of a block is decoded by a fast loop, which copies a fixed number of bytes even if fewer
//! are needed. Once a sequence is too close to the end of a buffer for that, a careful loop decodes
//! the rest of the block.
//!
//! Most of the decoding time is lost to mispredicted branches and to loads that wait for a recent
//! store. A load waits if only some of its bytes come from the store. Therefore the fast loop has
//! few branches and copies as many bytes as possible with one load.

/// Maximum number of bytes that the fast loop reads and overwrites after the bytes that it has to
/// copy.
pub(super) const SLACK: usize = 32;

/// Largest size of the input and of the output, in bytes, for which the fast loop is used. It keeps
/// positions in 32 bits. Lengths that occur in an input of this size also fit into 32 bits. So a
/// position plus a length does not overflow a `usize`.
const MAX_FAST_SIZE: usize = 1 << 24;

/// Decodes the LZ4 block in the first `len` bytes of `input` to the first `size` bytes of `out`.
/// Returns the number of bytes decoded, or `None` if the block is damaged.
/// [`decode`](super::decode) explains `wanted`.
///
/// Up to [`SLACK`] bytes of `out` after the first `size` bytes may change. The function is faster
/// if `input` and `out` have [`SLACK`] bytes more than the block, because the fast loop can then
/// decode the whole block.
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
        // The fast loop took bytes after the block for a part of it, so decode the block again from
        // its start.
        position = FastPosition {
            input: 0,
            output: 0,
        };
    }
    decode_careful(position, &input[..len], &mut out[..size], wanted)
}

/// The sizes of a block: the number of bytes of its input (`len`), the number of bytes of the
/// output buffer (`size`), and the number of decoded bytes that the caller needs (`wanted`).
#[derive(Clone, Copy)]
struct BlockLimits {
    len: usize,
    size: usize,
    wanted: usize,
}

/// The position of the fast loop: number of bytes read from the input, and number of bytes written
/// to the output.
#[derive(Clone, Copy)]
struct FastPosition {
    input: u32,
    output: u32,
}

/// The kind of a sequence that was decoded without an error.
enum Sequence {
    /// Literals and a match.
    WithMatch,
    /// The last sequence of the block, which has only literals.
    Last,
}

/// Decodes sequences from `position` on until the end of the block. Stops early at a sequence that
/// is damaged or too close to the end of `input` or `out`. Sets `position` to the end of the last
/// sequence with a match. Returns whether the end of the block was reached.
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

/// Decodes the sequence at `position` and moves `position` to the end of its match. The last
/// sequence of a block does not move `position`.
///
/// Returns `None` if the sequence is damaged, or if it is too close to the end of `input` or `out`
/// for copies of fixed sizes. `position` is then unchanged, but bytes of `out` after it may have
/// changed.
///
/// A sequence that extends past the end of the block is decoded like any other if the slices have
/// enough bytes after the block. The next call then returns `None`.
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
        // The output has enough bytes, so the rest of the input may be padding. The fast loop
        // decodes the end of a block only if the literals have filled the output exactly. The
        // careful loop handles all other cases.
        return (done == limits.size && at <= limits.len).then_some(Sequence::Last);
    }
    let distance = usize::from(u16::from_le_bytes(*array_at(input, at)?));
    at += 2;
    let from = in_32_bits(done.checked_sub(distance)?);
    let mut length = 4 + usize::from(token & 15);
    if length < 19 && length <= distance {
        // The match has up to 18 bytes and does not overlap its source. It is copied with one load
        // and one store of 18 bytes. With two loads, the second load might have to wait for the
        // store of the first copy.
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

/// Reads length bytes from offset `at` of `input` and returns their sum. The first byte that is not
/// 255 is the last one. Moves `at` past them. Returns `None` if `input` ends too early.
///
/// The sum is less than 256 times the size of `input`, so the caller can add to it without an
/// overflow.
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

/// Copies `literals` bytes, 15 or more, from offset `at` of `input` to offset `done` of `out`. May
/// also copy up to [`SLACK`] bytes after them. Returns `None` if one of the slices ends before the
/// last byte that would be copied.
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

/// Copies a match of `length` bytes, at least 4, within `out`. The match begins at offset `at`, and
/// its source begins `distance` bytes before `at`. `distance` must not exceed `at`. May overwrite
/// up to [`SLACK`] bytes after the match. Returns `None` if `out` is too short for the bytes that
/// would be written, or if `distance` is 0.
#[inline(always)]
fn copy_match(out: &mut [u8], at: usize, distance: usize, length: usize) -> Option<()> {
    if distance < 16 {
        return copy_near_match(out, at, distance, length);
    }
    copy_in_pairs::<16>(out, in_32_bits(at - distance), at, at + length)
}

/// Copies a match like [`copy_match`] does, for a `distance` of less than 16 bytes. Such a match
/// may overlap its source, so its bytes repeat with a period of `distance`.
#[inline(always)]
fn copy_near_match(out: &mut [u8], at: usize, distance: usize, length: usize) -> Option<()> {
    let RepeatPattern {
        mask,
        factor,
        multiple,
    } = REPEAT_PATTERNS[distance & 15];
    let first = u64::from_le_bytes(*array_at(out, in_32_bits(at - distance))?);
    *array_at_mut(out, at)? = (first & mask).wrapping_mul(factor).to_le_bytes();
    // The first 8 bytes of the match are written. The bytes of a match repeat every `distance`
    // bytes, so the rest can be copied from any multiple of `distance` bytes earlier. `multiple` is
    // at least 8, so that a copy of 8 bytes does not overlap its source.
    let to = at + 8;
    copy_in_pairs::<8>(out, in_32_bits(to - usize::from(multiple)), to, at + length)?;
    (distance != 0).then_some(())
}

/// Copies bytes of `out` from offset `from` on to offset `to` on. Copies `2 * N` bytes at a time,
/// as two copies of `N` bytes, until offset `end` is reached or passed. At least `2 * N` bytes are
/// copied. `from` must be at least `N` bytes before `to`. Returns `None` if `out` ends too early.
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

/// Copies `N` bytes of `out` from offset `from` to offset `to`. All bytes are read before any is
/// written. Returns `None` if the source or the target extends past the end of `out`.
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

/// Returns `position` unchanged. `position` must be less than 2^32, which is true of all positions
/// in the fast loop. The conversion to 32 bits and back lets the compiler conclude that additions
/// to the position cannot overflow.
#[inline(always)]
fn in_32_bits(position: usize) -> usize {
    position as u32 as usize
}

/// Describes how to write the first 8 bytes of a match whose distance is less than 16 bytes. The
/// match repeats the bytes that begin `distance` bytes before it.
#[derive(Clone, Copy)]
struct RepeatPattern {
    /// Bit mask for the 8 bytes that begin `distance` bytes before the match. It selects those of
    /// them that lie before the match.
    mask: u64,
    /// Factor by which the selected bytes are multiplied as one number. The product has 8 bytes, in
    /// which the selected bytes are repeated.
    factor: u64,
    /// Smallest multiple of the distance, in bytes, that is 8 or more.
    multiple: u8,
}

/// A pattern for each match distance, indexed by the distance in bytes. Entry 0 is a placeholder,
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

/// The position of the careful loop: number of bytes read from the input, and number of bytes
/// written to the output. Blocks may have any size.
struct Position {
    input: usize,
    output: usize,
}

/// Decodes the rest of a block from `position` on. Does not read or write past the end of `input`
/// or `out`. Returns the number of bytes decoded in the whole block, or `None` if the block is
/// damaged. [`decode`](super::decode) explains `wanted`.
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
        // The last sequence of every block has no match, so a block that ends here is complete. Its
        // last sequence may have 0 literals.
        if position.input == input.len() {
            return Some(position.output);
        }
        // The output may already have `wanted` bytes. The rest of the input is then either a part
        // of the block or padding. Padding usually cannot be decoded. In this case, the block ends
        // here.
        if enough.is_none() && position.output >= wanted {
            enough = Some(position.output);
        }
        if decode_match(&mut position, input, out, token & 15).is_none() {
            break;
        }
    }
    enough
}

/// Reads the rest of a length and returns the whole length: the number of literals of a sequence,
/// or the number of bytes of its match minus 4. `nibble` is the part of the length in the four bits
/// of the token. If `nibble` is 15, length bytes follow at offset `at` of `input`. They are added,
/// and `at` is moved past them. Returns `None` if `input` ends too early.
fn read_length(input: &[u8], at: &mut usize, nibble: u8) -> Option<usize> {
    match nibble {
        15 => Some(15 + read_length_bytes(input, at)?),
        _ => Some(nibble.into()),
    }
}

/// Copies the literals of a sequence to the output and moves `position` past them. `nibble` is the
/// high half of the sequence's token. Returns `None` if the literals extend past the end of the
/// input or the output.
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

/// Copies the match of a sequence within the output and moves `position` past it. `nibble` is the
/// low half of the sequence's token. Returns `None` if the distance is invalid, if the match
/// extends past the end of the output, or if the input ends too early.
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
    // The match may overlap its source, so copy at most the bytes that are already written. Their
    // number doubles with each copy.
    while position.output < end {
        let count = (position.output - from).min(end - position.output);
        out.copy_within(from..from + count, position.output);
        position.output += count;
    }
    Some(())
}
