//! How far a conversion has come: a bar on a terminal, now and then a line elsewhere.

use crate::batch::Place;
use crate::cancel;
use indicatif::{BinaryBytes, HumanDuration, ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

const BAR: &str = "{prefix} [{wide_bar:.cyan}] {percent:>3} %  {msg}  {eta} left";

/// Lines are at least this many percent apart, and this much time.
const LINE_PERCENT: u64 = 10;
const LINE_TIME: Duration = Duration::from_secs(5);

/// Shows the progress of one input on standard error.
pub(crate) struct Progress {
    name: String,
    start: Instant,
    shown: Shown,
}

enum Shown {
    Nothing,
    Bar(ProgressBar),
    Lines(Pace),
}

impl Progress {
    /// Begins with `input`, of which `place` tells whether there are others.
    pub(crate) fn start(input: &Path, place: Place, quiet: bool) -> Self {
        let mut name = input.display().to_string();
        if place.of > 1 {
            name = format!("[{}/{}] {name}", place.number, place.of);
        }
        let shown = if quiet {
            Shown::Nothing
        } else if io::stderr().is_terminal() {
            Shown::Bar(bar(&name))
        } else {
            eprintln!("{name}: started");
            Shown::Lines(Pace::default())
        };
        Progress {
            name,
            start: Instant::now(),
            shown,
        }
    }

    /// The library's callback: shows where it is, and stops it when the user wants that.
    pub(crate) fn step(&mut self, at: cso::Progress) -> ControlFlow<()> {
        if cancel::requested() {
            return ControlFlow::Break(());
        }
        let elapsed = self.start.elapsed();
        match &mut self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => {
                bar.set_length(at.total);
                bar.set_position(at.done);
                bar.set_message(speed_and_ratio(at, elapsed));
            }
            Shown::Lines(pace) => {
                let percent = percent(at);
                if pace.is_due(percent, elapsed) {
                    eprintln!(
                        "{}: {percent} %, {}, {} left",
                        self.name,
                        speed_and_ratio(at, elapsed),
                        HumanDuration(left(at, elapsed))
                    );
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Takes the bar away, and says how long it took and how fast that was for `bytes` of image.
    pub(crate) fn finish(self, bytes: u64) -> String {
        let elapsed = self.start.elapsed();
        format!("{:.1} s, {}", elapsed.as_secs_f64(), speed(bytes, elapsed))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}

fn bar(name: &str) -> ProgressBar {
    let bar = ProgressBar::new(0);
    // A template that does not parse is a mistake in this file, which a test below finds.
    if let Ok(style) = ProgressStyle::with_template(BAR) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_prefix(name.to_owned());
    bar
}

/// Decides which steps are worth a line.
#[derive(Default)]
struct Pace {
    percent: u64,
    elapsed: Duration,
}

impl Pace {
    fn is_due(&mut self, percent: u64, elapsed: Duration) -> bool {
        // The end has a line of its own, with the result.
        let due = percent < 100
            && percent >= self.percent + LINE_PERCENT
            && elapsed >= self.elapsed + LINE_TIME;
        if due {
            self.percent = percent - percent % LINE_PERCENT;
            self.elapsed = elapsed;
        }
        due
    }
}

fn percent(at: cso::Progress) -> u64 {
    (100 * u128::from(at.done) / u128::from(at.total.max(1))) as u64
}

fn speed_and_ratio(at: cso::Progress, elapsed: Duration) -> String {
    let speed = speed(at.done, elapsed);
    if at.written == 0 || at.done == 0 {
        return speed;
    }
    format!("{speed}, ratio {}", ratio(at.written, at.done))
}

fn speed(bytes: u64, elapsed: Duration) -> String {
    let per_second = bytes as f64 / elapsed.as_secs_f64().max(1e-9);
    format!("{}/s", BinaryBytes(per_second as u64))
}

fn left(at: cso::Progress, elapsed: Duration) -> Duration {
    let rest = at.total.saturating_sub(at.done) as f64 / at.done.max(1) as f64;
    Duration::try_from_secs_f64(elapsed.as_secs_f64() * rest).unwrap_or(Duration::MAX)
}

/// `part` of `whole` in percent, as people compare compressed sizes.
pub(crate) fn ratio(part: u64, whole: u64) -> String {
    format!("{:.1} %", 100.0 * part as f64 / whole.max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_of_the_bar_parses() {
        ProgressStyle::with_template(BAR).unwrap();
    }

    #[test]
    fn lines_are_ten_percent_and_some_seconds_apart() {
        let mut pace = Pace::default();
        let mut lines = Vec::new();
        for percent in 0..=100 {
            if pace.is_due(percent, Duration::from_secs(percent)) {
                lines.push(percent);
            }
        }
        assert_eq!(lines, [10, 20, 30, 40, 50, 60, 70, 80, 90]);
        let mut quick = Pace::default();
        assert!(!(0..=100).any(|percent| quick.is_due(percent, Duration::from_secs(1))));
        let mut slow = Pace::default();
        assert!(!(0..10).any(|percent| slow.is_due(percent, Duration::from_secs(1000 * percent))));
    }

    #[test]
    fn ratios_are_of_the_whole() {
        assert_eq!(ratio(1, 2), "50.0 %");
        assert_eq!(ratio(0, 0), "0.0 %");
    }
}
