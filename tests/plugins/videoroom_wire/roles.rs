//! The requests of publishers and subscribers, with nothing and with everything set.

use std::time::Duration;

use janus_blocking::videoroom::{publisher, subscriber};
use serde_json::json;

use crate::wire::{Case, SECRET, case};

pub(crate) fn publishers() -> Vec<Case> {
    vec![
        case(
            "publisher",
            publisher::Join::new(1234),
            publisher::Join::new(1234)
                .id(7)
                .token(SECRET)
                .display("front door")
                .metadata(json!({"floor": 2}))
                .pin(SECRET)
                .audio_active_packets(6)
                .audio_level_average(40),
        ),
        case(
            "",
            publisher::JoinAndConfigure::new(1234),
            publisher::JoinAndConfigure::new(1234)
                .id(7)
                .bitrate(512_000)
                .record(true)
                .filename("/tmp/door")
                .token(SECRET)
                .display("front door")
                .metadata(json!({"floor": 2}))
                .pin(SECRET)
                .audiocodec("opus")
                .videocodec("vp8")
                .descriptions(vec![publisher::Description::new("1", "front door")])
                .audio_active_packets(6)
                .audio_level_average(40),
        ),
        case(
            "",
            publisher::Publish::new(),
            publisher::Publish::new()
                .descriptions(vec![publisher::Description::new("1", "front door")])
                .audiocodec("opus")
                .videocodec("vp8")
                .bitrate(512_000)
                .keyframe(true)
                .record(true)
                .filename("/tmp/door")
                .display("front door")
                .metadata(json!({"floor": 2}))
                .secret(SECRET)
                .audio_level_average(40)
                .audio_active_packets(6)
                .audio(true)
                .video(true)
                .data(true)
                .update(true)
                .restart(true),
        ),
        case(
            "publisher",
            publisher::Configure::new(),
            publisher::Configure::new()
                .descriptions(vec![publisher::Description::new("1", "front door")])
                .audiocodec("opus")
                .videocodec("vp8")
                .bitrate(512_000)
                .keyframe(true)
                .record(true)
                .filename("/tmp/door")
                .display("front door")
                .metadata(json!({"floor": 2}))
                .secret(SECRET)
                .audio_level_average(40)
                .audio_active_packets(6)
                .audio(true)
                .video(true)
                .data(true)
                .update(true)
                .restart(true)
                .streams(vec![
                    publisher::ConfigureStream::new()
                        .mid("1")
                        .send(false)
                        .min_delay(5)
                        .max_delay(-1)
                        .keyframe(true),
                ])
                .mid("1")
                .send(false)
                .min_delay(5)
                .max_delay(-1),
        ),
        case("", publisher::Unpublish::new(), publisher::Unpublish::new()),
        case(
            "publisher",
            publisher::Leave::new(),
            publisher::Leave::new(),
        ),
    ]
}

pub(crate) fn subscribers() -> Vec<Case> {
    vec![
        case(
            "subscriber",
            subscriber::Join::new(1234),
            subscriber::Join::new(1234)
                .token(SECRET)
                .streams(vec![
                    subscriber::FeedStream::new(7)
                        .mid("1")
                        .crossrefid("left")
                        .send(false)
                        .substream(1)
                        .temporal(1)
                        .spatial_layer(1)
                        .temporal_layer(1)
                        .min_delay(5)
                        .max_delay(-1)
                        .fallback(Duration::from_millis(250)),
                ])
                .private_id(4_000_000_000_u64)
                .autoupdate(false)
                .pin(SECRET)
                .use_msid(true)
                .feed(7)
                .offer_audio(true)
                .offer_video(true)
                .offer_data(true)
                .substream(1)
                .temporal(1)
                .fallback(Duration::from_millis(250))
                .spatial_layer(1)
                .temporal_layer(1)
                .audio(true)
                .video(true)
                .data(true),
        ),
        case(
            "subscriber",
            subscriber::Configure::new(),
            subscriber::Configure::new()
                .streams(vec![
                    subscriber::ConfigureStream::new()
                        .mid("1")
                        .send(false)
                        .audio_level_average(40)
                        .audio_active_packets(6)
                        .substream(1)
                        .temporal(1)
                        .fallback(Duration::from_millis(250))
                        .spatial_layer(1)
                        .temporal_layer(1)
                        .min_delay(5)
                        .max_delay(-1),
                ])
                .update(true)
                .restart(true)
                .audio(true)
                .video(true)
                .data(true)
                .mid("1")
                .send(false)
                .substream(1)
                .temporal(1)
                .fallback(Duration::from_millis(250))
                .spatial_layer(1)
                .temporal_layer(1)
                .min_delay(5)
                .max_delay(-1),
        ),
        case(
            "subscriber",
            subscriber::Leave::new(),
            subscriber::Leave::new(),
        ),
        case("", subscriber::Start::new(), subscriber::Start::new()),
        case("", subscriber::Pause::new(), subscriber::Pause::new()),
        case(
            "",
            subscriber::Subscribe::new([subscriber::FeedStream::new(7)
                .mid("1")
                .crossrefid("left")
                .send(false)
                .substream(1)
                .temporal(1)
                .spatial_layer(1)
                .temporal_layer(1)
                .min_delay(5)
                .max_delay(-1)
                .fallback(Duration::from_millis(250))]),
            subscriber::Subscribe::new([subscriber::FeedStream::new(7)
                .mid("1")
                .crossrefid("left")
                .send(false)
                .substream(1)
                .temporal(1)
                .spatial_layer(1)
                .temporal_layer(1)
                .min_delay(5)
                .max_delay(-1)
                .fallback(Duration::from_millis(250))]),
        ),
        case(
            "",
            subscriber::Unsubscribe::new([subscriber::UnsubscribeStream::new()
                .feed(7)
                .mid("1")
                .sub_mid("2")]),
            subscriber::Unsubscribe::new([subscriber::UnsubscribeStream::new()
                .feed(7)
                .mid("1")
                .sub_mid("2")]),
        ),
        case(
            "",
            subscriber::Update::new(),
            subscriber::Update::new()
                .subscribe(vec![
                    subscriber::FeedStream::new(7)
                        .mid("1")
                        .crossrefid("left")
                        .send(false)
                        .substream(1)
                        .temporal(1)
                        .spatial_layer(1)
                        .temporal_layer(1)
                        .min_delay(5)
                        .max_delay(-1)
                        .fallback(Duration::from_millis(250)),
                ])
                .unsubscribe(vec![
                    subscriber::UnsubscribeStream::new()
                        .feed(7)
                        .mid("1")
                        .sub_mid("2"),
                ]),
        ),
        case(
            "",
            subscriber::Switch::new(),
            subscriber::Switch::new().feed(7).streams(vec![
                subscriber::SwitchStream::new(7, "1", "2")
                    .substream(1)
                    .temporal(1)
                    .spatial_layer(1)
                    .temporal_layer(1),
            ]),
        ),
    ]
}
