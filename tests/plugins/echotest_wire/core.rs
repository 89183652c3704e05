//! The core's events and answers, as they come out at the other end of a connection.

use std::{collections::BTreeSet, time::Duration};

use janus_blocking::{
    Connection, ErrorCode, Event, Raw, Session,
    connection::ServerInfo,
    webrtc::{JsepKind, RidOrder},
};
use serde_json::{Value, json};

use common::{
    scripted::{HANDLE, SESSION, Scripted, event},
    wire_checks::{
        another, api, assert_has_all, changed, entries, fixture, fixtures, names, parse, pointer,
    },
};

const SOON: Duration = Duration::from_secs(5);

/// What an event became: itself, or the text of an error.
type Seen = Result<Event<Value>, String>;

/// A handle that gets what the server pushes.
struct World {
    server: Scripted,
    _janus: Connection,
    _session: Session,
    raw: Raw,
}

impl World {
    fn new() -> Self {
        let server = Scripted::usual();
        let janus = Connection::open(&server.url()).expect("it answers `info`");
        let session = janus.create_session().expect("a session");
        let raw = session.attach_raw("janus.plugin.any").expect("a handle");
        Self {
            server,
            _janus: janus,
            _session: session,
            raw,
        }
    }

    fn event(&self, message: &Value) -> Seen {
        self.server.push(|out| out.json(message));
        let event = self.raw.events().recv_timeout(SOON);
        event
            .map(|event| event.expect("one came"))
            .map_err(|error| error.to_string())
    }
}

fn facts(list: &str) -> &'static Value {
    &api()["core"][list]
}

fn expected(name: &str) -> &'static str {
    match name {
        "event" => "Plugin",
        "webrtcup" => "WebrtcUp",
        "media" => "Media",
        "slowlink" => "SlowLink",
        "hangup" => "Hangup",
        "detached" => "Detached",
        "timeout" => "Timeout",
        "trickle" => "Trickle",
        "ice-failed" => "IceFailed",
        other => panic!("Janus has an event {other} that is not known here"),
    }
}

/// The events that a handle gets: all but the HTTP transport's own.
fn handle_events() -> impl Iterator<Item = (&'static str, &'static Value)> {
    entries(facts("events")).filter(|(name, _)| *name != "keepalive")
}

#[test]
fn every_core_event_becomes_its_variant() {
    let ours = fixtures("core/events");
    assert_eq!(
        ours.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        names(facts("events"))
    );
    for (name, facts) in handle_events() {
        let message = parse(&fixture(&format!("core/events/{name}")));
        assert_has_all(&message, &facts["fields"], name);
        let event = World::new().event(&message).expect(name);
        let text = format!("{event:?}");
        let variant = text.split([' ', '(']).next().unwrap_or_default();
        assert_eq!(variant, expected(name), "{text}");
    }
}

#[test]
fn every_field_of_every_core_event_is_read() {
    // What a message is led by, and what no program has asked for yet.
    let led_by = [
        "janus",
        "session_id",
        "sender",
        "transaction",
        "opaque_id",
        "plugindata.plugin",
    ];
    let mut count = 0;
    for (name, facts) in handle_events() {
        // Those that end the handle have no other field.
        if ["detached", "timeout"].contains(&name) {
            continue;
        }
        let world = World::new();
        let message = parse(&fixture(&format!("core/events/{name}")));
        let before = world.event(&message);
        assert!(before.is_ok(), "{before:?}");
        for (field, facts) in entries(&facts["fields"]) {
            let value = message.pointer(&pointer(field)).expect(field);
            if led_by.contains(&field) || field == "plugindata" {
                continue;
            }
            let after = world.event(&changed(&message, &pointer(field), another(value)));
            assert_ne!(after, before, "`{field}` of {name} is not read");
            count += 1;
            if facts["optional"] == true && !field.contains('.') {
                let mut less = message.clone();
                less.as_object_mut().expect("an object").remove(field);
                let less = world.event(&less);
                assert!(less.is_ok(), "{name} without {field}: {less:?}");
            }
        }
        let mut more = message.clone();
        more["x-new"] = json!({"a": [1, null]});
        assert_eq!(world.event(&more), before, "{name}");
    }
    println!("core {count} fields of events");
}

#[test]
fn media_and_slow_links_of_a_janus_before_1_0_have_no_mid() {
    let world = World::new();
    let of_handle = |mut message: Value| {
        message["session_id"] = SESSION.into();
        message["sender"] = HANDLE.into();
        world.event(&message).expect("an event")
    };
    let media = json!({"janus": "media", "type": "audio", "receiving": true});
    let Event::Media(media) = of_handle(media) else {
        panic!("no media");
    };
    assert_eq!((media.mid, media.receiving), (None, Some(true)));
    assert_eq!(media.kind, "audio");
    let slow = json!({"janus": "slowlink", "uplink": true, "nacks": 7});
    let Event::SlowLink(slow) = of_handle(slow) else {
        panic!("no slow link");
    };
    assert_eq!((slow.mid, slow.uplink, slow.lost), (None, Some(true), None));
}

#[test]
fn an_event_arrives_whatever_its_jsep_is() {
    let world = World::new();
    let with = |jsep: &Value| {
        let mut message = event(HANDLE, json!({"echotest": "event", "result": "ok"}));
        message["jsep"] = jsep.clone();
        match world.event(&message).expect("an event") {
            Event::Plugin { event, jsep } => {
                assert_eq!(event["result"], "ok");
                jsep
            }
            event => panic!("{event:?}"),
        }
    };
    for odd in [
        json!({}),
        json!("x"),
        json!(["offer"]),
        json!({"type": "offer"}),
        json!({"sdp": "v=0\r\n"}),
        json!({"type": 7, "sdp": null}),
    ] {
        let jsep = with(&odd).expect("a jsep");
        assert!(jsep.check().is_err(), "{odd}: {jsep:?}");
    }
    let jsep = with(&json!({"type": "pranswer", "sdp": "v=0\r\n", "rid_order": "xyz", "e2ee": 7}));
    let jsep = jsep.expect("a jsep");
    jsep.check().expect("a type and an SDP");
    assert_eq!(jsep.kind, JsepKind::Other("pranswer".to_owned()));
    assert_eq!(jsep.rid_order, Some(RidOrder::Other("xyz".to_owned())));
    assert_eq!((&*jsep.sdp, jsep.e2ee), ("v=0\r\n", None));
    assert_eq!(with(&Value::Null), None);
}

#[test]
fn a_proxy_that_says_little_is_a_janus_all_the_same() {
    let little = json!({"janus": "server_info", "name": "Gate"});
    let little = info(&little).expect("an info");
    assert_eq!((&*little.name, little.version), ("Gate", 0));
    // As Janus has it where nobody says otherwise: sessions are kept alive.
    assert_eq!(little.session_timeout, Duration::from_secs(60));
    let odd = json!({"janus": "server_info", "name": 7, "plugins": null, "session-timeout": "30",
        "reclaim-session-timeout": -1, "twcc-period": 0.5, "public-ips": ["192.0.2.1", null]});
    let odd = info(&odd).expect("an info");
    assert_eq!(odd.session_timeout, Duration::from_secs(30));
    assert_eq!(odd.reclaim_session_timeout, Duration::ZERO);
    assert_eq!((odd.twcc_period, odd.plugins.len()), (None, 0));
    assert_eq!(odd.public_ips, Some(vec!["192.0.2.1".to_owned()]));
}

/// What a connection makes of an answer to `info`.
fn info(answer: &Value) -> Result<ServerInfo, String> {
    let answer = answer.clone();
    let server = Scripted::start(move |request, out| out.answer(request, answer.clone()));
    match Connection::open(&server.url()) {
        Ok(janus) => Ok(janus.opening_info().clone()),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn every_field_of_the_server_info_is_read() {
    let (_, facts) = entries(facts("requests"))
        .find(|(name, _)| *name == "info")
        .expect("info");
    let answer = parse(&fixture("core/answers/info"));
    assert_has_all(&answer, &facts["reply"], "info");
    let before = info(&answer).expect("an info");
    for (field, facts) in entries(&facts["reply"]) {
        if ["janus", "transaction"].contains(&field) {
            continue;
        }
        let after = info(&changed(&answer, &pointer(field), another(&answer[field])));
        assert_ne!(after.as_ref(), Ok(&before), "`{field}` of info is not read");
        assert!(after.is_ok(), "{after:?}");
        let is_later = facts["in_1_1_2"] == false;
        if facts["optional"] == true || is_later {
            let mut less = answer.clone();
            less.as_object_mut().expect("an object").remove(field);
            assert!(info(&less).is_ok(), "info without {field}");
        }
    }
}

#[test]
fn the_answers_in_the_fixtures_have_what_janus_says() {
    for (name, facts) in entries(facts("requests")) {
        let mut answer = parse(&fixture(&format!("core/answers/{name}")));
        if name == "message" {
            // `hint` comes with `ack` only, which is a fixture of its own.
            answer["hint"] = json!("a text");
        }
        assert_has_all(&answer, &facts["reply"], name);
    }
    for name in ["ack", "error"] {
        let answer = parse(&fixture(&format!("core/answers/{name}")));
        assert_has_all(&answer, &facts("envelope")[name], name);
    }
    let more = fixtures("core/answers").len();
    assert_eq!(more, names(facts("requests")).len() + 2);
}

#[test]
fn every_code_of_the_core_has_its_name() {
    let ours = [
        ErrorCode::UNAUTHORIZED,
        ErrorCode::UNAUTHORIZED_PLUGIN,
        ErrorCode::TRANSPORT_SPECIFIC,
        ErrorCode::MISSING_REQUEST,
        ErrorCode::UNKNOWN_REQUEST,
        ErrorCode::INVALID_JSON,
        ErrorCode::INVALID_JSON_OBJECT,
        ErrorCode::MISSING_MANDATORY_ELEMENT,
        ErrorCode::INVALID_REQUEST_PATH,
        ErrorCode::SESSION_NOT_FOUND,
        ErrorCode::HANDLE_NOT_FOUND,
        ErrorCode::PLUGIN_NOT_FOUND,
        ErrorCode::PLUGIN_ATTACH,
        ErrorCode::PLUGIN_MESSAGE,
        ErrorCode::PLUGIN_DETACH,
        ErrorCode::JSEP_UNKNOWN_TYPE,
        ErrorCode::JSEP_INVALID_SDP,
        ErrorCode::TRICKLE_INVALID_STREAM,
        ErrorCode::INVALID_ELEMENT_TYPE,
        ErrorCode::SESSION_CONFLICT,
        ErrorCode::UNEXPECTED_ANSWER,
        ErrorCode::TOKEN_NOT_FOUND,
        ErrorCode::WEBRTC_STATE,
        ErrorCode::NOT_ACCEPTING_SESSIONS,
        ErrorCode::UNKNOWN,
    ];
    let ours: Vec<i64> = ours.map(|code| code.value().into()).into();
    let theirs = facts("error_codes").as_array().expect("an array");
    let theirs: Vec<i64> = theirs
        .iter()
        .filter_map(|code| code["code"].as_i64())
        .collect();
    assert_eq!(ours, theirs);
}
