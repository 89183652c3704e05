//! Offers on peers that are connected: hold, tracks that come and go, and what goes wrong.

use std::time::Duration;

use janus_blocking::{
    Error, Jsep, Result,
    webrtc::{
        Codec, Direction, MediaError, MediaTime, Peer, PeerEvent, Renegotiation, Stop, Track,
    },
};

use super::pair::{Side, WAIT, changed, connected, refused, talking};

/// Offers a change to the other peer.
pub(crate) fn offered(change: Renegotiation<'_>, other: &Peer) -> Result<Vec<Track>> {
    change.offer_by(|offer| other.accept_offer(offer, |answer| Ok(answer.clone())))
}

/// Whether what is written into one track comes out of the other; the first frames may be lost.
#[track_caller]
pub(crate) fn passes(from: &Track, to: &Track) {
    let codec = from.codec().expect("it sends");
    let rate = codec.clock_rate();
    // A keyframe, as far as VP8 looks; audio does not look.
    let data = [0x10, 0, 0, 0x9d, 1, 0x2a, 16, 0, 16, 0, 7, 7];
    while to.try_recv().expect("it is open").is_some() {}
    let came = (0..600_u64).find_map(|number| {
        let time = MediaTime::new(number * u64::from(rate) / 50, rate);
        from.write(time, &data).expect("it is open");
        to.recv_timeout(Duration::from_millis(100))
            .expect("it is open")
    });
    assert_eq!(came.expect("a frame").data.len(), data.len());
}

fn audio(peer: &Peer) -> Track {
    peer.audio().expect("audio")
}

fn media_error(error: Error) -> MediaError {
    match error {
        Error::Media(error) => *error,
        other => panic!("{other}"),
    }
}

/// The next tracks that changed or were added, once some have.
fn told(peer: &Peer) -> Vec<String> {
    let mut told = Vec::new();
    while let Some(event) = peer.events().try_recv().expect("it is open") {
        match event {
            PeerEvent::Track(track) => told.push(format!("+{}", track.mid())),
            PeerEvent::Changed(track) => told.push(format!("{:?}", track.direction())),
            _ => {}
        }
    }
    told
}

#[test]
fn a_call_is_held_and_taken_back() {
    use Direction::{Inactive, RecvOnly, SendOnly, SendRecv};
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = talking(&a, &b);
    passes(&audio(&one), &audio(&other));
    for (direction, here, there) in [
        (SendOnly, SendOnly, RecvOnly),
        (Inactive, Inactive, Inactive),
        (SendRecv, SendRecv, SendRecv),
    ] {
        let change = one.renegotiate().direction(&audio(&one), direction);
        assert!(offered(change, &other).expect("an answer").is_empty());
        assert_eq!(audio(&one).direction(), here);
        assert_eq!(audio(&other).direction(), there);
        assert_eq!(told(&one), [format!("{here:?}")]);
        assert_eq!(told(&other), [format!("{there:?}")]);
        if !there.sends() {
            // Who is held may go on: nobody gets it.
            audio(&other)
                .write(Duration::ZERO, &[1])
                .expect("no error of its own");
        }
        if here == SendOnly {
            passes(&audio(&one), &audio(&other));
        }
    }
    // Who holds and writes does something that it did not want.
    passes(&audio(&one), &audio(&other));
    passes(&audio(&other), &audio(&one));
    let change = one.renegotiate().direction(&audio(&one), RecvOnly);
    offered(change, &other).expect("an answer");
    let error = audio(&one).write(Duration::ZERO, &[1]).unwrap_err();
    assert!(error.to_string().contains("recvonly"), "{error}");
    passes(&audio(&other), &audio(&one));
}

#[test]
fn a_hold_that_changes_nothing_yet_outlasts_the_other_sides() {
    use Direction::{RecvOnly, SendOnly, SendRecv};
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = talking(&a, &b);
    let hold = one.renegotiate().direction(&audio(&one), SendOnly);
    offered(hold, &other).expect("an answer");
    // It only receives already.
    let hold = other.renegotiate().direction(&audio(&other), RecvOnly);
    let added = hold.offer_by(|offer| panic!("{}", offer.sdp));
    assert!(added.expect("it is noted").is_empty());
    let back = one.renegotiate().direction(&audio(&one), SendRecv);
    offered(back, &other).expect("an answer");
    assert_eq!(audio(&other).direction(), RecvOnly);
    assert_eq!(audio(&one).direction(), SendOnly);
    let back = other.renegotiate().direction(&audio(&other), SendRecv);
    offered(back, &one).expect("an answer");
    passes(&audio(&other), &audio(&one));
}

#[test]
fn a_hold_outlasts_an_offer_of_the_other_side() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Opus];
    let video = [Codec::Vp8];
    let (one, other) = connected(
        a.peer()
            .audio(Direction::SendRecv, &codecs)
            .video_later(Direction::SendRecv, &video),
        b.peer()
            .audio(Direction::SendRecv, &codecs)
            .video_later(Direction::SendRecv, &video),
    );
    let hold = one
        .renegotiate()
        .direction(&audio(&one), Direction::Inactive);
    offered(hold, &other).expect("an answer");
    // The held one adds video: that does not end the hold.
    let change = other
        .renegotiate()
        .video(Direction::SendRecv)
        .direction(&audio(&other), Direction::SendRecv);
    offered(change, &one).expect("an answer");
    assert_eq!(audio(&one).direction(), Direction::Inactive);
    assert_eq!(audio(&other).direction(), Direction::Inactive);
    let (here, there) = (one.video().expect("video"), other.video().expect("video"));
    passes(&here, &there);
    passes(&there, &here);
    let back = one
        .renegotiate()
        .direction(&audio(&one), Direction::SendRecv);
    offered(back, &other).expect("an answer");
    passes(&audio(&one), &audio(&other));
    passes(&audio(&other), &audio(&one));
}

#[test]
fn tracks_are_added_and_removed_on_a_connected_peer() {
    let (a, b) = (Side::new(), Side::new());
    let (audio_codecs, video) = ([Codec::Pcma], [Codec::Vp8, Codec::H264]);
    let (one, other) = connected(
        a.peer()
            .audio(Direction::SendRecv, &audio_codecs)
            .video_later(Direction::SendRecv, &video),
        b.peer()
            .audio(Direction::SendRecv, &audio_codecs)
            .video_later(Direction::RecvOnly, &[Codec::Vp8]),
    );
    let change = one
        .renegotiate()
        .video(Direction::SendRecv)
        .audio(Direction::SendOnly);
    let added = offered(change, &other).expect("an answer");
    let kinds: Vec<_> = added.iter().map(|it| (it.is_audio(), it.codec())).collect();
    assert_eq!(
        kinds,
        [(false, Some(Codec::Vp8)), (true, Some(Codec::Pcma))]
    );
    assert_eq!((one.tracks().len(), other.tracks().len()), (3, 3));
    // What the other side allows limits the direction.
    assert_eq!(added[0].direction(), Direction::SendOnly);
    let expected: Vec<_> = added.iter().map(|it| format!("+{}", it.mid())).collect();
    assert_eq!((told(&one), told(&other)), (expected.clone(), expected));
    for track in &added {
        let there = other.tracks().into_iter();
        let mut there = there.filter(|it| it.mid() == track.mid());
        passes(track, &there.next().expect("its other end"));
    }
    passes(&audio(&other), &audio(&one));

    let removed = one.renegotiate().direction(&added[0], Direction::Inactive);
    offered(removed, &other).expect("an answer");
    assert_eq!(
        other.video().expect("its line stays").direction(),
        Direction::Inactive
    );
    passes(&audio(&one), &audio(&other));
    let again = one.renegotiate().direction(&added[0], Direction::SendOnly);
    offered(again, &other).expect("an answer");
    passes(&added[0], &other.video().expect("video"));
}

#[test]
fn a_track_that_the_other_side_has_no_use_for_does_not_come_about() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = connected(
        a.peer()
            .audio(Direction::SendRecv, &[Codec::Pcma])
            .video_later(Direction::SendRecv, &[Codec::Vp8]),
        b.peer().audio(Direction::SendRecv, &[Codec::Pcma]),
    );
    let added = offered(one.renegotiate().video(Direction::SendRecv), &other);
    assert!(added.expect("an answer").is_empty());
    assert!(one.video().is_err() && other.video().is_err());
    passes(&audio(&one), &audio(&other));
    // After that the line is in every description.
    let hold = one
        .renegotiate()
        .direction(&audio(&one), Direction::SendOnly);
    offered(hold, &other).expect("an answer");
    assert_eq!(audio(&other).direction(), Direction::RecvOnly);
}

#[test]
fn what_fails_leaves_the_call_as_it_was() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Opus];
    let (one, other) = connected(
        a.peer()
            .audio(Direction::SendRecv, &codecs)
            .video_later(Direction::SendRecv, &[Codec::Vp8]),
        b.peer()
            .audio(Direction::SendRecv, &codecs)
            .video_later(Direction::SendRecv, &[Codec::Vp8]),
    );
    let change = || {
        one.renegotiate()
            .direction(&audio(&one), Direction::SendOnly)
            .video(Direction::SendRecv)
    };
    let as_before = || {
        for peer in [&one, &other] {
            assert_eq!(peer.tracks().len(), 1);
            assert_eq!(audio(peer).direction(), Direction::SendRecv);
            assert!(told(peer).is_empty());
        }
        passes(&audio(&one), &audio(&other));
        passes(&audio(&other), &audio(&one));
    };
    // The plugin refuses the offer.
    assert!(change().offer_by(|_| Err(refused())).is_err());
    as_before();
    // The answer cannot be sent.
    let error = change().offer_by(|offer| other.accept_offer(offer, |_| Err(refused())));
    assert!(matches!(error, Err(Error::Config { field: "url", .. })));
    as_before();
    // What comes is no answer, or no offer.
    for sdp in ["", "v=0\r\n", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"] {
        assert!(change().offer_by(|_| Ok(Jsep::answer(sdp))).is_err());
        assert!(other.accept_offer(&Jsep::offer(sdp), |_| Ok(())).is_err());
    }
    let same = change().offer_by(|offer| Ok(offer.clone())).unwrap_err();
    assert!(matches!(media_error(same), MediaError::Sdp { .. }));
    as_before();
    // It works after all, also with an offer whose answer got lost.
    let done = change().offer_by(|offer| {
        assert!(
            other
                .accept_offer(offer, |_| Err::<(), _>(refused()))
                .is_err()
        );
        other.accept_offer(offer, |answer| Ok(answer.clone()))
    });
    assert_eq!(done.expect("an answer").len(), 1);
    passes(&one.video().expect("video"), &other.video().expect("video"));
    assert_eq!(audio(&other).direction(), Direction::RecvOnly);
}

/// Stops what plays at the end of a scope, also if that is a panic.
struct Stops<'a>(&'a Stop);

impl Drop for Stops<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

fn about_formats(line: &str) -> bool {
    let about = ["a=rtpmap:", "a=fmtp:", "a=rtcp-fb:"];
    about.iter().any(|start| line.starts_with(start))
}

/// An offer of this peer's with that instead of its formats of audio.
fn with_formats(peer: &Peer, formats: &str, lines: &str) -> Jsep {
    let mut seen = None;
    let change = peer.renegotiate();
    let change = change.direction(&audio(peer), Direction::SendOnly);
    let _ = change.offer_by(|offer| {
        seen = Some(offer.clone());
        Err(refused())
    });
    let offer = seen.expect("an offer");
    let mut sdp = String::new();
    for line in offer.sdp.lines() {
        if line.starts_with("m=audio ") {
            sdp += &format!("m=audio 9 UDP/TLS/RTP/SAVPF {formats}\r\n");
        } else if line.starts_with("a=mid:") {
            sdp += &format!("{line}\r\n{lines}");
        } else if !about_formats(line) {
            sdp += &format!("{line}\r\n");
        }
    }
    changed(&offer, sdp.replace("a=sendonly", "a=sendrecv"))
}

const PCMA: &str = "a=rtpmap:8 PCMA/8000\r\n";
const PCMU: &str = "a=rtpmap:0 PCMU/8000\r\n";

#[test]
fn a_codec_that_the_other_side_drops_is_not_sent_any_more() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Opus, Codec::Pcma, Codec::Pcmu];
    let (one, other) = connected(
        a.peer().audio(Direction::SendRecv, &codecs),
        b.peer().audio(Direction::SendRecv, &codecs),
    );
    let (here, there) = (audio(&one), audio(&other));
    assert_eq!(there.codec(), Some(Codec::Opus));
    let next = |codec| {
        while here.try_recv().expect("it is open").is_some() {}
        passes(&there, &here);
        assert_eq!(there.codec(), Some(codec));
        there.write(Duration::ZERO, &[7; 160]).expect("it is open");
        let frame = here.recv_timeout(WAIT).expect("it is open");
        assert_eq!(frame.expect("a frame").codec, codec);
    };
    // In an offer, and in an answer.
    let offer = with_formats(&one, "0 8", &[PCMU, PCMA].concat());
    other.accept_offer(&offer, |_| Ok(())).expect("it has some");
    assert_eq!(told(&other), ["SendRecv"]);
    next(Codec::Pcma);
    let change = other.renegotiate().restart_ice();
    let changed = change.offer_by(|offer| {
        let answer = one.accept_offer(offer, |answer| Ok(answer.clone()))?;
        let mut sdp = String::new();
        for line in answer.sdp.lines().filter(|it| !about_formats(it)) {
            if line.starts_with("m=audio ") {
                sdp += "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n";
            } else if line.starts_with("a=mid:") {
                sdp += &format!("{line}\r\n{PCMU}");
            } else {
                sdp += &format!("{line}\r\n");
            }
        }
        Ok(Jsep::answer(sdp))
    });
    changed.expect("it has one");
    next(Codec::Pcmu);
    // All that was there before again: the best is sent again.
    let offer = with_formats(&one, "8 0", &[PCMA, PCMU].concat());
    other.accept_offer(&offer, |_| Ok(())).expect("it has some");
    next(Codec::Pcma);
    // An answer that is not sent changes nothing.
    let offer = with_formats(&one, "0", PCMU);
    let unsent = other.accept_offer(&offer, |_| Err::<(), _>(refused()));
    assert!(unsent.is_err());
    next(Codec::Pcma);
}

#[test]
fn a_codec_that_is_new_to_the_line_is_sent_and_none_at_all_is_refused() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Pcma, Codec::Pcmu];
    let (one, other) = connected(
        a.peer().audio(Direction::SendRecv, &codecs),
        b.peer().audio(Direction::SendRecv, &[Codec::Pcma]),
    );
    let (here, there) = (audio(&one), audio(&other));
    passes(&there, &here);
    for (formats, lines) in [("9", "a=rtpmap:9 G722/8000\r\n"), ("0", PCMU)] {
        let offer = with_formats(&one, formats, lines);
        let error = other.accept_offer(&offer, |_| -> Result<()> { panic!("nothing is sent") });
        let error = media_error(error.unwrap_err());
        assert!(matches!(error, MediaError::NoCommonCodec { .. }), "{error}");
    }
    assert_eq!(there.codec(), Some(Codec::Pcma));
    passes(&there, &here);

    // The other way round: the answer takes the new one, and what is played follows it.
    let asked = std::sync::Mutex::new(Vec::new());
    let source = |codec| {
        asked.lock().expect("no panic").push(codec);
        Ok(Some((vec![0x55; 160], Duration::from_millis(20))))
    };
    let stop = Stop::new();
    std::thread::scope(|scope| {
        let _stops = Stops(&stop);
        scope.spawn(|| here.play(source, &stop));
        let plays = |codec| asked.lock().expect("no panic").contains(&codec);
        common::wait_until(WAIT, "PCMA is played", || plays(Codec::Pcma));
        let offer = with_formats(&other, "0", PCMU);
        let answer = one.accept_offer(&offer, |answer| Ok(answer.clone()));
        let answer = answer.expect("it has it");
        assert!(
            answer.sdp.contains("m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"),
            "{}",
            answer.sdp
        );
        assert_eq!(here.codec(), Some(Codec::Pcmu));
        assert_eq!(told(&one), ["SendRecv"]);
        common::wait_until(WAIT, "PCMU is played", || plays(Codec::Pcmu));
    });
}

#[test]
fn a_number_that_means_another_codec_than_before_is_refused_and_the_call_goes_on() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = connected(
        a.peer().audio(Direction::SendRecv, &[Codec::Opus]),
        b.peer()
            .audio(Direction::SendRecv, &[Codec::Opus, Codec::Pcma]),
    );
    let (here, there) = (audio(&one), audio(&other));
    passes(&there, &here);
    // Opus has 111.
    for (formats, lines) in [
        ("111", "a=rtpmap:111 PCMA/8000\r\n"),
        ("96", "a=rtpmap:96 opus/48000/2\r\n"),
    ] {
        let offer = with_formats(&one, formats, lines);
        let error = other.accept_offer(&offer, |_| -> Result<()> { panic!("nothing is sent") });
        let error = media_error(error.unwrap_err());
        assert!(matches!(error, MediaError::NoCommonCodec { .. }), "{error}");
        assert_eq!(there.codec(), Some(Codec::Opus));
        passes(&there, &here);
        passes(&here, &there);
    }
}

#[test]
fn one_negotiation_at_a_time_and_none_for_nothing() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = talking(&a, &b);
    let hold = || {
        one.renegotiate()
            .direction(&audio(&one), Direction::SendOnly)
    };
    let inner = |offer: &Jsep| {
        for error in [
            hold()
                .offer_by(|_| unreachable!("nothing is sent"))
                .map(drop),
            one.accept_offer(offer, |_| Ok(())),
        ] {
            assert_eq!(media_error(error.unwrap_err()), MediaError::Negotiating);
        }
        other.accept_offer(offer, |answer| Ok(answer.clone()))
    };
    hold().offer_by(inner).expect("an answer");
    assert_eq!(audio(&other).direction(), Direction::RecvOnly);
    // It is so already.
    let none = hold().offer_by(|_| unreachable!("nothing is sent"));
    assert!(none.expect("no error").is_empty());

    let unsent = |change: Renegotiation<'_>| {
        change
            .offer_by(|_| unreachable!("nothing is sent"))
            .unwrap_err()
    };
    let error = unsent(one.renegotiate().video(Direction::SendRecv));
    assert!(error.to_string().contains("video_later"), "{error}");
    let error = unsent(
        one.renegotiate()
            .direction(&audio(&other), Direction::SendRecv),
    );
    assert!(error.to_string().contains("another peer's"), "{error}");
    one.close();
    let error = media_error(unsent(hold()));
    assert!(matches!(error, MediaError::Closed(_)), "{error}");
}
