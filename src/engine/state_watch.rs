//! Whether a connection has a link, for programs that want to know.

use std::{
    ops::Deref,
    sync::{Arc, Weak},
};

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::{error::CloseReason, sync::Mutex};

/// Whether a connection has a link, and whether Janus keeps its sessions; see
/// [`Connection::state`](crate::Connection::state).
///
/// # Example
///
/// ```
/// use janus_blocking::connection::ConnectionState;
///
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// assert_eq!(janus.state(), ConnectionState::Connected);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ConnectionState {
    /// There is a link.
    Connected,
    /// There is a link, but Janus refuses the keepalives (403), because the secret or token is no
    /// longer valid. The sessions end at the server's session timeout. `Connected` follows when
    /// Janus accepts a request again. See [`Event::Unauthorized`](crate::Event::Unauthorized).
    Unauthorized,
    /// The link broke, or there was none yet, and the connection is making a new one. Calls wait,
    /// each at most for its timeout.
    Reconnecting {
        /// Why the last link ended.
        why: CloseReason,
        /// How many attempts have started.
        attempt: u32,
    },
    /// The connection has ended.
    Closed(CloseReason),
}

impl ConnectionState {
    fn has_link(self) -> bool {
        matches!(self, Self::Connected | Self::Unauthorized)
    }
}

/// How many unread changes a watcher keeps.
const KEPT: usize = 1024;

/// A channel of the changes of a connection's state; see
/// [`Connection::states`](crate::Connection::states).
///
/// It dereferences to a [`Receiver`], which works in `crossbeam_channel::select!` too. Changes
/// arrive while this value or a clone of it exists.
#[derive(Clone, Debug)]
pub struct StateChanges(Arc<Receiver<ConnectionState>>);

impl Deref for StateChanges {
    type Target = Receiver<ConnectionState>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// The state, and those who want to hear of its changes.
pub(crate) struct StateWatch {
    inside: Mutex<Inside>,
}

struct Inside {
    now: ConnectionState,
    /// Changes that the watchers have not been told of.
    untold: Vec<ConnectionState>,
    watchers: Vec<Watcher>,
}

struct Watcher {
    sender: Sender<ConnectionState>,
    receiver: Weak<Receiver<ConnectionState>>,
}

impl StateWatch {
    pub(crate) fn new() -> Self {
        let inside = Inside {
            now: ConnectionState::Connected,
            untold: Vec::new(),
            watchers: Vec::new(),
        };
        Self {
            inside: Mutex::new(inside),
        }
    }

    pub(crate) fn now(&self) -> ConnectionState {
        self.inside.lock().now
    }

    /// A channel that gets every change from now on, and ends after `Closed`.
    pub(crate) fn watch(&self) -> StateChanges {
        let (sender, receiver) = unbounded();
        let receiver = Arc::new(receiver);
        let mut inside = self.inside.lock();
        inside.tell();
        // A state may last for weeks: dropped watchers are removed before the next change.
        inside.watchers.retain(Watcher::is_there);
        if !matches!(inside.now, ConnectionState::Closed(_)) {
            inside.watchers.push(Watcher {
                sender,
                receiver: Arc::downgrade(&receiver),
            });
        }
        StateChanges(receiver)
    }

    /// Nothing follows `Closed`.
    pub(crate) fn set(&self, state: ConnectionState) {
        let mut inside = self.inside.lock();
        inside.note(state);
        inside.tell();
    }

    /// Changes the state that programs can ask for. The watchers are told separately, once it is
    /// true for everybody: so calls that end in between find the new state, and no watcher learns
    /// of it too early.
    pub(crate) fn note(&self, state: ConnectionState) {
        self.inside.lock().note(state);
    }

    /// The link broke; noted as by [`note`](Self::note). Nothing new where attempts are being made
    /// already: one that broke while sessions were claimed over it was one of them.
    pub(crate) fn note_lost(&self, why: CloseReason) {
        let mut inside = self.inside.lock();
        if inside.now.has_link() {
            inside.note(ConnectionState::Reconnecting { why, attempt: 0 });
        }
    }

    /// Whether Janus accepts what is sent. Means nothing without a link.
    pub(crate) fn authorized(&self, accepts: bool) {
        let mut inside = self.inside.lock();
        if inside.now.has_link() {
            inside.note(if accepts {
                ConnectionState::Connected
            } else {
                ConnectionState::Unauthorized
            });
            inside.tell();
        }
    }

    /// Tells the watchers what was noted.
    pub(crate) fn tell(&self) {
        self.inside.lock().tell();
    }
}

impl Inside {
    fn note(&mut self, state: ConnectionState) {
        if self.now != state && !matches!(self.now, ConnectionState::Closed(_)) {
            self.now = state;
            self.untold.push(state);
        }
    }

    fn tell(&mut self) {
        for state in self.untold.drain(..) {
            self.watchers.retain(|watcher| watcher.tell(state));
        }
        if let ConnectionState::Closed(_) = self.now {
            self.watchers.clear();
        }
    }
}

impl Watcher {
    fn is_there(&self) -> bool {
        self.receiver.strong_count() > 0
    }

    /// `false` when it is not there any more.
    fn tell(&self, state: ConnectionState) -> bool {
        let Some(receiver) = self.receiver.upgrade() else {
            return false;
        };
        if receiver.len() >= KEPT {
            // The oldest goes: the latest say how things are.
            let _ = receiver.try_recv();
        }
        self.sender.send(state).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watchers_that_were_dropped_are_not_kept_until_the_next_change() {
        let states = StateWatch::new();
        let (stays, clone) = (states.watch(), states.watch().clone());
        (0..1000).for_each(|_| drop(states.watch()));
        assert_eq!(states.inside.lock().watchers.len(), 3);
        drop((stays, clone));
        let last = states.watch();
        assert_eq!(states.inside.lock().watchers.len(), 1);
        assert!(last.is_empty());
    }

    #[test]
    fn of_changes_that_nobody_reads_the_latest_are_kept() {
        let states = StateWatch::new();
        let watcher = states.watch();
        let why = CloseReason::LinkBroken;
        for attempt in 0..10_000 {
            states.set(ConnectionState::Reconnecting { why, attempt });
        }
        states.set(ConnectionState::Closed(why));
        assert_eq!(watcher.len(), KEPT);
        assert_eq!(watcher.iter().last(), Some(ConnectionState::Closed(why)));
    }

    #[test]
    fn watchers_hear_changes_until_the_end() {
        let states = StateWatch::new();
        let watcher = states.watch();
        drop(states.watch());
        let why = CloseReason::LinkBroken;
        let lost = ConnectionState::Reconnecting { why, attempt: 0 };
        let over = ConnectionState::Closed(CloseReason::ConnectionClosed);
        for state in [lost, lost, ConnectionState::Connected, over, lost] {
            states.set(state);
        }
        let heard: Vec<_> = watcher.iter().collect();
        assert_eq!(heard, [lost, ConnectionState::Connected, over]);
        assert_eq!(states.now(), over);
        assert!(states.watch().recv().is_err());
    }

    #[test]
    fn attempts_are_counted_on_when_one_of_them_breaks() {
        let states = StateWatch::new();
        let watcher = states.watch();
        let why = CloseReason::LinkBroken;
        states.note_lost(why);
        assert!(watcher.is_empty());
        states.tell();
        assert_eq!(watcher.len(), 1);
        assert_eq!(
            states.now(),
            ConnectionState::Reconnecting { why, attempt: 0 }
        );
        let second = ConnectionState::Reconnecting { why, attempt: 2 };
        states.set(second);
        states.note_lost(CloseReason::LinkSilent);
        assert_eq!(states.now(), second);
    }
}
