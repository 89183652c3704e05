//! A connection as its sessions hold it: open until nobody needs it, and its end.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::Instant,
};

use super::under_way::{Making, UnderWay};
use crate::{
    Error, Result, SessionId, SessionTicket,
    client::session::SessionInner,
    engine::{ConnectionThread, Engine},
    error::{CloseReason, Scope},
    sync::{
        self, Condvar, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

pub(crate) struct ConnectionInner {
    pub(crate) engine: Arc<Engine>,
    reader: ConnectionThread,
    sessions: Mutex<Sessions>,
    fewer_sessions: Condvar,
    /// The program has dropped its `Connection`.
    released: AtomicBool,
    /// How many sessions are being destroyed by somebody who waits for the answer.
    ending: AtomicUsize,
    /// The creates and claims whose sessions are not in the list yet.
    creates: UnderWay,
    /// The attaches whose handles are not in their session's list yet.
    attaches: UnderWay,
}

/// The sessions that somebody holds.
#[derive(Default)]
struct Sessions {
    held: HashMap<SessionId, Weak<SessionInner>>,
    /// They were ended all together, and no more come.
    over: bool,
}

impl ConnectionInner {
    pub(super) fn new(engine: Arc<Engine>, reader: ConnectionThread) -> Self {
        Self {
            engine,
            reader,
            sessions: Mutex::default(),
            fewer_sessions: Condvar::default(),
            released: AtomicBool::new(false),
            ending: AtomicUsize::new(0),
            creates: UnderWay::default(),
            attaches: UnderWay::default(),
        }
    }

    /// A session was made. Refuses one that has come too late to be ended with all others.
    pub(super) fn entered(&self, session: &Arc<SessionInner>) -> Result<()> {
        let mut sessions = self.sessions.lock();
        if sessions.over {
            let why = CloseReason::ConnectionClosed;
            return Err(Error::closed(Scope::Connection, why));
        }
        sessions.held.insert(session.id, Arc::downgrade(session));
        Ok(())
    }

    /// A session has ended, or nobody holds it any more.
    pub(crate) fn left(&self, session: &SessionInner) {
        let mut sessions = self.sessions.lock();
        // A claim may have put a newer object of the same session in its place.
        let own = |entry: &Weak<SessionInner>| std::ptr::eq(entry.as_ptr(), session);
        if sessions.held.get(&session.id).is_some_and(own) {
            sessions.held.remove(&session.id);
        }
        drop(sessions);
        self.fewer_sessions.notify_all();
        self.end_if_unused();
    }

    /// Waits for the threads that are just dropping a session, as they send its `destroy`.
    fn wait_for_drops(&self, until: Instant) {
        let mut sessions = self.sessions.lock();
        while (sessions.held.values()).any(|entry| entry.strong_count() == 0)
            && !(self.fewer_sessions)
                .wait_until(&mut sessions, until)
                .timed_out()
        {}
    }

    /// The sessions that somebody holds and that have not ended, to end them all: no more come.
    fn last_sessions(&self) -> Vec<Arc<SessionInner>> {
        let mut sessions = self.sessions.lock();
        sessions.over = true;
        let held = sessions.held.values();
        let mut live: Vec<_> = held.filter_map(Weak::upgrade).collect();
        // Not under the lock: the last owner of a session takes it when it lets go.
        drop(sessions);
        live.retain(|session| !session.closed.is_over());
        live
    }

    /// The program has dropped its `Connection`.
    pub(super) fn release(&self) {
        self.released.store(true, Ordering::SeqCst);
        self.end_if_unused();
    }

    /// Whether there is a session that still needs the link, if only for its `destroy`.
    fn is_used(&self) -> bool {
        let sessions = self.sessions.lock();
        // Of one that is being dropped just now nobody can be had: it leaves when it has sent that.
        let needs = |entry: &Weak<SessionInner>| {
            let session = entry.upgrade();
            let needs = session.as_ref().is_none_or(|it| !it.closed.is_over());
            (needs, session)
        };
        let (used, held): (Vec<_>, Vec<_>) = sessions.held.values().map(needs).unzip();
        // Not under the lock: the last owner of a session takes it when it lets go.
        drop(sessions);
        drop(held);
        used.contains(&true) || self.ending.load(Ordering::SeqCst) > 0
    }

    fn end_if_unused(&self) {
        if self.released.load(Ordering::SeqCst) && !self.is_used() {
            self.end();
        }
    }

    /// Sends the `destroy` of a session, which keeps the link until it is answered.
    pub(crate) fn ending<T>(&self, session: &SessionInner, destroy: impl FnOnce() -> T) -> T {
        self.ending.fetch_add(1, Ordering::SeqCst);
        let result = destroy();
        self.ending.fetch_sub(1, Ordering::SeqCst);
        self.left(session);
        result
    }

    /// A create or a claim begins, unless the connection is being ended.
    pub(super) fn creating(&self) -> Result<Making<'_>> {
        self.creates.begin(&self.engine, None)
    }

    /// An attach begins, unless everything is being abandoned.
    pub(crate) fn attaching<'a>(&'a self, session: &'a SessionInner) -> Result<Making<'a>> {
        self.attaches.begin(&self.engine, Some(session))
    }

    pub(super) fn abandon(&self) -> Vec<SessionTicket> {
        let until = sync::now() + self.engine.config().close_timeout;
        for list in [&self.creates, &self.attaches] {
            list.stop(&self.engine);
        }
        for list in [&self.creates, &self.attaches] {
            list.wait(until);
        }
        let sessions = self.last_sessions();
        let tickets = sessions.iter().map(|session| session.abandon()).collect();
        self.end();
        tickets
    }

    /// Ends it for everybody, once.
    pub(super) fn end(&self) {
        let timeout = self.engine.config().close_timeout;
        let deadline = sync::now() + timeout;
        // What they make is to be ended as well, while there is a link.
        self.creates.stop(&self.engine);
        self.creates.wait(deadline - timeout / 2);
        for session in self.last_sessions() {
            self.engine
                .drop_session(session.id, CloseReason::ConnectionClosed);
        }
        self.wait_for_drops(deadline - timeout / 4);
        self.engine.close(&self.reader, deadline);
    }
}

impl Drop for ConnectionInner {
    fn drop(&mut self) {
        self.end();
    }
}
