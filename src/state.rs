//! Whether a connection has a link, for programs that want to know.

use crossbeam_channel::{Receiver, Sender, unbounded};
use parking_lot::Mutex;

use crate::error::CloseReason;

/// Whether a connection has a link; see [`Connection::state`](crate::Connection::state).
///
/// # Example
///
/// ```
/// # use janus_blocking::testing::FakeGateway;
/// use janus_blocking::ConnectionState;
///
/// # let gateway = FakeGateway::start()?;
/// # let janus = gateway.connect()?;
/// assert_eq!(janus.state(), ConnectionState::Connected);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ConnectionState {
    /// The link stands.
    Connected,
    /// The link broke and a new one is being made. Calls wait, each at most for its timeout.
    Reconnecting {
        /// Why the last link ended.
        why: CloseReason,
        /// How many attempts have been begun.
        attempt: u32,
    },
    /// The connection has ended.
    Closed(CloseReason),
}

/// The state, and those who want to hear of its changes.
pub(crate) struct States {
    inside: Mutex<Inside>,
}

struct Inside {
    now: ConnectionState,
    watchers: Vec<Sender<ConnectionState>>,
}

impl States {
    pub(crate) fn new() -> Self {
        let inside = Inside {
            now: ConnectionState::Connected,
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
    pub(crate) fn watch(&self) -> Receiver<ConnectionState> {
        let (sender, receiver) = unbounded();
        let mut inside = self.inside.lock();
        if !matches!(inside.now, ConnectionState::Closed(_)) {
            inside.watchers.push(sender);
        }
        receiver
    }

    /// Nothing follows `Closed`.
    pub(crate) fn set(&self, state: ConnectionState) {
        self.inside.lock().set(state);
    }

    /// The link broke. Nothing new where attempts are being made already: one that broke while
    /// sessions were claimed over it was one of them.
    pub(crate) fn lost(&self, why: CloseReason) {
        let mut inside = self.inside.lock();
        if inside.now == ConnectionState::Connected {
            inside.set(ConnectionState::Reconnecting { why, attempt: 0 });
        }
    }
}

impl Inside {
    fn set(&mut self, state: ConnectionState) {
        if self.now == state || matches!(self.now, ConnectionState::Closed(_)) {
            return;
        }
        self.now = state;
        self.watchers.retain(|watcher| watcher.send(state).is_ok());
        if let ConnectionState::Closed(_) = state {
            self.watchers.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watchers_hear_changes_until_the_end() {
        let states = States::new();
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
        let states = States::new();
        let why = CloseReason::LinkBroken;
        states.lost(why);
        assert_eq!(
            states.now(),
            ConnectionState::Reconnecting { why, attempt: 0 }
        );
        let second = ConnectionState::Reconnecting { why, attempt: 2 };
        states.set(second);
        states.lost(CloseReason::LinkSilent);
        assert_eq!(states.now(), second);
    }
}
