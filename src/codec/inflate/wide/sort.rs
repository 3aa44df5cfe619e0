//! Sorts symbols by code length.

use super::super::symbols::MAX_CODE_LENGTH;
use super::code::Places;

/// Bits of one place in a register: more than any place has.
const FIELD: u32 = 9;
/// Code lengths whose next places one register holds.
const FIELDS: usize = 7;

/// What to do for a symbol of one code length.
#[derive(Clone, Copy)]
struct Step {
    /// One more in the length's field, which is in one register or the other.
    low: u64,
    high: u64,
    /// Where its field is.
    shift: u32,
}

/// Code lengths without a field, 0 and the longest, find place 0 in the top bit, which stays clear.
static STEPS: [Step; MAX_CODE_LENGTH + 1] = {
    let none = Step {
        low: 0,
        high: 0,
        shift: 63,
    };
    let mut steps = [none; MAX_CODE_LENGTH + 1];
    let mut field = 0;
    while field < FIELDS {
        let shift = FIELD * field as u32;
        let one = 1 << shift;
        steps[1 + field] = Step {
            low: one,
            high: 0,
            shift,
        };
        steps[1 + FIELDS + field] = Step {
            low: 0,
            high: one,
            shift,
        };
        field += 1;
    }
    steps
};

/// Enters the symbols into `sorted`, each length's from its first place on; those without a code go to place 0.
///
/// The next places are in two registers. In memory each would wait for the one before of the same length to be stored,
/// longer than all the rest takes.
#[inline(always)]
pub(super) fn sort(sorted: &mut [u16], first: &Places, lengths: &[u8]) {
    let (mut low, mut high) = (0, 0);
    for (step, &first) in STEPS.iter().zip(first) {
        low += step.low * u64::from(first);
        high += step.high * u64::from(first);
    }
    for (symbol, &length) in (0..).zip(lengths) {
        let step = STEPS[usize::from(length) % (MAX_CODE_LENGTH + 1)];
        let fields = if usize::from(length) <= FIELDS {
            low
        } else {
            high
        };
        let next = (fields >> (step.shift & 63)) as usize & ((1 << FIELD) - 1);
        if let Some(place) = sorted.get_mut(next) {
            *place = symbol;
        }
        low += step.low;
        high += step.high;
    }
    if first[MAX_CODE_LENGTH] < first[0] {
        sort_longest(sorted, usize::from(first[MAX_CODE_LENGTH]), lengths);
    }
}

/// Enters the symbols with the longest codes, which hardly any block has.
#[cold]
fn sort_longest(sorted: &mut [u16], first: usize, lengths: &[u8]) {
    let places = sorted.get_mut(first..).unwrap_or_default();
    let symbols = (0..)
        .zip(lengths)
        .filter(|(_, &length)| usize::from(length) == MAX_CODE_LENGTH);
    for (place, (symbol, _)) in places.iter_mut().zip(symbols) {
        *place = symbol;
    }
}
