//! Messages that are long.

use janus_blocking::{EchoTest, Error, Raw, echotest::Settings};
use serde_json::{Value, json};

use super::{connect, everywhere};

/// The longest message that Janus takes without writing beyond its buffer.
const LONGEST: usize = 8191;

/// A body with so much that means nothing to the plugin.
fn padded(padding: usize) -> Value {
    json!({ "audio": true, "padding": "x".repeat(padding) })
}

/// The length of the whole message, which the error of one that is too long tells.
fn told_length(error: &Error) -> usize {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    let (_, after) = text.split_once("the message has ").expect(&text);
    let (length, _) = after.split_once(' ').expect(&text);
    length.parse().expect(&text)
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_message_of_8191_bytes_goes_through_and_one_of_8192_is_refused_before_it_is_sent() {
    everywhere(
        |server| server,
        |janus, _| {
            let connection = connect(janus);
            let session = connection.create_session().unwrap();
            let raw: Raw = session.attach_raw("janus.plugin.echotest").unwrap();
            let error = raw.request(padded(9000)).unwrap_err();
            let around = told_length(&error) - 9000;
            for _ in 0..3 {
                let error = raw.request(padded(LONGEST + 1 - around)).unwrap_err();
                assert_eq!(told_length(&error), LONGEST + 1);
                assert!(!error.is_closed() && !error.is_timeout(), "{error}");
                let answer = raw.request(padded(LONGEST - around)).unwrap();
                assert_eq!(answer["result"], "ok");
            }
            // The server is as well as before.
            let echo: EchoTest = session.attach().unwrap();
            echo.configure(&Settings::new().audio(true)).unwrap();
            assert_eq!(connection.unmatched_messages(), Default::default());
        },
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn an_answer_of_100_kb_comes_whole() {
    everywhere(
        |server| server,
        |janus, _| {
            let connection = connect(janus);
            let session = connection.create_session().unwrap();
            let rooms: Raw = session.attach_raw("janus.plugin.videoroom").unwrap();
            for room in 1..=25 {
                let description = format!("{room} {}", "long ".repeat(1000));
                let create =
                    json!({ "request": "create", "room": room, "description": description });
                rooms.request(create).unwrap();
            }
            let list = || {
                let answer = rooms.request(json!({ "request": "list" })).unwrap();
                assert!(
                    answer.to_string().len() > 100_000,
                    "{} bytes",
                    answer.to_string().len()
                );
                let found = answer["list"].as_array().unwrap().iter();
                found
                    .map(|room| room["description"].as_str().unwrap().len())
                    .sum::<usize>()
            };
            let length = list();
            assert!(length > 25 * 5000, "{length}");
            // Short ones after long ones, and the other way round.
            for _ in 0..3 {
                connection.ping().unwrap();
                assert_eq!(list(), length);
            }
            assert_eq!(connection.unmatched_messages(), Default::default());
        },
    );
}
