//! What comes while an answer is still being sent: frames, the end, candidates.

use std::{net::UdpSocket, sync::mpsc, thread, time::Duration};

use janus_blocking::{
    Error, Event, Jsep, serde_json,
    webrtc::{Codec, Direction, MediaError, MediaTime, PeerClosed},
};

use super::pair::{Side, WAIT, changed, talking};

const BOTH: Direction = Direction::SendRecv;

/// The other side is connected, and talks, before `send` has returned.
#[test]
fn frames_that_come_while_the_answer_is_sent_are_there() {
    const FRAMES: u64 = 10;
    let b = Side::new();
    let (offers, offered) = mpsc::channel();
    let (answers, answered) = mpsc::channel();
    let (talked, has_talked) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            let a = Side::new();
            let peer = a.peer().audio(BOTH, &[Codec::Pcma]);
            let peer = peer.offer_by(|offer| {
                offers.send(offer.clone()).expect("it waits");
                Ok(answered.recv_timeout(WAIT).expect("an answer"))
            });
            let peer = peer.expect("an answer");
            peer.wait_connected(WAIT).expect("a connection");
            let track = peer.audio().expect("audio");
            for number in 0..FRAMES {
                let time = MediaTime::new(160 * number, 8000);
                track.write(time, &[number as u8; 160]).expect("connected");
            }
            talked.send((a, peer)).expect("it waits");
        });
        let offer = offered.recv_timeout(WAIT).expect("an offer");
        let answer = b.peer().audio(BOTH, &[Codec::Pcma]);
        let (peer, one) = answer
            .answer_to(&offer, |answer| {
                answers.send(answer.clone()).expect("it waits");
                Ok(has_talked.recv_timeout(WAIT).expect("it is connected"))
            })
            .expect("an offer");
        let track = peer.audio().expect("audio");
        for number in 0..FRAMES {
            let frame = track.recv_timeout(WAIT).expect("it is open");
            assert_eq!(frame.expect("a frame").data[0], number as u8);
        }
        assert_eq!(track.counts().received, FRAMES);
        drop(one);
    });
}

/// Janus ends the call while the answer is on its way.
#[test]
fn a_hangup_that_comes_while_the_answer_is_sent_ends_the_peer() {
    let (a, b) = (Side::new(), Side::new());
    let mut offer = None;
    let _ = a.peer().audio(BOTH, &[Codec::Pcma]).offer_by(|it| {
        offer = Some(it.clone());
        Err(super::pair::refused())
    });
    let answer = b.peer().audio(BOTH, &[Codec::Pcma]);
    let made = answer.answer_to(&offer.expect("an offer"), |_| {
        let reason = serde_json::json!({ "reason": "Close PC" });
        let handle = b.gateway.handle(b.echo.handle().id());
        handle.core_event("hangup", &reason);
        let event = b.echo.events().recv_timeout(WAIT).expect("it is open");
        assert!(event.is_some());
        thread::sleep(Duration::from_millis(300));
        Ok(())
    });
    let why = match made {
        Err(Error::Media(error)) => *error,
        // The thread of the media was slower.
        Ok((peer, ())) => match peer.audio().expect("audio").recv_timeout(WAIT) {
            Err(Error::Media(error)) => *error,
            other => panic!("{other:?}"),
        },
        Err(other) => panic!("{other}"),
    };
    let expected = PeerClosed::ByJanus(Some("Close PC".into()));
    assert_eq!(why.to_string(), MediaError::Closed(expected).to_string());
}

/// The candidates of a description, and the description without them.
fn without_candidates(sdp: &str) -> (Vec<String>, String) {
    let (candidates, others): (Vec<_>, Vec<_>) = sdp.lines().partition(|line| {
        line.starts_with("a=candidate:") || line.starts_with("a=end-of-candidates")
    });
    let text = others.iter().map(|line| format!("{line}\r\n")).collect();
    let candidates = candidates.iter().filter_map(|line| line.strip_prefix("a="));
    let candidates = candidates.filter(|it| it.starts_with("candidate:"));
    (candidates.map(str::to_owned).collect(), text)
}

/// Has Janus tell a side of candidates, until its program has them.
fn trickle(side: &Side, candidates: &[String]) {
    let handle = side.gateway.handle(side.echo.handle().id());
    for candidate in candidates {
        let candidate = serde_json::json!({ "candidate": {
            "sdpMid": "0", "sdpMLineIndex": 0, "candidate": candidate
        }});
        handle.core_event("trickle", &candidate);
    }
    for _ in candidates {
        let event = side.echo.events().recv_timeout(WAIT).expect("it is open");
        assert!(matches!(event, Some(Event::Trickle(_))), "{event:?}");
    }
}

/// As Janus does with `full_trickle`: its candidates come when it has made the offer.
#[test]
fn candidates_that_come_before_the_answer_are_used() {
    let (a, b) = (Side::new(), Side::new());
    let mut other = None;
    let one = a.peer().audio(BOTH, &[Codec::Pcma]).offer_by(|offer| {
        let (candidates, sdp) = without_candidates(&offer.sdp);
        assert!(!candidates.is_empty());
        trickle(&b, &candidates);
        let answer = b.peer().audio(BOTH, &[Codec::Pcma]);
        let (peer, answer) = answer.answer_to(&changed(offer, sdp), |it| Ok(it.clone()))?;
        other = Some(peer);
        // Nor does the one that offers know where the other is.
        Ok(changed(&answer, without_candidates(&answer.sdp).1))
    });
    let (one, other) = (one.expect("an answer"), other.expect("it has answered"));
    one.wait_connected(WAIT).expect("a connection");
    other.wait_connected(WAIT).expect("a connection");
}

/// Whether a request of STUN comes that has this name of ICE in it.
fn asks(socket: &UdpSocket, name: &str) {
    let mut datagram = [0; 1500];
    loop {
        let length = socket.recv(&mut datagram).expect("a request in time");
        let text = String::from_utf8_lossy(&datagram[..length]);
        if text.contains(name) {
            return;
        }
    }
}

fn ice_name(description: &Jsep) -> &str {
    let mut lines = description.sdp.lines();
    let name = lines.find_map(|line| line.strip_prefix("a=ice-ufrag:"));
    name.expect("a name")
}

/// The same before an ICE restart, which forgets what there was.
#[test]
fn candidates_that_come_before_a_restart_is_done_are_used() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = talking(&a, &b);
    for theirs in [true, false] {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        socket.set_read_timeout(Some(WAIT)).expect("it is not zero");
        let port = socket.local_addr().expect("it is bound").port();
        let candidate = format!("candidate:1 1 udp 2015363327 127.0.0.1 {port} typ host");
        let told = |side: &Side| {
            trickle(side, std::slice::from_ref(&candidate));
            asks(&socket, "");
        };
        let mut name = String::new();
        let done = one.renegotiate().restart_ice().offer_by(|offer| {
            if theirs {
                name = ice_name(offer).to_owned();
                told(&b);
            }
            let answer = other.accept_offer(offer, |answer| Ok(answer.clone()))?;
            if !theirs {
                name = ice_name(&answer).to_owned();
                told(&a);
            }
            Ok(answer)
        });
        done.expect("an answer");
        asks(&socket, &name);
    }
}

/// What Janus told of the PeerConnection before is not for the next one.
#[test]
fn candidates_from_before_a_hangup_are_not_used() {
    let (a, b) = (Side::new(), Side::new());
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let time = Duration::from_millis(300);
    socket.set_read_timeout(Some(time)).expect("it is not zero");
    let port = socket.local_addr().expect("it is bound").port();
    let candidate = format!("candidate:1 1 udp 2015363327 127.0.0.1 {port} typ host");
    trickle(&b, &[candidate]);
    let handle = b.gateway.handle(b.echo.handle().id());
    handle.core_event("hangup", &serde_json::json!({ "reason": "Close PC" }));
    let event = b.echo.events().recv_timeout(WAIT).expect("it is open");
    assert!(matches!(event, Some(Event::Hangup { .. })), "{event:?}");
    let (_one, _other) = talking(&a, &b);
    assert!(socket.recv(&mut [0; 1500]).is_err());
}
