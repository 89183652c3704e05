//! Programs that do what they should not: errors, and the call goes on.

#[cfg(feature = "log")]
use std::sync::{Arc, Mutex};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
    time::Duration,
};

use janus_blocking::{
    Error, Result,
    crossbeam_channel::unbounded,
    webrtc::{Codec, Direction, MediaError, MediaTime, Peer, PeerClosed, PeerState, Track},
};

use super::{
    pair::{Side, WAIT, connected, exchange, talking},
    renegotiation::passes,
};

fn assert_connected(peers: [&Peer; 2], after: &str) {
    let states = peers.map(Peer::state);
    let are = [PeerState::Connected, PeerState::Connected];
    assert_eq!(states, are, "after {after}");
}

fn tracks(peer: &Peer) -> [Track; 2] {
    [peer.audio().expect("audio"), peer.video().expect("video")]
}

/// Whether a frame unlike those before comes out at the other end.
fn arrives(from: &Track, to: &Track) {
    let came = (0..3000).any(|number| {
        let time = Duration::from_secs(60) + Duration::from_millis(20) * number;
        from.write(time, &[7; 99]).expect("it is open");
        let came = to.recv_timeout(Duration::from_millis(20));
        came.expect("it is open")
            .is_some_and(|it| it.data[..] == [7; 99])
    });
    assert!(came, "{to:?}");
}

#[test]
fn times_that_make_no_sense_end_no_call() {
    let (a, b) = (Side::new(), Side::new());
    for (audio, video) in [
        (Codec::Opus, Codec::Vp8),
        (Codec::Pcma, Codec::H264),
        (Codec::Pcmu, Codec::Vp9),
    ] {
        let both = Direction::SendRecv;
        let (one, other) = connected(
            a.peer().audio(both, &[audio]).video(both, &[video]).dtmf(),
            b.peer().audio(both, &[audio]).video(both, &[video]).dtmf(),
        );
        let times = [
            (0, 0),
            (0, 1),
            (u64::MAX, 0),
            (u64::MAX, 1),
            (u64::MAX, u32::MAX),
            (u64::MAX / 2, 90_000),
            (u64::from(u32::MAX), 90_000),
            (1 << 63, 1),
            (5, 8000),
            (0, 8000),
        ];
        for (ticks, rate) in times {
            for track in tracks(&one) {
                let _ = track.write(MediaTime::new(ticks, rate), &[0x10, 0, 0, 0x9d, 1, 0x2a, 1]);
            }
            let _ = one
                .audio()
                .expect("audio")
                .send_dtmf("1", Duration::from_millis(40));
            assert_connected(
                [&one, &other],
                &format!("{ticks} at {rate} of {audio}, {video}"),
            );
        }
        for track in tracks(&one) {
            let _ = track.write(Duration::MAX, &[1]);
        }
        arrives(&tracks(&one)[0], &tracks(&other)[0]);
        assert_connected([&one, &other], "times");
    }
}

#[test]
fn frames_that_are_none_end_no_call() {
    let (a, b) = (Side::new(), Side::new());
    for codec in [Codec::Vp8, Codec::H264, Codec::Vp9] {
        let both = Direction::SendRecv;
        let (one, other) = connected(
            a.peer().audio(both, &[Codec::Opus]).video(both, &[codec]),
            b.peer().audio(both, &[Codec::Opus]).video(both, &[codec]),
        );
        let [audio, video] = tracks(&one);
        let mut seed = 9_u64;
        for number in 0..300 {
            let length = 1 + number * number % 2000;
            let mut data: Vec<u8> = std::iter::repeat_with(|| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (seed >> 56) as u8
            })
            .take(length)
            .collect();
            // Start codes at the beginning and anywhere.
            if number % 3 == 0 {
                data.splice(0..0, [0, 0, 0, 1]);
            }
            if number % 5 == 0 {
                data.extend([0, 0, 1]);
            }
            let time = Duration::from_millis(20) * u32::try_from(number).expect("small");
            let _ = video.write(time, &data);
            let _ = audio.write(time, &data[..data.len().min(1100)]);
            assert_connected([&one, &other], &format!("frame {number} of {codec}"));
        }
        for (track, length) in [(&audio, 0), (&video, 0), (&audio, 1101), (&video, 17 << 20)] {
            let error = track.write(Duration::ZERO, &vec![0; length]).unwrap_err();
            assert!(
                matches!(error, Error::Config { field: "data", .. }),
                "{error}"
            );
        }
        let [there, _] = tracks(&other);
        let came = (0..3000).any(|number| {
            let time = Duration::from_secs(60) + Duration::from_millis(20) * number;
            audio.write(time, &[7; 99]).expect("it is open");
            let came = there.recv_timeout(Duration::from_millis(20));
            came.expect("it is open")
                .is_some_and(|it| it.data[..] == [7; 99])
        });
        assert!(came, "{there:?}");
        assert_connected([&one, &other], "garbage");
    }
}

/// What is not to be made is dropped on its way, by an error or a panic of the program's.
#[test]
fn a_closure_that_panics_leaves_nothing_behind() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Pcma];
    let peer = || a.peer().audio(Direction::SendRecv, &codecs);
    let made = catch_unwind(AssertUnwindSafe(|| peer().offer_by(|_| panic!("a fault"))));
    assert!(made.is_err());
    let made = catch_unwind(AssertUnwindSafe(|| {
        exchange(
            b.peer().audio(Direction::SendRecv, &codecs),
            peer(),
            |jsep| {
                assert!(jsep.sdp.contains("a=setup:actpass"), "a fault");
                jsep.clone()
            },
        )
    }));
    assert!(made.is_err());
    let (one, other) = talking(&a, &b);
    let (here, there) = (one.audio().expect("audio"), other.audio().expect("audio"));
    let hold = || one.renegotiate().direction(&here, Direction::SendOnly);
    let held = catch_unwind(AssertUnwindSafe(|| hold().offer_by(|_| panic!("a fault"))));
    assert!(held.is_err());
    // As if it had failed.
    assert_eq!(here.direction(), Direction::SendRecv);
    passes(&here, &there);
    passes(&there, &here);
    let done = hold().offer_by(|offer| other.accept_offer(offer, |answer| Ok(answer.clone())));
    done.expect("the next one is not kept out");
    assert_eq!(there.direction(), Direction::RecvOnly);
}

#[test]
fn a_peer_that_is_closed_while_it_negotiates_says_so() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = talking(&a, &b);
    let track = one.audio().expect("audio");
    let hold = one.renegotiate().direction(&track, Direction::SendOnly);
    let held = hold.offer_by(|offer| {
        let answer = other.accept_offer(offer, |answer| Ok(answer.clone()));
        one.close();
        answer
    });
    let closed = |result: Result<()>| match result.unwrap_err() {
        Error::Media(error) => *error,
        other => panic!("{other}"),
    };
    assert_eq!(closed(held.map(drop)), MediaError::Closed(PeerClosed::ByUs));
    assert!(track.write(Duration::ZERO, &[1]).is_err() && track.recv().is_err());
    assert_eq!(track.direction(), Direction::SendRecv);
}

#[test]
fn who_waits_for_a_peer_hears_of_its_end() {
    let (a, b) = (Side::new(), Side::new());
    let (one, _other) = talking(&a, &b);
    let track = one.audio().expect("audio");
    thread::scope(|scope| {
        let waits = [
            scope.spawn(|| track.recv().map(drop)),
            scope.spawn(|| track.recv_timeout(WAIT).map(drop)),
            scope.spawn(|| track.send_dtmf("1", Duration::from_millis(40))),
        ];
        thread::sleep(Duration::from_millis(50));
        drop(one);
        for waits in waits {
            assert!(waits.join().expect("no panic").is_err());
        }
    });
}

/// The second peer of a handle takes its place; the first one is not disturbed by its end.
#[test]
fn two_peers_of_one_handle_and_of_one_media_do_not_break_others() {
    let (a, b, c) = (Side::new(), Side::new(), Side::new());
    let (first, _other) = talking(&a, &b);
    let (second, third) = talking(&a, &c);
    passes(
        &second.audio().expect("audio"),
        &third.audio().expect("audio"),
    );
    drop(first);
    passes(
        &third.audio().expect("audio"),
        &second.audio().expect("audio"),
    );
    // Two of the same media have one address, and do not find each other.
    let codecs = [Codec::Pcma];
    let (one, _same) = exchange(
        a.peer().audio(Direction::SendRecv, &codecs),
        a.peer().audio(Direction::SendRecv, &codecs),
        Clone::clone,
    )
    .expect("a common description");
    let error = one.wait_connected(Duration::from_millis(500)).unwrap_err();
    assert!(error.is_timeout(), "{error}");
    passes(
        &second.audio().expect("audio"),
        &third.audio().expect("audio"),
    );
    assert_connected([&second, &third], "a loop");
}

/// Looks at a peer whenever the crate logs something on the thread that it was given for.
#[cfg(feature = "log")]
struct Curious(Mutex<Option<(thread::ThreadId, Arc<Peer>)>>);

#[cfg(feature = "log")]
impl log::Log for Curious {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let asked = self.0.lock().expect("no panic").clone();
        if let Some((thread, peer)) = asked {
            if thread == thread::current().id() && record.target() == "janus_blocking" {
                assert_eq!(peer.tracks().len(), 1);
                LOGGED
                    .lock()
                    .expect("no panic")
                    .push(record.args().to_string());
            }
        }
    }

    fn flush(&self) {}
}

#[cfg(feature = "log")]
static CURIOUS: Curious = Curious(Mutex::new(None));

#[cfg(feature = "log")]
static LOGGED: Mutex<Vec<String>> = Mutex::new(Vec::new());

#[cfg(feature = "log")]
#[test]
fn a_logger_may_use_the_peer_that_it_is_told_of() {
    log::set_logger(&CURIOUS).expect("it is the only one");
    log::set_max_level(log::LevelFilter::Debug);
    let (a, b) = (Side::new(), Side::new());
    let both = Direction::SendRecv;
    let (one, _other) = connected(
        a.peer().video(both, &[Codec::Vp8]),
        b.peer().video(both, &[Codec::Vp8]),
    );
    let peer = Arc::new(one);
    let (done, is_done) = unbounded();
    thread::spawn(move || {
        *CURIOUS.0.lock().expect("no panic") = Some((thread::current().id(), peer.clone()));
        peer.close();
        *CURIOUS.0.lock().expect("no panic") = None;
        let _ = done.send(());
    });
    assert_eq!(is_done.recv_timeout(WAIT), Ok(()), "it waits for itself");
    let logged = LOGGED.lock().expect("no panic").clone();
    assert!(
        logged.iter().any(|it| it.starts_with("a peer has ended")),
        "{logged:?}"
    );
}
