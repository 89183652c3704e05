//! Every request of the Record&Play plugin against real servers: a voice is recorded, and played to
//! an EchoTest.

use std::time::Duration;

use common::{exchanged, wait_until};
use janus_blocking::{
    EchoTest, Jsep, RecordPlay,
    echotest::Settings,
    recordplay::{
        Configure, Ended, Event, List, Listed, Pause, Play, Record, Recording, Stop, Update,
        error_code,
    },
    webrtc::JsepKind,
};

use crate::{
    desk::Desk,
    feed::Feed,
    servers::{self, ADMIN_KEY, SOON, assert_refused},
};

type Servers = servers::Servers<RecordPlay>;

fn listed(desk: &Desk<RecordPlay>, list: &List, id: u64) -> Option<Listed> {
    let list = desk.plugin.list(list).expect("a list").list;
    list.into_iter().find(|it| it.id == id)
}

#[track_caller]
fn ended(desk: &Desk<RecordPlay>) -> Ended {
    desk.wait("done", |event, _| match event {
        Event::Done(ended) => Some(ended.clone()),
        _ => None,
    })
}

/// Records a voice until `job` is done.
fn record(servers: &Servers, record: &Record, job: impl FnOnce(&Desk<RecordPlay>)) -> Recording {
    let (mut feed, offer) = Feed::new(servers);
    let desk = servers.desk::<RecordPlay>();
    let (recording, answer) = desk.plugin.record(record, &offer).expect("recording");
    assert_eq!(answer.kind, JsepKind::Answer);
    feed.answer(answer);
    desk.wait_up();
    feed.talking(|| desk.wait_media());
    // An ICE restart.
    let (again, answer) = desk
        .plugin
        .record(&record.clone().update(true), &feed.restart())
        .expect("recording");
    assert_eq!(again, recording);
    feed.answer(answer);
    feed.talking(|| job(&desk));
    let stopped = desk.plugin.stop().expect("stopped");
    assert_eq!(stopped.id, Some(recording.id));
    assert_eq!(stopped.is_private, recording.is_private);
    let ended = ended(&desk);
    let told = servers.is_new().then_some(recording.id);
    assert_eq!((ended.id, ended.is_private), (told, recording.is_private));
    // Its files are closed after the event.
    wait_until(SOON, "it can be played", || {
        servers
            .desk::<RecordPlay>()
            .plugin
            .play(&Play::new(recording.id))
            .is_ok()
    });
    recording
}

fn story(servers: &Servers) {
    let desk = servers.desk::<RecordPlay>();
    let settings = Configure::new()
        .video_bitrate_max(256_000)
        .video_keyframe_interval(Duration::from_secs(4));
    let settings = desk.plugin.configure(&settings).expect("configured");
    assert_eq!(settings.video_bitrate_max, Some(256_000));
    assert_eq!(
        settings.video_keyframe_interval,
        Some(Duration::from_secs(4))
    );
    let settings = desk
        .plugin
        .configure(&Configure::new())
        .expect("configured");
    assert_eq!(
        settings.video_bitrate_max,
        Some(256_000),
        "nothing was changed"
    );

    let wanted = Record::new("front door")
        .id(7)
        .filename("door")
        .audiocodec("opus");
    let recording = record(servers, &wanted, |recorder| {
        assert_eq!(recorder.plugin.pause().expect("paused").id, Some(7));
        assert_eq!(recorder.plugin.resume().expect("resumed").id, Some(7));
        assert_eq!(listed(&desk, &List::new(), 7), None, "it is not complete");
        // Long enough to be in the middle of it later.
        recorder.plugin.handle().check().expect("it is there");
        std::thread::sleep(Duration::from_secs(2));
    });
    assert_eq!(recording.id, 7);
    assert_eq!(recording.is_private, servers.is_new().then_some(false));
    let found = listed(&desk, &List::new(), 7).expect("it is listed");
    assert_eq!(
        (&*found.name, found.is_private),
        ("front door", recording.is_private)
    );
    assert!(found.audio && !found.video && !found.data && found.date.starts_with("20"));
    assert_eq!(found.audio_codec.as_deref(), Some("opus"));
    desk.plugin.update(&Update::new()).expect("updated");
    assert!(listed(&desk, &List::new(), 7).is_some());
    let (_feed, offer) = Feed::new(servers);
    let again = servers.desk::<RecordPlay>().plugin.record(&wanted, &offer);
    assert_refused(again, error_code::RECORDING_EXISTS);
    play(servers);
}

fn play(servers: &Servers) {
    let (player, echo) = (servers.desk::<RecordPlay>(), servers.desk::<EchoTest>());
    let heard = |offer: &Jsep| {
        let answer = echo.plugin.offer(&Settings::new().audio(true), offer);
        Jsep::answer(answer.expect("an answer").sdp)
    };
    let (preparing, offer) = player.plugin.play(&Play::new(7)).expect("an offer");
    assert_eq!((preparing.id, preparing.warning), (Some(7), None));
    assert_eq!(offer.kind, JsepKind::Offer);
    player.plugin.start(&heard(&offer)).expect("started");
    player.wait_up();
    echo.wait_media();
    let restart = Play::new(7).restart(true);
    let (restarting, offer) = player.plugin.play(&restart).expect("an offer");
    assert_eq!(
        (restarting.id, offer.kind.clone()),
        (Some(7), JsepKind::Offer)
    );
    player.plugin.start(&heard(&offer)).expect("started");
    ended(&player);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_voice_is_recorded_and_played_and_every_request_is_exchanged() {
    Servers::each(|servers| {
        story(servers);
        let version = servers.version.to_string();
        let exchanged = servers.exchanged(|_| String::new());
        assert_eq!(exchanged, exchanged::with("recordplay", &version));
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn private_recordings_are_listed_by_the_admin_key() {
    let key = format!("admin_key = \"{ADMIN_KEY}\"");
    Servers::each_with(&[&key], |servers| {
        let desk = servers.desk::<RecordPlay>();
        let wanted = Record::new("cellar").is_private(true);
        let recording = record(servers, &wanted, |_| ());
        assert_eq!(recording.is_private, servers.is_new().then_some(true));
        let everybodys = listed(&desk, &List::new(), recording.id);
        assert_eq!(everybodys.is_none(), servers.is_new());
        let found = listed(&desk, &List::new().admin_key(ADMIN_KEY), recording.id);
        assert_eq!(
            found.expect("it is listed").is_private,
            recording.is_private
        );
        let (without, wrong) = (Update::new(), Update::new().admin_key("let-them"));
        if servers.is_new() {
            let list = desk.plugin.list(&List::new().admin_key("let-them"));
            assert_refused(list, error_code::UNAUTHORIZED);
            assert_refused(desk.plugin.update(&without), error_code::MISSING_ELEMENT);
            assert_refused(desk.plugin.update(&wrong), error_code::UNAUTHORIZED);
        } else {
            desk.plugin.update(&without).expect("updated");
            desk.plugin.update(&wrong).expect("updated");
        }
        desk.plugin
            .update(&Update::new().admin_key(ADMIN_KEY))
            .expect("updated");
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_handle_that_does_nothing_is_confirmed_and_refused() {
    Servers::each(|servers| {
        let desk = servers.desk::<RecordPlay>();
        assert_eq!(desk.plugin.pause().expect("confirmed").id, None);
        assert_eq!(desk.plugin.resume().expect("confirmed").id, None);
        let stopped = desk.plugin.stop().expect("confirmed");
        assert_eq!((stopped.id, stopped.is_private), (None, None));
        assert_refused(desk.plugin.play(&Play::new(99)), error_code::NOT_FOUND);
        let restart = desk.plugin.play(&Play::new(99).restart(true));
        assert_refused(restart, error_code::INVALID_STATE);
        let (_feed, offer) = Feed::new(servers);
        let nameless = servers
            .desk::<RecordPlay>()
            .plugin
            .record(&Record::new(""), &offer);
        assert_refused(nameless, error_code::INVALID_ELEMENT);

        let handle = desk.plugin.handle();
        handle.send(&Pause::new()).expect("acknowledged");
        desk.wait("nothing", |event, _| (*event == Event::Idle).then_some(()));
        handle.send(&Stop::new()).expect("acknowledged");
        desk.wait("stopped", |event, _| match event {
            Event::Stopped(stopped) => Some(stopped.clone()),
            _ => None,
        });
        handle.send(&Play::new(99)).expect("acknowledged");
        let failure = desk.wait("error", |event, _| match event {
            Event::Error(it) => Some(it.clone()),
            _ => None,
        });
        assert_eq!(failure.code, error_code::NOT_FOUND);
    });
}
