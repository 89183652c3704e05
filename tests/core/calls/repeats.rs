//! Requests that only read, and what breaks the link each time.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use janus_blocking::{
    Config, Connection, Error,
    connection::Backoff,
    transport::{Connected, Received, Receiver, Transport, Unreachable, Wait},
};

use common::scripted::Scripted;

const LONG: Duration = Duration::from_secs(20);

fn settings(server: &Scripted) -> Config {
    Config::new(server.url())
        .request_timeout(LONG)
        .reconnect(Backoff::new().first(Duration::from_millis(1)))
}

fn pings(server: &Scripted) -> usize {
    let requests = server.requests();
    requests
        .iter()
        .filter(|request| request["janus"] == "ping")
        .count()
}

#[test]
fn a_request_that_breaks_each_link_is_sent_three_times_and_ends() {
    let server = Scripted::start(|request, out| match request["janus"].as_str() {
        // A masked frame, which no server may send.
        Some("ping") => out.frame(0x81 | 0x40, b"{}"),
        _ => out.usual(request),
    });
    let janus = settings(&server).open().expect("it answers `info`");
    let error = janus.ping().expect_err("no link outlives it");
    assert!(
        matches!(
            error,
            Error::Transport {
                reconnects: true,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(pings(&server), 3);
    janus.info().expect("other requests are answered");
}

/// The WebSocket of the crate, whose receiver finds each `pong` too long, and ends.
struct Short {
    inside: Arc<dyn Transport>,
    connects: Arc<AtomicU32>,
}

struct ShortReceiver(Box<dyn Receiver>);

impl Transport for Short {
    fn address(&self) -> String {
        self.inside.address()
    }

    fn connect(&self, deadline: Instant) -> Result<Connected, Unreachable> {
        self.connects.fetch_add(1, Ordering::SeqCst);
        let Connected { link, receiver } = self.inside.connect(deadline)?;
        let receiver = Box::new(ShortReceiver(receiver));
        Ok(Connected { link, receiver })
    }
}

impl Receiver for ShortReceiver {
    fn receive(&mut self, wait: Wait, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
        let mut ends = false;
        self.0.receive(wait, &mut |received| match received {
            Received::Text(text) if text.contains("pong") => {
                ends = true;
                sink(Received::TooLong(&text[..text.len() - 1]));
            }
            other => sink(other),
        })?;
        if ends {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(())
    }
}

fn open(server: &Scripted, connects: &Arc<AtomicU32>) -> Connection {
    let config = settings(server);
    let inside = config.transport_to(&server.url()).expect("a WebSocket");
    let connects = connects.clone();
    let short = Short { inside, connects };
    config.transport(short).open().expect("it answers `info`")
}

#[test]
fn a_request_whose_answer_is_too_long_ends_and_is_not_repeated() {
    let server = Scripted::usual();
    let connects = Arc::default();
    let janus = open(&server, &connects);
    match janus.ping() {
        Err(Error::Unexpected { answer, .. }) => {
            assert_eq!(answer.got, "a message longer than this link takes");
        }
        other => panic!("{other:?}"),
    }
    janus.info().expect("over the next link");
    assert_eq!(pings(&server), 1);
    assert_eq!(connects.load(Ordering::SeqCst), 2);
}
