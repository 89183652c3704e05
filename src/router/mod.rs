//! Who gets what: bookkeeping without I/O, threads and clock.
//!
//! It decides on answers but does not deliver them: the engine takes the [`Replies`] and delivers
//! them after unlocking the router, because each wakes a thread.

mod closed_flag;
mod dispatch;
mod failure;
mod idle;
#[cfg(feature = "webrtc")]
mod observer;
mod outage;
mod pending;
mod queue;
mod refused;
mod replies;
mod routes;

use std::{collections::HashMap, sync::Arc, time::Instant};

pub(crate) use closed_flag::ClosedFlag;
pub(crate) use dispatch::{Candidate, Outcome};
pub(crate) use failure::{Failure, LinkFailure};
#[cfg(feature = "webrtc")]
pub(crate) use observer::Observer;
pub(crate) use outage::{OwnHandle, OwnSession};
pub(crate) use pending::{Answer, Expects, Unwatched, Waiting};
pub(crate) use queue::{Limits, Notice, Payload, Queue};
#[cfg(feature = "monitor")]
pub(crate) use queue::{Producer, lone};
pub(crate) use replies::Replies;
use {idle::Idle, pending::Pending, queue::Budget, routes::SessionRoutes};

pub use queue::RawEvent;

use crate::{CloseReason, HandleId, SessionId, error::Scope};

/// Counts of messages that matched no request, session or handle here. All are harmless; see
/// [`Connection::unmatched_messages`](crate::Connection::unmatched_messages).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct UnmatchedMessages {
    /// Answers that came after their request's deadline, including `create` and `attach`, whose
    /// session or handle is then ended.
    pub late: u64,
    /// Answers and events that nothing here waits for: duplicates, unknown transactions, sessions
    /// and handles of other connections.
    pub unknown: u64,
    /// Messages that are not text, or not JSON from Janus.
    pub garbage: u64,
}

/// The tables of one connection. `S` is where the caller of a request gets its answer.
pub(crate) struct Router<S> {
    pending: Pending<S>,
    replies: Replies<S>,
    sessions: HashMap<SessionId, SessionRoutes>,
    /// Those that are kept alive.
    idle: Idle,
    budget: Arc<Budget>,
    /// How many links there were before the present one.
    pub(crate) epoch: u64,
    /// Why the whole connection has ended, once it has.
    broken: Option<Arc<LinkFailure>>,
    /// The queues were told that keepalives are refused, and nothing has been accepted since.
    unauthorized: bool,
    pub(crate) strays: UnmatchedMessages,
}

impl<S> Router<S> {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            pending: Pending::default(),
            replies: Replies::default(),
            sessions: HashMap::new(),
            idle: Idle::new(),
            budget: Budget::new(limits),
            epoch: 0,
            broken: None,
            unauthorized: false,
            strays: UnmatchedMessages::default(),
        }
    }

    /// Enters a request before it is sent over the link of that number; `false` when that link has
    /// broken.
    pub(crate) fn register(
        &mut self,
        epoch: u64,
        number: u64,
        waiting: Waiting<S>,
        now: Instant,
    ) -> Result<bool, Failure> {
        self.check(waiting.scope())?;
        if epoch != self.epoch {
            return Ok(false);
        }
        if let Some(id) = waiting.session {
            if matches!(waiting.expects, Expects::Claim) {
                // Its events may come as soon as Janus has read the claim.
                self.sessions
                    .entry(id)
                    .or_insert_with(|| SessionRoutes::claiming(now));
            }
            if let Some(session) = self.sessions.get_mut(&id) {
                session.last_request = now;
                session.attaching += usize::from(matches!(waiting.expects, Expects::Attach));
                if let (Some(handle), true) = (waiting.handle, waiting.expects.is_unmarked()) {
                    session.watch(handle, number);
                }
            }
        }
        self.pending.waiting.insert(number, waiting);
        Ok(true)
    }

    /// Notes a request whose answer nobody waits for, before it is sent over the link of that number,
    /// with the token of that number, 0 for none; `false` when that link has broken, or when it is the
    /// keepalive of a session that has ended.
    pub(crate) fn register_unwatched(
        &mut self,
        epoch: u64,
        number: u64,
        late: Unwatched,
        token: u64,
        now: Instant,
    ) -> bool {
        if epoch != self.epoch {
            return false;
        }
        if let Some(id) = late.kept_alive() {
            let sessions = self.sessions.len();
            let Some(session) = self.sessions.get_mut(&id) else {
                return false;
            };
            session.last_request = now;
            self.pending
                .late
                .insert_keepalive(number, late, token, sessions);
        } else if late.is_owed() {
            self.pending.late.insert_owed(number, late, token);
        } else {
            self.pending.late.insert(number, late);
        }
        true
    }

    /// Takes out such a request that could not be sent.
    pub(crate) fn forget_unwatched(&mut self, number: u64) {
        self.pending.late.take(number);
    }

    /// Takes out a request that was not sent, or whose deadline has passed; its answer may come yet.
    pub(crate) fn forget(&mut self, number: u64, sent: bool) -> Option<Waiting<S>> {
        let waiting = self.take(number)?;
        self.unclaim(&waiting);
        if sent {
            self.pending.late.insert(number, waiting.late());
        } else if let Some(session) = waiting.session.and_then(|id| self.sessions.get_mut(&id)) {
            // It has kept nothing alive.
            session.last_request = session.noted;
        }
        Some(waiting)
    }

    /// A request gets no answer but this; not one that waits for its event.
    pub(crate) fn unanswered(&mut self, number: u64, got: &str) {
        let waiting = self.pending.waiting.get(&number);
        if waiting.is_some_and(|waiting| !waiting.acked) {
            self.unreadable(number, got);
        }
    }

    /// The answer to a request cannot be decoded. `got` is what to tell of it.
    pub(crate) fn unreadable(&mut self, number: u64, got: &str) {
        if let Some(waiting) = self.forget(number, false) {
            self.replies
                .push(waiting.slot, Answer::Mismatch(got.into()));
        }
    }

    /// The answers that were decided on, to be given when the lock is free.
    pub(crate) fn take_replies(&mut self) -> Replies<S> {
        std::mem::take(&mut self.replies)
    }

    /// Takes a request out of all tables.
    fn take(&mut self, number: u64) -> Option<Waiting<S>> {
        let waiting = self.pending.waiting.remove(&number)?;
        if let Some(session) = waiting.session.and_then(|id| self.sessions.get_mut(&id)) {
            // Not counted if the session was entered, by a claim, after the attach.
            let attach = usize::from(matches!(waiting.expects, Expects::Attach));
            session.attaching = session.attaching.saturating_sub(attach);
            if let (Some(handle), true) = (waiting.handle, waiting.expects.is_unmarked()) {
                session.unwatch(handle, number);
            }
        }
        Some(waiting)
    }

    /// Refuses when the connection has ended. (Sessions and handles know their own end.)
    pub(crate) fn check(&self, scope: Scope) -> Result<(), Failure> {
        match &self.broken {
            Some(broken) => Err(Failure::Over(scope, broken.clone())),
            None => Ok(()),
        }
    }

    /// A claim failed: what was made ready for its session goes.
    fn unclaim(&mut self, waiting: &Waiting<S>) {
        if let (Expects::Claim, Some(id)) = (waiting.expects, waiting.session) {
            let session = self.sessions.get(&id);
            if session.is_some_and(|session| session.claiming) {
                self.sessions.remove(&id);
            }
        }
    }

    /// Refuses a handle that this program uses already.
    pub(crate) fn check_free(&self, id: SessionId, handle: HandleId) -> Result<(), Failure> {
        match self.sessions.get(&id) {
            Some(session) => session.check_free(id, handle),
            None => Ok(()),
        }
    }

    /// Binds a handle that exists already: makes its queue, or takes the one that holds what came before.
    pub(crate) fn bind(&mut self, id: SessionId, handle: HandleId) -> Result<Queue, Failure> {
        self.check(handle.into())?;
        match self.sessions.get_mut(&id) {
            Some(session) => session.bind(id, handle, &self.budget),
            None => Err(Failure::Closed(id.into(), CloseReason::Gone)),
        }
    }

    /// Binds a new handle; one whose session is not here is an orphan.
    fn attached(&mut self, waiting: &Waiting<S>, id: u64, outcome: &mut Outcome) -> Answer {
        let handle = HandleId::new(id);
        let Some(session) = waiting.session else {
            return Answer::Mismatch("an attach to no session".into());
        };
        if !self.has_session(session) {
            *outcome = Outcome::OrphanHandle(session, handle);
        }
        match self.bind(session, handle) {
            Ok(queue) => Answer::Attached(handle, queue),
            Err(failure) => Answer::Ended(failure),
        }
    }

    /// Ends a handle here. Its id is free again.
    pub(crate) fn end_handle(&mut self, id: SessionId, handle: HandleId, why: CloseReason) {
        if let Some(session) = self.sessions.get_mut(&id) {
            session.end(handle, why);
        }
        self.end_requests(
            |waiting| waiting.handle == Some(handle) && waiting.session == Some(id),
            &Failure::Closed(handle.into(), why),
        );
    }

    /// Ends a session and its handles here. `false` if it had ended before.
    pub(crate) fn end_session(&mut self, id: SessionId, why: CloseReason) -> bool {
        let Some(session) = self.sessions.remove(&id) else {
            return false;
        };
        self.idle.remove(&(session.noted, id));
        session.end_all(why);
        if matches!(why, CloseReason::ClaimedAway | CloseReason::Abandoned) {
            // It lives on with another owner; handles that are being attached have none.
            self.pending.orphan(id);
        }
        self.end_requests(
            |waiting| waiting.session == Some(id),
            &Failure::Closed(id.into(), why),
        );
        true
    }

    /// Ends all requests that match.
    fn end_requests(&mut self, matches: impl Fn(&Waiting<S>) -> bool, failure: &Failure) {
        for waiting in self.pending.remove(matches) {
            self.replies
                .push(waiting.slot, Answer::Ended(failure.clone()));
        }
    }

    pub(crate) fn has_session(&self, id: SessionId) -> bool {
        self.sessions.contains_key(&id)
    }

    /// Whether a session was this program's at that time already, so that what was asked about it then
    /// counts.
    pub(crate) fn has_had(&self, id: SessionId, since: Instant) -> bool {
        let session = self.sessions.get(&id);
        session.is_some_and(|session| !session.claiming && session.began <= since)
    }

    /// Ends everything: every caller and every queue hears why.
    pub(crate) fn end_all(&mut self, broken: LinkFailure) {
        let broken = Arc::new(broken);
        self.idle.clear();
        for (_, session) in self.sessions.drain() {
            session.end_broken(&broken);
        }
        self.end_requests(|_| true, &Failure::InFlight(broken.clone()));
        self.broken = Some(broken);
    }

    /// Whether the whole connection has ended.
    pub(crate) fn is_over(&self) -> bool {
        self.broken.is_some()
    }

    /// Whether the link of that number is the present one, and has not broken.
    pub(crate) fn stands(&self, epoch: u64) -> bool {
        !self.is_over() && self.epoch == epoch
    }
}

#[cfg(test)]
mod tests;
