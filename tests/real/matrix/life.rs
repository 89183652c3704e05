//! What is ended without anybody waiting for it: dropped objects, and what came too late.

use std::time::{Duration, Instant};

use common::wait_until;
use janus_blocking::EchoTest;

use super::{
    Cell, LIMIT,
    attach::Rules,
    servers::{Servers, Transport, attached},
};

pub(crate) const RULES: Rules = &[
    (
        "a drop sends `detach` and `destroy` and waits for nothing",
        drop_waits_for_nothing,
    ),
    (
        "the session and handle of an answer that came too late are ended",
        late_answers,
    ),
];

fn drop_waits_for_nothing(servers: &Servers, transport: Transport) -> Cell {
    let janus = servers.open(transport);
    let server = servers.server(transport);
    let (session, echo) = attached(&janus);
    let (id, other) = (
        session.id(),
        session.attach::<EchoTest>().expect("a handle"),
    );
    // A server that answers nothing is not waited for.
    let paused = server.paused();
    let begun = Instant::now();
    drop(echo);
    let took = begun.elapsed();
    drop(paused);
    assert!(took < LIMIT / 2, "{took:?}");
    wait_until(LIMIT, "one handle is left", || {
        server.handles(id) == [other.handle().id().value()]
    });
    let paused = server.paused();
    let begun = Instant::now();
    drop((session, other));
    let took = begun.elapsed();
    drop(paused);
    assert!(took < LIMIT / 2, "{took:?}");
    wait_until(LIMIT, "the session is gone", || {
        !server.sessions().contains(&id.value())
    });
    Cell::Yes
}

fn late_answers(servers: &Servers, transport: Transport) -> Cell {
    let server = servers.server(transport);
    let config = servers
        .config(transport)
        .request_timeout(Duration::from_secs(1));
    let janus = config.open().expect("Janus answers");
    let before = server.sessions();
    let paused = server.paused();
    let error = janus.create_session().expect_err("no answer");
    assert!(error.is_timeout(), "{error}");
    drop(paused);
    wait_until(LIMIT, "the late session was made and is gone", || {
        janus.unmatched_messages().late == 1
            && server.sessions().iter().all(|id| before.contains(id))
    });

    let (session, kept) = attached(&janus);
    let paused = server.paused();
    let error = session.attach::<EchoTest>().expect_err("no answer");
    assert!(error.is_timeout(), "{error}");
    drop(paused);
    wait_until(LIMIT, "the late handle was made and is gone", || {
        janus.unmatched_messages().late == 2
            && server.handles(session.id()) == [kept.handle().id().value()]
    });
    Cell::Yes
}
