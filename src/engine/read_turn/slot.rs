//! Where one caller waits.

use std::sync::Arc;

use crate::sync::{Condvar, Mutex, MutexGuard};

/// Where one caller waits: for its answer `A`, or for the turn.
pub(crate) struct Slot<A, R> {
    pub(super) state: Mutex<SlotState<A, R>>,
    pub(super) wake: Condvar,
}

pub(super) struct SlotState<A, R> {
    pub(super) answer: Option<A>,
    /// The turn, and the number of its link.
    pub(super) turn: Option<(R, u64)>,
    pub(super) parked: bool,
}

impl<A, R> Slot<A, R> {
    pub(crate) fn new() -> Arc<Self> {
        let state = Mutex::new(SlotState {
            answer: None,
            turn: None,
            parked: false,
        });
        Arc::new(Self {
            state,
            wake: Condvar::new(),
        })
    }

    /// Gives the caller its answer. A second one is ignored.
    pub(crate) fn answer(&self, answer: A) {
        let mut state = self.state.lock();
        if state.answer.is_some() {
            return;
        }
        state.answer = Some(answer);
        let parked = state.parked;
        // The caller needs the lock as soon as it runs.
        drop(state);
        if parked {
            self.wake.notify_one();
        }
    }

    /// Waits until the answer is there: for one that another thread is about to give.
    pub(crate) fn wait_until_answered(&self) {
        drop(self.until_answered());
    }

    /// The same, and takes it.
    pub(crate) fn wait(&self) -> A {
        let mut state = self.until_answered();
        state.answer.take().expect("it was waited for")
    }

    fn until_answered(&self) -> MutexGuard<'_, SlotState<A, R>> {
        let mut state = self.state.lock();
        state.parked = true;
        while state.answer.is_none() {
            self.wake.wait(&mut state);
        }
        state.parked = false;
        state
    }

    pub(crate) fn take_answer(&self) -> Option<A> {
        self.state.lock().answer.take()
    }
}
