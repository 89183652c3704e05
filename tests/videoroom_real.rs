//! Every request of the VideoRoom plugin against real servers: Janus 1.1.2 and 1.4.1.
//!
//! Media comes from the tests themselves, as RTP to remote publishers. Where a PeerConnection has to
//! stand, a subscriber's is connected to a publisher's of the same server, for which the machine
//! needs an address besides loopback.
//!
//! With `VIDEOROOM_OBSERVED=FILE` all that was said is added to that file, for `fixtures/videoroom`.

#[path = "videoroom_real/desk.rs"]
mod desk;
#[path = "videoroom_real/forward.rs"]
mod forward;
#[path = "videoroom_real/ids.rs"]
mod ids;
#[path = "videoroom_real/media.rs"]
mod media;
#[path = "videoroom_real/participants.rs"]
mod participants;
#[path = "videoroom_real/publisher.rs"]
mod publisher;
#[path = "videoroom_real/refused.rs"]
mod refused;
#[path = "videoroom_real/remote.rs"]
mod remote;
#[path = "videoroom_real/rooms.rs"]
mod rooms;
#[path = "videoroom_real/servers.rs"]
mod servers;
#[path = "videoroom_real/subscriber.rs"]
mod subscriber;

use common::exchanged;
use servers::Servers;

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
        assert_eq!(servers.exchanged(), exchanged::with("videoroom", &version));
    });
}
