//! What is dropped while the link breaks, or while the connection is closed.

use std::sync::Arc;

use super::server::Server;
use crate::sync::{
    model::{Time, check},
    thread,
};

/// Drops a session and handles of another one on two threads while the link is cut; what stays on the
/// server is waited for for ever.
fn drop_against_a_cut(loses: Option<&'static str>) {
    let server = Server::new();
    let janus = Arc::new(server.open());
    let kept = janus.create_session().expect("it answers");
    let handles = [(); 2].map(|()| {
        kept.attach_raw("janus.plugin.echotest")
            .expect("it answers")
    });
    let session = janus.create_session().expect("it answers");
    if let Some(verb) = loses {
        server.lose(verb);
    }
    let droppers = [
        thread::spawn(move || drop(handles)),
        thread::spawn(move || drop(session)),
    ];
    server.cut();
    droppers
        .into_iter()
        .for_each(|dropper| dropper.join().expect("no panic"));
    server.wait_left(1, 0);
    drop(kept);
    server.wait_left(0, 0);
}

#[test]
fn what_is_dropped_while_the_link_breaks_ends_over_the_next_one() {
    check(Time::Waits, 500, || drop_against_a_cut(None));
}

#[test]
fn what_was_on_its_way_when_the_link_broke_is_sent_again() {
    check(Time::Waits, 500, || drop_against_a_cut(Some("detach")));
    check(Time::Waits, 500, || drop_against_a_cut(Some("destroy")));
}

#[test]
fn a_session_that_is_dropped_while_its_connection_is_closed_ends_on_the_server() {
    check(Time::Waits, 2000, || {
        let server = Server::new();
        let janus = server.open();
        let session = janus.create_session().expect("it answers");
        let dropper = thread::spawn(move || drop(session));
        janus.close();
        dropper.join().expect("no panic");
        server.wait_left(0, 0);
    });
}
