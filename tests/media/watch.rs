//! The example `watch_stream` on real servers.

use std::{
    net::UdpSocket,
    process::{Command, Output},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use common::{
    Janus, TempDir, Version,
    program::{example, in_own_namespace},
};
use janus_blocking::{
    Connection, Streaming,
    streaming::{CreateRtp, RtpStream},
    webrtc::{Codec, Ivf, OggOpus, Source},
};

/// Of Opus and of VP8 in the mountpoint.
const AUDIO: u8 = 111;
const VIDEO: u8 = 96;

/// Which of the frames it is.
fn number(data: &[u8]) -> Option<u16> {
    let at = data.len().checked_sub(2)?;
    Some(u16::from_be_bytes([data[at], data[at + 1]]))
}

/// 20 ms of CELT.
fn sound(number: u16) -> Vec<u8> {
    let mut frame = vec![0xfc];
    frame.extend([0x55; 60]);
    frame.extend(number.to_be_bytes());
    frame
}

/// A picture of 640x480; each tenth is a keyframe.
fn picture(number: u16) -> Vec<u8> {
    let mut frame = if number % 10 == 0 {
        vec![0x10, 2, 0, 0x9d, 1, 0x2a, 0x80, 0x02, 0xe0, 0x01]
    } else {
        vec![0x11, 0, 0]
    };
    frame.resize(400, 0x55);
    frame.extend(number.to_be_bytes());
    frame
}

struct Feed {
    socket: UdpSocket,
    ports: [u16; 2],
}

impl Feed {
    /// A packet that is a whole frame.
    fn send(&self, port: u16, kind: u8, number: u16, ticks: u32, payload: &[u8]) {
        let mut packet = vec![0x80, 0x80 | kind];
        packet.extend(number.to_be_bytes());
        packet.extend((u32::from(number) * ticks).to_be_bytes());
        packet.extend([0, 0, 0, kind]);
        packet.extend(payload);
        let _ = self.socket.send_to(&packet, ("127.0.0.1", port));
    }

    /// 50 frames of audio and 25 of video a second.
    fn run(&self, over: &AtomicBool) {
        for step in 0..u16::MAX {
            if over.load(Ordering::Relaxed) {
                return;
            }
            self.send(self.ports[0], AUDIO, step, 960, &sound(step));
            if step % 2 == 0 {
                // Begins a partition, which is all that the descriptor says.
                let payload = [&[0x10][..], &picture(step / 2)].concat();
                self.send(self.ports[1], VIDEO, step / 2, 3600, &payload);
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Runs the example while media flows.
fn watched(url: &str, feed: &Feed, words: &[&str]) -> Output {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| feed.run(&over));
        let mut program = Command::new(example("watch_stream"));
        let done = program.arg(url).args(words).output();
        over.store(true, Ordering::Relaxed);
        done.expect("it was built")
    })
}

fn frames(mut source: impl Source, codec: Codec) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    while let Some((frame, _)) = source.next_frame(codec).expect("a whole file") {
        all.push(frame);
    }
    all
}

/// Whether they are frames that were sent one after the other.
fn check(frames: &[Vec<u8>], made: fn(u16) -> Vec<u8>) {
    let first = number(&frames[0]).expect("a number");
    for (number, frame) in (first..).zip(frames) {
        assert_eq!(*frame, made(number), "{number} after {first}");
    }
}

fn story(version: Version) {
    // Built before there is a server: that takes long.
    example("watch_stream");
    let server = Janus::builder().version(version).start();
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let streaming: Streaming = session.attach().expect("a handle");
    let create = CreateRtp::new(vec![
        RtpStream::audio("a").codec("opus").pt(AUDIO),
        RtpStream::video("v").codec("vp8").pt(VIDEO),
    ]);
    let created = streaming.create_rtp(&create.pin("2580"));
    let stream = created.expect("a mountpoint").stream;
    let port = |mid: &str| {
        let mut ports = stream.ports.iter();
        let port = ports.find(|port| port.mid == mid).expect("a stream");
        port.port.expect("a port")
    };
    let feed = Feed {
        socket: UdpSocket::bind("127.0.0.1:0").expect("a port"),
        ports: [port("a"), port("v")],
    };
    let id = stream.id.to_string();
    let folder = TempDir::new("watch");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (audio, video) = (path("gate.ogg"), path("gate.ivf"));
    let words = [
        &*id,
        "--pin",
        "2580",
        "--seconds",
        "4",
        "--audio",
        &audio,
        "--video",
        &video,
    ];
    let done = watched(&server.url(), &feed, &words);
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let complains = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{version}: {complains}");
    println!("{version}: {said}");

    let sounds = frames(OggOpus::open(&audio).expect("Ogg Opus"), Codec::Opus);
    let pictures = frames(Ivf::open(&video).expect("IVF"), Codec::Vp8);
    assert!(sounds.len() > 20 && pictures.len() > 10, "{said}");
    check(&sounds, sound);
    check(&pictures, picture);
    assert_eq!(
        number(&pictures[0]).map(|it| it % 10),
        Some(0),
        "a keyframe"
    );
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines[0], "connected");
    let length = sounds.len() * 20;
    let told = format!(
        "audio: {} frames, {length} ms, 0 packets lost",
        sounds.len()
    );
    assert_eq!(lines[1], told);
    let told = format!("video: {} frames, ", pictures.len());
    assert!(lines[2].starts_with(&told), "{said}");

    // A part of the stream alone; then what there is not.
    let only = path("only.ivf");
    let words = [&*id, "--pin", "2580", "--seconds", "2", "--video", &only];
    let done = watched(&server.url(), &feed, &words);
    assert!(done.status.success(), "{version}: {done:?}");
    check(&frames(Ivf::open(&only).expect("IVF"), Codec::Vp8), picture);
    for (words, complaint) in [
        (&[&*id, "--audio", &audio][..], "watch"),
        (
            &[&*id, "--pin", "2580", "--audio", "call.mp3"],
            ".ogg or .wav",
        ),
        (
            &[&*id, "--pin", "2580", "--video", &path("a.h264")],
            "no common codec",
        ),
        (&[&*id], "usage"),
    ] {
        let done = watched(&server.url(), &feed, words);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!done.status.success(), "{words:?}");
        assert!(said.contains(complaint), "{words:?}: {said}");
        assert!(!said.contains("2580"), "{said}");
    }
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn a_stream_is_received_into_files_from_janus_1_1_2() {
    let test = "a_stream_is_received_into_files_from_janus_1_1_2";
    if in_own_namespace(module_path!(), test) {
        story(Version::V1_1_2);
    }
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn a_stream_is_received_into_files_from_janus_1_4_1() {
    let test = "a_stream_is_received_into_files_from_janus_1_4_1";
    if in_own_namespace(module_path!(), test) {
        story(Version::V1_4_1);
    }
}
