//! Which sessions have gone longest without a request.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use super::Router;
use crate::SessionId;

/// Sessions by the time of a request of theirs. They may have had later ones: a request does not pay
/// for its place here, and that it came shows when its session is the first one.
pub(super) type Idle = BTreeSet<(Instant, SessionId)>;

impl Router {
    /// A session is to be kept alive from now on.
    pub(super) fn keep(&mut self, id: SessionId) {
        if let Some(session) = self.sessions.get_mut(&id) {
            self.idle.remove(&(session.noted, id));
            session.noted = session.last_request;
            self.idle.insert((session.noted, id));
        }
    }

    /// Since when the session that has gone longest without a request has had none.
    pub(crate) fn idle_since(&mut self) -> Option<Instant> {
        loop {
            let (noted, id) = *self.idle.first()?;
            match self.sessions.get(&id) {
                Some(session) if session.last_request == noted => return Some(noted),
                Some(_) => self.keep(id),
                None => drop(self.idle.pop_first()),
            }
        }
    }

    /// The sessions that have had no request for so long. They count as if they had one now.
    pub(crate) fn idle_for(&mut self, period: Duration, now: Instant) -> Vec<SessionId> {
        let mut found = Vec::new();
        while self.idle_since().is_some_and(|since| since + period <= now) {
            let Some((_, id)) = self.idle.pop_first() else {
                break;
            };
            if let Some(session) = self.sessions.get_mut(&id) {
                session.last_request = now;
            }
            self.keep(id);
            found.push(id);
        }
        found
    }
}
