//! Decoder for 64-bit machines: copies of a fixed length while there is room for them, with care
//! where there is not.
//!
//! What it takes is the time of mispredicted branches, and of loads that wait for stores beside
//! which they begin. So it has few branches, and copies as much as it can with one load.

/// Bytes that a copy may write behind its end.
const SLACK: usize = 32;

/// Decodes one block into `out`; the rules are those of [`decode`](super::decode). `None` if it is
/// damaged.
pub(super) fn decode(input: &[u8], out: &mut [u8], wanted: usize) -> Option<usize> {
    let mut place = Place { at: 0, given: 0 };
    match run(&mut place, input, out, wanted) {
        Some(given) => Some(given),
        None => careful(place, input, out, wanted),
    }
}

/// Input up to `at` is used, output up to `given` is there.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    given: usize,
}

/// What a fast step has decoded.
enum Step {
    /// Literals, and the match behind them.
    Sequence,
    /// The literals that a block ends with.
    End,
}

/// Decodes as long as it is fast, to the end of the block if it can: `Some` is what the block gave.
#[inline(never)]
fn run(place: &mut Place, input: &[u8], out: &mut [u8], wanted: usize) -> Option<usize> {
    let mut here = *place;
    let given = loop {
        match step(&mut here, input, out, wanted) {
            Some(Step::Sequence) => {}
            Some(Step::End) => break Some(out.len()),
            None => break None,
        }
    };
    *place = here;
    given
}

/// Decodes a sequence. `None` where there is damage, or not room enough to be fast: then `place` is
/// what it was, and what is behind it in `out` may have changed.
#[inline(always)]
fn step(place: &mut Place, input: &[u8], out: &mut [u8], wanted: usize) -> Option<Step> {
    let Place { mut at, mut given } = *place;
    let &[token, first @ ..] = input.get(at..)?.first_chunk::<17>()?;
    at += 1;
    let mut literals = usize::from(token >> 4);
    if literals < 15 {
        *out.get_mut(given..)?.first_chunk_mut::<16>()? = first;
    } else {
        literals += more(input, &mut at)?;
        let from = input.get(at..)?.get(..literals + SLACK)?;
        copy(from, out.get_mut(given..)?.get_mut(..literals + SLACK)?);
    }
    at += literals;
    given += literals;
    if given >= wanted {
        // Nothing more has its place in a full block: what follows is padding.
        return (given == out.len()).then_some(Step::End);
    }
    let distance = usize::from(u16::from_le_bytes(*input.get(at..)?.first_chunk()?));
    at += 2;
    if distance > given {
        return None;
    }
    let mut length = 4 + usize::from(token & 15);
    if length < 19 && length <= distance {
        // In one go: the second load need not wait for the first store.
        out.get_mut(given - distance..given + 18)?
            .copy_within(..18, distance);
    } else {
        if length == 19 {
            length += more(input, &mut at)?;
        }
        copy_match(out, given, distance, length)?;
    }
    given += length;
    *place = Place { at, given };
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

/// Copies all but the last bytes, fewer than [`SLACK`], of slices of the same length.
#[inline(always)]
fn copy(from: &[u8], to: &mut [u8]) {
    for (to, from) in to.chunks_exact_mut(SLACK).zip(from.chunks_exact(SLACK)) {
        to.copy_from_slice(from);
    }
}

/// Copies `length` bytes, 4 or more, from `distance` bytes before `at`, which is no more than `at`,
/// and up to [`SLACK`] behind them. `None` if there is no room for that.
#[inline(always)]
fn copy_match(out: &mut [u8], at: usize, distance: usize, length: usize) -> Option<()> {
    if distance < 16 {
        return repeat(out, at, distance, length);
    }
    let window = out.get_mut(at - distance..at + length + SLACK)?;
    let mut done = 0;
    while done < length {
        window.copy_within(done..done + 16, distance + done);
        window.copy_within(done + 16..done + 32, distance + done + 16);
        done += 32;
    }
    Some(())
}

/// As [`copy_match`], from less than 16 bytes before.
#[inline(always)]
fn repeat(out: &mut [u8], at: usize, distance: usize, length: usize) -> Option<()> {
    let Pattern { mask, times, far } = PATTERNS[distance & 15];
    let bytes = *out.get(at - distance..)?.first_chunk()?;
    let pattern = (u64::from_le_bytes(bytes) & mask).wrapping_mul(times);
    *out.get_mut(at..)?.first_chunk_mut()? = pattern.to_le_bytes();
    // What is eight bytes or more before the rest equals it too.
    let far = usize::from(far);
    let window = out.get_mut((at + 8).checked_sub(far)?..at + length + SLACK)?;
    window.copy_within(..8, far);
    window.copy_within(8..16, far + 8);
    let mut done = 24;
    while done < length {
        window.copy_within(done - 8..done, far + done - 8);
        done += 8;
    }
    // There is nothing to repeat.
    (distance != 0).then_some(())
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

/// Decodes the rest of a block, and writes nothing behind it.
#[inline(never)]
fn careful(place: Place, input: &[u8], out: &mut [u8], wanted: usize) -> Option<usize> {
    let mut place = place;
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

fn literals(place: &mut Place, input: &[u8], out: &mut [u8], nibble: u8) -> Option<()> {
    let length = length(input, &mut place.at, nibble)?;
    let from = input.get(place.at..)?.get(..length)?;
    out.get_mut(place.given..)?
        .get_mut(..length)?
        .copy_from_slice(from);
    place.at += length;
    place.given += length;
    Some(())
}

fn matched(place: &mut Place, input: &[u8], out: &mut [u8], nibble: u8) -> Option<()> {
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
