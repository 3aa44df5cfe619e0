//! LZ4 decoder for 64-bit machines. It decodes one sequence at a time. A sequence has three parts:
//! a token, literals (bytes that are stored unchanged) and a match (a copy of earlier bytes). The
//! token holds the number of literals and the length of the match.
//!
//! A fast loop decodes most sequences. It copies in units of fixed size, so it may also read and
//! write bytes after the bytes that have to be copied. A careful loop decodes the sequences near
//! the end of the input or of the output. The careful loop copies exactly the required bytes.
//!
//! Most of the decoding time is lost when the processor predicts a branch wrongly, or when store
//! forwarding fails. Store forwarding lets a load take its value directly from a recent store.
//! Store forwarding fails if the load needs bytes of that store and also other bytes. The load then
//! has to wait. So the fast loop has few branches and copies as many bytes as possible with one
//! load.

/// Maximum number of excess bytes of a copy in the fast loop. The fast loop copies in units of
/// fixed size, so it may copy more bytes than required. It may read this number of bytes after the
/// source and overwrite this number of bytes after the target.
pub(super) const SLACK: usize = 32;

/// Largest size, in bytes, of the input and of the output for which the fast loop is used. All
/// lengths and positions in the fast loop then fit into 32 bits. So the sum of a position and a
/// length cannot overflow a `usize` of 64 bits. The compiler therefore needs only one comparison to
/// check that a range lies within a slice.
const MAX_FAST_SIZE: usize = 1 << 24;

/// Decodes the block in the first `len` bytes of `input` to the first `size` bytes of `out`.
/// Returns the number of bytes decoded, or `None` if the block is damaged. If at least `wanted`
/// bytes are decoded before an error, the rest of the block is taken for padding and the error is
/// ignored.
///
/// Up to [`SLACK`] bytes of `out` after the first `size` bytes may be overwritten. Decoding is
/// faster if `input` has at least [`SLACK`] more bytes than `len`, and `out` at least [`SLACK`]
/// more bytes than `size`. The fast loop, which may copy too many bytes, can then decode the whole
/// block.
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
        // The fast loop took bytes after the end of the block for a part of the block. So the block
        // is decoded again from its start.
        position = FastPosition {
            input: 0,
            output: 0,
        };
    }
    decode_careful(position, &input[..len], &mut out[..size], wanted)
}

/// Sizes of a block in bytes. `len` is the size of the encoded block. `size` is the size of the
/// output. `wanted` is the number of decoded bytes that the caller needs.
#[derive(Clone, Copy)]
struct BlockLimits {
    len: usize,
    size: usize,
    wanted: usize,
}

/// Position of the fast loop in a block. It consists of the number of bytes read from the input and
/// the number of bytes written to the output.
#[derive(Clone, Copy)]
struct FastPosition {
    input: u32,
    output: u32,
}

/// Kind of a sequence that the fast loop has decoded.
enum Sequence {
    /// A sequence with literals and a match. Another sequence follows.
    WithMatch,
    /// The last sequence of a block, which has literals but no match.
    Last,
}

/// Decodes sequences from `position` on with copies of fixed size. Stops at the end of the block,
/// or earlier at a sequence that is damaged or too close to the end of `input` or `out`. Returns
/// whether the end of the block was reached. If not, sets `position` to the beginning of the first
/// sequence that was not decoded.
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

/// Decodes the sequence at `position`. If the sequence has a match, moves `position` to the next
/// sequence. Returns `None` if the sequence is damaged, or if it is too close to the end of `input`
/// or `out` for copies of fixed size. In this case `position` is unchanged, but bytes of `out`
/// after `position` may be overwritten.
///
/// `input` and `out` may have more bytes after the end of the block. A sequence that extends past
/// the end of the block is decoded like any other sequence, but a later call then returns `None`.
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
        // At least `wanted` bytes are decoded. If the output is full, the block ends here and the
        // rest of the input is padding. If the output is not full, `None` is returned, and the
        // careful loop decodes the rest of the block.
        return (done == limits.size && at <= limits.len).then_some(Sequence::Last);
    }
    let distance = usize::from(u16::from_le_bytes(*array_at(input, at)?));
    at += 2;
    let from = in_32_bits(done.checked_sub(distance)?);
    let mut length = 4 + usize::from(token & 15);
    if length < 19 && length <= distance {
        // The match has at most 18 bytes. It is copied with one load and one store of 18 bytes.
        // With two smaller copies, the second load might have to wait for the first store.
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

/// Reads length bytes from `input`, beginning at position `at`, and returns their sum. The last
/// length byte is the first one that is not 255. Moves `at` to the byte after it. Returns `None` if
/// the input ends before the last length byte. The sum is less than 256 times the size of the
/// input, so the caller can add to it without an overflow.
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

/// Copies the literals of a sequence from position `at` of `input` to position `done` of `out`.
/// `literals` is the number of literals, which is at least 15. Copies in units of [`SLACK`] bytes,
/// so up to [`SLACK`] bytes after the literals are also copied. Returns `None` if the last unit
/// goes past the end of `input` or of `out`.
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

/// Copies a match of `length` bytes, at least 4, within `out`. The match begins at position `at`.
/// The bytes to copy begin `distance` bytes before `at`. `distance` must not exceed `at`. Up to
/// [`SLACK`] bytes after the match may be overwritten. Returns `None` if `distance` is 0, or if
/// `out` ends before the last byte that would be overwritten.
#[inline(always)]
fn copy_match(out: &mut [u8], at: usize, distance: usize, length: usize) -> Option<()> {
    if distance < 16 {
        return copy_near_match(out, at, distance, length);
    }
    copy_in_pairs::<16>(out, in_32_bits(at - distance), at, at + length)
}

/// Copies a match like [`copy_match`] does, for a `distance` of less than 16 bytes. Such a match
/// may overlap the bytes that it repeats.
#[inline(always)]
fn copy_near_match(out: &mut [u8], at: usize, distance: usize, length: usize) -> Option<()> {
    let RepeatPattern {
        mask,
        factor,
        multiple,
    } = REPEAT_PATTERNS[distance & 15];
    // Write the first 8 bytes of the match. `mask` selects the bytes that are before the match, and
    // the multiplication by `factor` repeats them.
    let first = u64::from_le_bytes(*array_at(out, in_32_bits(at - distance))?);
    *array_at_mut(out, at)? = (first & mask).wrapping_mul(factor).to_le_bytes();
    // Copy the rest of the match. The match repeats every `distance` bytes, so a byte of the match
    // is equal to the byte that precedes it by any multiple of `distance`. `multiple` is at least
    // 8, so that the source and the target of a copy of 8 bytes do not overlap.
    let to = at + 8;
    copy_in_pairs::<8>(out, in_32_bits(to - usize::from(multiple)), to, at + length)?;
    (distance != 0).then_some(())
}

/// Copies bytes within `out` from position `from` to position `to`, until position `end` is reached
/// or passed. Copies `2 * N` bytes at a time, as two copies of `N` bytes. Copies at least `2 * N`
/// bytes. `from` must be at least `N` bytes before `to`, so that the source and the target of a
/// copy do not overlap. Returns `None` if `out` ends before the last byte that would be written.
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

/// Copies `N` bytes within `out`, from position `from` to position `to`. All bytes are read before
/// any byte is written. Returns `None` if the source or the target goes past the end of `out`.
#[inline(always)]
fn copy_within<const N: usize>(out: &mut [u8], from: usize, to: usize) -> Option<()> {
    let copy: [u8; N] = *array_at(out, from)?;
    *array_at_mut(out, to)? = copy;
    Some(())
}

/// Returns the `N` bytes of `input` at position `at`, or `None` if they go past the end of `input`.
#[inline(always)]
fn array_at<const N: usize>(input: &[u8], at: usize) -> Option<&[u8; N]> {
    input.get(at..at + N)?.first_chunk()
}

/// Returns the `N` bytes of `out` at position `at`, or `None` if they go past the end of `out`.
#[inline(always)]
fn array_at_mut<const N: usize>(out: &mut [u8], at: usize) -> Option<&mut [u8; N]> {
    out.get_mut(at..at + N)?.first_chunk_mut()
}

/// Returns `position` unchanged. `position` must be less than 2^32, as all positions in the fast
/// loop are. The conversion to 32 bits shows the compiler that additions to the position cannot
/// overflow.
#[inline(always)]
fn in_32_bits(position: usize) -> usize {
    position as u32 as usize
}

/// Constants for copying a match with a distance of less than 16 bytes. Each distance has its own
/// constants. The first 8 bytes of the match are computed from the 8 bytes that begin `distance`
/// bytes before the match. The rest of the match is copied from `multiple` bytes earlier.
#[derive(Clone, Copy)]
struct RepeatPattern {
    /// Bit mask for the 8 bytes that begin `distance` bytes before the match, read as one number.
    /// The mask keeps the bytes that are before the match and clears the others.
    mask: u64,
    /// Factor for the number that results from the mask. In the product, the kept bytes repeat and
    /// fill all 8 bytes.
    factor: u64,
    /// Smallest multiple of the distance, in bytes, that is 8 or more.
    multiple: u8,
}

/// The constants for copying a match, for each distance of 1 to 15 bytes. The index is the
/// distance. Entry 0 is a placeholder. A match with distance 0 is invalid and is rejected after the
/// copy.
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

/// Position of the careful loop, which decodes what the fast loop cannot decode. It consists of the
/// number of bytes read from the input and the number of bytes written to the output. The block may
/// have any size, so the numbers may need more than 32 bits.
struct Position {
    input: usize,
    output: usize,
}

/// Decodes the rest of a block, from `position` on, with the careful loop, which copies exactly the
/// required bytes. Returns the number of bytes decoded since the start of the block, or `None` if
/// the block is damaged. If at least `wanted` bytes are decoded before an error, the rest of the
/// block is taken for padding and the error is ignored.
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
    // Number of bytes to return if the input cannot be decoded to its end. It is `None` until at
    // least `wanted` bytes are decoded.
    let mut enough = None;
    while let Some(token) = input.get(position.input) {
        position.input += 1;
        if decode_literals(&mut position, input, out, token >> 4).is_none() {
            break;
        }
        // The last sequence of a block has no match. So the block is complete if the input ends
        // after the literals. The last sequence may have 0 literals.
        if position.input == input.len() {
            return Some(position.output);
        }
        // Once `wanted` bytes are decoded, the rest of the input may be padding or a part of the
        // block. So the loop continues. If the rest cannot be decoded, it is padding and the block
        // ends here.
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
/// the value of the four bits that the token has for this number. If `nibble` is 15, length bytes
/// are read from position `at` of `input` and added, and `at` is moved past them. Returns `None` if
/// `input` ends before the last length byte.
fn read_length(input: &[u8], at: &mut usize, nibble: u8) -> Option<usize> {
    match nibble {
        15 => Some(15 + read_length_bytes(input, at)?),
        _ => Some(nibble.into()),
    }
}

/// Copies the literals of a sequence from `input` to `out` and moves `position` past them. `nibble`
/// is the value of the upper four bits of the token: the number of literals, or 15 if length bytes
/// follow. Returns `None` if `input` has fewer bytes left, or if `out` has too little space left.
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

/// Copies the match of a sequence within `out` and moves `position` past it. `nibble` is the value
/// of the lower four bits of the token. If it is less than 15, the length of the match is `nibble +
/// 4`. If it is 15, length bytes follow. Returns `None` if `input` ends too early or if `out` has
/// too little space left. Also returns `None` if the distance is 0 or greater than the number of
/// bytes decoded.
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
    // The match may overlap its source, so each copy is limited to the bytes that are already
    // written from `from` on. Their number doubles with each copy.
    while position.output < end {
        let count = (position.output - from).min(end - position.output);
        out.copy_within(from..from + count, position.output);
        position.output += count;
    }
    Some(())
}
