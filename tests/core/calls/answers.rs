//! Answers that do not fit: the request that they are for ends with them, and not at its timeout.

use std::{sync::mpsc, thread, time::Duration};

use janus_blocking::{
    Candidate, Config, Connection, EchoTest, Error, ErrorCode, HandleId, Result, Sip,
    connection::{AttachOptions, Reconnect},
    echotest::Settings,
    sip,
};
use serde_json::{Value, json};

use common::scripted::{HANDLE, Out, SESSION, Scripted, answered, event};

/// Much longer than any answer takes: whoever waits for it fails by its error.
const LONG: Duration = Duration::from_secs(20);

fn open(server: &Scripted) -> Connection {
    let config = Config::new(server.url())
        .request_timeout(LONG)
        .reconnect(Reconnect::Never);
    config.open().expect("the scripted server answers `info`")
}

/// A server that answers requests with that verb with this.
fn answering(verb: &'static str, answer: impl Fn(&Value, &mut Out) + Send + 'static) -> Scripted {
    Scripted::start(move |request, out| {
        if request["janus"] == verb {
            answer(request, out);
        } else {
            out.usual(request);
        }
    })
}

/// With the request's transaction, but for what the text has.
fn with_transaction(request: &Value, text: &str) -> String {
    text.replace(
        "$T",
        request["transaction"].as_str().expect("a transaction"),
    )
}

#[track_caller]
fn assert_unexpected<T: std::fmt::Debug>(result: Result<T>, what: &str) {
    match result {
        Err(Error::Unexpected { .. }) => {}
        other => panic!("{what}: {other:?}"),
    }
}

/// What Janus would not send, with the transaction of a request, `$T`.
const ODD: [&str; 17] = [
    r#"{"janus":"error","transaction":"$T"}"#,
    r#"{"janus":"error","transaction":"$T","error":null}"#,
    r#"{"janus":"error","transaction":"$T","session_id":11,"sender":22}"#,
    r#"{"janus":"success","transaction":"$T","data":null}"#,
    r#"{"janus":"success","transaction":"$T","data":{"id":"seven"}}"#,
    r#"{"janus":"success","transaction":"$T","data":{}}"#,
    r#"{"janus":"pong","transaction":"$T"}"#,
    r#"{"janus":"event","session_id":11,"sender":22,"transaction":"$T"}"#,
    r#"{"janus":"event","transaction":"$T","plugindata":5}"#,
    r#"{"janus":"surprise","transaction":"$T"}"#,
    r#"{"janus":"surprise","session_id":11,"sender":22,"transaction":"$T"}"#,
    r#"{"janus":"timeout","transaction":"$T"}"#,
    r#"{"janus":"detached","session_id":12,"sender":23,"transaction":"$T"}"#,
    r#"{"janus":17,"transaction":"$T"}"#,
    r#"{"transaction":"$T"}"#,
    r#"[{"janus":"success","transaction":"$T","data":{"id":7}}]"#,
    r#"{"janus":"success", "transaction" : "$T","data":{"id":7}"#,
];

#[test]
fn what_is_no_answer_ends_a_request_to_the_plugin() {
    for odd in ODD {
        let server = answering("message", |request, out| {
            out.json(&answered(
                request,
                json!({"janus": "ack", "session_id": SESSION}),
            ));
            let odd = request["body"]["odd"].as_str().unwrap_or_default();
            out.text(with_transaction(request, odd));
        });
        let janus = open(&server);
        let session = janus.create_session().expect("a session");
        let raw = session.attach_raw("p").expect("a handle");
        assert_unexpected(raw.request(json!({ "odd": odd })), odd);
        janus.ping().expect("the connection works on");
        assert_eq!(janus.unmatched_messages().late, 0, "{odd}");
    }
}

#[test]
fn what_is_no_answer_ends_a_request_to_the_core() {
    for odd in ODD {
        let server = answering("create", move |request, out| {
            out.text(with_transaction(request, odd));
        });
        let janus = open(&server);
        assert_unexpected(janus.create_session().map(drop), odd);
        janus.ping().expect("the connection works on");
    }
    for odd in ODD {
        // `detached` without its own handle, `success` and the like do for these.
        if odd.contains("success") {
            continue;
        }
        let server = answering("trickle", move |request, out| {
            out.text(with_transaction(request, odd));
        });
        let janus = open(&server);
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        let candidate = Candidate::new("candidate:1 1 udp 1 192.0.2.1 9 typ host");
        assert_unexpected(echo.handle().trickle(&[candidate]), odd);
    }
}

#[test]
fn an_event_ends_a_request_that_can_have_none_and_is_not_lost() {
    let server = answering("trickle", |request, out| {
        let ok = event(HANDLE, json!({"echotest": "event", "result": "ok"}));
        out.json(&answered(request, ok));
    });
    let janus = open(&server);
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    assert_unexpected(echo.handle().trickle_done(), "an event");
    assert!(echo.events().try_recv().expect("an event").is_some());
}

#[test]
fn an_event_before_the_ack_ends_no_send() {
    let server = answering("message", |request, out| {
        let ok = event(HANDLE, json!({"echotest": "event", "result": "ok"}));
        out.json(&answered(request, ok));
        let hollow = json!({"janus": "event", "session_id": SESSION, "sender": HANDLE});
        out.json(&answered(request, hollow));
        out.json(&answered(request, json!({"janus": "ack"})));
    });
    let janus = open(&server);
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let sent = echo.handle().send(&Settings::new().audio(true));
    sent.expect("the ack");
    for _ in 0..2 {
        assert!(echo.events().try_recv().expect("an event").is_some());
    }
}

#[test]
fn what_happens_to_a_handle_ends_no_request_whatever_its_transaction_is() {
    let server = answering("message", |request, out| {
        for word in ["webrtcup", "media", "slowlink", "hangup", "ice-failed"] {
            let happens = json!({"janus": word, "session_id": SESSION, "sender": HANDLE,
                "mid": "0", "type": "audio", "media": "audio", "receiving": true,
                "uplink": true, "lost": 1});
            out.json(&answered(request, happens));
        }
        out.usual(request);
    });
    let janus = open(&server);
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    echo.configure(&Settings::new().audio(true))
        .expect("its own answer");
    for _ in 0..5 {
        assert!(echo.events().try_recv().expect("an event").is_some());
    }
}

/// Each caller of several objects in one text gets what is for it.
#[test]
fn each_part_of_a_text_ends_its_own_request() {
    let parts = [
        (
            r#"{"janus":"error","transaction":"$T","error":{"code":"458","reason":"x"}}"#,
            true,
        ),
        (r#"{"janus":"error","transaction":"$T"}"#, true),
        (
            r#"{"janus":"success","transaction":"$T","data":{"id":"#,
            false,
        ),
    ];
    for (part, more) in parts {
        let mut held: Option<Value> = None;
        let server = answering_two("ping", move |request, out| match held.take() {
            None => held = Some(request.clone()),
            Some(other) => {
                let pong = answered(&other, json!({"janus": "pong"})).to_string();
                let part = with_transaction(request, part);
                let last = if more { r#" {"janus":"surprise"}"# } else { "" };
                out.text(format!("{pong}{part}{last}"));
            }
        });
        let janus = open(&server);
        thread::scope(|scope| {
            let (done, results) = mpsc::channel();
            for _ in 0..2 {
                let (done, janus) = (done.clone(), &janus);
                scope.spawn(move || done.send(janus.ping()).expect("the test waits"));
            }
            let both = [(); 2].map(|()| results.recv().expect("an end"));
            let well = both.iter().filter(|result| result.is_ok()).count();
            let ended = both.iter().filter(|result| {
                matches!(result, Err(Error::Unexpected { .. } | Error::Janus { .. }))
            });
            assert_eq!((well, ended.count()), (1, 1), "{part}: {both:?}");
        });
    }
}

/// A server whose script gets each request with that verb.
fn answering_two(
    verb: &'static str,
    mut answer: impl FnMut(&Value, &mut Out) + Send + 'static,
) -> Scripted {
    Scripted::start(move |request, out| {
        if request["janus"] == verb {
            answer(request, out);
        } else {
            out.usual(request);
        }
    })
}

#[test]
fn a_plugins_refusal_counts_however_its_code_is_written() {
    for (code, expected) in [
        (json!(447), 447),
        (json!("447"), 447),
        (json!(447.0), 447),
        (json!({"code": 447}), 0),
    ] {
        let data = json!({"sip": "event", "error_code": code, "error": "Wrong state"});
        let server = answering("message", move |request, out| {
            out.json(&answered(
                request,
                json!({"janus": "ack", "session_id": SESSION}),
            ));
            out.json(&answered(request, event(HANDLE, data.clone())));
        });
        let janus = open(&server);
        let session = janus.create_session().expect("a session");
        let door: Sip = session.attach().expect("a handle");
        let refused = door.hangup(&sip::Hangup::new()).expect_err("a refusal");
        assert_eq!(
            refused.code(),
            Some(ErrorCode::new(expected)),
            "{refused:?}"
        );
        let echo: EchoTest = session.reattach(HANDLE + 1).expect("a handle");
        let refused = echo.configure(&Settings::new()).expect_err("a refusal");
        assert_eq!(
            refused.code(),
            Some(ErrorCode::new(expected)),
            "{refused:?}"
        );
    }
}

#[test]
fn an_error_without_a_transaction_ends_the_only_request() {
    const UNREADABLE: &str = r#"{"janus":"error","error":{"code":454,"reason":"no JSON"}}"#;
    let server = answering("create", |_, out| out.text(UNREADABLE));
    let janus = open(&server);
    let refused = janus.create_session().map(drop).expect_err("refused");
    assert_eq!(refused.code(), Some(ErrorCode::INVALID_JSON), "{refused:?}");

    // Of two it could be about either.
    let mut held: Option<Value> = None;
    let server = answering_two("keepalive", move |request, out| match held.take() {
        None => held = Some(request.clone()),
        Some(other) => {
            out.text(UNREADABLE);
            out.usual(&other);
            out.usual(request);
        }
    });
    let janus = open(&server);
    let session = janus.create_session().expect("a session");
    thread::scope(|scope| {
        let calls = [1, 2].map(|handle| {
            let session = &session;
            let verified = AttachOptions::new()
                .verify(true)
                .existing_handle(HandleId::new(handle));
            scope.spawn(move || session.attach_with::<EchoTest>(verified).map(drop))
        });
        for call in calls {
            call.join().expect("no panic").expect("its own answer");
        }
    });
    assert_eq!(janus.unmatched_messages().unknown, 1);

    // There is nothing unreadable in a `ping`.
    let server = answering("ping", |request, out| {
        out.text(UNREADABLE);
        out.usual(request);
    });
    let janus = open(&server);
    janus.ping().expect("its own answer");
    assert_eq!(janus.unmatched_messages().unknown, 1);
}
