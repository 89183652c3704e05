//! What the signalling suffers, and media does not: cuts, and an owner that leaves. Real servers.

use std::collections::BTreeSet;

use common::{Janus, Version, WireProxy, program::in_own_namespace};
use janus_blocking::{
    Connection, EchoTest, Event, Handle, Session,
    connection::ConnectionState,
    echotest::Settings,
    serde_json::{self, Value},
    webrtc::{Codec, Direction, Media, Peer, PeerState},
};

use super::{
    flow::{STEP, lost, until_it_flows, write},
    pair::WAIT,
};

/// A peer whose audio and video come back.
fn echoed(session: &Session, media: &Media) -> (EchoTest, Peer) {
    let echo: EchoTest = session.attach().expect("a handle");
    let settings = Settings::new().audio(true).video(true);
    let peer = media
        .peer(echo.handle())
        .audio(Direction::SendRecv, &[Codec::Opus])
        .video(Direction::SendRecv, &[Codec::Vp8])
        .offer_by(|offer| echo.offer(&settings, offer))
        .expect("an answer");
    peer.wait_connected(WAIT).expect("a connection");
    (echo, peer)
}

/// Sends three seconds of both, with `halfway` in the middle: all of it comes back.
fn nothing_is_lost(peer: &Peer, halfway: impl FnOnce()) {
    let (audio, video) = (peer.audio().expect("audio"), peer.video().expect("video"));
    let next = until_it_flows(&audio, &audio, 0);
    let next = until_it_flows(&video, &video, next);
    let missing = lost(&[(&audio, &audio), (&video, &video)], next, 150, halfway);
    assert_eq!(missing, [BTreeSet::new(), BTreeSet::new()]);
}

fn server(version: Version) -> Janus {
    Janus::builder()
        .version(version)
        .reclaim_timeout(60)
        .start()
}

fn cut(version: Version) {
    let server = server(version);
    let proxy = WireProxy::start(&server);
    let janus = Connection::open(&proxy.url()).expect("it runs");
    let states = janus.states();
    let session = janus.create_session().expect("a session");
    let media = Media::start().expect("a thread");
    let (echo, peer) = echoed(&session, &media);
    nothing_is_lost(&peer, || proxy.cut());
    assert_eq!(peer.state(), PeerState::Connected, "{version}");

    // The cut was one: the session was claimed over a new link, and the handle is the same.
    let mut seen = Vec::new();
    while seen.last() != Some(&ConnectionState::Connected) {
        seen.push(states.recv_timeout(WAIT).expect("a new link"));
    }
    let broken = |state: &ConnectionState| matches!(state, ConnectionState::Reconnecting { .. });
    assert!(seen.iter().any(broken), "{version}: {seen:?}");
    assert_eq!(proxy.connections(), 2);
    assert!(verbs(&proxy).contains(&"claim".to_owned()));
    let settings = Settings::new().bitrate(256_000);
    echo.configure(&settings).expect("it is there");
}

fn verbs(proxy: &WireProxy) -> Vec<String> {
    let sent = proxy.sent();
    let verbs = sent.iter().map(|text| {
        let message: Value = serde_json::from_str(text).expect("JSON");
        message["janus"].as_str().expect("a verb").to_owned()
    });
    verbs.collect()
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn no_frame_is_lost_by_a_cut_of_the_signalling() {
    let test = "no_frame_is_lost_by_a_cut_of_the_signalling";
    if in_own_namespace(module_path!(), test) {
        Version::ALL.into_iter().for_each(cut);
    }
}

/// Waits until Janus has freed that handle's PeerConnection.
#[track_caller]
pub(crate) fn wait_freed(server: &Janus, handle: &Handle) {
    server.log().wait_freed(handle.id().value(), 1, WAIT);
}

/// Abandons the session while media flows, and claims it elsewhere; then the peer goes too.
fn left(version: Version) {
    let server = server(version);
    let proxy = WireProxy::start(&server);
    let first = Connection::open(&proxy.url()).expect("it runs");
    let second = Connection::open(&server.url()).expect("it runs");
    let session = first.create_session().expect("a session");
    let media = Media::start().expect("a thread");
    let (_echo, peer) = echoed(&session, &media);
    let mut resumed = None;
    nothing_is_lost(&peer, || {
        let ticket = session.abandon();
        assert!(ticket.handles[0].peer);
        resumed = Some(second.resume(&ticket).expect("it is there"));
    });
    let resumed = resumed.expect("it was claimed");
    assert!(resumed.handles[0].peer);
    let echo: EchoTest = resumed.session.reattach(&resumed.handles[0]).expect("it");
    let events = echo.events();

    // Janus hears nothing of the peer's end, and misses its media after a second; on a busy machine
    // perhaps before, too, for a while.
    drop((peer, media));
    first.close();
    let mut flows = true;
    loop {
        let wait = if flows { WAIT } else { 10 * STEP };
        match events.recv_timeout(wait).expect("it is open") {
            Some(Event::Media(it)) => flows = it.receiving != Some(false),
            Some(Event::Hangup { .. } | Event::Detached) => panic!("{version}: it has ended"),
            Some(_) => {}
            None if flows => panic!("{version}: Janus misses nothing"),
            None => break,
        }
    }
    let sent = verbs(&proxy);
    let ends = ["detach", "hangup", "destroy"];
    assert!(!sent.iter().any(|verb| ends.contains(&&**verb)), "{sent:?}");

    // The same handle, with a peer of the next owner's.
    let media = Media::start().expect("a thread");
    let next = || {
        let peer = media
            .peer(echo.handle())
            .audio(Direction::SendRecv, &[Codec::Opus]);
        peer.offer_by(|offer| echo.offer(&Settings::new().audio(true), offer))
    };
    echo.handle().hangup().expect("it is there");
    assert!(!resumed.session.ticket().handles[0].peer);
    let hangup = std::iter::from_fn(|| events.recv_timeout(WAIT).expect("it is open"))
        .find(|event| matches!(event, Event::Hangup { .. }));
    assert!(hangup.is_some(), "{version}");
    wait_freed(&server, echo.handle());
    let peer = next().expect("an answer");
    peer.wait_connected(WAIT).expect("a connection");
    let audio = peer.audio().expect("audio");
    until_it_flows(&audio, &audio, 0);
    write(&audio, 0);
    assert!(resumed.session.ticket().handles[0].peer);
    peer.close();
    assert!(!resumed.session.ticket().handles[0].peer);
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn a_peer_of_an_abandoned_session_goes_on_and_leaves_in_silence() {
    let test = "a_peer_of_an_abandoned_session_goes_on_and_leaves_in_silence";
    if in_own_namespace(module_path!(), test) {
        Version::ALL.into_iter().for_each(left);
    }
}
