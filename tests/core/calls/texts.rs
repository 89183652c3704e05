//! What errors say of what the server said, and of requests that cannot be meant.

use std::time::Duration;

use janus_blocking::{
    Config, Connection, EchoTest, Error, Plugin, Raw,
    connection::{AttachOptions, Reconnect},
    echotest::Settings,
    plugin::Done,
    sip,
    testing::FakeGateway,
};
use serde_json::{Value, json};

use common::scripted::{HANDLE, SESSION, Scripted, answered, event};

fn open(server: &Scripted, timeout: Duration) -> Connection {
    let config = Config::new(server.url())
        .request_timeout(timeout)
        .reconnect(Reconnect::Never);
    config.open().expect("the scripted server answers `info`")
}

/// The error's text and those of its causes, which have to be short and on one line.
#[track_caller]
fn assert_tidy(error: &dyn std::error::Error) {
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        assert!(text.len() < 1000, "{} bytes", text.len());
        assert!(!text.chars().any(char::is_control), "{text:?}");
        next = error.source();
    }
}

#[test]
fn what_a_server_says_is_cut_and_cleaned_in_every_error() {
    let long = || format!("no\r\n\u{1b}[31m\0{}", "x".repeat(1 << 20));
    let server = Scripted::start(move |request, out| {
        let body = &request["body"];
        match request["janus"].as_str() {
            Some("ping") => {
                let error = json!({"code": 490, "reason": long()});
                out.answer(request, json!({"janus": "error", "error": error}));
            }
            Some("message") if body["audio"] == true => {
                let data = json!({"echotest": "event", "error_code": 411, "error": long()});
                out.json(&answered(request, event(HANDLE, data)));
            }
            Some("message") => {
                let data = json!({"echotest": "event", "result": "ok"});
                let mut misfit = answered(request, event(HANDLE, data));
                misfit["janus"] = long().into();
                out.text(serde_json::to_string_pretty(&misfit).expect("JSON"));
            }
            _ => out.usual(request),
        }
    });
    let janus = open(&server, Duration::from_secs(20));
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let refused = janus.ping().expect_err("refused");
    assert!(refused.to_string().contains("490 no   [31m x"), "{refused}");
    assert_tidy(&refused);
    let refused = echo
        .configure(&Settings::new().audio(true))
        .expect_err("refused");
    assert!(refused.to_string().contains("411 no   [31m x"), "{refused}");
    assert_tidy(&refused);
    let misfit = echo
        .configure(&Settings::new().audio(false))
        .expect_err("a misfit");
    assert!(matches!(misfit, Error::Unexpected { .. }), "{misfit}");
    assert_tidy(&misfit);
    let word = "x\n".repeat(1 << 20);
    server.push(|out| out.event(json!({"error_code": word, "error": {word.as_str(): 1}})));
    let event = echo.events().recv_timeout(Duration::from_secs(20));
    if let Err(error) = event {
        assert_tidy(&error);
    }
}

#[test]
fn a_timeout_of_what_only_reads_says_that_it_may_be_repeated() {
    let server = Scripted::start(|request, out| match request["janus"].as_str() {
        Some("ping" | "message") => {}
        _ => out.usual(request),
    });
    let janus = open(&server, Duration::from_millis(50));
    let only_reads = |error: &Error| match error {
        Error::Timeout { only_reads, .. } => *only_reads,
        other => panic!("{other:?}"),
    };
    let error = janus.ping().expect_err("silence");
    assert!(only_reads(&error));
    let text = error.to_string();
    assert!(
        text.ends_with("ms; it only reads, so it may be repeated"),
        "{text}"
    );
    let session = (0..100)
        .find_map(|_| janus.create_session().ok())
        .expect("a session");
    let echo: EchoTest = session.reattach(HANDLE).expect("a handle");
    let error = echo.configure(&Settings::new()).expect_err("silence");
    assert!(!only_reads(&error));
    let text = error.to_string();
    assert!(
        text.ends_with("repeat it only if that does no harm"),
        "{text}"
    );
}

#[test]
fn a_request_of_another_plugin_is_refused_before_it_is_sent() {
    let gateway = FakeGateway::start().expect("a free port");
    let janus = gateway.connect().expect("it answers");
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let before = gateway.requests().len();
    let error = echo
        .handle()
        .request(&sip::Unregister::new())
        .expect_err("refused");
    assert_eq!(
        error.to_string(),
        "`request` cannot be used: `unregister` is one of janus.plugin.sip, and the handle is one \
         of janus.plugin.echotest"
    );
    let error = echo
        .handle()
        .send(&sip::Unregister::new())
        .expect_err("refused");
    assert!(matches!(error, Error::Config { .. }), "{error:?}");
    assert_eq!(gateway.requests().len(), before);
}

#[test]
fn a_handle_takes_the_requests_of_its_type_and_of_its_package() {
    let ok = json!({"echotest": "event", "result": "ok"});
    let server = Scripted::start(move |request, out| match request["janus"].as_str() {
        Some("message") => {
            out.json(&answered(
                request,
                json!({"janus": "ack", "session_id": SESSION}),
            ));
            let handle = request["handle_id"].as_u64().expect("a handle");
            out.json(&answered(request, event(handle, ok.clone())));
        }
        _ => out.usual(request),
    });
    let janus = open(&server, Duration::from_secs(20));
    let session = janus.create_session().expect("a session");
    let settings = Settings::new().audio(true);
    // A copy of EchoTest under another name.
    let options = AttachOptions::new().package("janus.plugin.own");
    let own: EchoTest = session.attach_with(options).expect("a handle");
    assert_eq!(own.handle().request(&settings).expect("its type's"), Done);
    // Whatever it is: nobody said.
    let raw: Raw = session.reattach(HANDLE + 1).expect("a handle");
    assert_eq!(raw.handle().request(&settings).expect("anything"), Done);
    // SIP's type around an EchoTest, and JSON to a typed plugin.
    let options = AttachOptions::new()
        .package(EchoTest::PACKAGE)
        .existing_handle(HANDLE + 2);
    let odd: janus_blocking::Sip = session.attach_with(options).expect("a handle");
    assert_eq!(
        odd.handle().request(&settings).expect("its package's"),
        Done
    );
    let value: Value = json!({"audio": true});
    raw.request(value).expect("JSON");
}
