//! The time of a call whose token is refused, or slow to come.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use janus_blocking::{
    Config, Connection, Error,
    auth::{Token, TokenFault},
    connection::Reconnect,
};
use serde_json::json;

use common::scripted::Scripted;

/// A connection whose tokens come from that function.
fn open(
    server: &Scripted,
    timeout: Duration,
    function: impl Fn() -> Result<Token, String> + Send + Sync + 'static,
) -> Connection {
    let config = Config::new(server.url())
        .request_timeout(timeout)
        .reconnect(Reconnect::Never)
        .token_provider(function);
    config.open().expect("it answers `info`")
}

#[test]
fn a_call_whose_token_is_refused_has_one_deadline() {
    const TIMEOUT: Duration = Duration::from_millis(2500);
    const SLOW: Duration = Duration::from_millis(2000);
    let mut creates = 0;
    let server = Scripted::start(move |request, out| {
        if request["janus"] != "create" {
            return out.usual(request);
        }
        creates += 1;
        match creates {
            1 => out.usual(request),
            2 => {
                // A server that takes its time to refuse.
                thread::sleep(SLOW);
                let error = json!({"code": 403, "reason": "Unauthorized"});
                out.answer(request, json!({"janus": "error", "error": error}));
            }
            // And then says nothing.
            _ => {}
        }
    });
    let janus = open(&server, TIMEOUT, || Ok(Token::new("stored")));
    // A token that was made less than a second ago is not replaced.
    let session = janus.create_session().expect("the first token is taken");
    let made = Instant::now();
    while made.elapsed() < Duration::from_millis(1100) {
        thread::sleep(Duration::from_millis(100));
    }
    let begun = Instant::now();
    let error = janus.create_session().map(drop).expect_err("no answer");
    let took = begun.elapsed();
    let Error::Timeout { waited, .. } = error else {
        panic!("{error:?}");
    };
    // The time of the refused one is a part of it.
    assert!(
        took.saturating_sub(waited) < SLOW / 2,
        "{took:?}, {waited:?}"
    );
    drop(session);
}

#[test]
fn the_time_of_the_token_function_is_the_calls() {
    const TIMEOUT: Duration = Duration::from_millis(50);
    let server = Scripted::usual();
    let calls = AtomicU32::new(0);
    let janus = open(&server, TIMEOUT, move || {
        calls.fetch_add(1, Ordering::SeqCst);
        thread::sleep(TIMEOUT * 2);
        Ok(Token::new("stored"))
    });
    let error = janus.create_session().map(drop).expect_err("too slow");
    let slow = matches!(
        error,
        Error::Token {
            fault: TokenFault::RenewalTooSlow,
            ..
        }
    );
    assert!(slow, "{error:?}");
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request["janus"] != "create")
    );
    // It is there for the next one.
    assert!((0..100).any(|_| janus.create_session().is_ok()));
}
