//! Streaming on the fake gateway, with the crate's own client, and the example `mountpoints` on it.

use std::{process::Command, time::Duration};

use common::program::example;
use janus_blocking::{
    Event, Jsep, Result, Streaming,
    streaming::{
        self, CreateFile, CreateRtp, CreateRtsp, Destroy, Disable, Edit, Info, KickAll, List,
        RecordedStream, Recording, RtpStream, Viewer, error_code,
        viewer::{Configure, Status, Watch},
    },
    testing::{AUDIO_SDP, FakeGateway, Version},
    webrtc::JsepKind,
};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(5);

/// The next event of the plugin, or the name of one of the core's.
fn next(viewer: &Viewer) -> Result<std::result::Result<streaming::Event, &'static str>> {
    loop {
        let event = viewer.events().recv_timeout(SOON)?;
        return Ok(match event.expect("an event comes") {
            Event::Plugin { event, .. } => Ok(event),
            Event::WebrtcUp => Err("webrtcup"),
            Event::Hangup { .. } => Err("hangup"),
            _ => continue,
        });
    }
}

fn audio() -> CreateRtp {
    CreateRtp::new(vec![RtpStream::audio("a").codec("opus").pt(111)])
}

#[test]
fn mountpoints_are_made_and_a_viewer_is_told_what_becomes_of_them() -> Result<()> {
    for version in [Version::V1_1_2, Version::V1_4_1] {
        let gateway = FakeGateway::builder()
            .version(version)
            .media(true)
            .start()?;
        let desk: Streaming = gateway.attach()?;
        desk.create_rtp(&audio().id(1).pin("2580"))?;
        desk.create_rtp(&audio().id(2))?;
        let viewer: Viewer = gateway.attach()?;
        let (progress, offer) = viewer.watch(&Watch::new(1).pin("2580"))?;
        assert_eq!(
            (progress.status, &offer.kind),
            (Status::Preparing, &JsepKind::Offer)
        );
        assert!(offer.sdp.contains("a=mid:a\r\n"), "{}", offer.sdp);
        let started = viewer.start(&Jsep::answer(AUDIO_SDP))?;
        assert_eq!(started.status, Status::Starting);
        assert_eq!(next(&viewer)?, Err("webrtcup"));
        assert_eq!(next(&viewer)?, Ok(streaming::Event::Started));
        assert_eq!(desk.info(&Info::new(1))?.viewers, Some(1));

        assert_eq!(viewer.pause()?.status, Status::Pausing);
        assert_eq!(viewer.resume()?.status, Status::Started);
        viewer.configure(&Configure::new().mid("a").send(false))?;
        let (progress, offer) = viewer.watch(&Watch::new(1).pin("2580").restart(true))?;
        assert_eq!(
            (progress.status, offer.kind),
            (Status::Updating, JsepKind::Offer)
        );
        let edit = Edit::new(1).new_metadata("gate").edited_event(true);
        desk.edit(&edit)?;
        match next(&viewer)? {
            Ok(streaming::Event::Edited(it)) => assert_eq!(it.id, 1.into()),
            other => panic!("{other:?}"),
        }
        viewer.switch(2)?;
        desk.kick_all(&KickAll::new(2))?;
        assert_eq!(next(&viewer)?, Ok(streaming::Event::KickedAll));
        assert_eq!(next(&viewer)?, Err("hangup"));

        viewer.watch(&Watch::new(2))?;
        viewer.start(&Jsep::answer(AUDIO_SDP))?;
        assert_eq!(next(&viewer)?, Err("webrtcup"));
        assert_eq!(next(&viewer)?, Ok(streaming::Event::Started));
        assert_eq!(viewer.stop()?.status, Status::Stopping);
        assert_eq!(next(&viewer)?, Err("hangup"));
        assert_eq!(desk.info(&Info::new(2))?.viewers, Some(0));
        viewer.watch(&Watch::new(2))?;
        desk.destroy(&Destroy::new(2))?;
        assert_eq!(next(&viewer)?, Ok(streaming::Event::Stopped));
    }
    Ok(())
}

#[test]
fn all_four_types_are_there() -> Result<()> {
    let gateway = FakeGateway::builder().version(Version::V1_4_1).start()?;
    let desk: Streaming = gateway.attach()?;
    desk.create_rtp(&audio().id(1))?;
    desk.create_file(&CreateFile::live("/srv/music.opus").id(2))?;
    desk.create_file(&CreateFile::on_demand("/srv/jingle.alaw").id(3))?;
    let camera = CreateRtsp::new("rtsp://me:hush@10.0.0.7/gate")
        .audio(true)
        .id(4);
    desk.create_rtsp(&camera)?;
    let kinds = desk.list(&List::new())?.list.into_iter().map(|it| it.kind);
    let kinds: Vec<_> = kinds.collect();
    assert_eq!(kinds, ["live", "live", "on demand", "live"]);
    let camera = desk.info(&Info::new(4))?;
    assert!(camera.rtsp && camera.url.is_some());

    let start = Recording::start(1, vec![RecordedStream::to("a", "/tmp/gate")]);
    desk.recording(&start)?;
    let info = desk.info(&Info::new(1))?;
    assert_eq!(info.media[0].recording.as_deref(), Some("gate.mjr"));
    desk.disable(&Disable::new(1))?;
    assert!(!desk.info(&Info::new(1))?.enabled);
    Ok(())
}

#[test]
fn what_would_crash_a_janus_is_refused() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let session = gateway.connect()?.create_session()?;
    let desk = session.attach_raw("janus.plugin.streaming")?;
    let media = json!([{"type": "audio", "mid": "a", "port": 0, "codec": "opus", "pt": 111}]);
    desk.request(json!({"request": "create", "type": "rtp", "id": 1, "media": media}))?;
    let error = desk
        .request(json!({"request": "disable", "id": 1}))
        .unwrap_err();
    assert_eq!(error.code(), Some(error_code::UNKNOWN_ERROR), "{error}");
    assert!(error.to_string().contains("crashed"), "{error}");
    desk.request(json!({"request": "disable", "id": 1, "stop_recording": false}))?;
    Ok(())
}

#[test]
fn a_viewer_makes_the_offer_itself() -> Result<()> {
    let gateway = FakeGateway::builder()
        .version(Version::V1_4_1)
        .media(true)
        .start()?;
    let viewer: Viewer = gateway.attach()?;
    viewer.mountpoints().create_rtp(&audio().id(1))?;
    let offer = Jsep::offer(AUDIO_SDP);
    let (progress, answer) = viewer.watch_with_offer(&Watch::new(1), &offer)?;
    assert_eq!(
        (progress.status, answer.kind),
        (Status::Starting, JsepKind::Answer)
    );
    assert_eq!(next(&viewer)?, Err("webrtcup"));
    assert_eq!(next(&viewer)?, Ok(streaming::Event::Started));
    Ok(())
}

#[test]
fn the_example_shows_itself_without_a_server() {
    let done = Command::new(example("mountpoints")).arg("--json").output();
    let done = done.expect("it was built");
    assert!(done.status.success(), "{done:?}");
    let lines = String::from_utf8(done.stdout).expect("UTF-8");
    let lines = lines.lines().map(|line| {
        let line: Value = serde_json::from_str(line).expect("a JSON line");
        assert!(line["at"].is_f64(), "{line}");
        format!("{} {}", line["event"], line["id"])
    });
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            r#""created" 1"#,
            r#""created" 2"#,
            r#""viewers" 1"#,
            r#""changed" 1"#,
            r#""removed" 2"#
        ]
    );
}

#[test]
fn the_example_says_what_is_wrong_with_its_words() {
    for (words, part) in [
        (&["--janus", "ws://127.0.0.1:1"][..], "--file"),
        (&["--every", "0"], "--every"),
        (&["--wave", "1"], "--wave"),
        (
            &[
                "--janus",
                "ws://127.0.0.1:1",
                "--file",
                "/nowhere",
                "--once",
            ],
            "/nowhere",
        ),
    ] {
        let done = Command::new(example("mountpoints")).args(words).output();
        let done = done.expect("it was built");
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(!done.status.success() && said.contains(part), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}
