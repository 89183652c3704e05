//! What was measured: histograms and counts, taken by many workers at once.

use std::{
    mem,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use parking_lot::Mutex;

use crate::{
    failure::Outcome,
    rate::Step,
    report::{latency::histogram, scenario::Errors},
};

/// So many workers can note something at once; each more costs memory.
const SHARDS: usize = 4;

/// One operation.
pub(crate) struct Sample<'a> {
    pub(crate) scenario: usize,
    /// The step of the ramp.
    pub(crate) step: Option<usize>,
    pub(crate) due: Instant,
    pub(crate) begun: Instant,
    pub(crate) ended: Instant,
    /// Whether operations were still asked for when it ended.
    pub(crate) in_time: bool,
    pub(crate) outcome: &'a Outcome<()>,
}

/// All that was measured since the end of the warm-up.
pub(crate) struct Records {
    measured_from: Instant,
    /// When each step ends, from then.
    step_ends: Vec<Duration>,
    shards: Vec<Mutex<Shard>>,
}

struct Shard {
    scenarios: Vec<Totals>,
    seconds: Vec<Interval>,
    steps: Vec<Option<StepTotals>>,
}

/// Of one scenario, over the whole of the run.
pub(crate) struct Totals {
    pub(crate) errors: Errors,
    pub(crate) latency: Histogram<u64>,
    pub(crate) service: Histogram<u64>,
    pub(crate) lateness: Histogram<u64>,
    pub(crate) parts: Vec<Histogram<u64>>,
    /// Those that ended without error while operations were asked for, whenever they were due.
    pub(crate) reached: u64,
    /// How many were due in each second.
    pub(crate) due: Vec<u64>,
}

/// Of one scenario, since the last look.
pub(crate) struct Interval {
    pub(crate) latency: Histogram<u64>,
    pub(crate) errors: Errors,
}

/// Of one step of a ramp, over all scenarios.
pub(crate) struct StepTotals {
    pub(crate) latency: Histogram<u64>,
    pub(crate) lateness: Histogram<u64>,
    pub(crate) errors: u64,
    /// Those that ended without error while it lasted, whenever they were due: what was reached.
    pub(crate) ended: u64,
}

impl Records {
    /// For scenarios with so many parts each.
    pub(crate) fn new(measured_from: Instant, parts: &[usize], steps: &[Step]) -> Self {
        let shard = || Shard {
            scenarios: parts.iter().map(|parts| Totals::new(*parts)).collect(),
            seconds: Interval::each(parts.len()),
            steps: steps.iter().map(|_| None).collect(),
        };
        Self {
            measured_from,
            step_ends: steps.iter().map(|step| step.end).collect(),
            shards: (0..SHARDS).map(|_| Mutex::new(shard())).collect(),
        }
    }

    /// Notes an operation, unless it was due in the warm-up.
    pub(crate) fn note(
        &self,
        worker: usize,
        sample: &Sample<'_>,
        parts: impl Iterator<Item = (usize, Duration)>,
    ) {
        let mut shard = self.shards[worker % SHARDS].lock();
        let Shard {
            scenarios,
            seconds,
            steps,
        } = &mut *shard;
        if sample.outcome.is_ok() {
            if sample.in_time && sample.ended >= self.measured_from {
                scenarios[sample.scenario].reached += 1;
            }
            if let Some(step) = self.step_at(sample.ended) {
                let step = steps[step].get_or_insert_with(StepTotals::new);
                step.ended += 1;
            }
        }
        let Some(due) = sample.due.checked_duration_since(self.measured_from) else {
            // What is not taken out would count for the next one.
            parts.for_each(drop);
            return;
        };
        let (totals, second) = (
            &mut scenarios[sample.scenario],
            &mut seconds[sample.scenario],
        );
        count_due(&mut totals.due, due);
        let latency = nanos(sample.ended - sample.due);
        let lateness = nanos(sample.begun - sample.due);
        for (part, took) in parts {
            totals.parts[part].saturating_record(nanos(took));
        }
        let step = sample.step;
        let step = step.map(|step| steps[step].get_or_insert_with(StepTotals::new));
        match sample.outcome {
            Ok(()) => {
                totals.latency.saturating_record(latency);
                let service = nanos(sample.ended - sample.begun);
                totals.service.saturating_record(service);
                totals.lateness.saturating_record(lateness);
                second.latency.saturating_record(latency);
                if let Some(step) = step {
                    step.latency.saturating_record(latency);
                    step.lateness.saturating_record(lateness);
                }
            }
            Err(failure) => {
                let kind = failure.kind();
                *totals.errors.entry(kind.clone()).or_default() += 1;
                *second.errors.entry(kind).or_default() += 1;
                if let Some(step) = step {
                    step.errors += 1;
                }
            }
        }
    }

    /// The step within which something ended.
    fn step_at(&self, ended: Instant) -> Option<usize> {
        let ended = ended.checked_duration_since(self.measured_from)?;
        let number = self.step_ends.partition_point(|end| *end < ended);
        (number < self.step_ends.len()).then_some(number)
    }

    /// Adds what each scenario did since this was called before to `sums`. `spare` has one empty
    /// interval for each scenario, and has that again afterwards.
    pub(crate) fn move_intervals(&self, sums: &mut [Interval], spare: &mut Vec<Interval>) {
        for shard in &self.shards {
            mem::swap(&mut shard.lock().seconds, spare);
            // Outside of the lock, which workers wait for.
            for (sum, one) in sums.iter_mut().zip(&mut *spare) {
                sum.take(one);
            }
        }
    }

    /// Everything, at the end.
    pub(crate) fn into_totals(self) -> (Vec<Totals>, Vec<Option<StepTotals>>) {
        let shards = self.shards.into_iter().map(Mutex::into_inner);
        let parts = shards.map(|shard| (shard.scenarios, shard.steps));
        let sum = parts.reduce(|(mut totals, mut steps), (more_totals, more_steps)| {
            for (sum, one) in totals.iter_mut().zip(more_totals) {
                sum.add(one);
            }
            for (sum, one) in steps.iter_mut().zip(more_steps) {
                match (sum, one) {
                    (Some(sum), Some(one)) => sum.add(&one),
                    (sum @ None, one) => *sum = one,
                    (Some(_), None) => {}
                }
            }
            (totals, steps)
        });
        sum.unwrap_or_default()
    }
}

impl Totals {
    fn new(parts: usize) -> Self {
        Self {
            errors: Errors::new(),
            latency: resident(),
            service: resident(),
            lateness: resident(),
            parts: (0..parts).map(|_| resident()).collect(),
            reached: 0,
            due: Vec::new(),
        }
    }

    fn add(&mut self, other: Self) {
        add_errors(&mut self.errors, other.errors);
        add(&mut self.latency, &other.latency);
        add(&mut self.service, &other.service);
        add(&mut self.lateness, &other.lateness);
        for (sum, one) in self.parts.iter_mut().zip(&other.parts) {
            add(sum, one);
        }
        self.reached += other.reached;
        if self.due.len() < other.due.len() {
            self.due.resize(other.due.len(), 0);
        }
        for (sum, one) in self.due.iter_mut().zip(other.due) {
            *sum += one;
        }
    }
}

impl Interval {
    pub(crate) fn new() -> Self {
        Self {
            latency: histogram(2),
            errors: Errors::new(),
        }
    }

    /// Empty ones, for so many scenarios.
    pub(crate) fn each(scenarios: usize) -> Vec<Self> {
        (0..scenarios).map(|_| Self::new()).collect()
    }

    /// Adds what is in the other one, which is empty then.
    pub(crate) fn take(&mut self, other: &mut Self) {
        add(&mut self.latency, &other.latency);
        add_errors(&mut self.errors, mem::take(&mut other.errors));
        other.latency.reset();
    }
}

impl StepTotals {
    fn new() -> Self {
        Self {
            latency: histogram(2),
            lateness: histogram(2),
            errors: 0,
            ended: 0,
        }
    }

    fn add(&mut self, other: &Self) {
        add(&mut self.latency, &other.latency);
        add(&mut self.lateness, &other.lateness);
        self.errors += other.errors;
        self.ended += other.ended;
    }
}

/// A histogram that has all of its memory from the start: no worker waits for a page of it, and what a
/// run takes does not grow with how different its times are.
fn resident() -> Histogram<u64> {
    let mut histogram = histogram(3);
    histogram.reset();
    histogram
}

/// Both have the same bounds.
fn add(sum: &mut Histogram<u64>, one: &Histogram<u64>) {
    sum.add(one).expect("the bounds are the same");
}

fn add_errors(sum: &mut Errors, one: Errors) {
    for (kind, count) in one {
        *sum.entry(kind).or_default() += count;
    }
}

fn count_due(seconds: &mut Vec<u64>, due: Duration) {
    let second = usize::try_from(due.as_secs()).unwrap_or(usize::MAX - 1);
    if seconds.len() <= second {
        seconds.resize(second + 1, 0);
    }
    seconds[second] += 1;
}

/// At least 1, which is the least that a histogram holds.
fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn times_are_of_operations_without_error() {
        let from = Instant::now();
        let records = Records::new(from, &[0], &[]);
        for outcome in [Ok(()), Err(Failure::NotBegun)] {
            let sample = Sample {
                scenario: 0,
                step: None,
                due: from + MS,
                begun: from + 2 * MS,
                ended: from + 3 * MS,
                in_time: true,
                outcome: &outcome,
            };
            records.note(0, &sample, [].into_iter());
        }
        let (totals, _) = records.into_totals();
        let totals = &totals[0];
        for times in [&totals.latency, &totals.service, &totals.lateness] {
            assert_eq!(times.len(), 1);
        }
        assert_eq!(totals.errors["not begun"], 1);
        assert_eq!(totals.due, [2]);
    }

    #[test]
    fn what_was_reached_ended_while_it_was_measured_and_asked_for() {
        let begin = Instant::now();
        let from = begin + 100 * MS;
        let records = Records::new(from, &[0], &[]);
        for (due, ended, in_time) in [
            (begin, begin + 50 * MS, true),
            // Due in the warm-up.
            (begin, from + MS, true),
            (from, from + MS, true),
            // Behind the end.
            (from, from + 50 * MS, false),
        ] {
            let sample = Sample {
                scenario: 0,
                step: None,
                due,
                begun: due,
                ended,
                in_time,
                outcome: &Ok(()),
            };
            records.note(0, &sample, [].into_iter());
        }
        let (totals, _) = records.into_totals();
        assert_eq!((totals[0].reached, totals[0].latency.len()), (2, 2));
    }
}
