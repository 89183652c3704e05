//! Who hears what happens on a handle, beside those who read its queue.

use std::{
    fmt,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
};

use parking_lot::Mutex;

use crate::CloseReason;

/// It is told under the router's lock: it may take notes and wake somebody up, nothing else.
pub(crate) trait Observer: Send + Sync {
    /// A core event: the whole message.
    fn event(&self, text: &str);

    /// The handle has ended here.
    fn ended(&self, why: CloseReason);
}

/// The observer of a handle. It does not live on because of this.
#[derive(Default)]
pub(crate) struct Observed(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    observer: Option<Weak<dyn Observer>>,
    /// Whether Janus has a PeerConnection with a peer of this crate's, as far as is known. It is
    /// shared with the peer: that may go, and leave the PeerConnection to who has the handle next.
    peer: Option<Arc<AtomicBool>>,
}

impl Observed {
    /// Takes the place of the one before. `peer` says whether Janus has its PeerConnection.
    pub(crate) fn set(&self, observer: &Arc<dyn Observer>, peer: &Arc<AtomicBool>) {
        let mut inner = self.0.lock();
        inner.observer = Some(Arc::downgrade(observer));
        inner.peer = Some(peer.clone());
    }

    /// Whether there is the PeerConnection of a peer, of this program's or the one before.
    pub(crate) fn has_peer(&self) -> bool {
        let inner = self.0.lock();
        inner
            .peer
            .as_ref()
            .is_some_and(|peer| peer.load(Ordering::Acquire))
    }

    /// A ticket says whether there is one.
    pub(crate) fn set_peer(&self, peer: bool) {
        self.0.lock().peer = Some(Arc::new(AtomicBool::new(peer)));
    }

    pub(super) fn event(&self, text: &str) {
        if let Some(observer) = self.get() {
            observer.event(text);
        }
    }

    pub(super) fn ended(&self, why: CloseReason) {
        if let Some(observer) = self.get() {
            observer.ended(why);
        }
    }

    fn get(&self) -> Option<Arc<dyn Observer>> {
        self.0.lock().observer.as_ref()?.upgrade()
    }
}

impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observed")
    }
}
