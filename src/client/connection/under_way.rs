//! What other threads are making on the server, so that whoever ends the connection can wait for it.

use std::time::Instant;

use crate::{
    Error, Result,
    client::session::SessionInner,
    engine::{Engine, Owner},
    error::{CloseReason, Scope},
    sync::{
        Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

/// How many are under way: sessions, or handles.
#[derive(Default)]
pub(crate) struct UnderWay {
    count: Mutex<usize>,
    fewer: Condvar,
    /// No more of them.
    over: AtomicBool,
}

/// One of them, until it is in the list that it belongs to.
pub(crate) struct Making<'a> {
    list: &'a UnderWay,
    /// That of a handle.
    session: Option<&'a SessionInner>,
}

impl UnderWay {
    /// One begins, unless they are over.
    pub(super) fn begin<'a>(
        &'a self,
        engine: &Engine,
        session: Option<&'a SessionInner>,
    ) -> Result<Making<'a>> {
        let making = Making {
            list: self,
            session,
        };
        *self.count.lock() += 1;
        // The connection may have ended for another reason before.
        making
            .check()
            .map_err(|own| engine.check().err().unwrap_or(own))?;
        Ok(making)
    }

    /// None begins from now on, and those that have not been sent end.
    pub(super) fn stop(&self, engine: &Engine) {
        self.over.store(true, Ordering::SeqCst);
        engine.look_again();
    }

    /// Waits for those that are under way.
    pub(super) fn wait(&self, until: Instant) {
        let mut count = self.count.lock();
        while *count > 0 && !self.fewer.wait_until(&mut count, until).timed_out() {}
    }
}

impl Owner for Making<'_> {
    fn check(&self) -> Result<()> {
        if let Some(session) = self.session {
            session.closed.check(session.id)?;
        }
        if !self.list.over.load(Ordering::SeqCst) {
            return Ok(());
        }
        Err(match self.session {
            Some(session) => Error::closed(session.id, CloseReason::Abandoned),
            None => Error::closed(Scope::Connection, CloseReason::ConnectionClosed),
        })
    }
}

impl Drop for Making<'_> {
    fn drop(&mut self) {
        *self.list.count.lock() -= 1;
        self.list.fewer.notify_all();
    }
}
