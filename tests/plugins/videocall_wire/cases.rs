//! Every request of the crate, with nothing and with everything set.

use std::time::Duration;

use janus_blocking::videocall::{Accept, Call, Hangup, List, Register, Set};

use crate::wire::{Case, case};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("", List::new(), List::new()),
        case("", Register::new("door"), Register::new("door")),
        case("", Call::new("desk"), Call::new("desk")),
        case("", Accept::new(), Accept::new()),
        case(
            "",
            Set::new(),
            Set::new()
                .audio(true)
                .video(false)
                .bitrate(128_000)
                .record(true)
                .filename("/tmp/call")
                .restart(false)
                .substream(1)
                .temporal(2)
                .fallback(Duration::from_millis(500)),
        ),
        case("", Hangup::new(), Hangup::new().reason("nobody is at home")),
    ]
}
