//! Tokens that Janus stores.

use std::time::Duration;

use common::{Janus, Version, WireProxy, admin::Admin, wait_until};
use janus_blocking::{
    Config, EchoTest, ErrorCode, Event, Plugin, Sip, auth::Token, connection::ConnectionState,
};

use super::{Count, ECHO, SOON, ask, assert_code, open, story};

/// For how long the function is left alone, and a bit.
const PAUSE: Duration = Duration::from_millis(1100);

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_stored_token_may_do_what_it_was_allowed() {
    for version in Version::ALL {
        let server = Janus::builder().version(version).token_auth().start();
        let mut admin = Admin::of(&server);
        admin.add("all", &[]);
        admin.add("echo", &[ECHO]);
        let with = |token: &str| open(Config::new(server.url()).token(token));
        for token in ["all", "echo"] {
            let janus = with(token);
            assert!(janus.opening_info().auth_token);
            story(&janus).expect("it is allowed");
        }
        let session = with("echo").create_session().map(drop);
        session.expect("sessions need no plugin");
        let janus = with("echo");
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        let refused = session.attach_raw("janus.plugin.sip");
        let error = assert_code(refused, ErrorCode::UNAUTHORIZED_PLUGIN);
        let advice = "; allow the plugin for this token (Admin API `allow_token`), \
                      or sign one that names the plugin";
        assert!(error.to_string().ends_with(advice), "{error}");
        for janus in [with("none"), open(Config::new(server.url()))] {
            assert_code(janus.create_session(), ErrorCode::UNAUTHORIZED);
        }
        admin.remove("echo");
        assert_code(ask(&echo), ErrorCode::UNAUTHORIZED);
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_api_secret_or_a_token_is_enough_but_a_token_that_is_given_has_to_allow_the_plugin() {
    for version in Version::ALL {
        let server = Janus::builder().version(version).api_secret("right");
        let server = server.token_auth().start();
        let mut admin = Admin::of(&server);
        admin.add("echo", &[ECHO]);
        admin.add("sip", &[Sip::PACKAGE]);
        let (allowed, refused) = (None, Some(ErrorCode::UNAUTHORIZED));
        let not_this_one = Some(ErrorCode::UNAUTHORIZED_PLUGIN);
        for (secret, token, outcome) in [
            ("right", None, allowed),
            ("right", Some("echo"), allowed),
            ("right", Some("none"), not_this_one),
            ("right", Some("sip"), not_this_one),
            ("wrong", Some("echo"), allowed),
            ("wrong", Some("sip"), not_this_one),
            ("wrong", Some("none"), refused),
            ("wrong", None, refused),
        ] {
            let mut config = Config::new(server.url()).api_secret(secret);
            config.token = token.map(str::to_owned);
            let code = story(&open(config)).err().and_then(|error| error.code());
            assert_eq!(code, outcome, "{version}: {secret} and {token:?}");
        }
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_token_that_was_removed_is_replaced_and_the_request_sent_again() {
    for version in Version::ALL {
        let server = Janus::builder().version(version).token_auth().start();
        let proxy = WireProxy::start(&server);
        let mut admin = Admin::of(&server);
        admin.add("token 0", &[]);
        let count = Count::default();
        let own = count.clone();
        let config = Config::new(proxy.url()).token_provider(move || {
            Ok::<_, std::io::Error>(Token::new(format!("token {}", own.next())))
        });
        let janus = open(config);
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        let quiet = |time| echo.events().recv_timeout(time).expect("it lives");
        // A token that was made just now is not replaced.
        assert!(quiet(PAUSE).is_none());
        admin.remove("token 0");
        admin.add("token 1", &[]);
        let mark = proxy.mark();
        ask(&echo).expect("with the new token");
        assert_eq!(count.get(), 2);
        let sent = proxy.sent_since(mark);
        assert_eq!(sent.len(), 2, "{sent:?}");
        assert!(sent[0].contains(r#""token":"token 0""#) && sent[1].contains("\"token 1\""));
        // Another one that is not known: no loop.
        admin.remove("token 1");
        assert!(quiet(PAUSE).is_none());
        let mark = proxy.mark();
        assert_code(ask(&echo), ErrorCode::UNAUTHORIZED);
        assert_eq!((count.get(), proxy.sent_since(mark).len()), (3, 2));
        assert_code(ask(&echo), ErrorCode::UNAUTHORIZED);
        assert_eq!((count.get(), proxy.sent_since(mark).len()), (3, 3));
        admin.add("token 3", &[]);
        wait_until(SOON, "the next token", || ask(&echo).is_ok());
        assert_eq!(count.get(), 4);
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_token_that_is_removed_is_told_of_while_the_session_lives() {
    for version in Version::ALL {
        let builder = Janus::builder().version(version).session_timeout(12);
        let server = builder.token_auth().start();
        let mut admin = Admin::of(&server);
        admin.add("stored", &[]);
        let janus = open(Config::new(server.url()).token("stored"));
        let states = janus.states();
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        admin.remove("stored");
        // At the first keepalive, a third of the session timeout later.
        let event = echo.events().recv_timeout(SOON).expect("it lives");
        assert_eq!(event, Some(Event::Unauthorized), "{version}");
        let state = states.recv_timeout(SOON);
        assert_eq!(state, Ok(ConnectionState::Unauthorized), "{version}");
        session.check().expect("it lives");
        admin.add("stored", &[]);
        let state = states.recv_timeout(SOON);
        assert_eq!(state, Ok(ConnectionState::Connected), "{version}");
        ask(&echo).expect("it lives");
    }
}
