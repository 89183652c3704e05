//! `join`, `joinandconfigure`, `publish`, `configure`, `leave` of publishers.

use common::sdp;
use janus_blocking::{
    Jsep,
    videoroom::{
        Create, Destroy, Event, MediaKind, Publisher, error_code,
        publisher::{
            Configure, ConfigureStream, Description, Join, JoinAndConfigure, OwnStream, Publish,
        },
    },
    webrtc::JsepKind,
};
use serde_json::json;

use super::{
    participants::participant,
    servers::{Servers, assert_refused},
};

/// An offer of one audio line, whose `mid` is 0.
pub(crate) fn offer() -> Jsep {
    Jsep::offer(sdp::audio_offer())
}

#[track_caller]
fn assert_audio(streams: Option<&Vec<OwnStream>>, description: Option<&str>) {
    let [stream] = &streams.expect("an offer was sent")[..] else {
        panic!("not one stream: {streams:?}")
    };
    assert_eq!(
        (&stream.kind, stream.mindex, stream.mid.as_str()),
        (&MediaKind::Audio, Some(0), "0")
    );
    assert_eq!(stream.codec.as_deref(), Some("opus"));
    assert_eq!(stream.description.as_deref(), description);
    assert!(!stream.disabled && !stream.simulcast && !stream.svc);
}

pub(crate) fn story(servers: &Servers) {
    let (desk, room) = servers.room(&Create::new().pin("2580").secret("hush").lock_record(true));
    let (watcher, carol) = (servers.desk::<Publisher>(), servers.desk::<Publisher>());
    let join = Join::new(&room).id(1).display("Watcher").pin("2580");
    let joined = watcher.plugin.join(&join).expect("joined");
    assert_eq!(
        (joined.id, joined.attendees, joined.streams),
        (1.into(), None, None)
    );
    assert!(joined.private_id.expose() > 0);
    assert_refused(watcher.plugin.join(&join), error_code::ALREADY_JOINED);

    let join = Join::new(&room)
        .id(2)
        .display("Carol")
        .metadata(json!({"floor": 2}))
        .pin("2580")
        .audio_active_packets(50)
        .audio_level_average(30);
    assert_refused(
        carol.plugin.join(&join.clone().id(1)),
        error_code::ID_EXISTS,
    );
    let joined = carol.plugin.join(&join).expect("joined");
    assert_eq!(
        (joined.audio_active_packets, joined.audio_level_average),
        (Some(50), Some(30))
    );

    let publish = Publish::new()
        .bitrate(256_000)
        .audiocodec("opus")
        .descriptions(vec![Description::new("0", "front door")]);
    let (configured, answer) = carol.plugin.publish(&publish, &offer()).expect("published");
    assert_eq!(
        (&configured.room, configured.configured.as_str()),
        (&room, "ok")
    );
    assert_eq!(
        (configured.audio_codec.as_deref(), configured.video_codec),
        (Some("opus"), None)
    );
    assert_audio(configured.streams.as_ref(), Some("front door"));
    assert_eq!(answer.kind, JsepKind::Answer);
    // No PeerConnection stands yet.
    assert_refused(carol.plugin.unpublish(), error_code::NOT_PUBLISHED);

    // Two changes: with both in one, 1.4.1 tells them in two events as well.
    let rename = Configure::new()
        .display("Caroline")
        .bitrate(128_000)
        .keyframe(true);
    let configured = carol.plugin.configure(&rename).expect("configured");
    assert_eq!(
        (&configured.room, configured.configured.as_str()),
        (&room, "ok")
    );
    assert_eq!(configured.streams, None);
    let changed = watcher.wait("display", |event, _| match event {
        Event::DisplayChanged(it) => Some(it.clone()),
        _ => None,
    });
    assert_eq!(
        (changed.id, changed.display.as_str()),
        (2.into(), "Caroline")
    );
    let metadata = Configure::new().metadata(json!({"floor": 3}));
    carol.plugin.configure(&metadata).expect("configured");
    if servers.is_new() {
        let changed = watcher.wait("metadata", |event, _| match event {
            Event::MetadataChanged(it) => Some(it.clone()),
            _ => None,
        });
        assert_eq!(
            (changed.id, changed.metadata),
            (2.into(), json!({"floor": 3}))
        );
    }
    let mute = ConfigureStream::new()
        .mid("0")
        .send(false)
        .min_delay(2)
        .max_delay(4);
    let mute = Configure::new().streams(vec![mute]);
    carol.plugin.configure(&mute).expect("configured");
    let unknown = Configure::new().streams(vec![ConfigureStream::new().mid("99").send(false)]);
    assert_refused(carol.plugin.configure(&unknown), error_code::NO_SUCH_FEED);
    let record = Configure::new().record(true);
    // Ignored, as the room's secret is missing, but not refused.
    carol.plugin.configure(&record).expect("configured");
    let record = record.filename("/tmp/carol").secret("hush");
    carol.plugin.configure(&record).expect("configured");

    let left = carol.plugin.leave().expect("left");
    assert_eq!((left.room, left.leaving.as_str()), (room.clone(), "ok"));
    let leaving = watcher.wait("leaving", |event, _| match event {
        Event::Leaving(it) => Some(it.clone()),
        _ => None,
    });
    assert_eq!((&leaving.room, &leaving.id), (&room, &Some(2.into())));
    assert_eq!(
        (leaving.display.is_some(), leaving.reason),
        (servers.is_new(), None)
    );
    assert_refused(carol.plugin.leave(), error_code::NO_SUCH_ROOM);
    assert_refused(carol.plugin.join(&join), error_code::ALREADY_JOINED);

    let dave = servers.desk::<Publisher>();
    let join = JoinAndConfigure::new(&room)
        .id(3)
        .display("Dave")
        .pin("2580")
        .bitrate(512_000)
        .audiocodec("opus")
        .descriptions(vec![Description::new("0", "back door")]);
    let (joined, answer) = dave
        .plugin
        .join_and_configure(&join, &offer())
        .expect("joined");
    assert_eq!(
        (joined.id, joined.audio_codec.as_deref()),
        (3.into(), Some("opus"))
    );
    assert_audio(joined.streams.as_ref(), Some("back door"));
    assert_eq!(answer.kind, JsepKind::Answer);

    let destroy = Destroy::new(&room).secret("hush");
    desk.plugin.destroy(&destroy).expect("it can be destroyed");
    for desk in [&watcher, &dave] {
        let destroyed = desk.wait("destroyed", |event, _| match event {
            Event::Destroyed(it) => Some(it.clone()),
            _ => None,
        });
        assert_eq!(destroyed.room, room);
    }
    assert_refused(dave.plugin.leave(), error_code::NO_SUCH_ROOM);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_publisher_joins_publishes_and_leaves() {
    Servers::each(story);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn answers_that_nobody_waits_for_are_events() {
    Servers::each(|servers| {
        let (_desk, room) = servers.room(&Create::new());
        let (desk, _) = participant(servers, &room, "Eve");
        let handle = desk.plugin.handle();
        handle
            .send(&janus_blocking::videoroom::publisher::Leave::new())
            .expect("acknowledged");
        let leaving = desk.wait("leaving", |event, _| match event {
            Event::Leaving(it) => Some(it.clone()),
            _ => None,
        });
        assert_eq!((leaving.id, leaving.reason), (None, None));
        handle.send(&Join::new(1)).expect("acknowledged");
        let failure = desk.wait("error", |event, _| match event {
            Event::Error(it) => Some(it.clone()),
            _ => None,
        });
        assert_eq!(failure.code, error_code::ALREADY_JOINED);
        assert!(!failure.reason.is_empty());
    });
}
