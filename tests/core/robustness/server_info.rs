//! What a server says about itself, when it says nonsense.

use std::time::Duration;

use common::scripted::{Scripted, info};
use janus_blocking::{Config, Error};
use serde_json::{Value, json};

use super::in_time;

const WAIT: Duration = Duration::from_secs(5);

/// A server whose `info` has this value there.
fn server_with(key: &'static str, value: Value) -> Scripted {
    Scripted::start(move |request, out| {
        if request["janus"] != "info" {
            return out.usual(request);
        }
        let mut answer = info();
        answer[key] = value.clone();
        out.answer(request, answer);
    })
}

#[test]
fn timeouts_beyond_all_measure_are_no_reason_to_panic() {
    for key in ["session-timeout", "reclaim-session-timeout"] {
        for seconds in [u64::MAX, u64::MAX / 2, 1 << 62, i64::MAX as u64] {
            let server = server_with(key, json!(seconds));
            let janus = Config::new(server.url()).request_timeout(WAIT);
            let janus = janus.open().expect("an answer");
            let session = in_time(WAIT, || janus.create_session()).expect("a session");
            // The connection's thread looks at its timers as soon as there is a session.
            std::thread::sleep(Duration::from_millis(20));
            session
                .check()
                .unwrap_or_else(|error| panic!("{key} {seconds}: {error}"));
            janus.ping().expect("an answer");
            let ticket = serde_json::to_string(&session.abandon()).expect("a ticket");
            serde_json::from_str::<janus_blocking::SessionTicket>(&ticket).expect("again");
        }
    }
}

#[test]
fn other_nonsense_is_an_error_or_nothing() {
    let nonsense = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!("x"),
        json!([]),
        json!({}),
    ];
    let keys = [
        "janus",
        "name",
        "version",
        "version_string",
        "session-timeout",
        "reclaim-session-timeout",
        "candidates-timeout",
        "plugins",
        "transports",
        "ipv6",
    ];
    for key in keys {
        for value in &nonsense {
            let server = server_with(key, value.clone());
            let config = Config::new(server.url()).connect_timeout(Duration::from_millis(300));
            match in_time(WAIT, || config.open()) {
                Ok(janus) => drop(janus.create_session().expect("a session")),
                Err(error) => assert!(matches!(error, Error::Connect { .. }), "{error:?}"),
            }
        }
    }
}
