//! Statistics of peers, with packets that are lost on the way.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use common::wait::wait_for;
use janus_blocking::{
    Error,
    webrtc::{
        Codec, Direction, Media, MediaTime, Peer, PeerBuilder, PeerClosed, PeerState, PeerStats,
    },
};

use super::{
    pair::{Side, WAIT, exchange},
    proxy::Proxy,
};

/// One of so many packets of media is lost.
const LOSES: u64 = 5;

/// Measured ten times a second.
fn side() -> Side {
    let media = Media::builder()
        .address([127, 0, 0, 1])
        .stats_every(Duration::from_millis(100))
        .reorder(Duration::from_millis(100), Duration::from_millis(100))
        .start();
    Side::with(media.expect("a thread"))
}

/// Two peers, with a network between them that loses packets, and says how many.
struct Lossy {
    from: Peer,
    to: Peer,
    lost: Arc<AtomicU64>,
    _proxy: Proxy,
}

impl Lossy {
    fn between(offers: PeerBuilder<'_>, answers: PeerBuilder<'_>) -> Self {
        let lost = Arc::<AtomicU64>::default();
        let (seen, loses) = (AtomicU64::new(0), lost.clone());
        let proxy = Proxy::start(Arc::new(move |packet: &[u8]| {
            // RTP, and not RTCP.
            let is_media = packet[0] >> 6 == 2 && !(192..224).contains(&packet[1]);
            if is_media && seen.fetch_add(1, Ordering::Relaxed) % LOSES == LOSES - 1 {
                loses.fetch_add(1, Ordering::Relaxed);
                return Vec::new();
            }
            vec![packet.to_vec()]
        }));
        let (from, to) =
            exchange(offers, answers, |jsep| proxy.change(jsep)).expect("a description");
        from.wait_connected(WAIT).expect("a connection");
        to.wait_connected(WAIT).expect("a connection");
        Self {
            from,
            to,
            lost,
            _proxy: proxy,
        }
    }
}

fn until(peer: &Peer, what: &str, enough: impl Fn(&PeerStats) -> bool) -> PeerStats {
    let seen = wait_for(WAIT, || Some(peer.stats()).filter(&enough));
    seen.unwrap_or_else(|| panic!("{what}: {:#?}", peer.stats()))
}

#[test]
fn packets_that_are_lost_on_the_way_are_counted_on_both_sides() {
    let (a, b) = (side(), side());
    let codecs = [Codec::Pcma];
    let call = Lossy::between(
        a.peer().audio(Direction::SendOnly, &codecs),
        b.peer().audio(Direction::RecvOnly, &codecs),
    );
    let (from, to) = (
        call.from.audio().expect("audio"),
        call.to.audio().expect("audio"),
    );
    // The last one of these is not lost.
    const FRAMES: u64 = 99;
    for number in 0..FRAMES {
        from.write(MediaTime::new(160 * number, 8000), &[0x55; 160])
            .expect("connected");
        thread::sleep(Duration::from_millis(5));
    }
    let lost = FRAMES / LOSES;
    wait_for(WAIT, || {
        (to.counts().received == FRAMES - lost).then_some(())
    })
    .unwrap_or_else(|| panic!("{:?}, {lost} lost", to.counts()));
    assert_eq!(call.lost.load(Ordering::Relaxed), lost);

    let received = until(&call.to, "received", |stats| {
        stats.track(to.mid()).is_some_and(|track| {
            let it = track.received;
            it.packets == FRAMES - lost && it.fraction_lost > 0.0
        })
    });
    let track = received.track(to.mid()).expect("it is there");
    assert_eq!((track.rid.as_deref(), track.sent.packets), (None, 0));
    assert_eq!(track.received.lost, lost);
    assert_eq!(track.received.bytes, (FRAMES - lost) * 160);
    assert!(track.received.fraction_lost < 0.5, "{track:?}");
    assert!(track.received.jitter < Duration::from_secs(1), "{track:?}");

    // The other side hears of it by reports.
    let sent = until(&call.from, "sent", |stats| {
        stats.track(from.mid()).is_some_and(|track| {
            let it = track.sent;
            it.packets == FRAMES && it.lost > 0 && it.round_trip.is_some()
        })
    });
    let track = sent.track(from.mid()).expect("it is there");
    assert!(track.sent.lost <= lost, "{track:?}");
    assert_eq!(
        (track.sent.bytes, track.received.packets),
        (FRAMES * 160, 0)
    );
    assert!(track.sent.round_trip.expect("it was told") < WAIT);

    // Over the addresses of the proxy.
    let pair = sent.pair.expect("they are connected");
    let back = received.pair.expect("they are connected");
    assert!(pair.local != back.remote && pair.remote != back.local);
    assert!(pair.round_trip.is_some_and(|trip| trip < WAIT));
    assert!(sent.sent_bytes > FRAMES * 160 && received.received_bytes > (FRAMES - lost) * 160);
    assert_eq!(sent.state, PeerState::Connected);

    call.to.close();
    let closed = until(&call.from, "closed", |stats| {
        stats.state == PeerState::Closed(PeerClosed::ByJanus(None))
    });
    assert_eq!(
        closed.track(from.mid()).expect("it was").sent.packets,
        FRAMES
    );
}

#[test]
fn what_video_asks_for_is_counted_and_what_came_again_is_not_lost() {
    let (a, b) = (side(), side());
    let codecs = [Codec::Vp8];
    let call = Lossy::between(
        a.peer().video(Direction::SendOnly, &codecs),
        b.peer().video(Direction::RecvOnly, &codecs),
    );
    let (from, to) = (
        call.from.video().expect("video"),
        call.to.video().expect("video"),
    );
    let begin = Instant::now();
    let mut number = 0;
    let enough = |number: u64| {
        let (sent, received) = (call.from.stats(), call.to.stats());
        let sent = sent.track(from.mid()).map(|track| track.sent);
        let received = received.track(to.mid()).map(|track| track.received);
        let (sent, received) = (sent?, received?);
        let asked = sent.nacks.min(received.nacks) > 0 && sent.plis.min(received.plis) > 0;
        let measured = sent.bitrate.min(received.bitrate) > 0 && sent.round_trip.is_some();
        (asked && measured && number > 50).then_some((sent, received))
    };
    let (sent, received) = loop {
        assert!(begin.elapsed() < WAIT, "{:#?}", call.to.stats());
        let time = MediaTime::new(3000 * number, 90_000);
        from.write(
            time,
            &[&[0x10, 0, 0, 0x9d, 1, 0x2a][..], &[7; 500]].concat(),
        )
        .expect("connected");
        number += 1;
        to.request_keyframe().expect("it is open");
        thread::sleep(Duration::from_millis(20));
        if let Some(both) = enough(number) {
            break both;
        }
    };
    println!("{sent:?}\n{received:?}");
    assert!(sent.packets >= received.packets, "{sent:?} {received:?}");
    // Most came when they were sent again.
    let lost = call.lost.load(Ordering::Relaxed);
    assert!(lost > 0 && received.lost < lost, "{lost} {received:?}");
    // At most two a second are sent.
    assert!(
        received.plis <= 2 + 2 * begin.elapsed().as_secs(),
        "{received:?}"
    );
}

#[test]
fn there_are_statistics_before_there_is_a_connection_and_no_interval_is_too_short() {
    let (a, b) = (side(), side());
    let codecs = [Codec::Opus];
    let (one, _other) = exchange(
        a.peer().audio(Direction::SendRecv, &codecs),
        b.peer().audio(Direction::SendRecv, &codecs),
        |jsep| super::pair::changed(jsep, without_candidates(&jsep.sdp)),
    )
    .expect("a common description");
    let stats = one.stats();
    assert_eq!((stats.state, stats.pair), (PeerState::Connecting, None));
    assert!(stats.tracks.is_empty());
    for interval in [Duration::ZERO, Duration::MAX] {
        let refused = Media::builder().stats_every(interval).start();
        let error = refused.expect_err("it would never sleep, or never wake");
        assert!(
            matches!(&error, Error::Config { field, .. } if *field == "stats_every"),
            "{error}"
        );
    }
}

fn without_candidates(sdp: &str) -> String {
    let lines = sdp.lines().filter(|line| !line.contains("candidate"));
    lines.map(|line| line.to_owned() + "\r\n").collect()
}
