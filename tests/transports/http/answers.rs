//! Answers that fit no request, or not the one that they answer.

use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use common::http_server::{ok, start, with_status};
use janus_blocking::{Config, Connection, Error, ErrorCode, Result, connection::ConnectionState};

use super::{LIMIT, SOON};

/// What a call gets to whose verb the server answers like this, at once; and how often it was sent.
fn called<T: std::fmt::Debug>(
    verb: &'static str,
    answer: &[u8],
    call: impl FnOnce(&Connection) -> Result<T>,
) -> (Error, usize) {
    let (count, answer) = (Arc::new(AtomicUsize::new(0)), answer.to_vec());
    let counted = count.clone();
    let url = start(move |asked, stream| {
        let odd = asked.verb() == verb;
        counted.fetch_add(usize::from(odd), Ordering::Relaxed);
        let bytes = if odd { answer.clone() } else { asked.answer() };
        stream.write_all(&bytes).is_ok()
    });
    let config = Config::new(url).request_timeout(LIMIT);
    let janus = config.open().expect("a link");
    let begun = Instant::now();
    let error = call(&janus).expect_err("a bad answer");
    assert!(begun.elapsed() < SOON, "{error}");
    assert_eq!(janus.state(), ConnectionState::Connected, "{error}");
    (error, count.load(Ordering::Relaxed))
}

#[test]
fn an_answer_without_a_transaction_belongs_to_its_post() {
    // What Janus says to what it cannot read.
    let answer = ok(r#"{
           "janus": "error",
           "error": { "code": 454, "reason": "JSON error: on line 1" }
        }"#);
    let (error, sent) = called("create", &answer, Connection::create_session);
    assert_eq!(error.code(), Some(ErrorCode::INVALID_JSON), "{error}");
    assert!(matches!(error, Error::Janus { .. }), "{error:?}");
    assert_eq!(sent, 1);
    let made = ok(r#"{"janus":"success","data":{"id":5}}"#);
    let url = start(move |asked, stream| {
        let create = asked.verb() == "create";
        let bytes = if create { made.clone() } else { asked.answer() };
        stream.write_all(&bytes).is_ok()
    });
    let janus = Connection::open(&url).expect("a link");
    assert_eq!(janus.create_session().expect("a session").id().value(), 5);
}

#[test]
fn an_answer_of_no_use_is_the_requests_error_and_the_request_is_not_repeated() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let other = r#"{"janus":"success","transaction":"another","data":{"id":7}}"#;
    for (answer, got) in [
        (ok("<html>"), "<html>"),
        (ok(""), ""),
        (ok("[1]"), "[1]"),
        (ok(r#"{"janus":"succe"#), r#"{"janus":"succe"#),
        (ok("{}"), "{}"),
        (ok(other), other),
        (ok("7"), "7"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\xff".to_vec(),
            "an answer that is not text",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 16777217\r\n\r\n".to_vec(),
            "the server's answer is larger than 16 MiB",
        ),
        (
            format!("{chunked}xyz\r\n").into_bytes(),
            "what the server sends is not HTTP",
        ),
        (
            b"nonsense\r\n\r\n".to_vec(),
            "what the server sends is not HTTP",
        ),
        (
            with_status("413 Content Too Large", ""),
            "the server answered with HTTP 413 in mid-session; see the log of Janus or of the \
             proxy",
        ),
    ] {
        // A claim may be sent twice.
        let (error, sent) = called("claim", &answer, |janus| janus.claim(5));
        match &error {
            Error::Unexpected { answer, .. } => assert_eq!(answer.got, got),
            other => panic!("{got}: {other:?}"),
        }
        assert_eq!(sent, 1, "{got}");
    }
}
