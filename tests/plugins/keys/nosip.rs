//! NoSIP.

use common::wire_checks::raw;
use janus_blocking::{Plugin, nosip::NoSip};

use super::{
    Allowed,
    Change::{self, Absent, Null, Wrong},
    check,
};
use crate::nosip_wire;

const ALL: &[Change] = &[Absent, Null, Wrong];

pub(crate) const ALLOWED: Allowed = &[(
    "what was asked for, and nothing else",
    &[
        ("nosip/replies/generate", "result", ALL),
        ("nosip/replies/generate", "result/sdp", ALL),
    ],
)];

#[test]
fn every_message_of_nosip_arrives() {
    let cases = nosip_wire::cases();
    check(
        &["nosip/events", "nosip/replies"],
        ALLOWED,
        |place, data| {
            let data = raw(data);
            if let Some(name) = place.strip_prefix("nosip/replies/") {
                let case = cases.iter().find(|case| case.place() == name);
                (case.expect("a request").reply)(&data)?;
            }
            NoSip::decode(&data)
                .map_err(|error| error.to_string())
                .map(drop)
        },
    );
}
