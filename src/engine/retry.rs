//! How long to wait before the next attempt, over all links of a connection. Pure: time is passed in.

use std::time::{Duration, Instant};

use crate::Backoff;

/// A link was worth having if it was up for this many times the pause before it.
const WORTH: u32 = 8;

/// The attempts that were made, and what came of them.
#[derive(Debug)]
pub(crate) struct RetrySchedule {
    backoff: Backoff,
    /// How many attempts were made since a link was worth having.
    tried: u32,
    /// How long was waited before the last one.
    pause: Duration,
    /// Since when there is a link.
    since: Instant,
}

impl RetrySchedule {
    pub(crate) fn new(backoff: Backoff, now: Instant) -> Self {
        Self {
            backoff,
            tried: 0,
            pause: Duration::ZERO,
            since: now,
        }
    }

    /// A link is up.
    pub(super) fn connected(&mut self, now: Instant) {
        self.since = now;
    }

    /// It broke. A server that takes links and drops them at once is treated as one that takes none.
    pub(super) fn lost(&mut self, now: Instant) {
        let worth = (self.pause * WORTH).min(self.backoff.longest);
        if now.saturating_duration_since(self.since) >= worth {
            self.tried = 0;
        }
    }

    /// There is reason to expect that the next attempts succeed.
    pub(super) fn start_over(&mut self) {
        self.tried = 0;
    }

    /// How long to wait before the next attempt.
    pub(super) fn pause(&mut self) -> Duration {
        self.tried = self.tried.saturating_add(1);
        self.pause = self.backoff.jittered(self.tried);
        self.pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// The longest of the first `count` pauses, each link standing for `closed`.
    fn longest_pause(closed: Duration, count: u32) -> Duration {
        let mut now = Instant::now();
        let mut retry = RetrySchedule::new(Backoff::new(), now);
        let mut longest = Duration::ZERO;
        for _ in 0..count {
            now += closed;
            retry.lost(now);
            longest = longest.max(retry.pause());
            retry.connected(now);
        }
        longest
    }

    #[test]
    fn links_that_last_are_made_anew_at_once() {
        assert!(longest_pause(SECOND, 100) <= SECOND / 10);
    }

    #[test]
    fn links_that_are_dropped_at_once_are_made_ever_more_rarely() {
        assert!(longest_pause(SECOND / 1000, 20) >= SECOND * 5);
    }
}
