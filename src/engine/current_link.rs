//! The link that is up at present, for every thread that wants to send.
//!
//! One that has ended is not kept: it has open files, and what is left of its connection may be held
//! for long.

use std::{sync::Arc, time::Instant};

use super::no_link::no_link;
use crate::{
    error::Endpoint,
    sync::{
        Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    transport::{Link, Properties, Receiver},
};

/// One link, from its beginning to its end.
pub(crate) struct LinkEpoch {
    /// How many links this connection had before.
    pub(crate) number: u64,
    pub(crate) endpoint: Endpoint,
    pub(crate) properties: Properties,
    pub(crate) link: Box<dyn Link>,
    broken: AtomicBool,
}

impl LinkEpoch {
    pub(crate) fn new(number: u64, endpoint: Endpoint, link: Box<dyn Link>) -> Arc<Self> {
        Arc::new(Self {
            number,
            endpoint,
            properties: link.properties(),
            link,
            broken: AtomicBool::new(false),
        })
    }

    /// Notes that it broke. Returns what stands for it from then on.
    fn breaks(&self) -> Arc<Self> {
        self.broken.store(true, Ordering::Release);
        Arc::new(Self {
            number: self.number,
            endpoint: self.endpoint.clone(),
            properties: self.properties,
            link: no_link().link,
            broken: AtomicBool::new(true),
        })
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Acquire)
    }
}

/// What a thread whose turn it is reads from.
pub(crate) struct LinkReader {
    pub(crate) epoch: Arc<LinkEpoch>,
    pub(crate) receiver: Box<dyn Receiver>,
}

/// The links of a connection, of which one is used at a time.
pub(crate) struct CurrentLink {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    latest: Arc<LinkEpoch>,
    /// Whether every caller may use it; not while sessions are being claimed over it.
    open: bool,
    over: bool,
}

impl CurrentLink {
    pub(crate) fn new(first: Arc<LinkEpoch>) -> Self {
        let state = State {
            latest: first,
            open: true,
            over: false,
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    /// The link that was made last, or what stands for it since it has broken.
    pub(crate) fn latest(&self) -> Arc<LinkEpoch> {
        self.state.lock().latest.clone()
    }

    /// The link to use; `None` while there is none.
    pub(crate) fn open(&self) -> Option<Arc<LinkEpoch>> {
        let state = self.state.lock();
        state.open.then(|| state.latest.clone())
    }

    /// The latest link unless it has broken, even if it is not open to every caller yet.
    pub(crate) fn standing(&self) -> Option<Arc<LinkEpoch>> {
        Some(self.latest()).filter(|epoch| !epoch.is_broken())
    }

    /// Waits for a link that can be used; `None` when the deadline has passed, or when the caller has
    /// `ended`, of which [`look_again`](Self::look_again) tells. After the end of the connection it is
    /// a broken one.
    pub(crate) fn wait(
        &self,
        deadline: Instant,
        ended: impl Fn() -> bool,
    ) -> Option<Arc<LinkEpoch>> {
        let mut state = self.state.lock();
        while !state.open && !state.over && !ended() {
            if self.changed.wait_until(&mut state, deadline).timed_out() {
                break;
            }
        }
        (state.open || state.over).then(|| state.latest.clone())
    }

    /// Something has ended for which somebody may be waiting.
    pub(crate) fn look_again(&self) {
        let state = self.state.lock();
        if !state.open {
            self.changed.notify_all();
        }
    }

    /// The latest link broke. Returns it, to be dropped without any lock.
    #[must_use]
    pub(super) fn lost(&self) -> Arc<LinkEpoch> {
        self.state.lock().breaks()
    }

    /// There is a new link, not open to every caller yet. `false` when the connection has ended meanwhile.
    pub(crate) fn replace(&self, epoch: Arc<LinkEpoch>) -> bool {
        let mut state = self.state.lock();
        if !state.over {
            state.latest = epoch;
        }
        !state.over
    }

    /// Opens the latest link to every caller.
    pub(crate) fn allow(&self) {
        self.state.lock().open = true;
        self.changed.notify_all();
    }

    /// The connection has ended: nobody waits any more. Returns the latest link, as
    /// [`lost`](Self::lost) does.
    #[must_use]
    pub(crate) fn end(&self) -> Arc<LinkEpoch> {
        let mut state = self.state.lock();
        state.over = true;
        self.changed.notify_all();
        state.breaks()
    }
}

impl State {
    fn breaks(&mut self) -> Arc<LinkEpoch> {
        self.open = false;
        let ended = self.latest.breaks();
        std::mem::replace(&mut self.latest, ended)
    }
}
