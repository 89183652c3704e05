//! Answers offers as EchoTest and the core do together, and offers data channels.

use std::fmt::Write;

use super::{
    Gateway, Object,
    sdp::{MediaLine, Sdp},
};
use crate::testing::Version;

/// Codecs in the order in which Janus prefers them.
const AUDIO: &[&str] = &[
    "opus",
    "pcmu",
    "pcma",
    "g722",
    "isac32",
    "isac16",
    "multiopus",
    "l16-48",
    "l16",
];
const VIDEO: &[&str] = &["vp8", "vp9", "h264", "av1", "h265"];

/// The header extensions that EchoTest takes.
const EXTENSIONS: &[&str] = &[
    "urn:ietf:params:rtp-hdrext:sdes:mid",
    "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
    "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    "urn:3gpp:video-orientation",
    "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
];

/// A fingerprint of no certificate at all.
pub(super) const FINGERPRINT: &str = "sha-256 FA:4E:00:00:00:00:00:00:00:00:00:00:00:00:00:00:\
                           00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00";

impl Gateway {
    /// The `jsep` with the answer to an offer; `codecs` are those of audio and of video that are
    /// wanted, and the profile of the latter.
    pub(super) fn sdp_answer(
        &mut self,
        handle: u64,
        offer: &Sdp,
        codecs: [Option<&str>; 3],
    ) -> String {
        let (ssrc, secret) = (self.random.next() >> 32, self.random.next());
        let version = self.settings.version;
        let mut e2ee = false;
        let mut ice = (format!("{:04x}", secret >> 48), format!("{secret:022x}"));
        if let Some((_, found)) = self.find(handle) {
            found.peer.described(false);
            ice = found.peer.ice.get_or_insert(ice).clone();
            e2ee = found.peer.e2ee;
        }
        let sdp = answer(offer, codecs, &ice, ssrc, version);
        let mut jsep = Object::new().text("type", "answer").text("sdp", &sdp);
        if e2ee {
            jsep = jsep.flag("e2ee", true);
        }
        jsep.end()
    }
}

impl Gateway {
    /// The `jsep` with an offer of a data channel.
    pub(super) fn data_offer(&mut self, handle: u64) -> String {
        let secret = self.random.next();
        if let Some((_, found)) = self.find(handle) {
            found.peer.described(true);
        }
        let lines = [
            "v=0",
            "o=- 1 1 IN IP4 127.0.0.1",
            "s=Janus TextRoom plugin",
            "t=0 0",
            "a=group:BUNDLE 0",
            "a=ice-options:trickle",
            &format!("a=fingerprint:{FINGERPRINT}"),
            "a=extmap-allow-mixed",
            "a=msid-semantic: WMS *",
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
            "c=IN IP4 127.0.0.1",
            "a=sendrecv",
            "a=mid:0",
            "a=sctp-port:5000",
            &format!("a=ice-ufrag:{:04x}", secret >> 48),
            &format!("a=ice-pwd:{secret:022x}"),
            "a=ice-options:trickle",
            "a=setup:actpass",
            "a=end-of-candidates",
            "",
        ];
        let sdp = lines.join("\r\n");
        Object::new().text("type", "offer").text("sdp", &sdp).end()
    }
}

fn answer(
    offer: &Sdp,
    codecs: [Option<&str>; 3],
    ice: &(String, String),
    ssrc: u64,
    version: Version,
) -> String {
    let chosen: Vec<Option<Codec>> = offer
        .lines
        .iter()
        .map(|line| Codec::choose(line, codecs[usize::from(line.kind == "video")], codecs[2]))
        .collect();
    // The first line carries the others, so Janus never closes it.
    let accepted =
        |index: usize, line: &MediaLine| index == 0 || line.is_data() || chosen[index].is_some();
    let mut sdp = String::new();
    let (session, number) = (offer.session_id, offer.version);
    let mut put = |line: String| {
        // Writing into a String cannot fail.
        let _ = write!(sdp, "{line}\r\n");
    };
    put("v=0".into());
    put(format!("o=- {session} {number} IN IP4 127.0.0.1"));
    put("s=-".into());
    put("t=0 0".into());
    let mids = offer
        .lines
        .iter()
        .enumerate()
        .filter(|(index, line)| line.port > 0 && accepted(*index, line))
        // Janus prints a pointer to nothing.
        .map(|(_, line)| line.attribute("mid").unwrap_or("(null)"));
    let mids: Vec<&str> = mids.collect();
    put(format!("a=group:BUNDLE {}", mids.join(" ")));
    put("a=ice-options:trickle".into());
    put(format!("a=fingerprint:{FINGERPRINT}"));
    put("a=extmap-allow-mixed".into());
    put("a=msid-semantic: WMS *".into());
    for (index, line) in offer.lines.iter().enumerate() {
        let (kind, protocol) = (&line.kind, &line.protocol);
        let open = accepted(index, line) && (line.port > 0 || index == 0);
        let codec = chosen[index].as_ref().filter(|_| open);
        let formats = match codec {
            Some(codec) => codec.formats(),
            None if line.is_data() && open => line.formats.join(" "),
            None => "0".into(),
        };
        let direction = match line.direction {
            _ if !open || (codec.is_none() && !line.is_data()) => "inactive",
            "sendrecv" => "sendrecv",
            "sendonly" => "recvonly",
            // EchoTest has nothing to send of its own.
            _ => "inactive",
        };
        let port = if open { 9 } else { 0 };
        put(format!("m={kind} {port} {protocol} {formats}"));
        put("c=IN IP4 127.0.0.1".into());
        put(format!("a={direction}"));
        if let Some(mid) = line.attribute("mid") {
            put(format!("a=mid:{mid}"));
        }
        if !open {
            continue;
        }
        put(if line.is_data() {
            "a=sctp-port:5000".into()
        } else {
            "a=rtcp-mux".into()
        });
        put(format!("a=ice-ufrag:{}", ice.0));
        put(format!("a=ice-pwd:{}", ice.1));
        put("a=ice-options:trickle".into());
        let active = line.attribute("setup") == Some("active");
        put(format!(
            "a=setup:{}",
            ["active", "passive"][usize::from(active)]
        ));
        if let Some(codec) = codec {
            codec.lines(line, version).into_iter().for_each(&mut put);
            if direction == "sendrecv" {
                put(format!("a=msid:janus janus{index}"));
            }
            put(format!("a=ssrc:{} cname:janus", ssrc + index as u64));
        }
        put("a=candidate:1 1 udp 2015363327 127.0.0.1 9 typ host".into());
        put("a=end-of-candidates".into());
    }
    sdp
}

/// The codec that was chosen of an offered line.
struct Codec {
    format: String,
    map: String,
    rtx: Option<String>,
}

impl Codec {
    fn choose(line: &MediaLine, wanted: Option<&str>, profile: Option<&str>) -> Option<Self> {
        if line.is_data() {
            return None;
        }
        let preferred = if line.kind == "video" { VIDEO } else { AUDIO };
        let names = match &wanted {
            Some(name) => std::slice::from_ref(name),
            None => preferred,
        };
        names
            .iter()
            .find_map(|name| Self::offered(line, name, profile))
    }

    fn offered(line: &MediaLine, name: &str, profile: Option<&str>) -> Option<Self> {
        let profile = profile.and_then(|profile| match name {
            "h264" => Some(format!("profile-level-id={profile}")),
            "vp9" => Some(format!("profile-id={profile}")),
            _ => None,
        });
        let in_profile = |format: &str| {
            profile.as_ref().is_none_or(|profile| {
                parameters(line, format).is_some_and(|given| given.contains(profile.as_str()))
            })
        };
        let maps = || values(line, "rtpmap").filter_map(|map| map.split_once(' '));
        let named = maps().find(|(format, map)| {
            let codec = map.split('/').next().unwrap_or_default();
            codec.eq_ignore_ascii_case(name)
                && line.formats.iter().any(|f| f == format)
                && in_profile(format)
        });
        let fixed = [("pcmu", "0", "PCMU/8000"), ("pcma", "8", "PCMA/8000")];
        let (format, map) = named.or_else(|| {
            let (_, format, map) = fixed.into_iter().find(|(codec, ..)| *codec == name)?;
            line.formats
                .iter()
                .any(|f| f == format)
                .then_some((format, map))
        })?;
        let again = format!("apt={format}");
        let rtx = values(line, "fmtp")
            .filter_map(|fmtp| fmtp.split_once(' '))
            .find(|(rtx, parameters)| {
                *parameters == again && maps().any(|(f, map)| f == *rtx && map.starts_with("rtx"))
            });
        Some(Self {
            format: format.to_owned(),
            map: map.to_owned(),
            rtx: rtx.map(|(format, _)| format.to_owned()),
        })
    }

    fn formats(&self) -> String {
        match &self.rtx {
            Some(rtx) => format!("{} {rtx}", self.format),
            None => self.format.clone(),
        }
    }

    /// Its attributes, and the header extensions that are taken.
    fn lines(&self, line: &MediaLine, version: Version) -> Vec<String> {
        let Self { format, map, rtx } = self;
        let mut lines = vec![format!("a=rtpmap:{format} {map}")];
        let video = line.kind == "video";
        if video {
            for feedback in ["ccm fir", "nack", "nack pli", "goog-remb"] {
                lines.push(format!("a=rtcp-fb:{format} {feedback}"));
            }
        }
        let offered = format!("{format} transport-cc");
        let wide = match version {
            Version::V1_1_2 => video,
            // It is the extension that counts, not the feedback that is offered with it.
            Version::V1_4_1 => {
                values(line, "extmap").any(|value| value.contains("transport-wide-cc"))
            }
        };
        if wide {
            lines.push(format!("a=rtcp-fb:{offered}"));
        }
        if let Some(given) = parameters(line, format).filter(|_| video) {
            lines.push(format!("a=fmtp:{format} {given}"));
        }
        if let Some(rtx) = rtx {
            lines.push(format!("a=rtpmap:{rtx} rtx/90000"));
            lines.push(format!("a=fmtp:{rtx} apt={format}"));
        }
        let parameters: Vec<&str> = ["useinbandfec=1", "usedtx=1", "stereo=1"]
            .into_iter()
            .filter(|wanted| !video && values(line, "fmtp").any(|fmtp| fmtp.contains(wanted)))
            .collect();
        if !parameters.is_empty() {
            lines.push(format!("a=fmtp:{format} {}", parameters.join(";")));
        }
        let taken = values(line, "extmap").filter(|value| {
            EXTENSIONS
                .iter()
                .any(|extension| value.ends_with(extension))
        });
        lines.extend(taken.map(|extension| format!("a=extmap:{extension}")));
        lines
    }
}

/// What `fmtp` says of a format.
fn parameters<'a>(line: &'a MediaLine, format: &str) -> Option<&'a str> {
    values(line, "fmtp")
        .filter_map(|fmtp| fmtp.split_once(' '))
        .find_map(|(of, parameters)| (of == format).then_some(parameters))
}

fn values<'a>(line: &'a MediaLine, name: &str) -> impl Iterator<Item = &'a str> {
    line.attributes
        .iter()
        .filter(move |attribute| attribute.name == name)
        .filter_map(|attribute| attribute.value.as_deref())
}
