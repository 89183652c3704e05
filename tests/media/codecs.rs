//! Frames of every codec arrive as they were sent.

use std::time::Duration;

use janus_blocking::webrtc::{Codec, Direction, Media, MediaTime, Track};

use super::pair::{Side, WAIT, connected};

/// A frame that the codec's packets can carry, of about that many bytes.
fn frame(codec: Codec, number: u8, bytes: usize, is_key: bool) -> Vec<u8> {
    let mut frame = match (codec, is_key) {
        // The lowest bit says that it needs others.
        (Codec::Vp8, true) => vec![0x10, 0, 0, 0x9d, 1, 0x2a, 64, 0, 64, 0],
        (Codec::Vp8, false) => vec![0x11, 0, 0],
        (Codec::H264, true) => vec![0, 0, 0, 1, 0x65],
        (Codec::H264, false) => vec![0, 0, 0, 1, 0x41],
        (Codec::Vp9, true) => vec![0x82, 0x49, 0x83, 0x42],
        (Codec::Vp9, false) => vec![0x86],
        _ => vec![],
    };
    // No start codes of H.264 in them.
    frame.extend((0..bytes).map(|at| number.wrapping_add(at as u8) | 0x10));
    frame
}

/// Each frame is waited for, so that nothing depends on room in the system.
fn passes(from: &Track, to: &Track, codec: Codec, sizes: impl Iterator<Item = usize>) {
    let rate = codec.clock_rate();
    let step = u64::from(rate) / 50;
    let mut last: Option<u64> = None;
    for (number, bytes) in sizes.enumerate() {
        let is_key = !codec.is_audio() && number % 10 == 0;
        let sent = frame(codec, number as u8, bytes, is_key);
        let time = MediaTime::new(number as u64 * step, rate);
        from.write(time, &sent).expect("it is connected");
        let frame = to.recv_timeout(WAIT).expect("it is open").expect("a frame");
        assert_eq!(*frame.data, *sent, "{codec} {number}");
        assert_eq!((frame.codec, frame.time.rate), (codec, rate));
        assert!(frame.contiguous, "{codec} {number}");
        if matches!(codec, Codec::Vp8 | Codec::H264) {
            assert_eq!(frame.keyframe, is_key, "{codec} {number}");
        }
        if let Some(last) = last {
            assert_eq!(frame.time.ticks - last, step, "{codec} {number}");
        }
        last = Some(frame.time.ticks);
    }
}

#[test]
fn frames_of_audio_arrive_as_they_were_sent() {
    let (a, b) = (Side::new(), Side::new());
    for codec in [Codec::Opus, Codec::Pcmu, Codec::Pcma] {
        let codecs = [codec];
        let (one, other) = connected(
            a.peer().audio(Direction::SendRecv, &codecs),
            b.peer().audio(Direction::SendRecv, &codecs),
        );
        let (one, other) = (one.audio().expect("audio"), other.audio().expect("audio"));
        assert_eq!((one.codec(), other.codec()), (Some(codec), Some(codec)));
        passes(&one, &other, codec, (0..50).map(|number| 100 + number));
        passes(&other, &one, codec, (0..50).map(|_| 160));
        let counts = one.counts();
        assert_eq!((counts.sent, counts.received, counts.dropped), (50, 50, 0));
        assert_eq!(counts.received_bytes, 50 * 160);
    }
}

#[test]
fn a_frame_of_audio_that_one_packet_cannot_carry_is_refused() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Opus];
    let (one, other) = connected(
        a.peer().audio(Direction::SendRecv, &codecs),
        b.peer().audio(Direction::SendRecv, &codecs),
    );
    let (one, other) = (one.audio().expect("audio"), other.audio().expect("audio"));
    passes(&one, &other, Codec::Opus, [1100, 20].into_iter());
    let error = one.write(Duration::from_secs(1), &[7; 1101]).unwrap_err();
    assert!(error.to_string().contains("1101 bytes"), "{error}");
}

#[test]
fn frames_of_video_arrive_as_they_were_sent() {
    let (a, b) = (Side::new(), Side::new());
    for codec in [Codec::Vp8, Codec::H264, Codec::Vp9] {
        let codecs = [codec];
        let (one, other) = connected(
            a.peer().video(Direction::SendOnly, &codecs),
            b.peer().video(Direction::RecvOnly, &codecs),
        );
        let (one, other) = (one.video().expect("video"), other.video().expect("video"));
        let sizes = [10_000, 900, 20, 1200, 1300, 5000];
        passes(&one, &other, codec, sizes.into_iter().cycle().take(30));
    }
}

#[test]
fn audio_and_video_of_one_peer_do_not_mix() {
    let (a, b) = (Side::new(), Side::new());
    let both = |side: &'static Side| {
        side.peer()
            .audio(Direction::SendRecv, &[Codec::Opus])
            .video(Direction::SendRecv, &[Codec::Vp8])
    };
    // They live as long as the program.
    let (a, b) = (Box::leak(Box::new(a)), Box::leak(Box::new(b)));
    let (one, other) = connected(both(a), both(b));
    assert_eq!(one.tracks().len(), 2);
    let track = |peer: &janus_blocking::webrtc::Peer, is_audio| {
        let mut tracks = peer.tracks().into_iter();
        tracks
            .find(|track| track.is_audio() == is_audio)
            .expect("a track")
    };
    std::thread::scope(|scope| {
        for (from, to) in [(&one, &other), (&other, &one)] {
            scope.spawn(|| {
                passes(
                    &track(from, true),
                    &track(to, true),
                    Codec::Opus,
                    (0..100).map(|_| 80),
                )
            });
            scope.spawn(|| {
                passes(
                    &track(from, false),
                    &track(to, false),
                    Codec::Vp8,
                    (0..30).map(|_| 3000),
                )
            });
        }
    });
}

#[test]
fn many_peers_of_one_media_have_one_port_and_keep_apart() {
    let media = Media::builder().address([127, 0, 0, 1]).start();
    let media = media.expect("a thread");
    // The other sides have a port each, as in Janus: that is how they are told apart.
    let sides: Vec<_> = (0..20)
        .map(|_| (Side::with(media.clone()), Side::new()))
        .collect();
    let peers: Vec<_> = sides
        .iter()
        .map(|(a, b)| super::pair::talking(a, b))
        .collect();
    for (number, (one, _)) in peers.iter().enumerate() {
        let track = one.audio().expect("audio");
        track
            .write(Duration::ZERO, &[number as u8; 160])
            .expect("it is connected");
    }
    for (number, (_, other)) in peers.iter().enumerate() {
        let frame = other
            .audio()
            .expect("audio")
            .recv_timeout(WAIT)
            .expect("it is open");
        assert_eq!(*frame.expect("a frame").data, [number as u8; 160]);
    }
}

/// Writes frames of audio with these numbers, and waits for each to arrive.
fn write(numbers: std::ops::Range<u8>, from: &Track, to: &Track) {
    for number in numbers {
        let time = MediaTime::new(160 * u64::from(number), 8000);
        from.write(time, &[number; 160]).expect("it is connected");
        let arrived = || (to.counts().received == u64::from(number) + 1).then_some(());
        common::wait::wait_for(WAIT, arrived).expect("it arrives");
    }
}

/// The numbers of the frames that wait, and whether each says that it follows the one before.
fn waiting(track: &Track) -> Vec<(u8, bool)> {
    let next = || track.try_recv().expect("it is open");
    let frames = std::iter::from_fn(next);
    frames
        .map(|frame| (frame.data[0], frame.contiguous))
        .collect()
}

#[test]
fn frames_that_nobody_reads_are_dropped_the_oldest_first() {
    let media = Media::builder().address([127, 0, 0, 1]).frame_queue(5);
    let (a, b) = (Side::new(), Side::with(media.start().expect("a thread")));
    let (one, other) = super::pair::talking(&a, &b);
    let (one, other) = (one.audio().expect("audio"), other.audio().expect("audio"));
    write(0..1, &one, &other);
    assert_eq!(waiting(&other), [(0, true)]);
    // The one behind the gap says so, and no other.
    write(1..8, &one, &other);
    let expected = [(3, false), (4, true), (5, true), (6, true), (7, true)];
    assert_eq!(waiting(&other), expected);
    write(8..9, &one, &other);
    assert_eq!(waiting(&other), [(8, true)]);
    assert_eq!(other.counts().dropped, 2);
    // Where the reader goes on between two losses, there are two gaps.
    write(9..15, &one, &other);
    let first = other.try_recv().expect("it is open").expect("a frame");
    assert_eq!((first.data[0], first.contiguous), (10, false));
    write(15..17, &one, &other);
    assert_eq!(waiting(&other)[..2], [(12, false), (13, true)]);
    assert_eq!(other.counts().dropped, 4);
}

#[test]
fn frames_that_nobody_reads_take_up_a_bounded_number_of_bytes() {
    let media = Media::builder().address([127, 0, 0, 1]);
    let media = media.frame_queue_bytes(50_000).start();
    let (a, b) = (Side::new(), Side::with(media.expect("a thread")));
    let (one, other) = connected(
        a.peer().video(Direction::SendOnly, &[Codec::Vp8]),
        b.peer().video(Direction::RecvOnly, &[Codec::Vp8]),
    );
    let (one, other) = (one.video().expect("video"), other.video().expect("video"));
    let write = |number: u8, bytes| {
        let picture = frame(Codec::Vp8, number, bytes, true);
        let time = MediaTime::new(3000 * u64::from(number), 90_000);
        one.write(time, &picture).expect("it is connected");
        let arrived = || (other.counts().received == u64::from(number) + 1).then_some(());
        common::wait::wait_for(WAIT, arrived).expect("it arrives");
    };
    (0..10).for_each(|number| write(number, 10_000));
    assert_eq!(other.counts().dropped, 6);
    let next = || other.try_recv().expect("it is open").expect("a frame");
    assert_eq!([next(), next()].map(|it| it.contiguous), [false, true]);
    // One that is larger than that alone.
    write(10, 60_000);
    assert_eq!((next().data.len(), other.counts().dropped), (60_010, 8));
}
