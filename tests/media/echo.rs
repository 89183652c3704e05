//! EchoTest of real servers: what is sent comes back.

use std::{env, process::Command, time::Duration};

use common::{
    Janus, Version,
    program::{example, in_own_namespace},
};
use janus_blocking::{
    Connection, EchoTest, Event,
    echotest::Settings,
    serde_json::{self, Value},
    webrtc::{Codec, Direction, Media, MediaTime, PeerClosed, PeerState},
};

use super::pair::WAIT;

/// A second or two of audio, video and data, or as many as `JB_ECHO_SECONDS` says; each side sees
/// what it sent.
fn echo_media(version: Version) {
    let seconds = env::var("JB_ECHO_SECONDS").unwrap_or("2".to_owned());
    // Built before there is a server: that takes long.
    let program = example("echo_media");
    let janus = Janus::builder().version(version).start();
    let done = Command::new(program)
        .args([&*janus.url(), "--seconds", &seconds, "--json"])
        .output()
        .expect("it was built");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    let told: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    println!("{version}: {told}");
    for kind in ["audio", "video"] {
        let count = |what: &str| told[kind][what].as_u64().expect("a number");
        assert!(count("sent") > 10, "{told}");
        assert_eq!(count("received"), count("sent"), "{told}");
    }
    assert!(told["messages"].as_u64() > Some(2), "{told}");
    assert!(told["cpu_ms_per_s"].as_f64() > Some(0.0), "{told}");
    // Two of the crate's.
    assert_eq!(told["threads"], 9, "{told}");
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn audio_video_and_data_come_back_from_janus_1_1_2() {
    if in_own_namespace(
        module_path!(),
        "audio_video_and_data_come_back_from_janus_1_1_2",
    ) {
        echo_media(Version::V1_1_2);
    }
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn audio_video_and_data_come_back_from_janus_1_4_1() {
    if in_own_namespace(
        module_path!(),
        "audio_video_and_data_come_back_from_janus_1_4_1",
    ) {
        echo_media(Version::V1_4_1);
    }
}

/// Each codec, on one handle after the other; then every way for a call to end.
fn codecs_and_ends(version: Version) {
    let server = Janus::builder().version(version).start();
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let media = Media::start().expect("a thread");
    let audio = [
        (Codec::Pcmu, "pcmu"),
        (Codec::Pcma, "pcma"),
        (Codec::Opus, "opus"),
    ];
    for (codec, word) in audio {
        let echo: EchoTest = session.attach().expect("a handle");
        let settings = Settings::new().audio(true).audiocodec(word);
        let peer = media
            .peer(echo.handle())
            .audio(Direction::SendRecv, &[codec])
            .offer_by(|offer| echo.offer(&settings, offer))
            .unwrap_or_else(|error| panic!("{version} {codec}: {error}"));
        peer.wait_connected(WAIT).expect("a connection");
        let track = peer.audio().expect("audio");
        let step = u64::from(codec.clock_rate()) / 50;
        let sent = vec![0x51; 160];
        // The first ones may come before Janus is ready for them.
        let came = (0..500).find_map(|number| {
            track
                .write(MediaTime::new(number * step, codec.clock_rate()), &sent)
                .expect("connected");
            track
                .recv_timeout(Duration::from_millis(100))
                .expect("it is open")
        });
        let frame = came.expect("something comes back");
        assert_eq!(
            (frame.codec, frame.data.len()),
            (codec, sent.len()),
            "{version}"
        );

        echo.handle().hangup().expect("it is there");
        let events = peer.events();
        while !matches!(peer.state(), PeerState::Closed(_)) {
            let _ = events.recv_timeout(WAIT).expect("it ends");
        }
        assert!(
            matches!(peer.state(), PeerState::Closed(PeerClosed::ByJanus(_))),
            "{peer:?}"
        );
    }

    // The end of the peer is heard by Janus.
    let echo: EchoTest = session.attach().expect("a handle");
    let peer = media
        .peer(echo.handle())
        .video(Direction::SendRecv, &[Codec::H264])
        .offer_by(|offer| echo.offer(&Settings::new().video(true).videocodec("h264"), offer))
        .expect("an answer");
    peer.wait_connected(WAIT).expect("a connection");
    drop(peer);
    let events = echo.events();
    let hangup = std::iter::from_fn(|| events.recv_timeout(WAIT).expect("it is open"))
        .find(|event| matches!(event, Event::Hangup { .. }));
    assert!(hangup.is_some(), "{version}");
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn every_codec_of_audio_comes_back_and_ends_are_heard_on_both_sides() {
    let test = "every_codec_of_audio_comes_back_and_ends_are_heard_on_both_sides";
    if in_own_namespace(module_path!(), test) {
        Version::ALL.into_iter().for_each(codecs_and_ends);
    }
}
