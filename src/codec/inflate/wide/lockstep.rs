//! Two lanes in turn: while the look-up of one is under way, the other decodes.

use super::super::InflateError;
use super::lane::Lane;

/// Decodes the jobs of both lanes; those of `a` come before those of `b` in the request.
///
/// An error is that of the first job that fails, and all jobs before it are decoded.
pub(super) fn run(a: &mut Lane, b: &mut Lane) -> Result<(), (usize, InflateError)> {
    let mut more_a = a.start()?;
    let mut more_b = b.start();
    while more_a && more_b == Ok(true) {
        match pair(a, b) {
            Stopped::A => more_a = a.advance()?,
            Stopped::B => more_b = b.advance(),
        }
    }
    while more_a {
        a.run();
        more_a = a.advance()?;
    }
    while more_b? {
        b.run();
        more_b = b.advance();
    }
    Ok(())
}

/// Which lane has met something that needs care.
enum Stopped {
    A,
    B,
}

/// Decodes in both lanes until one of them stops.
#[inline(never)]
fn pair(a: &mut Lane, b: &mut Lane) -> Stopped {
    let (input, out_a, codes_a, stream_a) = a.parts();
    let (_, out_b, codes_b, stream_b) = b.parts();
    let Some(out_a) = out_a.get_mut(..stream_a.limit) else {
        return Stopped::A;
    };
    let Some(out_b) = out_b.get_mut(..stream_b.limit) else {
        return Stopped::B;
    };
    let (mut step_a, mut step_b) = (stream_a.step(), stream_b.step());
    let (start_a, start_b) = (stream_a.start as u32, stream_b.start as u32);
    let stopped = loop {
        let Some(entry_a) = step_a.open::<2>(input, out_a, codes_a) else {
            break Stopped::A;
        };
        let Some(entry_b) = step_b.open::<2>(input, out_b, codes_b) else {
            break Stopped::B;
        };
        if !step_a.close(out_a, codes_a, entry_a, start_a) {
            break Stopped::A;
        }
        if !step_b.close(out_b, codes_b, entry_b, start_b) {
            break Stopped::B;
        }
    };
    stream_a.set_step(step_a);
    stream_b.set_step(step_b);
    stopped
}
