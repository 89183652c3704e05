//! A handle's event queue: bounded, never waited for, and honest about what it lost.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, unbounded};
use serde_json::value::RawValue;

use super::ClosedFlag;
use crate::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// What an event takes up beside its text: a place in the channel, and what the allocator adds.
const EVENT: usize = 128;

/// What the queue of a handle in use may hold though all queues together are full, so that queues
/// that are read lose nothing to queues that are not: a list of some hundred participants.
const OWN: usize = 128 << 10;

/// An undecoded event, for [`Events::decode`](crate::Events::decode). It counts towards the
/// [budget](crate::Config::event_queue_bytes) of its queue until it is decoded or dropped. `Debug`
/// masks secrets with `***` and hides session descriptions.
pub struct RawEvent {
    pub(crate) payload: Payload,
    pub(crate) charge: Charge,
}

/// What is in the queue.
#[derive(Debug)]
pub(crate) enum Payload {
    /// A plugin's event.
    Plugin {
        data: Box<RawValue>,
        jsep: Option<Box<RawValue>>,
    },
    /// A core event: the whole message.
    Core(Box<str>),
    /// What an event handler of Janus has sent: one event.
    #[cfg(feature = "monitor")]
    Monitor(Box<str>),
    /// What the crate itself says. It waits beyond the limits if need be; then it holds something by
    /// which the producer knows that it is unread.
    Notice {
        notice: Notice,
        _unread: Option<Arc<()>>,
    },
    /// Events are missing here; the number grows until somebody takes it.
    Lagged(Lost),
}

/// What the crate itself says of a session to its handles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Notice {
    /// The link broke, and there is a new one after that time.
    Reconnected { gap: Duration },
    /// Janus refuses to keep the session alive.
    Unauthorized,
}

/// What the queues of one connection may hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Of one queue.
    pub(crate) events: usize,
    pub(crate) bytes: usize,
    /// Of all queues.
    pub(crate) all_bytes: usize,
}

/// The same, and what they hold together.
#[derive(Debug)]
pub(super) struct Budget {
    limits: Limits,
    held: AtomicUsize,
}

/// What one queue holds.
#[derive(Debug)]
struct Held {
    bytes: AtomicUsize,
    budget: Arc<Budget>,
}

/// What one event takes up, given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Charge {
    bytes: usize,
    held: Arc<Held>,
}

/// The number of events lost at one place of the queue.
#[derive(Clone, Debug)]
pub(crate) struct Lost(Arc<AtomicU64>);

impl Payload {
    /// What it takes up while it waits.
    fn bytes(&self) -> usize {
        let text = match self {
            Self::Plugin { data, jsep } => {
                data.get().len() + jsep.as_ref().map_or(0, |jsep| jsep.get().len())
            }
            Self::Core(text) => text.len(),
            #[cfg(feature = "monitor")]
            Self::Monitor(text) => text.len(),
            Self::Notice { .. } | Self::Lagged(_) => 0,
        };
        EVENT + text
    }
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            held: AtomicUsize::new(0),
        })
    }
}

impl Held {
    fn new(budget: &Arc<Budget>) -> Arc<Self> {
        Arc::new(Self {
            bytes: AtomicUsize::new(0),
            budget: budget.clone(),
        })
    }

    fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }
}

impl Charge {
    fn new(held: &Arc<Held>, bytes: usize) -> Self {
        held.bytes.fetch_add(bytes, Ordering::Relaxed);
        held.budget.held.fetch_add(bytes, Ordering::Relaxed);
        Self {
            bytes,
            held: held.clone(),
        }
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.held.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
        let all = &self.held.budget.held;
        all.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Lost {
    const TAKEN: u64 = u64::MAX;

    fn one() -> Self {
        Self(Arc::new(AtomicU64::new(1)))
    }

    /// Counts one more, unless the reader has taken the number already.
    fn add(&self) -> bool {
        let more = |lost| (lost != Self::TAKEN).then(|| lost + 1);
        self.0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, more)
            .is_ok()
    }

    pub(crate) fn take(&self) -> u64 {
        self.0.swap(Self::TAKEN, Ordering::AcqRel)
    }
}

/// The end that the connection fills.
#[derive(Debug)]
pub(crate) struct Producer {
    sender: Sender<RawEvent>,
    closed: Arc<ClosedFlag>,
    /// What does not fit is counted, not queued.
    budget: Arc<Budget>,
    /// Made for the first event, so that a handle without events does not pay for it.
    held: Option<Arc<Held>>,
    /// Its handle is in use here.
    pub(super) in_use: bool,
    /// The mark at the very end of the queue, if there is one.
    mark: Option<Lost>,
    /// The notices that are beyond the limits, while nobody has read them: of each kind one.
    beyond: [Weak<()>; 2],
}

/// The end that the handle reads.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(crate) receiver: Receiver<RawEvent>,
    pub(crate) closed: Arc<ClosedFlag>,
}

/// An unbounded channel, as a bounded one of crossbeam takes all its memory at once: 64 KiB a
/// handle. The limits are kept here.
pub(super) fn queue(budget: &Arc<Budget>) -> (Producer, Queue) {
    let (sender, receiver) = unbounded();
    let closed = ClosedFlag::new();
    let producer = Producer {
        sender,
        closed: closed.clone(),
        budget: budget.clone(),
        held: None,
        in_use: false,
        mark: None,
        beyond: [Weak::new(), Weak::new()],
    };
    (producer, Queue { receiver, closed })
}

/// One that belongs to no handle.
#[cfg(feature = "monitor")]
pub(crate) fn lone(limits: Limits) -> (Producer, Receiver<RawEvent>) {
    let (producer, queue) = queue(&Budget::new(limits));
    (producer, queue.receiver)
}

impl Producer {
    /// Queues an event, or counts it when there is no room for it.
    pub(super) fn push(&mut self, payload: Payload) {
        self.try_push(payload);
    }

    /// The same; whether it is in the queue.
    pub(crate) fn try_push(&mut self, payload: Payload) -> bool {
        #[cfg(feature = "webrtc")]
        if let Payload::Core(text) = &payload {
            self.closed.observed.event(text);
        }
        let bytes = payload.bytes();
        if !self.has_room(bytes) {
            if self.mark.as_ref().is_some_and(Lost::add) {
                return false;
            }
            if !self.has_room(bytes) {
                let lost = Lost::one();
                self.mark = Some(lost.clone());
                self.put(Payload::Lagged(lost));
                return false;
            }
        }
        self.mark = None;
        self.put(payload);
        true
    }

    /// Queues a notice however full it is. If one of its kind waits beyond the limits already, that
    /// stands for both: who reads it learns of nothing else by another.
    pub(super) fn push_notice(&mut self, notice: Notice) {
        let mut unread = None;
        if !self.has_room(EVENT) {
            let beyond = match notice {
                Notice::Reconnected { .. } => &mut self.beyond[0],
                Notice::Unauthorized => &mut self.beyond[1],
            };
            if beyond.strong_count() > 0 {
                return;
            }
            *beyond = Arc::downgrade(unread.insert(Arc::new(())));
        }
        self.mark = None;
        self.put(Payload::Notice {
            notice,
            _unread: unread,
        });
    }

    /// Queues an event however full it is: the last one before the end.
    pub(super) fn push_last(&mut self, payload: Payload) {
        self.put(payload);
    }

    fn has_room(&self, bytes: usize) -> bool {
        let (budget, limits) = (&self.budget, &self.budget.limits);
        let held = self.held.as_ref().map_or(0, |held| held.bytes());
        self.sender.len() < limits.events
            && (held + bytes <= limits.bytes || self.sender.is_empty())
            && (budget.held.load(Ordering::Relaxed) + bytes <= limits.all_bytes
                || (self.in_use && held + bytes <= OWN))
    }

    fn put(&mut self, payload: Payload) {
        let held = self.held.get_or_insert_with(|| Held::new(&self.budget));
        let charge = Charge::new(held, payload.bytes());
        // It fails only when no reader is left to miss it.
        let _ = self.sender.send(RawEvent { payload, charge });
    }

    pub(super) fn closed(&self) -> &Arc<ClosedFlag> {
        &self.closed
    }
}

#[cfg(test)]
mod tests;
