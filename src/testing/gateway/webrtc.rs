//! PeerConnections: their negotiation, candidates and end. No media flows.

use serde_json::{Map, Value};

use super::{
    ECHOTEST, Gateway, Object,
    checks::{Key, Kind, check, optional, required},
    request::{Refusal, Request, refuse},
    sdp,
};

const JSEP: &[Key] = &[
    required("type", Kind::Text),
    required("sdp", Kind::Text),
    optional("trickle", Kind::Flag),
    optional("rid_order", Kind::Text),
    optional("force_relay", Kind::Flag),
    optional("e2ee", Kind::Flag),
];

/// What the core keeps of a PeerConnection.
#[derive(Clone, Debug, Default)]
pub(in crate::testing) struct PeerConnection {
    /// Janus has made its side of it.
    made: bool,
    got_offer: bool,
    got_answer: bool,
    /// An offer was answered once; what follows changes it.
    negotiated: bool,
    /// It was closed, and none has been made since.
    closed: bool,
    /// It has come up.
    up: bool,
    /// What Janus has sent to the client last, and the client to Janus.
    pub(super) local: Option<String>,
    remote: Option<String>,
    /// Of the answers, for those that follow.
    pub(super) ice: Option<(String, String)>,
    pub(super) media: Vec<(String, &'static str)>,
    pub(super) e2ee: bool,
}

impl PeerConnection {
    /// Closes it for good; whether there was one.
    pub(super) fn close(&mut self) -> bool {
        let made = self.made;
        *self = Self {
            closed: true,
            ..Self::default()
        };
        made
    }

    pub(super) fn is_up(&self) -> bool {
        self.up
    }

    /// What the Admin API tells of it.
    pub(super) fn info(&self, info: Object) -> Object {
        let flags = Object::new()
            .flag("got-offer", self.got_offer)
            .flag("got-answer", self.got_answer)
            .flag("negotiated", self.negotiated)
            .flag("ready", self.up)
            .flag("e2ee", self.e2ee);
        let sdps = [("local", &self.local), ("remote", &self.remote)];
        let sdps = sdps
            .into_iter()
            .fold(Object::new(), |sdps, (key, sdp)| match sdp {
                Some(sdp) => sdps.text(key, sdp),
                None => sdps,
            });
        info.object("flags", flags).object("sdps", sdps)
    }

    /// Janus has sent its part.
    pub(super) fn described(&mut self, is_offer: bool) {
        if is_offer {
            self.got_offer = true;
        } else {
            self.got_answer = true;
        }
        self.negotiated |= self.got_offer && self.got_answer;
        self.made = true;
        self.closed = false;
    }
}

/// A session description that the core has taken.
#[derive(Clone, Debug)]
pub(super) struct Jsep {
    pub(super) is_offer: bool,
    pub(super) sdp: String,
    pub(super) e2ee: bool,
}

impl Gateway {
    /// An event that a test lets the plugin push. An offer in it may be answered.
    pub(in crate::testing) fn scripted_event(
        &mut self,
        session: u64,
        handle: u64,
        transaction: Option<&str>,
        data: &str,
        jsep: Option<&str>,
    ) {
        if let Some(jsep) = jsep.and_then(|jsep| serde_json::from_str::<Value>(jsep).ok()) {
            if let Some((_, found)) = self.find(handle) {
                found.peer.described(jsep["type"] == "offer");
            }
        }
        self.plugin_event(session, handle, transaction, data, jsep);
    }

    /// What the core does with `jsep` before the plugin sees it.
    pub(super) fn negotiate(
        &mut self,
        request: &Request<'_>,
        jsep: &Value,
    ) -> Result<Jsep, Refusal> {
        let Some(jsep) = jsep.as_object() else {
            return refuse(455, "Invalid jsep object");
        };
        check(jsep, JSEP).or_else(|wrong| refuse(wrong.code(456, 467), wrong.jsep_text()))?;
        let text = |key: &str| jsep.get(key).and_then(Value::as_str).unwrap_or_default();
        let (kind, sdp) = (text("type"), text("sdp"));
        let e2ee = jsep.get("e2ee") == Some(&Value::Bool(true));
        let Some((_, handle)) = self.find(request.handle) else {
            return refuse(462, "No plugin to handle this message");
        };
        let peer = &mut handle.peer;
        let renegotiation = peer.negotiated;
        let is_offer = match kind.to_ascii_lowercase().as_str() {
            "offer" => true,
            "answer" => false,
            _ => {
                let reason = format!("JSEP error: unknown message type '{kind}'");
                return refuse(464, reason);
            }
        };
        if is_offer {
            (peer.got_offer, peer.got_answer) = (true, false);
        } else {
            peer.got_answer = true;
            peer.negotiated |= peer.got_offer;
        }
        let parsed = match sdp::parse(sdp).and_then(|sdp| sdp.mids_fit().map(|()| sdp)) {
            Ok(parsed) => parsed,
            Err(reason) => return refuse(465, reason),
        };
        if !renegotiation && !is_offer && !peer.made {
            return refuse(469, "Unexpected ANSWER (did we offer?)");
        }
        if is_offer && !renegotiation {
            // An offer was taken before, and the plugin has not answered it.
            if peer.made {
                return refuse(490, "Error setting ICE locally");
            }
            (peer.made, peer.closed) = (true, false);
        }
        // A refused answer to nothing leaves its mark: what comes then is a change of nothing.
        if !parsed.can_connect() || !peer.made {
            let code = if renegotiation { 469 } else { 465 };
            return refuse(code, "Error processing SDP");
        }
        peer.media = parsed.media();
        peer.remote = Some(sdp.to_owned());
        peer.e2ee |= e2ee;
        Ok(Jsep {
            is_offer,
            sdp: sdp.to_owned(),
            e2ee: peer.e2ee,
        })
    }

    /// Takes candidates, or says what is wrong with them.
    pub(super) fn trickle(&mut self, request: &Request<'_>) -> Result<(), Refusal> {
        let candidate = request.root.get("candidate");
        let candidates = request.root.get("candidates");
        match (candidate, candidates) {
            (None, None) => {
                return refuse(456, "Missing mandatory element (candidate|candidates)");
            }
            (Some(_), Some(_)) => {
                return refuse(454, "Can't have both candidate and candidates");
            }
            _ => {}
        }
        let ready = self.find(request.handle).is_some_and(|(_, handle)| {
            let peer = &handle.peer;
            peer.made && peer.got_offer && peer.got_answer
        });
        // Before that they are kept unread.
        if !ready {
            return Ok(());
        }
        match (candidate, candidates) {
            (Some(candidate), _) => candidate_fits(candidate),
            (_, Some(Value::Array(_)) | None) => Ok(()),
            _ => refuse(467, "candidates is not an array"),
        }
    }

    /// Closes a handle's PeerConnection, if it has one.
    pub(in crate::testing) fn hangup(&mut self, session: u64, handle: u64, reason: &str) {
        let Some((_, found)) = self.find(handle) else {
            return;
        };
        if found.peer.closed {
            return;
        }
        let had_peer = found.peer.close();
        self.media_gone(session, handle, had_peer);
        if had_peer {
            self.core_event(session, handle, "hangup", |event| {
                event.text("reason", reason)
            });
        }
        self.sip_call_over(handle);
    }

    /// Says that a handle's PeerConnection stands and media arrives on it.
    pub(in crate::testing) fn peer_up(&mut self, session: u64, handle: u64) {
        let Some((_, found)) = self.find(handle) else {
            return;
        };
        let first = !std::mem::replace(&mut found.peer.up, true);
        let media = found.peer.media.clone();
        if first {
            self.core_event(session, handle, "webrtcup", |event| event);
            for (mid, kind) in media {
                self.media(session, handle, &mid, kind, true);
            }
            self.bridge_peer_up(handle);
            self.viewer_up(session, handle);
        }
    }

    /// Says that media arrives, or no longer does.
    pub(in crate::testing) fn media(
        &mut self,
        session: u64,
        handle: u64,
        mid: &str,
        kind: &str,
        receiving: bool,
    ) {
        self.core_event(session, handle, "media", |event| {
            event
                .text("mid", mid)
                .text("type", kind)
                .flag("receiving", receiving)
        });
    }

    /// Says that packets of a line got lost; EchoTest says so too if it is what it sends back.
    pub(in crate::testing) fn slow_link(
        &mut self,
        session: u64,
        handle: u64,
        mid: &str,
        kind: &str,
        uplink: bool,
        lost: u64,
    ) {
        self.core_event(session, handle, "slowlink", |event| {
            event
                .text("mid", mid)
                .text("media", kind)
                .flag("uplink", uplink)
                .id("lost", lost)
        });
        let Some((_, found)) = self.find(handle) else {
            return;
        };
        if found.plugin == ECHOTEST && !uplink {
            let mut slow = Object::new()
                .text("echotest", "event")
                .text("event", "slow_link")
                .text("media", kind);
            if kind == "video" {
                slow = slow.number("current-bitrate", found.echo.bitrate);
            }
            self.plugin_event(session, handle, None, &slow.end(), None);
        }
    }

    /// A message of the core of any kind.
    pub(in crate::testing) fn any_core_event(
        &mut self,
        session: u64,
        handle: u64,
        janus: &str,
        keys: &Value,
    ) {
        let none = Map::new();
        let keys = keys.as_object().unwrap_or(&none);
        self.core_event(session, handle, janus, |event| {
            let keys = keys.iter();
            keys.fold(event, |event, (key, value)| event.value(key, value))
        });
    }
}

fn candidate_fits(candidate: &Value) -> Result<(), Refusal> {
    let Some(candidate) = candidate.as_object() else {
        // Anything that is no object ends the candidates.
        return Ok(());
    };
    if candidate.contains_key("completed") {
        return Ok(());
    }
    let (mid, index) = (candidate.get("sdpMid"), candidate.get("sdpMLineIndex"));
    if mid.is_some_and(|mid| !mid.is_string()) {
        let reason = "Trickle error: invalid element type (sdpMid should be a string)";
        return refuse(467, reason);
    }
    if index.is_some_and(|index| index.as_i64().is_none_or(|index| index < 0)) {
        let reason =
            "Trickle error: invalid element type (sdpMLineIndex should be a positive integer)";
        return refuse(467, reason);
    }
    if mid.is_none() && index.is_none() {
        let reason = "Trickle error: missing mandatory element (sdpMid or sdpMLineIndex)";
        return refuse(456, reason);
    }
    match candidate.get("candidate") {
        None => refuse(456, "Trickle error: missing mandatory element (candidate)"),
        Some(Value::String(_)) => Ok(()),
        Some(_) => refuse(
            467,
            "Trickle error: invalid element type (candidate should be a string)",
        ),
    }
}
