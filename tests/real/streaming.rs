//! Every request of the Streaming plugin against real servers: Janus 1.1.2 and 1.4.1.
//!
//! Media comes from the tests themselves, as RTP. Where a PeerConnection has to be up, a viewer's is
//! connected to a VideoRoom publisher's of the same server, for which the machine needs an address
//! besides loopback.
//!
//! With `OBSERVED=FILE` all that was said is added to that file, for `fixtures/streaming`.

pub(crate) mod feed;
mod files;
mod ids;
mod layers;
mod mountpoints;
mod processes;
mod recording;
mod rtsp;
pub(crate) mod servers;
mod viewers;

use common::exchanged;
use servers::{Servers, variant};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn every_request_is_exchanged_with_the_versions_that_the_table_has() {
    Servers::each(|servers| {
        mountpoints::story(servers);
        files::story(servers);
        rtsp::story(servers);
        recording::story(servers);
        viewers::story(servers);
        layers::story(servers);
        let version = servers.version.to_string();
        assert_eq!(
            servers.exchanged(variant),
            exchanged::with("streaming", &version)
        );
    });
}
