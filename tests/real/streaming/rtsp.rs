//! `create` of mountpoints that receive from an RTSP server: one of the test's.

use std::time::Duration;

use common::{free_tcp_port, rtp::Source, rtsp::Camera};
use janus_blocking::{
    Streaming,
    streaming::{CreateRtsp, Destroy, Event, MediaKind, error_code, viewer::Watch},
};

use super::{
    feed::Feed,
    servers::{Servers, assert_refused, info, wait_media},
};

pub(crate) fn story(servers: &Servers) {
    let desk = servers.desk::<Streaming>();
    let camera = Camera::start();
    let url = format!("rtsp://me:hush@127.0.0.1:{}/gate", camera.port());
    let create = CreateRtsp::new(&url)
        .rtsp_user("viewer")
        .rtsp_pwd("hush-hush")
        .audio(true)
        .id(40_031)
        .description("gate")
        .rtsp_quirk(true)
        .rtsp_reconnect_delay(Duration::from_secs(1))
        .rtsp_session_timeout(Duration::from_secs(10))
        .rtsp_timeout(Duration::from_secs(10))
        .rtsp_conn_timeout(Duration::from_secs(5))
        .rtsp_notify_changes(true);
    let created = desk.plugin.create_rtsp(&create).expect("a mountpoint");
    assert_eq!(created.name, "40031");
    let stream = &created.stream;
    assert_eq!((&stream.id, stream.kind.as_str()), (&40_031.into(), "live"));
    assert!(stream.ports.is_empty());
    let told = info(&desk, &40_031.into());
    assert!(told.rtsp && told.rtsp_quirk && !format!("{told:?}").contains("hush"));
    let secrets = [&told.url, &told.rtsp_pwd].map(|it| it.as_ref().map(|it| it.expose()));
    assert_eq!(secrets, [Some(url.as_str()), Some("hush-hush")]);
    assert_eq!(told.rtsp_user.as_deref(), Some("viewer"));
    let [audio] = &told.media[..] else {
        panic!("not one stream: {:?}", told.media)
    };
    assert_eq!(
        (&audio.kind, audio.codec.as_deref()),
        (&MediaKind::Audio, Some("pcma"))
    );

    let (viewer, relay) = servers.watch(&Watch::new(40_031));
    // Janus picks other ports each time that it connects anew.
    let feed = || {
        let camera = camera.clone();
        Feed::start(move || Source::to(camera.media_port()).audio(0, 20))
    };
    let first = feed();
    wait_media(&relay, "a");
    if servers.is_new() {
        drop(first);
        let id = viewer.wait("rtsp-disconnected", |event, _| match event {
            Event::RtspDisconnected(it) => Some(it.id.clone()),
            _ => None,
        });
        assert_eq!(id, 40_031.into());
        let _second = feed();
        let id = viewer.wait("rtsp-reconnected", |event, _| match event {
            Event::RtspReconnected(it) => Some(it.id.clone()),
            _ => None,
        });
        assert_eq!(id, 40_031.into());
    }
    desk.plugin
        .destroy(&Destroy::new(40_031))
        .expect("destroyed");

    // Nobody listens there.
    let nobody = format!("rtsp://127.0.0.1:{}/gate", free_tcp_port());
    let nobody = CreateRtsp::new(nobody).audio(true).id(40_032);
    assert_refused(desk.plugin.create_rtsp(&nobody), error_code::CANT_CREATE);
    let nothing = CreateRtsp::new(&url);
    assert_refused(desk.plugin.create_rtsp(&nothing), error_code::CANT_CREATE);
    let created = desk.plugin.create_rtsp(&nobody.rtsp_failcheck(false));
    assert_eq!(created.expect("it goes on trying").stream.id, 40_032.into());
    desk.plugin
        .destroy(&Destroy::new(40_032))
        .expect("destroyed");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_camera_is_asked_and_relayed() {
    Servers::each(story);
}
