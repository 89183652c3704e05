//! After a link has broken: when to try again, and what to do once there is a new one.

use std::time::Duration;

use derive_setters::Setters;

use super::check_duration;
use crate::{Result, random};

/// What a connection does when its link breaks; see [`Config::reconnect`](crate::Config::reconnect).
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use janus_blocking::{Config, connection::{Backoff, Reconnect}};
///
/// let patient = Backoff::new().longest(Duration::from_secs(60));
/// let config = Config::new("ws://127.0.0.1:8188").reconnect(patient);
/// assert_eq!(config.reconnect, Reconnect::Always(patient));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Reconnect {
    /// The connection ends with its link: sessions and handles are closed, and stay on the server
    /// for as long as it keeps them.
    Never,
    /// The connection tries to make a new link until it succeeds or is closed. Then it claims the
    /// sessions and verifies their handles.
    Always(Backoff),
}

impl Default for Reconnect {
    fn default() -> Self {
        Self::Always(Backoff::default())
    }
}

impl From<Backoff> for Reconnect {
    fn from(backoff: Backoff) -> Self {
        Self::Always(backoff)
    }
}

/// How long to wait before each attempt: twice as long each time, up to a limit. It starts over
/// once a link has lasted for a while.
///
/// The actual wait is drawn at random from the upper half of that time (before the first attempt:
/// from all of it), so that the clients of a restarted server do not all come at once.
///
/// # Example
///
/// See [`Reconnect`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Setters)]
#[non_exhaustive]
pub struct Backoff {
    /// The time before the first attempt. Default 100 ms.
    pub first: Duration,
    /// The longest time between two attempts. Default 10 s.
    pub longest: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(100),
            longest: Duration::from_secs(10),
        }
    }
}

impl Backoff {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn check(&self) -> Result<()> {
        check_duration("reconnect.first", self.first)?;
        check_duration("reconnect.longest", self.longest)
    }

    /// How long to wait before attempt `number` (from 1), `chance` being any number.
    fn delay(&self, number: u32, chance: u64) -> Duration {
        let doubled = 2_u32.saturating_pow(number.saturating_sub(1));
        let full = self.first.saturating_mul(doubled).min(self.longest);
        let share = (chance >> 11) as f64 / (1_u64 << 53) as f64;
        match number {
            0 | 1 => full.mul_f64(share),
            _ => full.mul_f64(0.5 + share / 2.0),
        }
    }

    pub(crate) fn jittered(&self, number: u32) -> Duration {
        self.delay(number, random::number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn delays_double_up_to_the_longest() {
        let backoff = Backoff::new();
        let bounds = |number| [0, u64::MAX].map(|chance| backoff.delay(number, chance));
        let about = |left: Duration, right: Duration| left.abs_diff(right) < MS;
        for (number, least, most) in [
            (1, 0, 100),
            (2, 100, 200),
            (3, 200, 400),
            (7, 3200, 6400),
            (8, 5000, 10_000),
            (1000, 5000, 10_000),
        ] {
            let [low, high] = bounds(number);
            assert!(about(low, MS * least), "{number}: {low:?}");
            assert!(about(high, MS * most), "{number}: {high:?}");
        }
    }

    #[test]
    fn no_two_programs_wait_equally_long() {
        let backoff = Backoff::new();
        let delays: std::collections::HashSet<_> = (0..100).map(|_| backoff.jittered(5)).collect();
        assert!(delays.len() > 90, "{delays:?}");
    }
}
