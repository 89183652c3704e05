//! A handle's event queue: bounded, never waited for, and honest about what it lost.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, unbounded};
use serde_json::value::RawValue;

use super::Life;
use crate::secret::masked;

/// An event as it came, to be decoded by [`Events::decode`](crate::Events::decode). `Debug` shows
/// `***` for secrets in it, and no session description.
pub struct RawEvent(pub(crate) Payload);

impl fmt::Debug for RawEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Payload::Plugin { data, jsep } => f
                .debug_struct("Plugin")
                .field("data", &masked(data.get()))
                .field("jsep", &jsep.as_ref().map(|_| "***"))
                .finish(),
            Payload::Core(text) => f.debug_tuple("Core").field(&masked(text)).finish(),
            other => other.fmt(f),
        }
    }
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
    /// The link broke, and stands again after that time.
    Reconnected { gap: Duration, lost: bool },
    /// Events are missing here; the number grows until somebody takes it.
    Lagged(Lost),
}

/// The number of events lost at one place of the queue.
#[derive(Clone, Debug)]
pub(crate) struct Lost(Arc<AtomicU64>);

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
pub(super) struct Producer {
    sender: Sender<RawEvent>,
    life: Arc<Life>,
    /// Events beyond this are counted, not queued.
    limit: usize,
    /// The mark at the very end of the queue, if that is what stands there.
    mark: Option<Lost>,
}

/// The end that the handle reads.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(crate) receiver: Receiver<RawEvent>,
    pub(crate) life: Arc<Life>,
}

/// An unbounded channel, as a bounded one of crossbeam takes all its memory at once: 64 KiB a
/// handle. The limit is kept here.
pub(super) fn queue(limit: usize) -> (Producer, Queue) {
    let (sender, receiver) = unbounded();
    let life = Life::new();
    let producer = Producer {
        sender,
        life: life.clone(),
        limit,
        mark: None,
    };
    (producer, Queue { receiver, life })
}

impl Producer {
    /// Queues an event, or counts it when the queue is full.
    pub(super) fn push(&mut self, payload: Payload) {
        if self.sender.len() >= self.limit {
            if self.mark.as_ref().is_some_and(Lost::add) {
                return;
            }
            if self.sender.len() >= self.limit {
                let lost = Lost::one();
                self.mark = Some(lost.clone());
                self.put(Payload::Lagged(lost));
                return;
            }
        }
        self.mark = None;
        self.put(payload);
    }

    /// Queues an event however full it is: the last one before the end.
    pub(super) fn push_last(&mut self, payload: Payload) {
        self.put(payload);
    }

    fn put(&self, payload: Payload) {
        // It fails only when no reader is left, and then nobody misses it.
        let _ = self.sender.send(RawEvent(payload));
    }

    pub(super) fn life(&self) -> &Arc<Life> {
        &self.life
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(number: u64) -> Payload {
        Payload::Core(number.to_string().into())
    }

    fn seen(queue: &Queue) -> Vec<String> {
        queue
            .receiver
            .try_iter()
            .map(|RawEvent(payload)| match payload {
                Payload::Core(text) => text.into(),
                Payload::Lagged(lost) => format!("lost {}", lost.take()),
                other => unreachable!("{other:?} was not pushed"),
            })
            .collect()
    }

    #[test]
    fn a_full_queue_counts_what_is_missing_at_its_place() {
        let (mut producer, queue) = queue(3);
        (0..10).for_each(|number| producer.push(event(number)));
        assert_eq!(seen(&queue), ["0", "1", "2", "lost 7"]);
        (10..12).for_each(|number| producer.push(event(number)));
        assert_eq!(seen(&queue), ["10", "11"]);
    }

    #[test]
    fn every_gap_has_its_own_count() {
        let (mut producer, queue) = queue(2);
        (0..4).for_each(|number| producer.push(event(number)));
        queue.receiver.try_recv().expect("0");
        queue.receiver.try_recv().expect("1");
        (4..7).for_each(|number| producer.push(event(number)));
        assert_eq!(seen(&queue), ["lost 2", "4", "lost 2"]);
    }

    #[test]
    fn a_loss_after_the_mark_was_taken_gets_a_new_mark() {
        let (mut producer, queue) = queue(1);
        (0..2).for_each(|number| producer.push(event(number)));
        let mark = producer.mark.clone().expect("a mark");
        assert_eq!(mark.take(), 1);
        assert!(!mark.add());
        producer.push(event(2));
        assert_eq!(queue.receiver.len(), 3);
    }
}
