//! Peers where there is no IPv4: over loopback, and with EchoTest of real servers in a network of
//! their own.

use std::{
    net::{IpAddr, Ipv6Addr},
    process::Command,
};

use common::{
    Janus, Version,
    program::{NAMESPACE, in_own_namespace},
};
use janus_blocking::{
    Connection, EchoTest,
    echotest::Settings,
    webrtc::{Codec, Direction, Media},
};

use super::{
    pair::{Side, WAIT, connected},
    renegotiation::{offered, passes},
};

/// The addresses in a description.
fn addresses(sdp: &str) -> Vec<IpAddr> {
    let lines = sdp.lines().filter(|line| line.starts_with("a=candidate:"));
    let words = lines.filter_map(|line| line.split(' ').nth(4));
    words
        .map(|word| word.parse().expect("an address"))
        .collect()
}

#[test]
fn two_peers_meet_at_the_loopback_address_of_ipv6() {
    let loopback = IpAddr::V6(Ipv6Addr::LOCALHOST);
    let side = || {
        let media = Media::builder().address(loopback).start();
        Side::with(media.expect("a thread"))
    };
    let (a, b) = (side(), side());
    let codecs = [Codec::Opus];
    let (one, other) = connected(
        a.peer().audio(Direction::SendRecv, &codecs).data("chat"),
        b.peer().audio(Direction::SendRecv, &codecs).data("chat"),
    );
    let (here, there) = (one.audio().expect("audio"), other.audio().expect("audio"));
    passes(&here, &there);
    passes(&there, &here);
    let restart = one.renegotiate().restart_ice();
    let done = restart.offer_by(|offer| {
        assert_eq!(addresses(&offer.sdp), [loopback]);
        other.accept_offer(offer, |answer| {
            assert_eq!(addresses(&answer.sdp), [loopback]);
            Ok(answer.clone())
        })
    });
    done.expect("an answer");
    passes(&here, &there);
    passes(&there, &here);
}

#[test]
fn a_peer_with_both_meets_one_that_has_ipv6_only() {
    let both = Media::builder()
        .address([127, 0, 0, 1])
        .address(Ipv6Addr::LOCALHOST)
        .start();
    let only = Media::builder().address(Ipv6Addr::LOCALHOST).start();
    let (a, b) = (
        Side::with(both.expect("a thread")),
        Side::with(only.expect("a thread")),
    );
    let codecs = [Codec::Pcma];
    for (offers, answers) in [(&a, &b), (&b, &a)] {
        let (one, other) = connected(
            offers.peer().audio(Direction::SendRecv, &codecs),
            answers.peer().audio(Direction::SendRecv, &codecs),
        );
        let (here, there) = (one.audio().expect("audio"), other.audio().expect("audio"));
        passes(&here, &there);
        passes(&there, &here);
        offered(one.renegotiate().restart_ice(), &other).expect("an answer");
        passes(&there, &here);
    }
}

/// The namespace's network, without its IPv4.
fn ipv6_only() {
    let commands = format!(
        "set -e; PATH=$PATH:/usr/sbin:/sbin
         ip -6 address add {NETWORK}/64 dev jb0 nodad
         ip address del {NAMESPACE}/24 dev jb0
         ip -6 route add default dev jb0"
    );
    let done = Command::new("sh").args(["-c", &commands]).status();
    assert!(done.expect("a shell").success());
}

const NETWORK: &str = "fd77::1";

fn echo(version: Version) {
    let server = Janus::builder()
        .version(version)
        .setting("media", "ipv6 = true")
        .start();
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    // The address is found: that of the way out.
    let media = Media::start().expect("a thread");
    let settings = Settings::new().audio(true).video(true).videocodec("vp8");
    let own: IpAddr = NETWORK.parse().expect("an address");
    let peer = media
        .peer(echo.handle())
        .audio(Direction::SendRecv, &[Codec::Opus])
        .video(Direction::SendRecv, &[Codec::Vp8])
        .offer_by(|offer| {
            assert_eq!(addresses(&offer.sdp), [own], "{version}");
            let answer = echo.offer(&settings, offer)?;
            let theirs = addresses(&answer.sdp);
            assert!(theirs.contains(&own), "{version}: {theirs:?}");
            Ok(answer)
        })
        .expect("an answer");
    peer.wait_connected(WAIT).expect("a connection");
    for track in peer.tracks() {
        passes(&track, &track);
    }
    let restart = peer.renegotiate().restart_ice();
    let done = restart.offer_by(|offer| echo.offer(&Settings::new(), offer));
    done.expect("an answer");
    for track in peer.tracks() {
        passes(&track, &track);
    }
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn echoes_come_back_where_there_is_no_ipv4() {
    if in_own_namespace(module_path!(), "echoes_come_back_where_there_is_no_ipv4") {
        ipv6_only();
        Version::ALL.into_iter().for_each(echo);
    }
}
