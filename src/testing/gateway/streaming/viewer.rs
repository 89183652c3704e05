//! `watch`, `start`, `pause`, `configure`, `switch`, `stop`.

use serde_json::{Map, Value};

use super::{
    Failed, Gateway, ID, Jsep, Key, Kind, Object, Outcome, Request, Source, authorize, check,
    error_event, fail, flag, number, optional, says, status, text,
};
use crate::testing::gateway::sdp;

const WATCH: &[Key] = &[
    optional("pin", Kind::Text),
    optional("media", Kind::Array),
    optional("restart", Kind::Flag),
    optional("offer_audio", Kind::Flag),
    optional("offer_video", Kind::Flag),
    optional("offer_data", Kind::Flag),
];
/// 1.1.2 checks none of them.
const CONFIGURE: &[Key] = &[
    optional("mid", Kind::Text),
    optional("streams", Kind::Array),
    optional("send", Kind::Flag),
    optional("substream", Kind::Positive),
    optional("temporal", Kind::Positive),
    optional("fallback", Kind::Positive),
    optional("spatial_layer", Kind::Positive),
    optional("temporal_layer", Kind::Positive),
    optional("min_delay", Kind::Integer),
    optional("max_delay", Kind::Integer),
    optional("audio", Kind::Text),
    optional("video", Kind::Text),
    optional("data", Kind::Text),
];

/// What a handle watches.
#[derive(Clone, Debug, Default)]
pub(in crate::testing::gateway) struct Viewer {
    pub(super) mountpoint: Option<u64>,
    /// The PeerConnection is up.
    started: bool,
    /// The streams that it receives: their `mid`s.
    pub(super) mids: Vec<String>,
    /// Of the offers: the session, and how many there were.
    pub(super) version: u64,
}

/// What a request comes to: what is said, and the session description with it.
type Said = (Object, Option<String>);

fn word(word: &str) -> Option<Said> {
    Some((status(word), None))
}

impl Gateway {
    pub(super) fn viewer_request(
        &mut self,
        request: &Request<'_>,
        name: &str,
        body: &Map<String, Value>,
        jsep: Option<&Jsep>,
    ) {
        let (session, handle) = (request.session, request.handle);
        let outcome = match name {
            "watch" => self.watch_mountpoint(handle, body, jsep),
            "configure" => self.configure_viewer(handle, body),
            "switch" => self.switch_viewer(handle, body),
            "stop" => Ok(self.stop_viewer(handle)),
            name => self.play(handle, name == "start"),
        };
        let said = outcome.unwrap_or_else(|Failed(code, reason)| {
            Some((error_event("streaming", code, &reason), None))
        });
        let Some((data, jsep_out)) = said else {
            return;
        };
        let stops = name == "stop" && self.is_started(handle);
        let transaction = Some(request.transaction);
        self.plugin_event(
            session,
            handle,
            transaction,
            &data.end(),
            jsep_out.as_deref(),
        );
        if stops {
            self.hangup(session, handle, "Close PC");
        }
        // Negotiated: with its answer to an offer, or with the plugin's.
        let is_answered = (name == "start" && jsep.is_some())
            || (name == "watch" && jsep.is_some() && !self.is_older());
        if is_answered && self.watched(handle).is_some() && self.settings.media {
            self.peer_up(session, handle);
        }
    }

    fn watched(&mut self, handle: u64) -> Option<u64> {
        self.find(handle)?.1.viewer.mountpoint
    }

    fn is_started(&mut self, handle: u64) -> bool {
        self.find(handle).is_some_and(|(_, it)| it.viewer.started)
    }

    /// What the handle watches, or Janus's words for nothing.
    fn watching(&mut self, handle: u64, nothing: &str) -> Outcome<u64> {
        match self.watched(handle) {
            Some(id) => Ok(id),
            None => fail(455, nothing),
        }
    }

    fn watch_mountpoint(
        &mut self,
        handle: u64,
        body: &Map<String, Value>,
        jsep: Option<&Jsep>,
    ) -> Outcome<Option<Said>> {
        check(body, WATCH)?;
        check(body, ID)?;
        let media = body.get("media").and_then(Value::as_array);
        let wanted: Option<Vec<&str>> = media.into_iter().flatten().map(Value::as_str).collect();
        let Some(wanted) = wanted else {
            return fail(
                454,
                "The media array must only contain strings (mid values)",
            );
        };
        let (id, found) = self.mountpoint(body)?;
        authorize(found.pin.as_deref(), body, "pin")?;
        let streams = found.streams.iter();
        let taken = streams.filter(|stream| {
            if wanted.is_empty() {
                flag(body, &format!("offer_{}", stream.kind)) != Some(false)
            } else {
                wanted.contains(&&*stream.mid)
            }
        });
        let mids: Vec<String> = taken.map(|stream| stream.mid.clone()).collect();
        let restarts = flag(body, "restart") == Some(true);
        match self.watched(handle) {
            // It would keep the handle for ever.
            None if restarts && self.is_older() => return Ok(None),
            None if restarts => {
                return fail(455, "Can't perform ICE restart: no mountpoint set");
            }
            Some(other) if other != id || !(restarts || self.is_started(handle)) => {
                return fail(460, format!("Already watching mountpoint {other}"));
            }
            Some(_) => {}
            None => {
                if let Some((_, found)) = self.find(handle) {
                    found.viewer.mountpoint = Some(id);
                    found.viewer.mids = mids;
                    found.viewer.version = 0;
                }
            }
        }
        let Some((_, found)) = self.find(handle) else {
            return Ok(None);
        };
        found.viewer.version += 1;
        // An offer of nothing, which the core cannot use.
        if found.viewer.mids.is_empty() {
            return Ok(None);
        }
        if let Some(offer) = jsep.filter(|_| !self.is_older()) {
            let Ok(offer) = sdp::parse(&offer.sdp) else {
                return fail(461, "Error parsing offer");
            };
            let answer = self.viewer_answer(handle, &offer);
            return Ok(Some((status("starting"), Some(answer))));
        }
        let offer = self.viewer_offer(handle, id, restarts);
        let said = if restarts { "updating" } else { "preparing" };
        Ok(Some((status(said), Some(offer))))
    }

    fn play(&mut self, handle: u64, starts: bool) -> Outcome<Option<Said>> {
        // It says so of `pause` as well.
        self.watching(handle, "Can't start: no mountpoint set")?;
        Ok(match (starts, self.is_started(handle)) {
            (false, _) => word("pausing"),
            (true, true) => word("started"),
            (true, false) => word("starting"),
        })
    }

    fn configure_viewer(
        &mut self,
        handle: u64,
        body: &Map<String, Value>,
    ) -> Outcome<Option<Said>> {
        self.watching(handle, "Can't configure: not on a mountpoint")?;
        if !self.is_older() {
            check(body, CONFIGURE)?;
            let streams = body.get("streams").and_then(Value::as_array);
            let streams = streams.into_iter().flatten().filter_map(Value::as_object);
            let streams: Vec<_> = streams.collect();
            if streams.len() > 1 && streams.iter().any(|it| text(it, "mid").is_none()) {
                return fail(454, "Invalid value (mid can't be null in a streams array)");
            }
            for (layer, other) in [
                ("substream", "spatial_layer"),
                ("temporal", "temporal_layer"),
            ] {
                let all = [body].into_iter().chain(streams.iter().copied());
                let mut layers = all.flat_map(|it| [number(it, layer), number(it, other)]);
                if layers.any(|it| it.is_some_and(|it| !(0..=2).contains(&it))) {
                    return fail(
                        454,
                        format!("Invalid value ({layer}/{other} should be 0, 1 or 2)"),
                    );
                }
            }
        }
        let result = Object::new().text("event", "configured");
        Ok(Some((says("event").object("result", result), None)))
    }

    fn switch_viewer(&mut self, handle: u64, body: &Map<String, Value>) -> Outcome<Option<Said>> {
        let from = self.watching(handle, "Can't switch: not on a mountpoint")?;
        let is_rtp = |source: Source| [Source::Rtp, Source::Rtsp].contains(&source);
        let source = self.mountpoints.by_id.get(&from).map(|it| it.source);
        if !source.is_some_and(is_rtp) {
            return fail(458, "Can't switch: not on a live RTP mountpoint");
        }
        let (to, found) = self.mountpoint(body)?;
        if !is_rtp(found.source) {
            return fail(458, "Can't switch: target is not a live RTP mountpoint");
        }
        if let Some((_, found)) = self.find(handle) {
            found.viewer.mountpoint = Some(to);
        }
        let result = Object::new().text("switched", "ok").id("id", to);
        Ok(Some((says("event").object("result", result), None)))
    }

    fn stop_viewer(&mut self, handle: u64) -> Option<Said> {
        match (self.is_started(handle), self.is_older()) {
            (true, _) => word("stopping"),
            (false, false) => word("idle"),
            (false, true) => None,
        }
    }

    /// A viewer's PeerConnection is up, which it is told.
    pub(in crate::testing::gateway) fn viewer_up(&mut self, session: u64, handle: u64) {
        let Some((_, found)) = self.find(handle) else {
            return;
        };
        if found.viewer.mountpoint.is_some() {
            found.viewer.started = true;
            self.plugin_event(session, handle, None, &status("started").end(), None);
        }
    }

    /// A viewer's PeerConnection is gone: it watches nothing.
    pub(in crate::testing::gateway) fn viewer_gone(&mut self, handle: u64) {
        if let Some((_, found)) = self.find(handle) {
            found.viewer = Viewer::default();
        }
    }
}
