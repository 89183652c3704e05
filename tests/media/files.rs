//! Files are played into tracks, and what comes on tracks is written into files.

use std::{fs, path::Path, thread, time::Duration};

use common::{ogg::opus_file, temp_dir::TempDir, wait::wait_for};
use janus_blocking::{
    Error, Result,
    webrtc::{
        AnnexB, AnnexBRecorder, Codec, Direction, Ivf, IvfRecorder, OggOpus, OggOpusRecorder, Peer,
        Recorded, Sink, Source, Stop, Track, WavG711, WavRecorder,
    },
};

use super::pair::{Side, WAIT, connected};

/// Two connected peers with a track from one to the other.
fn one_way(a: &Side, b: &Side, codec: Codec) -> (Peer, Peer) {
    let codecs = [codec];
    let (here, there) = (a.peer(), b.peer());
    if codec.is_audio() {
        return connected(
            here.audio(Direction::SendOnly, &codecs),
            there.audio(Direction::RecvOnly, &codecs),
        );
    }
    connected(
        here.video(Direction::SendOnly, &codecs),
        there.video(Direction::RecvOnly, &codecs),
    )
}

/// Plays a source of so many frames to a sink at the other end.
fn over(codec: Codec, source: impl Source + Send, sink: impl Sink + Send, frames: u64) -> Recorded {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = one_way(&a, &b, codec);
    let only = |peer: &Peer| -> Track { peer.tracks().remove(0) };
    let (from, to) = (only(&one), only(&other));
    thread::scope(|scope| {
        let recording = scope.spawn(|| to.record(sink, &Stop::new()));
        let played = from.play(source, &Stop::new()).expect("it plays");
        assert_eq!((played.frames, played.finished), (frames, true));
        wait_for(WAIT, || (to.counts().received == frames).then_some(()))
            .unwrap_or_else(|| panic!("{:?}", to.counts()));
        one.close();
        recording.join().expect("no panic").expect("it records")
    })
}

/// What is in a file: frames, and how long each plays.
fn all(mut source: impl Source, codec: Codec) -> Result<Vec<(Vec<u8>, Duration)>> {
    let mut frames = Vec::new();
    while let Some(frame) = source.next_frame(codec)? {
        frames.push(frame);
    }
    Ok(frames)
}

fn opus_packets() -> Vec<Vec<u8>> {
    // 20 ms of CELT, two channels.
    let packet = |number: u8| [vec![0xfc], vec![number; 20 + 13 * usize::from(number)]].concat();
    (0..40).map(packet).collect()
}

#[test]
fn ogg_opus_comes_through_a_call_as_it_was() {
    let folder = TempDir::new("files");
    let (first, second) = (folder.path().join("1.ogg"), folder.path().join("2.ogg"));
    fs::write(&first, opus_file(&opus_packets())).expect("a file");
    let source = OggOpus::open(&first).expect("Ogg Opus");
    let sink = OggOpusRecorder::create(&second).expect("a file");
    let recorded = over(Codec::Opus, source, sink, 40);
    let length = Duration::from_millis(20);
    assert_eq!((recorded.frames, recorded.length), (40, 40 * length));
    assert_eq!(recorded.filled, Duration::ZERO);
    let file = OggOpus::open(&second).expect("it was recorded");
    let expected: Vec<_> = opus_packets().into_iter().map(|it| (it, length)).collect();
    assert_eq!(all(file, Codec::Opus).expect("Opus"), expected);
}

/// A frame of video as encoders make it, up to what follows the heads.
fn picture(codec: Codec, number: u32) -> Vec<u8> {
    let is_key = number % 10 == 0;
    let mut picture = match (codec, is_key) {
        (Codec::Vp8, true) => vec![0x10, 2, 0, 0x9d, 1, 0x2a, 0x80, 0x02, 0xe0, 0x01],
        (Codec::Vp8, false) => vec![0x11, 0, 0],
        (Codec::Vp9, true) => vec![0x82, 0x49, 0x83, 0x42, 0x00, 0x13, 0xf0, 0x0e, 0xf0],
        (Codec::Vp9, false) => vec![0x86, 0],
        (_, true) => vec![
            0, 0, 0, 1, 0x67, 1, 2, 0, 0, 0, 1, 0x68, 3, 0, 0, 0, 1, 0x65, 0x88,
        ],
        (_, false) => vec![0, 0, 0, 1, 0x41, 0x9a],
    };
    picture.resize(if is_key { 5000 } else { 700 }, 0x55 + number as u8 % 32);
    picture
}

/// An IVF file as FFmpeg writes it, at 25 frames a second.
fn ivf(codec: Codec, width: u16, height: u16, frames: u32) -> Vec<u8> {
    let mut file = b"DKIF\0\0\x20\0".to_vec();
    file.extend(if codec == Codec::Vp8 {
        b"VP80"
    } else {
        b"VP90"
    });
    file.extend(width.to_le_bytes());
    file.extend(height.to_le_bytes());
    file.extend(25_u32.to_le_bytes());
    file.extend(1_u32.to_le_bytes());
    file.extend(frames.to_le_bytes());
    file.extend([0; 4]);
    for number in 0..frames {
        let picture = picture(codec, number);
        file.extend((picture.len() as u32).to_le_bytes());
        file.extend(u64::from(number).to_le_bytes());
        file.extend(picture);
    }
    file
}

#[test]
fn ivf_comes_through_a_call_as_it_was() {
    let folder = TempDir::new("files");
    for (codec, width, height) in [(Codec::Vp8, 640, 480), (Codec::Vp9, 320, 240)] {
        let (first, second) = (folder.path().join("1.ivf"), folder.path().join("2.ivf"));
        fs::write(&first, ivf(codec, width, height, 25)).expect("a file");
        let source = Ivf::open(&first).expect("IVF");
        assert_eq!(source.codec(), codec);
        let sink = IvfRecorder::create(&second).expect("a file");
        let recorded = over(codec, source, sink, 25);
        // Up to the last frame.
        let length = Duration::from_millis(40);
        assert_eq!((recorded.frames, recorded.length), (25, 24 * length));

        let before = all(Ivf::open(&first).expect("IVF"), codec).expect("frames");
        let after = all(Ivf::open(&second).expect("IVF"), codec).expect("frames");
        assert_eq!(after, before, "{codec}");
        assert!(after.iter().all(|(_, it)| *it == length), "{codec}");
        // All of the head but the clock is that of the first file.
        let (before, after) = (fs::read(&first), fs::read(&second));
        let (before, after) = (before.expect("a file"), after.expect("a file"));
        assert_eq!(after[..16], before[..16], "{codec}");
        assert_eq!(after[16..24], [0x90, 0x5f, 1, 0, 1, 0, 0, 0], "{codec}");
        assert_eq!(after[24..32], before[24..32], "{codec}");
    }
}

#[test]
fn annex_b_comes_through_a_call_as_it_was() {
    let folder = TempDir::new("files");
    let (first, second) = (folder.path().join("1.h264"), folder.path().join("2.h264"));
    let pictures: Vec<_> = (0..25).map(|it| picture(Codec::H264, it)).collect();
    fs::write(&first, pictures.concat()).expect("a file");
    let source = AnnexB::open(&first, 25).expect("H.264");
    let sink = AnnexBRecorder::create(&second).expect("a file");
    let recorded = over(Codec::H264, source, sink, 25);
    let length = Duration::from_millis(40);
    assert_eq!((recorded.frames, recorded.length), (25, 24 * length));
    let before = all(AnnexB::open(&first, 25).expect("H.264"), Codec::H264);
    let after = all(AnnexB::open(&second, 25).expect("H.264"), Codec::H264);
    let expected: Vec<_> = pictures.into_iter().map(|it| (it, length)).collect();
    assert_eq!(before.expect("pictures"), expected);
    assert_eq!(after.expect("pictures"), expected);
}

#[test]
fn a_recording_of_video_begins_with_a_keyframe_that_was_asked_for() {
    let (a, b, folder) = (Side::new(), Side::new(), TempDir::new("files"));
    let (one, other) = one_way(&a, &b, Codec::Vp8);
    let (from, to) = (one.video().expect("video"), other.video().expect("video"));
    let file = folder.path().join("late.ivf");
    let (events, stop) = (one.events(), Stop::new());
    // None but those that are asked for.
    let mut number = 0;
    let source = |_: Codec| {
        use janus_blocking::webrtc::PeerEvent::KeyframeWanted;
        let mut is_key = false;
        while let Some(event) = events.try_recv()? {
            is_key |= matches!(event, KeyframeWanted { .. });
        }
        number += 1;
        let picture = picture(Codec::Vp8, if is_key { 10 } else { 1 });
        Ok(Some((picture, Duration::from_millis(20))))
    };
    thread::scope(|scope| {
        let playing = scope.spawn(|| from.play(source, &stop));
        let sink = IvfRecorder::create(&file).expect("a file");
        let recording = scope.spawn(|| to.record(sink, &stop));
        // The file grows while the call goes on.
        let read = || all(Ivf::open(&file).ok()?, Codec::Vp8).ok();
        let seen = wait_for(WAIT, || read().filter(|frames| frames.len() > 3));
        stop.stop();
        playing.join().expect("no panic").expect("it plays");
        let recorded = recording.join().expect("no panic").expect("it records");
        let frames = seen.expect("it grows");
        assert_eq!(frames[0].0, picture(Codec::Vp8, 10));
        assert!(recorded.frames >= frames.len() as u64);
        assert!(recorded.frames < to.counts().received);
    });
}

/// Opens a file and reads it to its end.
fn read(file: &Path, kind: &str) -> Result<usize> {
    let frames = match kind {
        "ogg" => all(OggOpus::open(file)?, Codec::Opus),
        "ivf" => all(Ivf::open(file)?, Codec::Vp8),
        "h264" => all(AnnexB::open(file, 25)?, Codec::H264),
        _ => all(WavG711::open(file)?, Codec::Pcma),
    };
    Ok(frames?.len())
}

fn samples() -> [(&'static str, Vec<u8>); 4] {
    let mut wav = b"RIFF\x56\x01\0\0WAVEfmt \x12\0\0\0\x06\0\x01\0".to_vec();
    wav.extend(b"\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0\0\0data\x40\x01\0\0");
    wav.extend([0xd5; 320]);
    let pictures: Vec<_> = (0..3).map(|it| picture(Codec::H264, it)).collect();
    [
        ("ogg", opus_file(&opus_packets()[..4])),
        ("ivf", ivf(Codec::Vp8, 640, 480, 3)),
        ("h264", pictures.concat()),
        ("wav", wav),
    ]
}

#[test]
fn no_file_that_is_cut_off_damaged_or_of_another_kind_panics() {
    let folder = TempDir::new("files");
    let file = folder.path().join("file");
    let mut chance = 1_u64;
    let mut random = move |below: usize| {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) as usize % below
    };
    for (kind, sample) in samples() {
        fs::write(&file, &sample).expect("a file");
        let whole = read(&file, kind).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert!(whole >= 2, "{kind}");
        // The heads at every byte, the rest here and there.
        let ends = (0..100).chain((100..sample.len()).step_by(97));
        for end in ends.filter(|end| *end < sample.len()) {
            fs::write(&file, &sample[..end]).expect("a file");
            match read(&file, kind) {
                Ok(frames) => assert!(frames <= whole, "{kind} {end}"),
                Err(error) => assert!(matches!(error, Error::Config { .. }), "{kind} {error}"),
            }
        }
        for _ in 0..300 {
            let mut damaged = sample.clone();
            for _ in 0..=random(4) {
                let at = random(damaged.len().min(200));
                damaged[at] = random(256) as u8;
            }
            fs::write(&file, &damaged).expect("a file");
            let _ = read(&file, kind);
        }
        for other in ["ogg", "ivf", "h264", "wav"] {
            if other != kind {
                fs::write(&file, &sample).expect("a file");
                let error = read(&file, other).expect_err("another kind");
                // It names the file.
                assert!(error.to_string().contains("/file: "), "{kind}: {error}");
            }
        }
    }
}

#[test]
fn what_a_file_says_of_its_lengths_takes_no_memory() {
    let folder = TempDir::new("files");
    let file = folder.path().join("file.ivf");
    // Frames of 4 GiB, at a clock that runs slowly.
    let mut head = ivf(Codec::Vp8, 640, 480, 1);
    head[32..36].fill(0xff);
    fs::write(&file, &head).expect("a file");
    let error = Ivf::open(&file).expect_err("too large");
    assert!(error.to_string().contains("16 MiB"), "{error}");
    let mut slow = ivf(Codec::Vp8, 640, 480, 2);
    slow[16..20].copy_from_slice(&1_u32.to_le_bytes());
    slow[20..24].fill(0xff);
    let second = 32 + 12 + 5000;
    slow[second + 4..second + 12].fill(0xff);
    fs::write(&file, &slow).expect("a file");
    let frames = all(Ivf::open(&file).expect("IVF"), Codec::Vp8).expect("frames");
    assert!(frames.iter().all(|(_, it)| *it == Duration::from_secs(10)));
    slow[16..20].fill(0);
    fs::write(&file, &slow).expect("a file");
    assert!(Ivf::open(&file).is_err());
    assert!(AnnexB::open(&file, 0).is_err());
}

#[test]
fn files_are_for_tracks_of_their_codec() {
    let folder = TempDir::new("files");
    let path = |name: &str| folder.path().join(name);
    for (kind, sample) in samples() {
        fs::write(path(kind), sample).expect("a file");
    }
    let sources: [(Codec, Box<dyn Source>); 4] = [
        (
            Codec::Pcma,
            Box::new(OggOpus::open(path("ogg")).expect("a file")),
        ),
        (
            Codec::Vp9,
            Box::new(Ivf::open(path("ivf")).expect("a file")),
        ),
        (
            Codec::Vp8,
            Box::new(AnnexB::open(path("h264"), 25).expect("a file")),
        ),
        (
            Codec::Opus,
            Box::new(WavG711::open(path("wav")).expect("a file")),
        ),
    ];
    for (codec, mut source) in sources {
        let error = source.next_frame(codec).expect_err("another codec");
        let text = error.to_string();
        assert!(text.contains(&format!("the track has {codec}")), "{text}");
    }
    let missing = path("nowhere/call");
    for error in [
        OggOpusRecorder::create(&missing).map(drop),
        IvfRecorder::create(&missing).map(drop),
        AnnexBRecorder::create(&missing).map(drop),
        WavRecorder::create(&missing).map(drop),
        OggOpus::open(&missing).map(drop),
        Ivf::open(&missing).map(drop),
        AnnexB::open(&missing, 25).map(drop),
    ] {
        let error = error.expect_err("there is no such folder");
        assert!(error.to_string().contains("nowhere/call"), "{error}");
    }
}
