//! Receiving: from the link to the callers and queues.

use std::{io, sync::Arc, time::Instant};

use super::Engine;
use crate::{
    SessionId,
    engine::{LinkEpoch, LinkReader},
    error::CloseReason,
    logging::{self, debug},
    redact::shown,
    router::{Candidate, Outcome, Unwatched},
    sync::{self, atomic::Ordering},
    transport::{Lost, Received, Wait},
    wire::{self, Incoming, Kind, split},
};

impl Engine {
    /// Reads once and dispatches every message; `false` if there was nothing. Only for the thread that has
    /// the turn.
    pub(super) fn read(&self, reading: &mut LinkReader, wait: Wait) -> bool {
        let LinkReader { epoch, receiver } = reading;
        let mut any = false;
        let result = receiver.receive(wait, &mut |received| {
            any = true;
            self.received(epoch, received);
        });
        if let Err(error) = result {
            let why = match error.kind() {
                io::ErrorKind::ConnectionAborted => CloseReason::ClosedByServer,
                _ => CloseReason::LinkBroken,
            };
            self.lost(epoch, why, error);
        }
        any
    }

    /// Reads on behalf of a thread that waits for events, if the turn is free: until `done`, at most until
    /// that time. `false` if the thread has to wait without reading.
    pub(crate) fn read_until(&self, until: Instant, mut done: impl FnMut() -> bool) -> bool {
        let Some(mut turn) = self.turn.take_free() else {
            return false;
        };
        loop {
            if done() {
                drop(turn);
                if self.sleepers.load(Ordering::Relaxed) > 0 {
                    self.turn.request_reader();
                }
                return true;
            }
            if turn.has_new_caller() || turn.epoch.is_broken() || sync::now() >= until {
                return false;
            }
            self.read(
                &mut turn,
                Wait {
                    deadline: until,
                    idle: true,
                },
            );
        }
    }

    /// Waits for events that other threads read.
    pub(crate) fn asleep<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.sleepers.fetch_add(1, Ordering::Relaxed);
        self.turn.request_reader();
        let result = wait();
        self.sleepers.fetch_sub(1, Ordering::Relaxed);
        result
    }

    pub(super) fn received(&self, epoch: &Arc<LinkEpoch>, received: Received<'_>) {
        let now = sync::now();
        // A message of a link that was given up says nothing about the current one.
        if !epoch.is_broken() {
            self.heard.store(self.nanos(now), Ordering::Relaxed);
        }
        match received {
            Received::Nothing => {}
            Received::Garbage(what) => self.garbage(what),
            Received::TooLong(beginning) => {
                self.misfit(beginning, "a message longer than this link takes");
                self.garbage("a message that is too long");
            }
            Received::SessionLost {
                session,
                lost,
                asked,
            } => self.session_lost(epoch, session, lost, asked),
            Received::NoAnswer { transaction, got } => self.unanswered(transaction, got),
            Received::Authorized(accepted) => self.authorized(epoch, accepted),
            Received::Text(text) => {
                logging::wire("<-", text);
                match Incoming::parse(text) {
                    Ok(incoming) => self.dispatch(epoch, &incoming, text, now),
                    // Not one object: perhaps several in a row.
                    Err(_) => self.received_several(epoch, text, now),
                }
            }
        }
    }

    fn received_several(&self, epoch: &Arc<LinkEpoch>, text: &str, now: Instant) {
        let mut empty = true;
        for part in split(text) {
            empty = false;
            let part = part.and_then(|part| match Incoming::parse(part) {
                Ok(incoming) => Ok((incoming, part)),
                Err(error) => {
                    debug!("a message cannot be decoded: {error}");
                    Err(part)
                }
            });
            match part {
                Ok((incoming, part)) => self.dispatch(epoch, &incoming, part, now),
                Err(part) => {
                    self.misfit(part, part);
                    self.garbage("a text message that is no message of Janus's");
                }
            }
        }
        if empty {
            self.garbage("an empty text message");
        }
    }

    /// An answer that cannot be decoded still ends its request. `got` is what to tell of it.
    fn misfit(&self, text: &str, got: &str) {
        for number in wire::transactions_in(text).filter_map(|text| self.transactions.number(text))
        {
            self.router().unreadable(number, got);
        }
    }

    /// The link has found out that a request gets no answer.
    fn unanswered(&self, transaction: &str, got: &str) {
        if let Some(number) = self.transactions.number(transaction) {
            self.router().unanswered(number, got);
        }
    }

    /// A session began over that link. If it ended meanwhile, the link may have heard of the end
    /// before the beginning.
    pub(super) fn session_began(&self, epoch: &LinkEpoch, session: SessionId) {
        let is_ours = || self.router().has_session(session);
        if is_ours() {
            epoch.link.session_began(session);
            if !is_ours() {
                epoch.link.session_ended(session);
            }
        }
    }

    /// The link has found out that a session is not this program's any more.
    fn session_lost(&self, epoch: &LinkEpoch, session: SessionId, lost: Lost, asked: Instant) {
        let why = match lost {
            Lost::Gone => CloseReason::Gone,
            Lost::ClaimedAway => CloseReason::ClaimedAway,
        };
        let mut router = self.router();
        // What a link that was given up finds out, may be of a session that was claimed since.
        let ended = router.stands(epoch.number)
            && router.has_had(session, asked)
            && router.end_session(session, why);
        drop(router);
        if ended {
            self.ended(epoch, session);
        }
    }

    /// A session has ended by what came over that link.
    fn ended(&self, epoch: &LinkEpoch, session: SessionId) {
        self.current_link.look_again();
        epoch.link.session_ended(session);
    }

    fn garbage(&self, what: &str) {
        debug!("dropped {what}");
        self.router().strays.garbage += 1;
    }

    fn dispatch(&self, epoch: &Arc<LinkEpoch>, incoming: &Incoming<'_>, text: &str, now: Instant) {
        let number = incoming
            .transaction()
            .and_then(|text| self.transactions.number(text));
        if let (None, Kind::Error { code, reason }) = (incoming.transaction(), incoming.kind()) {
            let reason = shown(&reason);
            debug!("the server could not read a request: {code} {reason}");
        }
        let mut router = self.router();
        let candidates = router.candidates(number, incoming);
        let mut ended = None;
        if !candidates.is_empty() {
            drop(router);
            ended = Candidate::ended_by(&candidates, incoming);
            router = self.router();
        }
        let unauthorized = router.is_unauthorized();
        let outcome = if router.stands(epoch.number) {
            router.dispatch(number, incoming, ended, text, now)
        } else {
            Outcome::Stray("it came over a link that was given up")
        };
        if unauthorized && !router.is_unauthorized() {
            self.states.authorized(true);
        }
        drop(router);
        match outcome {
            Outcome::Done => {}
            Outcome::Began(id) => {
                // First: what the link does then may make the thread look.
                self.began(now);
                self.session_began(epoch, id);
            }
            Outcome::Ended(id) => self.ended(epoch, id),
            Outcome::Unauthorized(late, token) => self.keepalive_refused(late, token),
            Outcome::Unended(late, token) => self.end_refused(late, token),
            Outcome::Stray(what) => debug!("dropped `{}`: {what}", shown(incoming.word())),
            Outcome::OrphanSession(id) => {
                debug!("destroying session {id}: its `create` had timed out");
                self.send_unwatched(Unwatched::Destroy(id));
            }
            Outcome::OrphanHandle(session, handle) => {
                debug!("detaching handle {handle}: nobody waits for it any more");
                self.send_unwatched(Unwatched::Detach(session, handle));
            }
        }
    }

    /// Sends a keepalive once more, with another token, where there may be one; otherwise tells every
    /// queue. Others of the same time were sent with the same token: each has its own second try.
    fn keepalive_refused(&self, late: Unwatched, token: u64) {
        debug!("refused: {late:?}");
        let again = late.again();
        let again = again.filter(|_| self.config.token_number_refused(token));
        let mut router = self.router();
        match again.filter(|_| !router.is_unauthorized()) {
            Some(again) => {
                drop(router);
                self.leave(again);
            }
            None => router.keepalives_refused(|| self.states.authorized(false)),
        }
    }

    /// Sends what ends something once more, with another token, where there may be one.
    fn end_refused(&self, late: Unwatched, token: u64) {
        match late.again() {
            Some(again) if self.config.token_number_refused(token) => self.leave(again),
            _ => debug!("without a valid token it stays on the server: {late:?}"),
        }
    }

    /// To the connection's thread, as the program's function for tokens may run for it.
    fn leave(&self, late: Unwatched) {
        self.outbox.push(late);
        self.turn.wake_timers();
    }

    /// The link has found out whether it is accepted. The state changes under the router's lock, so
    /// that who changes that last has the last word.
    fn authorized(&self, epoch: &LinkEpoch, accepted: bool) {
        let mut router = self.router();
        if !router.stands(epoch.number) {
            return;
        }
        let tell = || self.states.authorized(accepted);
        if accepted {
            router.accepted();
            tell();
        } else {
            router.keepalives_refused(tell);
        }
    }

    /// A session began: its first keepalive may be due before the thread would look.
    fn began(&self, now: Instant) {
        let keepalive = *self.keepalive.lock();
        let first = keepalive.and_then(|keepalive| keepalive.after(now));
        let looks = self.looks.load(Ordering::Relaxed);
        if first.is_some_and(|first| self.nanos(first) < looks) {
            self.turn.wake_timers();
        }
    }

    /// The connection's thread will look at its timers at this time; `None` while it looks, so that
    /// a session that begins meanwhile makes it look again.
    pub(super) fn will_look(&self, at: Option<Instant>) {
        let at = at.map_or(u64::MAX, |at| self.nanos(at));
        self.looks.store(at, Ordering::Relaxed);
    }

    /// Nanoseconds from the start.
    pub(super) fn nanos(&self, at: Instant) -> u64 {
        let nanos = at.saturating_duration_since(self.start).as_nanos();
        u64::try_from(nanos).unwrap_or(u64::MAX)
    }
}
