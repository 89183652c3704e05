//! Record&Play.

use common::wire_checks::raw;
use janus_blocking::{Plugin, recordplay::RecordPlay};

use super::{
    Allowed,
    Change::{self, Absent, Null, Wrong},
    check,
};
use crate::recordplay_wire;

const ALL: &[Change] = &[Absent, Null, Wrong];

pub(crate) const ALLOWED: Allowed = &[
    (
        "what was asked for, and nothing else",
        &[("recordplay/replies/list", "list", ALL)],
    ),
    (
        "the id without which the recording cannot be found",
        &[
            ("recordplay/replies/record", "result", ALL),
            ("recordplay/replies/record", "result/id", ALL),
        ],
    ),
];

#[test]
fn every_message_of_recordplay_arrives() {
    let cases = recordplay_wire::cases();
    check(
        &["recordplay/events", "recordplay/replies"],
        ALLOWED,
        |place, data| {
            let data = raw(data);
            if let Some(name) = place.strip_prefix("recordplay/replies/") {
                let case = cases.iter().find(|case| case.place() == name);
                (case.expect("a request").reply)(&data)?;
            }
            RecordPlay::decode(&data)
                .map_err(|error| error.to_string())
                .map(drop)
        },
    );
}
