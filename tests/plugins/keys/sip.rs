//! SIP.

use common::wire_checks::raw;
use janus_blocking::{Plugin, plugin::Terminal, sip::Sip};

use super::{
    Allowed,
    Change::{self, Absent, Null, Wrong},
    check,
};
use crate::sip_wire::cases;

const ALL: &[Change] = &[Absent, Null, Wrong];

pub(crate) const ALLOWED: Allowed = &[
    (
        "says what the message is; without it no request ends with it, and it is an event",
        &[
            ("sip/replies/*", "result", ALL),
            ("sip/replies/*", "result/event", ALL),
        ],
    ),
    (
        "the id without which there is nothing to answer to",
        &[("sip/events/transfer", "result/refer_id", ALL)],
    ),
];

#[test]
fn every_message_of_sip_arrives() {
    let cases = cases::cases();
    check(&["sip/events", "sip/replies"], ALLOWED, |place, data| {
        let data = raw(data);
        if let Some(name) = place.strip_prefix("sip/replies/") {
            let case = cases.iter().find(|case| case.name == name);
            let case = case.expect("a request");
            let ends = match case.terminal {
                Terminal::Named(names) | Terminal::Unmarked(names) => {
                    names.contains(&&*Sip::event_name(&data))
                }
                _ => true,
            };
            if !ends {
                return Err("no event that ends the request".to_owned());
            }
            (case.reply)(&data)?;
        }
        Sip::decode(&data)
            .map_err(|error| error.to_string())
            .map(drop)
    });
}
