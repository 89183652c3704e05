//! Descriptions as telephones and Janus write them, which are not those of this crate.

use janus_blocking::{
    Jsep, Result,
    webrtc::{Codec, Direction, JsepKind, Peer, PeerBuilder},
};

use super::{
    pair::{Side, WAIT, changed, exchange},
    renegotiation::passes,
};

const BOTH: Direction = Direction::SendRecv;

/// Two peers of which the second sees another offer than the first has made.
fn with_offer(
    offers: PeerBuilder<'_>,
    answers: PeerBuilder<'_>,
    change: impl Fn(&str) -> String,
) -> Result<(Peer, Peer)> {
    exchange(offers, answers, |jsep| match jsep.kind {
        JsepKind::Offer => {
            let sdp = change(&jsep.sdp);
            assert_ne!(sdp, jsep.sdp, "it is changed");
            changed(jsep, sdp)
        }
        _ => jsep.clone(),
    })
}

/// Whether a call comes about with such an offer of PCMA, and VP8.
fn connects(change: impl Fn(&str) -> String) {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Pcma];
    let made = with_offer(
        a.peer().audio(BOTH, &codecs).video(BOTH, &[Codec::Vp8]),
        b.peer().audio(BOTH, &codecs),
        change,
    );
    let (one, other) = made.expect("a common description");
    one.wait_connected(WAIT).expect("a connection");
    other.wait_connected(WAIT).expect("a connection");
    assert_eq!((one.tracks().len(), other.tracks().len()), (1, 1));
    passes(&one.audio().expect("audio"), &other.audio().expect("audio"));
    passes(&other.audio().expect("audio"), &one.audio().expect("audio"));
}

/// The text with other formats in the line of that kind.
fn formats(sdp: &str, kind: &str, formats: &str) -> String {
    let line = |line: &str| match line.split_once(' ') {
        Some((start, _)) if start == format!("m={kind}") => {
            format!("m={kind} 9 UDP/TLS/RTP/SAVPF {formats}\r\n")
        }
        _ => format!("{line}\r\n"),
    };
    sdp.lines().map(line).collect()
}

#[test]
fn formats_that_have_a_number_and_no_name_do_not_matter() {
    connects(|sdp| formats(sdp, "audio", "0 8 18 3"));
    connects(|sdp| formats(sdp, "video", "34 31"));
    connects(|sdp| formats(&formats(sdp, "audio", "18 8 0"), "video", "0 34 96"));
}

#[test]
fn a_number_may_be_another_format_in_a_line_that_nobody_wants() {
    connects(|sdp| {
        let video = formats(sdp, "video", "8").replace("a=rtpmap:96 VP8", "a=rtpmap:8 VP8");
        video.replace("a=rtcp-fb:96", "a=rtcp-fb:8")
    });
}

#[test]
fn a_session_may_have_no_name_and_any_time() {
    connects(|sdp| sdp.replace("\r\ns=-\r\n", "\r\ns= \r\n"));
    connects(|sdp| sdp.replace("\r\nt=0 0\r\n", "\r\nt=2873397496 0\r\n"));
}

#[test]
fn one_channel_is_what_is_meant_without_a_number() {
    connects(|sdp| sdp.replace(" PCMA/8000", " PCMA/8000/1"));
}

/// An answer without its last line, which has to be this one, refused.
fn without_last(answer: &Jsep, expected: &str) -> Jsep {
    let lines = answer.sdp.lines();
    let lines = lines.filter(|line| line.starts_with("m=") || line.starts_with("a=group:"));
    let lines: Vec<_> = lines.collect();
    assert!(!lines[0].contains("zz"), "{lines:?}");
    assert_eq!(lines[2..], [format!("m={expected}")], "{lines:?}");
    let at = answer.sdp.find(lines[2]).expect("it is there");
    changed(answer, answer.sdp[..at].to_owned())
}

#[test]
fn what_is_refused_and_what_nobody_knows_is_refused_in_the_answer() {
    let (a, b) = (Side::new(), Side::new());
    for (offered, answered) in [
        ("application 0 UDP/BFCP *", "application 0 UDP/BFCP *"),
        // Janus takes it for a line that shares the transport.
        ("application 9 UDP/BFCP *", "application 0 UDP/BFCP *"),
        ("image 0 udptl t38", "image 0 udptl t38"),
        ("text 9 RTP/AVP 98", "text 0 RTP/AVP 98"),
    ] {
        let with_line = |offer: &Jsep| {
            let mid = offer.sdp.lines().find_map(|it| it.strip_prefix("a=mid:"));
            let group = format!("a=group:BUNDLE {}", mid.expect("a mid"));
            let shares = if offered.contains(" 9 ") { " zz" } else { "" };
            let sdp = offer.sdp.replace(&group, &(group.clone() + shares));
            changed(offer, format!("{sdp}m={offered}\r\na=mid:zz\r\n"))
        };
        let made = exchange(
            a.peer().audio(BOTH, &[Codec::Opus]),
            b.peer().audio(BOTH, &[Codec::Opus]).data("chat"),
            |jsep| match jsep.kind {
                JsepKind::Offer => with_line(jsep),
                _ => without_last(jsep, answered),
            },
        );
        let (one, other) = made.unwrap_or_else(|error| panic!("{offered}: {error}"));
        assert!(other.data_channel("chat").is_none(), "{offered}");
        one.wait_connected(WAIT).expect("a connection");
        passes(&one.audio().expect("audio"), &other.audio().expect("audio"));
    }
}

/// As VideoRoom does where it has not the codecs of the offer.
#[test]
fn a_refusal_of_janus_is_no_acceptance_of_pcmu() {
    let (a, b) = (Side::new(), Side::new());
    let codecs = [Codec::Pcma, Codec::Pcmu];
    let refuses = |jsep: &Jsep| {
        if jsep.kind == JsepKind::Offer {
            return jsep.clone();
        }
        let sdp = formats(&jsep.sdp, "audio", "0");
        let audio = sdp.find("m=audio").expect("audio");
        let end = sdp.find("m=video").unwrap_or(sdp.len());
        let lines = sdp[audio..end].lines();
        let lines = lines.filter(|line| !line.starts_with("a=rtpmap:"));
        let line: String = lines.map(|line| format!("{line}\r\n")).collect();
        let line = line.replace("a=sendrecv", "a=inactive");
        changed(jsep, [&sdp[..audio], &*line, &sdp[end..]].concat())
    };
    let offers = || a.peer().audio(BOTH, &codecs);
    let answers = || b.peer().audio(BOTH, &codecs);
    let error = exchange(offers(), answers(), refuses).expect_err("it is refused");
    assert!(error.to_string().contains("refused all"), "{error}");
    let made = exchange(
        offers().video(BOTH, &[Codec::Vp8]),
        answers().video(BOTH, &[Codec::Vp8]),
        refuses,
    );
    let (one, other) = made.expect("video");
    assert!(one.audio().is_err(), "{one:?}");
    // The line that is refused has the candidates.
    one.wait_connected(WAIT).expect("a connection");
    other.wait_connected(WAIT).expect("a connection");
}
