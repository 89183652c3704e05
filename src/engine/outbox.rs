//! What must be sent and is not awaited, until it is on its way.

use std::{collections::VecDeque, time::Instant};

use crate::{
    router::Unwatched,
    sync::{Condvar, Mutex},
};

/// What is dropped is sent by whoever drops it, if that can be done at once: what has to wait for a
/// link, for room or for a token is left to the connection's thread.
#[derive(Default)]
pub(super) struct Outbox {
    unsent: Mutex<Unsent>,
    fewer: Condvar,
}

#[derive(Default)]
struct Unsent {
    waiting: VecDeque<Unwatched>,
    /// How many threads are about to send one of them.
    taken: usize,
    /// Nothing more can be sent.
    over: bool,
}

/// One that is being sent.
pub(super) struct Taken<'a> {
    pub(super) late: Unwatched,
    outbox: &'a Outbox,
}

impl Outbox {
    pub(super) fn push(&self, late: Unwatched) {
        self.put(|waiting| waiting.push_back(late));
    }

    pub(super) fn push_first(&self, late: Unwatched) {
        self.put(|waiting| waiting.push_front(late));
    }

    fn put(&self, put: impl FnOnce(&mut VecDeque<Unwatched>)) {
        let mut unsent = self.unsent.lock();
        if !unsent.over {
            put(&mut unsent.waiting);
        }
    }

    /// Takes the first, which counts as unsent until what is returned is dropped.
    pub(super) fn take(&self) -> Option<Taken<'_>> {
        let mut unsent = self.unsent.lock();
        let late = unsent.waiting.pop_front();
        if unsent.waiting.is_empty() && unsent.waiting.capacity() > MAX_KEPT {
            unsent.waiting = VecDeque::new();
        }
        let late = late?;
        unsent.taken += 1;
        Some(Taken { late, outbox: self })
    }

    /// There is no link any more, nor will there be one.
    pub(super) fn end(&self) {
        let mut unsent = self.unsent.lock();
        unsent.over = true;
        unsent.waiting = VecDeque::new();
        drop(unsent);
        self.fewer.notify_all();
    }

    /// Waits until all is on its way, or it is that time.
    pub(super) fn wait(&self, until: Instant) {
        let mut unsent = self.unsent.lock();
        while (unsent.taken > 0 || !unsent.waiting.is_empty())
            && !self.fewer.wait_until(&mut unsent, until).timed_out()
        {}
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.outbox.unsent.lock().taken -= 1;
        self.outbox.fewer.notify_all();
    }
}

/// An outbox that has had room for more than this is not kept.
const MAX_KEPT: usize = 1024;
