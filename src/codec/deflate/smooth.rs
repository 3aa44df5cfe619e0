//! Symbol counts made alike among neighbours: the codes get a little worse, their header much smaller.

/// How far counts of one stretch may lie apart.
const TOLERANCE: u32 = 4;
/// Zeros in a row that are left alone, as one repeat codes them.
const LONG_ZEROS: usize = 5;
/// Equal counts in a row that are left alone.
const LONG_EQUALS: usize = 7;
/// Counts ahead that set the level of a new stretch.
const LOOKAHEAD: usize = 4;

/// Evens out stretches of similar counts. A used symbol stays used; an unused one may get a count.
pub(crate) fn smooth(counts: &mut [u32]) {
    let end = counts
        .iter()
        .rposition(|&count| count != 0)
        .map_or(0, |last| last + 1);
    let counts = &mut counts[..end];
    let mut start = 0;
    let mut keep = kept_run(counts, 0);
    let mut at = 0;
    let mut level = level_ahead(counts, 0);
    while at < counts.len() {
        if at == keep.0 && keep.1 > keep.0 {
            even_out(&mut counts[start..at]);
            at = keep.1;
            start = at;
            keep = kept_run(counts, at);
            level = level_ahead(counts, at);
            continue;
        }
        if counts[at].abs_diff(level) >= TOLERANCE {
            even_out(&mut counts[start..at]);
            start = at;
            level = level_ahead(counts, at);
        }
        at += 1;
    }
    even_out(&mut counts[start..]);
}

/// The next run, from `from` on, that is left alone; an empty one at the end if there is none.
fn kept_run(counts: &[u32], from: usize) -> (usize, usize) {
    let mut start = from;
    for run in counts[from..].chunk_by(|a, b| a == b) {
        let long = if run[0] == 0 { LONG_ZEROS } else { LONG_EQUALS };
        if run.len() >= long {
            return (start, start + run.len());
        }
        start += run.len();
    }
    (counts.len(), counts.len())
}

fn level_ahead(counts: &[u32], at: usize) -> u32 {
    match counts.get(at..at + LOOKAHEAD) {
        Some(ahead) => (ahead.iter().sum::<u32>() + LOOKAHEAD as u32 / 2) / LOOKAHEAD as u32,
        None => counts.get(at).copied().unwrap_or(0),
    }
}

/// Gives a stretch its mean, if it is long enough for that to save header.
fn even_out(stretch: &mut [u32]) {
    let sum: u32 = stretch.iter().sum();
    let size = stretch.len() as u32;
    if size >= 4 || (size == 3 && sum == 0) {
        let mean = (sum + size / 2) / size;
        stretch.fill(if sum == 0 { 0 } else { mean.max(1) });
    }
}
