//! A transport of one's own, around one of the crate's, whose sessions belong to no link.

use std::{sync::Arc, time::Instant};

use janus_blocking::{
    Config, EchoTest, Event,
    connection::Backoff,
    testing::FakeGateway,
    transport::{Connected, Link, Properties, SendError, Transport, Unreachable},
};

use super::{LONG, SOON};

struct Outliving(Arc<dyn Transport>);

impl Transport for Outliving {
    fn address(&self) -> String {
        self.0.address()
    }

    fn connect(&self, deadline: Instant) -> Result<Connected, Unreachable> {
        let Connected { link, receiver } = self.0.connect(deadline)?;
        Ok(Connected {
            link: Box::new(OutlivingLink(link)),
            receiver,
        })
    }
}

struct OutlivingLink(Box<dyn Link>);

impl Link for OutlivingLink {
    fn send(&self, text: &str, deadline: Instant) -> Result<(), SendError> {
        self.0.send(text, deadline)
    }

    fn goodbye(&self) {
        self.0.goodbye();
    }

    fn shutdown(&self) {
        self.0.shutdown();
    }

    fn properties(&self) -> Properties {
        let mut properties = self.0.properties();
        properties.sessions_outlive_links = true;
        properties
    }
}

#[test]
fn sessions_that_outlive_their_link_are_asked_for_and_not_claimed() {
    let gateway = FakeGateway::builder().reclaim_timeout(LONG).start();
    let gateway = gateway.expect("a free port");
    let config = Config::new(gateway.url()).reconnect(Backoff::new().first(SOON));
    let inside = config.transport_to(&gateway.url()).expect("a WebSocket");
    let janus = config.transport(Outliving(inside)).open().expect("a link");
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let before = gateway.requests().len();
    gateway.drop_links();
    let event = echo.events().recv_timeout(LONG).expect("open");
    assert!(
        matches!(event, Some(Event::Reconnected { lost: false, .. })),
        "{event:?}"
    );
    // A WebSocket's session is not really like that: its events still go to the old link.
    echo.handle()
        .trickle_done()
        .expect("the handle is what it was");
    let requests = gateway.requests();
    let verbs: Vec<_> = requests[before..]
        .iter()
        .map(|request| request.message["janus"].as_str().expect("a verb"))
        .collect();
    assert_eq!(verbs, ["info", "keepalive", "keepalive", "trickle"]);
}
