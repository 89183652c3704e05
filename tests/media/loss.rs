//! A network that loses packets: what is repaired.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use common::TempDir;
use janus_blocking::{
    Result,
    crossbeam_channel::{Receiver, Sender, unbounded},
    webrtc::{Codec, Direction, Frame, IvfRecorder, Media, Peer, PeerEvent, Recorded, Sink, Stop},
};

use super::{
    flow::{STEP, lost, number, numbered, until_it_flows, write},
    pair::{Side, WAIT, connected, exchange, refused},
    proxy::{Harm, Proxy},
};

/// One in so many packets of media is lost, either way, reports and requests included.
const ONE_IN: u64 = 20;

/// How many frames of each kind are sent each way.
const FRAMES: u32 = 250;

/// Loses packets of RTP and RTCP as by chance, but the same in each run with that seed.
pub(crate) fn lossy(seed: u64) -> Harm {
    let state = AtomicU64::new(seed);
    Arc::new(move |packet| {
        // By RFC 7983.
        if !matches!(packet.first(), Some(128..=191)) {
            return vec![packet.to_vec()];
        }
        let step = |it: u64| it.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let before = state.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |it| Some(step(it)));
        let is_lost = (step(before.unwrap_or_else(|it| it)) >> 33) % ONE_IN == 0;
        if is_lost {
            Vec::new()
        } else {
            vec![packet.to_vec()]
        }
    })
}

#[test]
fn lost_packets_of_video_are_repaired_and_those_of_audio_are_not() {
    let (a, b) = (Side::new(), Side::new());
    let proxy = Proxy::start(lossy(0x2545_f491_4f6c_dd1d));
    let both = Direction::SendRecv;
    let (one, other) = exchange(
        a.peer()
            .audio(both, &[Codec::Opus])
            .video(both, &[Codec::Vp8]),
        b.peer()
            .audio(both, &[Codec::Opus])
            .video(both, &[Codec::Vp8]),
        |jsep| proxy.change(jsep),
    )
    .expect("a common description");
    one.wait_connected(WAIT).expect("a connection");
    other.wait_connected(WAIT).expect("a connection");
    let [here, there] = [&one, &other].map(|peer| {
        let tracks = (peer.audio().expect("audio"), peer.video().expect("video"));
        [tracks.0, tracks.1]
    });
    let mut next = 0;
    let mut pairs = Vec::new();
    for (from, to) in here.iter().zip(&there) {
        pairs.extend([(from, to), (to, from)]);
    }
    for (from, to) in &pairs {
        next = until_it_flows(from, to, next);
    }
    let missing = lost(&pairs, next, FRAMES, || ());
    let counts: Vec<_> = missing.iter().map(|it| it.len()).collect();
    println!(
        "of {FRAMES} frames missing: audio {:?}, video {:?}",
        &counts[..2],
        &counts[2..]
    );
    for audio in &counts[..2] {
        assert!((1..60).contains(audio), "{counts:?}");
    }
    for video in &counts[2..] {
        assert!(*video <= 2, "{counts:?}");
    }
}

/// A network, and what has it lose the next packet of video.
fn losing_one() -> (Proxy, Arc<AtomicBool>) {
    let next_is_lost = Arc::new(AtomicBool::new(false));
    let armed = next_is_lost.clone();
    let proxy = Proxy::start(Arc::new(move |packet| {
        // No others are of that size.
        let is_video = matches!(packet.first(), Some(128..=191)) && packet.len() > 150;
        if is_video && armed.swap(false, Ordering::Relaxed) {
            Vec::new()
        } else {
            vec![packet.to_vec()]
        }
    }));
    (proxy, next_is_lost)
}

/// Two peers, the first of which sends video to the other through that network.
fn video_through(proxy: &Proxy, a: &Side, b: &Side) -> (Peer, Peer) {
    let (one, other) = exchange(
        a.peer().video(Direction::SendOnly, &[Codec::Vp8]),
        b.peer().video(Direction::RecvOnly, &[Codec::Vp8]),
        |jsep| proxy.change(jsep),
    )
    .expect("a common description");
    one.wait_connected(WAIT).expect("a connection");
    other.wait_connected(WAIT).expect("a connection");
    (one, other)
}

/// What was held up on the way comes all at once: how many frames are behind a missing one then says
/// nothing about how long it was waited for.
#[test]
fn a_lost_frame_is_waited_for_however_many_follow_it_at_once() {
    let media = || {
        let media = Media::builder().address([127, 0, 0, 1]);
        // So that a frame that is given up early is missing, and one that comes late is not.
        Side::with(media.reorder(WAIT, WAIT).start().expect("a thread"))
    };
    let (a, b) = (media(), media());
    let (proxy, next_is_lost) = losing_one();
    let (one, other) = video_through(&proxy, &a, &b);
    let (from, to) = (one.video().expect("video"), other.video().expect("video"));
    let first = until_it_flows(&from, &to, 0);
    while to.try_recv().expect("it is open").is_some() {}
    next_is_lost.store(true, Ordering::Relaxed);
    let numbers = first..first + 90;
    numbers.clone().for_each(|number| write(&from, number));
    let mut seen = Vec::new();
    while seen.last() != numbers.clone().last().as_ref() {
        let frame = to.recv_timeout(WAIT).expect("it is open");
        seen.push(number(&frame.expect("a frame")));
    }
    seen.retain(|number| *number >= first);
    assert_eq!(seen, numbers.collect::<Vec<_>>());
}

/// The first request after a gap is taken for lost: it is not answered.
#[test]
fn a_recording_asks_for_a_keyframe_until_one_comes() {
    let (a, folder) = (Side::new(), TempDir::new("loss"));
    let media = Media::builder().address([127, 0, 0, 1]);
    // What is missing is given up at once.
    let media = media.reorder(Duration::ZERO, Duration::ZERO);
    let b = Side::with(media.start().expect("a thread"));
    let (proxy, next_is_lost) = losing_one();
    let (one, other) = video_through(&proxy, &a, &b);
    let (from, to) = (one.video().expect("video"), other.video().expect("video"));
    let events = one.events();
    let mut number = 0;
    // Sends pictures until a keyframe is wanted, or for so long; the first one, or one that was wanted,
    // is a keyframe.
    let mut is_wanted = |is_key: bool, limit: Duration| {
        let (begin, mut is_key) = (Instant::now(), is_key);
        while begin.elapsed() < limit {
            let mut picture = numbered(Codec::Vp8, number);
            picture[0] |= u8::from(!is_key);
            from.write(STEP * number, &picture).expect("it is open");
            (number, is_key) = (number + 1, false);
            let event = events.recv_timeout(STEP).expect("it is open");
            if matches!(event, Some(PeerEvent::KeyframeWanted { .. })) {
                return true;
            }
        }
        false
    };
    let stop = Stop::new();
    thread::scope(|scope| {
        let sink = IvfRecorder::create(folder.path().join("1.ivf")).expect("a file");
        let recording = scope.spawn(|| to.record(sink, &stop));
        let begins = is_wanted(false, WAIT);
        // It was told several times, perhaps.
        while is_wanted(true, Duration::from_secs(2)) {}
        next_is_lost.store(true, Ordering::Relaxed);
        let asks = [is_wanted(false, WAIT), is_wanted(false, WAIT)];
        while is_wanted(true, Duration::from_secs(2)) {}
        stop.stop();
        recording.join().expect("no panic").expect("it records");
        assert_eq!((begins, asks), (true, [true, true]));
    });
}

/// A sink that goes on with each frame only when it is told to. Says which it has, and whether that
/// follows the one before.
struct Slow {
    taken: Sender<(u32, bool)>,
    go_on: Receiver<()>,
}

impl Sink for Slow {
    fn frame(&mut self, frame: &Frame) -> Result<()> {
        let told = self.taken.send((number(frame), frame.contiguous));
        told.expect("the test reads");
        self.go_on.recv().map_err(|_| refused())
    }

    fn finish(&mut self) -> Result<Recorded> {
        Ok(Recorded::default())
    }
}

#[test]
fn a_recording_that_cannot_keep_up_asks_for_a_keyframe_where_frames_are_missing() {
    let media = Media::builder().address([127, 0, 0, 1]).frame_queue(5);
    let (a, b) = (Side::new(), Side::with(media.start().expect("a thread")));
    let (one, other) = connected(
        a.peer().video(Direction::SendOnly, &[Codec::Vp8]),
        b.peer().video(Direction::RecvOnly, &[Codec::Vp8]),
    );
    let (from, to) = (one.video().expect("video"), other.video().expect("video"));
    let events = one.events();
    let write = |number: u32| {
        let mut picture = numbered(Codec::Vp8, number);
        picture[0] |= u8::from(number > 0);
        from.write(STEP * number, &picture).expect("it is open");
        let arrived = || (to.counts().received == u64::from(number) + 1).then_some(());
        common::wait::wait_for(WAIT, arrived).expect("it arrives");
    };
    let is_wanted = |limit: Duration| {
        let end = Instant::now() + limit;
        let left = || end.saturating_duration_since(Instant::now());
        while let Some(event) = events.recv_timeout(left()).expect("it is open") {
            if matches!(event, PeerEvent::KeyframeWanted { .. }) {
                return true;
            }
        }
        false
    };
    thread::scope(|scope| {
        let (taken, takes) = unbounded();
        let (go_on, goes_on) = unbounded();
        let sink = Slow {
            taken,
            go_on: goes_on,
        };
        let recording = scope.spawn(|| to.record(sink, &Stop::new()));
        write(0);
        assert_eq!(takes.recv_timeout(WAIT), Ok((0, true)));
        assert!(!is_wanted(Duration::from_millis(100)), "it is a keyframe");
        // The last five wait while the first is written.
        (1..9).for_each(write);
        go_on.send(()).expect("it waits");
        assert_eq!(takes.recv_timeout(WAIT), Ok((4, false)));
        assert!(is_wanted(WAIT));
        drop(go_on);
        recording.join().expect("no panic").expect_err("its sink's");
    });
}
