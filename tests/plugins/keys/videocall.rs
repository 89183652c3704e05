//! VideoCall.

use common::wire_checks::raw;
use janus_blocking::{Plugin, VideoCall};

use super::{
    Allowed,
    Change::{Absent, Null, Wrong},
    check,
};
use crate::videocall_wire::cases;

#[rustfmt::skip]
pub(crate) const ALLOWED: Allowed = &[
    (
        "it says whether the call was placed",
        &[
            ("videocall/replies/call", "result", &[Absent, Null, Wrong]),
            ("videocall/replies/call", "result/event", &[Absent, Null, Wrong]),
        ],
    ),
    (
        "what was asked for, and nothing else",
        &[
            ("videocall/replies/list", "result", &[Absent, Null, Wrong]),
            ("videocall/replies/list", "result/list", &[Absent, Null, Wrong]),
        ],
    ),
];

#[test]
fn every_message_of_videocall_arrives() {
    let cases = cases::cases();
    check(
        &["videocall/events", "videocall/replies"],
        ALLOWED,
        |place, data| {
            let data = raw(data);
            if let Some(name) = place.strip_prefix("videocall/replies/") {
                let case = cases.iter().find(|case| case.name == name);
                (case.expect("a request").reply)(&data)?;
            }
            VideoCall::decode(&data)
                .map_err(|error| error.to_string())
                .map(drop)
        },
    );
}
