//! The figures that are compared.

/// Percentiles that are compared: name, part, and how many requests must have been answered in
/// both runs, so that at least ten were slower.
pub const PERCENTILES: [(&str, f64, u64); 4] = [
    ("p50", 0.5, 20),
    ("p90", 0.9, 100),
    ("p99", 0.99, 1_000),
    ("p99.9", 0.999, 10_000),
];

/// Of a scenario in one run, or in one that was drawn from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    pub answers: u64,
    pub rate: f64,
    /// Errors, as a part of all that ended.
    pub error_share: f64,
    /// Latency in nanoseconds, in the order of `PERCENTILES`.
    pub percentiles: [f64; 4],
}

impl Figures {
    /// Of how often each latency occurred, in rising order.
    pub fn of(latencies: impl Iterator<Item = (u64, u64)> + Clone, errors: u64, rate: f64) -> Self {
        let counts = latencies.clone().map(|(_, count)| count);
        let answers = counts.fold(0, u64::saturating_add);
        let mut percentiles = [0.0; 4];
        let (mut passed, mut next) = (0_u64, 0);
        for (value, count) in latencies {
            passed = passed.saturating_add(count);
            while next < 4 && count > 0 && passed as f64 >= PERCENTILES[next].1 * answers as f64 {
                percentiles[next] = value as f64;
                next += 1;
            }
        }
        Self {
            answers,
            rate,
            error_share: errors as f64 / (answers as f64 + errors as f64).max(1.0),
            percentiles,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_counts() {
        let latencies = [(10, 50), (20, 0), (30, 40), (40, 9), (50, 1)];
        let figures = Figures::of(latencies.into_iter(), 100, 10.0);
        assert_eq!(figures.percentiles, [10.0, 30.0, 40.0, 50.0]);
        assert_eq!(figures.error_share, 0.5);
        assert_eq!(Figures::of([].into_iter(), 0, 0.0), Figures::default());
    }
}
