//! One line on the terminal while it runs.

use std::time::Duration;

use hdrhistogram::Histogram;
use indicatif::{ProgressBar, ProgressStyle};

use crate::{records::Interval, report::latency::histogram};

/// The line; it is not there where nobody looks, as in a pipe.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// For a run of that length.
    pub(crate) fn new(length: Duration) -> Self {
        let bar = ProgressBar::new(length.as_secs().max(1));
        // It is a constant of this program, which a test has read.
        let style =
            ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.set_message("warm-up");
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar }
    }

    pub(crate) fn show(&self, second: u64, intervals: &[Interval]) {
        if self.bar.is_hidden() {
            return;
        }
        let mut all: Histogram<u64> = histogram(2);
        let mut errors = 0;
        for interval in intervals {
            // They have the same bounds.
            let _ = all.add(&interval.latency);
            errors += interval.errors.values().sum::<u64>();
        }
        let at = |quantile| all.value_at_quantile(quantile) as f64 / 1e6;
        self.bar.set_position(second + 1);
        self.bar.set_message(format!(
            "{}/s, {errors} errors, p50 {:.2} ms, p99 {:.2} ms",
            all.len(),
            at(0.5),
            at(0.99)
        ));
    }

    pub(crate) fn done(&self) {
        self.bar.finish_and_clear();
    }
}

const TEMPLATE: &str = "{bar:20} {pos}/{len} s  {msg}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_can_be_read() {
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
    }
}
