//! Whose turn it is to read: the waiting caller's, or the connection's thread's.
//!
//! In the literature this is *leader/followers*: the thread that has the turn leads, and when it has what
//! it waits for, it promotes a parked one. Here the followers are the callers themselves.
//!
//! One thing `R` (the receiving half of a link) is owned by one thread at a
//! time. A caller that waits for an answer takes it when it is free, and reads
//! until its own answer has come; callers that find it taken are parked, and
//! get either their answer or the turn. The connection's thread takes what has
//! been free for a [`LEASE`], so that it reads when nobody calls, and gives it
//! up when somebody does, and while nothing comes if the link has a [`Lookout`].
//!
//! Lock order: [`ReadTurn::state`], then [`Slot::state`]. Neither is held while reading.

use std::{collections::VecDeque, sync::Arc, time::Instant};

mod guard;
mod outside;
mod slot;

pub(crate) use guard::TurnGuard;
use outside::Outside;
pub(crate) use slot::Slot;

use super::schedule::LEASE;
use crate::{
    sync::{
        self, Condvar, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    transport::Lookout,
};

/// How often to read after the deadline, without waiting: this process may have been stopped until
/// then, and the answer may be behind other messages. It is several reads because each may bring
/// nothing.
const LAST_READS: u32 = 16;

/// The turn of one link.
pub(crate) struct ReadTurn<A, R> {
    state: Mutex<State<A, R>>,
    /// The connection's thread waits here when it has nothing to do.
    thread: Condvar,
    /// How many waits have begun; tells the connection's thread that somebody calls.
    calls: AtomicU64,
    /// How many threads would have read for themselves, but found it taken.
    event_readers: AtomicU64,
}

struct State<A, R> {
    /// The receiving half, while nobody has it.
    free: Option<R>,
    /// How many links there were before this one; halves of those are dropped when given back.
    link: u64,
    /// There is no link at present: the connection's thread has to make one.
    lost: bool,
    /// It is to make one without a pause.
    hurries: bool,
    parked: VecDeque<Arc<Slot<A, R>>>,
    /// Where the connection's thread waits for input without the turn, if the link has that.
    outside: Option<Outside>,
    /// How often the turn has been taken.
    taken: u64,
    /// The connection's thread sleeps until the turn is free again.
    thread_waits: bool,
    /// The connection's thread should look again: at its timers, or at the turn.
    timers_woken: bool,
    /// The connection's thread should take a free turn without waiting for the lease.
    reader_requested: bool,
    over: bool,
}

/// What is left of a link that has ended, to be dropped without any lock.
pub(crate) struct Remains<R> {
    _inside: Option<R>,
    _outside: Option<Outside>,
}

/// What the connection's thread is to do next.
pub(crate) enum Next<'a, A, R> {
    /// It has the turn: read.
    Read(TurnGuard<'a, A, R>),
    /// Its timers need a look.
    Timers,
    /// The link broke, and a new one is to be made.
    Lost,
    /// The connection has ended.
    Over,
}

impl<A, R> ReadTurn<A, R> {
    /// Of the first link, with its lookout if it has one.
    pub(crate) fn new(inside: R, lookout: Option<Arc<dyn Lookout>>) -> Self {
        let state = State {
            free: Some(inside),
            link: 0,
            lost: false,
            hurries: false,
            parked: VecDeque::new(),
            outside: lookout.map(Outside::new),
            taken: 0,
            thread_waits: false,
            timers_woken: false,
            reader_requested: false,
            over: false,
        };
        Self {
            state: Mutex::new(state),
            thread: Condvar::new(),
            calls: AtomicU64::new(0),
            event_readers: AtomicU64::new(0),
        }
    }

    /// Waits until the slot has its answer, reading with `read` while it is this thread's turn.
    ///
    /// `read` reads once, at most until the deadline, and gives every message
    /// to whom it belongs; when it ends the link it answers every slot. After
    /// the deadline it takes what is there. `None` when nothing was.
    pub(crate) fn wait(
        &self,
        slot: &Arc<Slot<A, R>>,
        deadline: Instant,
        mut read: impl FnMut(&mut R, Instant),
    ) -> Option<A> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let Some(mut holder) = self.enter(slot).or_else(|| self.park(slot, deadline)) else {
            return slot.take_answer();
        };
        let mut last_reads = 0;
        while last_reads < LAST_READS {
            if let Some(answer) = slot.take_answer() {
                return Some(answer);
            }
            last_reads += u32::from(sync::now() >= deadline);
            read(&mut holder, deadline);
        }
        // The answer may still come while the turn is passed on.
        drop(holder);
        slot.take_answer()
    }

    /// Takes the turn if it is free, or enters the slot among the parked.
    fn enter(&self, slot: &Arc<Slot<A, R>>) -> Option<TurnGuard<'_, A, R>> {
        let mut state = self.state.lock();
        let holder = self.take(&mut state);
        if holder.is_none() {
            state.parked.push_back(slot.clone());
        }
        holder
    }

    /// Takes the turn if it is free, for a thread that waits for something else than an answer.
    pub(crate) fn take_free(&self) -> Option<TurnGuard<'_, A, R>> {
        let mut state = self.state.lock();
        // What the connection's thread waits for without it does not count as free.
        let holder = if state.has_thread_outside() {
            None
        } else {
            self.take(&mut state)
        };
        if holder.is_none() {
            self.event_readers.fetch_add(1, Ordering::Relaxed);
        }
        holder
    }

    fn take(&self, state: &mut State<A, R>) -> Option<TurnGuard<'_, A, R>> {
        let inside = state.free.take()?;
        state.taken += 1;
        if let Some(outside) = &mut state.outside {
            outside.taken();
        }
        Some(TurnGuard::new(self, inside, state.link))
    }

    /// Sleeps until the slot has its answer or the turn, or the deadline passes.
    fn park(&self, slot: &Arc<Slot<A, R>>, deadline: Instant) -> Option<TurnGuard<'_, A, R>> {
        let mut waiting = slot.state.lock();
        let mut until = deadline;
        waiting.parked = true;
        while waiting.answer.is_none() && waiting.turn.is_none() {
            if slot.wake.wait_until(&mut waiting, until).timed_out() {
                match sync::grace(deadline).filter(|_| until == deadline) {
                    Some(later) => until = later,
                    None => break,
                }
            }
        }
        waiting.parked = false;
        drop(waiting);
        // Once it is out of the queue, nobody can pass the turn to this slot any more.
        let mut state = self.state.lock();
        state.parked.retain(|other| !Arc::ptr_eq(other, slot));
        let inside = slot.state.lock().turn.take();
        drop(state);
        inside.map(|(inside, link)| TurnGuard::new(self, inside, link))
    }

    fn release(&self, inside: R, link: u64) {
        let mut state = self.state.lock();
        if state.over || state.link != link {
            // The link closes its socket when dropped: not under the lock.
            drop(state);
            return;
        }
        while let Some(slot) = state.parked.pop_front() {
            let mut waiting = slot.state.lock();
            if waiting.answer.is_none() {
                waiting.turn = Some((inside, link));
                state.taken += 1;
                // It needs both locks as soon as it runs.
                drop((waiting, state));
                slot.wake.notify_one();
                return;
            }
        }
        state.free = Some(inside);
        if let Some(outside) = &mut state.outside {
            outside.given_back();
        }
        if state.thread_waits {
            self.thread.notify_one();
        }
    }

    /// What the connection's thread is to do; sleeps until there is something, or until `timers`.
    pub(crate) fn next(&self, timers: Instant) -> Next<'_, A, R> {
        // How often the turn had been taken when it was last seen free, or held: the same number
        // again means that nothing has happened since.
        let (mut seen_free, mut seen_held) = (None, None);
        let mut state = self.state.lock();
        loop {
            if state.over {
                return Next::Over;
            }
            if state.lost {
                return Next::Lost;
            }
            let now = sync::now();
            if std::mem::take(&mut state.timers_woken) || now >= timers {
                return Next::Timers;
            }
            let mut until = timers.min(now + LEASE);
            if state.free.is_some() {
                if state.reader_requested || seen_free == Some(state.taken) {
                    if let Some(holder) = self.take(&mut state) {
                        state.reader_requested = false;
                        return Next::Read(holder);
                    }
                }
                seen_free = Some(state.taken);
            } else if seen_held == Some(state.taken) {
                // A long wait: its end wakes this thread. Short ones pass unnoticed, so that
                // calls in a row do not pay for waking anybody.
                state.thread_waits = true;
                until = timers;
            } else {
                seen_held = Some(state.taken);
            }
            self.thread.wait_until(&mut state, until);
            state.thread_waits = false;
        }
    }

    /// Lets the connection's thread take a free turn at once: somebody waits for events.
    pub(crate) fn request_reader(&self) {
        let mut state = self.state.lock();
        if state.free.is_some() && !state.reader_requested && !state.has_thread_outside() {
            state.reader_requested = true;
            self.thread.notify_one();
        }
    }

    /// Whether the connection's thread should look at its timers.
    pub(crate) fn are_timers_woken(&self) -> bool {
        self.state.lock().timers_woken
    }

    /// Lets the connection's thread look at its timers.
    pub(crate) fn wake_timers(&self) {
        let mut state = self.state.lock();
        state.timers_woken = true;
        self.fetch_thread(&mut state);
    }

    /// The link broke: the connection's thread is to make a new one. Who says so answers the slots.
    #[must_use]
    pub(crate) fn link_lost(&self) -> Remains<R> {
        let mut state = self.state.lock();
        state.link += 1;
        state.lost = true;
        state.hurries = false;
        self.fetch_thread(&mut state);
        state.remains()
    }

    /// Puts the receiving half of a new link in place of the lost one.
    pub(crate) fn install(&self, inside: R, lookout: Option<Arc<dyn Lookout>>) {
        let mut state = self.state.lock();
        state.lost = false;
        if !state.over {
            state.outside = lookout.map(Outside::new);
        }
        let link = state.link;
        drop(state);
        // To a caller that waits for it, if there is one.
        self.release(inside, link);
    }

    /// Lets the connection's thread sleep until that time, or until it is to hurry: `true`. `None` when
    /// all is over.
    pub(crate) fn pause(&self, until: Instant) -> Option<bool> {
        let mut state = self.state.lock();
        while !state.over
            && !state.hurries
            && !self.thread.wait_until(&mut state, until).timed_out()
        {}
        (!state.over).then(|| std::mem::take(&mut state.hurries))
    }

    /// Ends that pause. While the connection's thread makes a link, it ends the next one.
    pub(crate) fn end_pause(&self) {
        let mut state = self.state.lock();
        if state.lost {
            state.hurries = true;
            self.thread.notify_one();
        }
    }

    /// Ends it: the link is gone. Who ends it answers every slot.
    #[must_use]
    pub(crate) fn end(&self) -> Remains<R> {
        let mut state = self.state.lock();
        state.over = true;
        self.fetch_thread(&mut state);
        state.remains()
    }

    /// Wakes the connection's thread, wherever it waits.
    fn fetch_thread(&self, state: &mut State<A, R>) {
        if let Some(outside) = &mut state.outside {
            outside.fetch();
        }
        self.thread.notify_one();
    }
}

impl<A, R> State<A, R> {
    fn remains(&mut self) -> Remains<R> {
        Remains {
            _inside: self.free.take(),
            _outside: self.outside.take(),
        }
    }

    fn has_thread_outside(&self) -> bool {
        self.outside.as_ref().is_some_and(Outside::has_thread)
    }
}

#[cfg(test)]
mod tests;

#[cfg(all(test, model))]
mod model;
