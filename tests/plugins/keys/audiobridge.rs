//! AudioBridge.

use common::wire_checks::raw;
use janus_blocking::{AudioBridge, Plugin};

use super::{
    Allowed,
    Change::{Absent, Null, Wrong},
    check,
};
use crate::audiobridge_wire;

#[rustfmt::skip]
pub(crate) const ALLOWED: Allowed = &[
    (
        "it says what the event is, and what has changed",
        &[
            ("audiobridge/events/room_muted", "muted", &[Wrong]),
        ],
    ),
    (
        "what was asked for, and nothing else",
        &[
            ("audiobridge/replies/create", "room", &[Absent, Null, Wrong]),
            ("audiobridge/replies/exists", "exists", &[Absent, Null, Wrong]),
            ("audiobridge/replies/list", "list", &[Absent, Null, Wrong]),
            ("audiobridge/replies/rtp_forward", "stream_id", &[Absent, Null, Wrong]),
        ],
    ),
];

#[test]
fn every_message_of_audiobridge_arrives() {
    let cases = audiobridge_wire::cases();
    check(
        &["audiobridge/events", "audiobridge/replies"],
        ALLOWED,
        |place, data| {
            let data = raw(data);
            if let Some(name) = place.strip_prefix("audiobridge/replies/") {
                let case = cases.iter().find(|case| case.name == name);
                (case.expect("a request").reply)(&data)?;
            }
            AudioBridge::decode(&data)
                .map_err(|error| error.to_string())
                .map(drop)
        },
    );
}
