//! Who hears what happens on a handle, beside those who read its queue.

use std::{
    borrow::Cow,
    collections::VecDeque,
    fmt,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
};

use parking_lot::Mutex;
use serde::Deserialize;

use crate::CloseReason;

/// How many candidates of Janus are kept for a peer to come, and how long the message of each may be.
const CANDIDATES: usize = 32;
const LONGEST: usize = 1024;

/// It is told under the router's lock: it may take notes and wake somebody up, nothing else.
pub(crate) trait Observer: Send + Sync {
    /// A core event: the whole message. Whether it still needs to know.
    fn event(&self, text: &str) -> bool;

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
    /// What Janus has told of candidates since it had no PeerConnection: with an offer of its own they
    /// come before there is a peer.
    candidates: VecDeque<Box<str>>,
}

impl Observed {
    /// Takes the place of the one before. `peer` says whether Janus has its PeerConnection. Who
    /// `answers` an offer hears of the candidates that came with it.
    pub(crate) fn set(&self, observer: &Arc<dyn Observer>, peer: &Arc<AtomicBool>, answers: bool) {
        let mut inner = self.0.lock();
        inner.observer = Some(Arc::downgrade(observer));
        inner.peer = Some(peer.clone());
        let candidates = std::mem::take(&mut inner.candidates);
        drop(inner);
        for text in candidates.iter().filter(|_| answers) {
            observer.event(text);
        }
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
        let is_hangup = self.0.lock().note(text);
        let heard = self.get().is_some_and(|observer| observer.event(text));
        let inner = self.0.lock();
        if let Some(peer) = inner.peer.as_ref().filter(|_| is_hangup && !heard) {
            // Of a peer that had gone without a word.
            peer.store(false, Ordering::Release);
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

impl Inner {
    /// Keeps a candidate, or forgets all with their PeerConnection; whether this is its end.
    fn note(&mut self, text: &str) -> bool {
        #[derive(Deserialize)]
        struct Word<'a> {
            #[serde(borrow)]
            janus: Cow<'a, str>,
        }
        let Ok(Word { janus }) = serde_json::from_str(text) else {
            return false;
        };
        if janus == "trickle" && text.len() <= LONGEST {
            if self.candidates.len() == CANDIDATES {
                self.candidates.pop_front();
            }
            self.candidates.push_back(text.into());
        }
        let is_hangup = janus == "hangup";
        if is_hangup {
            self.candidates.clear();
        }
        is_hangup
    }
}

impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Told(Mutex<Vec<String>>);

    impl Observer for Told {
        fn event(&self, text: &str) -> bool {
            self.0.lock().push(text.to_owned());
            true
        }

        fn ended(&self, _: CloseReason) {}
    }

    /// What a new peer is told.
    fn told(observed: &Observed, answers: bool) -> Vec<String> {
        let told = Arc::new(Told::default());
        let observer: Arc<dyn Observer> = told.clone();
        observed.set(&observer, &Arc::default(), answers);
        std::mem::take(&mut *told.0.lock())
    }

    #[test]
    fn the_last_candidates_are_for_the_next_peer_that_answers() {
        let observed = Observed::default();
        let trickle = |number: usize| format!(r#"{{"janus": "trickle", "number": {number}}}"#);
        let tell = || (0..40).for_each(|number| observed.event(&trickle(number)));
        tell();
        observed.event("no JSON");
        observed.event(&trickle(1).replace('}', &(" ".repeat(LONGEST) + "}")));
        let last: Vec<_> = (40 - CANDIDATES..40).map(trickle).collect();
        assert_eq!(told(&observed, true), last);
        assert_eq!(told(&observed, true), [""; 0]);
        tell();
        assert_eq!(told(&observed, false), [""; 0]);
        tell();
        observed.event(r#"{"janus": "hangup", "reason": "Close PC"}"#);
        assert_eq!(told(&observed, true), [""; 0]);
    }

    #[test]
    fn a_hangup_that_no_peer_hears_is_noted() {
        let observed = Observed::default();
        let peer = Arc::new(AtomicBool::new(true));
        let observer: Arc<dyn Observer> = Arc::new(Told::default());
        observed.set(&observer, &peer, true);
        for hangup in [r#"{"janus": "media"}"#, r#"{"janus": "hangup"}"#] {
            observed.event(hangup);
            assert!(observed.has_peer(), "it has to look after it itself");
        }
        drop(observer);
        observed.event(r#"{"janus": "media"}"#);
        assert!(observed.has_peer());
        observed.event(r#"{"janus": "hangup"}"#);
        assert!(!observed.has_peer());
    }
}
