//! The core: events, answers, and what `open` asks for.

use std::sync::{Arc, Mutex};

use janus_blocking::{AttachOptions, Connection, Error, HandleId, Plugin, Raw, Result, Session};
use serde_json::{Value, json};

use crate::{
    Allowed,
    Change::{Absent, Null, Wrong},
    check,
    scripted::{SESSION, Scripted},
};

#[rustfmt::skip]
const EVENTS: Allowed = &[(
    "not mended yet",
    &[
        ("core/events/detached", "janus", &[Absent, Null, Wrong]),
        ("core/events/detached", "sender", &[Absent, Null, Wrong]),
        ("core/events/detached", "session_id", &[Absent, Null, Wrong]),
        ("core/events/event", "janus", &[Absent, Null, Wrong]),
        ("core/events/event", "jsep", &[Wrong]),
        ("core/events/event", "jsep/e2ee", &[Wrong]),
        ("core/events/event", "jsep/sdp", &[Absent, Null, Wrong]),
        ("core/events/event", "jsep/type", &[Absent, Null, Wrong]),
        ("core/events/event", "plugindata", &[Wrong]),
        ("core/events/event", "plugindata/data", &[Absent]),
        ("core/events/event", "sender", &[Absent, Null, Wrong]),
        ("core/events/event", "session_id", &[Absent, Null, Wrong]),
        ("core/events/event", "transaction", &[Wrong]),
        ("core/events/hangup", "janus", &[Absent, Null, Wrong]),
        ("core/events/hangup", "reason", &[Wrong]),
        ("core/events/hangup", "sender", &[Absent, Null, Wrong]),
        ("core/events/hangup", "session_id", &[Absent, Null, Wrong]),
        ("core/events/ice-failed", "janus", &[Absent, Null, Wrong]),
        ("core/events/ice-failed", "sender", &[Absent, Null, Wrong]),
        ("core/events/ice-failed", "session_id", &[Absent, Null, Wrong]),
        ("core/events/media", "janus", &[Absent, Null, Wrong]),
        ("core/events/media", "mid", &[Absent, Null, Wrong]),
        ("core/events/media", "receiving", &[Absent, Null, Wrong]),
        ("core/events/media", "seconds", &[Wrong]),
        ("core/events/media", "sender", &[Absent, Null, Wrong]),
        ("core/events/media", "session_id", &[Absent, Null, Wrong]),
        ("core/events/media", "substream", &[Wrong]),
        ("core/events/media", "type", &[Absent, Null, Wrong]),
        ("core/events/slowlink", "janus", &[Absent, Null, Wrong]),
        ("core/events/slowlink", "lost", &[Absent, Null, Wrong]),
        ("core/events/slowlink", "media", &[Absent, Null, Wrong]),
        ("core/events/slowlink", "mid", &[Absent, Null, Wrong]),
        ("core/events/slowlink", "sender", &[Absent, Null, Wrong]),
        ("core/events/slowlink", "session_id", &[Absent, Null, Wrong]),
        ("core/events/slowlink", "uplink", &[Absent, Null, Wrong]),
        ("core/events/timeout", "janus", &[Absent, Null, Wrong]),
        ("core/events/timeout", "session_id", &[Absent, Null, Wrong]),
        ("core/events/trickle", "candidate", &[Absent, Null, Wrong]),
        ("core/events/trickle", "candidate/candidate", &[Wrong]),
        ("core/events/trickle", "candidate/completed", &[Wrong]),
        ("core/events/trickle", "candidate/sdpMLineIndex", &[Wrong]),
        ("core/events/trickle", "candidate/sdpMid", &[Wrong]),
        ("core/events/trickle", "janus", &[Absent, Null, Wrong]),
        ("core/events/trickle", "sender", &[Absent, Null, Wrong]),
        ("core/events/trickle", "session_id", &[Absent, Null, Wrong]),
        ("core/events/webrtcup", "janus", &[Absent, Null, Wrong]),
        ("core/events/webrtcup", "sender", &[Absent, Null, Wrong]),
        ("core/events/webrtcup", "session_id", &[Absent, Null, Wrong]),
    ],
)];
#[rustfmt::skip]
const ANSWERS: Allowed = &[(
    "not mended yet",
    &[
        ("core/answers/ack", "hint", &[Wrong]),
        ("core/answers/ack", "janus", &[Absent, Null, Wrong]),
        ("core/answers/ack", "session_id", &[Wrong]),
        ("core/answers/ack", "transaction", &[Absent, Null, Wrong]),
        ("core/answers/attach", "data", &[Absent, Null, Wrong]),
        ("core/answers/attach", "data/id", &[Absent, Null, Wrong]),
        ("core/answers/attach", "janus", &[Absent, Null, Wrong]),
        ("core/answers/attach", "session_id", &[Wrong]),
        ("core/answers/attach", "transaction", &[Absent, Null, Wrong]),
        ("core/answers/claim", "janus", &[Absent, Null, Wrong]),
        ("core/answers/claim", "session_id", &[Wrong]),
        ("core/answers/claim", "transaction", &[Absent, Null, Wrong]),
        ("core/answers/create", "data", &[Absent, Null, Wrong]),
        ("core/answers/create", "data/id", &[Absent, Null, Wrong]),
        ("core/answers/create", "janus", &[Absent, Null, Wrong]),
        ("core/answers/create", "transaction", &[Absent, Null, Wrong]),
        ("core/answers/destroy", "janus", &[Absent, Null, Wrong]),
        ("core/answers/destroy", "session_id", &[Wrong]),
        ("core/answers/destroy", "transaction", &[Absent, Null, Wrong]),
        ("core/answers/detach", "janus", &[Absent, Null, Wrong]),
        ("core/answers/detach", "session_id", &[Wrong]),
        ("core/answers/detach", "transaction", &[Absent, Null, Wrong]),
        ("core/answers/error", "error", &[Absent, Null, Wrong]),
        ("core/answers/error", "error/code", &[Absent, Null, Wrong]),
        ("core/answers/error", "error/reason", &[Null, Wrong]),
        ("core/answers/error", "janus", &[Absent, Null, Wrong]),
        ("core/answers/error", "session_id", &[Wrong]),
        ("core/answers/error", "transaction", &[Absent, Null, Wrong]),
        ("core/answers/hangup", "janus", &[Absent, Null, Wrong]),
        ("core/answers/hangup", "session_id", &[Wrong]),
        ("core/answers/hangup", "transaction", &[Absent, Null, Wrong]),
        ("core/answers/info", "accepting-new-sessions", &[Wrong]),
        ("core/answers/info", "allow-force-relay", &[Wrong]),
        ("core/answers/info", "api_secret", &[Null, Wrong]),
        ("core/answers/info", "auth_token", &[Null, Wrong]),
        ("core/answers/info", "author", &[Wrong]),
        ("core/answers/info", "candidates-timeout", &[Null, Wrong]),
        ("core/answers/info", "commit-hash", &[Wrong]),
        ("core/answers/info", "compile-time", &[Wrong]),
        ("core/answers/info", "data_channels", &[Wrong]),
        ("core/answers/info", "dependencies", &[Null, Wrong]),
        ("core/answers/info", "dependencies/glib2", &[Null, Wrong]),
        ("core/answers/info", "dependencies/x-new", &[Wrong]),
        ("core/answers/info", "dscp", &[Wrong]),
        ("core/answers/info", "dtls-mtu", &[Wrong]),
        ("core/answers/info", "event_handlers", &[Wrong]),
        ("core/answers/info", "events", &[Null, Wrong]),
        ("core/answers/info", "events/janus.eventhandler.sampleevh", &[Null, Wrong]),
        ("core/answers/info", "events/janus.eventhandler.sampleevh/author", &[Null, Wrong]),
        ("core/answers/info", "events/janus.eventhandler.sampleevh/description", &[Null, Wrong]),
        ("core/answers/info", "events/janus.eventhandler.sampleevh/name", &[Null, Wrong]),
        ("core/answers/info", "events/janus.eventhandler.sampleevh/version", &[Null, Wrong]),
        ("core/answers/info", "events/janus.eventhandler.sampleevh/version_string", &[Null, Wrong]),
        ("core/answers/info", "full-trickle", &[Wrong]),
        ("core/answers/info", "hangup-on-failed", &[Wrong]),
        ("core/answers/info", "ice-consent-freshness", &[Wrong]),
        ("core/answers/info", "ice-keepalive-conncheck", &[Wrong]),
        ("core/answers/info", "ice-lite", &[Wrong]),
        ("core/answers/info", "ice-nomination", &[Wrong]),
        ("core/answers/info", "ice-tcp", &[Wrong]),
        ("core/answers/info", "ipv6", &[Wrong]),
        ("core/answers/info", "ipv6-link-local", &[Wrong]),
        ("core/answers/info", "janus", &[Absent, Null, Wrong]),
        ("core/answers/info", "local-ip", &[Wrong]),
        ("core/answers/info", "log-path", &[Wrong]),
        ("core/answers/info", "log-to-file", &[Wrong]),
        ("core/answers/info", "log-to-stdout", &[Wrong]),
        ("core/answers/info", "loggers", &[Null, Wrong]),
        ("core/answers/info", "loggers/janus.logger.jsonlog", &[Null, Wrong]),
        ("core/answers/info", "loggers/janus.logger.jsonlog/author", &[Null, Wrong]),
        ("core/answers/info", "loggers/janus.logger.jsonlog/description", &[Null, Wrong]),
        ("core/answers/info", "loggers/janus.logger.jsonlog/name", &[Null, Wrong]),
        ("core/answers/info", "loggers/janus.logger.jsonlog/version", &[Null, Wrong]),
        ("core/answers/info", "loggers/janus.logger.jsonlog/version_string", &[Null, Wrong]),
        ("core/answers/info", "loop-indication", &[Wrong]),
        ("core/answers/info", "mdns-enabled", &[Wrong]),
        ("core/answers/info", "min-nack-queue", &[Wrong]),
        ("core/answers/info", "nack-optimizations", &[Wrong]),
        ("core/answers/info", "name", &[Absent, Null, Wrong]),
        ("core/answers/info", "opaqueid_in_api", &[Wrong]),
        ("core/answers/info", "plugins", &[Null, Wrong]),
        ("core/answers/info", "plugins/janus.plugin.echotest", &[Null, Wrong]),
        ("core/answers/info", "plugins/janus.plugin.echotest/author", &[Null, Wrong]),
        ("core/answers/info", "plugins/janus.plugin.echotest/description", &[Null, Wrong]),
        ("core/answers/info", "plugins/janus.plugin.echotest/name", &[Null, Wrong]),
        ("core/answers/info", "plugins/janus.plugin.echotest/version", &[Null, Wrong]),
        ("core/answers/info", "plugins/janus.plugin.echotest/version_string", &[Null, Wrong]),
        ("core/answers/info", "public-ip", &[Wrong]),
        ("core/answers/info", "public-ips", &[Wrong]),
        ("core/answers/info", "public-ips/[]", &[Wrong]),
        ("core/answers/info", "reclaim-session-timeout", &[Null, Wrong]),
        ("core/answers/info", "server-name", &[Wrong]),
        ("core/answers/info", "session-timeout", &[Null, Wrong]),
        ("core/answers/info", "static-event-loops", &[Wrong]),
        ("core/answers/info", "stun-server", &[Wrong]),
        ("core/answers/info", "transaction", &[Absent, Null, Wrong]),
        ("core/answers/info", "transports", &[Null, Wrong]),
        ("core/answers/info", "transports/janus.transport.websockets", &[Null, Wrong]),
        ("core/answers/info", "transports/janus.transport.websockets/author", &[Null, Wrong]),
        ("core/answers/info", "transports/janus.transport.websockets/description", &[Null, Wrong]),
        ("core/answers/info", "transports/janus.transport.websockets/name", &[Null, Wrong]),
        ("core/answers/info", "transports/janus.transport.websockets/version", &[Null, Wrong]),
        ("core/answers/info", "transports/janus.transport.websockets/version_string", &[Null, Wrong]),
        ("core/answers/info", "turn-server", &[Wrong]),
        ("core/answers/info", "twcc-period", &[Wrong]),
        ("core/answers/info", "version", &[Absent, Null, Wrong]),
        ("core/answers/info", "version_string", &[Absent, Null, Wrong]),
        ("core/answers/info", "webrtc_encryption", &[Wrong]),
        ("core/answers/keepalive", "janus", &[Absent, Null, Wrong]),
        ("core/answers/keepalive", "session_id", &[Wrong]),
        ("core/answers/keepalive", "transaction", &[Absent, Null, Wrong]),
        ("core/answers/message", "janus", &[Absent, Null, Wrong]),
        ("core/answers/message", "plugindata", &[Absent, Null, Wrong]),
        ("core/answers/message", "plugindata/data", &[Absent]),
        ("core/answers/message", "sender", &[Wrong]),
        ("core/answers/message", "session_id", &[Wrong]),
        ("core/answers/message", "transaction", &[Absent, Null, Wrong]),
        ("core/answers/ping", "janus", &[Absent, Null, Wrong]),
        ("core/answers/ping", "transaction", &[Absent, Null, Wrong]),
        ("core/answers/trickle", "janus", &[Absent, Null, Wrong]),
        ("core/answers/trickle", "session_id", &[Wrong]),
        ("core/answers/trickle", "transaction", &[Absent, Null, Wrong]),
    ],
)];

/// A handle that gets what the server pushes.
struct Scene {
    raw: Raw,
    _session: Session,
    janus: Connection,
    server: Scripted,
}

impl Scene {
    fn new() -> Self {
        let server = Scripted::usual();
        let janus = Connection::open(&server.url()).expect("it answers `info`");
        let session = janus.create_session().expect("a session");
        let raw = session.attach_raw("janus.plugin.any").expect("a handle");
        Self {
            raw,
            _session: session,
            janus,
            server,
        }
    }

    fn event(&self, message: &Value) -> Result<(), String> {
        self.server.push(|out| out.json(message));
        self.janus
            .ping()
            .expect("the answer comes behind the event");
        match self.raw.events().try_recv() {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err("nothing came".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

#[test]
fn every_event_of_the_core_arrives() {
    let mut scene = Scene::new();
    check(&["core/events"], EVENTS, |place, message| {
        // It says nothing, and is nobody's.
        if place.ends_with("/keepalive") {
            return Ok(());
        }
        if scene.raw.handle().check().is_err() {
            scene = Scene::new();
        }
        scene.event(message)
    });
}

/// The code of the answer that comes behind each variation, for a request that it did not end.
const NOT_TAKEN: i64 = 999;

/// A server that answers one verb with what it is given, once.
struct Answering {
    server: Scripted,
    answer: Arc<Mutex<Option<(String, Value)>>>,
}

impl Answering {
    fn new() -> Self {
        let answer = Arc::new(Mutex::new(None::<(String, Value)>));
        let left = Arc::clone(&answer);
        let server = Scripted::start(move |request, out| {
            let next = left
                .lock()
                .expect("no panic")
                .take_if(|(verb, _)| request["janus"] == *verb);
            let Some((_, answer)) = next else {
                return out.usual(request);
            };
            let transaction = request["transaction"].as_str().expect("a text");
            out.text(answer.to_string().replace("00000000-1", transaction));
            let error = json!({"code": NOT_TAKEN, "reason": ""});
            out.answer(request, json!({"janus": "error", "error": error}));
        });
        Self { server, answer }
    }

    /// The next request with this verb gets that.
    fn prepare(&self, verb: &str, answer: &Value) {
        let next = (verb.to_owned(), answer.clone());
        *self.answer.lock().expect("no panic") = Some(next);
    }
}

/// Does what the fixture is an answer to.
fn act(name: &str, janus: &Connection) -> Result<()> {
    match name {
        "ping" | "error" => return janus.ping().map(drop),
        "claim" => return janus.claim(SESSION).map(drop),
        _ => {}
    }
    let session = janus.create_session()?;
    match name {
        "create" => return Ok(()),
        "destroy" => return session.destroy(),
        "keepalive" => {
            let options = AttachOptions::new()
                .existing_handle(HandleId::new(5))
                .verify(true);
            return session.attach_with::<Raw>(options).map(drop);
        }
        _ => {}
    }
    let raw = session.attach_raw("janus.plugin.any")?;
    match name {
        "attach" => Ok(()),
        "detach" => raw.into_handle().detach(),
        "hangup" => raw.handle().hangup(),
        "trickle" => raw.handle().trickle_done(),
        "message" => raw.request(json!({})).map(drop),
        "ack" => raw.send(json!({})).map(drop),
        other => panic!("a fixture that this test does not know: {other}"),
    }
}

#[test]
fn every_answer_of_the_core_arrives() {
    let answering = Answering::new();
    let janus = Connection::open(&answering.server.url()).expect("it answers `info`");
    // Each variation of `info` opens a connection of its own.
    let opening = Answering::new();
    check(&["core/answers"], ANSWERS, |place, answer| {
        let name = place.trim_start_matches("core/answers/");
        let verb = match name {
            "ack" => "message",
            "error" => "ping",
            name => name,
        };
        let result = if name == "info" {
            opening.prepare(verb, answer);
            Connection::open(&opening.server.url()).map(drop)
        } else {
            answering.prepare(verb, answer);
            act(name, &janus)
        };
        match (name, result) {
            ("error", Err(Error::Janus { code, .. })) if i64::from(code.value()) != NOT_TAKEN => {
                Ok(())
            }
            ("error", result) => Err(format!("{result:?}")),
            (_, result) => result.map_err(|error| format!("{error}: {error:?}")),
        }
    });
}
