//! Every request of the TextRoom plugin against real servers: Janus 1.1.2 and 1.4.1.
//!
//! The events of rooms come over data channels. What Janus offers there is published in a VideoRoom of
//! the same server, which forwards what it receives to the test, by UDP. For that the machine needs an
//! address besides loopback.

mod channel;
mod ids;
mod members;
mod peer_connection;
mod reattached;
mod rooms;

use common::exchanged;
use janus_blocking::{TextRoom, plugin::Id, textroom::Create};

use crate::{desk::Desk, servers};

pub(crate) type Servers = servers::Servers<TextRoom>;

impl Servers {
    /// Makes a room with these settings and a random id.
    pub(crate) fn chat(&self, create: &Create) -> (Desk<TextRoom>, Id) {
        let desk = self.desk::<TextRoom>();
        let created = desk.plugin.create(create).expect("a room");
        (desk, created.room)
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn every_request_is_exchanged_with_the_versions_that_the_table_has() {
    Servers::each(|servers| {
        rooms::story(servers);
        members::story(servers);
        peer_connection::story(servers);
        let version = servers.version.to_string();
        assert_eq!(
            servers.exchanged(|_| String::new()),
            exchanged::with("textroom", &version)
        );
    });
}
