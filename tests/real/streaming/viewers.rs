//! `watch`, `start`, `pause`, `configure`, `switch`, `stop`.

use std::time::Duration;

use common::sdp;
use janus_blocking::{
    Event, Jsep, Streaming,
    plugin::Id,
    streaming::{
        self, CreateRtp, Destroy, Edit, KickAll, RtpStream, Viewer, error_code,
        viewer::{Configure, ConfigureStream, Off, Status, Watch},
    },
    webrtc::JsepKind,
};

use super::{
    feed::Feed,
    servers::{SOON, Servers, assert_refused, audio, info, wait_media, wait_started},
};
use crate::desk::Desk;

pub(crate) fn story(servers: &Servers) {
    let desk = servers.desk::<Streaming>();
    let create = CreateRtp::new(vec![audio()])
        .pin("2580")
        .playoutdelay_ext(true);
    let first = desk
        .plugin
        .create_rtp(&create)
        .expect("a mountpoint")
        .stream
        .id;
    let (second, port) = servers.audio(&desk);
    idle(&servers.desk::<Viewer>(), &first);

    let watch = Watch::new(&first).pin("2580").media(vec!["a".to_owned()]);
    let (viewer, relay) = servers.watch(&watch);
    let viewers = || [&first, &second].map(|id| info(&desk, id).viewers);
    assert_eq!(viewers(), [Some(1), Some(0)]);
    let other = viewer.plugin.watch(&Watch::new(&second));
    assert_refused(other, error_code::INVALID_STATE);

    assert_eq!(
        viewer.plugin.pause().expect("paused").status,
        Status::Pausing
    );
    assert_eq!(
        viewer.plugin.resume().expect("resumed").status,
        Status::Started
    );
    let muted = ConfigureStream::new()
        .mid("a")
        .send(false)
        .min_delay(2)
        .max_delay(4);
    for configure in [
        Configure::new().streams(vec![muted]),
        Configure::new().mid("a").send(true),
        Configure::new().audio(Off).video(Off).data(Off),
        Configure::new().send(true),
    ] {
        let configured = viewer.plugin.configure(&configure).expect("configured");
        assert_eq!(configured.event, "configured");
    }
    let edit = Edit::new(&first).new_metadata("gate").edited_event(true);
    desk.plugin.edit(&edit).expect("changed");
    let edited = viewer.wait("edited", |event, _| match event {
        streaming::Event::Edited(it) => Some(it.clone()),
        _ => None,
    });
    assert_eq!(
        (&edited.id, edited.metadata.as_deref()),
        (&first, Some("gate"))
    );

    // The first was never fed, so what arrives is the second's.
    let feed = Feed::audio(port);
    let switched = viewer.plugin.switch(&second).expect("switched");
    assert_eq!((switched.switched.as_str(), &switched.id), ("ok", &second));
    assert_eq!(viewers(), [Some(0), Some(1)]);
    wait_media(&relay, "a");
    drop(feed);
    assert_refused(viewer.plugin.switch(1), error_code::NO_SUCH_MOUNTPOINT);
    ended(servers, &desk, [&first, &second], &viewer);
}

/// A viewer of nothing.
fn idle(viewer: &Desk<Viewer>, id: &Id) {
    let plugin = &viewer.plugin;
    for refused in [
        plugin.resume().map(drop),
        plugin.pause().map(drop),
        plugin.configure(&Configure::new()).map(drop),
        plugin.switch(id).map(drop),
        plugin.watch(&Watch::new(1)).map(drop),
        // It would freeze 1.1.2 if it were sent.
        plugin
            .watch(&Watch::new(id).pin("2580").restart(true))
            .map(drop),
    ] {
        assert_refused(refused, error_code::NO_SUCH_MOUNTPOINT);
    }
    let no_pin = plugin.watch(&Watch::new(id));
    assert_refused(no_pin, error_code::MISSING_ELEMENT);
    let wrong = plugin.watch(&Watch::new(id).pin("1379"));
    assert_refused(wrong, error_code::UNAUTHORIZED);
    let watch = Watch::new(id).pin("2580");
    let (progress, offer) = plugin.watch(&watch).expect("an offer");
    assert_eq!(
        (progress.status, offer.kind),
        (Status::Preparing, JsepKind::Offer)
    );
    assert!(offer.sdp.contains("a=mid:a"), "{}", offer.sdp);
    // The PeerConnection is not up.
    assert_refused(plugin.watch(&watch), error_code::INVALID_STATE);
}

/// What ends watching: `stop`, `kick_all`, and the end of the mountpoint. Each time the handle may
/// watch again.
fn ended(servers: &Servers, desk: &Desk<Streaming>, ids: [&Id; 2], viewer: &Desk<Viewer>) {
    let mut hangups = 0;
    let mut hangup = || {
        viewer.look("hangup", |event| {
            matches!(event, Event::Hangup { .. }).then_some(())
        });
        hangups += 1;
        servers.wait_freed(viewer.plugin.handle(), hangups);
    };
    let (progress, offer) = viewer
        .plugin
        .watch(&Watch::new(ids[1]).restart(true))
        .expect("a new offer");
    assert_eq!(
        (progress.status, offer.kind),
        (Status::Updating, JsepKind::Offer)
    );
    assert_eq!(
        viewer.plugin.stop().expect("it ends").status,
        Status::Stopping
    );
    hangup();
    common::wait_until(SOON, "nobody watches", || {
        info(desk, ids[1]).viewers == Some(0)
    });

    let (_, offer) = viewer.plugin.watch(&Watch::new(ids[1])).expect("an offer");
    let _relay = servers.connect(viewer, &offer);
    desk.plugin
        .kick_all(&KickAll::new(ids[1]))
        .expect("all are gone");
    viewer.wait("kick", |event, _| {
        matches!(event, streaming::Event::KickedAll).then_some(())
    });
    hangup();

    let (_, offer) = viewer.plugin.watch(&Watch::new(ids[1])).expect("an offer");
    let _relay = servers.connect(viewer, &offer);
    desk.plugin
        .destroy(&Destroy::new(ids[1]))
        .expect("destroyed");
    viewer.wait("stop", |event, _| {
        matches!(event, streaming::Event::Stopped).then_some(())
    });
    hangup();
    if servers.is_new() {
        own_offer(servers, ids[0]);
    }
}

/// A viewer that makes the offer itself.
fn own_offer(servers: &Servers, id: &Id) {
    let viewer = servers.desk::<Viewer>();
    let watch = Watch::new(id).pin("2580");
    let offer = Jsep::offer(sdp::audio_offer().replace("a=sendrecv", "a=recvonly"));
    let (progress, answer) = viewer
        .plugin
        .watch_with_offer(&watch, &offer)
        .expect("an answer");
    assert_eq!(
        (progress.status, answer.kind),
        (Status::Starting, JsepKind::Answer)
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_mountpoint_is_watched_switched_and_left() {
    Servers::each(story);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn an_offer_of_ones_own_is_no_use_to_an_older_janus() {
    Servers::each(|servers| {
        if servers.is_new() {
            return;
        }
        let desk = servers.desk::<Streaming>();
        let (id, _) = servers.audio(&desk);
        let viewer = servers.desk::<Viewer>();
        let offer = Jsep::offer(sdp::audio_offer());
        let error = viewer
            .plugin
            .watch_with_offer(&Watch::new(id), &offer)
            .unwrap_err();
        assert!(
            error.to_string().contains("an answer to the offer"),
            "{error}"
        );
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_janus_does_not_answer_ends_at_its_timeout() {
    Servers::each(|servers| {
        let desk = servers.desk::<Streaming>();
        let (id, _) = servers.audio(&desk);
        let viewer = servers.desk::<Viewer>();
        let hasty = viewer.plugin.with_timeout(Duration::from_secs(2));
        match hasty.stop() {
            Ok(idle) => assert!(servers.is_new() && idle.status == Status::Idle),
            Err(error) => assert!(!servers.is_new() && error.is_timeout(), "{error}"),
        }
        let nothing = Watch::new(&id).media(vec!["zz".to_owned()]);
        let error = hasty.watch(&nothing).unwrap_err();
        assert!(error.is_timeout(), "{error}");
        let again = viewer.plugin.watch(&Watch::new(&id));
        assert_refused(again, error_code::INVALID_STATE);
        viewer.plugin.handle().clone().detach().expect("it can go");
        common::wait_until(SOON, "nobody watches", || {
            info(&desk, &id).viewers == Some(0)
        });
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_switch_needs_rtp_on_both_sides() {
    Servers::each(|servers| {
        let desk = servers.desk::<Streaming>();
        let folder = common::TempDir::new("switch");
        let file = folder.path().join("silence.alaw");
        std::fs::write(&file, [0x55; 8000]).expect("it can be written");
        let file = streaming::CreateFile::live(file.to_str().expect("UTF-8"));
        let file = desk
            .plugin
            .create_file(&file)
            .expect("a mountpoint")
            .stream
            .id;
        let (id, _) = servers.audio(&desk);
        for (from, to) in [(&id, &file), (&file, &id)] {
            let viewer = servers.desk::<Viewer>();
            viewer.plugin.watch(&Watch::new(from)).expect("an offer");
            assert_refused(viewer.plugin.switch(to), error_code::CANT_SWITCH);
        }
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_viewer_chooses_streams() {
    Servers::each(|servers| {
        let desk = servers.desk::<Streaming>();
        let video = |mid: &str| RtpStream::video(mid).codec("vp8").pt(100);
        let create = CreateRtp::new(vec![audio(), video("v1"), video("v2")]);
        let id = desk
            .plugin
            .create_rtp(&create)
            .expect("a mountpoint")
            .stream
            .id;
        let mids = |watch: &Watch| {
            let (_, offer) = servers
                .desk::<Viewer>()
                .plugin
                .watch(watch)
                .expect("an offer");
            let lines = offer.sdp.lines();
            let mids = lines.filter_map(|line| line.strip_prefix("a=mid:"));
            mids.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(mids(&Watch::new(&id)), ["a", "v1", "v2"]);
        let some = vec!["v2".to_owned(), "a".to_owned(), "zz".to_owned()];
        assert_eq!(mids(&Watch::new(&id).media(some)), ["a", "v2"]);
        assert_eq!(mids(&Watch::new(&id).offer_video(false)), ["a"]);
        let viewer = servers.desk::<Viewer>();
        let (_, offer) = viewer.plugin.watch(&Watch::new(&id)).expect("an offer");
        let _relay = servers.connect(&viewer, &offer);
        let (progress, offer) = viewer
            .plugin
            .watch(&Watch::new(&id).restart(true))
            .expect("a new offer");
        assert_eq!(progress.status, Status::Updating);
        assert_eq!(offer.kind, JsepKind::Offer);
        let _ = (offer, wait_started as fn(&Desk<Viewer>));
    });
}
