//! What is made while its owner is abandoned.

use std::{sync::Arc, time::Duration};

use shuttle::rand::{Rng, thread_rng};

use super::server::Server;
use crate::{
    CloseReason, Error,
    sync::{
        model::{Time, check},
        thread,
    },
};

#[test]
fn a_handle_that_is_attached_while_its_session_is_abandoned_is_in_the_ticket_or_goes() {
    check(Time::Waits, 1000, || {
        let server = Server::new();
        let janus = server.open();
        let session = janus.create_session().expect("it answers");
        let copy = session.with_timeout(Duration::from_secs(60));
        let attaching = thread::spawn(move || {
            let attached = copy.attach_raw("janus.plugin.echotest");
            // It is not this program's any more.
            attached.map(std::mem::forget).err()
        });
        let ticket = session.abandon();
        server.wait_left(1, ticket.handles.len());
        let error = attaching.join().expect("no panic");
        let why = CloseReason::Abandoned;
        let closed = |error| matches!(error, Error::Closed { why: it, .. } if it == why);
        assert!(error.is_none_or(closed));
        janus.close();
    });
}

#[test]
fn a_session_that_is_created_while_all_is_abandoned_is_in_a_ticket() {
    check(Time::Waits, 1000, || {
        let server = Server::new();
        let janus = Arc::new(server.open());
        let (creating, copy) = (janus.clone(), janus.with_timeout(Duration::from_secs(60)));
        let creating = thread::spawn(move || {
            let created = creating.create_session();
            created.map(std::mem::forget).err()
        });
        let tickets = copy.abandon();
        server.wait_left(tickets.len(), 0);
        let error = creating.join().expect("no panic");
        assert_eq!(error.is_none(), tickets.len() == 1, "{error:?}");
        drop(janus);
    });
}

fn why_closed(error: Error) -> CloseReason {
    match error {
        Error::Closed { why, .. } => why,
        error => panic!("{error}"),
    }
}

#[test]
fn what_is_abandoned_first_is_not_ended() {
    check(Time::Waits, 1000, || {
        let server = Server::new();
        let janus = server.open();
        let session = janus.create_session().expect("it answers");
        let [copy, last] = [(); 2].map(|()| session.with_timeout(Duration::from_secs(60)));
        let ending = thread::spawn(move || copy.destroy().is_ok());
        drop(session.abandon());
        let ended = ending.join().expect("no panic");
        let destroyed = why_closed(last.check().unwrap_err()) == CloseReason::Destroyed;
        assert_eq!(
            (ended, server.seen("destroy").len()),
            (destroyed, usize::from(destroyed))
        );
        janus.close();
    });
    check(Time::Waits, 1000, || {
        let server = Server::new();
        let janus = server.open();
        let session = janus.create_session().expect("it answers");
        let handle = session
            .attach_raw("janus.plugin.echotest")
            .expect("it answers");
        let handle = handle.into_handle();
        let ending = thread::spawn(move || {
            if thread_rng().gen_ratio(1, 2) {
                let _ = handle.detach();
            }
        });
        let ticket = session.abandon();
        ending.join().expect("no panic");
        // It is in the ticket, or was ended.
        assert_eq!(server.seen("detach").len() + ticket.handles.len(), 1);
        janus.close();
    });
}
