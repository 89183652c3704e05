//! How much goes over a transport at once.

use janus_blocking::Raw;
use serde_json::json;

use super::{
    Cell,
    attach::Rules,
    servers::{Servers, Transport},
};

pub(crate) const RULES: Rules = &[
    ("a request of 20 kB", large_request),
    ("an answer of 100 kB", large_answer),
];

fn large_request(servers: &Servers, transport: Transport) -> Cell {
    let janus = servers.open(transport);
    let session = janus.create_session().expect("a session");
    let echo: Raw = session
        .attach_raw("janus.plugin.echotest")
        .expect("a handle");
    let body = json!({ "audio": true, "padding": "x".repeat(20_000) });
    let answer = match transport {
        Transport::Unix | Transport::UnixDatagrams => {
            let request = || echo.request(body);
            let error = servers.server(transport).nothing_sent(&janus, request);
            let error = error.expect_err("it is too long");
            assert!(!error.is_closed() && !error.is_timeout(), "{error}");
            // The link is as good as before.
            echo.request(json!({ "audio": true }))
        }
        _ => echo.request(body),
    };
    assert_eq!(answer.expect("an answer")["result"], "ok");
    match transport {
        Transport::Unix | Transport::UnixDatagrams => {
            Cell::ByNature("Janus takes 8191 bytes; a longer one is refused before it is sent")
        }
        _ => Cell::Yes,
    }
}

fn large_answer(servers: &Servers, transport: Transport) -> Cell {
    let janus = servers.open(transport);
    let session = janus.create_session().expect("a session");
    let rooms: Raw = session
        .attach_raw("janus.plugin.videoroom")
        .expect("a handle");
    let list = || rooms.request(json!({ "request": "list" })).expect("a list");
    for room in list()["list"].as_array().expect("a list").len()..25 {
        let description = format!("{room} {}", "long ".repeat(1000));
        let create =
            json!({ "request": "create", "room": 1000 + room, "description": description });
        rooms.request(create).expect("a room");
    }
    let answer = list().to_string();
    assert!(answer.len() > 100_000, "{} bytes", answer.len());
    Cell::Yes
}
