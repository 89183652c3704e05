//! Keepalives that Janus refuses because the token or secret is not valid: no caller waits for
//! their answers.

use super::{Notice, Router};

impl<S> Router<S> {
    /// A keepalive was refused, and there is no other token to try: every queue is told, once, `first`
    /// being done before.
    pub(crate) fn keepalives_refused(&mut self, first: impl FnOnce()) {
        if std::mem::replace(&mut self.unauthorized, true) {
            return;
        }
        first();
        for session in self.sessions.values_mut() {
            let producers = session.producers();
            producers.for_each(|producer| producer.push_notice(Notice::Unauthorized));
        }
    }

    /// Janus has accepted what this program sent.
    pub(crate) fn accepted(&mut self) {
        self.unauthorized = false;
    }

    /// Whether the queues have been told that keepalives are refused, and it is so still.
    pub(crate) fn is_unauthorized(&self) -> bool {
        self.unauthorized
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
        let mut refuse = |router: &mut Router<()>| {
            router.keepalives_refused(|| told += 1);
            (queue.receiver.try_iter().count(), router.is_unauthorized())
        };
        assert_eq!(refuse(&mut router), (1, true));
        assert_eq!(refuse(&mut router), (0, true));
        router.accepted();
        assert!(!router.is_unauthorized());
        assert_eq!(refuse(&mut router), (1, true));
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
