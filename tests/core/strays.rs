//! Messages that Janus should not send, or sends to nobody: they are counted, and end nothing.

mod early;
mod garbage;

use std::{thread, time::Duration};

use common::scripted::{HANDLE, SESSION, Scripted, answered, event};
use janus_blocking::{
    CloseReason, Config, Connection, EchoTest, Error, Event, Raw, connection::Reconnect, echotest,
};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(5);

/// A connection whose requests wait this many milliseconds.
fn open(server: &Scripted, request_timeout: u64) -> Connection {
    let timeout = Duration::from_millis(request_timeout);
    let config = Config::new(server.url())
        .request_timeout(timeout)
        .reconnect(Reconnect::Never);
    config.open().expect("the scripted server answers `info`")
}

fn strays(janus: &Connection) -> [u64; 3] {
    let strays = janus.unmatched_messages();
    [strays.late, strays.unknown, strays.garbage]
}

/// The data of the next event, which has to be one of the plugin.
#[track_caller]
fn next_data(raw: &Raw) -> Value {
    match raw.events().recv_timeout(SOON) {
        Ok(Some(Event::Plugin { event, .. })) => event,
        other => panic!("no plugin event but {other:?}"),
    }
}

#[test]
fn late_and_double_answers_are_counted_and_taken_for_no_other() {
    let mut pings = 0;
    let server = Scripted::start(move |request, out| {
        if request["janus"] == "ping" {
            pings += 1;
            // The first is not answered, the others twice.
            if pings > 1 {
                out.usual(request);
                out.usual(request);
            }
            return;
        }
        out.usual(request);
    });
    let janus = open(&server, 1000);
    let error = janus.ping().expect_err("no answer");
    assert!(error.is_timeout(), "{error}");
    assert!(
        error
            .to_string()
            .starts_with("`ping` was not answered within ")
    );
    let first = server.wait_request("ping");
    server.push(|out| out.usual(&first));
    let session = janus.create_session().expect("an answer");
    assert_eq!(strays(&janus), [1, 0, 0]);
    janus.ping().expect("an answer");
    janus.info().expect("an answer behind the double one");
    assert_eq!(strays(&janus), [1, 1, 0]);
    assert_eq!(session.check().map_err(|error| error.to_string()), Ok(()));
}

#[test]
fn answers_to_unknown_transactions_are_counted() {
    let server = Scripted::usual();
    let janus = open(&server, 5000);
    let session = janus.create_session().expect("a session");
    let ours = server.wait_request("create")["transaction"].clone();
    let prefix = ours
        .as_str()
        .expect("text")
        .split('-')
        .next()
        .expect("a prefix");
    let transactions = [
        "",
        "1",
        "somebody else's",
        &format!("{prefix}-"),
        &format!("{prefix}-ffff"),
        &format!("{prefix}-not hex"),
        &format!("{prefix}-fffffffffffffffffffff"),
        &"x".repeat(100_000),
    ];
    server.push(|out| {
        for transaction in transactions {
            for word in ["success", "ack", "pong", "server_info", "error"] {
                out.json(&json!({"janus": word, "transaction": transaction,
                    "session_id": SESSION, "error": {"code": 458, "reason": "No such session"}}));
            }
        }
        // Without any transaction: Janus answers so what it could not read.
        out.json(&json!({"janus": "error", "error": {"code": 454, "reason": "Invalid JSON"}}));
        out.json(&json!({"janus": "success", "data": {"id": 5}}));
    });
    janus.ping().expect("an answer");
    let count = 5 * transactions.len() as u64 + 2;
    assert_eq!(strays(&janus), [0, count, 0]);
    session.check().expect("a 458 for nobody ends nothing");
}

#[test]
fn unknown_words_are_events_of_their_sender_and_strays_without_one() {
    let server = Scripted::usual();
    let janus = open(&server, 5000);
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let weather = json!({"janus": "weather", "session_id": SESSION, "sender": HANDLE, "wind": 3});
    server.push(|out| {
        out.json(&json!({"janus": "weather", "session_id": SESSION, "wind": 1}));
        out.json(&json!({"janus": "weather", "sender": HANDLE, "wind": 2}));
        out.json(&json!({"janus": "keepalive"}));
        out.json(&weather);
    });
    match echo.events().recv_timeout(SOON) {
        Ok(Some(Event::Other(value))) => assert_eq!(value, weather),
        other => panic!("{other:?}"),
    }
    assert_eq!(strays(&janus), [0, 3, 0]);
    echo.configure(&echotest::Settings::new().audio(true))
        .expect("an answer");
}

#[test]
fn events_of_unknown_sessions_and_handles_are_counted() {
    let server = Scripted::usual();
    let janus = open(&server, 5000);
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    server.push(|out| {
        for (session, handle) in [(99, HANDLE), (SESSION, 99), (0, 0), (u64::MAX, u64::MAX)] {
            for word in ["event", "webrtcup", "hangup", "media", "slowlink"] {
                out.json(
                    &json!({"janus": word, "session_id": session, "sender": handle,
                    "plugindata": {"plugin": "p", "data": {}}}),
                );
            }
        }
        out.json(&json!({"janus": "timeout", "session_id": 99}));
        out.json(&json!({"janus": "timeout"}));
        out.json(&json!({"janus": "detached"}));
        out.json(&json!({"janus": "detached", "session_id": 99, "sender": HANDLE}));
    });
    janus.ping().expect("an answer");
    // The two `detached` are: one of nobody, one like the echo of a detach of ours.
    assert_eq!(strays(&janus), [0, 23, 0]);
    assert!(matches!(echo.events().try_recv(), Ok(None)));
    echo.handle().check().expect("it lives");
}

#[test]
fn an_event_may_come_before_its_ack() {
    let server = Scripted::start(|request, out| {
        if request["janus"] == "message" {
            out.answer(request, event(HANDLE, json!({"result": "ok"})));
            out.answer(request, json!({"janus": "ack", "session_id": SESSION}));
            return;
        }
        out.usual(request);
    });
    let janus = open(&server, 5000);
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw("janus.plugin.any").expect("a handle");
    for _ in 0..3 {
        assert_eq!(raw.request(json!({})).expect("ok"), json!({"result": "ok"}));
    }
    // Of a request that wants no more than the ack, the event is one for the queue.
    raw.send(json!({})).expect("the ack");
    assert_eq!(next_data(&raw), json!({"result": "ok"}));
    janus.ping().expect("an answer");
    assert_eq!(strays(&janus), [0, 0, 0]);
}

#[test]
fn an_ack_without_an_event_is_a_timeout_that_says_so() {
    let server = Scripted::start(|request, out| {
        if request["janus"] == "message" {
            out.answer(request, json!({"janus": "ack"}))
        } else {
            out.usual(request)
        }
    });
    let janus = open(&server, 1000);
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw("janus.plugin.any").expect("a handle");
    let error = raw
        .request(json!({"request": "dance"}))
        .expect_err("no event");
    assert!(
        matches!(error, Error::Timeout { acked: true, .. }),
        "{error:?}"
    );
    let text = error.to_string();
    let start = format!(
        "`dance` of janus.plugin.any on handle {HANDLE} of session {SESSION} was not finished \
         (Janus acknowledged it, the plugin sent no answer) within "
    );
    assert!(text.starts_with(&start), "{text}");
    let end = "it may have been carried out, repeat it only if that does no harm";
    assert!(text.ends_with(end), "{text}");
    // Its event comes after all: it ends nothing, and is not lost.
    let request = server.wait_request("message");
    server.push(|out| out.answer(&request, event(HANDLE, json!({"late": 1}))));
    assert_eq!(next_data(&raw), json!({"late": 1}));
    janus.ping().expect("an answer");
}

#[test]
fn a_second_event_with_the_same_transaction_goes_to_the_queue() {
    let server = Scripted::start(|request, out| {
        if request["janus"] == "message" {
            out.answer(request, json!({"janus": "ack"}));
            out.answer(request, event(HANDLE, json!({"n": 1})));
            out.answer(request, event(HANDLE, json!({"n": 2})));
            out.answer(request, event(HANDLE, json!({"n": 3})));
            return;
        }
        out.usual(request);
    });
    let janus = open(&server, 5000);
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw("janus.plugin.any").expect("a handle");
    for _ in 0..2 {
        assert_eq!(raw.request(json!({})).expect("the first"), json!({"n": 1}));
        assert_eq!(next_data(&raw), json!({"n": 2}));
        assert_eq!(next_data(&raw), json!({"n": 3}));
    }
    assert_eq!(strays(&janus), [0, 0, 0]);
}

#[test]
fn answers_are_never_crossed_however_they_come() {
    const CALLERS: u64 = 4;
    let mut held: Vec<Value> = Vec::new();
    let server = Scripted::start(move |request, out| {
        if request["janus"] != "message" {
            return out.usual(request);
        }
        held.push(request.clone());
        if held.len() < CALLERS as usize {
            return;
        }
        // All at once, the last first, with noise between and every second one twice.
        let texts = held.drain(..).rev().enumerate().map(|(at, request)| {
            let data = json!({"n": request["body"]["n"]});
            let answer = json!({"janus": "success", "session_id": SESSION, "sender": HANDLE,
                "plugindata": {"plugin": "p", "data": data}});
            let answer = answered(&request, answer).to_string();
            format!("{}[]{answer}", answer.repeat(at % 2))
        });
        out.text(texts.collect::<String>());
    });
    let janus = open(&server, 5000);
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw("janus.plugin.any").expect("a handle");
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let raw = &raw;
            scope.spawn(move || {
                for at in 0..300 {
                    let n = caller * 1000 + at;
                    let answer = raw.request(json!({"n": n})).expect("an answer");
                    assert_eq!(answer, json!({"n": n}));
                }
            });
        }
    });
    janus.ping().expect("an answer");
    assert_eq!(strays(&janus), [0, 600, 1200]);
}

#[test]
fn the_servers_close_frame_ends_the_connection_and_says_so() {
    let server = Scripted::start(|request, out| {
        match request["janus"].as_str() {
            // In the middle of a request.
            Some("ping") => out.frame(0x88, &1001_u16.to_be_bytes()),
            _ => out.usual(request),
        }
    });
    let janus = open(&server, 5000);
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let error = janus.ping().expect_err("the server said goodbye");
    assert!(error.is_closed(), "{error:?}");
    let queue = echo.events().recv().expect_err("the end");
    let why = CloseReason::ClosedByServer;
    assert!(
        matches!(queue, Error::Closed { why: it, .. } if it == why),
        "{queue:?}"
    );
    let text = format!(
        "session {SESSION} is closed: the server closed the connection; open a new one and \
         claim the session"
    );
    assert_eq!(queue.to_string(), text);
    assert_eq!(session.check().expect_err("the end").to_string(), text);
    // The goodbye is answered, as RFC 6455 wants it.
    let goodbye = common::wait_for(SOON, || server.frames().pop().filter(|it| it.opcode == 8));
    assert_eq!(
        goodbye.expect("a close frame").payload,
        1000_u16.to_be_bytes()
    );
}
