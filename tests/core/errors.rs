//! What a real Janus refuses, and what is refused before Janus sees it: the type and the text.

mod advice;
mod config;
mod ended;
mod in_use;
mod plugins;

use common::{Janus, Version};
use janus_blocking::{
    CloseReason, Config, Connection, EchoTest, Error, ErrorCode, Raw, Session,
    connection::AttachOptions, echotest::Settings, error::Scope,
};

/// An id that no server gives out twice.
const NOBODY: u64 = 4711;

/// A connection, a session and a handle.
fn attached(url: &str) -> (Connection, Session, EchoTest) {
    let janus = Connection::open(url).expect("Janus answers");
    let session = janus.create_session().expect("a session");
    let echo = session.attach().expect("a handle");
    (janus, session, echo)
}

/// Asserts that the core refused with this code and this text.
#[track_caller]
fn assert_refused(error: &Error, code: ErrorCode, text: &str) {
    assert_eq!(error.to_string(), text);
    assert!(
        matches!(error, Error::Janus { code: it, .. } if *it == code),
        "{error:?}"
    );
    assert_eq!(error.code(), Some(code));
    assert!(std::error::Error::source(error).is_none(), "{error:?}");
    assert!(!error.is_closed() && !error.is_timeout(), "{error:?}");
}

/// Asserts that it is closed, for this reason and with this text.
#[track_caller]
fn assert_closed(error: &Error, scope: Scope, why: CloseReason, text: &str) {
    assert_eq!(error.to_string(), text);
    match error {
        Error::Closed {
            scope: at, why: it, ..
        } => assert_eq!((*at, *it), (scope, why)),
        other => panic!("{other:?}"),
    }
    assert!(error.is_closed(), "{error:?}");
    assert_eq!(error.code(), None);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_claim_of_an_unknown_session_says_that_it_is_gone() {
    for version in Version::ALL {
        let server = Janus::builder().version(version).start();
        let janus = Connection::open(&server.url()).expect("Janus answers");
        let error = janus.claim(NOBODY).expect_err("there is no such session");
        let text = "`claim` on session 4711 was refused by Janus: 458 No such session 4711; \
                    the session was destroyed or has timed out: create a new one";
        assert_refused(&error, ErrorCode::SESSION_NOT_FOUND, text);
        assert!(error.is_session_gone() && !error.is_handle_gone());
        let request = error.request().expect("it is about one");
        assert_eq!(request.name, "claim");
        assert_eq!(request.session, Some(NOBODY.into()));
        janus.create_session().expect("the connection works on");
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_verified_reattach_to_an_unknown_handle_says_so_and_binds_nothing() {
    for version in Version::ALL {
        let server = Janus::builder().version(version).start();
        let (_janus, session, _echo) = attached(&server.url());
        let options = || AttachOptions::new().existing_handle(NOBODY).verify(true);
        for _ in 0..2 {
            let error = session
                .attach_with::<EchoTest>(options())
                .expect_err("no such handle");
            let text = format!(
                "`keepalive` on handle 4711 of session {id} was refused by Janus: \
                 459 No such handle 4711 in session {id}; \
                 the handle was detached, or never was in this session: attach a new one",
                id = session.id()
            );
            assert_refused(&error, ErrorCode::HANDLE_NOT_FOUND, &text);
            assert!(error.is_handle_gone() && !error.is_session_gone());
        }
        let unverified: EchoTest = session.reattach(NOBODY).expect("its id is free");
        drop(unverified);
        session.check().expect("the session lives");
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn every_request_on_an_unverified_dead_handle_fails_naming_the_handle() {
    let server = Janus::start();
    let (_janus, session, _echo) = attached(&server.url());
    let echo: EchoTest = session.reattach(NOBODY).expect("nothing is asked");
    let id = session.id();
    let text = |request: &str| {
        format!(
            "{request} on handle 4711 of session {id} was refused by Janus: \
             459 No such handle 4711 in session {id}; \
             the handle was detached, or never was in this session: attach a new one"
        )
    };
    let assert_each = |error: Error, request: &str| {
        assert_refused(&error, ErrorCode::HANDLE_NOT_FOUND, &text(request));
        assert!(error.is_handle_gone(), "{error:?}");
        assert_eq!(
            error.request().and_then(|it| it.handle),
            Some(NOBODY.into())
        );
    };
    let settings = Settings::new().audio(true);
    for _ in 0..2 {
        let named = "`settings` of janus.plugin.echotest";
        assert_each(echo.configure(&settings).expect_err("459"), named);
        assert_each(echo.handle().send(&settings).expect_err("459"), named);
        assert_each(echo.handle().trickle_done().expect_err("459"), "`trickle`");
        assert_each(echo.handle().hangup().expect_err("459"), "`hangup`");
    }
    let error = echo.into_handle().detach().expect_err("459");
    assert_each(error, "`detach`");
    let raw: Raw = session.reattach(NOBODY).expect("it is free again");
    let error = raw
        .request(serde_json::json!({"request": "list"}))
        .expect_err("459");
    // No package name is known.
    assert_each(error, "`list`");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn an_unknown_plugin_is_named_and_the_session_works_on() {
    let server = Janus::start();
    let (_janus, session, _echo) = attached(&server.url());
    let error = session
        .attach_raw("janus.plugin.nothing")
        .expect_err("no such plugin");
    let text = format!(
        "`attach` of janus.plugin.nothing on session {} was refused by Janus: \
         460 No such plugin 'janus.plugin.nothing'; \
         check the package name, and that the server loads that plugin (`info` lists them)",
        session.id()
    );
    assert_refused(&error, ErrorCode::PLUGIN_NOT_FOUND, &text);
    assert!(!error.is_session_gone() && !error.is_handle_gone());
    session.attach::<EchoTest>().expect("another one is there");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_wrong_or_missing_api_secret_says_which_setting_to_set() {
    let server = Janus::builder().api_secret("right").start();
    let refused = |request: &str| {
        format!(
            "{request} was refused by Janus: 403 Unauthorized request (wrong or missing \
             secret/token); set `Config::api_secret` to `api_secret` in janus.jcfg, or \
             `Config::token` to a token that this server accepts; if they are right, this may be \
             the Admin API, which takes neither"
        )
    };
    let missing = Config::new(server.url());
    let wrong = Config::new(server.url()).api_secret("wrong").token("none");
    for config in [missing, wrong] {
        // `info` and `ping` need none.
        let janus = config.open().expect("Janus answers");
        assert!(janus.opening_info().api_secret);
        janus.ping().expect("an answer");
        let error = janus.create_session().expect_err("unauthorized");
        assert_refused(&error, ErrorCode::UNAUTHORIZED, &refused("`create`"));
        let error = janus.claim(NOBODY).expect_err("unauthorized");
        assert_refused(
            &error,
            ErrorCode::UNAUTHORIZED,
            &refused("`claim` on session 4711"),
        );
        assert!(!error.is_session_gone());
    }
    let right = Config::new(server.url()).api_secret("right");
    right
        .open()
        .expect("Janus answers")
        .create_session()
        .expect("authorized");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn an_unknown_token_is_refused_as_a_wrong_secret_is() {
    let server = Janus::builder().token_auth().start();
    let janus = Config::new(server.url())
        .token("unknown")
        .open()
        .expect("Janus answers");
    assert!(janus.opening_info().auth_token);
    let error = janus.create_session().expect_err("unauthorized");
    assert_eq!(error.code(), Some(ErrorCode::UNAUTHORIZED));
}
