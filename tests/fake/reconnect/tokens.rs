//! A function for tokens that calls the connection that it is for.

use std::{
    sync::{Arc, OnceLock, Weak},
    time::{Instant, SystemTime},
};

use janus_blocking::{
    Config, Connection, EchoTest, Error, Session,
    auth::Token,
    connection::{Backoff, ConnectionState},
    testing::FakeGateway,
};

use super::{LONG, SOON};

type Late = Arc<OnceLock<Weak<Connection>>>;

/// A connection whose tokens are always about to expire, and the time that was given to a call.
fn open(gateway: &FakeGateway) -> (Arc<Connection>, Session) {
    let late = Late::default();
    let own = late.clone();
    let config = Config::new(gateway.url())
        .request_timeout(LONG)
        .reconnect(Backoff::new().first(SOON).longest(SOON))
        .token_provider(move || {
            if let Some(janus) = own.get().and_then(Weak::upgrade) {
                janus.ping()?;
            }
            Ok::<_, Error>(Token::new("any").expires_at(SystemTime::now()))
        });
    let janus = Arc::new(config.open().expect("a link"));
    let session = janus.create_session().expect("a session");
    late.set(Arc::downgrade(&janus)).expect("only once");
    (janus, session)
}

#[test]
fn a_token_function_that_calls_the_connection_does_not_block_reconnecting() {
    let gateway = FakeGateway::builder().reclaim_timeout(LONG).start();
    let gateway = gateway.expect("a free port");
    let (janus, session) = open(&gateway);
    let states = janus.states();
    // A token that was just made is used for a second, whatever it says.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let begun = Instant::now();
    gateway.drop_links();
    while states.recv_timeout(LONG / 2) != Ok(ConnectionState::Connected) {
        assert!(begun.elapsed() < LONG / 2, "{:?}", janus.state());
    }
    let _: EchoTest = session.attach().expect("it was claimed");
}

#[test]
fn a_call_of_a_token_function_is_refused_while_there_is_no_link() {
    let gateway = FakeGateway::builder().reclaim_timeout(LONG).start();
    let gateway = gateway.expect("a free port");
    let (janus, session) = open(&gateway);
    gateway.accept_links(false);
    gateway.drop_links();
    let states = janus.states();
    while janus.state() == ConnectionState::Connected {
        let _ = states.recv_timeout(LONG);
    }
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let begun = Instant::now();
    let error = session.attach::<EchoTest>().expect_err("there is no token");
    assert!(matches!(error, Error::Token { .. }), "{error}");
    assert!(begun.elapsed() < LONG / 2);
}
