//! What the handle of a peer tells it, from the router to `janus-media`.

use std::sync::atomic::Ordering;

use str0m::Candidate;

use super::{PeerClosed, stack::Stack};
use crate::{CloseReason, Event, router::Observer};

/// How many events of the handle may wait for `janus-media`.
const SIGNALS: usize = 256;

/// One thing that it tells.
pub(super) enum Signal {
    Event(Box<str>),
    Ended(CloseReason),
}

impl Stack {
    /// Takes what the handle has told.
    pub(super) fn take_signals(&self) {
        let signals = std::mem::take(&mut *self.signals.lock());
        for signal in signals {
            match signal {
                Signal::Event(text) => self.heard(&text),
                Signal::Ended(why) if leaves_the_call(why) => {}
                Signal::Ended(why) => self.end(PeerClosed::HandleGone(why), false),
            }
        }
    }

    fn heard(&self, text: &str) {
        match Event::<()>::core(text) {
            Ok(Event::Hangup { reason }) if self.has_peer_connection() => {
                let reason = reason.filter(|reason| !reason.is_empty());
                self.end(PeerClosed::ByJanus(reason.map(Into::into)), false);
            }
            Ok(Event::Trickle(candidate)) => {
                let line = candidate.candidate.unwrap_or_default();
                let line = line.strip_prefix("a=").unwrap_or(&line);
                if let Ok(candidate) = Candidate::from_sdp_string(line) {
                    self.remote_candidate(candidate);
                }
            }
            _ => {}
        }
    }

    /// Whether what Janus says is about the PeerConnection of this peer. Before the answer to an offer
    /// it may be about the one before, whose end Janus tells when it gets to it.
    fn has_peer_connection(&self) -> bool {
        let core = self.core.lock();
        core.negotiated || core.answers
    }
}

impl Observer for Stack {
    fn event(&self, text: &str) -> bool {
        let mut signals = self.signals.lock();
        if signals.len() < SIGNALS {
            signals.push_back(Signal::Event(text.into()));
            drop(signals);
            self.shared.signal(self.number);
        }
        self.status.closed().is_none()
    }

    fn ended(&self, why: CloseReason) {
        if leaves_the_call(why) {
            // At once: the peer may be dropped next.
            self.silent.store(true, Ordering::Release);
        }
        self.signals.lock().push_back(Signal::Ended(why));
        self.shared.signal(self.number);
    }
}

/// Whether the handle is still on the server, as far as is known: somebody may claim it.
fn leaves_the_call(why: CloseReason) -> bool {
    !matches!(
        why,
        CloseReason::Destroyed
            | CloseReason::TimedOut
            | CloseReason::Gone
            | CloseReason::Detached
            | CloseReason::DetachedByServer
    )
}
