//! EchoTest, as far as it can be without media.

use serde_json::{Map, Value};

use super::{
    Gateway, Object,
    checks::{Key, Kind, check, optional},
    plugins::error_event,
    request::Request,
    sdp,
    webrtc::Jsep,
};
use crate::testing::Version;

/// What EchoTest adds to its acks.
pub(super) const HINT: &str = "I'm taking my time!";

const BEFORE_SVC: &[Key] = &[
    optional("audio", Kind::Flag),
    optional("video", Kind::Flag),
    optional("bitrate", Kind::Positive),
    optional("record", Kind::Flag),
    optional("filename", Kind::Text),
    optional("substream", Kind::Positive),
    optional("temporal", Kind::Positive),
    optional("fallback", Kind::Positive),
];
/// Since 1.1.3.
const SVC: &[Key] = &[
    optional("svc", Kind::Flag),
    optional("spatial_layer", Kind::Positive),
    optional("temporal_layer", Kind::Positive),
];
const AFTER_SVC: &[Key] = &[
    optional("audiocodec", Kind::Text),
    optional("videocodec", Kind::Text),
    optional("videoprofile", Kind::Text),
    optional("opusred", Kind::Flag),
    optional("min_delay", Kind::Integer),
    optional("max_delay", Kind::Integer),
];

/// Settings that are enough for a request; without one of them it needs an offer.
const RECOGNISED: &[&str] = &[
    "audio",
    "video",
    "videocodec",
    "videoprofile",
    "opusred",
    "bitrate",
    "substream",
    "temporal",
    "fallback",
    "record",
    "min_delay",
    "max_delay",
];

/// What EchoTest keeps for a handle.
#[derive(Clone, Debug, Default)]
pub(super) struct Echo {
    pub(super) bitrate: i64,
}

impl Gateway {
    pub(super) fn echotest(&mut self, request: &Request<'_>, body: &Value, jsep: Option<&Jsep>) {
        let none = Map::new();
        let settings = body.as_object().unwrap_or(&none);
        let (session, handle) = (request.session, request.handle);
        let transaction = Some(request.transaction);
        let outcome = self
            .checked(settings)
            .and_then(|()| self.apply(handle, settings, jsep));
        match outcome {
            Ok(answer) => {
                let ok = Object::new()
                    .text("echotest", "event")
                    .text("result", "ok")
                    .end();
                self.plugin_event(session, handle, transaction, &ok, answer.as_deref());
                if answer.is_some() && self.settings.media {
                    self.peer_up(session, handle);
                }
            }
            Err((code, reason)) => {
                let error = error_event("echotest", code, &reason).end();
                self.plugin_event(session, handle, transaction, &error, None);
            }
        }
    }

    fn checked(&self, settings: &Map<String, Value>) -> Result<(), (i64, String)> {
        let with_svc = self.settings.version != Version::V1_1_2;
        let svc = if with_svc { SVC } else { &[] };
        for keys in [BEFORE_SVC, svc, AFTER_SVC] {
            check(settings, keys).map_err(|wrong| (413, wrong.text()))?;
        }
        let mut layers = vec!["substream", "temporal"];
        if with_svc {
            layers.extend(["spatial_layer", "temporal_layer"]);
        }
        for layer in layers {
            let value = settings.get(layer).and_then(Value::as_i64);
            if value.is_some_and(|value| value > 2) {
                return Err((413, format!("Invalid value ({layer} should be 0, 1 or 2)")));
            }
        }
        Ok(())
    }

    /// Takes the settings; gives the answer to an offer.
    fn apply(
        &mut self,
        handle: u64,
        settings: &Map<String, Value>,
        jsep: Option<&Jsep>,
    ) -> Result<Option<String>, (i64, String)> {
        if let Some((_, found)) = self.find(handle) {
            if let Some(bitrate) = settings.get("bitrate").and_then(Value::as_i64) {
                found.echo.bitrate = bitrate;
            }
        }
        let mut recognised = RECOGNISED.to_vec();
        if self.settings.version != Version::V1_1_2 {
            recognised.extend(["spatial_layer", "temporal_layer"]);
        }
        let any = recognised.iter().any(|key| settings.contains_key(*key));
        let Some(jsep) = jsep else {
            return if any {
                Ok(None)
            } else {
                Err((
                    413,
                    "Message error: no supported attributes found".to_owned(),
                ))
            };
        };
        let offer =
            sdp::parse(&jsep.sdp).map_err(|why| (414, format!("Error parsing offer: {why}")))?;
        let text = |key: &str| settings.get(key).and_then(Value::as_str);
        let codecs = [text("audiocodec"), text("videocodec"), text("videoprofile")];
        Ok(Some(self.sdp_answer(handle, &offer, codecs)))
    }
}
