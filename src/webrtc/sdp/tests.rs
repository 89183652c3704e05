//! What is read from descriptions, and how they are changed.

use super::*;

const SESSION: &str = "v=0\r\no=- 7 1 IN IP4 10.0.0.2\r\ns=-\r\nt=0 0\r\n\
    a=group:BUNDLE a1 v1\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijkl\r\n\
    a=fingerprint:sha-256 AA\r\n";
const AUDIO: &str = "m=audio 9 UDP/TLS/RTP/SAVPF 101 8 0\r\na=mid:a1\r\n\
    a=rtpmap:101 telephone-event/8000\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n";
const VIDEO: &str = "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:v1\r\na=rtpmap:96 VP8/90000\r\n\
    a=rtpmap:97 rtx/90000\r\n";

fn reason(text: &str) -> String {
    Description::parse(text)
        .expect_err("it is refused")
        .to_string()
}

#[test]
fn what_is_missing_is_named() {
    for (without, expected) in [
        ("a=ice-ufrag:abcd\r\n", "no ICE user name"),
        ("a=ice-pwd:abcdefghijkl\r\n", "no ICE password"),
        ("a=fingerprint:sha-256 AA\r\n", "no fingerprint"),
    ] {
        let text = (SESSION.to_owned() + AUDIO).replace(without, "");
        assert!(reason(&text).contains(expected), "{}", reason(&text));
    }
    assert!(reason(SESSION).contains("no media line"));
    assert!(reason("").contains("no media line"));
    assert!(reason("v=0\r\nnonsense\r\n").contains("(line 2)"));
    assert!(reason("m=audio 9\r\n").contains("(line 1)"));
    let text = (SESSION.to_owned() + AUDIO).replace("sha-256", "sha-1");
    assert!(reason(&text).contains("SHA-256"));
}

#[test]
fn what_is_too_large_is_refused() {
    let many = SESSION.to_owned() + &AUDIO.repeat(500);
    assert!(
        reason(&many).contains("more than 256 media lines"),
        "{}",
        reason(&many)
    );
    let formats = |count: u32| {
        let formats: String = (0..count).map(|format| format!(" {format}")).collect();
        format!("{SESSION}m=audio 9 UDP/TLS/RTP/SAVPF{formats}\r\n")
    };
    assert!(reason(&formats(40_000)).contains("(line 9)"));
    assert!(reason(&formats(129)).contains("more than 128 formats"));
    assert!(Description::parse(&formats(128)).is_ok());
    let large = SESSION.to_owned() + &"a=x\r\n".repeat(200_000);
    assert!(reason(&large).contains("bytes are more than"));
}

#[test]
fn an_offer_is_narrowed_to_what_this_side_does() {
    let text = [SESSION, AUDIO, VIDEO].concat();
    let offer = Description::parse(&text).expect("an offer");
    let narrowed = offer.narrowed(|line| (line.kind == "video").then_some(Direction::SendOnly));
    assert!(
        narrowed.ends_with("a=rtpmap:97 rtx/90000\r\na=recvonly\r\n"),
        "{narrowed}"
    );
    assert!(
        narrowed.contains("a=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n"),
        "{narrowed}"
    );
    let again = narrowed.clone();
    let again = Description::parse(&again).expect("it can be read");
    assert_eq!(again.narrowed(|_| None), narrowed);
}

#[test]
fn codecs_are_named_and_their_companions_are_not() {
    let text = [SESSION, AUDIO, VIDEO].concat();
    let offer = Description::parse(&text).expect("an offer");
    assert_eq!(offer.codecs("audio"), ["PCMA", "PCMU"]);
    assert_eq!(offer.codecs("video"), ["VP8"]);
    assert!(offer.offers("video") && !offer.offers("application"));
}

#[test]
fn a_line_that_is_refused_keeps_a_format() {
    let text = [SESSION, VIDEO, AUDIO].concat();
    let offer = Description::parse(&text).expect("an offer");
    let answer = "v=0\r\nm=video 0 UDP/TLS/RTP/SAVPF \r\na=mid:v1\r\nm=audio 9 RTP/SAVPF 8\r\n";
    let completed = answer.replace("SAVPF \r", "SAVPF 96\r");
    assert_eq!(offer.completed(answer), completed);
}

#[test]
fn a_line_that_janus_refuses_counts_as_refused_in_answers() {
    let refused = "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=inactive\r\na=mid:a1\r\n";
    let named = refused.replace("a=mid", "a=rtpmap:0 PCMU/8000\r\na=mid");
    for (line, expected) in [(refused, false), (&*named, true)] {
        let text = [SESSION, line, VIDEO].concat();
        let parse = || Description::parse(&text).expect("a description");
        assert!(parse().offers("audio"));
        let answer = parse().with_refusals_of_janus();
        assert_eq!(
            (answer.offers("audio"), answer.offers("video")),
            (expected, true)
        );
        let narrowed = answer.narrowed(|_| None);
        assert_eq!(!narrowed.contains("m=audio 0 "), expected, "{narrowed}");
    }
}

#[test]
fn what_is_said_of_formats_that_are_not_offered_does_not_count() {
    let text = SESSION.to_owned() + &AUDIO.replace("101 8 0", "0");
    let offer = Description::parse(&text).expect("an offer");
    assert_eq!(offer.codecs("audio"), ["PCMU"]);
    assert!(!offer.narrowed(|_| None).contains("rtpmap"));
}

#[test]
fn what_comes_back_for_layers_is_none_of_them() {
    let layers = "a=rid:h recv\r\na=ssrc:77 cname:x\r\na=simulcast:recv h;m\r\n";
    let text = [SESSION, AUDIO, "a=ssrc:76 cname:x\r\n", VIDEO, layers].concat();
    let answer = Description::parse(&text).expect("an answer");
    let sources = answer.sections.iter().map(Section::source_beside_layers);
    assert_eq!(sources.collect::<Vec<_>>(), [None, Some(77)]);
}

#[test]
fn a_second_mid_is_dropped() {
    let text = SESSION.to_owned() + &AUDIO.replace("a=mid:a1\r\n", "a=mid:a1\r\na=mid:x\r\n");
    let offer = Description::parse(&text).expect("an offer");
    assert_eq!(offer.sections[0].mid(), Some("a1"));
    assert!(!offer.narrowed(|_| None).contains("a=mid:x"));
}

#[test]
fn no_beginning_of_an_offer_panics() {
    let offer = [SESSION, AUDIO, VIDEO].concat();
    for end in 0..offer.len() {
        let _ = Description::parse(&offer[..end]);
    }
}
