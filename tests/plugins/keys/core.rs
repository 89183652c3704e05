//! The core: events, answers, and what `open` asks for.

use std::sync::{Arc, Mutex};

use common::scripted::{SESSION, Scripted};
use janus_blocking::{
    Connection, Error, HandleId, Raw, Result, Session, connection::AttachOptions,
};
use serde_json::{Value, json};

use super::{
    Allowed,
    Change::{self, Absent, Null, Wrong},
    check,
};

const ALL: &[Change] = &[Absent, Null, Wrong];

pub(crate) const EVENTS: Allowed = &[
    (
        "says what the message is",
        &[("core/events/*", "janus", ALL)],
    ),
    (
        "says whose it is",
        &[
            ("core/events/*", "session_id", ALL),
            ("core/events/*", "sender", ALL),
        ],
    ),
];

/// What does not end its request as it should ends it as `Unexpected`, but for the transaction.
pub(crate) const ANSWERS: Allowed = &[
    (
        "says what the message is; in `info`, whether this is a Janus",
        &[("core/answers/*", "janus", ALL)],
    ),
    (
        "says whose it is",
        &[("core/answers/*", "transaction", ALL)],
    ),
    (
        "the id of what was created, without which it is of no use",
        &[
            ("core/answers/*", "data", ALL),
            ("core/answers/*", "data/id", ALL),
        ],
    ),
    (
        "is the message: what the plugin says, and what was refused",
        &[
            ("core/answers/message", "plugindata", ALL),
            ("core/answers/message", "plugindata/data", &[Absent]),
            ("core/answers/error", "error", &[Absent, Null]),
        ],
    ),
];

/// A handle that gets what the server pushes.
struct Setup {
    raw: Raw,
    _session: Session,
    janus: Connection,
    server: Scripted,
}

impl Setup {
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
    let mut setup = Setup::new();
    check(&["core/events"], EVENTS, |place, message| {
        // It says nothing, and is nobody's.
        if place.ends_with("/keepalive") {
            let word = message["janus"].as_str();
            return word.map(drop).ok_or("no word".to_owned());
        }
        if setup.raw.handle().check().is_err() {
            setup = Setup::new();
        }
        setup.event(message)
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
