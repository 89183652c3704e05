//! Candidates: the addresses by which the sides try to reach each other.

use std::sync::Arc;

use str0m::Rtc;

use super::Core;
use crate::webrtc::{negotiation::candidate, socket::Socket};

impl Core {
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
