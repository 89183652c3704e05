//! VoiceMail.

use common::wire_checks::raw;
use janus_blocking::{Plugin, voicemail::VoiceMail};

use super::{Allowed, check};
use crate::voicemail_wire;

pub(crate) const ALLOWED: Allowed = &[];

#[test]
fn every_message_of_voicemail_arrives() {
    let cases = voicemail_wire::cases();
    check(
        &["voicemail/events", "voicemail/replies"],
        ALLOWED,
        |place, data| {
            let data = raw(data);
            if let Some(name) = place.strip_prefix("voicemail/replies/") {
                let case = cases.iter().find(|case| case.place() == name);
                (case.expect("a request").reply)(&data)?;
            }
            VoiceMail::decode(&data)
                .map_err(|error| error.to_string())
                .map(drop)
        },
    );
}
