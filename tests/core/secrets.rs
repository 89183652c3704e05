//! No secret is in any log line, error or `Debug` text, while the wire text is in the log.
#![cfg(feature = "log")]

mod admin;
mod tokens;

use std::{
    collections::BTreeSet,
    error::Error as _,
    fmt::Debug,
    io::{BufRead, BufReader},
    sync::mpsc,
    time::Duration,
};

use common::{
    Janus, Kamailio, WsClient,
    logger::Log,
    program::in_own_process,
    scripted::{HANDLE, SESSION, Scripted, answered, event, tcp},
};
use janus_blocking::{
    Config, Connection, EchoTest, Error, Event, Plugin, Raw, Session, Sip,
    echotest::Settings,
    raw::Body,
    sip::{Call, Register, Secret},
};
use serde_json::{Value, json};

/// In all secrets of these tests, and nowhere else.
const HUSH: &str = "hush";
const API_SECRET: &str = "hush-api-secret";
const TOKEN: &str = "hush-token";
const PASSWORD: &str = "hush-password";
const SOON: Duration = Duration::from_secs(5);

#[track_caller]
fn assert_hidden(text: &str) {
    assert!(!text.contains(HUSH), "{text}");
}

/// The text, the debug text, and those of all causes.
#[track_caller]
fn assert_error_hidden(error: &Error) {
    assert_hidden(&format!("{error} {error:?} {error:#?}"));
    let mut cause = error.source();
    while let Some(error) = cause {
        assert_hidden(&format!("{error} {error:?}"));
        cause = error.source();
    }
}

#[track_caller]
fn assert_debug_hidden(value: &dyn Debug) {
    assert_hidden(&format!("{value:?} {value:#?}"));
}

fn config(url: &str) -> Config {
    Config::new(url).api_secret(API_SECRET).token(TOKEN)
}

/// Everything of a connection that has a `Debug`.
fn assert_objects_hidden(janus: &Connection, session: &Session, raw: &Raw) {
    let events = raw.events();
    let objects: [&dyn Debug; 8] = [
        janus,
        janus.config(),
        janus.opening_info(),
        session,
        raw,
        raw.handle(),
        &events,
        &events.iter(),
    ];
    objects
        .into_iter()
        .for_each(|object| assert_debug_hidden(object));
    assert!(format!("{:?}", janus.config()).contains("api_secret: Some(\"***\")"));
}

#[test]
fn a_token_in_the_address_reaches_the_server_and_no_log() {
    let test = "a_token_in_the_address_reaches_the_server_and_no_log";
    if !in_own_process(module_path!(), test) {
        return;
    }
    let log = Log::of_this_program();
    let (tell, asked) = mpsc::channel();
    // It reads the request and hangs up.
    let url = tcp("ws", move |stream| {
        let mut line = String::new();
        let read = BufReader::new(stream).read_line(&mut line);
        tell.send(read.map(|_| line)).expect("the test waits");
    });
    let address = format!("{url}/janus?token={TOKEN}&room=1");
    assert_error_hidden(&Connection::open(&address).expect_err("it hangs up"));
    let line = asked
        .recv_timeout(SOON)
        .expect("a request")
        .expect("a line");
    assert_eq!(
        line,
        format!("GET /janus?token={TOKEN}&room=1 HTTP/1.1\r\n")
    );
    log.assert_hidden(HUSH);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_story_with_a_real_janus_shows_no_secret_but_its_wire_text() {
    if !in_own_process(
        module_path!(),
        "a_story_with_a_real_janus_shows_no_secret_but_its_wire_text",
    ) {
        return;
    }
    let log = Log::of_this_program();
    let server = Janus::builder().api_secret(API_SECRET).token_auth().start();
    allow_token(&server);
    let janus = config(&server.url()).open().expect("Janus answers");
    let session = janus.create_session().expect("authorized");
    let sip: Sip = session.attach().expect("a handle");
    let raw = session.attach_raw(Sip::PACKAGE).expect("a handle");

    let kamailio = Kamailio::start();
    let password = kamailio.secret("1001");
    let account = Register::new(kamailio.user_uri("1001"))
        .secret(&password)
        .proxy(kamailio.proxy_uri());
    assert!(!format!("{account:?}").contains(&password));
    sip.register(&account).expect("registered");
    let body = json!({"request": "register", "username": "no URI", "secret": PASSWORD});
    assert_error_hidden(&raw.request(body).expect_err("no URI"));
    let wrong = Register::new(kamailio.user_uri("1002"))
        .secret("hush-wrong")
        .proxy(kamailio.proxy_uri());
    let other: Sip = session.attach().expect("a handle");
    assert_error_hidden(&other.register(&wrong).expect_err("a wrong password"));
    let refused = Config::new(server.url())
        .api_secret("hush-wrong")
        .token("hush-none");
    let stranger = refused.open().expect("`info` needs none");
    assert_error_hidden(&stranger.create_session().expect_err("unauthorized"));
    assert_error_hidden(&stranger.claim(session.id()).expect_err("unauthorized"));
    assert_objects_hidden(&janus, &session, &raw);
    assert_error_hidden(
        &session
            .attach_raw("janus.plugin.nothing")
            .expect_err("no plugin"),
    );

    let id = session.id();
    let ticket = session.abandon();
    let shown = format!("{ticket:?} {ticket:#?}");
    assert_hidden(&shown);
    assert!(
        !shown.contains(&id.to_string()),
        "the id is the key to the session: {shown}"
    );
    assert!(shown.contains("session_id: \"***\""), "{shown}");
    assert_hidden(&serde_json::to_string(&ticket).expect("JSON"));
    janus.close();

    log.assert_hidden(HUSH);
    log.assert_hidden(&password);
    for masked in [
        "\"apisecret\":\"***\"",
        "\"token\":\"***\"",
        "\"secret\":\"***\"",
    ] {
        log.assert_wire("->", masked);
    }
    log.assert_wire("->", "\"username\":\"sip:1001@127.0.0.1:");
    log.assert_wire("<-", "\"registered\"");
}

/// Lets Janus accept the token, beside the secret.
fn allow_token(server: &Janus) {
    let admin = WsClient::connect_as(&server.admin_url(), "janus-admin-protocol");
    let mut admin = admin.expect("the Admin API");
    let add = json!({"janus": "add_token", "token": TOKEN, "transaction": "t",
        "admin_secret": server.admin_secret()});
    admin.send(&add.to_string()).expect("sent");
    let answer = admin.recv(SOON).expect("an answer");
    assert!(answer.contains("success"), "{answer}");
}

/// A server that repeats in its answers what it was sent, as none should.
fn echoing() -> Scripted {
    Scripted::start(|request, out| {
        let verb = request["janus"].as_str().unwrap_or_default();
        let body = &request["body"];
        match (verb, body["request"].as_str()) {
            ("message", Some("mismatch")) => {
                out.answer(request, json!({"janus": "pong", "echo": request}));
            }
            ("message", Some("event")) => {
                out.answer(request, json!({"janus": "ack"}));
                let data = json!({"sip": "event", "result": {"event": "registered", "username": 5},
                    "was": request, "secret": PASSWORD});
                out.answer(request, event(HANDLE, data));
            }
            ("message", Some("silence")) => {}
            ("message", _) => {
                let data = json!({"sip": "event", "result": {"event": 7, "was": body}});
                out.answer(request, json!({"janus": "ack"}));
                out.answer(request, event(HANDLE, data.clone()));
                // Once more for the queue, as an event that lacks its id, and as a core event.
                out.answer(request, event(HANDLE, data));
                let transfer = json!({"event": "transfer", "token": TOKEN, "was": request});
                out.json(&event(HANDLE, json!({"sip": "event", "result": transfer})));
                let media = json!({"janus": "media", "session_id": SESSION, "sender": HANDLE,
                    "mid": 5, "token": TOKEN, "was": request});
                out.json(&media);
                out.text(format!("{{\"secret\":\"{PASSWORD}\" and so on"));
                out.text(answered(request, json!({"janus": 5, "was": request})).to_string());
            }
            _ => out.usual(request),
        }
    })
}

#[test]
fn a_story_with_a_server_that_repeats_secrets_shows_none() {
    if !in_own_process(
        module_path!(),
        "a_story_with_a_server_that_repeats_secrets_shows_none",
    ) {
        return;
    }
    let log = Log::of_this_program();
    let server = echoing();
    let janus = config(&server.url())
        .request_timeout(Duration::from_secs(1))
        .open()
        .expect("it answers `info`");
    let session = janus.create_session().expect("a session");
    let sip: Sip = session.attach().expect("a handle");
    let account = Register::new("sip:alice@example.org")
        .secret(PASSWORD)
        .ha1_secret("hush-ha1");
    assert_debug_hidden(&account);
    let outcomes = [
        sip.register(&account).map(drop),
        sip.call(&Call::new("sip:b@example.org").secret(PASSWORD), &offer())
            .map(drop),
    ];
    let mut errors: Vec<Error> = outcomes.into_iter().filter_map(Result::err).collect();
    assert!(!errors.is_empty());
    while let Some(event) = sip
        .events()
        .recv_timeout(Duration::from_millis(200))
        .transpose()
    {
        match event {
            Ok(Event::Plugin { .. }) => {}
            Ok(event) => assert_debug_hidden(&event),
            Err(error) => errors.push(error),
        }
    }
    assert!(
        errors
            .iter()
            .any(|error| matches!(error, Error::Decode { .. })),
        "{errors:?}"
    );
    let handle = sip.into_handle();
    for name in ["mismatch", "event", "silence"] {
        let body = Body(
            json!({"request": name, "secret": PASSWORD, "pin": "hush-pin",
            "inner": [{"admin_key": "hush-key"}]}),
        );
        match handle.request(&body) {
            Ok(answer) => assert_eq!(answer["secret"], PASSWORD, "the program gets what there is"),
            Err(error) => errors.push(error),
        }
    }
    let kinds: [fn(&Error) -> bool; 3] = [
        |error| matches!(error, Error::Unexpected { .. }),
        |error| matches!(error, Error::Timeout { .. }),
        |error| matches!(error, Error::Decode { .. }),
    ];
    for kind in kinds {
        assert!(errors.iter().any(kind), "{errors:?}");
    }
    errors.iter().for_each(|error| assert_error_hidden(error));
    drop(handle);
    let raw: Raw = session.reattach(HANDLE).expect("a handle");
    assert_objects_hidden(&janus, &session, &raw);
    server.cut();
    if let Err(error) = janus.ping() {
        assert_error_hidden(&error);
    }
    janus.close();
    log.assert_hidden(HUSH);
    log.assert_wire("->", "\"apisecret\":\"***\"");
    log.assert_wire("->", "\"ha1_secret\":\"***\"");
    log.assert_wire("<-", "\"server_info\"");
}

fn offer() -> janus_blocking::Jsep {
    janus_blocking::Jsep::offer("v=0\r\n")
}

#[test]
fn errors_of_connecting_show_no_secret() {
    if !in_own_process(module_path!(), "errors_of_connecting_show_no_secret") {
        return;
    }
    let log = Log::of_this_program();
    let nowhere = format!("ws://127.0.0.1:{}", common::free_tcp_port());
    let mute = Scripted::start(|_, _| {});
    for url in [
        &*nowhere,
        &mute.url(),
        "ws://hush-user:hush-password@127.0.0.1:8188",
        "ws://127.0.0.1:1/path?token=hush-token",
        "wss://hush@host",
        "unix:///tmp/janus.sock",
        "nonsense hush@host",
    ] {
        let config = config(url).connect_timeout(Duration::from_millis(200));
        assert_debug_hidden(&config);
        assert_debug_hidden(&Config::new("ws://127.0.0.1").fallback_url(url));
        assert_error_hidden(&config.open().expect_err(url));
    }
    log.assert_hidden(HUSH);
}

#[test]
fn an_event_that_was_not_decoded_shows_no_secret_and_no_session_description() {
    if !in_own_process(
        module_path!(),
        "an_event_that_was_not_decoded_shows_no_secret_and_no_session_description",
    ) {
        return;
    }
    let data = json!({"sip": "event", "secret": PASSWORD, "result": {"event": "x", "call": 7}});
    let mut message = event(HANDLE, data);
    message["jsep"] = json!({"type": "offer", "sdp": "v=0\r\na=ice-pwd:quiet"});
    let media = json!({"janus": "media", "session_id": SESSION, "sender": HANDLE, "token": TOKEN});
    let server = Scripted::usual();
    let janus = config(&server.url()).open().expect("it answers `info`");
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw(Sip::PACKAGE).expect("a handle");
    server.push(|out| {
        out.json(&message);
        out.json(&media);
    });
    let events = raw.events();
    let shown = [(); 2].map(|()| {
        let event = events.receiver().recv_timeout(SOON).expect("an event");
        assert_debug_hidden(&event);
        format!("{event:?}")
    });
    assert!(
        shown[0].contains("call") && !shown[0].contains("quiet"),
        "{shown:?}"
    );
    assert!(shown[1].contains("media") && shown[1].contains("***"));
}

/// The names of everything in `janus-api.json` that is a secret.
fn secret_names(facts: &Value, found: &mut BTreeSet<String>) {
    match facts {
        Value::Object(map) => {
            let text = |key| map.get(key).and_then(Value::as_str).unwrap_or_default();
            let name = text("name").rsplit('.').next().unwrap_or_default();
            let ends = [
                "secret", "pin", "token", "pwd", "password", "crypto", "_key",
            ];
            let is_secret = ends.iter().any(|end| name.ends_with(end)) || name == "allowed";
            let is_value = text("type") == "string" || text("type").starts_with("array");
            if is_secret && is_value {
                found.insert(name.to_owned());
            }
            map.values().for_each(|inner| secret_names(inner, found));
        }
        Value::Array(list) => list.iter().for_each(|inner| secret_names(inner, found)),
        _ => {}
    }
}

#[test]
fn every_secret_that_janus_has_is_masked_in_requests_of_any_plugin() {
    if !in_own_process(
        module_path!(),
        "every_secret_that_janus_has_is_masked_in_requests_of_any_plugin",
    ) {
        return;
    }
    let log = Log::of_this_program();
    let facts = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/janus-api.json");
    let facts = std::fs::read_to_string(facts).expect("the facts");
    let mut names = BTreeSet::new();
    secret_names(&serde_json::from_str(&facts).expect("JSON"), &mut names);
    for name in [
        "apisecret",
        "token",
        "secret",
        "pin",
        "admin_key",
        "rtsp_pwd",
        "allowed",
    ] {
        assert!(names.contains(name), "{name} is not in {names:?}");
    }
    let server = Scripted::usual();
    let janus = config(&server.url()).open().expect("it answers `info`");
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw("janus.plugin.any").expect("a handle");
    for name in &names {
        let value = json!(["hush-in-a-list", {"deeper": HUSH}]);
        raw.request(json!({name: HUSH, "inner": {name: value}}))
            .expect(name);
        log.assert_wire("->", &format!("\"{name}\":\"***\""));
    }
    // The address of a camera.
    let url = format!("rtsp://me:{HUSH}@camera/gate?key={HUSH}");
    raw.request(json!({ "url": url })).expect("url");
    log.assert_wire("->", r#""url":"rtsp://***@camera/gate?***""#);
    log.assert_hidden(HUSH);
}

#[test]
fn secrets_of_requests_are_only_in_what_is_sent() {
    if !in_own_process(
        module_path!(),
        "secrets_of_requests_are_only_in_what_is_sent",
    ) {
        return;
    }
    let secret = Secret::from(PASSWORD);
    assert_debug_hidden(&secret);
    assert_eq!(secret.expose(), PASSWORD);
    let account = Register::new("sip:a@b").secret(PASSWORD);
    assert!(
        serde_json::to_string(&account)
            .expect("JSON")
            .contains(PASSWORD)
    );
    assert_debug_hidden(&Body(json!({"request": "join", "pin": "hush-pin"})));
    // An echo test has none; its settings are all shown.
    let _: (Option<EchoTest>, Settings) = (None, Settings::new());
}
