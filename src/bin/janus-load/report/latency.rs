//! How long something took: percentiles, and the histogram that they are of.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// The longest time that is told apart from longer ones: an hour.
const LONGEST_NS: u64 = 3_600_000_000_000;

/// An empty histogram of nanoseconds, from 1 ns to an hour. It never grows: a longer time is to be
/// recorded with `saturating_record`.
pub fn histogram(significant_digits: u8) -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST_NS, significant_digits).expect("the bounds are valid")
}

/// A histogram as it is kept: the upper end of each bucket that has something in it, in nanoseconds,
/// and how much that is. In rising order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Buckets(pub Vec<(u64, u64)>);

impl Buckets {
    pub fn of(histogram: &Histogram<u64>) -> Self {
        let recorded = histogram.iter_recorded();
        Self(
            recorded
                .map(|step| (step.value_iterated_to(), step.count_at_value()))
                .collect(),
        )
    }

    pub fn count(&self) -> u64 {
        let counts = self.0.iter().map(|(_, count)| count);
        counts.fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The time within which that part of all was done; 0.99 is the 99th percentile. Nothing when
    /// nothing was recorded.
    pub fn quantile(&self, part: f64) -> Option<u64> {
        // A part that was reckoned may be too large by the last of its bits: 99.9 / 100 of 1,000 is a
        // bit more than 999.
        let wanted = self.count() as f64 * part * (1.0 - 4.0 * f64::EPSILON);
        let wanted = (wanted.ceil() as u64).max(1);
        let mut passed = 0_u64;
        for (value, count) in &self.0 {
            passed = passed.saturating_add(*count);
            if passed >= wanted {
                return Some(*value);
            }
        }
        self.0.last().map(|(value, _)| *value)
    }
}

/// What is known of one kind of time, over the whole of what was measured. All in nanoseconds;
/// `null` where nothing was recorded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    pub count: u64,
    pub min_ns: Option<u64>,
    pub mean_ns: Option<u64>,
    pub p50_ns: Option<u64>,
    pub p90_ns: Option<u64>,
    pub p99_ns: Option<u64>,
    pub p99_9_ns: Option<u64>,
    pub p99_99_ns: Option<u64>,
    pub max_ns: Option<u64>,
    pub buckets: Buckets,
}

impl Latency {
    pub fn of(histogram: &Histogram<u64>) -> Self {
        if histogram.is_empty() {
            return Self::default();
        }
        let buckets = Buckets::of(histogram);
        Self {
            count: histogram.len(),
            min_ns: Some(histogram.min()),
            mean_ns: Some(histogram.mean().round() as u64),
            p50_ns: buckets.quantile(0.5),
            p90_ns: buckets.quantile(0.9),
            p99_ns: buckets.quantile(0.99),
            p99_9_ns: buckets.quantile(0.999),
            p99_99_ns: buckets.quantile(0.9999),
            max_ns: Some(histogram.max()),
            buckets,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_give_the_percentiles_of_the_histogram() {
        let mut times = histogram(3);
        for n in 1..=100_000_u64 {
            times.record(n * n).expect("in range");
        }
        let buckets = Buckets::of(&times);
        assert_eq!(buckets.count(), 100_000);
        for part in [0.0, 0.001, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0] {
            let expected = times.value_at_quantile(part);
            assert_eq!(buckets.quantile(part), Some(expected), "{part}");
        }
    }

    #[test]
    fn nothing_recorded_has_no_percentiles() {
        let latency = Latency::of(&histogram(3));
        assert_eq!(latency, Latency::default());
        assert_eq!(latency.buckets.quantile(0.99), None);
    }

    #[test]
    fn what_takes_longer_than_the_longest_is_counted_all_the_same() {
        let mut times = histogram(2);
        times.saturating_record(u64::MAX);
        let latency = Latency::of(&times);
        assert_eq!(latency.count, 1);
        assert!(latency.p99_ns >= Some(LONGEST_NS));
    }
}
