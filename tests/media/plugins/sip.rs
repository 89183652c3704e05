//! SIP: two accounts of a registrar call each other through Janus.

use std::{thread, time::Duration};

use common::Kamailio;
use janus_blocking::{
    Error, Jsep, Result, Sip,
    sip::{Accept, Call, Decline, Event, Hangup, Hold, Register, Unhold},
    webrtc::{Codec, Direction, MediaError, Peer, PeerBuilder},
};

use super::{Flow, Server, closed_by_janus, each, hears, next, wait};
use crate::pair::WAIT;

fn phone(server: &Server, kamailio: &Kamailio, user: &str) -> Sip {
    let sip: Sip = server.attach();
    let account = Register::new(kamailio.user_uri(user))
        .secret(kamailio.secret(user))
        .proxy(kamailio.proxy_uri());
    sip.register(&account).expect("registered");
    sip
}

fn with_media(peer: PeerBuilder<'_>) -> PeerBuilder<'_> {
    peer.audio(Direction::SendRecv, &[Codec::Pcma])
}

/// The answer to a call, or why there is none.
fn answer(sip: &Sip) -> Result<Jsep> {
    wait(sip, "answer", |event, jsep| match event {
        Event::Accepted(_) => jsep.cloned().map(Ok),
        Event::Hangup(why) => {
            let why = format!("{} {}", why.code, why.reason).into();
            Some(Err(MediaError::NotAnswered(why).into()))
        }
        _ => None,
    })
}

/// Waits for a call; its offer.
fn rings(sip: &Sip) -> Jsep {
    let offer = wait(sip, "call", |event, jsep| match event {
        Event::IncomingCall(_) => jsep.cloned(),
        _ => None,
    });
    // Janus announces a call before it can respond to it, and nothing tells when it can.
    thread::sleep(Duration::from_millis(50));
    offer
}

/// Alice calls Bob, who does something with the call.
fn call<T: Send>(
    server: &Server,
    [alice, bob]: [&Sip; 2],
    whom: &str,
    responds: impl FnOnce(&Jsep) -> T + Send,
) -> (Result<Peer>, T) {
    thread::scope(|scope| {
        let responding = scope.spawn(|| responds(&rings(bob)));
        let peer = with_media(server.media.peer(alice)).offer_by(|offer| {
            alice.call(&Call::new(whom), offer)?;
            answer(alice)
        });
        (peer, responding.join().expect("no panic"))
    })
}

fn calls(server: &Server) {
    let kamailio = Kamailio::start();
    let [alice, bob, carol, dave] =
        ["1000", "1001", "1002", "1003"].map(|user| phone(server, &kamailio, user));
    let whom = kamailio.user_uri("1003");
    let (refused, ()) = call(server, [&carol, &dave], &whom, |_| {
        let busy = Decline::new().code(486_u16);
        dave.decline(&busy).expect("declined");
    });
    let Err(Error::Media(why)) = refused else {
        panic!("{refused:?}")
    };
    assert!(why.to_string().contains("486"), "{why}");

    let whom = kamailio.user_uri("1001");
    let (peer, (other, _)) = call(server, [&alice, &bob], &whom, |offer| {
        let peer = with_media(server.media.peer(&bob));
        let answered = peer.answer_to(offer, |answer| bob.accept(&Accept::new(), answer));
        answered.expect("answered")
    });
    let peer = peer.expect("it was taken");
    for peer in [&peer, &other] {
        peer.wait_connected(WAIT).expect("a connection");
    }
    let (mine, theirs) = (peer.audio().expect("audio"), other.audio().expect("audio"));
    let flows = [
        Flow::start(&peer, &mine, 0),
        Flow::start(&other, &theirs, 100_000),
    ];
    hears(&theirs, 0, 50);
    hears(&mine, 100_000, 50);
    held(&alice, &peer, [&mine, &theirs]);
    assert!(flows.map(Flow::end).iter().all(|sent| *sent >= 50));

    alice.hangup(&Hangup::new()).expect("hanging up");
    closed_by_janus(&peer);
    closed_by_janus(&other);
}

/// Waits until nothing comes on a track, and reads all that did.
fn silent(track: &janus_blocking::webrtc::Track) {
    common::wait_until(WAIT, "nothing comes any more", || {
        let nothing = track.recv_timeout(Duration::from_millis(300));
        nothing.expect("it is open").is_none()
    });
}

/// A hold of the plugin's, and one that is offered by the peer.
fn held(alice: &Sip, peer: &Peer, [mine, theirs]: [&janus_blocking::webrtc::Track; 2]) {
    alice.hold(&Hold::new()).expect("on hold");
    silent(mine);
    // What Alice sends is still heard: music.
    next(theirs);
    // The plugin ignores requests until its own re-INVITE is done.
    thread::sleep(Duration::from_millis(500));
    alice.unhold(&Unhold::new()).expect("resumed");
    hears(mine, 100_000, 25);
    thread::sleep(Duration::from_millis(500));

    for direction in [Direction::SendOnly, Direction::SendRecv] {
        let change = peer.renegotiate().direction(mine, direction);
        let changed = change.offer_by(|offer| {
            alice.update(offer)?;
            answer(alice)
        });
        changed.expect("agreed");
        assert_eq!(mine.direction(), direction);
        if direction == Direction::SendOnly {
            silent(mine);
        }
        next(theirs);
        thread::sleep(Duration::from_millis(500));
    }
    hears(mine, 100_000, 25);
}

#[test]
#[ignore = "needs Janus, Kamailio and root: run tests/run"]
fn two_accounts_call_refuse_hold_and_change_calls() {
    let test = "two_accounts_call_refuse_hold_and_change_calls";
    each(module_path!(), test, &[], calls);
}
