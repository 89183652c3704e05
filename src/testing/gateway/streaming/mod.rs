//! Streaming: mountpoints with numbers as ids, who watches them, and what viewers are told. No media
//! comes in: nothing is relayed, played or recorded.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Map, Value};

use super::{
    Gateway, Object,
    checks::{Key, Kind, Wrong, check, optional, required},
    plugins::error_event,
    request::Request,
    webrtc::Jsep,
};
use crate::testing::Version;

mod create;
mod files;
mod manage;
mod offer;
mod recording;
mod viewer;

pub(super) use viewer::Viewer;

const REQUEST: &[Key] = &[required("request", Kind::Text)];
const ID: &[Key] = &[required("id", Kind::Positive)];

/// The first port that is given out, as Janus's default range begins.
const FIRST_PORT: u16 = 10_000;

/// All mountpoints.
#[derive(Debug, Default)]
pub(super) struct Mountpoints {
    by_id: BTreeMap<u64, Mountpoint>,
    /// Ports that were given out.
    ports: u16,
}

/// What a mountpoint's media comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Source {
    #[default]
    Rtp,
    Live,
    OnDemand,
    Rtsp,
}

#[derive(Debug, Default)]
struct Mountpoint {
    source: Source,
    name: String,
    description: String,
    metadata: Option<String>,
    secret: Option<String>,
    pin: Option<String>,
    is_private: bool,
    enabled: bool,
    streams: Vec<Stream>,
    /// Keys of `info`, for those with the secret: those of the request that come back as they are.
    own: Vec<(&'static str, Value)>,
    /// The same for everybody.
    common: Vec<(&'static str, Value)>,
}

/// One stream of a mountpoint.
#[derive(Clone, Debug, Default)]
struct Stream {
    kind: &'static str,
    mid: String,
    label: String,
    msid: Option<String>,
    pt: Option<i64>,
    /// Its name, and as in SDP.
    codec: Option<(String, &'static str)>,
    fmtp: Option<String>,
    flags: Vec<&'static str>,
    port: u16,
    rtcp_port: Option<u16>,
    /// Of the other substreams.
    more: [Option<u16>; 2],
    binary: bool,
    since: Duration,
    recording: Option<String>,
}

/// A refusal: its code and text.
struct Failed(i64, String);

type Outcome<T> = Result<T, Failed>;

impl From<Wrong> for Failed {
    fn from(wrong: Wrong) -> Self {
        Self(wrong.code(453, 454), wrong.text())
    }
}

fn fail<T>(code: i64, reason: impl Into<String>) -> Outcome<T> {
    Err(Failed(code, reason.into()))
}

/// A key of a request whose keys have been checked.
fn text<'a>(body: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    body.get(key).and_then(Value::as_str)
}

fn flag(body: &Map<String, Value>, key: &str) -> Option<bool> {
    body.get(key).and_then(Value::as_bool)
}

fn number(body: &Map<String, Value>, key: &str) -> Option<i64> {
    body.get(key).and_then(Value::as_i64)
}

fn id_of(body: &Map<String, Value>) -> u64 {
    body.get("id").and_then(Value::as_u64).unwrap_or(0)
}

/// Whether the request brings what is asked for, under that key.
fn authorize(wanted: Option<&str>, body: &Map<String, Value>, key: &'static str) -> Outcome<()> {
    let Some(wanted) = wanted else {
        return Ok(());
    };
    check(body, &[required(key, Kind::Text)])?;
    if text(body, key) == Some(wanted) {
        return Ok(());
    }
    fail(457, format!("Unauthorized (wrong {key})"))
}

fn says(what: &str) -> Object {
    Object::new().text("streaming", what)
}

/// An event about a viewer.
fn status(word: &str) -> Object {
    says("event").object("result", Object::new().text("status", word))
}

impl Gateway {
    /// One request: about mountpoints it is answered at once, about what the handle watches by an
    /// event.
    pub(super) fn streaming(&mut self, request: &Request<'_>, body: &Value, jsep: Option<&Jsep>) {
        let none = Map::new();
        let body = body.as_object().unwrap_or(&none);
        let name = text(body, "request").unwrap_or_default();
        let name = name.to_ascii_lowercase();
        let of_viewer = ["watch", "start", "pause", "configure", "switch", "stop"];
        if of_viewer.contains(&&*name) {
            self.ack(request, None);
            self.viewer_request(request, &name, body, jsep);
            return;
        }
        let outcome = check(body, REQUEST).map_err(Failed::from);
        let outcome = outcome.and_then(|()| self.mountpoint_request(&name, body));
        let answer =
            outcome.unwrap_or_else(|Failed(code, reason)| error_event("streaming", code, &reason));
        self.synchronous_text(request, &answer.end());
    }

    fn mountpoint_request(&mut self, name: &str, body: &Map<String, Value>) -> Outcome<Object> {
        match name {
            "create" => self.mountpoint_create(body),
            "edit" => self.mountpoint_edit(body),
            "destroy" => self.mountpoint_destroy(body),
            "list" => Ok(self.mountpoint_list()),
            "info" => self.mountpoint_info(body),
            "enable" | "disable" => self.mountpoint_enable(body, name == "enable"),
            "kick_all" => self.mountpoint_kick_all(body),
            "recording" => self.mountpoint_record(body),
            _ => {
                let name = text(body, "request").unwrap_or_default();
                fail(452, format!("Unknown request '{name}'"))
            }
        }
    }

    /// The mountpoint of a request, which must be there.
    fn mountpoint(&mut self, body: &Map<String, Value>) -> Outcome<(u64, &mut Mountpoint)> {
        check(body, ID)?;
        let id = id_of(body);
        match self.mountpoints.by_id.get_mut(&id) {
            Some(found) => Ok((id, found)),
            None => fail(455, format!("No such mountpoint/stream {id}")),
        }
    }

    /// The mountpoint of a request that may change it.
    fn own_mountpoint(&mut self, body: &Map<String, Value>) -> Outcome<(u64, &mut Mountpoint)> {
        let (id, found) = self.mountpoint(body)?;
        authorize(found.secret.as_deref(), body, "secret")?;
        Ok((id, found))
    }

    /// Sessions and handles of all who watch a mountpoint, the first one first.
    fn viewers_of(&self, id: u64) -> Vec<(u64, u64)> {
        let sessions = self.sessions.iter();
        let handles = sessions.flat_map(|(session, found)| {
            let handles = found.handles.iter();
            handles.map(move |(handle, found)| (found, *session, *handle))
        });
        let watching = handles.filter(|(found, ..)| found.viewer.mountpoint == Some(id));
        let mut all: Vec<_> = watching.collect();
        all.sort_by_key(|(found, ..)| found.number);
        let all = all.into_iter();
        all.map(|(_, session, handle)| (session, handle)).collect()
    }

    /// All viewers are told, and their PeerConnections are closed.
    fn end_viewers(&mut self, id: u64, word: &str) {
        for (session, handle) in self.viewers_of(id) {
            if let Some((_, found)) = self.find(handle) {
                found.viewer = Viewer::default();
            }
            self.plugin_event(session, handle, None, &status(word).end(), None);
            self.hangup(session, handle, "Close PC");
        }
    }

    fn is_older(&self) -> bool {
        self.settings.version == Version::V1_1_2
    }
}
