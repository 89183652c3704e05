//! `recording`.

use std::fs;

use common::TempDir;
use janus_blocking::{
    Streaming,
    streaming::{CreateRtp, Disable, Info, LegacyRecording, RecordedStream, Recording, error_code},
};

use super::{
    feed::Feed,
    servers::{SOON, Servers, assert_refused, audio, port},
};

pub(crate) fn story(servers: &Servers) {
    let desk = servers.desk::<Streaming>();
    let folder = TempDir::new("recording");
    let base = |name: &str| {
        let path = folder.path().join(name);
        path.to_str().expect("UTF-8").to_owned()
    };
    let create = CreateRtp::new(vec![audio()]).id(40_021).secret("hush");
    let created = desk.plugin.create_rtp(&create).expect("a mountpoint");
    let _feed = Feed::audio(port(&created, "a").port.expect("a port"));
    let start = Recording::start(40_021, vec![RecordedStream::to("a", base("gate"))]);
    assert_refused(desk.plugin.recording(&start), error_code::MISSING_ELEMENT);
    let start = start.secret("hush");
    desk.plugin.recording(&start).expect("it is recorded");
    assert_refused(desk.plugin.recording(&start), error_code::INVALID_REQUEST);
    let recorded = || {
        let info = Info::new(40_021).secret("hush");
        let info = desk.plugin.info(&info).expect("it is there");
        info.media[0].recording.clone()
    };
    assert_eq!(recorded().as_deref(), Some("gate.mjr"));
    let file = format!("{}.mjr", base("gate"));
    // More than the headers, so packets are in it.
    common::wait_until(SOON, "packets are recorded", || {
        fs::metadata(&file).is_ok_and(|it| it.len() > 1000)
    });
    let stop = Recording::stop(40_021, vec![RecordedStream::new("a")]).secret("hush");
    desk.plugin.recording(&stop).expect("it ends");
    desk.plugin.recording(&stop).expect("that is no error");
    assert_eq!(recorded(), None);
    let written = fs::read(&file).expect("the recording");
    assert!(written.starts_with(b"MJR0"), "{:?}", &written[..8]);

    // Of the server's other streams none is recorded, and disabling with a recording is safe.
    let again = Recording::start(40_021, vec![RecordedStream::to("a", base("again"))]);
    desk.plugin
        .recording(&again.secret("hush"))
        .expect("it is recorded");
    desk.plugin
        .disable(&Disable::new(40_021).secret("hush"))
        .expect("disabled");
    assert_eq!(recorded().as_deref(), Some("again.mjr"), "it stays open");

    // What Janus cannot write, skips, and the deprecated form.
    let nowhere = RecordedStream::to("a", "/proc/nowhere/gate");
    let nowhere = Recording::start(40_021, vec![nowhere]).secret("hush");
    desk.plugin.recording(&stop).expect("it ends");
    assert_refused(desk.plugin.recording(&nowhere), error_code::CANT_RECORD);
    let skipped = vec![
        RecordedStream::new("a"),
        RecordedStream::to("zz", base("zz")),
    ];
    let skipped = Recording::start(40_021, skipped).secret("hush");
    desk.plugin.recording(&skipped).expect("skipped in silence");
    assert_eq!(recorded(), None);
    let mut legacy = Recording::start(40_021, vec![]).secret("hush");
    legacy.media = None;
    let start = legacy.clone().audio(LegacyRecording::File(base("legacy")));
    desk.plugin.recording(&start).expect("it is recorded");
    assert_eq!(recorded().as_deref(), Some("legacy.mjr"));
    let mut stop = Recording::stop(40_021, vec![]).secret("hush");
    stop.media = None;
    desk.plugin
        .recording(&stop.audio(LegacyRecording::Stop))
        .expect("it ends");
    assert_eq!(recorded(), None);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_is_fed_is_recorded_to_a_file() {
    Servers::each(story);
}
