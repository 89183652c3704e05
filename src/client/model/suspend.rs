//! A machine that is suspended, so that its clock stands still.

use std::time::Duration;

use super::server::Server;
use crate::sync::model::{Time, check, suspend};

#[test]
fn whoever_was_suspended_keeps_sessions_and_asks_the_link_at_the_next_wake_up() {
    check(Time::Waits, 300, || {
        let server = Server::new();
        let janus = server.open();
        let sessions = [(); 2].map(|()| janus.create_session().expect("a session"));
        let ids = sessions.each_ref().map(|session| session.id().value());
        server.rest(Duration::from_secs(10));
        // Nobody has slept as long as a keepalive waits.
        assert!(server.seen("keepalive").is_empty());
        suspend(Duration::from_secs(90));
        // The thread wakes up for its keepalives, which go out together. The link is no WebSocket.
        server.wait_seen("ping", 1);
        assert_eq!(server.seen("keepalive"), ids);
        janus.close();
    });
}
