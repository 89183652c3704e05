//! `create` of mountpoints that play a file.

use common::TempDir;
use janus_blocking::{
    Streaming,
    plugin::Id,
    streaming::{
        CreateFile, Destroy, Event, KickAll, MediaKind, Recording, error_code, viewer::Watch,
    },
};

use super::servers::{Servers, assert_refused, info, wait_media};
use crate::desk::Desk;

/// A folder with a second of silence.
fn silence() -> (TempDir, String) {
    let folder = TempDir::new("files");
    let file = folder.path().join("silence.alaw");
    std::fs::write(&file, [0x55; 8000]).expect("it can be written");
    let file = file.to_str().expect("UTF-8").to_owned();
    (folder, file)
}

pub(crate) fn story(servers: &Servers) {
    let desk = servers.desk::<Streaming>();
    let (_folder, file) = silence();
    for (id, create, kind) in [
        (40_011, CreateFile::live(&file), "live"),
        (40_012, CreateFile::on_demand(&file), "on demand"),
    ] {
        let create = create.id(id).name("file").description("silence").audiopt(8);
        let created = desk.plugin.create_file(&create).expect("a mountpoint");
        let stream = &created.stream;
        assert_eq!((&stream.id, stream.kind.as_str()), (&id.into(), kind));
        assert_eq!((stream.ports.len(), created.warning), (0, None));
        let told = info(&desk, &id.into());
        assert_eq!(
            (told.kind.as_str(), told.filename.as_ref()),
            (kind, Some(&file))
        );
        let [audio] = &told.media[..] else {
            panic!("not one stream: {:?}", told.media)
        };
        assert_eq!((&audio.kind, audio.pt), (&MediaKind::Audio, Some(8)));
        assert_eq!((audio.codec.as_deref(), audio.age), (Some("pcma"), None));
        let record = desk.plugin.recording(&Recording::start(id, vec![]));
        assert_refused(record, error_code::INVALID_REQUEST);
        watched(servers, &desk, &id.into());
        desk.plugin.destroy(&Destroy::new(id)).expect("destroyed");
    }
    let gone = CreateFile::live(format!("{file}.alaw"));
    assert_refused(desk.plugin.create_file(&gone), error_code::CANT_CREATE);
    let other = CreateFile::on_demand("/etc/hostname");
    assert_refused(desk.plugin.create_file(&other), error_code::CANT_CREATE);
    let video = CreateFile::live(&file).video(true);
    assert_refused(desk.plugin.create_file(&video), error_code::CANT_CREATE);
}

/// A viewer hears it, until all are kicked.
fn watched(servers: &Servers, desk: &Desk<Streaming>, id: &Id) {
    let (viewer, relay) = servers.watch(&Watch::new(id));
    wait_media(&relay, "0");
    desk.plugin.kick_all(&KickAll::new(id)).expect("ok");
    viewer.wait("kick", |event, _| {
        matches!(event, Event::KickedAll).then_some(())
    });
    assert_eq!(info(desk, id).viewers, Some(0));
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn files_are_played_and_not_recorded() {
    Servers::each(story);
}
