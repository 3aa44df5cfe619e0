//! LZ4 decoder for 64-bit machines. It decodes one sequence at a time. A sequence consists of a
//! token with two lengths, of literals, and of a match.
//!
//! A fast loop decodes most sequences. It copies in units of fixed size, so it may read and write
//! bytes after the end of a copy. A careful loop decodes the sequences near the ends of the input
//! and of the output. It copies exactly the required bytes.
//!
//! Most of the decoding time is lost when the processor predicts a branch wrongly, or when store
//! forwarding fails. Store forwarding lets a load take a value directly from a recent store. It
//! fails if the load needs bytes of that store and also other bytes. The load then has to wait. So
//! the fast loop has few branches and copies as many bytes as possible with one load.

/// Maximum number of excess bytes of a copy in the fast loop. The fast loop may read and overwrite
/// this number of bytes after the end of the bytes that it has to copy.
pub(super) const SLACK: usize = 32;

/// Largest input and largest output, in bytes, for which the fast loop is used. All lengths and
/// positions in the fast loop then fit into 32 bits. So `usize` additions cannot overflow, and the
/// compiler needs only one comparison to check that a range lies within a slice.
const MAX_FAST_SIZE: usize = 1 << 24;

/// Decodes the block in the first `len` bytes of `input` to the first `size` bytes of `out`.
/// Returns the number of bytes decoded, or `None` if the block is damaged. If at least `wanted`
/// bytes are decoded before an error, the rest of the block is taken for padding and the error is
/// ignored.
///
/// Decoding is faster if `input` and `out` each have at least [`SLACK`] more bytes, because the
/// fast loop can then decode the whole block. The first [`SLACK`] bytes of `out` after the first
/// `size` bytes may be overwritten.
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
        // The fast loop has read bytes after the end of the block, so its output is wrong. The
        // block is decoded again from its start.
        position = FastPosition {
            input: 0,
            output: 0,
        };
    }
    decode_careful(position, &input[..len], &mut out[..size], wanted)
}

/// Sizes of a block in bytes: the size of the encoded block (`len`), the size of the output
/// (`size`), and the number of decoded bytes after which the block may end with padding (`wanted`).
#[derive(Clone, Copy)]
struct BlockLimits {
    len: usize,
    size: usize,
    wanted: usize,
}

/// Position of the fast loop in a block: the number of bytes read from the input and the number of
/// bytes written to the output.
#[derive(Clone, Copy)]
struct FastPosition {
    input: u32,
    output: u32,
}

/// Kind of a sequence that the fast loop has decoded.
enum Sequence {
    /// Literals and a match, after which the block continues.
    WithMatch,
    /// The last sequence of the block, which has only literals.
    Last,
}

/// Decodes sequences in the fast loop, from `position` on. Stops at the end of the block, and at a
/// sequence that cannot be decoded in the fast loop. Returns whether the end of the block was
/// reached. If not, sets `position` to the beginning of the first sequence that was not decoded.
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

/// Decodes the sequence at `position`. Moves `position` to the next sequence, or leaves it
/// unchanged if the sequence is the last one of the block. Returns `None` if the sequence is
/// damaged, or if `input` or `out` has too few bytes left for copies in units of fixed size. In
/// this case `position` is also unchanged, but bytes of `out` after `position` may be overwritten.
///
/// Does not check whether the sequence ends after the end of the block. If it does, a later call
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
        // If the output is full, the block ends here and the rest of the input is padding. If the
        // output is not full, the careful loop decodes the rest of the block.
        return (done == limits.size && at <= limits.len).then_some(Sequence::Last);
    }
    let distance = usize::from(u16::from_le_bytes(*array_at(input, at)?));
    at += 2;
    let from = in_32_bits(done.checked_sub(distance)?);
    let mut length = 4 + usize::from(token & 15);
    if length < 19 && length <= distance {
        // The match is copied with a single load and a single store of 18 bytes. Two smaller copies
        // could be slower, because the load of the second one could depend on the store of the
        // first.
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
/// `literals` is their number, at least 15. Copies in units of [`SLACK`] bytes, so up to [`SLACK`]
/// bytes after the literals are also copied. Returns `None` if `input` or `out` ends before the
/// last unit does.
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

/// Copies a match in the same way as [`copy_match`], if `distance` is less than 16 bytes.
#[inline(always)]
fn copy_near_match(out: &mut [u8], at: usize, distance: usize, length: usize) -> Option<()> {
    let RepeatPattern {
        mask,
        factor,
        multiple,
    } = REPEAT_PATTERNS[distance & 15];
    // The first 8 bytes of the match are computed. The mask selects the bytes before the match that
    // repeat, and the multiplication repeats them.
    let first = u64::from_le_bytes(*array_at(out, in_32_bits(at - distance))?);
    *array_at_mut(out, at)? = (first & mask).wrapping_mul(factor).to_le_bytes();
    // The later bytes are copied. The match repeats every `distance` bytes, so a byte of the match
    // is equal to the byte that precedes it by any multiple of `distance`. The multiple is at least
    // 8 bytes, so that the source and the target of a copy of 8 bytes do not overlap.
    let to = at + 8;
    copy_in_pairs::<8>(out, in_32_bits(to - usize::from(multiple)), to, at + length)?;
    (distance != 0).then_some(())
}

/// Copies bytes within `out`, from position `from` to position `to`. Each iteration makes two
/// copies of `N` bytes. There is at least one iteration. The last iteration is the one that reaches
/// position `end` of the target. `from` must be at least `N` bytes before `to`. Returns `None` if
/// `out` ends before the target of the last copy does.
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

/// The way in which a match repeats the bytes before it, for one match distance of less than 16
/// bytes. The first 8 bytes of the match are computed from the 8 bytes that begin `distance` bytes
/// before the match.
#[derive(Clone, Copy)]
struct RepeatPattern {
    /// Bit mask for the 8 bytes that begin `distance` bytes before the match, as a little-endian
    /// number. The mask selects the bytes that precede the match.
    mask: u64,
    /// Factor for the number that the mask selects. The product consists of 8 bytes that repeat the
    /// selected bytes.
    factor: u64,
    /// Smallest multiple of the match distance that is at least 8, in bytes.
    multiple: u8,
}

/// The repeat pattern for each match distance, indexed by the distance in bytes. Entry 0 only fills
/// the table: a match with distance 0 is invalid and is rejected after the copy.
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

/// Position of the careful loop in a block: the number of bytes read from the input and the number
/// of bytes written to the output. The block may have any size.
struct Position {
    input: usize,
    output: usize,
}

/// Decodes the rest of a block in the careful loop, from `position` on. Returns the number of bytes
/// decoded since the start of the block, or `None` if the block is damaged. If at least `wanted`
/// bytes are decoded before an error, the rest of the block is taken for padding and the error is
/// ignored.
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
    // The value to return if the input cannot be decoded to its end.
    let mut enough = None;
    while let Some(token) = input.get(position.input) {
        position.input += 1;
        if decode_literals(&mut position, input, out, token >> 4).is_none() {
            break;
        }
        // A block ends after the literals of its last sequence, which has no match. The number of
        // these literals may be 0.
        if position.input == input.len() {
            return Some(position.output);
        }
        // Once `wanted` bytes are decoded, the rest of the input may be padding, so the block may
        // end here. The loop continues nevertheless, because the rest may also belong to the block.
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
/// the four bits of the token for this number. If `nibble` is 15, length bytes are read from
/// position `at` of `input` and added. Returns `None` if the input ends before the last length
/// byte.
fn read_length(input: &[u8], at: &mut usize, nibble: u8) -> Option<usize> {
    match nibble {
        15 => Some(15 + read_length_bytes(input, at)?),
        _ => Some(nibble.into()),
    }
}

/// Copies the literals of a sequence from `input` to `out`. `nibble` is the four bits of the token
/// for the number of literals. Moves `position` past the literals. Returns `None` if `input` has
/// fewer bytes left, or if `out` has too little space left.
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

/// Copies the match of a sequence within `out`. `nibble` is the four bits of the token for the
/// length of the match. Moves `position` past the match. Returns `None` if `input` ends too early,
/// if the distance is 0 or greater than the number of bytes decoded, or if `out` has too little
/// space left.
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
    // The match may overlap the bytes that it repeats, so it is copied in parts that do not
    // overlap. Each part can have as many bytes as there are between `from` and the position of the
    // output.
    while position.output < end {
        let count = (position.output - from).min(end - position.output);
        out.copy_within(from..from + count, position.output);
        position.output += count;
    }
    Some(())
}
