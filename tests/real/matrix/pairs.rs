//! A session made over one transport and taken over by another.

use std::{iter, thread, time::Duration};

use janus_blocking::{EchoTest, Event};

use super::{
    Cell,
    events::{assert_next, next},
    servers::{Servers, Transport, attached, reattached},
};

/// The row of the table.
pub(crate) fn name(from: Transport) -> String {
    format!("claimed from {from}, alive or gone, and back")
}

/// Takes a session over from a link that lives, and back from one that has gone; each time its
/// events come to the new owner and to nobody else.
pub(crate) fn check(servers: &Servers, from: Transport, to: Transport) -> Cell {
    let datagrams = |transport| transport == Transport::UnixDatagrams;
    let unix = |transport| transport == Transport::Unix;
    if datagrams(from) && unix(to) || unix(from) && datagrams(to) {
        return Cell::ByNature("a Janus has one Unix socket");
    }
    let server = if datagrams(from) || datagrams(to) {
        servers.server(Transport::UnixDatagrams)
    } else {
        servers.server(from)
    };
    let open = |transport| server.config(transport).open().expect("Janus answers");
    let first = open(from);
    let (session, old) = attached(&first);
    let (id, handle) = (session.id(), old.handle().id());
    let mut outsider = server.outsider(id);
    let named = outsider.provoke(handle, 0);
    assert_next(&old, &named);
    // Its next poll hangs on the queue that a claim replaces.
    thread::sleep(Duration::from_millis(if from.is_http() { 100 } else { 0 }));

    let second = open(to);
    let claimed = second.claim(id).expect("it lives");
    let echo: EchoTest = reattached(&claimed, handle);
    for number in 1..4 {
        let named = outsider.provoke(handle, number);
        assert_next(&echo, &named);
    }
    // The old owner has heard nothing of them; the same address is told of the claim.
    match old.events().recv_timeout(Duration::from_millis(100)) {
        Ok(None) => assert_ne!(from, to),
        // Polls for events are refused, where they are not asked for somebody else's queue.
        Ok(Some(Event::Timeout)) | Err(_) => assert!(from == to || from.is_http()),
        Ok(Some(event)) => panic!("{event:?} came to the old owner"),
    }
    // It has nothing to end any more.
    let _ = session.abandon();
    drop((old, first));
    let steals = from.is_http() && to.is_http();
    let mut for_the_thief = None;
    if steals {
        server.steal_an_event(id, || for_the_thief = Some(outsider.provoke(handle, 0)));
    }

    let ticket = claimed.abandon();
    drop((echo, second));
    let third = open(from);
    let resumed = third.resume(&ticket).expect("it lives");
    let echo: EchoTest = reattached(&resumed.session, ticket.handles[0].id);
    let named = outsider.provoke(handle, 4);
    // One that neither the thief nor the second owner got is still in the queue of the session.
    let reason = iter::repeat_with(|| next(&echo))
        .find(|reason| !for_the_thief.as_ref().is_some_and(|it| reason.contains(it)));
    let reason = reason.expect("it has no end");
    assert!(reason.contains(&named), "{reason} instead of {named}");
    resumed.session.destroy().expect("an answer");
    if steals {
        Cell::ByNature("yes, but an older owner that still asks for events gets some of them")
    } else {
        Cell::Yes
    }
}
