//! An SDP answer that takes the audio of an offer and nothing else.
//!
//! A program with media gets its answer from its WebRTC stack. Here no media flows, and what a
//! stack would know (ICE credentials, the fingerprint of its certificate) is made up.

const UFRAG: &str = "door";
const PASSWORD: &str = "there-is-no-media-at-this-door";
const FINGERPRINT: &str = "sha-256 4A:B1:5E:02:77:C0:3D:98:E6:1F:84:2B:D9:50:AF:13:\
                           68:F7:0C:91:B4:3E:D2:85:16:A9:7A:CB:E4:2F:50:0D";

/// The codecs to talk in; `telephone-event` and comfort noise come beside one, never alone.
const CODECS: [&str; 4] = ["opus", "pcma", "pcmu", "g722"];

/// Those that an offer may name by number alone (RFC 3551).
const STATIC: [(&str, &str); 3] = [("0", "PCMU/8000"), ("8", "PCMA/8000"), ("9", "G722/8000")];

/// Answers an offer: its first usable audio line with the first usable codec, the rest refused.
pub fn answer_to(offer: &str) -> Result<String, &'static str> {
    let lines: Vec<&str> = offer.lines().map(str::trim_end).collect();
    let mut parts = lines.split_inclusive_before(|line| line.starts_with("m="));
    let session = parts.next().unwrap_or_default();
    let media: Vec<Media<'_>> = parts.filter_map(|part| Media::parse(part)).collect();
    let chosen = media
        .iter()
        .position(|media| media.codec().is_some())
        .ok_or("the offer has no audio in opus, PCMA, PCMU or G.722")?;
    todo!()
}
