//! What one scenario came to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::latency::{Buckets, Latency};

/// How often each kind of error occurred: `timeout`, `janus 458`, `plugin 426`.
pub type Errors = BTreeMap<String, u64>;

/// A file may say anything, so that a sum need not fit.
pub fn total(counts: &BTreeMap<String, u64>) -> u64 {
    let counts = counts.values();
    counts.fold(0, |sum: u64, count| sum.saturating_add(*count))
}

/// The figures of one scenario, without the warm-up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    /// `ping`, `attach`, or the name that the scenario file gives.
    pub name: String,
    /// How long it was measured, with the wait for the last answers.
    pub seconds_measured: f64,
    /// How long requests were sent: without that wait. Not in reports of before there was this key.
    pub seconds_asked: Option<f64>,
    /// Requests a second that were due in that time, on average. `null` in a closed loop.
    pub asked_per_s: Option<f64>,
    /// Requests a second that were answered without error in that time, on average.
    pub reached_per_s: f64,
    /// Those answered without error. The times below are of them alone, but for `parts`.
    pub count: u64,
    /// Those that failed, by kind.
    pub errors: Errors,
    /// From when the request was due to its answer. In a closed loop it is due when it is sent.
    pub latency: Latency,
    /// From when the request was sent to its answer.
    pub service: Latency,
    /// From when the request was due to when it was sent: what the client itself adds.
    pub lateness: Latency,
    /// The steps of an operation that has some, from its begin to its answer: `create`, `destroy`.
    /// Those that were answered, whatever became of the operation.
    #[serde(default)]
    pub parts: BTreeMap<String, Latency>,
    /// One entry for each second that was measured, also where nothing ended in it.
    pub series: Vec<Second>,
}

impl Scenario {
    pub fn errors_total(&self) -> u64 {
        total(&self.errors)
    }

    /// The series without the rest of a second with which it may end, as that has less of everything.
    pub fn whole_seconds(&self) -> &[Second] {
        let is_whole = |second: &Second| second.at_s as f64 + 1.0 <= self.seconds_measured;
        let whole = self.series.iter().position(|it| !is_whole(it));
        &self.series[..whole.unwrap_or(self.series.len())]
    }

    /// Those of them for the whole of which requests were sent.
    pub fn asked_seconds(&self) -> &[Second] {
        let asked = self.seconds_asked.unwrap_or(self.seconds_measured);
        let seconds = self.whole_seconds();
        let end = seconds.iter().position(|it| it.at_s as f64 + 1.0 > asked);
        &seconds[..end.unwrap_or(seconds.len())]
    }

    /// Which part of what ended did so with an error. Nothing when nothing ended.
    pub fn error_share(&self) -> Option<f64> {
        let errors = self.errors_total() as f64;
        let all = errors + self.count as f64;
        (all > 0.0).then(|| errors / all)
    }
}

/// What ended within one second.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Second {
    /// Seconds from the end of the warm-up to the begin of this one.
    pub at_s: u64,
    /// Requests that were due in it.
    pub due: u64,
    /// Requests that were answered in it without error.
    pub count: u64,
    pub errors: Errors,
    pub p50_ns: Option<u64>,
    pub p99_ns: Option<u64>,
    pub max_ns: Option<u64>,
    /// The latency, coarser than that of the whole: two significant digits are enough.
    pub buckets: Buckets,
}

impl Second {
    pub fn new(at_s: u64, due: u64, buckets: Buckets, errors: Errors) -> Self {
        Self {
            at_s,
            due,
            count: buckets.count(),
            errors,
            p50_ns: buckets.quantile(0.5),
            p99_ns: buckets.quantile(0.99),
            max_ns: buckets.quantile(1.0),
            buckets,
        }
    }

    pub fn errors_total(&self) -> u64 {
        total(&self.errors)
    }
}
