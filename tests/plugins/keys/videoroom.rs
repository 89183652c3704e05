//! VideoRoom.

use common::wire_checks::raw;
use janus_blocking::{Plugin, videoroom::VideoRoom};

use super::{
    Allowed,
    Change::{Absent, Null, Wrong},
    check,
};
use crate::videoroom_wire;

#[rustfmt::skip]
pub(crate) const ALLOWED: Allowed = &[
    (
        "it says what the event is, and who it is about",
        &[
            ("videoroom/events/joining", "joining", &[Wrong]),
            ("videoroom/events/kicked", "kicked", &[Wrong]),
            ("videoroom/events/leaving", "leaving", &[Wrong]),
            ("videoroom/events/publishers", "publishers", &[Wrong]),
            ("videoroom/events/unpublished", "unpublished", &[Wrong]),
            ("videoroom/replies/leave_publisher", "leaving", &[Wrong]),
            ("videoroom/replies/unpublish", "unpublished", &[Wrong]),
        ],
    ),
    (
        "who it is about",
        &[
            ("videoroom/events/joining", "joining/id", &[Absent, Null, Wrong]),
        ],
    ),
    (
        "what was asked for, and nothing else",
        &[
            ("videoroom/replies/create", "room", &[Absent, Null, Wrong]),
            ("videoroom/replies/exists", "exists", &[Absent, Null, Wrong]),
            ("videoroom/replies/list", "list", &[Absent, Null, Wrong]),
            ("videoroom/replies/listforwarders", "publishers", &[Absent, Null, Wrong]),
            ("videoroom/replies/listparticipants", "participants", &[Absent, Null, Wrong]),
            ("videoroom/replies/listremotes", "list", &[Absent, Null, Wrong]),
        ],
    ),
];

#[test]
fn every_message_of_videoroom_arrives() {
    let cases = videoroom_wire::cases();
    check(
        &["videoroom/events", "videoroom/replies"],
        ALLOWED,
        |place, data| {
            let data = raw(data);
            if let Some(name) = place.strip_prefix("videoroom/replies/") {
                let case = cases.iter().find(|case| case.place() == name);
                (case.expect("a request").reply)(&data)?;
            }
            VideoRoom::decode(&data)
                .map_err(|error| error.to_string())
                .map(drop)
        },
    );
}
