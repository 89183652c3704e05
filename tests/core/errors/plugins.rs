//! What the EchoTest plugin refuses, typed and raw.

use janus_blocking::{
    Jsep, Session,
    echotest::{self, Event, error_code},
};
use serde_json::{Value, json};

use super::{Error, ErrorCode, Janus, Settings, attached};

#[track_caller]
fn assert_plugin(error: &Error, code: ErrorCode, text: &str) {
    assert_eq!(error.to_string(), text);
    assert!(
        matches!(error, Error::Plugin { code: it, .. } if *it == code),
        "{error:?}"
    );
    assert_eq!(error.code(), Some(code));
    assert!(std::error::Error::source(error).is_none());
    assert!(!error.is_session_gone() && !error.is_handle_gone() && !error.is_closed());
}

fn refused(session: &Session, handle: &janus_blocking::Handle, name: &str, reason: &str) -> String {
    format!(
        "`{name}` of janus.plugin.echotest on handle {} of session {} was refused by the plugin: \
         {reason}",
        handle.id(),
        session.id()
    )
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn settings_that_the_plugin_refuses_are_typed_errors() {
    let server = Janus::start();
    let (_janus, session, echo) = attached(&server.url());
    let cases = [
        (
            Settings::new(),
            "413 Message error: no supported attributes found",
        ),
        (
            Settings::new().substream(3),
            "413 Invalid value (substream should be 0, 1 or 2)",
        ),
        (
            Settings::new().temporal(3),
            "413 Invalid value (temporal should be 0, 1 or 2)",
        ),
    ];
    for (settings, reason) in cases {
        let error = echo.configure(&settings).expect_err("refused");
        let text = refused(&session, echo.handle(), "settings", reason);
        assert_plugin(&error, error_code::INVALID_ELEMENT, &text);
        // Sent without waiting for the answer, the refusal is an event.
        echo.handle()
            .send(&settings)
            .expect("Janus acknowledges it");
        let event = echo.events().recv().expect("an event").into_plugin();
        match event {
            Some(Event::Error(refusal)) => {
                assert_eq!(format!("{} {}", refusal.error_code, refusal.reason), reason);
            }
            other => panic!("{other:?}"),
        }
    }
    echo.configure(&Settings::new().audio(false))
        .expect("a good one is taken");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn bodies_that_the_plugin_refuses_are_typed_errors_of_a_raw_handle() {
    let server = Janus::start();
    let (_janus, session, _echo) = attached(&server.url());
    let raw = session
        .attach_raw("janus.plugin.echotest")
        .expect("a handle");
    let cases: [(Value, &str, &str); 3] = [
        (
            json!({"audio": "loud"}),
            "message",
            "413 Invalid element type (audio should be a boolean)",
        ),
        (
            json!({"request": "set", "bitrate": -1}),
            "set",
            "413 Invalid element type (bitrate should be a positive integer)",
        ),
        (
            json!({"video": null}),
            "message",
            "413 Invalid element type (video should be a boolean)",
        ),
    ];
    for (body, name, reason) in cases {
        let error = raw.request(body).expect_err("refused");
        let text = refused(&session, raw.handle(), name, reason);
        assert_plugin(&error, error_code::INVALID_ELEMENT, &text);
    }
    // What Janus itself refuses is the core's error.
    let error = raw.request(json!("no object")).expect_err("refused");
    assert!(
        matches!(
            error,
            Error::Janus {
                code: ErrorCode::INVALID_ELEMENT_TYPE,
                ..
            }
        ),
        "{error:?}"
    );
    raw.request(json!({"audio": true}))
        .expect("a good one is taken");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn an_offer_that_is_none_is_refused_by_the_core() {
    let server = Janus::start();
    let (_janus, session, echo) = attached(&server.url());
    let error = echo
        .offer(&Settings::new().audio(true), &Jsep::offer("not an SDP"))
        .expect_err("no SDP");
    let text = format!(
        "`settings` of janus.plugin.echotest on handle {} of session {} was refused by Janus: \
         465 Invalid SDP (doesn't start with v=)",
        echo.handle().id(),
        session.id()
    );
    super::assert_refused(&error, ErrorCode::JSEP_INVALID_SDP, &text);
    let _: &echotest::EchoTest = &echo;
}
