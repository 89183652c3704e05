//! ICE restarts: a new way between the peers, while media goes on.

use std::{
    collections::HashSet,
    fs,
    net::{IpAddr, Ipv4Addr},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use common::program::in_own_namespace;
use janus_blocking::{
    Jsep,
    webrtc::{Codec, Direction, Media, PeerState},
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

/// Gives the interface of this namespace that address, or takes it away, and makes another one the
/// address of the way out.
fn ip(command: &str) {
    let done = Command::new("ip").args(command.split(' ')).status();
    assert!(done.expect("it is there").success(), "ip {command}");
}

/// Whether somebody in this namespace has a UDP socket of that address.
fn is_bound(address: &str) -> bool {
    let ip: Ipv4Addr = address.parse().expect("an address");
    let local = format!(" {:08X}:", u32::from_ne_bytes(ip.octets()));
    let sockets = fs::read_to_string("/proc/thread-self/net/udp");
    sockets.expect("Linux").contains(&local)
}

fn moves() {
    let [old, new, there] = ["10.78.0.1", "10.79.0.1", "10.80.0.1"];
    for address in [old, there] {
        ip(&format!("address add {address}/32 dev jb0"));
    }
    ip(&format!("route replace default dev jb0 src {old}"));
    let a = Side::with(Media::start().expect("a thread"));
    let there: IpAddr = there.parse().expect("an address");
    let b = Media::builder().address(there).start();
    let b = Side::with(b.expect("a thread"));
    let (one, other) = talking(&a, &b);
    let (here, there) = (one.audio().expect("audio"), other.audio().expect("audio"));
    passes(&here, &there);

    ip(&format!("address add {new}/32 dev jb0"));
    ip(&format!("route replace default dev jb0 src {new}"));
    ip(&format!("address delete {old}/32 dev jb0"));
    // Either side's restart finds it.
    for (restarts, answers) in [(&one, &other), (&other, &one)] {
        let restart = restarts.renegotiate().restart_ice();
        let done = restart.offer_by(|offer| {
            let mut said = offer.sdp.clone();
            let answer = answers.accept_offer(offer, |answer| Ok(answer.clone()))?;
            said += &answer.sdp;
            assert!(said.contains(new) && !said.contains(old), "{said}");
            Ok(answer)
        });
        done.expect("an answer");
        passes(&here, &there);
        passes(&there, &here);
    }
    common::wait_until(WAIT, "the old address is let go", || !is_bound(old));
    assert!(is_bound(new));
    // Both addresses, while both are there.
    ip(&format!("address add {old}/32 dev jb0"));
    ip(&format!("route replace default dev jb0 src {old}"));
    let restart = one.renegotiate().restart_ice();
    let done = restart.offer_by(|offer| {
        let both = [old, new]
            .iter()
            .all(|address| offer.sdp.contains(*address));
        assert!(both, "{}", offer.sdp);
        other.accept_offer(offer, |answer| Ok(answer.clone()))
    });
    done.expect("an answer");
    passes(&here, &there);

    // One stays open after its last peer while its address is there, for the next one.
    assert!(is_bound(old) && is_bound(new));
    ip(&format!("address delete {old}/32 dev jb0"));
    one.close();
    common::wait_until(WAIT, "the address is let go", || !is_bound(old));
    assert!(is_bound(new));
}

#[test]
#[ignore = "needs root: run tests/run"]
fn a_restart_finds_the_address_that_the_machine_has_now() {
    let test = "a_restart_finds_the_address_that_the_machine_has_now";
    if in_own_namespace(module_path!(), test) {
        moves();
    }
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
