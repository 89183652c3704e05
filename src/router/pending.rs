//! Requests that wait for their answer, and answers that nobody waits for.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde_json::value::RawValue;

use super::{ClosedFlag, Failure, Queue};
use crate::{
    ErrorCode, HandleId, SessionId,
    error::Scope,
    wire::{Completion, Outgoing, Verb},
};

/// How many requests are remembered whose answer nobody waits for. They are
/// entered at most once per timeout, and leave with their answer, so that
/// this many are open only if a server has stopped answering. Keepalives are
/// counted by themselves: twice as many as there are sessions, if those are more.
const LATE: usize = 1024;

/// The same for requests that create or end something on the server. A program may drop very many
/// objects at once; the limit is for a server that answers everything but those.
const OWED: usize = 1 << 18;

/// What a caller gets.
#[derive(Debug)]
pub(crate) enum Answer {
    Success,
    Created(SessionId, Arc<ClosedFlag>),
    Claimed(Arc<ClosedFlag>),
    Attached(HandleId, Queue),
    Ack {
        hint: Option<String>,
    },
    /// A plugin's data, of a `success` or of the event that ends the request.
    Plugin {
        data: Box<RawValue>,
        jsep: Option<Box<RawValue>>,
    },
    /// The whole message, where that is the answer.
    Whole(Box<str>),
    /// `"janus":"error"`.
    Refused {
        code: ErrorCode,
        reason: String,
    },
    /// A valid answer of another kind.
    Mismatch(Box<str>),
    /// It ended before an answer came.
    Ended(Failure),
    /// The link broke, and it does no harm to send it again.
    Again(Failure),
    /// The link had broken before it could be sent.
    NotSent,
}

/// What a request waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expects {
    /// `success` or `ack`.
    Core,
    /// `server_info` or `pong`.
    Whole,
    /// Either, or `success`: all of it.
    Admin,
    /// The id of a new session.
    Create,
    /// A session that is taken over.
    Claim,
    /// The id of a new handle.
    Attach,
    /// The `ack` of a message; its event goes to the queue.
    Ack,
    /// The plugin's answer.
    Plugin(Completion),
}

impl Expects {
    /// For the text of errors.
    pub(crate) fn description(&self) -> &'static str {
        match self {
            Self::Core => "`success`",
            Self::Whole => "`server_info` or `pong`",
            Self::Admin => "`success`, `server_info` or `pong`",
            Self::Create => "`success` with the id of a session",
            Self::Claim => "`success`",
            Self::Attach => "`success` with the id of a handle",
            Self::Ack => "`ack`",
            Self::Plugin(_) => "`success` or an event",
        }
    }

    /// Whether it goes to a plugin, whose events carry its transaction.
    pub(super) fn is_message(&self) -> bool {
        matches!(self, Self::Ack | Self::Plugin(_))
    }

    pub(super) fn is_unmarked(&self) -> bool {
        matches!(self, Self::Plugin(completion) if completion.is_unmarked())
    }
}

/// One request that waits.
pub(crate) struct Waiting<S> {
    /// Where its caller gets the answer.
    pub(crate) slot: S,
    pub(crate) expects: Expects,
    pub(crate) session: Option<SessionId>,
    pub(crate) handle: Option<HandleId>,
    /// Janus has acknowledged it.
    pub(crate) acked: bool,
    /// It does no harm to send it twice.
    pub(crate) repeats: bool,
}

impl<S> Waiting<S> {
    pub(super) fn scope(&self) -> Scope {
        match (self.handle, self.session) {
            (Some(handle), _) => handle.into(),
            (None, Some(session)) => session.into(),
            (None, None) => Scope::Connection,
        }
    }

    /// What is to be done with its answer when it comes too late.
    pub(super) fn late(&self) -> Unwatched {
        match (self.expects, self.session) {
            (Expects::Create, _) => Unwatched::Create,
            (Expects::Attach, Some(session)) => Unwatched::Attach(session),
            _ => Unwatched::TimedOut,
        }
    }
}

/// A request whose answer nobody waits for, and what its answer means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unwatched {
    /// A `create` that timed out: its session is an orphan.
    Create,
    /// An `attach` that timed out: its handle is an orphan.
    Attach(SessionId),
    /// Anything else that timed out.
    TimedOut,
    /// Its event came before its `ack`, which is still to come.
    AckDue,
    /// The `detach` of a handle that nobody uses.
    Detach(SessionId, HandleId),
    /// The `destroy` of a session that nobody uses.
    Destroy(SessionId),
    /// The same `detach` for the last time, as its token was refused.
    DetachAgain(SessionId, HandleId),
    /// The same `destroy` for the last time, as its token was refused.
    DestroyAgain(SessionId),
    /// A `ping`.
    Ping,
    /// A keepalive: 458 ends the session.
    Keepalive(SessionId),
    /// The same keepalive once more, as its token was refused.
    KeepaliveAgain(SessionId),
}

impl Unwatched {
    /// Whether something stays on the server without it.
    pub(crate) fn is_owed(self) -> bool {
        matches!(
            self,
            Self::Create
                | Self::Attach(_)
                | Self::Detach(..)
                | Self::Destroy(_)
                | Self::DetachAgain(..)
                | Self::DestroyAgain(_)
        )
    }

    /// Whether it ends something on the server.
    pub(crate) fn is_end(self) -> bool {
        self.is_owed() && self.request().is_some()
    }

    /// What to send when its token was refused, if it is worth that.
    pub(crate) fn again(self) -> Option<Self> {
        match self {
            Self::Detach(session, handle) => Some(Self::DetachAgain(session, handle)),
            Self::Destroy(session) => Some(Self::DestroyAgain(session)),
            Self::Keepalive(session) => Some(Self::KeepaliveAgain(session)),
            _ => None,
        }
    }

    /// Whether it goes out for the last time, and so needs a token that is not refused.
    pub(crate) fn is_again(self) -> bool {
        matches!(
            self,
            Self::DetachAgain(..) | Self::DestroyAgain(_) | Self::KeepaliveAgain(_)
        )
    }

    /// The session that it keeps alive.
    pub(super) fn kept_alive(self) -> Option<SessionId> {
        match self {
            Self::Keepalive(session) | Self::KeepaliveAgain(session) => Some(session),
            _ => None,
        }
    }

    /// The request itself, for those that are sent without waiting.
    pub(crate) fn request(self) -> Option<Outgoing<'static>> {
        match self {
            Self::Detach(session, handle) | Self::DetachAgain(session, handle) => {
                Some(Outgoing::handle(Verb::Detach, session, handle))
            }
            Self::Destroy(session) | Self::DestroyAgain(session) => {
                Some(Outgoing::session(Verb::Destroy, session))
            }
            Self::Ping => Some(Outgoing::server(Verb::Ping)),
            Self::Keepalive(session) | Self::KeepaliveAgain(session) => {
                Some(Outgoing::session(Verb::Keepalive, session))
            }
            Self::Create | Self::Attach(_) | Self::TimedOut | Self::AckDue => None,
        }
    }
}

pub(super) struct Pending<S> {
    pub(super) waiting: HashMap<u64, Waiting<S>>,
    pub(super) late: UnwatchedAnswers,
}

impl<S> Default for Pending<S> {
    fn default() -> Self {
        Self {
            waiting: HashMap::new(),
            late: UnwatchedAnswers::default(),
        }
    }
}

impl<S> Pending<S> {
    /// Makes the handles that are being attached to a session orphans.
    pub(super) fn orphan(&mut self, session: SessionId) {
        for (number, waiting) in &self.waiting {
            if waiting.session == Some(session) && matches!(waiting.expects, Expects::Attach) {
                self.late.insert(*number, Unwatched::Attach(session));
            }
        }
    }

    /// Takes out all that match.
    pub(super) fn remove(&mut self, matches: impl Fn(&Waiting<S>) -> bool) -> Vec<Waiting<S>> {
        let all = self.waiting.iter();
        let matching = all.filter(|(_, waiting)| matches(waiting));
        let numbers: Vec<_> = matching.map(|(number, _)| *number).collect();
        let found = numbers.iter();
        found
            .filter_map(|number| self.waiting.remove(number))
            .collect()
    }
}

/// Bounded: the oldest goes when it is full.
#[derive(Default)]
pub(super) struct UnwatchedAnswers {
    /// With the number of the token that each was sent with, 0 for none.
    owed: BTreeMap<u64, (Unwatched, u64)>,
    keepalives: BTreeMap<u64, (Unwatched, u64)>,
    others: BTreeMap<u64, Unwatched>,
}

impl UnwatchedAnswers {
    pub(super) fn insert(&mut self, number: u64, late: Unwatched) {
        if late.is_owed() {
            self.insert_owed(number, late, 0);
        } else {
            insert(&mut self.others, number, late, LATE);
        }
    }

    pub(super) fn insert_owed(&mut self, number: u64, late: Unwatched, token: u64) {
        insert(&mut self.owed, number, (late, token), OWED);
    }

    /// There are so many `sessions`, each of which may send its keepalive at the same moment.
    pub(super) fn insert_keepalive(
        &mut self,
        number: u64,
        late: Unwatched,
        token: u64,
        sessions: usize,
    ) {
        let limit = LATE.max(2 * sessions);
        insert(&mut self.keepalives, number, (late, token), limit);
    }

    /// Forgets all; returns what must be sent again if it was lost with the link.
    pub(super) fn drain_unfinished(&mut self) -> Vec<Unwatched> {
        let all = std::mem::take(self).owed.into_values();
        let all = all.map(|(late, _)| late);
        all.filter(|late| late.request().is_some()).collect()
    }

    /// What it was, and the number of its token.
    pub(super) fn take(&mut self, number: u64) -> Option<(Unwatched, u64)> {
        let keepalives = &mut self.keepalives;
        self.owed
            .remove(&number)
            .or_else(|| keepalives.remove(&number))
            .or_else(|| Some((self.others.remove(&number)?, 0)))
    }
}

fn insert<T>(map: &mut BTreeMap<u64, T>, number: u64, value: T, limit: usize) {
    map.insert(number, value);
    if map.len() > limit {
        map.pop_first();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_answers_are_bounded_and_nothing_is_forgotten_for_what_nobody_needs() {
        let mut late = UnwatchedAnswers::default();
        let (session, handle) = (SessionId::new(1), HandleId::new(2));
        late.insert(0, Unwatched::Create);
        late.insert(1, Unwatched::Attach(session));
        for number in 2..5_000 {
            late.insert(number, Unwatched::Detach(session, handle));
        }
        for number in 5_000..10_000 {
            late.insert(number, Unwatched::TimedOut);
        }
        assert_eq!((late.owed.len(), late.others.len()), (5_000, LATE));
        assert_eq!(late.take(5_000), None);
        assert_eq!(late.take(9_999), Some((Unwatched::TimedOut, 0)));
        assert_eq!(late.take(9_999), None);
        assert_eq!(late.take(0), Some((Unwatched::Create, 0)));
        // What an `attach` has made is known only from its answer, which comes no more.
        assert_eq!(late.drain_unfinished().len(), 4_998);
        for number in 0..2 * OWED as u64 {
            late.insert(number, Unwatched::Destroy(session));
        }
        assert_eq!(late.owed.len(), OWED);
    }

    #[test]
    fn keepalives_that_are_never_answered_are_bounded_by_the_number_of_sessions() {
        let mut late = UnwatchedAnswers::default();
        for number in 0..10_000 {
            let keepalive = Unwatched::Keepalive(SessionId::new(number % 2_000));
            late.insert_keepalive(number, keepalive, 0, 2_000);
            late.insert(number + 10_000, Unwatched::Ping);
        }
        assert_eq!((late.keepalives.len(), late.others.len()), (4_000, LATE));
        let last = Unwatched::Keepalive(SessionId::new(1_999));
        assert_eq!(late.take(9_999), Some((last, 0)));
    }
}
