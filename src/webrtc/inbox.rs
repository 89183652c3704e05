//! Queues from a peer to the program: bounded, never waited for; the newest is what counts.

use std::{collections::VecDeque, sync::Arc, time::Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use parking_lot::Mutex;

use super::{PeerClosed, status::Status};
use crate::{Error, Result, webrtc::MediaError};

/// The end that the peer fills.
#[derive(Debug)]
pub(super) struct Outlet<T>(Arc<Mutex<State<T>>>);

/// The end that the program reads.
#[derive(Debug)]
pub(super) struct Inbox<T> {
    state: Arc<Mutex<State<T>>>,
    /// Has something while somebody should look, and is disconnected once nothing more comes.
    pub(super) ready: Receiver<()>,
}

/// No channel: the oldest is dropped, what it took up is known, and where it is missing.
#[derive(Debug)]
struct State<T> {
    /// What waits, and how many bytes each takes up.
    items: VecDeque<(T, usize)>,
    places: usize,
    bytes: usize,
    /// How many were lost before the one that is read next.
    lost: u64,
    /// How many were lost ever.
    dropped: u64,
    /// `None` once nothing more comes.
    ready: Option<Sender<()>>,
}

impl<T> Clone for Inbox<T> {
    fn clone(&self) -> Self {
        Self {
            state: self.state.clone(),
            ready: self.ready.clone(),
        }
    }
}

pub(super) fn inbox<T>(places: usize) -> (Outlet<T>, Inbox<T>) {
    let (sender, ready) = bounded(1);
    let state = Arc::new(Mutex::new(State {
        items: VecDeque::new(),
        places,
        bytes: 0,
        lost: 0,
        dropped: 0,
        ready: Some(sender),
    }));
    (Outlet(state.clone()), Inbox { state, ready })
}

/// Makes room for so many bytes where these queues may have `limit` together: the fullest one loses its
/// oldest, so that a queue that is read loses nothing to one that is not.
pub(super) fn make_room<'a, T: 'a>(
    queues: impl Iterator<Item = &'a Inbox<T>> + Clone,
    limit: usize,
    bytes: usize,
) {
    loop {
        let held = queues.clone().map(|queue| (queue.bytes(), queue));
        if held.clone().map(|(held, _)| held).sum::<usize>() + bytes <= limit {
            return;
        }
        // All are empty: one that is larger than that is taken.
        let Some((1.., fullest)) = held.max_by_key(|(held, _)| *held) else {
            return;
        };
        fullest.state.lock().drop_oldest();
    }
}

impl<T> State<T> {
    fn pop(&mut self) -> Option<T> {
        let (item, bytes) = self.items.pop_front()?;
        self.bytes -= bytes;
        Some(item)
    }

    fn drop_oldest(&mut self) {
        if self.pop().is_some() {
            self.lost += 1;
            self.dropped += 1;
        }
    }

    /// Has a reader look, unless one will anyway.
    fn tell(&self) {
        if let Some(ready) = self.ready.as_ref().filter(|_| !self.items.is_empty()) {
            let _ = ready.try_send(());
        }
    }
}

impl<T> Outlet<T> {
    /// Queues it, in place of the oldest if there is no room.
    pub(super) fn push(&self, item: T, bytes: usize) {
        let mut state = self.0.lock();
        if state.items.len() >= state.places {
            state.drop_oldest();
        }
        state.items.push_back((item, bytes));
        state.bytes += bytes;
        state.tell();
    }
}

impl<T> Drop for Outlet<T> {
    fn drop(&mut self) {
        self.0.lock().ready = None;
    }
}

impl<T> Inbox<T> {
    pub(super) fn len(&self) -> usize {
        self.state.lock().items.len()
    }

    /// What waits takes up so many bytes.
    pub(super) fn bytes(&self) -> usize {
        self.state.lock().bytes
    }

    pub(super) fn dropped(&self) -> u64 {
        self.state.lock().dropped
    }

    /// The next one, or `Lagged` once if some were lost before it.
    pub(super) fn recv(&self, status: &Status) -> Result<T> {
        loop {
            if let Some(item) = self.recv_until(None, status)? {
                return Ok(item);
            }
        }
    }

    /// The same. Waits for it until then; `None` if none came.
    pub(super) fn recv_until(&self, until: Option<Instant>, status: &Status) -> Result<Option<T>> {
        let next = self.take(until, status, |state| {
            match std::mem::take(&mut state.lost) {
                0 => state.pop().map(Ok),
                lost => Some(Err(Error::Lagged { lost })),
            }
        });
        next?.transpose()
    }

    /// The next one, and whether some were lost just before it. Waits for it until then.
    pub(super) fn recv_marked(
        &self,
        until: Option<Instant>,
        status: &Status,
    ) -> Result<Option<(T, bool)>> {
        self.take(until, status, |state| {
            let item = state.pop()?;
            Some((item, std::mem::take(&mut state.lost) > 0))
        })
    }

    fn take<R>(
        &self,
        until: Option<Instant>,
        status: &Status,
        take: impl Fn(&mut State<T>) -> Option<R>,
    ) -> Result<Option<R>> {
        loop {
            let mut state = self.state.lock();
            if let Some(taken) = take(&mut state) {
                // Another reader may wait for what is left.
                state.tell();
                return Ok(Some(taken));
            }
            if state.ready.is_none() {
                drop(state);
                return Err(closed(status));
            }
            drop(state);
            let told = match until {
                Some(until) => self.ready.recv_deadline(until),
                None => self.ready.recv().map_err(Into::into),
            };
            if told == Err(RecvTimeoutError::Timeout) {
                return Ok(None);
            }
        }
    }
}

/// Why a queue has ended.
pub(super) fn closed(status: &Status) -> Error {
    // A data channel may end before its peer does.
    let why = status.closed();
    why.map_or(MediaError::ChannelNotOpen, MediaError::Closed)
        .into()
}

/// Whether an end of a peer is the ordinary one.
pub(super) fn is_ordinary(why: &PeerClosed) -> bool {
    matches!(
        why,
        PeerClosed::ByUs | PeerClosed::ByJanus(_) | PeerClosed::HandleGone(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(inbox: &Inbox<u32>) -> Result<Option<u32>> {
        inbox.recv_until(Some(Instant::now()), &Status::default())
    }

    fn all(inbox: &Inbox<u32>) -> Vec<u32> {
        std::iter::from_fn(|| next(inbox).expect("none is missing")).collect()
    }

    #[test]
    fn the_oldest_goes_and_is_missed_where_it_was() {
        let (outlet, inbox) = inbox(2);
        (0..5).for_each(|number| outlet.push(number, 1));
        assert_eq!((inbox.len(), inbox.bytes(), inbox.dropped()), (2, 2, 3));
        assert!(matches!(next(&inbox), Err(Error::Lagged { lost: 3 })));
        assert_eq!(next(&inbox).expect("it follows"), Some(3));
        (5..7).for_each(|number| outlet.push(number, 1));
        let now = Some(Instant::now());
        let marked = || {
            inbox
                .recv_marked(now, &Status::default())
                .expect("it is open")
        };
        assert_eq!(
            (marked(), marked(), marked()),
            (Some((5, true)), Some((6, false)), None)
        );
        assert_eq!(inbox.bytes(), 0);
    }

    #[test]
    fn of_several_queues_the_fullest_makes_room() {
        let (read, unread) = (inbox(9), inbox(9));
        let push = |outlet: &Outlet<u32>, number, bytes| {
            make_room([&read.1, &unread.1].into_iter(), 100, bytes);
            outlet.push(number, bytes);
        };
        (0..5).for_each(|number| push(&unread.0, number, 25));
        push(&read.0, 5, 25);
        assert_eq!((unread.1.dropped(), all(&read.1)), (2, vec![5]));
        // Larger than the limit.
        push(&read.0, 6, 1000);
        push(&unread.0, 7, 25);
        assert_eq!((unread.1.dropped(), read.1.dropped()), (5, 1));
        assert!(matches!(next(&unread.1), Err(Error::Lagged { lost: 5 })));
        assert_eq!(all(&unread.1), [7]);
    }

    #[test]
    fn what_waits_can_be_read_after_the_end() {
        let (outlet, inbox) = inbox(2);
        assert_eq!(next(&inbox).expect("it is open"), None);
        outlet.push(1, 1);
        drop(outlet);
        assert_eq!(next(&inbox).expect("it is there"), Some(1));
        assert!(inbox.recv(&Status::default()).is_err());
    }

    #[test]
    fn each_of_many_readers_gets_its_own() {
        const ALL: u32 = 10_000;
        let (outlet, inbox) = inbox(ALL as usize);
        let mut read: Vec<u32> = std::thread::scope(|scope| {
            let readers: Vec<_> = (0..4)
                .map(|_| {
                    let next = || inbox.recv(&Status::default()).ok();
                    scope.spawn(move || std::iter::from_fn(next).collect::<Vec<_>>())
                })
                .collect();
            (0..ALL).for_each(|number| outlet.push(number, 1));
            drop(outlet);
            let read = readers.into_iter().map(|it| it.join().expect("no panic"));
            read.flatten().collect()
        });
        read.sort_unstable();
        assert!(read.into_iter().eq(0..ALL));
    }
}
