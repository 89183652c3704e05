//! Streaming.

use common::wire_checks::raw;
use janus_blocking::{Plugin, streaming::Streaming};

use super::{
    Allowed,
    Change::{Absent, Null, Wrong},
    check,
};
use crate::streaming_wire;

pub(crate) const ALLOWED: Allowed = &[(
    "what was asked for, and nothing else",
    &[
        ("streaming/replies/info", "info", &[Absent, Null, Wrong]),
        ("streaming/replies/list", "list", &[Absent, Null, Wrong]),
    ],
)];

#[test]
fn every_message_of_streaming_arrives() {
    let cases = streaming_wire::cases();
    check(
        &["streaming/events", "streaming/replies"],
        ALLOWED,
        |place, data| {
            let data = raw(data);
            if let Some(name) = place.strip_prefix("streaming/replies/") {
                let case = cases.iter().find(|case| case.place() == name);
                (case.expect("a request").reply)(&data)?;
            }
            Streaming::decode(&data)
                .map_err(|error| error.to_string())
                .map(drop)
        },
    );
}
