//! A session that begins while the connection's thread is reading.

use std::time::Duration;

use super::server::Server;
use crate::sync::{
    self,
    model::{Time, check},
};

/// As Janus's session timeout is 60 s.
const PERIOD: Duration = Duration::from_secs(20);

#[test]
fn its_keepalives_come_in_time_whoever_reads_the_answer() {
    check(Time::Waits, 1000, || {
        let server = Server::new();
        let janus = server.open();
        // The connection's thread reads by now.
        server.rest(PERIOD);
        let begun = sync::now();
        let session = janus.create_session().expect("a session");
        server.wait_seen("keepalive", 2);
        assert!(
            sync::now() - begun <= 2 * PERIOD,
            "{:?}",
            sync::now() - begun
        );
        let _ = session.abandon();
        janus.close();
    });
}
