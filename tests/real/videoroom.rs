//! Every request of the VideoRoom plugin against real servers: Janus 1.1.2 and 1.4.1.
//!
//! Media comes from the tests themselves, as RTP to remote publishers. Where a PeerConnection has to
//! stand, a subscriber's is connected to a publisher's of the same server, for which the machine
//! needs an address besides loopback.

mod forward;
mod ids;
mod media;
mod participants;
mod publisher;
mod refused;
mod remote;
mod rooms;
mod servers;
mod subscriber;

use common::exchanged;
use servers::{Servers, variants};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn every_request_is_exchanged_with_the_versions_that_the_table_has() {
    Servers::each(|servers| {
        rooms::story(servers);
        participants::story(servers);
        publisher::story(servers);
        subscriber::story(servers);
        forward::story(servers);
        remote::story(servers);
        media::story(servers);
        let version = servers.version.to_string();
        assert_eq!(
            servers.exchanged(variants()),
            exchanged::with("videoroom", &version)
        );
    });
}
