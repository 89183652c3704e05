//! What a long poll finds out about a session that was claimed again meanwhile.

use std::{io, sync::Arc, time::Duration};

use common::wait_until;
use crossbeam_channel::{Sender, unbounded};
use janus_blocking::{
    CloseReason, Config, Connection, EchoTest, Error, Event, Result,
    testing::{FakeGateway, Fault, When},
    transport::{Connected, Received, Receiver, Transport, Unreachable, Wait},
};

use super::{LIMIT, RARE};

/// Says when it has passed on that a session is lost.
struct Telling(Arc<dyn Transport>, Sender<()>);

struct TellingReceiver(Box<dyn Receiver>, Sender<()>);

impl Transport for Telling {
    fn address(&self) -> String {
        self.0.address()
    }

    fn connect(&self, deadline: std::time::Instant) -> Result<Connected, Unreachable> {
        let Connected { link, receiver } = self.0.connect(deadline)?;
        let receiver = Box::new(TellingReceiver(receiver, self.1.clone()));
        Ok(Connected { link, receiver })
    }
}

impl Receiver for TellingReceiver {
    fn receive(&mut self, wait: Wait, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
        let mut lost = false;
        let result = self.0.receive(wait, &mut |received| {
            lost |= matches!(received, Received::SessionLost { .. });
            sink(received);
        });
        if lost {
            let _ = self.1.send(());
        }
        result
    }
}

#[test]
fn the_verdict_of_an_old_poll_does_not_end_a_session_that_was_claimed_back() -> Result<()> {
    let builder = FakeGateway::builder().session_timeout(Duration::ZERO);
    let gateway = builder.manual_clock().start()?;
    let url = gateway.http_url()?;
    let config = Config::new(&url).keepalive(RARE);
    let (tells, told) = unbounded();
    let transport = Telling(config.transport_to(&url)?, tells);
    let http = config.transport(transport).open()?;
    let other = Connection::open(&gateway.url())?;
    let session = http.create_session()?;
    let first: EchoTest = session.attach()?;
    let handle = first.handle().id();
    let polls = 1 + 2;
    assert!(gateway.wait_links(polls, LIMIT), "{}", gateway.link_count());

    // Another link has it. The poll ends, the next one finds that, and asks whether the session lives.
    let _theirs = other.claim(session.id())?;
    let late = Duration::from_secs(1);
    gateway.inject_when(When::answer_to("keepalive"), Fault::Delay(late));
    gateway.advance(Duration::from_secs(30));
    wait_until(LIMIT, "the poll's question", || {
        let requests = gateway.requests();
        requests.iter().any(|it| it.message["janus"] == "keepalive")
    });
    let ours = http.claim(session.id())?;
    gateway.advance(late);
    told.recv_timeout(LIMIT).expect("what the old poll found");

    let why = CloseReason::ClaimedAway;
    let old = session.check().expect_err("the older object");
    assert!(matches!(old, Error::Closed { why: it, .. } if it == why));
    ours.check()?;
    let echo: EchoTest = ours.reattach(handle)?;
    gateway.handle(handle).webrtc_up();
    assert_eq!(echo.events().recv_timeout(LIMIT)?, Some(Event::WebrtcUp));
    Ok(())
}
