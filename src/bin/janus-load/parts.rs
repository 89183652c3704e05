//! How long the parts of an operation took.

use std::time::{Duration, Instant};

/// The parts of the operation that is under way, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Parts(Vec<(usize, Duration)>);

impl Parts {
    /// Does a part, and notes how long it took, if it did not fail.
    pub(crate) fn time<T, E>(
        &mut self,
        part: usize,
        act: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let begin = Instant::now();
        let done = act()?;
        self.0.push((part, begin.elapsed()));
        Ok(done)
    }

    /// Notes a part that was measured elsewhere.
    pub(crate) fn note(&mut self, part: usize, took: Duration) {
        self.0.push((part, took));
    }

    pub(crate) fn take(&mut self) -> impl Iterator<Item = (usize, Duration)> {
        self.0.drain(..)
    }
}
