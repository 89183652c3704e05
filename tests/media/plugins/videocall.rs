//! VideoCall: two peers that call each other.

use std::thread;

use janus_blocking::{
    VideoCall,
    videocall::{Event, Hangup, Placed},
    webrtc::{Codec, Direction, Peer, PeerBuilder},
};

use super::{Flow, Server, closed_by_janus, each, hears, wait};
use crate::pair::WAIT;

fn phone(server: &Server, name: &str) -> VideoCall {
    let phone: VideoCall = server.attach();
    phone.register(name).expect("registered");
    phone
}

fn with_media(peer: PeerBuilder<'_>) -> PeerBuilder<'_> {
    peer.audio(Direction::SendRecv, &[Codec::Opus])
        .video(Direction::SendRecv, &[Codec::Vp8])
        .data("call")
}

/// Bob is called by Alice.
fn connected(server: &Server, alice: &VideoCall, bob: &VideoCall) -> (Peer, Peer) {
    let (one, other) = thread::scope(|scope| {
        let answering = scope.spawn(|| {
            let offer = wait(bob, "call", |event, jsep| match event {
                Event::IncomingCall(_) => jsep.cloned(),
                _ => None,
            });
            let peer = with_media(server.media.peer(bob));
            let answered = peer.answer_to(&offer, |answer| bob.accept(answer));
            answered.expect("answered").0
        });
        let peer = with_media(server.media.peer(alice));
        let calling = peer.offer_by(|offer| {
            let placed = alice.call("bob", offer)?;
            assert_eq!(placed, Placed::Calling);
            Ok(wait(alice, "answer", |event, jsep| match event {
                Event::Accepted(_) => jsep.cloned(),
                _ => None,
            }))
        });
        (
            calling.expect("a call"),
            answering.join().expect("no panic"),
        )
    });
    one.wait_connected(WAIT).expect("a connection");
    other.wait_connected(WAIT).expect("a connection");
    (one, other)
}

fn call(server: &Server) {
    let (alice, bob) = (phone(server, "alice"), phone(server, "bob"));
    let (one, other) = connected(server, &alice, &bob);
    for (from, to, first) in [(&one, &other, 0), (&other, &one, 100_000)] {
        let (audio, video) = (from.audio().expect("audio"), from.video().expect("video"));
        let sound = Flow::start(from, &audio, first);
        let picture = Flow::start(from, &video, first);
        hears(&to.audio().expect("audio"), first, 50);
        hears(&to.video().expect("video"), first, 50);
        assert!(sound.end() >= 50 && picture.end() >= 50);
    }
    let channel = one.data_channel("call").expect("it was asked for");
    channel.wait_open(WAIT).expect("it opens");
    let there = other.data_channel("call").expect("it was asked for");
    there.wait_open(WAIT).expect("it opens");
    channel.send_text("hello").expect("it is open");
    let hello = there.recv_timeout(WAIT).expect("it is open");
    assert_eq!(hello.expect("a message").text(), Some("hello"));

    alice.hangup(&Hangup::new()).expect("hung up");
    closed_by_janus(&one);
    closed_by_janus(&other);
    wait(&bob, "end", |event, _| {
        matches!(event, Event::Hangup(_)).then_some(())
    });
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn two_peers_call_each_other() {
    each(module_path!(), "two_peers_call_each_other", &[], call);
}
