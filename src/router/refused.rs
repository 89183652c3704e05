//! Keepalives that Janus refuses because the token or secret is not valid: no caller waits for
//! their answers.

use super::{Notice, Router};

/// What is known of that.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Refused {
    /// What was sent last was accepted.
    #[default]
    No,
    /// One was refused, and another token is tried before anybody hears of it.
    Once,
    /// All queues have been told.
    Told,
}

impl<S> Router<S> {
    /// A keepalive was refused. `true` if it should be sent again at once, as there may be `another`
    /// token; otherwise every queue is told, once, `first` being done before.
    pub(crate) fn keepalive_refused(&mut self, another: bool, first: impl FnOnce()) -> bool {
        if another && self.refused == Refused::No {
            self.refused = Refused::Once;
            return true;
        }
        if self.refused != Refused::Told {
            self.refused = Refused::Told;
            first();
            for session in self.sessions.values_mut() {
                let producers = session.producers();
                producers.for_each(|producer| producer.push_notice(Notice::Unauthorized));
            }
        }
        false
    }

    /// Janus has accepted what this program sent.
    pub(crate) fn accepted(&mut self) {
        self.refused = Refused::No;
    }

    /// Whether the queues have been told that keepalives are refused, and it is so still.
    pub(crate) fn is_unauthorized(&self) -> bool {
        self.refused == Refused::Told
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::{
        HandleId, SessionId,
        router::{Outcome, SessionRoutes, Unwatched, tests::limits},
        wire::Incoming,
    };

    #[test]
    fn refused_keepalives_are_told_once_until_something_is_accepted() {
        let mut router = Router::<()>::new(limits(4));
        let id = SessionId::new(1);
        let session = SessionRoutes::created(Instant::now());
        router.sessions.insert(id, session);
        let queue = router.bind(id, HandleId::new(2)).expect("it is free");
        let mut told = 0;
        let mut refuse = |router: &mut Router<()>, another| {
            let again = router.keepalive_refused(another, || told += 1);
            let events = queue.receiver.try_iter().count();
            (again, events, router.is_unauthorized())
        };
        // With another token first, if there may be one.
        assert_eq!(refuse(&mut router, true), (true, 0, false));
        assert_eq!(refuse(&mut router, true), (false, 1, true));
        assert_eq!(refuse(&mut router, true), (false, 0, true));
        router.accepted();
        assert!(!router.is_unauthorized());
        assert_eq!(refuse(&mut router, false), (false, 1, true));
        assert_eq!(told, 2);
    }

    #[test]
    fn the_answer_to_each_of_very_many_keepalives_counts() {
        let mut router = Router::<()>::new(limits(4));
        let now = Instant::now();
        for number in 0..3_000 {
            let session = SessionRoutes::created(now);
            router.sessions.insert(SessionId::new(number), session);
        }
        for number in 0..3_000 {
            let keepalive = Unwatched::Keepalive(SessionId::new(number));
            assert!(router.register_unwatched(0, number, keepalive, 0, now));
        }
        let text = r#"{"janus":"error","error":{"code":458,"reason":""}}"#;
        let incoming = Incoming::parse(text).expect("an answer");
        for number in 0..3_000 {
            let outcome = router.dispatch(Some(number), &incoming, None, text, now);
            assert_eq!(outcome, Outcome::Ended(SessionId::new(number)));
        }
    }
}
