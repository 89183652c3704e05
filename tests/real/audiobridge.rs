//! Every request of the AudioBridge plugin against real servers: Janus 1.1.2 and 1.4.1.
//!
//! The audio comes from the tests themselves: tones in plain RTP, which are looked for in what Janus
//! has mixed. Who talks is told for PeerConnections only: there VideoRoom passes the levels on.

mod audio;
mod files;
mod forward;
mod ids;
mod moderation;
mod participants;
pub(crate) mod peers;
mod reattached;
mod refused;
mod rooms;
pub(crate) mod servers;

use common::exchanged;
use servers::Servers;

#[test]
#[ignore = "needs Janus: run tests/run"]
fn every_request_is_exchanged_with_the_versions_that_the_table_has() {
    Servers::each(|servers| {
        rooms::story(servers);
        participants::story(servers);
        moderation::story(servers);
        forward::story(servers);
        files::story(servers);
        peers::story(servers);
        let version = servers.version.to_string();
        let exchanged_now = servers.exchanged(|_| String::new());
        assert_eq!(exchanged_now, exchanged::with("audiobridge", &version));
    });
}
