//! One message in, one decision out.

use std::time::Instant;

use serde_json::value::RawValue;

use super::{Answer, Expects, Late, Payload, Router, Waiting, routes::SessionRoutes};
use crate::{
    ErrorCode, HandleId, SessionId,
    error::CloseReason,
    wire::{Incoming, Kind},
};

/// What the connection has to do after a message was dispatched.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Done,
    /// A session began, so the next keepalive may be nearer.
    Began(SessionId),
    /// A session ended.
    Ended(SessionId),
    /// A keepalive was refused for want of a valid token or secret.
    Unauthorized,
    /// Nobody waits for it; this is what it was.
    Stray(&'static str),
    /// A session that nobody knows of was made: destroy it.
    OrphanSession(SessionId),
    /// A handle that nobody knows of was made: detach it.
    OrphanHandle(SessionId, HandleId),
}

impl Router {
    /// Gives a message to whom it belongs. `number` is its transaction, if that is one of ours.
    pub(crate) fn dispatch(
        &mut self,
        number: Option<u64>,
        incoming: &Incoming<'_>,
        text: &str,
        now: Instant,
    ) -> Outcome {
        match incoming.kind() {
            Kind::Event { data } => self.event(number, incoming, data),
            Kind::Timeout => self.timeout(incoming, text),
            Kind::Detached => self.detached(incoming, text),
            Kind::Other => {
                let payload = Payload::Core(text.into());
                self.queue(incoming, payload)
            }
            kind => match number {
                Some(number) => self.answer(number, kind, incoming, text, now),
                None => self.stray("an answer without a transaction of this connection"),
            },
        }
    }

    fn event(&mut self, number: Option<u64>, incoming: &Incoming<'_>, data: &RawValue) -> Outcome {
        let plugin = |expects: &Expects, ends: fn(&super::Ends, &RawValue) -> bool| matches!(expects, Expects::Plugin(own) if ends(own, data));
        let own = number.filter(|number| {
            let waiting = self.pending.waiting.get(number);
            waiting.is_some_and(|waiting| plugin(&waiting.expects, super::Ends::by_own))
        });
        let found = own.or_else(|| {
            let session = self.sessions.get(&incoming.session_id?)?;
            session
                .watching(incoming.sender?)
                .iter()
                .copied()
                .find(|number| {
                    let waiting = self.pending.waiting.get(number);
                    waiting
                        .is_some_and(|waiting| plugin(&waiting.expects, super::Ends::by_unmarked))
                })
        });
        let jsep = incoming.jsep.map(ToOwned::to_owned);
        match found.and_then(|number| Some((number, self.take(number)?))) {
            Some((number, waiting)) => {
                if !waiting.acked {
                    self.pending.late.insert(number, Late::AckDue);
                }
                waiting.slot.answer(Answer::Plugin {
                    data: data.to_owned(),
                    jsep,
                });
                Outcome::Done
            }
            None => self.queue(
                incoming,
                Payload::Plugin {
                    data: data.to_owned(),
                    jsep,
                },
            ),
        }
    }

    /// Queues an event for its handle.
    fn queue(&mut self, incoming: &Incoming<'_>, payload: Payload) -> Outcome {
        let limit = self.event_queue;
        let session = incoming
            .session_id
            .and_then(|id| self.sessions.get_mut(&id));
        let queued = match (session, incoming.sender) {
            (Some(session), Some(handle)) => session.push(handle, limit, payload),
            _ => false,
        };
        match queued {
            true => Outcome::Done,
            false => self.stray("an event of a session or handle that is not in use here"),
        }
    }

    /// Janus has ended a session.
    fn timeout(&mut self, incoming: &Incoming<'_>, text: &str) -> Outcome {
        let Some(id) = incoming.session_id else {
            return self.stray("a timeout of no session");
        };
        let why = CloseReason::TimedOut;
        if let Some(session) = self.sessions.get_mut(&id) {
            session.end_with_all(|| Payload::Core(text.into()), why);
        }
        match self.end_session(id, why) {
            true => Outcome::Ended(id),
            false => self.stray("a timeout of a session that is not in use here"),
        }
    }

    /// Janus has ended a handle.
    fn detached(&mut self, incoming: &Incoming<'_>, text: &str) -> Outcome {
        let (Some(id), Some(handle)) = (incoming.session_id, incoming.sender) else {
            return self.stray("a detached of no handle");
        };
        let last = Payload::Core(text.into());
        let why = CloseReason::DetachedByServer;
        if self
            .sessions
            .get_mut(&id)
            .is_some_and(|session| session.end_with(handle, last, why))
        {
            self.end_handle(id, handle, why);
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
            (Expects::Whole, Kind::Whole) => Answer::Whole(text.into()),
            (Expects::Create, Kind::Success { id: Some(id), .. }) => {
                let id = SessionId::new(id);
                outcome = Outcome::Began(id);
                self.begin(id, now)
            }
            (Expects::Claim, Kind::Success { .. }) => {
                outcome = waiting.session.map_or(Outcome::Done, Outcome::Began);
                self.claimed(&waiting, now)
            }
            (Expects::Attach, Kind::Success { id: Some(id), .. }) => self.attached(&waiting, id),
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
            _ => Answer::Mismatch(text.into()),
        };
        waiting.slot.answer(answer);
        outcome
    }

    fn begin(&mut self, id: SessionId, now: Instant) -> Answer {
        self.end_session(id, CloseReason::Gone);
        let session = SessionRoutes::created(now);
        let life = session.life.clone();
        self.sessions.insert(id, session);
        Answer::Created(id, life)
    }

    fn claimed(&mut self, waiting: &Waiting, now: Instant) -> Answer {
        let Some(id) = waiting.session else {
            return Answer::Mismatch("a claim of no session".into());
        };
        if self
            .sessions
            .get(&id)
            .is_some_and(|session| !session.claiming)
        {
            // It was ours on this very link: the older object hands over to the newer one.
            self.end_session(id, CloseReason::ClaimedAway);
        }
        let session = self
            .sessions
            .entry(id)
            .or_insert_with(|| SessionRoutes::claiming(now));
        session.claiming = false;
        Answer::Claimed(session.life.clone())
    }

    fn attached(&mut self, waiting: &Waiting, id: u64) -> Answer {
        let handle = HandleId::new(id);
        let Some(session) = waiting.session else {
            return Answer::Mismatch("an attach to no session".into());
        };
        match self.bind(session, handle) {
            Ok(queue) => Answer::Attached(handle, queue),
            Err(error) => Answer::Ended(error),
        }
    }

    /// An error of the core may mean that a session is no more.
    fn refused(&mut self, waiting: &Waiting, code: i64) -> Option<SessionId> {
        let gone = ErrorCode::from_wire(code) == ErrorCode::SESSION_NOT_FOUND;
        self.unclaim(waiting);
        waiting
            .session
            .filter(|id| gone && self.end_session(*id, CloseReason::Gone))
    }

    /// An answer to a request that nobody waits for any more.
    fn late(&mut self, number: u64, kind: Kind<'_>) -> Outcome {
        let Some(late) = self.pending.late.take(number) else {
            return self.stray("a second answer, or one to a request that was never sent");
        };
        let id = match kind {
            Kind::Success { id, .. } => id,
            Kind::Error { code, .. } => {
                match (late, ErrorCode::from_wire(code)) {
                    (Late::Keepalive(session), ErrorCode::SESSION_NOT_FOUND)
                        if self.end_session(session, CloseReason::Gone) =>
                    {
                        return Outcome::Ended(session);
                    }
                    (Late::Keepalive(_), ErrorCode::UNAUTHORIZED) => return Outcome::Unauthorized,
                    _ => {}
                }
                None
            }
            // After the ack of a plugin request that timed out its event may follow, to the queue.
            _ => None,
        };
        match (late, id) {
            (
                Late::AckDue
                | Late::Detach(..)
                | Late::Destroy(_)
                | Late::Ping
                | Late::Keepalive(_),
                _,
            ) => Outcome::Done,
            (Late::Create, Some(id)) => {
                self.strays.late += 1;
                Outcome::OrphanSession(SessionId::new(id))
            }
            (Late::Attach(session), Some(id)) => {
                self.strays.late += 1;
                let handle = HandleId::new(id);
                if let Some(routes) = self.sessions.get_mut(&session) {
                    routes.disown(handle);
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
