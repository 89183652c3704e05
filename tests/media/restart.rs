//! ICE restarts: a new way between the peers, while media goes on.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use janus_blocking::{
    Jsep,
    webrtc::{Codec, Direction, PeerState},
};

use super::{
    pair::{Side, WAIT, exchange, talking},
    proxy::Proxy,
    renegotiation::{offered, passes},
};

/// The user name of ICE in a description.
fn name(jsep: &Jsep) -> String {
    let mut lines = jsep.sdp.lines();
    let line = lines.find_map(|line| line.strip_prefix("a=ice-ufrag:"));
    line.expect("a name").to_owned()
}

#[test]
fn either_side_restarts_ice_and_media_goes_on() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = talking(&a, &b);
    let (here, there) = (one.audio().expect("audio"), other.audio().expect("audio"));
    let mut names = HashSet::new();
    for (restarts, answers) in [(&one, &other), (&other, &one), (&one, &other)] {
        let restart = restarts.renegotiate().restart_ice();
        let done = restart.offer_by(|offer| {
            assert!(names.insert(name(offer)), "it is new");
            answers.accept_offer(offer, |answer| {
                assert!(names.insert(name(answer)), "it is new");
                Ok(answer.clone())
            })
        });
        assert!(done.expect("an answer").is_empty());
        for _ in 0..3 {
            passes(&here, &there);
            passes(&there, &here);
        }
        assert_eq!(
            (one.state(), other.state()),
            (PeerState::Connected, PeerState::Connected)
        );
    }
    // Without a restart the names stay.
    let hold = one.renegotiate().direction(&here, Direction::SendOnly);
    let held = hold.offer_by(|offer| {
        assert!(names.contains(&name(offer)));
        other.accept_offer(offer, |answer| Ok(answer.clone()))
    });
    held.expect("an answer");
    passes(&here, &there);
}

#[test]
fn a_restart_finds_another_way_when_the_old_one_is_gone() {
    let (a, b) = (Side::new(), Side::new());
    let cut = Arc::new(AtomicBool::new(false));
    let is_cut = cut.clone();
    let old = Proxy::start(Arc::new(move |packet: &[u8]| {
        let gone = is_cut.load(Ordering::Relaxed);
        (!gone).then(|| packet.to_vec()).into_iter().collect()
    }));
    let codecs = [Codec::Opus];
    let (one, other) = exchange(
        a.peer().audio(Direction::SendRecv, &codecs),
        b.peer().audio(Direction::SendRecv, &codecs),
        |jsep| old.change(jsep),
    )
    .expect("a common description");
    one.wait_connected(WAIT).expect("a connection");
    other.wait_connected(WAIT).expect("a connection");
    let (here, there) = (one.audio().expect("audio"), other.audio().expect("audio"));
    passes(&here, &there);

    cut.store(true, Ordering::Relaxed);
    // The descriptions name the peers' own addresses now, which they cannot have known before.
    offered(one.renegotiate().restart_ice(), &other).expect("an answer");
    passes(&here, &there);
    passes(&there, &here);
    assert_eq!(one.state(), PeerState::Connected);
}
