//! What the crate has of EchoTest, whose only request has no name.

use std::time::Duration;

use janus_blocking::{
    EchoTest, Plugin,
    echotest::{self, Settings},
};

use super::plugin::{Sent, Typed};
use crate::wire::shown;

const EVENTS: [(&str, &str); 6] = [
    ("ok", "Ok"),
    ("done", "Done"),
    ("simulcast_layer", "SimulcastLayer"),
    ("svc_layer", "SvcLayer"),
    ("slow_link", "SlowLink"),
    ("error", "Error"),
];

pub(crate) fn typed() -> Typed {
    let settings = Settings::new()
        .audio(true)
        .video(false)
        .bitrate(128_000)
        .record(true)
        .filename("/tmp/echo")
        .substream(1)
        .temporal(2)
        .fallback(Duration::from_millis(250))
        .svc(true)
        .spatial_layer(1)
        .temporal_layer(2)
        .audiocodec("opus")
        .videocodec("vp9")
        .videoprofile("2")
        .opusred(true)
        .min_delay(-1)
        .max_delay(400);
    Typed {
        key: "echotest",
        title: "EchoTest",
        complete: true,
        requests: vec![Sent {
            name: "(unnamed)",
            variant: "",
            full: serde_json::to_value(settings).expect("JSON"),
        }],
        tables: &[echotest::REQUESTS],
        events: &EVENTS,
        decode: |data| shown(EchoTest::decode(data)),
    }
}
