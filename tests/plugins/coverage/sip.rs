//! What the crate has of SIP.

use janus_blocking::{Plugin, Sip, sip};

use super::plugin::{Sent, Typed};
use crate::sip_wire::{cases, facts};

const EVENTS: [(&str, &str); 21] = [
    ("registered", "Registered"),
    ("unregistered", "Unregistered"),
    ("registration_failed", "RegistrationFailed"),
    ("incomingcall", "IncomingCall"),
    ("updatingcall", "UpdatingCall"),
    ("missed_call", "MissedCall"),
    ("proceeding", "Proceeding"),
    ("ringing", "Ringing"),
    ("progress", "Progress"),
    ("accepted", "Accepted"),
    ("hangup", "Hangup"),
    ("hangingup", "HangingUp"),
    ("info", "Info"),
    ("message", "Message"),
    ("messagedelivery", "MessageDelivery"),
    ("dtmf", "Dtmf"),
    ("transfer", "Transfer"),
    ("notify", "Notify"),
    ("subscribe_succeeded", "SubscribeSucceeded"),
    ("subscribe_failed", "SubscribeFailed"),
    ("error", "Error"),
];

pub(crate) fn typed() -> Typed {
    let cases = cases::cases().into_iter();
    let sent = cases.map(|case| Sent {
        name: case.name,
        variant: "",
        full: case.full,
    });
    Typed {
        key: "sip",
        title: "SIP",
        complete: true,
        requests: sent.collect(),
        tables: &[sip::REQUESTS],
        events: &EVENTS,
        decode: |data| match Sip::decode(data) {
            Ok(event) => facts::variant(&event),
            Err(error) => error.to_string(),
        },
    }
}
