//! Servers of other protocols, and WebSockets of which no answer to `info` comes.

use std::{error::Error as _, io};

use common::{Janus, scripted::Scripted};
use janus_blocking::{Connection, Error};
use serde_json::json;

use super::{CLOSED, ENDS, NO_INFO, NO_WEBSOCKET, assert_connect, http, refused};

#[test]
fn a_server_of_something_else() {
    for greeting in [
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "220 mail.example ESMTP\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
    ] {
        let url = http(greeting);
        let kind = assert_connect(&refused(&url), &url, NO_WEBSOCKET);
        assert_eq!(kind, Some(io::ErrorKind::InvalidData), "{greeting}");
    }
}

#[test]
fn a_web_socket_of_another_protocol() {
    let switch =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    // The answer to the key would have to be computed; without it the check fails first.
    let url = http(format!("{switch}Sec-WebSocket-Accept: wrong\r\n\r\n"));
    let kind = assert_connect(&refused(&url), &url, NO_WEBSOCKET);
    assert_eq!(kind, Some(io::ErrorKind::InvalidData));
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_admin_port_of_a_janus_refuses_the_subprotocol() {
    let server = Janus::start();
    let url = server.admin_url();
    let error = refused(&url);
    let kind = assert_connect(&error, &url, CLOSED).expect("a cause");
    assert!(ENDS.contains(&kind), "{kind:?}");
    Connection::open(&server.url()).expect("the other port is right");
}

#[test]
fn an_address_may_have_capitals_and_a_query_without_a_path() {
    let server = Scripted::usual();
    let address = server.url();
    let address = address.strip_prefix("ws").expect("its scheme");
    for url in [format!("WS{address}"), format!("ws{address}?key=value")] {
        Connection::open(&url).expect("it is the server's address");
    }
}

#[test]
fn a_web_socket_server_that_never_answers_info() {
    let server = Scripted::start(|_, _| {});
    let error = refused(&server.url());
    assert_connect(&error, &server.url(), NO_INFO);
    assert_cause(&error, "`info` was not answered within ");
}

/// The crate's own error behind the io::Error that is the source.
#[track_caller]
fn assert_cause(error: &Error, start: &str) {
    let source = error.source().expect("a cause");
    assert!(source.to_string().starts_with(start), "{source}");
    let source = source.downcast_ref::<io::Error>().expect("an io::Error");
    let inner = source
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>());
    assert!(inner.is_some(), "{source:?}");
}

#[test]
fn a_web_socket_server_that_answers_garbage() {
    let garbage = [
        "hello",
        "",
        "{}",
        "[1,2]",
        "{\"janus\":\"server_info\"}",
        "\u{0}",
    ];
    let server = Scripted::start(move |_, out| garbage.iter().for_each(|it| out.text(it)));
    assert_connect(&refused(&server.url()), &server.url(), NO_INFO);
}

#[test]
fn a_web_socket_server_whose_answer_is_of_the_wrong_kind() {
    let cases = [
        (
            json!({"janus": "success"}),
            "`info` expected `server_info` or `pong` and got {",
        ),
        (
            json!({"janus": "ack"}),
            "`info` expected `server_info` or `pong` and got {",
        ),
        (
            json!({"janus": "error", "error": {"code": 453, "reason": "Unknown request"}}),
            "`info` was refused by Janus: 453 Unknown request",
        ),
    ];
    for (answer, start) in cases {
        let server = Scripted::start(move |request, out| out.answer(request, answer.clone()));
        let error = refused(&server.url());
        assert_connect(&error, &server.url(), NO_INFO);
        assert_cause(&error, start);
    }
}

#[test]
fn a_web_socket_server_that_closes_instead_of_answering_info() {
    let polite = Scripted::start(|_, out| out.frame(0x88, &1008_u16.to_be_bytes()));
    let broken = Scripted::start(|_, out| out.frame(0xf1, b"an extension that was not asked for"));
    for server in [polite, broken] {
        let error = refused(&server.url());
        assert_connect(&error, &server.url(), NO_INFO);
        assert_cause(&error, "the connection to `ws://127.0.0.1:");
    }
}

#[test]
fn a_server_that_leaves_behind_its_first_answer_is_no_connection() {
    let server = Scripted::start(|request, out| {
        out.usual(request);
        // In one write, so that both are there when the answer is read.
        out.frame(0x88, &1000_u16.to_be_bytes());
    });
    let error = refused(&server.url());
    let problem = "it answered `info`, then closed the connection; see the log of Janus";
    let kind = assert_connect(&error, &server.url(), problem);
    assert_eq!(kind, Some(io::ErrorKind::Other));
}
