//! Queues from a peer to the program: bounded, never waited for; the newest is what counts.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TryRecvError, unbounded};

use super::{PeerClosed, status::Status};
use crate::{
    Error, Result,
    sync::atomic::{AtomicU64, Ordering},
    webrtc::MediaError,
};

/// The end that the peer fills. An unbounded channel, as a bounded one of crossbeam takes all its
/// memory at once.
#[derive(Debug)]
pub(super) struct Outlet<T> {
    sender: Sender<T>,
    /// Drops the oldest when there is no room.
    oldest: Receiver<T>,
    limit: usize,
    lost: Arc<AtomicU64>,
}

/// The end that the program reads.
#[derive(Debug)]
pub(super) struct Inbox<T> {
    pub(super) receiver: Receiver<T>,
    lost: Arc<AtomicU64>,
}

impl<T> Clone for Inbox<T> {
    fn clone(&self) -> Self {
        Self {
            receiver: self.receiver.clone(),
            lost: self.lost.clone(),
        }
    }
}

pub(super) fn inbox<T>(limit: usize) -> (Outlet<T>, Inbox<T>) {
    let (sender, receiver) = unbounded();
    let lost = Arc::<AtomicU64>::default();
    let outlet = Outlet {
        sender,
        oldest: receiver.clone(),
        limit,
        lost: lost.clone(),
    };
    (outlet, Inbox { receiver, lost })
}

impl<T> Outlet<T> {
    /// Queues it, in place of the oldest if there is no room. `false` if one was lost by that.
    pub(super) fn push(&self, item: T) -> bool {
        let full = self.sender.len() >= self.limit;
        let lost = full && self.oldest.try_recv().is_ok();
        if lost {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        // It cannot fail: there is a receiver in this object.
        let _ = self.sender.send(item);
        !lost
    }
}

impl<T> Inbox<T> {
    /// How many were lost since it was asked last.
    pub(super) fn take_lost(&self) -> u64 {
        if self.lost.load(Ordering::Relaxed) == 0 {
            return 0;
        }
        self.lost.swap(0, Ordering::Relaxed)
    }

    /// `Lagged` once if some were lost.
    pub(super) fn check_lost(&self) -> Result<()> {
        match self.take_lost() {
            0 => Ok(()),
            lost => Err(Error::Lagged { lost }),
        }
    }

    pub(super) fn recv(&self, status: &Status) -> Result<T> {
        self.receiver.recv().map_err(|_| closed(status))
    }

    pub(super) fn recv_timeout(&self, timeout: Duration, status: &Status) -> Result<Option<T>> {
        let received = match Instant::now().checked_add(timeout) {
            Some(deadline) => self.receiver.recv_deadline(deadline),
            None => self.receiver.recv().map_err(Into::into),
        };
        match received {
            Ok(item) => Ok(Some(item)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(closed(status)),
        }
    }

    pub(super) fn try_recv(&self, status: &Status) -> Result<Option<T>> {
        match self.receiver.try_recv() {
            Ok(item) => Ok(Some(item)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(closed(status)),
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

    #[test]
    fn the_oldest_goes_and_is_counted() {
        let (outlet, inbox) = inbox(2);
        let kept: Vec<_> = (0..5).map(|number| outlet.push(number)).collect();
        assert_eq!(kept, [true, true, false, false, false]);
        assert!(matches!(inbox.check_lost(), Err(Error::Lagged { lost: 3 })));
        assert!(inbox.check_lost().is_ok());
        assert_eq!(inbox.receiver.try_iter().collect::<Vec<_>>(), [3, 4]);
    }
}
