//! What was answered in each second of a run, kept small: a run of a day has 86,400 of them.

use std::mem;

use hdrhistogram::Histogram;

use crate::{
    records::Interval,
    report::{
        latency::Buckets,
        scenario::{Errors, Second},
    },
};

/// The seconds of one scenario.
#[derive(Default)]
pub(crate) struct Series {
    /// Of each second the number of its buckets, and of each bucket its distance from the one before and
    /// what is in it. Each number has seven bits in a byte; the eighth says that more of it follow.
    bytes: Vec<u8>,
    errors: Vec<Errors>,
}

impl Series {
    /// Adds a second, which is empty then.
    pub(crate) fn push(&mut self, second: &mut Interval) {
        self.errors.push(mem::take(&mut second.errors));
        self.push_histogram(&second.latency);
        second.latency.reset();
    }

    fn push_histogram(&mut self, latency: &Histogram<u64>) {
        self.push_number(latency.iter_recorded().count() as u64);
        let mut last = 0;
        for step in latency.iter_recorded() {
            let value = step.value_iterated_to();
            self.push_number(value - last);
            self.push_number(step.count_at_value());
            last = value;
        }
    }

    fn push_number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// As they are reported, with the number of operations that were due in each.
    pub(crate) fn into_seconds(self, due: &[u64]) -> Vec<Second> {
        let mut bytes = self.bytes.into_iter();
        let mut number = || {
            let mut number = 0;
            for (shift, byte) in (0..).step_by(7).zip(bytes.by_ref()) {
                number |= u64::from(byte & 0x7f) << shift;
                if byte < 0x80 {
                    break;
                }
            }
            number
        };
        let mut seconds = Vec::with_capacity(self.errors.len());
        let last = self.errors.len().saturating_sub(1);
        for (at, errors) in self.errors.into_iter().enumerate() {
            let mut value = 0;
            let buckets = (0..number()).map(|_| {
                value += number();
                (value, number())
            });
            let buckets = Buckets(buckets.collect());
            // What remains of a run that ended in a second belongs to the last whole one.
            let due = if at == last {
                due.iter().skip(at).sum()
            } else {
                due.get(at).copied().unwrap_or(0)
            };
            seconds.push(Second::new(at as u64, due, buckets, errors));
        }
        seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_come_back_as_they_were_and_take_a_few_bytes_for_each_bucket() {
        let mut series = Series::default();
        let mut second = Interval::new();
        let mut expected = Vec::new();
        let mut buckets = 0;
        for at in 0..60 {
            // None in the first one, and as spread as those of a busy server.
            for n in 0..at * 40 {
                second.latency.saturating_record(100_000 + n * n * 1_000);
            }
            if at == 59 {
                second.latency.saturating_record(u64::MAX);
                second.errors.insert("timeout".to_owned(), 3);
            }
            let of_it = Buckets::of(&second.latency);
            buckets += of_it.0.len();
            expected.push(Second::new(at, at * 2, of_it, second.errors.clone()));
            series.push(&mut second);
            assert!(second.latency.is_empty() && second.errors.is_empty());
        }
        assert!(buckets > 5_000, "{buckets}");
        let bytes = series.bytes.len();
        assert!(bytes < buckets * 6, "{bytes} for {buckets}");
        let due: Vec<_> = (0..60).map(|at| at * 2).collect();
        assert_eq!(series.into_seconds(&due), expected);
    }
}
