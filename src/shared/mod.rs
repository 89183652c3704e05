//! What a connection, its sessions, its handles and its thread share.
//!
//! Lock order: `router`, then a [`Slot`]'s own lock when an answer is put into it.
//! No other two are held together, and none while waiting or sending. [`Turn`]
//! and the link have locks of their own, which they never hold across a call.

mod call;
mod receive;
mod send;

use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;

pub(crate) use call::Call;

use crate::{
    Config, HandleId, SessionId,
    error::{Broken, CloseReason, Endpoint},
    keepalive::Keepalive,
    logging::debug,
    router::{Answer, Late, Router},
    session::SessionInner,
    transport::{Connected, Link, Properties, Receiver},
    turn::Turn,
    wire::{Outgoing, Transactions},
};

pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) endpoint: Endpoint,
    pub(crate) link: Box<dyn Link>,
    pub(crate) properties: Properties,
    /// What the connection's thread is to send, where sending waits for the answer.
    outbox: Mutex<VecDeque<String>>,
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

impl Shared {
    pub(crate) fn new(config: Config, endpoint: Endpoint, connected: Connected) -> Self {
        Self {
            router: Mutex::new(Router::new(config.event_queue)),
            config,
            endpoint,
            properties: connected.link.properties(),
            link: connected.link,
            outbox: Mutex::default(),
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

    /// Ends a session here; `false` if it had ended before.
    pub(crate) fn end_session(&self, session: SessionId, why: CloseReason) -> bool {
        let ended = self.router.lock().end_session(session, why);
        if ended {
            self.link.session_ended(session);
        }
        ended
    }

    /// Ends a session here and tells Janus, without waiting for its answer.
    pub(crate) fn drop_session(&self, session: SessionId, why: CloseReason) {
        if self.end_session(session, why) {
            self.send_unwatched(&Outgoing::session("destroy", session), Late::Dropped);
        }
    }
}
