//! What the crate has of VideoRoom.

use janus_blocking::{
    Plugin,
    videoroom::{self, VideoRoom, publisher, subscriber},
};

use super::plugin::{Sent, Typed};

#[path = "../videoroom_wire/cases.rs"]
#[allow(dead_code)]
mod cases;
#[path = "../videoroom_wire/facts.rs"]
#[allow(dead_code)]
mod facts;
#[path = "../videoroom_wire/roles.rs"]
mod roles;
#[path = "../videoroom_wire/rooms.rs"]
mod rooms;
#[path = "../videoroom_wire/variants.rs"]
mod variants;

pub(crate) fn typed() -> Typed {
    let cases = cases::cases().into_iter();
    let sent = cases.map(|case| Sent {
        name: case.name,
        variant: case.variant,
        full: case.full,
    });
    Typed {
        key: "videoroom",
        title: "VideoRoom",
        complete: true,
        requests: sent.collect(),
        tables: &[
            videoroom::REQUESTS,
            publisher::REQUESTS,
            subscriber::REQUESTS,
        ],
        events: &variants::EVENTS,
        decode: |data| match VideoRoom::decode(data) {
            Ok(event) => facts::variant(&event),
            Err(error) => error.to_string(),
        },
    }
}
