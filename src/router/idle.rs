//! Which sessions have gone longest without a request.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use super::Router;
use crate::SessionId;

/// Sessions by the time of one of their requests. A request does not update it, so that it costs nothing;
/// a session that turns out to have had a later one is moved when it comes first.
pub(super) type Idle = BTreeSet<(Instant, SessionId)>;

impl<S> Router<S> {
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
            let last = self.sessions.get(&id).map(|session| session.last_request);
            if last == Some(noted) {
                return last;
            }
            self.idle.pop_first();
            self.keep(id);
        }
    }

    /// The sessions that have had no request for longer than that. They count as if they had one now.
    pub(crate) fn idle_for(&mut self, age: Duration, now: Instant) -> Vec<SessionId> {
        let mut found = Vec::new();
        while self.idle_since().is_some_and(|since| since + age < now) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        CloseReason,
        router::{Expects, Waiting, routes::SessionRoutes, tests::limits},
    };

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn sessions_come_in_the_order_of_their_last_request_and_once_a_period() {
        let start = Instant::now();
        let mut router = Router::<()>::new(limits(4));
        let ids = [1, 2, 3].map(SessionId::new);
        for (seconds, id) in (0..).zip(ids) {
            let session = SessionRoutes::created(start + SECOND * seconds);
            router.sessions.insert(id, session);
            router.keep(id);
        }
        assert_eq!(router.idle_since(), Some(start));
        // A request of the first one; the last one ends.
        if let Some(session) = router.sessions.get_mut(&ids[0]) {
            session.last_request = start + SECOND * 5;
        }
        router.end_session(ids[2], CloseReason::Destroyed);
        assert_eq!(router.idle_since(), Some(start + SECOND));
        let period = SECOND * 10;
        let due =
            |router: &mut Router<()>, seconds| router.idle_for(period, start + SECOND * seconds);
        assert_eq!(due(&mut router, 11), []);
        assert_eq!(due(&mut router, 12), [ids[1]]);
        assert_eq!(due(&mut router, 16), [ids[0]]);
        assert_eq!(due(&mut router, 21), []);
        assert_eq!(due(&mut router, 40), [ids[1], ids[0]]);
        // Nobody twice.
        let all = router.idle_for(Duration::ZERO, start + SECOND * 41);
        assert_eq!(all, [ids[0], ids[1]]);
        assert_eq!(router.idle.len(), 2);
    }

    #[test]
    fn a_request_that_was_not_sent_postpones_no_keepalive() {
        let mut router = Router::<()>::new(limits(4));
        let (start, id) = (Instant::now(), SessionId::new(1));
        router.sessions.insert(id, SessionRoutes::created(start));
        router.keep(id);
        let waiting = Waiting {
            slot: (),
            expects: Expects::Core,
            session: Some(id),
            handle: None,
            acked: false,
            repeats: false,
        };
        let entered = router.register(0, 7, waiting, start + SECOND);
        assert!(entered.expect("the connection is open"));
        assert!(router.forget(7, false).is_some());
        assert_eq!(router.idle_since(), Some(start));
    }
}
