//! Bytes that are no WebSocket, or no longer one: in the handshake and behind it.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use common::{
    frames::Decoder,
    scripted::{TEXT, accept_janus, answered, info, put},
};
use janus_blocking::{Config, Connection, Error, connection::Reconnect};
use proptest::{collection::vec, prelude::any};
use serde_json::{Value, json};

use super::{
    in_time,
    mutate::{changed, changes, runner},
};

const WAIT: Duration = Duration::from_secs(10);

/// A server that takes one link, sends some bytes and closes.
struct Once {
    port: u16,
    serving: JoinHandle<()>,
}

impl Once {
    fn start(serve: impl FnOnce(TcpStream) -> Option<()> + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let serving = thread::spawn(move || {
            let (stream, _) = listener.accept().expect("a client");
            serve(stream);
        });
        Self { port, serving }
    }

    /// Sends these behind the answer to `info`, at the first request.
    fn behind_info(bytes: Vec<u8>) -> Self {
        Self::start(move |stream| {
            let accepted = tungstenite::accept_hdr(stream, accept_janus).ok()?;
            let mut stream = accepted.into_inner();
            let mut decoder = Decoder::new();
            decoder.push(b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n");
            let mut out = Vec::new();
            let request = next_request(&mut stream, &mut decoder)?;
            let answer = answered(&request, info()).to_string();
            put(&mut out, TEXT, answer.as_bytes());
            stream.write_all(&out).ok()?;
            next_request(&mut stream, &mut decoder)?;
            stream.write_all(&bytes).ok()?;
            stream.shutdown(Shutdown::Write).ok()?;
            drain(&mut stream)
        })
    }

    /// Sends these instead of the handshake.
    fn handshake(bytes: Vec<u8>) -> Self {
        Self::start(move |mut stream| {
            let mut request = [0; 4096];
            // Small enough to come in one piece.
            let _ = stream.read(&mut request).ok()?;
            stream.write_all(&bytes).ok()?;
            stream.shutdown(Shutdown::Write).ok()?;
            drain(&mut stream)
        })
    }

    fn config(&self) -> Config {
        let config =
            Config::new(format!("ws://127.0.0.1:{}", self.port)).reconnect(Reconnect::Never);
        config.connect_timeout(WAIT).request_timeout(WAIT)
    }

    fn end(self) {
        self.serving.join().expect("it does not panic");
    }
}

fn next_request(stream: &mut TcpStream, decoder: &mut Decoder) -> Option<Value> {
    let mut bytes = [0; 4096];
    loop {
        while let Some(chunk) = decoder.next_chunk() {
            if let Some(frame) = chunk.frame {
                return serde_json::from_str(&frame.text()?).ok();
            }
        }
        let count = stream.read(&mut bytes).ok().filter(|count| *count > 0)?;
        decoder.push(&bytes[..count]);
    }
}

fn drain(stream: &mut TcpStream) -> Option<()> {
    std::io::copy(stream, &mut std::io::sink()).ok().map(drop)
}

/// A link with everything on it that a server may send.
fn stream_of_frames() -> Vec<u8> {
    let mut bytes = Vec::new();
    let event = json!({"janus": "event", "session_id": 1, "sender": 2,
        "plugindata": {"plugin": "p", "data": {"text": "x".repeat(150)}}});
    let event = event.to_string();
    put(&mut bytes, TEXT, event.as_bytes());
    put(&mut bytes, 0x01, &event.as_bytes()[..20]);
    put(&mut bytes, 0x89, b"ping");
    put(&mut bytes, 0x00, &event.as_bytes()[20..40]);
    put(&mut bytes, 0x8a, b"pong");
    put(&mut bytes, 0x80, &event.as_bytes()[40..]);
    put(&mut bytes, 0x82, b"binary");
    put(&mut bytes, TEXT, b"{}");
    bytes
}

/// A ping on a link on which these bytes come instead of its answer, and the end.
fn survives(bytes: Vec<u8>) {
    let server = Once::behind_info(bytes);
    let janus = server.config().open().expect("an answer to `info`");
    let begun = Instant::now();
    let error = janus.ping().expect_err("there is no answer");
    assert!(
        matches!(error, Error::Transport { .. } | Error::Closed { .. }),
        "{error:?}"
    );
    drop(janus);
    let took = begun.elapsed();
    assert!(took < WAIT / 2, "{took:?} until the end was noticed");
    server.end();
}

#[test]
fn frames_that_are_cut_anywhere_end_the_link_and_nothing_else() {
    let bytes = stream_of_frames();
    for end in 0..bytes.len() {
        survives(bytes[..end].to_vec());
    }
}

#[test]
fn frames_that_are_changed_end_the_link_and_nothing_else() {
    let bytes = stream_of_frames();
    let result = runner(400).run(&changes(), |changes| {
        survives(changed(&bytes, &changes));
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn bytes_at_random_end_the_link_and_nothing_else() {
    let result = runner(400).run(&vec(any::<u8>(), 0..300), |bytes| {
        survives(bytes);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

const HEAD: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\
    Upgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
    Sec-WebSocket-Protocol: janus-protocol\r\n\r\n";

fn refused(bytes: Vec<u8>) {
    let server = Once::handshake(bytes);
    let error = in_time(WAIT / 2, || server.config().open()).expect_err("no handshake");
    assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    server.end();
}

#[test]
fn a_handshake_that_is_cut_anywhere_is_an_error_at_once() {
    // At its end the key is still wrong: it was made for another request.
    for end in 0..=HEAD.len() {
        refused(HEAD[..end].to_vec());
    }
}

#[test]
fn a_handshake_that_is_changed_is_an_error_at_once() {
    let result = runner(300).run(&changes(), |changes| {
        refused(changed(HEAD, &changes));
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_handshake_without_an_end_is_an_error_in_time() {
    // Headers for ever: as many as the client takes.
    let server = Once::start(|mut stream| {
        stream
            .write_all(b"HTTP/1.1 101 Switching Protocols\r\n")
            .ok()?;
        let header = "X: ".to_owned() + &"x".repeat(60_000) + "\r\n";
        loop {
            stream.write_all(header.as_bytes()).ok()?;
        }
    });
    let wait = Duration::from_millis(500);
    let open = || -> Result<Connection, Error> { server.config().connect_timeout(wait).open() };
    let error = in_time(wait, open).expect_err("no end");
    assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    server.end();
}
