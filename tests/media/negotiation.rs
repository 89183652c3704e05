//! Descriptions: what is agreed upon, and what is refused.

use std::{cell::Cell, time::Duration};

use janus_blocking::{
    Error, Jsep, testing,
    webrtc::{Codec, Direction, MediaError, PeerClosed, PeerState, Reached},
};

use super::pair::{Side, WAIT, changed, connected, exchange, refused};

fn media_error(error: Error) -> MediaError {
    match error {
        Error::Media(error) => *error,
        other => panic!("{other}"),
    }
}

/// An offer of a peer, that is not made.
fn offer_of(peer: janus_blocking::webrtc::PeerBuilder<'_>) -> Jsep {
    let mut seen = None;
    let error = peer.offer_by(|offer| {
        seen = Some(offer.clone());
        Err(refused())
    });
    // The error of the closure is the error of the call.
    assert!(matches!(error, Err(Error::Config { field: "url", .. })));
    seen.expect("an offer")
}

#[test]
fn an_offer_has_its_candidate_and_waits_for_no_other() {
    let side = Side::new();
    let offer = offer_of(
        side.peer()
            .audio(Direction::SendRecv, &[Codec::Pcma, Codec::Opus]),
    );
    assert_eq!(offer.trickle, Some(false));
    let candidates = offer
        .sdp
        .lines()
        .filter(|line| line.starts_with("a=candidate:"));
    let candidates: Vec<_> = candidates.collect();
    assert_eq!(candidates.len(), 1);
    assert!(candidates[0].contains(" 127.0.0.1 "), "{candidates:?}");
    let line = offer.sdp.lines().find(|line| line.starts_with("m=audio "));
    let formats: Vec<_> = line.expect("audio").split(' ').skip(3).collect();
    assert_eq!(formats, ["8", "111"], "the preferred one first");
}

#[test]
fn directions_are_those_of_both_sides() {
    let (a, b) = (Side::new(), Side::new());
    use Direction::{Inactive, RecvOnly, SendOnly, SendRecv};
    for (offers, answers, here, there) in [
        (SendRecv, SendRecv, SendRecv, SendRecv),
        (SendRecv, RecvOnly, SendOnly, RecvOnly),
        (SendRecv, SendOnly, RecvOnly, SendOnly),
        (SendOnly, SendRecv, SendOnly, RecvOnly),
        (RecvOnly, SendRecv, RecvOnly, SendOnly),
        (SendOnly, SendOnly, Inactive, Inactive),
    ] {
        let (one, other) = connected(
            a.peer().audio(offers, &[Codec::Opus]),
            b.peer().audio(answers, &[Codec::Opus]),
        );
        let (one, other) = (one.audio().expect("audio"), other.audio().expect("audio"));
        assert_eq!(
            (one.direction(), other.direction()),
            (here, there),
            "{offers:?} {answers:?}"
        );
        assert_eq!(
            (one.codec().is_some(), other.codec().is_some()),
            (here.sends(), there.sends())
        );
    }
}

#[test]
fn lines_that_a_peer_was_not_given_are_refused() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = connected(
        a.peer()
            .audio(Direction::SendRecv, &[Codec::Opus])
            .video(Direction::SendOnly, &[Codec::Vp8]),
        b.peer().audio(Direction::SendRecv, &[Codec::Opus]),
    );
    assert_eq!((one.tracks().len(), other.tracks().len()), (1, 1));
    let error = media_error(one.video().unwrap_err());
    assert!(
        matches!(error, MediaError::NoTrack { kind: "video", .. }),
        "{error}"
    );
}

#[test]
fn the_codec_is_the_first_that_both_have() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = connected(
        a.peer().audio(
            Direction::SendRecv,
            &[Codec::Opus, Codec::Pcma, Codec::Pcmu],
        ),
        b.peer()
            .audio(Direction::SendRecv, &[Codec::Pcmu, Codec::Pcma]),
    );
    let codec = |peer: &janus_blocking::webrtc::Peer| peer.audio().expect("audio").codec();
    assert_eq!(
        (codec(&one), codec(&other)),
        (Some(Codec::Pcma), Some(Codec::Pcmu))
    );
}

#[test]
fn without_a_common_codec_nothing_is_sent() {
    let (a, b) = (Side::new(), Side::new());
    let offer = offer_of(
        a.peer()
            .audio(Direction::SendRecv, &[Codec::Pcmu, Codec::Pcma]),
    );
    let sent = Cell::new(false);
    let answer = b.peer().audio(Direction::SendRecv, &[Codec::Opus]);
    let error = answer.answer_to(&offer, |_| {
        sent.set(true);
        Ok(())
    });
    let error = media_error(error.unwrap_err());
    assert!(!sent.get());
    let MediaError::NoCommonCodec { offered, ours, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(
        (offered.join(" "), ours.join(" ")),
        ("PCMU PCMA".to_owned(), "opus".to_owned())
    );
    assert!(
        error
            .to_string()
            .contains("has PCMU, PCMA, and the peer was given opus"),
        "{error}"
    );
    // Nor is there anything to answer.
    let error = media_error(
        b.peer()
            .data("chat")
            .answer_to(&offer, |_| Ok(()))
            .unwrap_err(),
    );
    assert!(matches!(error, MediaError::Sdp { .. }), "{error}");
}

#[test]
fn an_answer_that_refuses_all_is_an_error_and_the_offer_is_withdrawn() {
    let (a, b) = (Side::new(), Side::new());
    let mut other = None;
    let error = a
        .peer()
        .audio(Direction::SendRecv, &[Codec::Opus])
        .offer_by(|offer| {
            let answers = b.peer().audio(Direction::SendRecv, &[Codec::Opus]);
            let (peer, answer) = answers.answer_to(offer, |answer| Ok(answer.clone()))?;
            other = Some(peer);
            let refused = answer.sdp.replace("m=audio 9", "m=audio 0");
            Ok(Jsep::answer(
                refused.replace("a=group:BUNDLE ", "a=group:LS "),
            ))
        });
    let error = error.unwrap_err();
    assert!(matches!(error, Error::Media(_)), "{error}");
    let hangup = a
        .gateway
        .requests()
        .into_iter()
        .filter(|it| it.verb == "hangup");
    assert_eq!(hangup.count(), 1);
}

#[test]
fn what_no_peer_can_be_made_of_is_refused() {
    let side = Side::new();
    for peer in [
        side.peer(),
        side.peer().audio(Direction::SendRecv, &[]),
        side.peer().audio(Direction::SendRecv, &[Codec::Vp8]),
        side.peer().video(Direction::SendRecv, &[Codec::Opus]),
    ] {
        let error = peer
            .offer_by(|_| unreachable!("nothing is sent"))
            .unwrap_err();
        assert!(matches!(error, Error::Config { .. }), "{error}");
    }
}

#[test]
fn who_is_not_answered_says_how_far_it_came() {
    let (a, b) = (Side::new(), Side::new());
    // Nobody reads there.
    let nobody = std::net::UdpSocket::bind("127.0.0.1:0").expect("a port");
    let port = nobody.local_addr().expect("an address").port();
    let away = |jsep: &Jsep| {
        let lines = jsep.sdp.lines().map(|line| {
            let mut words: Vec<_> = line.split(' ').map(str::to_owned).collect();
            if line.starts_with("a=candidate:") {
                words[5] = port.to_string();
            }
            words.join(" ") + "\r\n"
        });
        changed(jsep, lines.collect())
    };
    let codecs = [Codec::Opus];
    let (one, _other) = exchange(
        a.peer().audio(Direction::SendRecv, &codecs),
        b.peer().audio(Direction::SendRecv, &codecs),
        away,
    )
    .expect("a common description");
    let error = one.wait_connected(Duration::from_millis(50)).unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(error.to_string().contains("no STUN answer"), "{error}");
    let error = media_error(error);
    let MediaError::NotConnected { reached, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(
        (reached, one.state()),
        (Reached::Nothing, PeerState::Connecting)
    );
    // A frame that is too early is nobody's.
    one.audio()
        .expect("audio")
        .write(Duration::ZERO, &[1])
        .expect("it is no error");
    assert_eq!(one.audio().expect("audio").counts().sent, 0);
}

#[test]
fn a_wrong_fingerprint_is_found_out() {
    let (a, b) = (Side::new(), Side::new());
    let forged = |jsep: &Jsep| {
        let lines =
            jsep.sdp
                .lines()
                .map(|line| match line.strip_prefix("a=fingerprint:sha-256 ") {
                    Some(_) => format!("a=fingerprint:sha-256 {}\r\n", ["AB"; 32].join(":")),
                    None => format!("{line}\r\n"),
                });
        changed(jsep, lines.collect())
    };
    let codecs = [Codec::Opus];
    let exchanged = exchange(
        a.peer().audio(Direction::SendRecv, &codecs),
        b.peer().audio(Direction::SendRecv, &codecs),
        forged,
    );
    let failed = match exchanged {
        // The one that sees the other's certificate first.
        Ok((one, other)) => common::wait_for(WAIT, || {
            let mut states = [one.state(), other.state()].into_iter();
            states.find_map(|state| match state {
                PeerState::Closed(why) => Some(MediaError::Closed(why)),
                _ => None,
            })
        })
        .expect("the end of one of them"),
        // It has seen it already.
        Err(error) => media_error(error),
    };
    assert!(
        matches!(failed, MediaError::Closed(PeerClosed::Dtls(_))),
        "{failed}"
    );
}

#[test]
fn the_sdp_of_other_stacks_without_what_webrtc_needs_is_refused() {
    let side = Side::new();
    for (sdp, expected) in [
        ("", "no text in `sdp`"),
        ("v=0\r\n", "no media line"),
        (testing::AUDIO_SDP, ""),
    ] {
        let peer = side.peer().audio(Direction::SendRecv, &[Codec::Pcma]);
        let error = peer.answer_to(&Jsep::offer(sdp), |_| Ok(())).unwrap_err();
        let texts = format!(
            "{error} {:?}",
            std::error::Error::source(&error).map(ToString::to_string)
        );
        assert!(texts.contains(expected), "{texts}");
    }
    let answer = Jsep::answer(testing::AUDIO_SDP);
    let peer = side.peer().audio(Direction::SendRecv, &[Codec::Pcma]);
    let error = peer.answer_to(&answer, |_| Ok(())).unwrap_err();
    assert!(error.to_string().contains("it is no offer"), "{error}");
}
