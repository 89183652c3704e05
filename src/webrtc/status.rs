//! How far a peer is, and waiting for it.

use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::{MediaError, PeerClosed, PeerState, Reached};
use crate::Result;

/// The state of a peer, behind a lock of its own, so that nobody waits for the peer's work to see it.
#[derive(Debug, Default)]
pub(super) struct Status {
    now: Mutex<Now>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Now {
    /// ICE has worked.
    ice: bool,
    connected: bool,
    /// Since when nothing comes.
    interrupted: Option<Instant>,
    closed: Option<PeerClosed>,
}

/// What became of waiting for a connection.
pub(super) enum Waited {
    Connected,
    Closed(PeerClosed),
    Not(Reached),
}

impl Status {
    pub(super) fn ice(&self) {
        self.now.lock().ice = true;
    }

    pub(super) fn connected(&self) {
        self.now.lock().connected = true;
        self.changed.notify_all();
    }

    pub(super) fn is_connected(&self) -> bool {
        let now = self.now.lock();
        now.connected && now.closed.is_none()
    }

    /// Notes that nothing comes any more, or that it comes again; whether that is news.
    pub(super) fn interrupt(&self, since: Option<Instant>) -> bool {
        let mut now = self.now.lock();
        let is_news = now.interrupted.is_some() != since.is_some() && now.connected;
        now.interrupted = since;
        is_news
    }

    pub(super) fn interrupted_since(&self) -> Option<Instant> {
        self.now.lock().interrupted
    }

    /// Ends it; the first reason stays.
    pub(super) fn close(&self, why: PeerClosed) {
        self.now.lock().closed.get_or_insert(why);
        self.changed.notify_all();
    }

    pub(super) fn closed(&self) -> Option<PeerClosed> {
        self.now.lock().closed.clone()
    }

    /// Waits until then, or until it is closed: why, in that case.
    pub(super) fn wait_closed(&self, until: Instant) -> Option<PeerClosed> {
        let mut now = self.now.lock();
        while now.closed.is_none() && !self.changed.wait_until(&mut now, until).timed_out() {}
        now.closed.clone()
    }

    /// An error unless it is connected.
    pub(super) fn check_connected(&self) -> Result<()> {
        match self.wait_connected(Duration::ZERO) {
            Waited::Connected => Ok(()),
            Waited::Closed(why) => Err(MediaError::Closed(why).into()),
            Waited::Not(reached) => Err(MediaError::NotConnected {
                waited: Duration::ZERO,
                reached,
            }
            .into()),
        }
    }

    pub(super) fn state(&self) -> PeerState {
        let now = self.now.lock();
        match &now.closed {
            Some(why) => PeerState::Closed(why.clone()),
            None if !now.connected => PeerState::Connecting,
            None if now.interrupted.is_some() => PeerState::Interrupted,
            None => PeerState::Connected,
        }
    }

    pub(super) fn wait_connected(&self, timeout: Duration) -> Waited {
        let deadline = Instant::now().checked_add(timeout);
        let mut now = self.now.lock();
        loop {
            if let Some(why) = &now.closed {
                return Waited::Closed(why.clone());
            }
            if now.connected {
                return Waited::Connected;
            }
            let late = match deadline {
                Some(deadline) => self.changed.wait_until(&mut now, deadline).timed_out(),
                None => {
                    self.changed.wait(&mut now);
                    false
                }
            };
            if late && !now.connected && now.closed.is_none() {
                return Waited::Not(if now.ice {
                    Reached::Ice
                } else {
                    Reached::Nothing
                });
            }
        }
    }
}
