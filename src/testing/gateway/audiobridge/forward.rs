//! RTP forwarders: kept, but nothing is sent.

use serde_json::{Map, Value};

use super::{Outcome, ROOM, about, check, fail, flag, id, number, success, text};
use crate::testing::gateway::{
    Gateway, Object,
    checks::{Key, Kind, optional, required},
};

const FORWARD: &[Key] = &[
    optional("group", Kind::Text),
    optional("ssrc", Kind::Positive),
    optional("codec", Kind::Text),
    optional("ptype", Kind::Positive),
    required("port", Kind::Positive),
    required("host", Kind::Text),
    optional("host_family", Kind::Text),
    optional("srtp_suite", Kind::Positive),
    optional("srtp_crypto", Kind::Text),
    optional("always_on", Kind::Flag),
];
const STOP: &[Key] = &[required("stream_id", Kind::Positive)];

/// Where a mix would go.
#[derive(Clone, Debug)]
pub(super) struct Forwarder {
    group: Option<String>,
    host: String,
    port: i64,
    ssrc: Option<i64>,
    codec: String,
    ptype: i64,
    srtp: bool,
    always_on: bool,
}

impl Gateway {
    pub(super) fn bridge_forward(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, FORWARD)?;
        check(body, ROOM)?;
        let codec = text(body, "codec").unwrap_or("opus").to_owned();
        if !["opus", "pcma", "pcmu"].contains(&&*codec) {
            return fail(484, format!("Unsupported codec ({codec})"));
        }
        let port = number(body, "port").unwrap_or(0);
        if port == 0 {
            return fail(484, "Invalid port number (0)");
        }
        let stream_id = self.random.next() >> 32;
        let (room, found) = self.bridge_own_room(body)?;
        let group = text(body, "group").filter(|_| !found.groups.is_empty());
        if group.is_some_and(|group| !found.groups.iter().any(|it| it == group)) {
            return fail(494, "No such group");
        }
        let host = text(body, "host").unwrap_or_default();
        let forwarder = Forwarder {
            group: group.map(str::to_owned),
            host: host.to_owned(),
            port,
            ssrc: number(body, "ssrc"),
            ptype: number(body, "ptype").unwrap_or(100),
            codec,
            srtp: body.contains_key("srtp_suite") && body.contains_key("srtp_crypto"),
            always_on: flag(body, "always_on").unwrap_or(false),
        };
        found.forwarders.insert(stream_id, forwarder);
        let mut answer = success().id("room", room);
        if let Some(group) = group {
            answer = answer.text("group", group);
        }
        let answer = answer.id("stream_id", stream_id).text("host", host);
        Ok(answer.number("port", port))
    }

    pub(super) fn bridge_stop_forward(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, STOP)?;
        let (room, found) = self.bridge_own_room(body)?;
        let stream_id = id(body, "stream_id");
        found.forwarders.remove(&stream_id);
        Ok(success().id("room", room).id("stream_id", stream_id))
    }

    pub(super) fn bridge_forwarders(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        let (room, found) = self.bridge_own_room(body)?;
        let forwarders = found.forwarders.iter().map(|(id, it)| {
            let mut entry = Object::new().id("stream_id", *id);
            if let Some(group) = &it.group {
                entry = entry.text("group", group);
            }
            entry = entry
                .text("ip", &it.host)
                .number("port", it.port)
                .number(
                    "ssrc",
                    it.ssrc.unwrap_or(i64::from_ne_bytes(id.to_ne_bytes())),
                )
                .text("codec", &it.codec)
                .number("ptype", it.ptype);
            if it.srtp {
                entry = entry.flag("srtp", true);
            }
            entry.flag("always_on", it.always_on).end()
        });
        let forwarders: Vec<String> = forwarders.collect();
        let answer = about("forwarders", room);
        Ok(answer.raw("rtp_forwarders", &format!("[{}]", forwarders.join(","))))
    }
}
