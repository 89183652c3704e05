//! One message in, one decision out.

use std::time::Instant;

use serde_json::value::RawValue;

use super::{Answer, Expects, Payload, Router, Unwatched, Waiting, routes::SessionRoutes};
use crate::{
    CloseReason, ErrorCode, HandleId, SessionId,
    wire::{Completion, Incoming, Kind},
};

/// What the connection has to do after a message was dispatched.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Done,
    /// A session began, so the next keepalive may be nearer.
    Began(SessionId),
    /// A session ended.
    Ended(SessionId),
    /// A keepalive was refused because its secret or its token, that of this number, is not valid.
    Unauthorized(Unwatched, u64),
    /// A `detach` or `destroy` that has to be sent was refused because its token, that of this
    /// number, is not valid.
    Unended(Unwatched, u64),
    /// Nobody waits for it; this is what it was.
    Stray(&'static str),
    /// A session that nobody knows of was made: destroy it.
    OrphanSession(SessionId),
    /// A handle that nobody knows of was made: detach it.
    OrphanHandle(SessionId, HandleId),
}

/// A request that an event may end: its plugin has to be asked, whose code runs without the router's lock.
#[derive(Debug)]
pub(crate) struct Candidate {
    number: u64,
    completion: Completion,
    /// Whether the event carries the request's transaction.
    own: bool,
}

impl Candidate {
    /// The first of these that this event ends, as their plugins say.
    pub(crate) fn ended_by(candidates: &[Self], incoming: &Incoming<'_>) -> Option<u64> {
        let Kind::Event { data } = incoming.kind() else {
            return None;
        };
        let mut candidates = candidates.iter();
        let ended = candidates.find(|it| {
            if it.own {
                it.completion.by_own(data)
            } else {
                it.completion.by_unmarked(data)
            }
        });
        ended.map(|it| it.number)
    }
}

/// The last events of a queue.
const TIMEOUT: &str = r#"{"janus":"timeout"}"#;
const DETACHED: &str = r#"{"janus":"detached"}"#;

impl<S> Router<S> {
    /// The requests that this message may end if their plugins say so; `number` is its transaction, if that
    /// is one of ours.
    pub(crate) fn candidates(
        &self,
        number: Option<u64>,
        incoming: &Incoming<'_>,
    ) -> Vec<Candidate> {
        let Kind::Event { .. } = incoming.kind() else {
            return Vec::new();
        };
        let candidate = |number: u64, own: bool| {
            let completion = self.completion(number)?;
            let asks = !own || !completion.is_first();
            asks.then_some(Candidate {
                number,
                completion,
                own,
            })
        };
        let session = incoming.session_id.and_then(|id| self.sessions.get(&id));
        let watching = session
            .zip(incoming.sender)
            .map_or(&[][..], |(session, handle)| session.watching(handle));
        let watching = watching.iter().filter_map(|it| candidate(*it, false));
        let own = number.and_then(|it| candidate(it, true));
        own.into_iter().chain(watching).collect()
    }

    fn completion(&self, number: u64) -> Option<Completion> {
        match self.pending.waiting.get(&number)?.expects {
            Expects::Plugin(completion) => Some(completion),
            _ => None,
        }
    }

    /// Matches a message with its request or its handle. `number` is its transaction, if that is one of
    /// ours, and `ended` the candidate that it ends.
    pub(crate) fn dispatch(
        &mut self,
        number: Option<u64>,
        incoming: &Incoming<'_>,
        ended: Option<u64>,
        text: &str,
        now: Instant,
    ) -> Outcome {
        match incoming.kind() {
            Kind::Event { data } => {
                let first =
                    number.filter(|it| self.completion(*it).is_some_and(|it| it.is_first()));
                self.event(number, first.or(ended), incoming, data, text, now)
            }
            Kind::Timeout => self.timeout(number, incoming, text),
            Kind::Detached => self.detached(number, incoming, text),
            Kind::Core => self.queue(incoming, Payload::Core(text.into()), now),
            Kind::Other => match number.filter(|number| self.is_answer(*number, incoming)) {
                Some(number) => self.answer(number, Kind::Other, incoming, text, now),
                None => self.queue(incoming, Payload::Core(text.into()), now),
            },
            kind => match number.or_else(|| self.culprit(&kind, incoming)) {
                Some(number) => self.answer(number, kind, incoming, text, now),
                None => self.stray("an answer without a transaction of this connection"),
            },
        }
    }

    /// Whether a message of an unknown kind counts as the answer to its request. An event without data does
    /// not answer a request that still waits for its `ack`.
    fn is_answer(&self, number: u64, incoming: &Incoming<'_>) -> bool {
        match self.pending.waiting.get(&number) {
            Some(waiting) if incoming.word() == "event" => !matches!(waiting.expects, Expects::Ack),
            waiting => waiting.is_some(),
        }
    }

    /// The request that Janus could not read, and so neither its transaction, nor has it
    /// acknowledged it. In `info` and `ping` there is nothing that it could not read. `None` if it
    /// may be one of several.
    fn culprit(&self, kind: &Kind<'_>, incoming: &Incoming<'_>) -> Option<u64> {
        let unreadable = matches!(
            kind,
            Kind::Error {
                code: ErrorCode::INVALID_JSON,
                ..
            }
        );
        if !unreadable || incoming.transaction().is_some() {
            return None;
        }
        let open = self.pending.waiting.iter();
        let mut open = open
            .filter(|(_, waiting)| !waiting.acked && !matches!(waiting.expects, Expects::Whole));
        match (open.next(), open.next()) {
            (Some((number, _)), None) => Some(*number),
            _ => None,
        }
    }

    /// Ends a request with an answer of the wrong kind: no other will come.
    fn mismatch(&mut self, number: Option<u64>, text: &str) {
        if let Some(waiting) = number.and_then(|number| self.take(number)) {
            self.unclaim(&waiting);
            self.replies
                .push(waiting.slot, Answer::Mismatch(text.into()));
        }
    }

    fn event(
        &mut self,
        number: Option<u64>,
        ended: Option<u64>,
        incoming: &Incoming<'_>,
        data: &RawValue,
        text: &str,
        now: Instant,
    ) -> Outcome {
        let jsep = incoming.jsep.map(ToOwned::to_owned);
        match ended.and_then(|number| Some((number, self.take(number)?))) {
            Some((number, waiting)) => {
                if !waiting.acked {
                    self.pending.late.insert(number, Unwatched::AckDue);
                }
                let data = data.to_owned();
                self.replies
                    .push(waiting.slot, Answer::Plugin { data, jsep });
                Outcome::Done
            }
            None => {
                let no_message = number.filter(|number| {
                    let waiting = self.pending.waiting.get(number);
                    waiting.is_some_and(|waiting| !waiting.expects.is_message())
                });
                self.mismatch(no_message, text);
                let data = data.to_owned();
                self.queue(incoming, Payload::Plugin { data, jsep }, now)
            }
        }
    }

    /// Queues an event for its handle.
    fn queue(&mut self, incoming: &Incoming<'_>, payload: Payload, now: Instant) -> Outcome {
        let session = incoming
            .session_id
            .and_then(|id| self.sessions.get_mut(&id));
        let queued = match (session, incoming.sender) {
            (Some(session), Some(handle)) => session.push(handle, &self.budget, payload, now),
            _ => false,
        };
        if queued {
            Outcome::Done
        } else {
            self.stray("an event of a session or handle that is not in use here")
        }
    }

    /// Janus has ended a session.
    fn timeout(&mut self, number: Option<u64>, incoming: &Incoming<'_>, text: &str) -> Outcome {
        let why = CloseReason::TimedOut;
        let session = incoming.session_id;
        if let Some(session) = session.and_then(|id| self.sessions.get_mut(&id)) {
            // The word alone: every queue gets it, however full it is.
            session.end_with_all(|| Payload::Core(TIMEOUT.into()), why);
        }
        let ended = session.filter(|id| self.end_session(*id, why));
        self.mismatch(number, text);
        match ended {
            Some(id) => Outcome::Ended(id),
            None => self.stray("a timeout of a session that is not in use here"),
        }
    }

    /// Janus has ended a handle.
    fn detached(&mut self, number: Option<u64>, incoming: &Incoming<'_>, text: &str) -> Outcome {
        let why = CloseReason::DetachedByServer;
        let handle = incoming.session_id.zip(incoming.sender);
        if let Some((id, handle)) = handle {
            let last = Payload::Core(DETACHED.into());
            let session = self.sessions.get_mut(&id);
            if session.is_some_and(|session| session.end_with(handle, last, why)) {
                self.end_handle(id, handle, why);
            }
        }
        self.mismatch(number, text);
        if handle.is_none() {
            return self.stray("a detached of no handle");
        }
        // Usually it is the echo of our own detach: nothing to count.
        Outcome::Done
    }

    fn answer(
        &mut self,
        number: u64,
        kind: Kind<'_>,
        incoming: &Incoming<'_>,
        text: &str,
        now: Instant,
    ) -> Outcome {
        if matches!(kind, Kind::Success { .. } | Kind::Ack) {
            self.accepted();
        }
        if let (Kind::Ack, Some(waiting)) = (&kind, self.pending.waiting.get_mut(&number)) {
            if matches!(waiting.expects, Expects::Plugin(_)) {
                waiting.acked = true;
                return Outcome::Done;
            }
        }
        let Some(waiting) = self.take(number) else {
            return self.late(number, kind);
        };
        let mut outcome = Outcome::Done;
        let answer = match (waiting.expects, kind) {
            (_, Kind::Error { code, reason }) => {
                if let Some(ended) = self.refused(&waiting, code) {
                    outcome = Outcome::Ended(ended);
                }
                Answer::Refused { code, reason }
            }
            (Expects::Core, Kind::Success { .. } | Kind::Ack) => Answer::Success,
            (Expects::Whole | Expects::Admin, Kind::Whole)
            | (Expects::Admin, Kind::Success { .. }) => Answer::Whole(text.into()),
            (Expects::Create, Kind::Success { id: Some(id), .. }) => {
                let id = SessionId::new(id);
                outcome = Outcome::Began(id);
                self.begin(id, now)
            }
            (Expects::Claim, Kind::Success { .. }) => {
                outcome = waiting.session.map_or(Outcome::Done, Outcome::Began);
                self.claimed(&waiting, now)
            }
            (Expects::Attach, Kind::Success { id: Some(id), .. }) => {
                self.attached(&waiting, id, &mut outcome)
            }
            (Expects::Ack, Kind::Ack) => Answer::Ack {
                hint: incoming.hint.clone(),
            },
            (
                Expects::Ack | Expects::Plugin(_),
                Kind::Success {
                    data: Some(data), ..
                },
            ) => {
                let jsep = incoming.jsep.map(ToOwned::to_owned);
                Answer::Plugin {
                    data: data.to_owned(),
                    jsep,
                }
            }
            _ => {
                self.unclaim(&waiting);
                Answer::Mismatch(text.into())
            }
        };
        self.replies.push(waiting.slot, answer);
        outcome
    }

    fn begin(&mut self, id: SessionId, now: Instant) -> Answer {
        self.end_session(id, CloseReason::Gone);
        let session = SessionRoutes::created(now);
        let closed = session.closed.clone();
        self.sessions.insert(id, session);
        self.keep(id);
        Answer::Created(id, closed)
    }

    fn claimed(&mut self, waiting: &Waiting<S>, now: Instant) -> Answer {
        let Some(id) = waiting.session else {
            return Answer::Mismatch("a claim of no session".into());
        };
        if self
            .sessions
            .get(&id)
            .is_some_and(|session| !session.claiming)
        {
            // This program claimed it over the link it was on: the newer object replaces the older.
            self.end_session(id, CloseReason::ClaimedAway);
        }
        let session = self
            .sessions
            .entry(id)
            .or_insert_with(|| SessionRoutes::claiming(now));
        session.claiming = false;
        session.began = now;
        let closed = session.closed.clone();
        self.keep(id);
        Answer::Claimed(closed)
    }

    /// An error of the core may mean that a session is no more.
    fn refused(&mut self, waiting: &Waiting<S>, code: ErrorCode) -> Option<SessionId> {
        let gone = code == ErrorCode::SESSION_NOT_FOUND;
        self.unclaim(waiting);
        waiting
            .session
            .filter(|id| gone && self.end_session(*id, CloseReason::Gone))
    }

    /// An answer to a request that nobody waits for any more.
    fn late(&mut self, number: u64, kind: Kind<'_>) -> Outcome {
        let Some((late, token)) = self.pending.late.take(number) else {
            return self.stray("a second answer, or one to a request that was never sent");
        };
        let id = match kind {
            Kind::Success { id, .. } => id,
            Kind::Error { code, .. } => {
                match (late.kept_alive(), code) {
                    (Some(session), ErrorCode::SESSION_NOT_FOUND)
                        if self.end_session(session, CloseReason::Gone) =>
                    {
                        return Outcome::Ended(session);
                    }
                    (Some(_), ErrorCode::UNAUTHORIZED) => {
                        return Outcome::Unauthorized(late, token);
                    }
                    (None, ErrorCode::UNAUTHORIZED) if late.is_end() => {
                        return Outcome::Unended(late, token);
                    }
                    _ => {}
                }
                None
            }
            // After the ack of a plugin request that timed out its event may follow, to the queue.
            _ => None,
        };
        match (late, id) {
            (
                Unwatched::AckDue
                | Unwatched::Detach(..)
                | Unwatched::Destroy(_)
                | Unwatched::DetachAgain(..)
                | Unwatched::DestroyAgain(_)
                | Unwatched::Ping
                | Unwatched::Keepalive(_)
                | Unwatched::KeepaliveAgain(_),
                _,
            ) => Outcome::Done,
            (Unwatched::Create, Some(id)) => {
                self.strays.late += 1;
                Outcome::OrphanSession(SessionId::new(id))
            }
            (Unwatched::Attach(session), Some(id)) => {
                self.strays.late += 1;
                let handle = HandleId::new(id);
                if let Some(routes) = self.sessions.get_mut(&session) {
                    routes.retire(handle);
                }
                Outcome::OrphanHandle(session, handle)
            }
            _ => {
                self.strays.late += 1;
                Outcome::Done
            }
        }
    }

    fn stray(&mut self, what: &'static str) -> Outcome {
        self.strays.unknown += 1;
        Outcome::Stray(what)
    }
}
