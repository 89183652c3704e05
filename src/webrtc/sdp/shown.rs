//! What the stack is shown of a description, and what is sent of its answer.

use std::collections::HashSet;

use super::{Description, Section, direction};
use crate::webrtc::Direction;

/// Comfort noise, the format of a line that has none which counts: no peer has it, so that the stack
/// refuses the line. It knows 0, 8 and 9 without a name, too, and the peer may have those.
const NONE: &str = "13";

const BUNDLE: &str = "a=group:BUNDLE ";

impl Description<'_> {
    /// The description, as the stack is to see it: an offer with no more than `ours` allows, so that
    /// its answer says the same.
    pub(in crate::webrtc) fn narrowed(
        &self,
        ours: impl Fn(&Section<'_>) -> Option<Direction>,
    ) -> String {
        let mut text = String::new();
        let mut add = |line: &str| {
            text.push_str(line);
            text.push_str("\r\n");
        };
        let mut timed = false;
        for line in &self.session {
            match line.as_bytes().first() {
                // What there is may be a space, and times may be any: the stack takes neither.
                Some(b's') => add("s=-"),
                Some(b't') if timed => {}
                Some(b't') => {
                    timed = true;
                    add("t=0 0");
                }
                Some(b'r') => {}
                _ => add(line),
            }
        }
        for section in &self.sections {
            if section.is_refused() {
                section.refused_lines().iter().for_each(|line| add(line));
                continue;
            }
            let formats: Vec<_> = section.names().map(|(format, _)| format).collect();
            add(&section.head_with(&formats));
            let narrowed = ours(section).map(|ours| {
                let offered = self.direction(section);
                // The other side receives what is sent here.
                let sends = offered.sends() && ours.receives();
                let receives = offered.receives() && ours.sends();
                Direction::of(sends, receives)
            });
            for line in &section.lines {
                let replaced = narrowed.is_some() && direction(line).is_some();
                if !replaced && !is_about_none(line, &formats) {
                    add(one_channel(section.kind, keys_only(line)));
                }
            }
            if let Some(narrowed) = narrowed {
                add(&format!("a={}", narrowed.word()));
            }
        }
        text
    }

    /// The stack's answer to this offer, in which all lines have a format (it leaves those that it
    /// refuses without one, which is no SDP), and what counts as refused is.
    pub(in crate::webrtc) fn completed(&self, answer: &str) -> String {
        let mut sections = self.sections.iter().peekable();
        let mut text = String::new();
        for line in answer.lines() {
            if let Some(mids) = line.strip_prefix(BUNDLE) {
                self.bundle(mids, &mut text);
            } else if let Some(offered) = sections.next_if(|_| line.starts_with("m=")) {
                text.push_str(&offered.answered(line));
            } else {
                text.push_str(line);
            }
            text.push_str("\r\n");
        }
        text
    }

    /// The lines that share the transport: none that is refused.
    fn bundle(&self, mids: &str, text: &mut String) {
        let refused = self.sections.iter().filter(|it| it.is_refused());
        let refused: HashSet<_> = refused.filter_map(Section::mid).collect();
        text.push_str(BUNDLE);
        for mid in mids.split(' ').filter(|mid| !refused.contains(mid)) {
            text.push_str(mid);
            text.push(' ');
        }
        text.truncate(text.trim_end().len());
    }
}

impl Section<'_> {
    /// Its media line, with the formats that the stack can know.
    fn head_with(&self, formats: &[&str]) -> String {
        if !["audio", "video"].contains(&self.kind) {
            return format!("m={}", self.head);
        }
        let port = self.head.split_ascii_whitespace().nth(1).unwrap_or("9");
        let formats = match &*formats.join(" ") {
            "" => NONE.to_owned(),
            formats => formats.to_owned(),
        };
        format!("m={} {port} {} {formats}", self.kind, self.protocol)
    }

    /// What the stack sees of a line that counts as refused. What is below it may be anything, or lack
    /// what the stack asks for.
    fn refused_lines(&self) -> Vec<String> {
        // The stack leaves lines of other kinds out of its answer, and of its offers.
        let is_known = ["audio", "application"].contains(&self.kind);
        let kind = if is_known { self.kind } else { "video" };
        let mut lines = vec![format!("m={kind} 0 UDP/TLS/RTP/SAVPF {NONE}")];
        lines.extend(self.mid().map(|mid| format!("a=mid:{mid}")));
        if self.void {
            // The way of all lines may be said in this one alone.
            let names = ["a=ice-", "a=candidate:", "a=fingerprint:", "a=setup:"];
            let is_way = |line: &&&str| names.iter().any(|name| line.starts_with(name));
            let way = self.lines.iter().filter(is_way);
            lines.extend(way.map(|line| (*line).to_owned()));
        }
        lines.push("a=inactive".to_owned());
        lines
    }

    /// The stack's line of an answer to this one.
    fn answered(&self, line: &str) -> String {
        let format = self.formats.first().unwrap_or(&"0");
        if self.is_refused() {
            return format!("m={} 0 {} {format}", self.kind, self.protocol);
        }
        match line.split_ascii_whitespace().count() {
            3 => format!("{} {format}", line.trim_end()),
            _ => line.to_owned(),
        }
    }
}

/// Whether a line is about a format that is not shown. The stack would take it for one that is
/// offered.
fn is_about_none(line: &str, formats: &[&str]) -> bool {
    let mut names = ["a=rtpmap:", "a=fmtp:", "a=rtcp-fb:"].into_iter();
    let rest = names.find_map(|name| line.strip_prefix(name));
    let format = rest.and_then(|rest| rest.split(' ').next());
    format.is_some_and(|format| format != "*" && !formats.contains(&format))
}

/// A format of audio without its number of channels if that is one: the stack takes `PCMU/8000/1` for
/// something else than `PCMU/8000`.
fn one_channel<'a>(kind: &str, line: &'a str) -> &'a str {
    let is_format = kind == "audio" && line.starts_with("a=rtpmap:");
    let short = line.strip_suffix("/1").filter(|it| it.contains('/'));
    short.filter(|_| is_format).unwrap_or(line)
}

/// The events of a telephone without what follows the keys (`0-15,66`): the stack refuses gaps.
fn keys_only(line: &str) -> &str {
    let value = line.strip_prefix("a=fmtp:");
    let events = value.and_then(|value| value.split_once(' '));
    match events.filter(|(_, events)| events.starts_with("0-")) {
        Some(_) => line.split(',').next().unwrap_or(line),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str = "v=0\r\no=- 7 1 IN IP4 10.0.0.2\r\ns= \r\nc=IN IP4 10.0.0.2\r\n\
        t=2873397496 0\r\nr=604800 3600 0\r\nt=3034423619 0\r\na=group:BUNDLE a v\r\n\
        a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijkl\r\na=fingerprint:sha-256 AA\r\n";

    fn parsed(text: &str) -> Description<'_> {
        Description::parse(text).expect("a description")
    }

    #[test]
    fn names_and_times_are_those_that_the_stack_takes() {
        let text = SESSION.to_owned() + "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:a\r\n";
        let shown = parsed(&text).narrowed(|_| None);
        let head = "IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\na=group";
        assert!(shown.contains(head), "{shown}");
    }

    #[test]
    fn formats_that_only_their_number_names_are_shown_if_the_stack_knows_it() {
        for (offered, expected) in [
            ("audio 9 UDP/TLS/RTP/SAVPF 3 0 8 9 13 18", "0 8 9 13"),
            ("audio 9 UDP/TLS/RTP/SAVPF 18 3", "13"),
            ("video 9 UDP/TLS/RTP/SAVPF 34 0 31", "13"),
        ] {
            let about = "a=mid:a\r\na=fmtp:18 annexb=no\r\na=rtcp-fb:* nack\r\n";
            let text = format!("{SESSION}m={offered}\r\n{about}");
            let shown = parsed(&text).narrowed(|_| None);
            let line = format!(" 9 UDP/TLS/RTP/SAVPF {expected}\r\n");
            assert!(shown.contains(&line), "{offered}: {shown}");
            assert!(!shown.contains("fmtp") && shown.contains("rtcp-fb:*"));
        }
    }

    #[test]
    fn one_channel_is_what_is_meant_without_a_number() {
        for (kind, line, expected) in [
            ("audio", "a=rtpmap:0 PCMU/8000/1", "a=rtpmap:0 PCMU/8000"),
            (
                "audio",
                "a=rtpmap:111 opus/48000/2",
                "a=rtpmap:111 opus/48000/2",
            ),
            ("audio", "a=rtpmap:96 L16/1", "a=rtpmap:96 L16/1"),
            ("video", "a=rtpmap:96 X/90000/1", "a=rtpmap:96 X/90000/1"),
            ("audio", "a=fmtp:96 x/1/1", "a=fmtp:96 x/1/1"),
        ] {
            assert_eq!(one_channel(kind, line), expected);
        }
    }

    #[test]
    fn what_the_peer_was_not_given_is_shown_as_refused_with_the_way_of_all() {
        let lines = "m=image 9 udptl t38\r\na=mid:i\r\na=ice-ufrag:b\r\na=setup:actpass\r\na=x\r\n\
            m=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:a\r\na=rtpmap:96 opus/48000/2\r\n\
            m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\na=rtpmap:96 VP8/90000\r\n\
            m=application 0 UDP/BFCP *\r\na=mid:b\r\na=ice-ufrag:c\r\n";
        let text = SESSION.to_owned() + lines;
        assert!(parsed(&text).check_numbers().is_err());
        let offer = parsed(&text).with_only(|kind| kind == "audio");
        assert!(offer.check_numbers().is_ok());
        let shown = offer.narrowed(|_| None);
        let line = "m=video 0 UDP/TLS/RTP/SAVPF 13\r\n";
        for (kind, lines) in [
            ("video", "a=mid:i\r\na=ice-ufrag:b\r\na=setup:actpass\r\n"),
            ("video", "a=mid:v\r\n"),
            ("application", "a=mid:b\r\na=ice-ufrag:c\r\n"),
        ] {
            let expected = line.replace("video", kind) + lines + "a=inactive\r\n";
            assert!(shown.contains(&expected), "{expected} {shown}");
        }
        let answer = "a=group:BUNDLE a b\r\nm=video 0 UDP/TLS/RTP/SAVPF \r\na=mid:i\r\n\
            m=audio 9 UDP/TLS/RTP/SAVPF 96\r\nm=video 0 UDP/TLS/RTP/SAVPF \r\n\
            m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n";
        let expected = "a=group:BUNDLE a\r\nm=image 0 udptl t38\r\na=mid:i\r\n\
            m=audio 9 UDP/TLS/RTP/SAVPF 96\r\nm=video 0 UDP/TLS/RTP/SAVPF 96\r\n\
            m=application 0 UDP/BFCP *\r\n";
        assert_eq!(offer.completed(answer), expected);
    }

    #[test]
    fn events_of_a_telephone_are_cut_to_the_keys() {
        assert_eq!(keys_only("a=fmtp:101 0-15,66,70"), "a=fmtp:101 0-15");
        assert_eq!(keys_only("a=fmtp:101 0-16"), "a=fmtp:101 0-16");
        let other = "a=fmtp:97 apt=96,x";
        assert_eq!(keys_only(other), other);
    }
}
