//! What the stack says, passed on.

use std::time::Instant;

use str0m::Event as RtcEvent;

use super::{Core, Stack};
use crate::webrtc::{PeerClosed, PeerEvent};

impl Stack {
    /// Passes on what the stack says; why it has ended, if it has.
    pub(super) fn event(
        &self,
        core: &mut Core,
        event: RtcEvent,
        now: Instant,
    ) -> Option<PeerClosed> {
        match event {
            RtcEvent::Connected => {
                self.status.connected();
                core.tell(PeerEvent::Connected);
            }
            RtcEvent::IceConnectionStateChange(state) => {
                let works = state.is_connected();
                if works {
                    self.status.ice();
                }
                let gone = state.is_disconnected();
                if (works || gone) && self.status.interrupt(gone.then_some(now)) {
                    core.tell(if gone {
                        PeerEvent::Interrupted
                    } else {
                        PeerEvent::Resumed
                    });
                }
            }
            RtcEvent::MediaData(data) => {
                let (first, last) = (**data.seq_range.start(), **data.seq_range.end());
                core.stats.frame(data.mid, data.rid, first..=last);
                let limit = self.shared.limits.frames;
                if let Some((track, key)) = core.tracks.received(data, limit) {
                    let track = track.of(self.this());
                    core.tell(PeerEvent::Dtmf { track, key });
                }
            }
            RtcEvent::PeerStats(stats) => core.stats.peer(&stats),
            RtcEvent::MediaEgressStats(stats) => core.stats.sent(&stats, &core.tracks),
            RtcEvent::MediaIngressStats(stats) => core.stats.received(&stats, &core.tracks),
            RtcEvent::KeyframeRequest(request) => {
                let wanted = core.tracks.keyframe_wanted(request.mid, request.rid, now);
                if let Some(track) = wanted {
                    let track = track.of(self.this());
                    let rid = request.rid.map(|rid| rid.to_string());
                    core.tell(PeerEvent::KeyframeWanted { track, rid });
                }
            }
            RtcEvent::ChannelOpen(id, label) => {
                if let Some(new) = core.channels.opened(id, label) {
                    core.tell(PeerEvent::DataChannel(new.of(self.this())));
                }
            }
            RtcEvent::ChannelData(data) => {
                core.channels.received(data, self.shared.limits.data);
            }
            RtcEvent::ChannelClose(id) => core.channels.closed(id),
            RtcEvent::Closed => return Some(PeerClosed::ByJanus(None)),
            _ => {}
        }
        None
    }
}
