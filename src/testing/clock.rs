//! The time of a gateway: the system's, or a test's own.

use std::time::{Duration, Instant};

/// Counts from the start of the gateway.
#[derive(Clone, Copy, Debug)]
pub(super) enum Clock {
    Real(Instant),
    Manual(Duration),
}

impl Clock {
    pub(super) fn new(manual: bool) -> Self {
        if manual {
            Self::Manual(Duration::ZERO)
        } else {
            Self::Real(Instant::now())
        }
    }

    pub(super) fn now(&self) -> Duration {
        match self {
            Self::Real(start) => start.elapsed(),
            Self::Manual(now) => *now,
        }
    }

    pub(super) fn is_manual(&self) -> bool {
        matches!(self, Self::Manual(_))
    }

    /// Puts a manual clock to that time; the real one goes by itself.
    pub(super) fn set(&mut self, time: Duration) {
        if let Self::Manual(now) = self {
            *now = (*now).max(time);
        }
    }

    /// When it will be that time.
    pub(super) fn instant(&self, time: Duration) -> Option<Instant> {
        match self {
            Self::Real(start) => start.checked_add(time),
            Self::Manual(_) => None,
        }
    }
}
