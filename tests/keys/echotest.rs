//! EchoTest.

use janus_blocking::{EchoTest, Plugin, Request, echotest::Settings};

use crate::{
    Allowed,
    Change::{Absent, Null, Wrong},
    check,
    wire_checks::raw,
};

#[rustfmt::skip]
const ALLOWED: Allowed = &[(
    "not mended yet",
    &[
        ("echotest/events/done", "result", &[Wrong]),
        ("echotest/events/error", "error", &[Absent, Null, Wrong]),
        ("echotest/events/error", "error_code", &[Wrong]),
        ("echotest/events/ok", "result", &[Wrong]),
        ("echotest/events/simulcast_layer", "substream", &[Wrong]),
        ("echotest/events/simulcast_layer", "temporal", &[Wrong]),
        ("echotest/events/simulcast_layer", "tot_temporal_layers", &[Wrong]),
        ("echotest/events/simulcast_layer", "videocodec", &[Absent, Null, Wrong]),
        ("echotest/events/slow_link", "current-bitrate", &[Wrong]),
        ("echotest/events/slow_link", "event", &[Wrong]),
        ("echotest/events/slow_link", "media", &[Absent, Null, Wrong]),
        ("echotest/events/svc_layer", "spatial_layer", &[Wrong]),
        ("echotest/events/svc_layer", "temporal_layer", &[Wrong]),
        ("echotest/events/svc_layer", "tot_spatial_layers", &[Wrong]),
        ("echotest/events/svc_layer", "tot_temporal_layers", &[Wrong]),
        ("echotest/events/svc_layer", "videocodec", &[Absent, Null, Wrong]),
        ("echotest/replies/settings", "result", &[Wrong]),
    ],
)];

#[test]
fn every_message_of_echotest_arrives() {
    check(
        &["echotest/events", "echotest/replies"],
        ALLOWED,
        |place, data| {
            let data = raw(data);
            if place.contains("/replies/") {
                Settings::reply(&data).map_err(|error| error.to_string())?;
            }
            EchoTest::decode(&data)
                .map_err(|error| error.to_string())
                .map(drop)
        },
    );
}
