//! The AudioBridge plugin, as far as it goes without audio. Each scenario has rooms of its own: they
//! share a server.

mod media;
mod people;
mod rooms;

use std::time::Duration;

use serde_json::{Value, json};

use super::target::Setup::Plain;
use super::world::{ANSWER, Link, Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario {
        name: "audiobridge: unknown and missing requests",
        setup: Plain,
        run: rooms::unknown,
    },
    Scenario {
        name: "audiobridge: rooms are made, changed and ended",
        setup: Plain,
        run: rooms::rooms,
    },
    Scenario {
        name: "audiobridge: rooms that cannot be made",
        setup: Plain,
        run: rooms::bad_rooms,
    },
    Scenario {
        name: "audiobridge: secrets",
        setup: Plain,
        run: rooms::secrets,
    },
    Scenario {
        name: "audiobridge: tokens",
        setup: Plain,
        run: rooms::tokens,
    },
    Scenario {
        name: "audiobridge: joining, and who may not",
        setup: Plain,
        run: people::join,
    },
    Scenario {
        name: "audiobridge: join with wrong types",
        setup: Plain,
        run: people::wrong_types,
    },
    Scenario {
        name: "audiobridge: two people, and what they hear of each other",
        setup: Plain,
        run: people::two,
    },
    Scenario {
        name: "audiobridge: plain RTP",
        setup: Plain,
        run: media::plain_rtp,
    },
    Scenario {
        name: "audiobridge: before any join",
        setup: Plain,
        run: people::before_join,
    },
    Scenario {
        name: "audiobridge: moving between rooms",
        setup: Plain,
        run: people::moving,
    },
    Scenario {
        name: "audiobridge: muting",
        setup: Plain,
        run: people::muting,
    },
    Scenario {
        name: "audiobridge: kicks of those without a PeerConnection",
        setup: Plain,
        run: people::kicks,
    },
    Scenario {
        name: "audiobridge: suspending",
        setup: Plain,
        run: people::suspending,
    },
    Scenario {
        name: "audiobridge: an offer, hangup and detach",
        setup: Plain,
        run: media::offers,
    },
    Scenario {
        name: "audiobridge: groups",
        setup: Plain,
        run: media::groups,
    },
    Scenario {
        name: "audiobridge: forwarders",
        setup: Plain,
        run: media::forwarders,
    },
    Scenario {
        name: "audiobridge: files that cannot be played",
        setup: Plain,
        run: media::bad_files,
    },
    Scenario {
        name: "audiobridge: a file is played",
        setup: Plain,
        run: media::files,
    },
    Scenario {
        name: "audiobridge: a room ends with people in it",
        setup: Plain,
        run: rooms::end,
    },
];

const BRIDGE: &str = "janus.plugin.audiobridge";
/// Janus closes PeerConnections by a timer that rings once a second.
const KICK: Duration = Duration::from_secs(2);

/// A handle, and what it is asked.
#[derive(Clone, Copy)]
struct Desk {
    link: Link,
    session: u64,
    handle: u64,
}

impl Desk {
    fn new(world: &mut World) -> Self {
        let (link, session, handle) = world.attached(BRIDGE);
        Self {
            link,
            session,
            handle,
        }
    }

    fn message(self, body: &Value) -> Value {
        json!({"janus": "message", "session_id": self.session, "handle_id": self.handle,
               "body": body})
    }

    /// A request about rooms; also waits for what comes of it.
    fn ask(self, world: &mut World, body: Value) -> Value {
        let answer = world.ask(self.link, self.message(&body));
        answer["plugindata"]["data"].clone()
    }

    /// A request about the handle's own place.
    fn tell(self, world: &mut World, body: Value) -> Value {
        let answer = world.tell(self.link, self.message(&body));
        answer["plugindata"]["data"].clone()
    }

    /// What has come meanwhile, so many events.
    fn hears(self, world: &mut World, count: usize) {
        for _ in 0..count {
            world.next(self.link, ANSWER);
        }
    }
}
