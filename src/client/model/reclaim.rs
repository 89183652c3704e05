//! Sessions that end while they are being claimed over a new link.

use super::server::Server;
use crate::sync::{
    atomic::Ordering,
    model::{Time, check},
    thread,
};

#[test]
fn a_session_that_is_dropped_meanwhile_costs_no_other_link() {
    check(Time::Races, 1000, || {
        let server = Server::new();
        let janus = server.open();
        let sessions = [(); 2].map(|()| janus.create_session().expect("a session"));
        server.cut();
        let dropping = thread::spawn(move || drop(sessions));
        // It waits until there is a link again, if it was missed.
        drop(janus.info());
        dropping.join().expect("no panic");
        drop(janus.info());
        assert!(server.links.load(Ordering::SeqCst) <= 2);
        janus.close();
    });
}

#[test]
fn a_session_that_is_abandoned_after_the_list_was_made_is_not_claimed_back() {
    check(Time::Races, 1000, || {
        let server = Server::new();
        let janus = server.open();
        let sessions = [(); 3].map(|()| janus.create_session().expect("a session"));
        server.hold("claim");
        server.cut();
        // The first one's claim is under way, and the others' are not: one at a time in the model.
        server.wait_seen("claim", 1);
        let first = server.seen("claim")[0];
        for session in sessions {
            if session.id().value() == first {
                std::mem::forget(session);
            } else {
                let _ = session.abandon();
            }
        }
        server.let_go();
        janus.ping().expect("a new link");
        assert_eq!(server.seen("claim"), [first]);
        janus.close();
    });
}
