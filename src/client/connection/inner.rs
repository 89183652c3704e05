//! A connection as its sessions hold it: open until nobody needs it, and its end.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use crate::{
    Error, Result, SessionId, SessionTicket,
    client::session::SessionInner,
    engine::{ConnectionThread, Engine},
    error::CloseReason,
    sync::{
        self, Condvar, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

pub(crate) struct ConnectionInner {
    pub(crate) engine: Arc<Engine>,
    reader: ConnectionThread,
    /// The sessions that somebody holds.
    sessions: Mutex<HashMap<SessionId, Weak<SessionInner>>>,
    /// The program has dropped its `Connection`.
    released: AtomicBool,
    /// How many sessions are being destroyed by somebody who waits for the answer.
    ending: AtomicUsize,
    attaches: Mutex<Attaches>,
    attached: Condvar,
}

/// The attaches under way, whose handles belong in the tickets of `abandon`.
#[derive(Default)]
struct Attaches {
    count: usize,
    /// No more of them.
    over: bool,
}

/// One attach, until its handle is in the session's roster.
pub(crate) struct Attaching<'a>(&'a ConnectionInner);

impl Drop for Attaching<'_> {
    fn drop(&mut self) {
        self.0.attaches.lock().count -= 1;
        self.0.attached.notify_all();
    }
}

impl ConnectionInner {
    pub(super) fn new(engine: Arc<Engine>, reader: ConnectionThread) -> Self {
        Self {
            engine,
            reader,
            sessions: Mutex::default(),
            released: AtomicBool::new(false),
            ending: AtomicUsize::new(0),
            attaches: Mutex::default(),
            attached: Condvar::new(),
        }
    }

    pub(crate) fn entered(&self, session: &Arc<SessionInner>) {
        let entry = Arc::downgrade(session);
        self.sessions.lock().insert(session.id, entry);
    }

    /// A session has ended, or nobody holds it any more.
    pub(crate) fn left(&self, session: &SessionInner) {
        let mut sessions = self.sessions.lock();
        // A claim may have put a newer object of the same session in its place.
        let own = |entry: &Weak<SessionInner>| std::ptr::eq(entry.as_ptr(), session);
        if sessions.get(&session.id).is_some_and(own) {
            sessions.remove(&session.id);
        }
        drop(sessions);
        self.end_if_unused();
    }

    /// The sessions that somebody holds and that have not ended.
    fn live_sessions(&self) -> Vec<Arc<SessionInner>> {
        let sessions = self.sessions.lock();
        let mut live: Vec<_> = sessions.values().filter_map(Weak::upgrade).collect();
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
        let (used, held): (Vec<_>, Vec<_>) = sessions.values().map(needs).unzip();
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

    /// An attach begins, unless everything is being abandoned.
    pub(crate) fn attaching(&self, session: SessionId) -> Result<Attaching<'_>> {
        let mut attaches = self.attaches.lock();
        if attaches.over {
            return Err(Error::closed(session, CloseReason::Abandoned));
        }
        attaches.count += 1;
        Ok(Attaching(self))
    }

    pub(super) fn abandon(&self) -> Vec<SessionTicket> {
        let until = sync::now() + self.engine.config().close_timeout;
        let mut attaches = self.attaches.lock();
        attaches.over = true;
        while attaches.count > 0 && !self.attached.wait_until(&mut attaches, until).timed_out() {}
        drop(attaches);
        let sessions = self.live_sessions();
        let tickets = sessions.iter().map(|session| session.abandon()).collect();
        self.end();
        tickets
    }

    /// Ends it for everybody, once.
    pub(super) fn end(&self) {
        for session in self.live_sessions() {
            self.engine
                .drop_session(session.id, CloseReason::ConnectionClosed);
        }
        self.engine.close(&self.reader);
    }
}

impl Drop for ConnectionInner {
    fn drop(&mut self) {
        self.end();
    }
}
