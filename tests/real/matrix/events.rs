//! A10: events that come before anybody could read them, and those that nobody gets.

use std::time::Duration;

use common::wait_until;
use janus_blocking::{EchoTest, Event, HandleId, SessionId, echotest};

use super::{
    Cell, LIMIT,
    attach::Rules,
    servers::{Servers, Transport, attached, reattached},
    wire_text,
};

pub(crate) const RULES: Rules = &[
    (
        "events before the first read after `attach` are kept, in order",
        before_the_first_read,
    ),
    (
        "events between `claim` and `reattach` are kept, in order",
        between_claim_and_reattach,
    ),
    (
        "events before a `claim`, while nobody has the session, come later",
        before_a_claim,
    ),
];

const EVENTS: usize = 20;

/// The next event, which has to name this.
#[track_caller]
pub(crate) fn assert_next(echo: &EchoTest, named: &str) {
    let reason = next(echo);
    assert!(reason.contains(named), "{reason} instead of {named}");
}

/// The reason of the next event.
#[track_caller]
pub(crate) fn next(echo: &EchoTest) -> String {
    let event = echo.events().recv_timeout(LIMIT).expect("the handle lives");
    match event.expect("it comes in time") {
        Event::Plugin {
            event: echotest::Event::Error(refused),
            ..
        } => refused.reason,
        other => panic!("{other:?}"),
    }
}

/// Waits until so many events of EchoTest have come in for a session.
fn wait_received(session: SessionId, count: usize) {
    wait_until(LIMIT, "all events have come", || {
        wire_text::of(session, "<-", "error_code").len() >= count
    });
}

/// Makes events on handles in turn; what each handle's have to name.
fn provoke(
    servers: &Servers,
    transport: Transport,
    session: SessionId,
    handles: &[HandleId],
) -> Vec<Vec<String>> {
    let mut outsider = servers.server(transport).outsider(session);
    let mut named = vec![Vec::new(); handles.len()];
    for number in 0..EVENTS {
        let at = number % handles.len();
        named[at].push(outsider.provoke(handles[at], number));
    }
    named
}

fn before_the_first_read(servers: &Servers, transport: Transport) -> Cell {
    let janus = servers.open(transport);
    let (session, echo) = attached(&janus);
    let named = provoke(servers, transport, session.id(), &[echo.handle().id()]).remove(0);
    wait_received(session.id(), EVENTS);
    named.iter().for_each(|named| assert_next(&echo, named));
    assert_eq!(echo.events().try_recv().expect("it lives"), None);
    Cell::Yes
}

fn between_claim_and_reattach(servers: &Servers, transport: Transport) -> Cell {
    let first = servers.open(transport);
    let (session, one) = attached(&first);
    let two: EchoTest = session.attach().expect("a handle");
    let handles = [one.handle().id(), two.handle().id()];
    let ticket = session.abandon();
    drop((one, two, first));
    let janus = servers.open(transport);
    let session = janus.resume(&ticket).expect("it lives").session;
    let named = provoke(servers, transport, session.id(), &handles);
    wait_received(session.id(), EVENTS);
    // Behind all of them on the same link, so that they have been given out.
    janus.ping().expect("Janus answers");
    let mut outsider = servers.server(transport).outsider(session.id());
    for (handle, named) in handles.into_iter().zip(named) {
        let echo: EchoTest = reattached(&session, handle);
        named.iter().for_each(|named| assert_next(&echo, named));
        // What comes afterwards comes behind them.
        let last = outsider.provoke(handle, 0);
        assert_next(&echo, &last);
        echo.into_handle().detach().expect("an answer");
    }
    Cell::Yes
}

fn before_a_claim(servers: &Servers, transport: Transport) -> Cell {
    let first = servers.open(transport);
    let (session, echo) = attached(&first);
    let handle = echo.handle().id();
    let ticket = session.abandon();
    drop((echo, first));
    let mut outsider = servers.server(transport).outsider(ticket.session_id);
    for number in 0..3 {
        outsider.provoke(handle, number);
    }
    // The plugin makes its events on a thread of its own, after the ack.
    std::thread::sleep(Duration::from_millis(300));
    let janus = servers.open(transport);
    let session = janus.resume(&ticket).expect("it lives").session;
    let echo: EchoTest = reattached(&session, handle);
    // The first that comes is the first that was made after the claim.
    let quiet = echo.events().recv_timeout(Duration::from_millis(200));
    assert_eq!(quiet.expect("it lives"), None);
    let named = outsider.provoke(handle, 3);
    assert_next(&echo, &named);
    Cell::ByNature("Janus throws them away")
}
