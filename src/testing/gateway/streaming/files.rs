//! `create` of what does not come by RTP: files, and RTSP.

use serde_json::{Map, Value};

use super::{
    Gateway, Key, Kind, Mountpoint, Outcome, Source, Stream, check, create::CODECS, fail, flag,
    number, optional, required, text,
};

const FILE: &[Key] = &[
    required("filename", Kind::Text),
    optional("audiocodec", Kind::Text),
    optional("audiortpmap", Kind::Text),
    optional("audiofmtp", Kind::Text),
    optional("audiopt", Kind::Positive),
];
const RTSP: &[Key] = &[
    optional("url", Kind::Text),
    optional("rtsp_user", Kind::Text),
    optional("rtsp_pwd", Kind::Text),
    optional("rtsp_quirk", Kind::Flag),
    optional("rtsp_failcheck", Kind::Flag),
];

impl Gateway {
    /// The file need not exist.
    pub(super) fn file_mountpoint(
        &self,
        body: &Map<String, Value>,
        word: &str,
        source: Source,
    ) -> Outcome<Mountpoint> {
        check(body, FILE)?;
        let cannot = |why: &str| fail(456, format!("Can't add '{word}' stream, {why}"));
        if flag(body, "audio") != Some(true) || flag(body, "video") == Some(true) {
            return cannot("we only support audio file streaming right now...");
        }
        let file = text(body, "filename").unwrap_or_default();
        if !self.is_older() && file.contains("../") {
            // It says so of both kinds.
            return fail(456, "Can't add 'live' stream, can't use relative paths");
        }
        let codec = match file.rsplit('.').next() {
            Some("opus") => "opus",
            Some("alaw") => "pcma",
            Some("mulaw") => "pcmu",
            _ => {
                return cannot(
                    "unsupported format (we only support raw mu-Law and a-Law files right now)",
                );
            }
        };
        let found = CODECS.iter().find(|(name, _)| *name == codec);
        let fixed = [("pcmu", 0), ("pcma", 8)];
        let fixed = fixed.into_iter().find(|(name, _)| *name == codec);
        let given = number(body, "audiopt");
        let stream = Stream {
            kind: "audio",
            mid: "0".to_owned(),
            pt: fixed.map(|(_, pt)| pt).or(given),
            codec: found.map(|(name, map)| ((*name).to_owned(), *map)),
            fmtp: text(body, "audiofmtp").map(str::to_owned),
            ..Stream::default()
        };
        Ok(Mountpoint {
            source,
            streams: vec![stream],
            own: vec![("filename", file.into())],
            ..Mountpoint::default()
        })
    }
}

/// The server is never asked: each has PCMA and VP8.
pub(super) fn rtsp_mountpoint(body: &Map<String, Value>) -> Outcome<Mountpoint> {
    check(body, RTSP)?;
    let mut made = Mountpoint {
        source: Source::Rtsp,
        common: vec![("rtsp", true.into())],
        ..Mountpoint::default()
    };
    for (kind, mid, codec) in [("audio", "a", "pcma"), ("video", "v", "vp8")] {
        if flag(body, kind) == Some(true) {
            let found = CODECS.iter().find(|(name, _)| *name == codec);
            made.streams.push(Stream {
                kind,
                mid: mid.to_owned(),
                label: format!("RTSP {kind}"),
                codec: found.map(|(name, map)| ((*name).to_owned(), *map)),
                pt: Some(if kind == "audio" { 8 } else { 96 }),
                ..Stream::default()
            });
        }
    }
    if made.streams.is_empty() {
        return fail(
            456,
            "Can't add 'rtsp' stream, no audio or video have to be streamed...",
        );
    }
    if !body.contains_key("url") {
        return fail(456, "Error creating 'RTSP' stream");
    }
    for key in ["url", "rtsp_user", "rtsp_pwd"] {
        made.own
            .extend(body.get(key).map(|value| (key, value.clone())));
    }
    if flag(body, "rtsp_quirk") == Some(true) {
        made.own.push(("rtsp_quirk", true.into()));
    }
    Ok(made)
}
