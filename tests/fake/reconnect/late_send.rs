//! A transport that returns from sending late: the answer is read before.

use std::{
    io,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver as Channel, Sender, unbounded};
use janus_blocking::{
    Config, Connection,
    testing::FakeGateway,
    transport::{Connected, Link, Received, Receiver, SendError, Transport, Unreachable, Wait},
};

use super::LONG;

/// The transport, and how it returns from sending `create`.
struct Late(Arc<dyn Transport>, fn() -> Result<(), SendError>);

struct LateLink {
    inside: Box<dyn Link>,
    returns: fn() -> Result<(), SendError>,
    answered: Channel<()>,
}

/// Tells when it has passed on the answer to `create`. It has no lookout, so that the connection's
/// thread reads while the caller sends.
struct Tells(Box<dyn Receiver>, Sender<()>);

impl Transport for Late {
    fn address(&self) -> String {
        self.0.address()
    }

    fn connect(&self, deadline: Instant) -> Result<Connected, Unreachable> {
        let Connected { link, receiver } = self.0.connect(deadline)?;
        let (tells, answered) = unbounded();
        Ok(Connected {
            link: Box::new(LateLink {
                inside: link,
                returns: self.1,
                answered,
            }),
            receiver: Box::new(Tells(receiver, tells)),
        })
    }
}

impl Link for LateLink {
    fn send(&self, text: &str, deadline: Instant) -> Result<(), SendError> {
        let sent = self.inside.send(text, deadline);
        if text.contains(r#""create""#) {
            self.answered.recv_timeout(LONG).expect("an answer");
            return sent.and((self.returns)());
        }
        sent
    }

    fn goodbye(&self) {
        self.inside.goodbye();
    }

    fn shutdown(&self) {
        self.inside.shutdown();
    }
}

impl Receiver for Tells {
    fn receive(&mut self, wait: Wait, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
        let Self(inside, tells) = self;
        inside.receive(wait, &mut |received| {
            sink(received);
            if matches!(received, Received::Text(text) if text.contains(r#""success""#)) {
                let _ = tells.send(());
            }
        })
    }
}

fn open(gateway: &FakeGateway, returns: fn() -> Result<(), SendError>) -> Connection {
    let config = Config::new(gateway.url()).keepalive(Duration::from_millis(100));
    let inside = config.transport_to(&gateway.url()).expect("a WebSocket");
    let config = config.transport(Late(inside, returns));
    config.open().expect("a link")
}

fn count(gateway: &FakeGateway, verb: &str) -> usize {
    let requests = gateway.requests();
    let found = requests
        .iter()
        .filter(|request| request.message["janus"] == verb);
    found.count()
}

#[test]
fn a_session_whose_answer_is_there_before_its_caller_waits_is_kept_alive() {
    let gateway = FakeGateway::start().expect("a free port");
    let janus = open(&gateway, || Ok(()));
    let session = janus.create_session().expect("its answer has come");
    let begun = Instant::now();
    while count(&gateway, "keepalive") < 4 {
        // Where it is missed, the link's own ping comes after 30 s.
        assert!(begun.elapsed() < LONG, "{}", count(&gateway, "keepalive"));
        thread::sleep(Duration::from_millis(5));
    }
    session.destroy().expect("it is there");
}

#[test]
fn an_answer_is_taken_though_sending_its_request_timed_out() {
    let gateway = FakeGateway::start().expect("a free port");
    let janus = open(&gateway, || Err(SendError::TimedOut));
    let session = janus.create_session().expect("its answer has come");
    assert_eq!(gateway.sessions(), [session.id()]);
}
