//! Sessions that are dropped while they are being claimed over a new link.

use std::{sync::Arc, time::Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use janus_blocking::{
    Config,
    connection::Backoff,
    testing::FakeGateway,
    transport::{Connected, Link, SendError, Transport, Unreachable},
};

use super::{LONG, SOON};

/// Says when the first claim goes out, and holds it back until the program has done something.
struct Slow {
    inside: Arc<dyn Transport>,
    claims: Sender<()>,
    go_on: Receiver<()>,
}

struct SlowLink {
    inside: Box<dyn Link>,
    claims: Sender<()>,
    go_on: Receiver<()>,
}

impl Transport for Slow {
    fn address(&self) -> String {
        self.inside.address()
    }

    fn connect(&self, deadline: Instant) -> Result<Connected, Unreachable> {
        let Connected { link, receiver } = self.inside.connect(deadline)?;
        Ok(Connected {
            link: Box::new(SlowLink {
                inside: link,
                claims: self.claims.clone(),
                go_on: self.go_on.clone(),
            }),
            receiver,
        })
    }
}

impl Link for SlowLink {
    fn send(&self, text: &str, deadline: Instant) -> Result<(), SendError> {
        if text.contains(r#""claim""#) && self.claims.try_send(()).is_ok() {
            let _ = self.go_on.recv_timeout(LONG);
        }
        self.inside.send(text, deadline)
    }

    fn goodbye(&self) {
        self.inside.goodbye();
    }

    fn shutdown(&self) {
        self.inside.shutdown();
    }
}

#[test]
fn sessions_that_are_dropped_while_they_are_claimed_cost_one_new_link() {
    let gateway = FakeGateway::builder().reclaim_timeout(LONG).start();
    let gateway = gateway.expect("a free port");
    let config = Config::new(gateway.url()).reconnect(Backoff::new().first(SOON));
    let inside = config.transport_to(&gateway.url()).expect("a WebSocket");
    let (claims, claiming) = bounded(1);
    // Closed when the claims may go out.
    let (may, go_on) = bounded(0);
    let janus = config
        .transport(Slow {
            inside,
            claims,
            go_on,
        })
        .open()
        .expect("a link");
    let sessions: Vec<_> = (0..400)
        .map(|_| janus.create_session().expect("a session"))
        .collect();
    let states = janus.states();
    gateway.drop_links();
    claiming.recv_timeout(LONG).expect("a claim");
    drop(sessions);
    drop(may);
    janus.ping().expect("a new link");
    let attempts = states.try_iter().count();
    // Lost, the first attempt, connected.
    assert_eq!(attempts, 3);
    let verbs = gateway.requests();
    let infos = verbs
        .iter()
        .filter(|request| request.message["janus"] == "info");
    assert_eq!(infos.count(), 2, "one for each link");
    // Nothing of what was dropped is claimed, but the one that was under way.
    let claimed = verbs
        .iter()
        .filter(|request| request.message["janus"] == "claim");
    assert_eq!(claimed.count(), 1);
}
