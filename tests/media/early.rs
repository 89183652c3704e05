//! What comes while an answer is still being sent: frames, the end.

use std::{sync::mpsc, thread, time::Duration};

use janus_blocking::{
    Error, serde_json,
    webrtc::{Codec, Direction, MediaError, MediaTime, PeerClosed},
};

use super::pair::{Side, WAIT};

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
