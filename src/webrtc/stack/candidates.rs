//! Candidates: the addresses by which the sides try to reach each other.

use std::sync::Arc;

use str0m::{Candidate, Rtc};

use super::{Core, Stack};
use crate::webrtc::{negotiation::candidate, socket::Socket};

/// How many candidates of Janus are kept.
const CANDIDATES: usize = 32;

impl Stack {
    /// Janus has told of one of its own.
    pub(in crate::webrtc) fn remote_candidate(&self, candidate: Candidate) {
        // It is closed otherwise, and nothing is lost.
        let _ = self.with(|rtc, core| {
            if core.trickled.len() == CANDIDATES {
                core.trickled.pop_front();
            }
            core.trickled.push_back(candidate.clone());
            if core.negotiated {
                rtc.add_remote_candidate(candidate);
            }
        });
    }
}

impl Core {
    /// Tells the stack of those that it did not get yet, or has forgotten.
    pub(in crate::webrtc) fn tell_candidates(&self, rtc: &mut Rtc) {
        for candidate in &self.trickled {
            rtc.add_remote_candidate(candidate.clone());
        }
    }

    /// Has candidates of these too from now on, and none any more of addresses that are gone.
    pub(in crate::webrtc) fn use_sockets(&mut self, rtc: &mut Rtc, sockets: Vec<Arc<Socket>>) {
        for socket in sockets {
            let is_new = self.sockets.iter().all(|it| it.address != socket.address);
            let new = candidate(&socket).ok().filter(|_| is_new);
            if let Some(new) = new {
                self.sockets.retain(|old| {
                    let stays = old.has_address();
                    if let (false, Ok(gone)) = (stays, candidate(old)) {
                        rtc.direct_api().invalidate_candidate(&gone);
                    }
                    stays
                });
                rtc.add_local_candidate(new);
                self.sockets.push(socket);
            }
        }
    }
}
