//! Decoder for 64-bit machines: copies of a fixed length while there is room for them, with care
//! where there is not.
//!
//! What it takes is the time of mispredicted branches, and of loads that wait for stores beside
//! which they begin. So it has few branches, and copies as much as it can with one load.

/// Bytes that a copy may read and write behind its end.
pub(super) const SLACK: usize = 32;

/// The largest input and output that are decoded fast. Positions are kept in 32 bits, which no length
/// in such an input exceeds either: then one comparison tells whether a range lies within a slice.
const MAX_SIZE: usize = 1 << 24;

/// Decodes the block of `len` bytes at the start of `input` to the first `size` bytes of `out`; the
/// rules are those of [`decode`](super::decode). `None` if it is damaged.
///
/// There may be more behind both: then the end of the block is decoded fast too, and as many as
/// [`SLACK`] bytes behind its place in `out` change.
pub(super) fn decode(
    input: &[u8],
    len: usize,
    out: &mut [u8],
    size: usize,
    wanted: usize,
) -> Option<usize> {
    let mut place = Place { at: 0, given: 0 };
    if len.max(size) <= MAX_SIZE {
        let near = &input[..input.len().min(len + SLACK)];
        let room = out.len().min(size + SLACK);
        let ends = Ends { len, size, wanted };
        if run(&mut place, near, &mut out[..room], ends) {
            return Some(size);
        }
    }
    if place.at as usize > len {
        // The block ends somewhere before.
        place = Place { at: 0, given: 0 };
    }
    careful(place, &input[..len], &mut out[..size], wanted)
}

/// Where the input of a block ends, where its place in the output does, and how much of that is
/// wanted.
#[derive(Clone, Copy)]
struct Ends {
    len: usize,
    size: usize,
    wanted: usize,
}

/// Input up to `at` is used, output up to `given` is there.
#[derive(Clone, Copy)]
struct Place {
    at: u32,
    given: u32,
}

/// What a fast step has decoded.
enum Step {
    /// Literals, and the match behind them.
    Sequence,
    /// The literals that a block ends with.
    End,
}

/// Decodes as long as it is fast; whether that was to the end of the block.
#[inline(never)]
fn run(place: &mut Place, input: &[u8], out: &mut [u8], ends: Ends) -> bool {
    let mut here = *place;
    let ended = loop {
        match step(&mut here, input, out, ends) {
            Some(Step::Sequence) => {}
            Some(Step::End) => break true,
            None => break false,
        }
    };
    *place = here;
    ended
}

/// Decodes a sequence. `None` where there is damage, or not room enough to be fast: then `place` is
/// what it was, and what is behind it in `out` may have changed.
///
/// That a sequence ends behind the block is for the next step to find.
#[inline(always)]
fn step(place: &mut Place, input: &[u8], out: &mut [u8], ends: Ends) -> Option<Step> {
    let (mut at, mut given) = (place.at as usize, place.given as usize);
    let &[token, first @ ..] = bytes::<17>(input, at)?;
    at += 1;
    let mut literals = usize::from(token >> 4);
    if literals < 15 {
        *room(out, given)? = first;
    } else {
        literals += more(input, &mut at)?;
        copy_literals(input, at, out, given, literals)?;
    }
    at = short(at + literals);
    given = short(given + literals);
    if given >= ends.wanted {
        // Nothing more has its place in a full block: what follows is padding.
        return (given == ends.size && at <= ends.len).then_some(Step::End);
    }
    let distance = usize::from(u16::from_le_bytes(*bytes(input, at)?));
    at += 2;
    let from = short(given.checked_sub(distance)?);
    let mut length = 4 + usize::from(token & 15);
    if length < 19 && length <= distance {
        // In one go: the second load need not wait for the first store.
        copy_within::<18>(out, from, given)?;
    } else {
        if length == 19 {
            length += more(input, &mut at)?;
        }
        copy_match(out, given, distance, length)?;
    }
    *place = Place {
        at: at as u32,
        given: (given + length) as u32,
    };
    Some(Step::Sequence)
}

/// The rest of a length, behind its first four bits. It is less than 256 times as long as the input,
/// so that sums of lengths cannot overflow.
#[inline(always)]
fn more(input: &[u8], at: &mut usize) -> Option<usize> {
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

/// Copies many literals, and up to [`SLACK`] bytes behind them. `None` if there is no room for that.
#[inline(always)]
fn copy_literals(
    input: &[u8],
    at: usize,
    out: &mut [u8],
    given: usize,
    literals: usize,
) -> Option<()> {
    let end = given + literals;
    let (mut from, mut to) = (short(at), given);
    loop {
        *room::<SLACK>(out, to)? = *bytes(input, from)?;
        from = short(from + SLACK);
        to = short(to + SLACK);
        if to >= end {
            return Some(());
        }
    }
}

/// Copies `length` bytes, 4 or more, from `distance` bytes before `at`, which is no more than `at`,
/// and up to [`SLACK`] behind them. `None` if there is no room for that.
#[inline(always)]
fn copy_match(out: &mut [u8], at: usize, distance: usize, length: usize) -> Option<()> {
    if distance < 16 {
        return repeat(out, at, distance, length);
    }
    copy_in_pairs::<16>(out, short(at - distance), at, at + length)
}

/// As [`copy_match`], from less than 16 bytes before.
#[inline(always)]
fn repeat(out: &mut [u8], at: usize, distance: usize, length: usize) -> Option<()> {
    let Pattern { mask, times, far } = PATTERNS[distance & 15];
    let first = u64::from_le_bytes(*bytes(out, short(at - distance))?);
    *room(out, at)? = (first & mask).wrapping_mul(times).to_le_bytes();
    // What is eight bytes or more before the rest equals it too.
    let to = at + 8;
    copy_in_pairs::<8>(out, short(to - usize::from(far)), to, at + length)?;
    // There is nothing to repeat.
    (distance != 0).then_some(())
}

/// Copies up to `end` or a little further, `N` bytes and `N` bytes more at a time; `from` and `to` are
/// at least `N` apart. `None` if there is no room for that.
#[inline(always)]
fn copy_in_pairs<const N: usize>(out: &mut [u8], from: usize, to: usize, end: usize) -> Option<()> {
    let (mut from, mut to) = (from, to);
    loop {
        copy_within::<N>(out, from, to)?;
        copy_within::<N>(out, from + N, to + N)?;
        from = short(from + 2 * N);
        to = short(to + 2 * N);
        if to >= end {
            return Some(());
        }
    }
}

/// Copies `N` bytes, all of which are read before any is written. `None` if there is no room.
#[inline(always)]
fn copy_within<const N: usize>(out: &mut [u8], from: usize, to: usize) -> Option<()> {
    let copy: [u8; N] = *bytes(out, from)?;
    *room(out, to)? = copy;
    Some(())
}

#[inline(always)]
fn bytes<const N: usize>(input: &[u8], at: usize) -> Option<&[u8; N]> {
    input.get(at..at + N)?.first_chunk()
}

#[inline(always)]
fn room<const N: usize>(out: &mut [u8], at: usize) -> Option<&mut [u8; N]> {
    out.get_mut(at..at + N)?.first_chunk_mut()
}

/// A position within a slice or little behind it, as one that the compiler knows to be so.
#[inline(always)]
fn short(position: usize) -> usize {
    position as u32 as usize
}

/// How to repeat bytes from a small distance.
#[derive(Clone, Copy)]
struct Pattern {
    /// Of eight bytes, those that are repeated.
    mask: u64,
    /// What repeats them up to the eighth byte.
    times: u64,
    /// The least multiple of the distance that is 8 or more.
    far: u8,
}

const PATTERNS: [Pattern; 16] = {
    let mut all = [Pattern {
        mask: u64::MAX,
        times: 1,
        far: 8,
    }; 16];
    let mut distance = 1;
    while distance < 16 {
        let far = 8usize.next_multiple_of(distance);
        all[distance].far = far as u8;
        if distance < 8 {
            all[distance].mask = (1 << (8 * distance)) - 1;
        }
        let mut at = distance;
        while at < 8 {
            all[distance].times |= 1 << (8 * at);
            at += distance;
        }
        distance += 1;
    }
    all
};

/// A [`Place`] in a block of any size.
struct Exact {
    at: usize,
    given: usize,
}

/// Decodes the rest of a block, and writes nothing behind it.
#[inline(never)]
fn careful(place: Place, input: &[u8], out: &mut [u8], wanted: usize) -> Option<usize> {
    let mut place = Exact {
        at: place.at as usize,
        given: place.given as usize,
    };
    let mut enough = None;
    while let Some(token) = input.get(place.at) {
        place.at += 1;
        if literals(&mut place, input, out, token >> 4).is_none() {
            break;
        }
        // Every block ends in literals, if only in none.
        if place.at == input.len() {
            return Some(place.given);
        }
        // What follows is data or padding: if it does not decode, it is padding.
        if enough.is_none() && place.given >= wanted {
            enough = Some(place.given);
        }
        if matched(&mut place, input, out, token & 15).is_none() {
            break;
        }
    }
    enough
}

/// A length that begins with these four bits.
fn length(input: &[u8], at: &mut usize, nibble: u8) -> Option<usize> {
    match nibble {
        15 => Some(15 + more(input, at)?),
        _ => Some(nibble.into()),
    }
}

fn literals(place: &mut Exact, input: &[u8], out: &mut [u8], nibble: u8) -> Option<()> {
    let length = length(input, &mut place.at, nibble)?;
    let from = input.get(place.at..)?.get(..length)?;
    out.get_mut(place.given..)?
        .get_mut(..length)?
        .copy_from_slice(from);
    place.at += length;
    place.given += length;
    Some(())
}

fn matched(place: &mut Exact, input: &[u8], out: &mut [u8], nibble: u8) -> Option<()> {
    let distance = usize::from(u16::from_le_bytes(*input.get(place.at..)?.first_chunk()?));
    place.at += 2;
    let length = 4 + length(input, &mut place.at, nibble)?;
    let end = place.given + length;
    if distance == 0 || distance > place.given || end > out.len() {
        return None;
    }
    let from = place.given - distance;
    // Twice as much each time: what is there repeats.
    while place.given < end {
        let count = (place.given - from).min(end - place.given);
        out.copy_within(from..from + count, place.given);
        place.given += count;
    }
    Some(())
}
