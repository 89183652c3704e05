//! What a connection, its sessions, its handles and its thread share: one
//! request out, one answer in.
//!
//! Lock order: `router`, then a [`Slot`]'s own lock when an answer is put into it.
//! No other two are held together, and none while waiting or sending. [`Turn`]
//! and the link have locks of their own, which they never hold across a call.

use std::{
    io,
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use serde::Serialize;

use crate::{
    Config, Error, ErrorCode, HandleId, Result, SessionId,
    error::{Attempt, Broken, CloseReason, Endpoint},
    keepalive::Keepalive,
    logging::{self, debug},
    router::{Answer, Expects, Late, Outcome, Router, Slot, Waiting},
    session::SessionInner,
    transport::{Connected, Link, Received, Receiver, Wait},
    turn::Turn,
    wire::{self, Credentials, Incoming, Outgoing, Transactions, split},
};

pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) endpoint: Endpoint,
    pub(crate) link: Box<dyn Link>,
    pub(crate) turn: Turn<Answer, Box<dyn Receiver>>,
    pub(crate) router: Mutex<Router>,
    /// The sessions that are held by somebody, for abandoning them all.
    pub(crate) sessions: Mutex<Vec<Weak<SessionInner>>>,
    transactions: Transactions,
    start: Instant,
    /// When something was received last, in milliseconds from the start.
    heard: AtomicU64,
    /// When sessions need a request; set before the first one is created.
    pub(crate) keepalive: OnceLock<Keepalive>,
    /// When the connection's thread looks at its timers next, in milliseconds from the start.
    looks: AtomicU64,
    /// The program is closing the connection, so that its end is no failure.
    pub(crate) closing: AtomicBool,
}

/// One request, and what it waits for.
pub(crate) struct Call<'a, B: Serialize = ()> {
    pub(crate) outgoing: Outgoing<'a, B>,
    pub(crate) expects: Expects,
    pub(crate) timeout: Duration,
    /// For the text of errors; made only when there is one.
    pub(crate) attempt: &'a dyn Fn() -> Attempt,
}

impl Shared {
    pub(crate) fn new(config: Config, endpoint: Endpoint, connected: Connected) -> Self {
        Self {
            router: Mutex::new(Router::new(config.event_queue)),
            config,
            endpoint,
            link: connected.link,
            turn: Turn::new(connected.receiver),
            sessions: Mutex::default(),
            transactions: Transactions::new(),
            start: Instant::now(),
            heard: AtomicU64::new(0),
            keepalive: OnceLock::new(),
            looks: AtomicU64::new(u64::MAX),
            closing: AtomicBool::new(false),
        }
    }

    /// Sends one request and waits for its answer, reading while it is this thread's turn.
    pub(crate) fn call<B: Serialize>(&self, call: &Call<'_, B>) -> Result<Answer> {
        let Call {
            outgoing,
            expects,
            timeout,
            attempt,
        } = call;
        let begun = Instant::now();
        let deadline = begun + *timeout;
        let number = self.transactions.next();
        let text = self.encode(outgoing, number)?;
        let slot = Slot::new();
        let waiting = Waiting {
            slot: slot.clone(),
            expects: *expects,
            session: outgoing.session_id,
            handle: outgoing.handle_id,
            acked: false,
        };
        self.router.lock().register(number, waiting, begun)?;
        if let Err(error) = self.send(&text, deadline) {
            self.router.lock().forget(number, true);
            return Err(match slot.take_answer() {
                Some(Answer::Ended(error)) => error,
                _ if error.kind() == io::ErrorKind::TimedOut => {
                    self.timed_out(attempt(), begun, false)
                }
                _ => Error::Transport {
                    endpoint: self.endpoint.clone(),
                    source: error,
                },
            });
        }
        let answer = self.turn.wait(&slot, deadline, |receiver, deadline| {
            self.read(
                receiver,
                Wait {
                    deadline,
                    idle: false,
                },
            );
        });
        let answer = answer.or_else(|| {
            let waiting = self.router.lock().forget(number, true);
            match waiting {
                Some(waiting) => {
                    let error = self.timed_out(attempt(), begun, waiting.acked);
                    Some(Answer::Ended(error))
                }
                // It came in the very last moment.
                None => slot.take_answer(),
            }
        });
        match answer {
            Some(Answer::Ended(error)) => Err(error),
            Some(Answer::Refused { code, reason }) => Err(Error::Janus {
                request: Box::new(attempt()),
                code: ErrorCode::from_wire(code),
                reason: reason.into(),
            }),
            Some(Answer::Mismatch(got)) => {
                Err(Error::unexpected(attempt(), expects.description(), &got))
            }
            Some(answer) => Ok(answer),
            None => Err(self.timed_out(attempt(), begun, false)),
        }
    }

    fn timed_out(&self, request: Attempt, begun: Instant, acked: bool) -> Error {
        Error::Timeout {
            request: Box::new(request),
            waited: begun.elapsed(),
            acked,
        }
    }

    /// Sends a request whose answer nobody waits for; never waits.
    pub(crate) fn send_unwatched(&self, outgoing: &Outgoing<'_>, late: Late) {
        let now = Instant::now();
        let number = self.transactions.next();
        let Ok(text) = self.encode(outgoing, number) else {
            return;
        };
        self.router.lock().register_unwatched(number, late, now);
        match self.send(&text, now) {
            // It is on its way, behind what waits for room already.
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {}
            Err(error) => debug!("`{}` could not be sent: {error}", outgoing.janus),
        }
    }

    fn encode<B: Serialize>(&self, outgoing: &Outgoing<'_, B>, number: u64) -> Result<String> {
        let credentials = match outgoing.janus {
            "info" | "ping" => Credentials::NONE,
            _ => Credentials::new(&self.config),
        };
        outgoing
            .encode(&self.transactions.text(number), credentials)
            .map_err(|error| Error::config("request", format!("it cannot become JSON: {error}")))
    }

    fn send(&self, text: &str, deadline: Instant) -> io::Result<()> {
        logging::wire("->", text);
        let mut answered = |received: Received<'_>| self.received(received);
        let sent = self.link.send(text, deadline, &mut answered);
        sent.inspect_err(|error| {
            if error.kind() != io::ErrorKind::TimedOut {
                // The reader finds out as well, but perhaps later.
                let source = io::Error::new(error.kind(), error.to_string());
                self.fail(CloseReason::LinkBroken, Some(source));
            }
        })
    }

    /// Reads once and gives everything to whom it belongs. Only for the thread whose turn it is.
    pub(crate) fn read(&self, receiver: &mut Box<dyn Receiver>, wait: Wait) {
        let result = receiver.receive(wait, &mut |received| self.received(received));
        if let Err(error) = result {
            let why = match error.kind() {
                io::ErrorKind::ConnectionAborted => CloseReason::ClosedByServer,
                _ => CloseReason::LinkBroken,
            };
            self.fail(why, Some(error));
        }
    }

    fn received(&self, received: Received<'_>) {
        let now = Instant::now();
        self.heard.store(self.millis(now), Ordering::Relaxed);
        match received {
            Received::Nothing => {}
            Received::Garbage(what) => self.garbage(what),
            Received::Text(text) => {
                logging::wire("<-", text);
                match Incoming::parse(text) {
                    Ok(incoming) => self.dispatch(&incoming, text, now),
                    // Not one object: perhaps several in a row.
                    Err(_) => self.received_several(text, now),
                }
            }
        }
    }

    fn received_several(&self, text: &str, now: Instant) {
        let mut empty = true;
        for part in split(text) {
            empty = false;
            match part.and_then(|part| Ok((Incoming::parse(part)?, part))) {
                Ok((incoming, part)) => self.dispatch(&incoming, part, now),
                Err(error) => {
                    debug!("a message cannot be decoded: {error}");
                    self.misfit(text);
                    self.garbage("a text message that is no message of Janus's");
                }
            }
        }
        if empty {
            self.garbage("an empty text message");
        }
    }

    /// An answer whose envelope cannot be decoded still ends its request.
    fn misfit(&self, text: &str) {
        let own = wire::transaction_of(text).and_then(|text| self.transactions.number(&text));
        if let Some(waiting) = own.and_then(|number| self.router.lock().forget(number, false)) {
            waiting.slot.answer(Answer::Mismatch(text.into()));
        }
    }

    fn garbage(&self, what: &str) {
        debug!("dropped {what}");
        self.router.lock().strays.garbage += 1;
    }

    fn dispatch(&self, incoming: &Incoming<'_>, text: &str, now: Instant) {
        let number = incoming
            .transaction()
            .and_then(|text| self.transactions.number(text));
        let outcome = self.router.lock().dispatch(number, incoming, text, now);
        match outcome {
            Outcome::Done => {}
            Outcome::Began => self.began(now),
            Outcome::Stray(what) => debug!("dropped `{}`: {what}", incoming.word()),
            Outcome::OrphanSession(id) => {
                debug!("destroying session {id}: its `create` had timed out");
                self.send_unwatched(&Outgoing::session("destroy", id), Late::Dropped);
            }
            Outcome::OrphanHandle(session, handle) => {
                debug!("detaching handle {handle}: its `attach` had timed out");
                self.send_unwatched(&Outgoing::handle("detach", session, handle), Late::Dropped);
            }
        }
    }

    /// A session began: its first keepalive may be due before the thread would look.
    fn began(&self, now: Instant) {
        let first = self
            .keepalive
            .get()
            .and_then(|keepalive| keepalive.after(now));
        let looks = self.looks.load(Ordering::Relaxed);
        if first.is_some_and(|first| self.millis(first) < looks) {
            self.turn.poke();
        }
    }

    /// The connection's thread will look at its timers at this time; `None` while it looks, so that
    /// a session that begins meanwhile makes it look again.
    pub(crate) fn will_look(&self, at: Option<Instant>) {
        let at = at.map_or(u64::MAX, |at| self.millis(at));
        self.looks.store(at, Ordering::Relaxed);
    }

    /// Milliseconds from the start, rounded down.
    fn millis(&self, at: Instant) -> u64 {
        let millis = at.saturating_duration_since(self.start).as_millis();
        u64::try_from(millis).unwrap_or(u64::MAX)
    }

    /// Ends the connection, once: all callers and all queues hear why.
    pub(crate) fn fail(&self, why: CloseReason, source: Option<io::Error>) {
        let (why, source) = match self.closing.load(Ordering::Acquire) {
            true => (CloseReason::ConnectionClosed, None),
            false => (why, source),
        };
        let broken = Broken {
            endpoint: self.endpoint.clone(),
            why,
            source,
        };
        if self.router.lock().end_all(broken) {
            debug!("the connection to {} has ended: {why}", self.endpoint);
            self.turn.end();
            self.link.shutdown();
        }
    }

    /// When something was received last.
    pub(crate) fn heard(&self) -> Instant {
        self.start + Duration::from_millis(self.heard.load(Ordering::Relaxed))
    }

    /// The sessions that somebody holds and that have not ended.
    pub(crate) fn live_sessions(&self) -> Vec<Arc<SessionInner>> {
        let sessions = self.sessions.lock();
        sessions
            .iter()
            .filter_map(Weak::upgrade)
            .filter(|session| !session.life.is_over())
            .collect()
    }

    /// Ends a handle here and tells Janus, without waiting for its answer.
    pub(crate) fn drop_handle(&self, session: SessionId, handle: HandleId) {
        self.router
            .lock()
            .end_handle(session, handle, CloseReason::Detached);
        self.send_unwatched(&Outgoing::handle("detach", session, handle), Late::Dropped);
    }

    /// Ends a session here and tells Janus, without waiting for its answer.
    pub(crate) fn drop_session(&self, session: SessionId, why: CloseReason) {
        if self.router.lock().end_session(session, why) {
            self.send_unwatched(&Outgoing::session("destroy", session), Late::Dropped);
        }
    }
}
