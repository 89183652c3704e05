//! Answers that are longer than any message that is taken: they end their request and nothing else.

use std::time::{Duration, Instant};

use common::scripted::{Scripted, answered};
use janus_blocking::{
    CloseReason, Config, Error,
    connection::{ConnectionState, Reconnect},
};
use serde_json::{Value, json};

/// A request waits so long that only its answer, or what is told of it, ends it in time.
const LONG: Duration = Duration::from_secs(600);

const MUCH: usize = 20 << 20;

fn config(server: &Scripted) -> Config {
    Config::new(server.url())
        .request_timeout(LONG)
        .link_timeout(LONG)
}

/// An answer that is too long; the transaction stands before what makes it so, as with Janus.
fn much(request: &Value) -> Value {
    answered(
        request,
        json!({ "janus": "success", "zeros": "0".repeat(MUCH) }),
    )
}

#[test]
fn an_answer_that_is_too_long_ends_its_request_and_is_not_asked_for_again() {
    for fragments in [1, 1000] {
        let server = Scripted::start(move |request, out| {
            if request["janus"] != "ping" {
                return out.usual(request);
            }
            let text = much(request).to_string();
            let length = text.len().div_ceil(fragments);
            let parts: Vec<_> = text.as_bytes().chunks(length).collect();
            for (at, part) in parts.iter().enumerate() {
                let kind = if at == 0 { 0x01 } else { 0x00 };
                let last = if at + 1 == parts.len() { 0x80 } else { 0x00 };
                out.frame(kind | last, part);
            }
        });
        server.stay_alive();
        let janus = config(&server).open().expect("the scripted server answers");
        let session = janus.create_session().expect("it answers");
        // A ping may be repeated, and would fail again.
        let error = janus.ping().expect_err("its answer is too long");
        assert!(matches!(error, Error::Unexpected { .. }), "{error}");
        assert!(error.to_string().len() < 1000, "{error}");
        // The link is as good as before.
        session.check().expect("it lives");
        session
            .attach_raw("janus.plugin.echotest")
            .expect("it answers");
        assert_eq!(janus.state(), ConnectionState::Connected);
        let pings = server.requests();
        let pings = pings.iter().filter(|request| request["janus"] == "ping");
        assert_eq!(pings.count(), 1);
        assert_eq!(janus.unmatched_messages().garbage, 1);
    }
}

#[test]
fn the_code_with_which_a_server_closes_the_link_is_in_the_error() {
    let server = Scripted::start(|request, out| match request["janus"].as_str() {
        Some("ping") => out.frame(0x88, b"\x03\xf5the server restarts"),
        _ => out.usual(request),
    });
    let janus = config(&server).reconnect(Reconnect::Never).open();
    let janus = janus.expect("the scripted server answers");
    let begun = Instant::now();
    let error = janus.ping().expect_err("the link ends");
    assert!(begun.elapsed() < LONG / 2);
    let source = std::error::Error::source(&error).expect("a cause");
    let told = "the server closed the WebSocket with code 1013: \"the server restarts\"";
    assert_eq!(source.to_string(), told, "{error}");
    let closed = janus.create_session().expect_err("it is closed");
    assert!(
        matches!(&closed, Error::Closed { why: CloseReason::ClosedByServer, source: Some(source), .. }
            if source.to_string() == told),
        "{closed:?}"
    );
}
