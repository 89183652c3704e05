//! How often keyframes are asked for: Janus asks some hundred times in the first seconds.

use std::time::{Duration, Instant};

/// At most one request in this time goes on.
const PAUSE: Duration = Duration::from_millis(500);

/// Lets the first request through at once, and one for all that came in the pause after it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Limiter {
    last: Option<Instant>,
    waiting: bool,
}

impl Limiter {
    /// A request came: whether it goes on now. If not, one is [`due`](Self::due) later.
    pub(super) fn request(&mut self, now: Instant) -> bool {
        let passes = self.last.is_none_or(|last| now >= last + PAUSE);
        if passes {
            self.last = Some(now);
        }
        self.waiting = !passes;
        passes
    }

    /// When the request that waits goes on.
    pub(super) fn due(&self) -> Option<Instant> {
        self.last.filter(|_| self.waiting).map(|last| last + PAUSE)
    }

    /// Whether one that waited goes on now.
    pub(super) fn take_due(&mut self, now: Instant) -> bool {
        let due = self.due().is_some_and(|due| due <= now);
        if due {
            self.last = Some(now);
            self.waiting = false;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_flood_the_first_and_one_for_each_pause_go_on() {
        let (start, mut limiter) = (Instant::now(), Limiter::default());
        let mut passed = Vec::new();
        for number in 0..240 {
            let at = Duration::from_millis(5 * number);
            if limiter.take_due(start + at) || limiter.request(start + at) {
                passed.push(at.as_millis());
            }
        }
        assert_eq!(passed, [0, 500, 1000]);
    }

    #[test]
    fn the_last_one_of_a_flood_is_not_forgotten() {
        let (start, mut limiter) = (Instant::now(), Limiter::default());
        assert!(limiter.request(start));
        assert_eq!(limiter.due(), None);
        assert!(!limiter.request(start + PAUSE / 2));
        assert_eq!(limiter.due(), Some(start + PAUSE));
        assert!(!limiter.take_due(start + PAUSE / 2));
        assert!(limiter.take_due(start + PAUSE));
        assert_eq!(limiter.due(), None);
    }
}
