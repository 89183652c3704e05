//! `rtp_forward`, `stop_rtp_forward`, `listforwarders`.

use std::net::UdpSocket;

use common::{rtp::Source, wait_until};
use janus_blocking::{
    ErrorCode, VideoRoom,
    plugin::Id,
    videoroom::{
        AddRemotePublisher, Create, ForwardStream, HostFamily, ListForwarders, MediaKind,
        RtpForward, SrtpSuite, StopRtpForward, error_code,
    },
};

use super::{
    participants::{remote, streams},
    servers::{ADMIN_KEY, SOON, Servers, assert_refused},
};

fn socket() -> (UdpSocket, u16) {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).expect("a port");
    socket.set_nonblocking(true).expect("a socket");
    let port = socket.local_addr().expect("an address").port();
    (socket, port)
}

/// Sends audio until one packet of it has come to the socket, and returns that.
fn flow(source: &mut Source, socket: &UdpSocket) -> Vec<u8> {
    let mut packet = [0; 1500];
    let mut length = 0;
    wait_until(SOON, "a copy comes", || {
        source.audio(0, 30);
        match socket.recv(&mut packet) {
            Ok(count) => {
                length = count;
                true
            }
            Err(_) => false,
        }
    });
    packet[..length].to_vec()
}

pub(crate) fn story(servers: &Servers) {
    let (desk, room) = servers.room(&Create::new().videocodec("vp8,vp9").secret("hush"));
    let videoroom = &desk.plugin;
    let add = AddRemotePublisher::new(&room, streams())
        .display("Door")
        .secret("hush");
    let (id, port) = remote(videoroom, &room, &add);
    let mut source = Source::to(port);
    let (copy, target) = socket();
    let (_video, second) = socket();

    let forward = RtpForward::new(&room, &id, "127.0.0.1").host_family(HostFamily::Ipv4);
    let forward = forward.streams(vec![
        ForwardStream::new("0", target).ssrc(77).pt(100),
        ForwardStream::new("1", second)
            .port_2(second)
            .port_3(second),
    ]);
    assert_refused(videoroom.rtp_forward(&forward), error_code::MISSING_ELEMENT);
    let answer = videoroom
        .rtp_forward(&forward.secret("hush"))
        .expect("forwarded");
    assert_eq!((&answer.room, &answer.publisher_id), (&room, &id));
    assert_eq!(answer.rtp_stream, None);
    let audio = &answer.forwarders[0];
    assert_eq!(
        (&audio.kind, audio.port, audio.host.as_str()),
        (&MediaKind::Audio, target, "127.0.0.1")
    );
    assert_eq!(
        (audio.pt, audio.ssrc, audio.srtp),
        (Some(100), Some(77), false)
    );
    let video: Vec<_> = answer.forwarders[1..].iter().collect();
    assert!(
        video
            .iter()
            .all(|it| it.kind == MediaKind::Video && it.port == second)
    );
    let substreams: Vec<_> = video.iter().map(|it| it.substream).collect();
    assert_eq!(substreams, [None, Some(1), Some(2)]);

    let packet = flow(&mut source, &copy);
    assert_eq!(packet[1] & 0x7f, 100, "the payload type that was asked for");
    assert_eq!(
        packet[8..12],
        77_u32.to_be_bytes(),
        "the SSRC that was asked for"
    );

    let list = ListForwarders::new(&room).secret("hush");
    let forwarders = videoroom.list_forwarders(&list).expect("a list");
    assert_eq!(forwarders.room, room);
    let publisher = &forwarders.publishers[0];
    assert_eq!(
        (&publisher.publisher_id, publisher.display.as_deref()),
        (&id, Some("Door"))
    );
    assert_eq!(publisher.forwarders.len(), 4);
    assert!(publisher.forwarders.contains(audio));
    assert_refused(
        videoroom.list_forwarders(&ListForwarders::new(&room)),
        error_code::MISSING_ELEMENT,
    );

    let stop = StopRtpForward::new(&room, &id, audio.stream_id).secret("hush");
    let stopped = videoroom.stop_rtp_forward(&stop).expect("stopped");
    assert_eq!((&stopped.room, &stopped.publisher_id), (&room, &id));
    assert_eq!(stopped.stream_id, audio.stream_id);
    assert_refused(videoroom.stop_rtp_forward(&stop), error_code::NO_SUCH_FEED);
    secured(videoroom, &room, &id);
    legacy(videoroom, &room, &id);
    let unknown = RtpForward::new(&room, 99, "127.0.0.1").secret("hush");
    let unknown = unknown.streams(vec![ForwardStream::new("0", 9)]);
    assert_refused(videoroom.rtp_forward(&unknown), error_code::NO_SUCH_FEED);
}

fn secured(videoroom: &VideoRoom, room: &Id, id: &Id) {
    let (_copy, target) = socket();
    // 30 bytes of key and salt, in base64.
    let forward = RtpForward::new(room, id, "127.0.0.1")
        .secret("hush")
        .srtp_suite(SrtpSuite::Tag80)
        .srtp_crypto("MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkw")
        .streams(vec![ForwardStream::new("0", target)]);
    let answer = videoroom.rtp_forward(&forward).expect("forwarded");
    assert!(answer.forwarders[0].srtp);
}

/// The form from before multistream.
fn legacy(videoroom: &VideoRoom, room: &Id, id: &Id) {
    let (_copy, target) = socket();
    let forward = RtpForward::new(room, id, "127.0.0.1")
        .secret("hush")
        .audio_port(target)
        .audio_pt(100)
        .audio_ssrc(78)
        .video_port(target)
        .video_port_2(target)
        .video_port_3(target)
        .data_port(target);
    let answer = videoroom.rtp_forward(&forward).expect("forwarded");
    assert_eq!(answer.forwarders, []);
    let made = answer.rtp_stream.expect("it is the old form");
    assert_eq!((made.audio, made.video), (Some(target), Some(target)));
    assert_eq!(
        (made.video_2, made.video_3, made.data),
        (Some(target), Some(target), Some(target))
    );
    assert!(made.audio_stream_id.is_some() && made.data_stream_id.is_some());
    assert_eq!(made.warning, "deprecated_api");
    assert_eq!(made.host.as_deref(), Some("127.0.0.1"));
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn copies_of_the_media_come_to_a_socket() {
    Servers::each(story);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_admin_key_guards_forwarders_where_the_server_says_so() {
    let key = format!("admin_key = \"{ADMIN_KEY}\"");
    Servers::each_with(&[&key, "lock_rtp_forward = true"], |servers| {
        let (desk, room) = servers.room(&Create::new().admin_key(ADMIN_KEY));
        let videoroom = &desk.plugin;
        let (id, _) = remote(videoroom, &room, &AddRemotePublisher::new(&room, streams()));
        let forward = RtpForward::new(&room, &id, "127.0.0.1");
        let forward = forward.streams(vec![ForwardStream::new("0", 9)]);
        let refused: [(Option<&str>, ErrorCode); 2] = [
            (None, error_code::MISSING_ELEMENT),
            (Some("let-them"), error_code::UNAUTHORIZED),
        ];
        for (key, code) in refused {
            let forward = match key {
                Some(key) => forward.clone().admin_key(key),
                None => forward.clone(),
            };
            assert_refused(videoroom.rtp_forward(&forward), code);
        }
        let answer = videoroom
            .rtp_forward(&forward.admin_key(ADMIN_KEY))
            .expect("forwarded");
        let stop = StopRtpForward::new(&room, &id, answer.forwarders[0].stream_id);
        assert_refused(
            videoroom.stop_rtp_forward(&stop),
            error_code::MISSING_ELEMENT,
        );
        videoroom
            .stop_rtp_forward(&stop.admin_key(ADMIN_KEY))
            .expect("stopped");
    });
}
