//! Offers to viewers, and answers to theirs.

use std::fmt::Write;

use super::{Gateway, Object, Stream};
use crate::testing::gateway::{sdp::Sdp, sdp_answer::FINGERPRINT};

impl Gateway {
    /// The `jsep` with an offer of the streams that the viewer has taken.
    pub(super) fn viewer_offer(&mut self, handle: u64, id: u64, restarts: bool) -> String {
        let secret = self.random.next();
        let mut ice = (format!("{:04x}", secret >> 48), format!("{secret:022x}"));
        let Some((_, found)) = self.find(handle) else {
            return "{}".to_owned();
        };
        found.peer.described(true);
        if restarts {
            found.peer.ice = None;
        }
        ice = found.peer.ice.get_or_insert(ice).clone();
        let viewer = found.viewer.clone();
        let streams = self.mountpoints.by_id.get(&id).map(|it| &it.streams);
        let taken = streams.into_iter().flatten();
        let taken = taken.filter(|stream| viewer.mids.contains(&stream.mid));
        let sdp = offer(id, viewer.version, &ice, &taken.collect::<Vec<_>>());
        let jsep = Object::new().text("type", "offer").text("sdp", &sdp);
        let jsep = if restarts {
            jsep.flag("restart", true)
        } else {
            jsep
        };
        jsep.end()
    }

    /// The `jsep` with the answer to a viewer's offer.
    pub(super) fn viewer_answer(&mut self, handle: u64, offer: &Sdp) -> String {
        self.sdp_answer(handle, offer, [None; 3])
    }
}

fn offer(id: u64, version: u64, ice: &(String, String), streams: &[&Stream]) -> String {
    let mut sdp = String::new();
    let mut put = |line: String| {
        // Writing into a String cannot fail.
        let _ = write!(sdp, "{line}\r\n");
    };
    put("v=0".into());
    put(format!("o=- {id} {version} IN IP4 127.0.0.1"));
    put(format!("s=Mountpoint {id}"));
    put("t=0 0".into());
    let mids: Vec<&str> = streams.iter().map(|stream| &*stream.mid).collect();
    put(format!("a=group:BUNDLE {}", mids.join(" ")));
    put("a=ice-options:trickle".into());
    put(format!("a=fingerprint:{FINGERPRINT}"));
    put("a=extmap-allow-mixed".into());
    put("a=msid-semantic: WMS *".into());
    let mut taken: Vec<i64> = streams.iter().filter_map(|stream| stream.pt).collect();
    for (index, stream) in streams.iter().enumerate() {
        let (mid, pt) = (&stream.mid, stream.pt.unwrap_or_default());
        let is_data = stream.kind == "data";
        // Lost packets of videos are sent again as the next type that is free.
        let rtx = (pt + 1..).find(|rtx| !taken.contains(rtx));
        let rtx = rtx.filter(|_| stream.kind == "video");
        taken.extend(rtx);
        put(match rtx {
            _ if is_data => "m=application 9 UDP/DTLS/SCTP webrtc-datachannel".into(),
            Some(rtx) => format!("m=video 9 UDP/TLS/RTP/SAVPF {pt} {rtx}"),
            None => format!("m={} 9 UDP/TLS/RTP/SAVPF {pt}", stream.kind),
        });
        put("c=IN IP4 127.0.0.1".into());
        put("a=sendonly".into());
        put(format!("a=mid:{mid}"));
        put(if is_data {
            "a=sctp-port:5000".into()
        } else {
            "a=rtcp-mux".into()
        });
        put(format!("a=ice-ufrag:{}", ice.0));
        put(format!("a=ice-pwd:{}", ice.1));
        put("a=ice-options:trickle".into());
        put("a=setup:actpass".into());
        if let Some((_, map)) = &stream.codec {
            put(format!("a=rtpmap:{pt} {map}"));
            if let Some(fmtp) = &stream.fmtp {
                put(format!("a=fmtp:{pt} {fmtp}"));
            }
            if let Some(rtx) = rtx {
                put(format!("a=rtpmap:{rtx} rtx/90000"));
                put(format!("a=fmtp:{rtx} apt={pt}"));
            }
            put(format!("a=msid:janus janus{mid}"));
            put(format!("a=ssrc:{} cname:janus", 1000 + index));
        }
        put("a=candidate:1 1 udp 2015363327 127.0.0.1 9 typ host".into());
        put("a=end-of-candidates".into());
    }
    sdp
}
