//! Secrets and tokens of requests and of long polls.

use std::{
    thread,
    time::{Duration, Instant},
};

use common::Janus;
use janus_blocking::{
    Config, Connection, ErrorCode, Event,
    auth::{Secret, SignedToken},
    connection::ConnectionState,
};

use super::{
    LIMIT,
    events::{PACKAGE, attach, next, provoke},
    with_both_of,
};

/// With what has to be escaped in a query.
const SECRET: &str = "a secret & more=50%";

/// Asserts that events come.
fn works(janus: &Connection) {
    let session = janus.create_session().expect("a session");
    let handle = attach(&session);
    for number in 0..3 {
        provoke(&handle, number);
        assert_eq!(next(&handle), number);
    }
}

#[track_caller]
fn assert_refused(config: Config) {
    let janus = config.open().expect("`info` wants no secret");
    let error = janus.create_session().expect_err("no or another secret");
    assert_eq!(error.code(), Some(ErrorCode::UNAUTHORIZED));
    janus.ping().expect("the link stands");
}

#[test]
#[ignore = "needs Janus 1.1.2 and 1.4.1: run tests/run"]
fn the_api_secret_is_wanted_by_requests_and_polls() {
    with_both_of(
        |builder| builder.api_secret(SECRET),
        |server: &Janus| {
            let config = Config::new(server.http_url());
            works(&config.clone().api_secret(SECRET).open().expect("a link"));
            assert_refused(config.clone());
            assert_refused(config.api_secret("another"));
        },
    );
}

#[test]
#[ignore = "needs a minute: run tests/run"]
fn polls_go_on_with_tokens_that_are_renewed() {
    const LIFE: Duration = Duration::from_secs(12);
    with_both_of(
        |builder| builder.token_auth_secret(SECRET),
        |server: &Janus| {
            let grant = SignedToken::for_plugins([PACKAGE]).valid_for(LIFE);
            let secret = Secret::from(SECRET);
            let janus = Config::new(server.http_url())
                .token_provider(move || grant.sign(&secret))
                .open()
                .expect("a link");
            let session = janus.create_session().expect("a session");
            let handle = attach(&session);
            provoke(&handle, 1);
            assert_eq!(next(&handle), 1);
            // The poll that begins when this one ends needs another token than the one before.
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_secs(34) {
                thread::sleep(Duration::from_millis(500));
                session.check().expect("it lives");
            }
            provoke(&handle, 2);
            assert_eq!(next(&handle), 2);
        },
    );
}

#[test]
#[ignore = "needs a minute: run tests/run"]
fn polls_that_are_refused_are_told_of_and_go_on_when_they_are_accepted() {
    const LIFE: Duration = Duration::from_secs(5);
    with_both_of(
        |builder| builder.token_auth_secret(SECRET),
        |server: &Janus| {
            let sign = |life| {
                let grant = SignedToken::for_plugins([PACKAGE]).valid_for(life);
                let token = grant.sign(&Secret::from(SECRET));
                token.expect("signed")
            };
            let (tokens, next_token) = crossbeam_channel::bounded(2);
            tokens.send(sign(LIFE)).expect("it is kept");
            let janus = Config::new(server.http_url())
                .token_provider(move || next_token.try_recv())
                .open()
                .expect("a link");
            let states = janus.states();
            let session = janus.create_session().expect("a session");
            let handle = attach(&session);
            // The poll that waits when the token expires ends after 30 s, and the next is refused.
            let event = handle.events().recv_timeout(8 * LIMIT).expect("it lives");
            assert_eq!(event, Some(Event::Unauthorized));
            let state = states.recv_timeout(2 * LIMIT);
            assert_eq!(state, Ok(ConnectionState::Unauthorized));
            tokens
                .send(sign(Duration::from_secs(600)))
                .expect("it is kept");
            provoke(&handle, 1);
            assert_eq!(states.try_recv(), Ok(ConnectionState::Connected));
            // The poll asks again every 5 s.
            let event = handle.events().recv_timeout(4 * LIMIT).expect("it lives");
            assert!(matches!(event, Some(Event::Plugin { .. })), "{event:?}");
        },
    );
}
