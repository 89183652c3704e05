//! A transport that returns from sending late: the answer is read before.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use janus_blocking::{
    Config, Connection,
    testing::FakeGateway,
    transport::{Connected, Link, SendError, Transport, Unreachable},
};

use super::LONG;

/// The transport, and how it returns from sending `create`.
struct Late(Arc<dyn Transport>, fn() -> Result<(), SendError>);

struct LateLink(Box<dyn Link>, fn() -> Result<(), SendError>);

impl Transport for Late {
    fn address(&self) -> String {
        self.0.address()
    }

    fn connect(&self, deadline: Instant) -> Result<Connected, Unreachable> {
        let Connected { link, receiver } = self.0.connect(deadline)?;
        Ok(Connected {
            link: Box::new(LateLink(link, self.1)),
            receiver,
        })
    }
}

impl Link for LateLink {
    fn send(&self, text: &str, deadline: Instant) -> Result<(), SendError> {
        let sent = self.0.send(text, deadline);
        if text.contains(r#""create""#) {
            thread::sleep(Duration::from_millis(50));
            return sent.and((self.1)());
        }
        sent
    }

    fn goodbye(&self) {
        self.0.goodbye();
    }

    fn shutdown(&self) {
        self.0.shutdown();
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
