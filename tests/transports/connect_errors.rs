//! Connecting to what is no Janus, or not there: what is said, and that it is said in time.

mod network;
mod web_servers;
mod web_sockets;

use std::{
    error::Error as _,
    io::{self, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use common::scripted;
use janus_blocking::{Config, Error};

/// For servers that say nothing; the others answer long before.
const TIMEOUT: Duration = Duration::from_secs(1);
/// What a busy machine may add.
const SLACK: Duration = Duration::from_secs(5);

/// The error of connecting there, which has to come in time.
#[track_caller]
fn refused(url: &str) -> Error {
    let begun = Instant::now();
    let error = Config::new(url)
        .connect_timeout(TIMEOUT)
        .open()
        .expect_err(url);
    let took = begun.elapsed();
    assert!(took < TIMEOUT + SLACK, "{took:?}: {error}");
    assert!(!error.is_closed() && !error.is_timeout() && error.code().is_none());
    assert!(error.request().is_none(), "{error:?}");
    error
}

/// Asserts the text of a `Connect`, and returns what its cause is.
#[track_caller]
fn assert_connect(error: &Error, url: &str, problem: &str) -> Option<io::ErrorKind> {
    assert_eq!(
        error.to_string(),
        format!("cannot connect to `{url}`: {problem}")
    );
    assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    let source = error
        .source()
        .map(|source| source.downcast_ref::<io::Error>());
    source.map(|source| source.expect("an io::Error").kind())
}

/// A TCP server that does this with each connection.
fn tcp(serve: impl Fn(TcpStream) + Send + 'static) -> String {
    scripted::tcp("ws", serve)
}

const NOBODY: &str = "nothing is listening on this port of this host; check the port, that \
                      Janus is running, and that this transport is enabled and bound to this \
                      address";
const NO_WEBSOCKET: &str = "it is not a Janus WebSocket endpoint: it does not speak WebSocket; \
                            check host and port (8188)";
const CLOSED: &str = "it closed the connection in the WebSocket handshake, as Janus's Admin API \
                      port and a port for wss:// do; check scheme, host and port (8188)";
/// What such a link may end with.
const ENDS: [io::ErrorKind; 3] = [
    io::ErrorKind::UnexpectedEof,
    io::ErrorKind::ConnectionReset,
    io::ErrorKind::BrokenPipe,
];
const NO_INFO: &str = "it accepted the connection but did not answer `info`; check that this is \
                       a port or socket of the Janus API, and that `ws_acl` (WebSockets) admits \
                       this program";
const NO_HANDSHAKE: &str =
    "it did not answer the WebSocket handshake in time; is it a Janus WebSocket port?";

/// Reads the head of a request and answers with this.
fn http(answer: impl Into<String>) -> String {
    let answer = answer.into();
    tcp(move |mut stream| {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
            head.push(byte[0]);
        }
        // The client may have gone.
        let _ = stream.write_all(answer.as_bytes());
    })
}
