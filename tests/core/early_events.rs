//! Events that come before anybody could read them, on a real Janus.

use std::time::Duration;

use common::{Janus, WireProxy};
use janus_blocking::{
    CloseReason, Config, Connection, EchoTest, Error, Event,
    echotest::{self, Settings},
};
use serde_json::json;

const LIMIT: Duration = Duration::from_secs(5);

/// Another client that knows the session: its requests make events, which go to the owner.
struct Outsider {
    socket: common::WsClient,
    session: u64,
    handle: u64,
}

impl Outsider {
    /// Makes one event; returns when Janus has acknowledged.
    fn provoke(&mut self, number: usize) {
        let message = json!({
            "janus": "message", "transaction": format!("outside {number}"),
            "session_id": self.session, "handle_id": self.handle,
            // Wrong, so that the event tells which it is.
            "body": { format!("number {number}"): true },
        });
        self.socket.send(&message.to_string()).unwrap();
        self.socket
            .recv_where(LIMIT, |text| text.contains(r#""ack""#))
            .unwrap();
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn events_between_claim_and_reattach_are_delivered_first_and_in_order() {
    let janus = Janus::builder().reclaim_timeout(20).start();
    let first = Connection::open(&janus.url()).unwrap();
    let session = first.create_session().unwrap();
    let echo: EchoTest = session.attach().unwrap();
    let other: EchoTest = session.attach().unwrap();
    let ticket = session.abandon();
    drop((echo, other));
    first.close();

    let proxy = WireProxy::start(&janus);
    let second = Connection::open(&proxy.url()).unwrap();
    let session = second.claim(ticket.session_id).unwrap();
    let mark = proxy.mark();
    let mut outsiders: Vec<Outsider> = ticket
        .handles
        .iter()
        .map(|handle| Outsider {
            socket: common::WsClient::connect(&janus.url()).unwrap(),
            session: ticket.session_id.value(),
            handle: handle.id.value(),
        })
        .collect();
    for number in 0..50 {
        outsiders[number % 2].provoke(number);
    }
    // All are on this side of the wire before anything is reattached.
    common::wait_until(LIMIT, "50 events at the proxy", || {
        proxy
            .received_since(mark)
            .iter()
            .filter(|text| text.contains("echotest"))
            .count()
            == 50
    });
    let seen = proxy.received_since(mark);
    let of_handle = |handle: janus_blocking::HandleId| {
        let sender = format!(r#""sender":{handle}"#);
        let seen = seen.iter().filter(|text| text.contains(&sender)).cloned();
        seen.collect::<Vec<_>>()
    };
    for handle in &ticket.handles {
        let echo: EchoTest = session.reattach(handle.id).unwrap();
        let expected = of_handle(handle.id);
        assert_eq!(expected.len(), 25);
        for _ in expected {
            let event = echo.events().recv_timeout(LIMIT).unwrap().unwrap();
            assert!(
                matches!(
                    &event,
                    Event::Plugin {
                        event: echotest::Event::Error(_),
                        ..
                    }
                ),
                "{event:?}"
            );
        }
        // What comes afterwards comes behind them.
        echo.handle().send(&Settings::new().audio(true)).unwrap();
        let event = echo.events().recv_timeout(LIMIT).unwrap().unwrap();
        assert_eq!(
            event,
            Event::Plugin {
                event: echotest::Event::Ok,
                jsep: None
            }
        );
        assert_eq!(echo.events().try_recv().unwrap(), None);
        std::mem::forget(echo);
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_is_kept_for_a_reattachment_is_bounded_and_says_what_is_missing() {
    let janus = Janus::builder().reclaim_timeout(20).start();
    let first = Connection::open(&janus.url()).unwrap();
    let session = first.create_session().unwrap();
    let _echo: EchoTest = session.attach().unwrap();
    let ticket = session.abandon();
    first.close();

    let proxy = WireProxy::start(&janus);
    let second = Config::new(proxy.url()).event_queue(4).open().unwrap();
    let session = second.claim(ticket.session_id).unwrap();
    let mark = proxy.mark();
    let mut outsider = Outsider {
        socket: common::WsClient::connect(&janus.url()).unwrap(),
        session: ticket.session_id.value(),
        handle: ticket.handles[0].id.value(),
    };
    (0..10).for_each(|number| outsider.provoke(number));
    // Their events may come after their acks.
    common::wait_until(LIMIT, "10 events at the proxy", || {
        proxy
            .received_since(mark)
            .iter()
            .filter(|text| text.contains("echotest"))
            .count()
            == 10
    });
    // What is on the wire before this answer has been dispatched with it.
    second.ping().unwrap();
    let echo: EchoTest = session.reattach(ticket.handles[0].id).unwrap();
    let events = echo.events();
    for _ in 0..4 {
        assert!(events.recv_timeout(LIMIT).unwrap().is_some());
    }
    let lost = match events.recv_timeout(LIMIT) {
        Err(Error::Lagged { lost, .. }) => lost,
        other => panic!("{other:?}"),
    };
    assert_eq!(lost, 6);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn an_old_owner_in_this_program_hears_that_the_session_was_claimed() {
    let janus = Janus::start();
    let first = Connection::open(&janus.url()).unwrap();
    let session = first.create_session().unwrap();
    let echo: EchoTest = session.attach().unwrap();
    let events = echo.events();

    let second = Connection::open(&janus.url()).unwrap();
    let claimed = second.claim(session.id()).unwrap();
    assert_eq!(events.close_reason(), Some(CloseReason::ClaimedAway));
    assert!(
        echo.configure(&Settings::new().audio(true))
            .unwrap_err()
            .is_closed()
    );
    let handle = echo.handle().id();
    // Dropping the old objects ends nothing on the server.
    drop(echo);
    drop(session);
    first.close();
    let echo: EchoTest = claimed.reattach(handle).unwrap();
    echo.configure(&Settings::new().audio(true)).unwrap();
}
