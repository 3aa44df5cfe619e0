//! Display of progress on standard error: a bar if standard error is a terminal, otherwise a line
//! every few seconds.

use crate::inputs::{cancel_requested, InputPosition};
use cso::Progress;
use indicatif::{BinaryBytes, HumanDuration, ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

/// Template of the progress bar, in the syntax of the crate `indicatif`.
const BAR: &str = "{prefix} [{wide_bar:.cyan}] {percent:>3} %  {msg}  {eta} left";

/// Smallest difference in progress between two printed lines, in percent of the whole operation.
/// Lines are printed if standard error is not a terminal.
const LINE_PERCENT: u64 = 10;

/// Shortest time between two printed lines of progress.
const LINE_INTERVAL: Duration = Duration::from_secs(5);

/// Display of the progress of one input, on standard error.
pub(crate) struct ProgressDisplay {
    name: String,
    start: Instant,
    style: DisplayStyle,
}

enum DisplayStyle {
    Nothing,
    Bar(ProgressBar),
    Lines(LineSchedule),
}

impl ProgressDisplay {
    /// Starts the display for `input`. If there are several inputs, also shows the position of the
    /// input. If `quiet` is set, the display shows nothing at all.
    pub(crate) fn start(input: &Path, position: InputPosition, quiet: bool) -> Self {
        let mut name = input.display().to_string();
        let InputPosition { position, count } = position;
        if count > 1 {
            name = format!("[{position}/{count}] {name}");
        }
        let style = if quiet {
            DisplayStyle::Nothing
        } else if io::stderr().is_terminal() {
            DisplayStyle::Bar(bar(&name))
        } else {
            eprintln!("{name}: started");
            DisplayStyle::Lines(LineSchedule::default())
        };
        ProgressDisplay {
            name,
            start: Instant::now(),
            style,
        }
    }

    /// Shows `progress`. Returns [`ControlFlow::Break`] if the user requested a cancellation. The
    /// library then cancels the operation.
    pub(crate) fn update(&mut self, progress: Progress) -> ControlFlow<()> {
        if cancel_requested() {
            return ControlFlow::Break(());
        }
        let elapsed = self.start.elapsed();
        match &mut self.style {
            DisplayStyle::Nothing => {}
            DisplayStyle::Bar(bar) => {
                bar.set_length(progress.total);
                bar.set_position(progress.done);
                bar.set_message(speed_and_ratio(progress, elapsed));
            }
            DisplayStyle::Lines(schedule) => {
                let percent = percent(progress);
                if schedule.is_due(percent, elapsed) {
                    eprintln!(
                        "{}: {percent} %, {}, {} left",
                        self.name,
                        speed_and_ratio(progress, elapsed),
                        HumanDuration(time_left(progress, elapsed))
                    );
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Ends the display. Returns a text with the time since the start and the average speed.
    /// `bytes` is the size of the decoded image.
    pub(crate) fn finish(self, bytes: u64) -> String {
        let elapsed = self.start.elapsed();
        format!("{:.1} s, {}", elapsed.as_secs_f64(), speed(bytes, elapsed))
    }
}

impl Drop for ProgressDisplay {
    fn drop(&mut self) {
        if let DisplayStyle::Bar(bar) = &self.style {
            bar.finish_and_clear();
        }
    }
}

fn bar(name: &str) -> ProgressBar {
    let bar = ProgressBar::new(0);
    // This never fails, because the template is valid. The test `template_of_the_bar_is_valid`
    // checks the template.
    if let Ok(style) = ProgressStyle::with_template(BAR) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_prefix(name.to_owned());
    bar
}

/// Decides when the next line of progress is printed.
#[derive(Default)]
struct LineSchedule {
    /// Progress in percent at the time when the last line was printed, rounded down to a multiple
    /// of [`LINE_PERCENT`]. 0 before the first line.
    percent: u64,
    /// Time from the start of the operation until the last line was printed. 0 before the first
    /// line.
    elapsed: Duration,
}

impl LineSchedule {
    /// Returns whether a line is to be printed now. If so, records that the line is printed.
    /// `percent` is the progress, and `elapsed` is the time since the start of the operation.
    fn is_due(&mut self, percent: u64, elapsed: Duration) -> bool {
        // No line is printed at 100 percent, because the result of the operation follows at once.
        let due = percent < 100
            && percent >= self.percent + LINE_PERCENT
            && elapsed >= self.elapsed + LINE_INTERVAL;
        if due {
            self.percent = percent - percent % LINE_PERCENT;
            self.elapsed = elapsed;
        }
        due
    }
}

fn percent(progress: Progress) -> u64 {
    (100 * u128::from(progress.done) / u128::from(progress.total.max(1))) as u64
}

fn speed_and_ratio(progress: Progress, elapsed: Duration) -> String {
    let speed = speed(progress.done, elapsed);
    if progress.written == 0 || progress.done == 0 {
        return speed;
    }
    format!("{speed}, ratio {}", ratio(progress.written, progress.done))
}

fn speed(bytes: u64, elapsed: Duration) -> String {
    let per_second = bytes as f64 / elapsed.as_secs_f64().max(1e-9);
    format!("{}/s", BinaryBytes(per_second as u64))
}

/// Returns the estimated time until the end of the operation, if the average speed stays the same.
/// `progress` is the progress so far, and `elapsed` is the time since the start.
fn time_left(progress: Progress, elapsed: Duration) -> Duration {
    let left = progress.total.saturating_sub(progress.done) as f64 / progress.done.max(1) as f64;
    Duration::try_from_secs_f64(elapsed.as_secs_f64() * left).unwrap_or(Duration::MAX)
}

/// Returns `part` in percent of `whole`, as text such as `61.3 %`.
pub(crate) fn ratio(part: u64, whole: u64) -> String {
    format!("{:.1} %", 100.0 * part as f64 / whole.max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn template_of_the_bar_is_valid() {
        ProgressStyle::with_template(BAR).unwrap();
    }

    #[test]
    fn lines_are_at_least_ten_percent_and_five_seconds_apart() {
        let mut schedule = LineSchedule::default();
        let mut lines = Vec::new();
        for percent in 0..=100 {
            if schedule.is_due(percent, Duration::from_secs(percent)) {
                lines.push(percent);
            }
        }
        assert_eq!(lines, [10, 20, 30, 40, 50, 60, 70, 80, 90]);
        let mut quick = LineSchedule::default();
        assert!(!(0..=100).any(|percent| quick.is_due(percent, Duration::from_secs(1))));
        let mut slow = LineSchedule::default();
        assert!(!(0..10).any(|percent| slow.is_due(percent, Duration::from_secs(1000 * percent))));
    }

    #[test]
    fn ratios_are_percentages() {
        assert_eq!(ratio(1, 2), "50.0 %");
        assert_eq!(ratio(0, 0), "0.0 %");
    }
}
