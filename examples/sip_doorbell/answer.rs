//! An SDP answer that takes the audio of an offer and nothing else.
//!
//! A program with media gets its answer from its WebRTC stack. Here no media flows, and what a
//! stack would know (ICE credentials, the fingerprint of its certificate) is made up.

const UFRAG: &str = "door";
const PASSWORD: &str = "thereisnomediaatthisdoor";
const FINGERPRINT: &str = "sha-256 4A:B1:5E:02:77:C0:3D:98:E6:1F:84:2B:D9:50:AF:13:\
                           68:F7:0C:91:B4:3E:D2:85:16:A9:7A:CB:E4:2F:50:0D";

/// The codecs to talk in; `telephone-event` and comfort noise come beside one, never alone.
const CODECS: [&str; 4] = ["opus", "pcma", "pcmu", "g722"];

/// Those that an offer may name by number alone (RFC 3551).
const STATIC: [(&str, &str); 3] = [("0", "PCMU/8000"), ("8", "PCMA/8000"), ("9", "G722/8000")];

/// Answers an offer: its first usable audio line with its first usable codec, the rest refused.
pub fn answer_to(offer: &str) -> Result<String, &'static str> {
    let (mut session, mut media) = (Vec::new(), Vec::new());
    for line in offer.lines().map(str::trim_end) {
        if let Some(head) = line.strip_prefix("m=") {
            media.push(Media::new(head).ok_or("the offer has a media line that cannot be read")?);
        } else {
            let part = media.last_mut().map_or(&mut session, |it| &mut it.lines);
            part.push(line);
        }
    }
    let (chosen, codec) = media
        .iter()
        .enumerate()
        .find_map(|(at, media)| Some((at, media.codec()?)))
        .ok_or("the offer has no audio in opus, PCMA, PCMU or G.722")?;

    let mut answer = vec![
        "v=0".to_owned(),
        "o=- 1 1 IN IP4 127.0.0.1".to_owned(),
        "s=-".to_owned(),
        "t=0 0".to_owned(),
    ];
    answer.extend(
        media[chosen]
            .mid()
            .map(|mid| format!("a=group:BUNDLE {mid}")),
    );
    for (at, media) in media.iter().enumerate() {
        if at == chosen {
            media.take(codec, media.direction(&session), &mut answer)
        } else {
            media.refuse(&mut answer)
        }
    }
    Ok(answer.join("\r\n") + "\r\n")
}

/// A payload type, and its name and clock rate.
type Codec<'a> = (&'a str, &'a str);

/// One media line of the offer and the lines below it.
struct Media<'a> {
    kind: &'a str,
    port: &'a str,
    profile: &'a str,
    formats: Vec<&'a str>,
    lines: Vec<&'a str>,
}

impl<'a> Media<'a> {
    /// From `audio 9 UDP/TLS/RTP/SAVPF 111 8 0`.
    fn new(head: &'a str) -> Option<Self> {
        let mut words = head.split_ascii_whitespace();
        Some(Self {
            kind: words.next()?,
            port: words.next()?,
            profile: words.next()?,
            formats: words.collect(),
            lines: Vec::new(),
        })
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        let mut lines = self.lines.iter();
        lines.find_map(|line| {
            line.strip_prefix("a=")?
                .strip_prefix(name)?
                .strip_prefix(':')
        })
    }

    fn mid(&self) -> Option<&'a str> {
        self.value("mid")
    }

    /// The first codec that can be talked in; `None` too if this is no audio, or switched off.
    fn codec(&self) -> Option<Codec<'a>> {
        if self.kind != "audio" || self.port == "0" {
            return None;
        }
        let mut formats = self.formats.iter();
        formats.find_map(|format| {
            let named = self.lines.iter().find_map(|line| {
                let (number, name) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
                (number == *format).then_some(name)
            });
            let known = STATIC.into_iter().find(|(number, _)| number == format);
            let name = named.or(known.map(|(_, name)| name))?;
            let bare = name.split('/').next()?.to_ascii_lowercase();
            CODECS.contains(&&*bare).then_some((*format, name))
        })
    }

    /// The other end of the offered direction: who is sent to only receives.
    fn direction(&self, session: &[&str]) -> &'static str {
        let lines = self.lines.iter().chain(session);
        let mut found = lines.filter_map(|line| match *line {
            "a=sendrecv" => Some("sendrecv"),
            "a=sendonly" => Some("recvonly"),
            "a=recvonly" => Some("sendonly"),
            "a=inactive" => Some("inactive"),
            _ => None,
        });
        found.next().unwrap_or("sendrecv")
    }

    fn take(&self, (format, name): Codec<'_>, direction: &str, answer: &mut Vec<String>) {
        answer.push(format!("m=audio 9 {} {format}", self.profile));
        answer.push("c=IN IP4 0.0.0.0".to_owned());
        answer.extend(self.mid().map(|mid| format!("a=mid:{mid}")));
        answer.push(format!("a=rtpmap:{format} {name}"));
        answer.push(format!("a={direction}"));
        answer.push("a=rtcp-mux".to_owned());
        answer.push(format!("a=ice-ufrag:{UFRAG}"));
        answer.push(format!("a=ice-pwd:{PASSWORD}"));
        answer.push(format!("a=fingerprint:{FINGERPRINT}"));
        // The offer leaves the choice (actpass); this side begins the handshake.
        answer.push("a=setup:active".to_owned());
    }

    /// An answer has as many media lines as its offer; port 0 refuses one.
    fn refuse(&self, answer: &mut Vec<String>) {
        let formats = self.formats.join(" ");
        answer.push(format!("m={} 0 {} {formats}", self.kind, self.profile));
        answer.push("c=IN IP4 0.0.0.0".to_owned());
        answer.extend(self.mid().map(|mid| format!("a=mid:{mid}")));
        answer.push("a=inactive".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::answer_to;

    const SESSION: &str = "v=0\r\no=- 7 1 IN IP4 10.0.0.2\r\ns=call\r\nt=0 0\r\n";
    const AUDIO: &str = "m=audio 9 UDP/TLS/RTP/SAVPF 101 8 0\r\na=mid:a1\r\na=setup:actpass\r\n\
                         a=rtpmap:101 telephone-event/8000\r\na=rtpmap:8 PCMA/8000\r\n";
    const VIDEO: &str =
        "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:v1\r\na=rtpmap:96 VP8/90000\r\n";
    const DATA: &str = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:d1\r\n";

    fn answer(parts: &[&str]) -> Vec<String> {
        let offer = SESSION.to_owned() + &parts.concat();
        let answer = answer_to(&offer).expect("the offer has audio");
        assert!(answer.ends_with("\r\n"), "{answer}");
        answer.lines().map(str::to_owned).collect()
    }

    fn has(answer: &[String], line: &str) -> bool {
        answer.iter().any(|it| it == line)
    }

    #[test]
    fn audio_is_taken_with_the_first_codec_to_talk_in() {
        let answer = answer(&[AUDIO, "a=sendrecv\r\n"]);
        for line in [
            "m=audio 9 UDP/TLS/RTP/SAVPF 8",
            "a=rtpmap:8 PCMA/8000",
            "a=mid:a1",
            "a=group:BUNDLE a1",
            "a=setup:active",
            "a=rtcp-mux",
            "a=sendrecv",
        ] {
            assert!(has(&answer, line), "no {line} in {answer:?}");
        }
        for start in ["a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:sha-256 "] {
            let lines = answer.iter().filter(|line| line.starts_with(start));
            assert_eq!(lines.count(), 1, "{start} in {answer:?}");
        }
    }

    #[test]
    fn what_is_not_audio_is_refused_in_its_place() {
        let answer = answer(&[VIDEO, AUDIO, DATA]);
        let media: Vec<_> = answer.iter().filter(|it| it.starts_with("m=")).collect();
        assert_eq!(
            media,
            [
                "m=video 0 UDP/TLS/RTP/SAVPF 96 97",
                "m=audio 9 UDP/TLS/RTP/SAVPF 8",
                "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
            ]
        );
        // What is refused keeps its name, and is not in the bundle.
        assert!(has(&answer, "a=mid:v1") && has(&answer, "a=mid:d1"));
        assert!(has(&answer, "a=group:BUNDLE a1"));
    }

    #[test]
    fn only_the_first_of_two_audio_lines_is_taken() {
        let second = AUDIO.replace("mid:a1", "mid:a2");
        let answer = answer(&[AUDIO, &second]);
        assert!(has(&answer, "m=audio 0 UDP/TLS/RTP/SAVPF 101 8 0"));
        assert!(has(&answer, "a=group:BUNDLE a1"));
    }

    #[test]
    fn an_audio_line_that_is_switched_off_is_passed_over() {
        let off = AUDIO.replace("audio 9", "audio 0");
        let second = AUDIO.replace("mid:a1", "mid:a2");
        let answer = answer(&[&off, &second]);
        assert!(has(&answer, "a=group:BUNDLE a2"));
    }

    #[test]
    fn the_direction_is_turned_round() {
        for (offered, answered) in [
            ("a=sendonly\r\n", "a=recvonly"),
            ("a=recvonly\r\n", "a=sendonly"),
            ("a=inactive\r\n", "a=inactive"),
            ("", "a=sendrecv"),
        ] {
            assert!(has(&answer(&[AUDIO, offered]), answered), "{offered}");
            // The same when it is said once for all media.
            assert!(has(&answer(&[offered, AUDIO]), answered), "{offered}");
        }
    }

    #[test]
    fn a_codec_known_by_its_number_needs_no_name() {
        let answer = answer(&["m=audio 9 RTP/SAVPF 13 0\r\n"]);
        assert!(has(&answer, "m=audio 9 RTP/SAVPF 0"));
        assert!(has(&answer, "a=rtpmap:0 PCMU/8000"));
    }

    #[test]
    fn an_offer_without_usable_audio_is_an_error() {
        let tones = "m=audio 9 RTP/SAVPF 101\r\na=rtpmap:101 telephone-event/8000\r\n";
        for offer in [
            "",
            "v=0",
            VIDEO,
            tones,
            "m=",
            "m=audio",
            "m=audio 9\r\nm=audio",
        ] {
            assert!(answer_to(offer).is_err(), "{offer:?}");
        }
    }

    #[test]
    fn no_beginning_of_an_offer_panics() {
        let offer = [SESSION, VIDEO, AUDIO, DATA].concat();
        for end in 0..offer.len() {
            let _ = answer_to(&offer[..end]);
        }
    }
}
