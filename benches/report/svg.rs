//! Draws bar charts as SVG.

use std::fmt::Write;

/// One bar.
pub struct Bar {
    /// Text next to the bar.
    pub label: String,
    /// Length of the bar, in the unit of the chart's axis.
    pub value: f64,
}

const WIDTH: f64 = 980.0;
const LABELS: f64 = 530.0;
const ROW: f64 = 26.0;
const TOP: f64 = 44.0;

/// Returns a chart of horizontal bars with a title and a vertical line at `mark`.
pub fn bars(title: &str, bars: &[Bar], mark: f64) -> String {
    let most = bars.iter().map(|bar| bar.value).fold(mark, f64::max);
    let scale = (WIDTH - LABELS - 60.0) / most;
    let height = TOP + ROW * bars.len() as f64 + 12.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"12\" y=\"26\" font-size=\"16\">{}</text>\n",
        escaped(title)
    );
    for (i, bar) in bars.iter().enumerate() {
        let y = TOP + ROW * i as f64;
        let width = bar.value * scale;
        let colour = if bar.value < mark {
            "#c9824a"
        } else {
            "#3b7ea1"
        };
        let _ = write!(
            svg,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{}</text>\n\
             <rect x=\"{LABELS}\" y=\"{:.0}\" width=\"{width:.1}\" height=\"{:.0}\" fill=\"{colour}\"/>\n\
             <text x=\"{:.1}\" y=\"{:.0}\">{:.2}</text>\n",
            LABELS - 8.0,
            y + 16.0,
            escaped(&bar.label),
            y + 3.0,
            ROW - 8.0,
            LABELS + width + 6.0,
            y + 16.0,
            bar.value
        );
    }
    let x = LABELS + mark * scale;
    let _ = write!(
        svg,
        "<line x1=\"{x:.1}\" y1=\"{:.0}\" x2=\"{x:.1}\" y2=\"{:.0}\" stroke=\"black\" \
         stroke-dasharray=\"3 3\"/>\n</svg>\n",
        TOP - 4.0,
        height - 8.0
    );
    svg
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
