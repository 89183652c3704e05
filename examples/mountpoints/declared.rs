//! What the file declares:
//!
//! ```json
//! { "mountpoints": [
//!     { "id": 1, "description": "front gate", "pin": "2580", "source": { "rtp": [
//!         { "kind": "audio", "mid": "a", "codec": "opus", "pt": 111, "port": 5002 },
//!         { "kind": "video", "mid": "v", "codec": "vp8", "pt": 100, "port": 5004, "rtcp_port": 5005 }
//!     ] } },
//!     { "id": 2, "description": "music", "private": true, "source": { "live": "/srv/music.opus" } },
//!     { "id": 3, "description": "jingle", "source": { "on_demand": "/srv/jingle.alaw" } },
//!     { "id": 4, "description": "yard", "source": { "rtsp": "rtsp://viewer:hush@10.0.0.7/yard" } }
//! ] }
//! ```
//!
//! Ids may be texts, for servers with `string_ids`. A port of 0, or none, is one of Janus's choice.

use std::{fs, path::Path};

use janus_blocking::{
    plugin::Id,
    streaming::{MediaKind, MountpointInfo, RtpStream},
};
use serde::Deserialize;

use crate::Result;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    mountpoints: Vec<Declared>,
}

/// One mountpoint that should be there.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    pub id: Id,
    pub description: String,
    pub pin: Option<String>,
    #[serde(default)]
    pub private: bool,
    pub source: Source,
}

/// Where its media comes from.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Rtp(Vec<Stream>),
    Live(String),
    OnDemand(String),
    Rtsp(String),
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    pub kind: MediaKind,
    pub mid: String,
    pub codec: Option<String>,
    pub pt: Option<u8>,
    #[serde(default)]
    pub port: u16,
    pub rtcp_port: Option<u16>,
}

/// Reads the file.
pub fn read(path: &Path) -> Result<Vec<Declared>> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let file: File =
        serde_json::from_str(&text).map_err(|error| format!("{shown} does not fit: {error}"))?;
    let ids = file.mountpoints.iter().enumerate();
    for (at, one) in ids {
        if file.mountpoints[..at]
            .iter()
            .any(|other| other.id == one.id)
        {
            return Err(format!("{shown} has the id {} twice", one.id).into());
        }
    }
    Ok(file.mountpoints)
}

impl Stream {
    pub fn to_rtp(&self) -> RtpStream {
        let stream = RtpStream::new(self.kind.clone(), &self.mid, self.port);
        let stream = match &self.codec {
            Some(codec) => stream.codec(codec),
            None => stream,
        };
        let stream = match self.pt {
            Some(pt) => stream.pt(pt),
            None => stream,
        };
        match self.rtcp_port {
            Some(port) => stream.rtcpport(port),
            None => stream,
        }
    }
}

impl Declared {
    /// Whether the mountpoint has that source. The rest can be changed; this cannot.
    pub fn is_made_of(&self, info: &MountpointInfo) -> bool {
        match &self.source {
            Source::Rtp(streams) => {
                let same = |stream: &Stream, has: &janus_blocking::streaming::StreamInfo| {
                    let port = stream.port == 0 || has.port == Some(stream.port);
                    let known = |own: &Option<String>| own.is_none() || *own == has.codec;
                    has.mid.as_deref() == Some(&stream.mid) && port && known(&stream.codec)
                };
                let pairs = streams.iter().zip(&info.media);
                !info.rtsp
                    && streams.len() == info.media.len()
                    && pairs.into_iter().all(|(stream, has)| same(stream, has))
            }
            Source::Live(file) => info.kind == "live" && info.filename.as_ref() == Some(file),
            Source::OnDemand(file) => {
                info.kind == "on demand" && info.filename.as_ref() == Some(file)
            }
            Source::Rtsp(url) => info.url.as_ref().is_some_and(|it| it.expose() == url),
        }
    }
}
