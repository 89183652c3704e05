//! `join`, `start`, `pause`, `subscribe`, `unsubscribe`, `update`, `configure`, `switch`, `leave` of
//! subscribers.

use std::time::Duration;

use common::sdp;
use janus_blocking::{
    Error, Jsep,
    plugin::Id,
    videoroom::{
        AddRemotePublisher, Create, Event, MediaKind, RemoveRemotePublisher, Subscriber,
        error_code,
        subscriber::{
            Configure, ConfigureStream, FeedStream, Join, SubscriberStream, Switch, SwitchStream,
            UnsubscribeStream, Update,
        },
    },
    webrtc::JsepKind,
};

use super::{
    participants::{remote, streams},
    servers::{Servers, assert_refused},
};
use crate::desk::Desk;

fn answer(desk: &Desk<Subscriber>, room: &Id, offer: &Jsep) {
    assert_eq!(offer.kind, JsepKind::Offer);
    let answer = Jsep::answer(sdp::answer_to(&offer.sdp));
    let started = desk.plugin.start(&answer).expect("started");
    assert_eq!((&started.room, started.started.as_str()), (room, "ok"));
}

/// Waits for an offer that nobody asked for, and answers it.
fn answer_next(desk: &Desk<Subscriber>, room: &Id) -> Vec<SubscriberStream> {
    let (updated, offer) = desk.wait("updated", |event, jsep| match event {
        Event::Updated(it) => Some((it.clone(), jsep.cloned())),
        _ => None,
    });
    assert_eq!(updated.room, *room);
    answer(desk, room, &offer.expect("an offer"));
    updated.streams.expect("streams")
}

pub(crate) fn story(servers: &Servers) {
    let (desk, room) = servers.room(&Create::new().videocodec("vp8,vp9").pin("2580"));
    let videoroom = &desk.plugin;
    let add = |id: u64, name: &str| {
        let add = AddRemotePublisher::new(&room, streams())
            .id(id)
            .display(name);
        remote(videoroom, &room, &add).0
    };
    let (seven, eight) = (add(7, "Seven"), add(8, "Eight"));

    let viewer = servers.desk::<Subscriber>();
    let join = Join::new(&room).pin("2580").use_msid(true).autoupdate(true);
    let audio = FeedStream::new(&seven)
        .mid("0")
        .crossrefid("left")
        .send(false);
    let video = FeedStream::new(&seven)
        .mid("1")
        .substream(1)
        .temporal(0)
        .min_delay(2)
        .max_delay(4)
        .fallback(Duration::from_millis(500));
    let (attached, offer) = viewer
        .plugin
        .join(&join.streams(vec![audio, video, FeedStream::new(&seven).mid("3")]))
        .expect("joined");
    assert_eq!(
        (&attached.room, attached.id, attached.warning),
        (&room, None, None)
    );
    let [audio, video, data] = &attached.streams[..] else {
        panic!("not three streams: {:?}", attached.streams)
    };
    assert_eq!(
        (&audio.kind, audio.mindex, audio.mid.as_str()),
        (&MediaKind::Audio, Some(0), "0")
    );
    // `send` is not looked at in a first join.
    assert!(audio.active && !audio.ready && audio.send);
    assert_eq!(
        (audio.crossrefid.as_deref(), &audio.feed_id),
        (Some("left"), &Some(seven.clone()))
    );
    assert_eq!(
        (audio.feed_display.as_deref(), audio.feed_mid.as_deref()),
        (Some("Seven"), Some("0"))
    );
    assert_eq!(audio.feed_description.as_deref(), Some("the door's voice"));
    assert_eq!(
        (audio.codec.as_deref(), video.codec.as_deref()),
        (Some("opus"), Some("vp8"))
    );
    let simulcast = video.simulcast.expect("it has substreams");
    assert_eq!((simulcast.substream, simulcast.substream_target), (-1, 1));
    assert_eq!(
        (simulcast.temporal_layer, simulcast.temporal_layer_target),
        (-1, 0)
    );
    assert_eq!(simulcast.fallback, Some(Duration::from_millis(500)));
    let delay = video.playout_delay.expect("it was set");
    assert_eq!((delay.min_delay, delay.max_delay), (2, 4));
    assert_eq!((&data.kind, data.sources), (&MediaKind::Data, Some(1)));
    assert_eq!(data.source_ids, Some(vec![seven.clone()]));

    // Before the offer is answered.
    let (updated, none) = viewer
        .plugin
        .subscribe([FeedStream::new(&seven).mid("2")])
        .expect("ok");
    assert_eq!(
        (&updated.room, updated.is_postponed(), none),
        (&room, true, None)
    );
    answer(&viewer, &room, &offer);
    let streams = answer_next(&viewer, &room);
    let svc = streams[3].svc.expect("it is layered");
    assert_eq!((svc.spatial_layer, svc.temporal_layer), (-1, -1));
    assert!(streams[0].ready);
    update(&viewer, &room, &eight);
    configure(&viewer, &room);

    let switch = SwitchStream::new(&eight, "0", "0");
    let switched = viewer
        .plugin
        .switch(&Switch::new().streams(vec![switch]))
        .expect("switched");
    assert_eq!(
        (&switched.room, switched.switched.as_str(), switched.changes),
        (&room, "ok", Some(1))
    );
    assert_eq!(switched.streams[0].feed_id, Some(eight.clone()));
    assert_refused(
        viewer.plugin.switch(&Switch::new()),
        error_code::NO_SUCH_FEED,
    );
    let unknown = SwitchStream::new(99, "0", "0");
    let unknown = Switch::new().streams(vec![unknown]);
    assert_refused(viewer.plugin.switch(&unknown), error_code::NO_SUCH_FEED);

    let paused = viewer.plugin.pause().expect("paused");
    assert_eq!((&paused.room, paused.paused.as_str()), (&room, "ok"));
    assert_eq!(viewer.plugin.resume().expect("resumed").started, "ok");

    let remove = RemoveRemotePublisher::new(&room, &eight);
    videoroom.remove_remote_publisher(&remove).expect("removed");
    let streams = answer_next(&viewer, &room);
    assert!(
        !streams[0].active && streams[0].feed_id.is_none(),
        "{streams:?}"
    );

    let left = viewer.plugin.leave().expect("left");
    assert_eq!((left.room, left.left.as_str()), (room.clone(), "ok"));
    legacy(servers, &room, &seven);
}

fn update(viewer: &Desk<Subscriber>, room: &Id, eight: &Id) {
    let audio = || FeedStream::new(eight).mid("0");
    let (updated, offer) = viewer.plugin.subscribe([audio()]).expect("subscribed");
    assert_eq!((&updated.room, updated.is_postponed()), (room, false));
    assert_eq!(updated.streams.as_ref().expect("streams").len(), 5);
    answer(viewer, room, &offer.expect("an offer"));
    assert_refused(
        viewer.plugin.subscribe([FeedStream::new(99)]),
        error_code::NO_SUCH_FEED,
    );
    assert_refused(viewer.plugin.subscribe([]), error_code::INVALID_ELEMENT);

    let (updated, offer) = viewer
        .plugin
        .unsubscribe([UnsubscribeStream::new().sub_mid("4")])
        .expect("unsubscribed");
    assert!(!updated.streams.expect("streams")[4].active);
    answer(viewer, room, &offer.expect("an offer"));
    // There is no such stream any more: nothing to negotiate.
    let gone = UnsubscribeStream::new().feed(eight).mid("0");
    let (updated, offer) = viewer.plugin.unsubscribe([gone]).expect("unsubscribed");
    assert_eq!(
        (updated.is_postponed(), updated.streams, offer),
        (false, None, None)
    );

    let update = Update::new()
        .subscribe(vec![audio()])
        .unsubscribe(vec![UnsubscribeStream::new().sub_mid("3")]);
    let (updated, offer) = viewer.plugin.update(&update).expect("updated");
    assert!(!updated.is_postponed() && updated.streams.is_some());
    answer(viewer, room, &offer.expect("an offer"));
    assert_refused(
        viewer.plugin.update(&Update::new()),
        error_code::MISSING_ELEMENT,
    );
}

fn configure(viewer: &Desk<Subscriber>, room: &Id) {
    let low = ConfigureStream::new()
        .mid("1")
        .send(true)
        .substream(0)
        .temporal(1);
    let (configured, offer) = viewer
        .plugin
        .configure(&Configure::new().streams(vec![low]))
        .expect("configured");
    assert_eq!(
        (&configured.room, configured.configured.as_str(), offer),
        (room, "ok", None)
    );
    let unknown = Configure::new().mid("99").send(false);
    assert_refused(viewer.plugin.configure(&unknown), error_code::NO_SUCH_FEED);

    let restart = Configure::new().restart(true);
    let (_, first) = viewer.plugin.configure(&restart).expect("configured");
    let first = first.expect("an offer");
    // Before the answer it is acknowledged and postponed, and Janus does not say so.
    let hasty = viewer.plugin.with_timeout(Duration::from_millis(400));
    match hasty.configure(&restart) {
        Err(Error::Timeout { acked: true, .. }) => {}
        other => panic!("not postponed: {other:?}"),
    }
    answer(viewer, room, &first);
    answer_next(viewer, room);
}

/// The form from before multistream.
fn legacy(servers: &Servers, room: &Id, feed: &Id) {
    let viewer = servers.desk::<Subscriber>();
    let join = Join::new(room)
        .pin("2580")
        .feed(feed.clone())
        .offer_audio(true)
        .offer_video(true)
        .offer_data(false)
        .substream(0)
        .temporal(0);
    let (attached, offer) = viewer.plugin.join(&join).expect("joined");
    assert_eq!(
        (attached.id.as_ref(), attached.display.as_deref()),
        (Some(feed), Some("Seven"))
    );
    assert_eq!(attached.warning.as_deref(), Some("deprecated_api"));
    assert_eq!(offer.kind, JsepKind::Offer);
    assert_refused(viewer.plugin.join(&join), error_code::ALREADY_JOINED);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_subscriber_receives_changes_pauses_switches_and_leaves() {
    Servers::each(story);
}
