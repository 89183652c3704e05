//! The Admin API: who is connected, what handles are doing, and settings that clients do not notice.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    ECHOTEST, Gateway, LinkId, Object,
    checks::{Key, Kind, check, required},
    error_object, json,
    plugins::SIP,
    request::{Refusal, refuse},
};
use crate::testing::Version;

/// The secret of the fake's Admin API: that of Janus's own configuration file.
pub(in crate::testing) const SECRET: &str = "janusoverlord";

const REQUEST: &[Key] = &[
    required("transaction", Kind::Text),
    required("janus", Kind::Text),
];

/// A setting: its request, its parameter, its key in the answer, in `get_status`, and what it is.
type Setting = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    i64,
    Kind,
);

const SETTINGS: &[Setting] = &[
    (
        "set_log_level",
        "level",
        "level",
        "log_level",
        4,
        Kind::Positive,
    ),
    (
        "set_log_timestamps",
        "timestamps",
        "log_timestamps",
        "log_timestamps",
        1,
        Kind::Flag,
    ),
    (
        "set_log_colors",
        "colors",
        "log_colors",
        "log_colors",
        0,
        Kind::Flag,
    ),
    (
        "set_locking_debug",
        "debug",
        "locking_debug",
        "locking_debug",
        0,
        Kind::Flag,
    ),
    (
        "set_refcount_debug",
        "debug",
        "refcount_debug",
        "refcount_debug",
        0,
        Kind::Flag,
    ),
    (
        "set_libnice_debug",
        "debug",
        "libnice_debug",
        "libnice_debug",
        0,
        Kind::Flag,
    ),
    (
        "set_min_nack_queue",
        "min_nack_queue",
        "min_nack_queue",
        "min_nack_queue",
        200,
        Kind::Positive,
    ),
    (
        "set_nack_optimizations",
        "nack_optimizations",
        "nack-optimizations",
        "nack-optimizations",
        0,
        Kind::Flag,
    ),
    (
        "set_no_media_timer",
        "no_media_timer",
        "no_media_timer",
        "no_media_timer",
        1,
        Kind::Positive,
    ),
    (
        "set_slowlink_threshold",
        "slowlink_threshold",
        "slowlink_threshold",
        "slowlink_threshold",
        0,
        Kind::Positive,
    ),
];

/// What was set.
pub(super) type Settings = BTreeMap<&'static str, Value>;

/// A request to it.
struct Asked<'a> {
    verb: &'a str,
    root: &'a Map<String, Value>,
    session: u64,
    handle: u64,
}

impl Asked<'_> {
    /// One parameter, checked as Janus checks it.
    fn parameter(&self, name: &'static str, kind: Kind) -> Result<&Value, Refusal> {
        let key = required(name, kind);
        check(self.root, &[key]).or_else(|wrong| refuse(wrong.code(456, 467), wrong.text()))?;
        Ok(&self.root[name])
    }

    fn unknown<T>(&self) -> Result<T, Refusal> {
        refuse(
            457,
            format!("Unhandled request '{}' at this path", self.verb),
        )
    }
}

impl Gateway {
    /// A message for the Admin API has come.
    pub(in crate::testing) fn receive_admin(
        &mut self,
        link: LinkId,
        text: &str,
        now: std::time::Duration,
    ) {
        self.tick(now);
        let value = json::parse_whole(text).ok();
        let none = Map::new();
        let root = value.as_ref().and_then(Value::as_object).unwrap_or(&none);
        let id = |key: &str| root.get(key).and_then(Value::as_u64).unwrap_or(0);
        let word = |key: &str| root.get(key).and_then(Value::as_str).unwrap_or_default();
        let (verb, transaction) = (word("janus"), word("transaction"));
        if let Err(wrong) = check(root, REQUEST) {
            let error = error_object(wrong.code(456, 467), &wrong.text());
            self.answer(
                link,
                verb,
                Object::message("error", 0, None).object("error", error),
            );
            return;
        }
        let asked = Asked {
            verb,
            root,
            session: id("session_id"),
            handle: id("handle_id"),
        };
        let begun = |janus| Object::message(janus, asked.session, Some(transaction));
        let answer = match verb {
            "info" => self.info(transaction),
            "ping" => begun("pong"),
            _ => match self.admin_request(&asked, begun("success")) {
                Ok(answer) => answer,
                Err(Refusal(code, reason)) => {
                    begun("error").object("error", error_object(code, &reason))
                }
            },
        };
        self.answer(link, verb, answer);
    }

    /// The answer, which begins as all do.
    fn admin_request(&mut self, asked: &Asked<'_>, answer: Object) -> Result<Object, Refusal> {
        if asked.root.get("admin_secret").and_then(Value::as_str) != Some(SECRET) {
            return refuse(403, "Unauthorized request (wrong or missing secret/token)");
        }
        if asked.session == 0 {
            return self.admin_server(asked, answer);
        }
        let Some(session) = self.sessions.get(&asked.session) else {
            return refuse(458, format!("No such session {}", asked.session));
        };
        if asked.handle == 0 {
            return self.admin_session(asked, answer);
        }
        if !session.handles.contains_key(&asked.handle) {
            let (handle, session) = (asked.handle, asked.session);
            return refuse(459, format!("No such handle {handle} in session {session}"));
        }
        self.admin_handle(asked, answer)
    }

    fn admin_server(&mut self, asked: &Asked<'_>, answer: Object) -> Result<Object, Refusal> {
        let old = self.settings.version == Version::V1_1_2;
        let setting = SETTINGS.iter().find(|setting| setting.0 == asked.verb);
        if let Some((verb, parameter, confirmed, status, _, kind)) = setting {
            if *verb == "set_libnice_debug" && !old {
                return asked.unknown();
            }
            let value = asked.parameter(parameter, *kind)?.clone();
            if *verb == "set_log_level" && value.as_u64() > Some(7) {
                return refuse(
                    467,
                    "Invalid element type (level should be between 0 and 7)",
                );
            }
            let answer = answer.value(confirmed, &value);
            self.admin.insert(status, value);
            return Ok(answer);
        }
        match asked.verb {
            "get_status" => Ok(answer.object("status", self.admin_status())),
            "list_sessions" => {
                let ids: Vec<u64> = self.sessions.keys().copied().collect();
                Ok(answer.value("sessions", &ids.into()))
            }
            "set_session_timeout" => {
                let seconds = asked.parameter("timeout", Kind::Positive)?;
                let timeout = std::time::Duration::from_secs(seconds.as_u64().unwrap_or(0));
                self.settings.session_timeout = timeout;
                Ok(answer.value("timeout", seconds))
            }
            "accept_new_sessions" => {
                let accept = asked.parameter("accept", Kind::Flag)?;
                self.accepting = accept == true;
                Ok(answer.value("accept", accept))
            }
            "loops_info" => Ok(answer.raw("loops", "[]")),
            "custom_event" => {
                asked.parameter("schema", Kind::Text)?;
                asked.parameter("data", Kind::Object)?;
                Ok(answer)
            }
            "custom_logline" => asked.parameter("line", Kind::Text).map(|_| answer),
            "message_plugin" => match asked.parameter("plugin", Kind::Text)?.as_str() {
                Some(ECHOTEST) => {
                    let body = asked.root.get("request").unwrap_or(&Value::Null);
                    Ok(answer.value("response", body))
                }
                _ => refuse(490, "The fake plays this for EchoTest only"),
            },
            _ => asked.unknown(),
        }
    }

    fn admin_status(&self) -> Object {
        let seconds = |time: std::time::Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        let settings = &self.settings;
        let status = Object::new()
            .flag("token_auth", settings.asks_for_tokens())
            .number("session_timeout", seconds(settings.session_timeout))
            .number("reclaim_session_timeout", seconds(settings.reclaim_timeout))
            .number("candidates_timeout", 45);
        let old = settings.version == Version::V1_1_2;
        let ours = SETTINGS
            .iter()
            .filter(|(verb, ..)| old || *verb != "set_libnice_debug");
        ours.fold(status, |status, (_, _, _, key, usual, kind)| {
            let usual = match kind {
                Kind::Flag => Value::from(*usual != 0),
                _ => Value::from(*usual),
            };
            let status = status.value(key, self.admin.get(key).unwrap_or(&usual));
            match *key {
                "log_colors" if !old => status.number("log_rotate_sig", 0),
                _ => status,
            }
        })
    }

    fn admin_session(&mut self, asked: &Asked<'_>, answer: Object) -> Result<Object, Refusal> {
        match asked.verb {
            "list_handles" => {
                let session = &self.sessions[&asked.session];
                let ids: Vec<u64> = session.handles.keys().copied().collect();
                Ok(answer.value("handles", &ids.into()))
            }
            "destroy_session" => {
                self.end_session(asked.session, false);
                Ok(answer)
            }
            _ => asked.unknown(),
        }
    }

    fn admin_handle(&mut self, asked: &Asked<'_>, answer: Object) -> Result<Object, Refusal> {
        let (session, handle) = (asked.session, asked.handle);
        match asked.verb {
            "handle_info" => {
                let short = asked.root.get("plugin_only") == Some(&Value::Bool(true));
                let info = self.handle_info(session, handle, short);
                Ok(answer.id("handle_id", handle).object("info", info))
            }
            "detach_handle" => {
                self.detach(session, handle);
                Ok(answer)
            }
            "hangup_webrtc" => {
                self.hangup(session, handle, "Admin API");
                Ok(answer)
            }
            _ => asked.unknown(),
        }
    }

    fn handle_info(&self, session: u64, handle: u64, short: bool) -> Object {
        let found = &self.sessions[&session].handles[&handle];
        let time = |time: std::time::Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        let info = Object::new()
            .id("session_id", session)
            .number(
                "session_last_activity",
                time(self.sessions[&session].last_activity),
            )
            .number(
                "session_timeout",
                time(self.settings.session_timeout) / 1_000_000,
            )
            .id("handle_id", handle);
        let info = match &found.opaque_id {
            Some(opaque_id) => info.text("opaque_id", opaque_id),
            None => info,
        };
        let specific = match &*found.plugin {
            SIP => found.sip.info(),
            _ => Object::new(),
        };
        // Handles are told apart by their order; when each was attached, nobody has kept.
        let info = info
            .flag("loop-running", true)
            .id("created", found.number)
            .number("current_time", time(self.now))
            .text("plugin", &found.plugin)
            .object("plugin_specific", specific);
        if short { info } else { found.peer.info(info) }
    }
}
