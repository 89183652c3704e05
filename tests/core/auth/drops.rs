//! A drop sends whatever is first in the outbox, and never calls the program's function for it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use common::wait_until;
use crossbeam_channel::{Receiver, Sender, bounded};
use janus_blocking::{
    Config, EchoTest,
    auth::SignedToken,
    testing::FakeGateway,
    transport::{Connected, Link, SendError, Transport, Unreachable},
};

use super::{Count, ECHO, SESAME, SOON, sesame};

/// Holds up the second keepalive, and with it the connection's thread.
struct Holding {
    inside: Arc<dyn Transport>,
    keepalives: Count,
    holds: Sender<()>,
    go_on: Receiver<()>,
}

struct HoldingLink {
    inside: Box<dyn Link>,
    keepalives: Count,
    holds: Sender<()>,
    go_on: Receiver<()>,
}

impl Transport for Holding {
    fn address(&self) -> String {
        self.inside.address()
    }

    fn connect(&self, deadline: Instant) -> Result<Connected, Unreachable> {
        let Connected { link, receiver } = self.inside.connect(deadline)?;
        let link = HoldingLink {
            inside: link,
            keepalives: self.keepalives.clone(),
            holds: self.holds.clone(),
            go_on: self.go_on.clone(),
        };
        Ok(Connected {
            link: Box::new(link),
            receiver,
        })
    }
}

impl Link for HoldingLink {
    fn send(&self, text: &str, deadline: Instant) -> Result<(), SendError> {
        if text.contains(r#""keepalive""#) && self.keepalives.next() == 1 {
            let _ = self.holds.send(());
            let _ = self.go_on.recv_timeout(SOON);
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
fn a_drop_that_sends_a_refused_keepalive_again_asks_for_no_token() {
    let builder = FakeGateway::builder().token_auth_secret(SESAME);
    let builder = builder.manual_clock().session_timeout(Duration::ZERO);
    let gateway = builder.start().expect("a gateway");
    let (holds, held) = bounded(1);
    let (goes_on, go_on) = bounded(1);
    let (count, in_drop) = (Count::default(), Count::default());
    let dropping = Arc::new(AtomicBool::new(false));
    let (calls, calls_in_drop, drops) = (count.clone(), in_drop.clone(), dropping.clone());
    let this = thread::current().id();
    // Longer than a token is too new to be replaced.
    let period = Duration::from_millis(1200);
    let config = Config::new(gateway.url()).keepalive(period);
    let config = config.token_provider(move || {
        if thread::current().id() == this && drops.load(Ordering::SeqCst) {
            calls_in_drop.next();
        }
        let life = Duration::from_secs(60 + 3600 * calls.next());
        let token = SignedToken::for_plugins([ECHO]).valid_for(life);
        token.sign(&sesame())
    });
    let transport = Holding {
        inside: config.transport_to(&gateway.url()).expect("a WebSocket"),
        keepalives: Count::default(),
        holds,
        go_on,
    };
    let janus = config.transport(transport).open().expect("a link");
    let sessions = [(); 3].map(|()| janus.create_session().expect("a session"));
    let echo: EchoTest = sessions[0].attach().expect("a handle");
    // For the server, the first token has expired.
    gateway.advance(Duration::from_secs(90));
    held.recv_timeout(SOON).expect("the second keepalive");
    // This thread reads that the first one was refused. It is to be sent again, with another token.
    janus.ping().expect("a link");
    dropping.store(true, Ordering::SeqCst);
    drop(echo);
    dropping.store(false, Ordering::SeqCst);
    assert_eq!(in_drop.get(), 0, "calls in a drop");
    goes_on.send(()).expect("the thread waits");
    wait_until(SOON, "the next token, and the end of the handle", || {
        count.get() == 2 && gateway.handles().is_empty()
    });
}
