//! The plugins that there are, and who answers for them.

use serde_json::Value;

use super::{
    Gateway, Object, echotest, info,
    request::{Refusal, Request, refuse},
    webrtc::Jsep,
};
use crate::testing::{Version, script::Verdict};

pub(super) const ECHOTEST: &str = "janus.plugin.echotest";
pub(super) const SIP: &str = "janus.plugin.sip";
const AUDIOBRIDGE: &str = "janus.plugin.audiobridge";
const STREAMING: &str = "janus.plugin.streaming";
const TEXTROOM: &str = "janus.plugin.textroom";

/// Whether a handle of that plugin can be attached.
pub(super) fn exists(version: Version, plugin: &str) -> bool {
    info::plugins(version).any(|(package, ..)| package == plugin)
}

impl Gateway {
    /// Gives a message to its plugin: to the test's script first, then to what is built in.
    pub(super) fn give_to_plugin(
        &mut self,
        request: &Request<'_>,
        jsep: Option<&Jsep>,
    ) -> Result<(), Refusal> {
        let none = Value::Null;
        let body = request.root.get("body").unwrap_or(&none);
        let plugin = match self.find(request.handle) {
            Some((_, handle)) => handle.plugin.clone(),
            None => return refuse(462, "No plugin to handle this message"),
        };
        let built_in = matches!(
            plugin.as_str(),
            ECHOTEST | SIP | AUDIOBRIDGE | STREAMING | TEXTROOM
        );
        let offered = request.root.get("jsep");
        match self.script.judge(&plugin, body, offered, built_in) {
            Verdict::Scripted(reply) => {
                reply.play(self, request);
                Ok(())
            }
            Verdict::Unexpected(reason) => refuse(490, reason),
            Verdict::BuiltIn if plugin == ECHOTEST => {
                self.ack(request, Some(echotest::HINT));
                self.echotest(request, body, jsep);
                Ok(())
            }
            Verdict::BuiltIn if plugin == AUDIOBRIDGE => {
                self.audiobridge(request, body, jsep);
                Ok(())
            }
            Verdict::BuiltIn if plugin == STREAMING => {
                self.streaming(request, body, jsep);
                Ok(())
            }
            Verdict::BuiltIn if plugin == TEXTROOM => {
                self.textroom(request, body, jsep);
                Ok(())
            }
            Verdict::BuiltIn => {
                self.ack(request, None);
                self.sip(request, body, jsep);
                Ok(())
            }
        }
    }

    /// The plugin of a handle is told that the PeerConnection is gone.
    pub(super) fn media_gone(&mut self, session: u64, handle: u64, had_peer: bool) {
        let version = self.settings.version;
        let Some((_, found)) = self.find(handle) else {
            return;
        };
        match found.plugin.as_str() {
            // Since some version after 1.1.2 there has to have been one.
            ECHOTEST if had_peer || version == Version::V1_1_2 => {
                found.echo = echotest::Echo::default();
                let done = Object::new()
                    .text("echotest", "event")
                    .text("result", "done")
                    .end();
                self.plugin_event(session, handle, None, &done, None);
            }
            SIP => self.sip_media_gone(handle),
            AUDIOBRIDGE if had_peer => self.bridge_media_gone(handle),
            STREAMING if had_peer => self.viewer_gone(handle),
            TEXTROOM if had_peer || version == Version::V1_1_2 => self.text_gone(handle),
            _ => {}
        }
    }

    /// A handle goes away: its PeerConnection first, then what the plugin keeps for it.
    pub(super) fn handle_gone(&mut self, session: u64, handle: u64) {
        let Some((_, found)) = self.find(handle) else {
            return;
        };
        let had_peer = found.peer.close();
        let mut account = std::mem::take(&mut found.sip);
        let seat = found.seat.take();
        found.viewer = Default::default();
        self.sip_handle_gone(&mut account);
        self.bridge_left(seat);
        self.text_gone(handle);
        if had_peer {
            self.media_gone(session, handle, true);
        }
    }
}

/// What is sent for an error of a plugin that answers by events.
pub(super) fn error_event(tag: &str, code: i64, reason: &str) -> Object {
    Object::new()
        .text(tag, "event")
        .number("error_code", code)
        .text("error", reason)
}
