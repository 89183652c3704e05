//! When which peer wants to be looked at.

use std::{cmp::Reverse, collections::BinaryHeap, time::Instant};

use parking_lot::Mutex;

/// The deadlines of all peers, and until when the thread sleeps.
///
/// An entry is made only when a peer's deadline comes nearer than its last entry, so that there are
/// few. A peer that is looked at too early enters its next one.
#[derive(Debug, Default)]
pub(super) struct Timers(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    heap: BinaryHeap<Reverse<(Instant, u64)>>,
    /// `None`: it does not sleep, or sleeps without a limit.
    sleeps_until: Option<Instant>,
    sleeps: bool,
}

impl Timers {
    /// Enters a deadline; whether the thread has to be woken up for it.
    pub(super) fn enter(&self, deadline: Instant, peer: u64) -> bool {
        let mut inner = self.0.lock();
        inner.heap.push(Reverse((deadline, peer)));
        inner.sleeps && inner.sleeps_until.is_none_or(|until| deadline < until)
    }

    /// Takes a peer whose time has come.
    pub(super) fn pop(&self, now: Instant) -> Option<(Instant, u64)> {
        let mut inner = self.0.lock();
        let Reverse((deadline, peer)) = *inner.heap.peek()?;
        if deadline > now {
            return None;
        }
        inner.heap.pop();
        Some((deadline, peer))
    }

    /// The thread goes to sleep until the returned time.
    pub(super) fn sleep(&self) -> Option<Instant> {
        let mut inner = self.0.lock();
        inner.sleeps = true;
        inner.sleeps_until = inner.heap.peek().map(|Reverse((deadline, _))| *deadline);
        inner.sleeps_until
    }

    pub(super) fn awake(&self) {
        self.0.lock().sleeps = false;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_thread_is_woken_only_for_what_is_nearer_than_its_sleep() {
        let (now, timers) = (Instant::now(), Timers::default());
        let at = |seconds| now + Duration::from_secs(seconds);
        assert!(!timers.enter(at(5), 1), "it does not sleep");
        assert_eq!(timers.sleep(), Some(at(5)));
        assert!(!timers.enter(at(6), 2));
        assert!(timers.enter(at(4), 3));
        timers.awake();
        assert_eq!(timers.pop(at(3)), None);
        assert_eq!(timers.pop(at(5)), Some((at(4), 3)));
        assert_eq!(timers.pop(at(5)), Some((at(5), 1)));
        assert_eq!(timers.pop(at(5)), None);
        assert_eq!(timers.sleep(), Some(at(6)));
    }
}
