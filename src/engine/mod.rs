//! What a connection, its sessions, its handles and its thread share.
//!
//! Lock order: `router`, then those of [`CurrentLink`], [`StateWatch`] and [`ReadTurn`] when a link begins or
//! ends; a [`Slot`]'s own lock under that of [`ReadTurn`]. No other two are held together, and none while
//! waiting or sending.

mod call;
mod current_link;
mod end;
mod failure;
mod info;
mod keepalive;
mod no_link;
mod open;
mod outbox;
mod read_turn;
mod receive;
mod reconnect;
mod restore;
mod retry;
mod schedule;
mod send;
mod server_info;
mod state_watch;
mod thread;

use std::{
    collections::VecDeque,
    ops::{Deref, DerefMut},
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

pub(crate) use call::{Call, Owner, context_of};
use current_link::{LinkEpoch, LinkReader};
use keepalive::Keepalive;
pub(crate) use schedule::SILENCE;
pub use server_info::{Module, ServerInfo};
pub use state_watch::{ConnectionState, StateChanges};
pub(crate) use thread::ConnectionThread;

use crate::{
    Config, HandleId, Result, SessionId, UnmatchedMessages,
    engine::{
        current_link::CurrentLink, outbox::Outbox, read_turn::ReadTurn, state_watch::StateWatch,
    },
    error::{CloseReason, Endpoint, Scope},
    random,
    router::{Answer, ClosedFlag, Limits, Queue, Router, Unwatched},
    sync::{
        self, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    transport::{Properties, Transport},
    wire::Transactions,
};

/// Where a caller waits for its answer.
type Slot = read_turn::Slot<Answer, LinkReader>;

/// The router, locked. When it is unlocked, the answers that it has decided on are given: not before,
/// so that nobody is woken up who would wait for this lock.
struct RouterGuard<'a>(Option<MutexGuard<'a, Router<Arc<Slot>>>>);

impl Deref for RouterGuard<'_> {
    type Target = Router<Arc<Slot>>;

    fn deref(&self) -> &Self::Target {
        self.0.as_ref().expect("it is taken out only by drop")
    }
}

impl DerefMut for RouterGuard<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.0.as_mut().expect("it is taken out only by drop")
    }
}

impl Drop for RouterGuard<'_> {
    fn drop(&mut self) {
        let Some(mut router) = self.0.take() else {
            return;
        };
        let replies = router.take_replies();
        drop(router);
        for (slot, answer) in replies {
            slot.answer(answer);
        }
    }
}

pub(crate) struct Engine {
    config: Config,
    /// The servers to try, in this order, beginning with the one that was reached last.
    transports: Mutex<VecDeque<Arc<dyn Transport>>>,
    current_link: CurrentLink,
    states: StateWatch,
    /// What the connection's thread is to send: what has to wait for a link, for room or for a token.
    outbox: Outbox,
    turn: ReadTurn<Answer, LinkReader>,
    /// How many threads wait for events without reading themselves.
    sleepers: AtomicUsize,
    router: Mutex<Router<Arc<Slot>>>,
    transactions: Transactions,
    start: Instant,
    /// When something was received last, in nanoseconds from the start: a ping must not be as late
    /// as its answer.
    heard: AtomicU64,
    /// When somebody had reason to believe that the link is dead, in the same.
    doubted: AtomicU64,
    /// What the first server that was reached has said.
    opening_info: OnceLock<ServerInfo>,
    /// After how long the server ends sessions, and those without a link, as its last `info` says.
    timeouts: Mutex<(Duration, Duration)>,
    /// When sessions need a request; set before the first one is created.
    keepalive: Mutex<Option<Keepalive>>,
    /// The server asks for neither secret nor token, as its last `info` says.
    open: AtomicBool,
    /// When the connection's thread looks at its timers next, in nanoseconds from the start.
    looks: AtomicU64,
    /// The connection's thread runs, so that a new link can be made when this one breaks.
    running: AtomicBool,
    /// The program is closing the connection, so that its end is no failure.
    closing: AtomicBool,
}

impl Engine {
    fn new(config: Config, transports: VecDeque<Arc<dyn Transport>>, first: LinkReader) -> Self {
        let lookout = first.receiver.lookout();
        Self {
            router: Mutex::new(Router::new(Limits {
                events: config.event_queue,
                bytes: config.event_queue_bytes,
                all_bytes: config.all_event_queues_bytes,
            })),
            config,
            transports: Mutex::new(transports),
            current_link: CurrentLink::new(first.epoch.clone()),
            states: StateWatch::new(),
            outbox: Outbox::default(),
            turn: ReadTurn::new(first, lookout),
            sleepers: AtomicUsize::new(0),
            transactions: Transactions::new(random::number()),
            start: sync::now(),
            heard: AtomicU64::new(0),
            doubted: AtomicU64::new(0),
            opening_info: OnceLock::new(),
            timeouts: Mutex::default(),
            keepalive: Mutex::default(),
            open: AtomicBool::new(false),
            looks: AtomicU64::new(u64::MAX),
            running: AtomicBool::new(false),
            closing: AtomicBool::new(false),
        }
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// What the server said about itself when it was reached first.
    pub(crate) fn opening_info(&self) -> &ServerInfo {
        self.opening_info.get().unwrap_or(ServerInfo::unknown())
    }

    /// After how long the server ends sessions, and those without a link.
    pub(crate) fn timeouts(&self) -> (Duration, Duration) {
        *self.timeouts.lock()
    }

    /// Whether there is a link.
    pub(crate) fn state(&self) -> ConnectionState {
        self.states.now()
    }

    /// A channel that gets every change of that from now on.
    pub(crate) fn states(&self) -> StateChanges {
        self.states.watch()
    }

    /// Lets the connection's thread read at once: somebody waits for events.
    pub(crate) fn request_reader(&self) {
        self.turn.request_reader();
    }

    /// Locks the router.
    fn router(&self) -> RouterGuard<'_> {
        RouterGuard(Some(self.router.lock()))
    }

    /// Refuses when the connection has ended.
    pub(crate) fn check(&self) -> Result<()> {
        Ok(self.router().check(Scope::Connection)?)
    }

    /// Messages that matched no request and no handle.
    pub(crate) fn unmatched(&self) -> UnmatchedMessages {
        self.router().strays
    }

    /// Refuses a handle that this program uses already.
    pub(crate) fn check_free(&self, session: SessionId, handle: HandleId) -> Result<()> {
        Ok(self.router().check_free(session, handle)?)
    }

    /// Binds a handle that exists already to that session, and gives its queue.
    pub(crate) fn bind(
        &self,
        session: SessionId,
        closed: &ClosedFlag,
        handle: HandleId,
    ) -> Result<Queue> {
        let mut router = self.router();
        closed.check(session)?;
        Ok(router.bind(session, handle)?)
    }

    /// Ends a handle here.
    pub(crate) fn end_handle(&self, session: SessionId, handle: HandleId, why: CloseReason) {
        self.router().end_handle(session, handle, why);
        self.current_link.look_again();
    }

    /// Lets those who wait for a link look whether what their call is for has ended.
    pub(crate) fn look_again(&self) {
        self.current_link.look_again();
    }

    /// When something was received last.
    fn heard(&self) -> Instant {
        self.instant(&self.heard)
    }

    /// A time that is kept in nanoseconds from the start.
    fn instant(&self, nanos: &AtomicU64) -> Instant {
        self.start + Duration::from_nanos(nanos.load(Ordering::Relaxed))
    }

    /// How the present kind of link behaves.
    pub(crate) fn properties(&self) -> Properties {
        self.current_link.latest().properties
    }

    /// The server that was reached last.
    pub(crate) fn endpoint(&self) -> Endpoint {
        self.current_link.latest().endpoint.clone()
    }

    /// A new link is up: its silence begins now.
    fn heard_now(&self) {
        self.heard.store(self.nanos(sync::now()), Ordering::Relaxed);
    }

    /// Ends a handle here and tells Janus, without waiting for its answer.
    pub(crate) fn drop_handle(&self, session: SessionId, handle: HandleId) {
        self.end_handle(session, handle, CloseReason::Detached);
        self.send_unwatched(Unwatched::Detach(session, handle));
    }

    /// Ends a session here; `false` if it had ended before.
    pub(crate) fn end_session(&self, session: SessionId, why: CloseReason) -> bool {
        let ended = self.router().end_session(session, why);
        if ended {
            self.current_link.look_again();
            self.current_link.latest().link.session_ended(session);
        }
        ended
    }

    /// Ends a session here and tells Janus, without waiting for its answer.
    pub(crate) fn drop_session(&self, session: SessionId, why: CloseReason) {
        if self.end_session(session, why) {
            self.send_unwatched(Unwatched::Destroy(session));
        }
    }
}
