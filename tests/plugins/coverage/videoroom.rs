//! What the crate has of VideoRoom.

use janus_blocking::{
    Plugin,
    videoroom::{self, VideoRoom, publisher, subscriber},
};

use super::plugin::{Sent, Typed};
use crate::videoroom_wire::{cases, facts, variants};

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
