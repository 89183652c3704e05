//! A link over HTTP on which nothing happens.

use std::{thread, time::Duration};

use common::WireProxy;
use janus_blocking::{Connection, EchoTest, connection::ConnectionState};

use super::{LIMIT, with_both};

#[test]
#[ignore = "needs Janus 1.1.2 and 1.4.1: run tests/run"]
fn an_idle_link_sends_nothing_but_its_polls_over_the_connections_it_has() {
    with_both(|server| {
        let proxy = WireProxy::to_port(server.http_port());
        let url = format!("http://127.0.0.1:{}", proxy.port());
        let janus = Connection::open(&url).expect("a link over HTTP");
        let session = janus.create_session().expect("a session");
        let _echo: EchoTest = session.attach().expect("a handle");
        // The poll has a connection of its own.
        proxy.wait_sent(LIMIT, |text| text.starts_with("GET "));
        let (mark, connections) = (proxy.mark(), proxy.connections());
        // Longer than Janus holds a poll.
        thread::sleep(Duration::from_secs(35));
        let sent = proxy.sent_since(mark);
        assert!(sent.len() <= 1, "{sent:?}");
        assert!(sent.iter().all(|text| text.starts_with("GET ")), "{sent:?}");
        assert_eq!(proxy.connections(), connections);
        assert_eq!(janus.state(), ConnectionState::Connected);
    });
}
