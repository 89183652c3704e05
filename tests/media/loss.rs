//! A network that loses packets: what is repaired.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use janus_blocking::webrtc::{Codec, Direction};

use super::{
    flow::{lost, until_it_flows},
    pair::{Side, WAIT, exchange},
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
