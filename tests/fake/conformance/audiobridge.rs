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
    Scenario::new(
        "audiobridge: unknown and missing requests",
        Plain,
        rooms::unknown,
    ),
    Scenario::new(
        "audiobridge: rooms are made, changed and ended",
        Plain,
        rooms::rooms,
    ),
    Scenario::new(
        "audiobridge: rooms that cannot be made",
        Plain,
        rooms::bad_rooms,
    ),
    Scenario::new("audiobridge: secrets", Plain, rooms::secrets),
    Scenario::new("audiobridge: tokens", Plain, rooms::tokens),
    Scenario::new("audiobridge: joining, and who may not", Plain, people::join),
    Scenario::new(
        "audiobridge: join with wrong types",
        Plain,
        people::wrong_types,
    ),
    Scenario::new(
        "audiobridge: two people, and what they hear of each other",
        Plain,
        people::two,
    ),
    Scenario::new("audiobridge: plain RTP", Plain, media::plain_rtp),
    Scenario::new("audiobridge: before any join", Plain, people::before_join),
    Scenario::new("audiobridge: moving between rooms", Plain, people::moving),
    Scenario::new("audiobridge: muting", Plain, people::muting),
    Scenario::new(
        "audiobridge: kicks of those without a PeerConnection",
        Plain,
        people::kicks,
    ),
    Scenario::new("audiobridge: suspending", Plain, people::suspending),
    Scenario::new(
        "audiobridge: an offer, hangup and detach",
        Plain,
        media::offers,
    ),
    Scenario::new("audiobridge: groups", Plain, media::groups),
    Scenario::new("audiobridge: forwarders", Plain, media::forwarders),
    Scenario::new(
        "audiobridge: files that cannot be played",
        Plain,
        media::bad_files,
    ),
    Scenario::new("audiobridge: a file is played", Plain, media::files),
    Scenario::new(
        "audiobridge: a room ends with people in it",
        Plain,
        rooms::end,
    ),
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
