//! `create`.

use serde_json::{Map, Value};

use super::{
    FIRST_PORT, Failed, Gateway, Key, Kind, Mountpoint, Object, Outcome, Source, Stream, check,
    fail, files, flag, id_of, number, optional, required, says, text,
};

const CREATE: &[Key] = &[
    optional("name", Kind::Text),
    optional("description", Kind::Text),
    optional("metadata", Kind::Text),
    optional("is_private", Kind::Flag),
    required("type", Kind::Text),
    optional("secret", Kind::Text),
    optional("pin", Kind::Text),
    optional("media", Kind::Array),
    optional("permanent", Kind::Flag),
    optional("audio", Kind::Flag),
    optional("video", Kind::Flag),
    optional("data", Kind::Flag),
    optional("id", Kind::Positive),
];
const RTP: &[Key] = &[
    optional("collision", Kind::Positive),
    optional("threads", Kind::Positive),
    optional("srtpsuite", Kind::Positive),
    optional("srtpcrypto", Kind::Text),
    optional("e2ee", Kind::Flag),
    optional("playoutdelay_ext", Kind::Flag),
];
/// Since 1.3.3.
const KEPT: &[Key] = &[
    optional("bufferkf_ms", Kind::Positive),
    optional("bufferkf_bytes", Kind::Positive),
];
const STREAM: &[Key] = &[
    required("type", Kind::Text),
    required("mid", Kind::Text),
    optional("label", Kind::Text),
    optional("msid", Kind::Text),
    optional("mcast", Kind::Text),
    optional("iface", Kind::Text),
    required("port", Kind::Positive),
    optional("rtcpport", Kind::Positive),
    optional("pt", Kind::Positive),
    optional("codec", Kind::Text),
    optional("rtpmap", Kind::Text),
    optional("fmtp", Kind::Text),
    optional("skew", Kind::Flag),
    optional("bufferkf", Kind::Flag),
    optional("simulcast", Kind::Flag),
    optional("port2", Kind::Positive),
    optional("port3", Kind::Positive),
    optional("svc", Kind::Flag),
];
/// Codecs by their names, and as in SDP.
pub(super) const CODECS: &[(&str, &str)] = &[
    ("opus", "opus/48000/2"),
    ("multiopus", "multiopus/48000/6"),
    ("pcmu", "PCMU/8000"),
    ("pcma", "PCMA/8000"),
    ("g722", "G722/8000"),
    ("vp8", "VP8/90000"),
    ("vp9", "VP9/90000"),
    ("h264", "H264/90000"),
    ("av1", "AV1/90000"),
    ("h265", "H265/90000"),
];

/// The kind of a stream, if there is such a kind.
fn kind_of(word: &str) -> Option<&'static str> {
    let kinds = ["audio", "video", "data"];
    kinds
        .into_iter()
        .find(|kind| kind.eq_ignore_ascii_case(word))
}

fn codec_of(body: &Map<String, Value>, codec: &str, map: &str) -> Option<(String, &'static str)> {
    let from_map = || text(body, map).and_then(|map| map.split('/').next());
    let name = text(body, codec).or_else(from_map)?.to_ascii_lowercase();
    let found = CODECS.iter().find(|(known, _)| *known == name);
    found.map(|(_, map)| (name, *map))
}

impl Gateway {
    pub(super) fn mountpoint_create(&mut self, body: &Map<String, Value>) -> Outcome<Object> {
        check(body, CREATE)?;
        let wanted = id_of(body);
        if self.mountpoints.by_id.contains_key(&wanted) {
            return fail(456, "A stream with the provided ID already exists");
        }
        let mut id = wanted;
        while id == 0 || (wanted == 0 && self.mountpoints.by_id.contains_key(&id)) {
            id = self.random.id();
        }
        let word = text(body, "type").unwrap_or_default();
        let mut made = match word.to_ascii_lowercase().as_str() {
            "rtp" => self.rtp_mountpoint(body)?,
            "live" => self.file_mountpoint(body, "live", Source::Live)?,
            "ondemand" => self.file_mountpoint(body, "ondemand", Source::OnDemand)?,
            "rtsp" => files::rtsp_mountpoint(body)?,
            _ => return fail(454, format!("Unknown stream type '{word}'...\n")),
        };
        made.name = match text(body, "name") {
            // A category of the configuration cannot begin so.
            Some(name) if name.starts_with(|c: char| c.is_ascii_digit()) => format!("mp-{name}"),
            Some(name) => name.to_owned(),
            None if made.source == Source::Rtsp => id.to_string(),
            None => format!("mp-{id}"),
        };
        let description = text(body, "description").unwrap_or(&made.name);
        made.description = description.to_owned();
        let own = |key: &str| text(body, key).map(str::to_owned);
        made.metadata = own("metadata");
        made.secret = own("secret");
        made.pin = own("pin");
        made.is_private = flag(body, "is_private").unwrap_or(false);
        made.enabled = true;
        let stream = Object::new()
            .id("id", id)
            .text("type", made.kind())
            .text("description", &made.description)
            .flag("is_private", made.is_private);
        let is_legacy = made.source == Source::Rtp && !body.contains_key("media");
        let stream = match made.source {
            Source::Rtp if is_legacy => made.streams.iter().fold(stream, Stream::legacy_ports),
            Source::Rtp => {
                let ports = made.streams.iter().map(Stream::ports);
                let ports: Vec<String> = ports.map(Object::end).collect();
                stream.raw("ports", &format!("[{}]", ports.join(",")))
            }
            _ => stream,
        };
        let answer = says("created")
            .text("created", &made.name)
            .flag("permanent", flag(body, "permanent").unwrap_or(false))
            .object("stream", stream);
        let answer = if is_legacy {
            answer.text("warning", "deprecated_api")
        } else {
            answer
        };
        self.mountpoints.by_id.insert(id, made);
        Ok(answer)
    }

    /// The port that was asked for, or the next one.
    fn port(&mut self, wanted: Option<i64>) -> u16 {
        let wanted = wanted.and_then(|port| u16::try_from(port).ok());
        wanted.filter(|port| *port > 0).unwrap_or_else(|| {
            self.mountpoints.ports += 1;
            FIRST_PORT + self.mountpoints.ports - 1
        })
    }

    fn rtp_mountpoint(&mut self, body: &Map<String, Value>) -> Outcome<Mountpoint> {
        check(body, RTP)?;
        let mut made = Mountpoint::default();
        if number(body, "srtpsuite").is_some_and(|suite| ![32, 80].contains(&suite)) {
            return fail(456, "Can't add 'rtp' stream, invalid SRTP suite...");
        }
        let nothing = "Can't add 'rtp' stream, no audio or video have to be streamed...";
        let is_binary = text(body, "datatype").is_some_and(|it| it.eq_ignore_ascii_case("binary"));
        if let Some(media) = body.get("media").and_then(Value::as_array) {
            for stream in media {
                let none = Map::new();
                let stream = stream.as_object().unwrap_or(&none);
                check(stream, STREAM)?;
                made.streams.push(self.stream(stream)?);
            }
        } else {
            for (kind, mid) in [("audio", "a"), ("video", "v"), ("data", "d")] {
                if flag(body, kind) == Some(true) {
                    let stream = self.legacy_stream(body, kind, mid)?;
                    made.streams.push(stream);
                }
            }
        }
        if made.streams.is_empty() {
            return fail(456, nothing);
        }
        let mut common = vec!["collision"];
        if !self.is_older() {
            check(body, KEPT)?;
            common.extend(["bufferkf_ms", "bufferkf_bytes"]);
        }
        common.push("threads");
        let set = common.into_iter().filter(|key| number(body, key) > Some(0));
        made.common = set.map(|key| (key, body[key].clone())).collect();
        if body.contains_key("srtpsuite") && body.contains_key("srtpcrypto") {
            made.common.insert(0, ("srtp", true.into()));
        }
        for stream in &mut made.streams {
            stream.binary = is_binary;
            stream.since = self.now;
        }
        Ok(made)
    }

    /// One entry of `media`.
    fn stream(&mut self, body: &Map<String, Value>) -> Outcome<Stream> {
        let word = text(body, "type").unwrap_or_default();
        let Some(kind) = kind_of(word) else {
            return fail(456, "Unsupported media type in media stream");
        };
        let is_data = kind == "data";
        let codec = codec_of(body, "codec", "rtpmap");
        // One that it does not know is none, and that is fine.
        let has_codec = body.contains_key("codec") || codec.is_some();
        if !is_data && !has_codec {
            return fail(
                456,
                "Can't add 'rtp' stream, error creating data source stream",
            );
        }
        let own = |key: &str| text(body, key).map(str::to_owned);
        let has = |key: &str| flag(body, key) == Some(true) && kind == "video";
        let simulcast = has("simulcast");
        let (older, mut flags) = (self.is_older(), Vec::new());
        if simulcast {
            flags.push("videosimulcast");
        }
        // In this order.
        if older && has("bufferkf") && !simulcast {
            flags.push("videobufferkf");
        }
        if has("svc") {
            flags.push("videosvc");
        }
        if flag(body, "skew") == Some(true) && !is_data {
            flags.push("skew_compensation");
        }
        let port = self.port(number(body, "port"));
        let rtcp = body.contains_key("rtcpport") && !is_data;
        let rtcp_port = rtcp.then(|| self.port(number(body, "rtcpport")));
        let more = ["port2", "port3"].map(|key| simulcast.then(|| self.port(number(body, key))));
        Ok(Stream {
            kind,
            mid: own("mid").unwrap_or_default(),
            label: own("label").unwrap_or_else(|| kind.to_owned()),
            msid: own("msid").filter(|it| it.contains(' ')),
            pt: number(body, "pt").filter(|_| !is_data),
            codec: codec.filter(|_| !is_data),
            fmtp: own("fmtp").filter(|_| !is_data),
            flags,
            port,
            rtcp_port,
            more,
            ..Stream::default()
        })
    }

    /// The same from keys like `audioport`.
    fn legacy_stream(
        &mut self,
        body: &Map<String, Value>,
        kind: &'static str,
        mid: &str,
    ) -> Outcome<Stream> {
        let key = |name: &str| format!("{kind}{name}");
        let needed: &[Key] = match kind {
            "audio" => &[
                required("audioport", Kind::Positive),
                required("audiopt", Kind::Positive),
            ],
            "video" => &[
                required("videoport", Kind::Positive),
                required("videopt", Kind::Positive),
            ],
            _ => &[required("dataport", Kind::Positive)],
        };
        check(body, needed)?;
        let codec = codec_of(body, &key("codec"), &key("rtpmap"));
        if kind != "data" && codec.is_none() {
            let why = format!("Can't add 'rtp' stream, error creating {kind} source stream");
            return Err(Failed(456, why));
        }
        let rtcp = body.contains_key(&key("rtcpport"));
        Ok(Stream {
            kind,
            mid: mid.to_owned(),
            label: kind.to_owned(),
            pt: number(body, &key("pt")),
            codec,
            fmtp: text(body, &key("fmtp")).map(str::to_owned),
            port: self.port(number(body, &key("port"))),
            rtcp_port: rtcp.then(|| self.port(number(body, &key("rtcpport")))),
            ..Stream::default()
        })
    }
}

impl Mountpoint {
    pub(super) fn kind(&self) -> &'static str {
        match self.source {
            Source::OnDemand => "on demand",
            _ => "live",
        }
    }
}

impl Stream {
    /// Its entry in the answer to `create`.
    fn ports(&self) -> Object {
        let mut entry = Object::new().text("type", self.kind).text("mid", &self.mid);
        if let Some(msid) = &self.msid {
            entry = entry.text("msid", msid);
        }
        entry = entry.number("port", self.port.into());
        for (key, port) in ["rtcp_port", "port_2", "port_3"].into_iter().zip([
            self.rtcp_port,
            self.more[0],
            self.more[1],
        ]) {
            if let Some(port) = port {
                entry = entry.number(key, port.into());
            }
        }
        entry
    }

    /// Its keys there in the deprecated form.
    fn legacy_ports(object: Object, stream: &Self) -> Object {
        let kind = stream.kind;
        let object = object.number(&format!("{kind}_port"), stream.port.into());
        match stream.rtcp_port {
            Some(port) => object.number(&format!("{kind}_rtcp_port"), port.into()),
            None => object,
        }
    }
}
