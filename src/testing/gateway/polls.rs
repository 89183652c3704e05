//! What only HTTP asks of the core.

use std::time::Duration;

use serde_json::Value;

use super::{Gateway, LinkId};

/// What a long poll for a session finds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::testing) enum Polled {
    /// The credentials are wrong.
    Forbidden,
    Unknown,
    OwnedBy(LinkId),
}

impl Gateway {
    /// A long poll has come, with `apisecret` and `token`. It counts as a request of its session.
    pub(in crate::testing) fn polled(
        &mut self,
        session: u64,
        [secret, token]: [Option<&str>; 2],
        now: Duration,
    ) -> Polled {
        if !self.is_authorized(secret, token) {
            return Polled::Forbidden;
        }
        let Some(found) = self.sessions.get_mut(&session) else {
            return Polled::Unknown;
        };
        found.last_activity = now;
        Polled::OwnedBy(found.owner)
    }

    /// A request has come that is parsed already.
    pub(in crate::testing) fn receive_object(
        &mut self,
        link: LinkId,
        value: &Value,
        now: Duration,
    ) {
        self.tick(now);
        self.request(link, value);
    }

    /// Whether a session's events go to that link.
    pub(in crate::testing) fn owns(&self, link: LinkId) -> bool {
        self.sessions.values().any(|session| session.owner == link)
    }

    /// What names a request that Janus makes by itself.
    pub(in crate::testing) fn transaction(&mut self) -> String {
        format!("{:011x}", self.random.next() >> 20)
    }
}
