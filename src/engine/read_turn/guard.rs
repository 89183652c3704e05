//! The turn, while a thread has it.

use std::{
    ops::{Deref, DerefMut},
    time::Instant,
};

use super::ReadTurn;
use crate::sync::{self, atomic::Ordering};

/// The turn, while a thread has it; passed on when dropped, by a panic too.
pub(crate) struct TurnGuard<'a, A, R> {
    turn: &'a ReadTurn<A, R>,
    inside: Option<R>,
    link: u64,
    /// The number of calls when the turn was taken.
    calls: u64,
    event_readers: u64,
}

impl<'a, A, R> TurnGuard<'a, A, R> {
    /// Of the thread that has just got it.
    pub(super) fn new(turn: &'a ReadTurn<A, R>, inside: R, link: u64) -> Self {
        Self {
            turn,
            inside: Some(inside),
            link,
            calls: turn.calls.load(Ordering::Relaxed),
            event_readers: turn.event_readers.load(Ordering::Relaxed),
        }
    }

    /// For the connection's thread: gives the turn up until something comes, at most until that time,
    /// so that callers find it free. `false` when this thread does not have it any more.
    ///
    /// Only if the link has a lookout, and after a read that found nothing.
    pub(crate) fn look_out(&mut self, until: Instant) -> bool {
        let Some(inside) = self.inside.take() else {
            return false;
        };
        let mut guard = self.turn.state.lock();
        let state = &mut *guard;
        let wanted = state.timers_woken || state.over || !state.parked.is_empty();
        let outside = state.outside.as_mut();
        let Some(outside) = outside.filter(|_| !wanted && state.link == self.link) else {
            drop(guard);
            self.turn.release(inside, self.link);
            return false;
        };
        let lookout = outside.enter();
        state.free = Some(inside);
        drop(guard);
        let input = lookout.wait(until);
        let mut state = self.turn.state.lock();
        if let Some(outside) = &mut state.outside {
            outside.leave();
        }
        if input {
            self.inside = state.free.take();
            state.taken += 1;
            self.calls = self.turn.calls.load(Ordering::Relaxed);
        }
        self.inside.is_some()
    }

    /// Whether the link has a lookout.
    pub(crate) fn has_lookout(&self) -> bool {
        self.turn.state.lock().outside.is_some()
    }

    /// Whether a thread has asked for the turn since, to read events itself.
    pub(crate) fn has_new_event_reader(&self) -> bool {
        self.turn.event_readers.load(Ordering::Relaxed) != self.event_readers
    }

    /// Whether somebody has begun to wait for an answer since this turn was taken.
    pub(crate) fn has_new_caller(&self) -> bool {
        self.turn.calls.load(Ordering::Relaxed) != self.calls
    }
}

impl<A, R> Deref for TurnGuard<'_, A, R> {
    type Target = R;

    fn deref(&self) -> &R {
        self.inside.as_ref().expect("it is taken out only by drop")
    }
}

impl<A, R> DerefMut for TurnGuard<'_, A, R> {
    fn deref_mut(&mut self) -> &mut R {
        self.inside.as_mut().expect("it is taken out only by drop")
    }
}

impl<A, R> Drop for TurnGuard<'_, A, R> {
    fn drop(&mut self) {
        if let Some(inside) = self.inside.take() {
            self.turn.release(inside, self.link);
            if sync::thread::panicking() {
                // The receiver may hold messages that no input announces.
                self.turn.fetch_thread(&mut self.turn.state.lock());
            }
        }
    }
}
