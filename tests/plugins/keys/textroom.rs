//! TextRoom.

use common::wire_checks::raw;
use janus_blocking::{Plugin, TextRoom};

use super::{
    Allowed,
    Change::{Absent, Null, Wrong},
    check,
};
use crate::textroom_wire::cases;

#[rustfmt::skip]
pub(crate) const ALLOWED: Allowed = &[
    (
        "what was asked for, and nothing else",
        &[
            ("textroom/replies/create", "room", &[Absent, Null, Wrong]),
            ("textroom/replies/exists", "exists", &[Absent, Null, Wrong]),
            ("textroom/replies/list", "list", &[Absent, Null, Wrong]),
        ],
    ),
];

#[test]
fn every_message_of_textroom_arrives() {
    let cases = cases::cases();
    check(
        &["textroom/events", "textroom/replies"],
        ALLOWED,
        |place, data| {
            let data = raw(data);
            if let Some(name) = place.strip_prefix("textroom/replies/") {
                let case = cases.iter().find(|case| case.name == name);
                (case.expect("a request").reply)(&data)?;
            }
            TextRoom::decode(&data)
                .map_err(|error| error.to_string())
                .map(drop)
        },
    );
}
