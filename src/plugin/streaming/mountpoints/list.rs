//! Finding mountpoints.

use std::time::Duration;

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::plugin::{Secret, constructors, duration};
use crate::streaming::{MediaKind, Streaming};
use crate::{Id, Result};

constructors! {
    /// Creates a request for the mountpoints that are not private.
    List();
    /// Creates a request for what there is to know of the mountpoint `id`.
    Info(id as Id);
}

/// `list`; see [`Streaming::list`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "list")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct List {
    /// The plugin's admin key: private mountpoints are listed too.
    pub admin_key: Option<Secret>,
}

/// The mountpoints of the server; see [`Streaming::list`].
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Mountpoints {
    /// The mountpoints, in no order.
    pub list: Vec<Mountpoint>,
}

/// One mountpoint in the list.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Mountpoint {
    /// The id of the mountpoint.
    pub id: Id,
    /// `type`: `live` or `on demand`; RTP and RTSP are `live`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// Its description.
    #[serde(default)]
    pub description: String,
    /// Its metadata.
    pub metadata: Option<String>,
    /// Whether its media is relayed.
    #[serde(default)]
    pub enabled: bool,
    /// Its streams, if it is an RTP or RTSP mountpoint.
    #[serde(default)]
    pub media: Vec<ListedStream>,
}

/// One stream of a mountpoint in the list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ListedStream {
    /// Its `mid`.
    pub mid: String,
    /// `type`: what it carries.
    #[serde(rename = "type")]
    pub kind: MediaKind,
    /// Its label.
    pub label: String,
    /// Its `msid`, if it has one.
    pub msid: Option<String>,
    /// `age_ms`: how long ago its last packet came; if none has come, how long ago the mountpoint was
    /// created (RTP), or the machine started (RTSP).
    #[serde(rename = "age_ms", deserialize_with = "duration::from_millis")]
    pub age: Option<Duration>,
}

/// `info`; see [`Streaming::info`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "info")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Info {
    /// The id of the mountpoint.
    pub id: Id,
    /// The mountpoint's secret. Without it the answer leaves fields out, unless the mountpoint has no
    /// secret.
    pub secret: Option<Secret>,
}

/// The answer to `info`; see [`Streaming::info`].
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct InfoReply {
    /// What there is to know.
    pub info: MountpointInfo,
}

/// What there is to know of a mountpoint. "With the secret" is also where it has none.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MountpointInfo {
    /// The id of the mountpoint.
    pub id: Id,
    /// Its name. With the secret.
    pub name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// Its metadata.
    pub metadata: Option<String>,
    /// Its secret, if it has one. With the secret.
    pub secret: Option<Secret>,
    /// Its pin, if it has one. With the secret.
    pub pin: Option<Secret>,
    /// Whether lists leave it out; false also without the secret.
    pub is_private: bool,
    /// Whether its media is relayed.
    pub enabled: bool,
    /// How many watch it. With the secret.
    pub viewers: Option<u64>,
    /// `type`: `live` or `on demand`; RTP and RTSP are `live`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its streams.
    pub media: Vec<StreamInfo>,
    /// The file that it plays. With the secret.
    pub filename: Option<String>,
    /// Whether it receives from an RTSP server.
    pub rtsp: bool,
    /// The RTSP server's address, which may hold a password. With the secret.
    pub url: Option<Secret>,
    /// The user for it. With the secret.
    pub rtsp_user: Option<String>,
    /// The user's password. With the secret.
    pub rtsp_pwd: Option<Secret>,
    /// Whether the path alone is tried when the server answers 404 to the address.
    pub rtsp_quirk: bool,
    /// Whether what comes in is SRTP.
    pub srtp: bool,
    /// For how long a new SSRC is ignored.
    #[serde(deserialize_with = "duration::from_millis")]
    pub collision: Option<Duration>,
    /// How much is kept from a keyframe on. Since Janus 1.3.3.
    #[serde(deserialize_with = "duration::from_millis")]
    pub bufferkf_ms: Option<Duration>,
    /// The same in bytes. Since Janus 1.3.3.
    pub bufferkf_bytes: Option<u64>,
    /// How many threads help to relay the media, if any.
    pub threads: Option<u64>,
    /// The multicast group of the last stream that has one. With the secret.
    pub host: Option<String>,
}

/// What there is to know of a stream. Ports are told with the secret.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct StreamInfo {
    /// Its place among the streams, from 0.
    pub mindex: Option<u32>,
    /// `type`: what it carries.
    #[serde(rename = "type")]
    pub kind: MediaKind,
    /// Its `mid`; absent for files.
    pub mid: Option<String>,
    /// Its label.
    pub label: Option<String>,
    /// Its `msid`, if it has one.
    pub msid: Option<String>,
    /// Its payload type.
    pub pt: Option<u8>,
    /// Its codec.
    pub codec: Option<String>,
    /// Its codec as in SDP.
    pub rtpmap: Option<String>,
    /// Its format parameters, if it has any.
    pub fmtp: Option<String>,
    /// Whether it is simulcast.
    pub videosimulcast: bool,
    /// Whether it is in SVC layers.
    pub videosvc: bool,
    /// Whether the last keyframe is kept. Gone since Janus 1.3.3.
    pub videobufferkf: bool,
    /// Whether the source's clock is compensated.
    pub skew_compensation: bool,
    /// The UDP port of its RTP, or its data.
    pub port: Option<u16>,
    /// The UDP port of its RTCP.
    pub rtcpport: Option<u16>,
    /// The UDP port of its second simulcast substream.
    pub port2: Option<u16>,
    /// The UDP port of its third simulcast substream.
    pub port3: Option<u16>,
    /// `text` or `binary`, if it is data. Since Janus 1.1.3.
    pub datatype: Option<String>,
    /// `age_ms`: how long ago its last packet came; if none has come, how long ago the mountpoint was
    /// created (RTP), or the machine started (RTSP).
    #[serde(rename = "age_ms", deserialize_with = "duration::from_millis")]
    pub age: Option<Duration>,
    /// The name of the file that it is recorded to, without its path. With the secret.
    pub recording: Option<String>,
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl Streaming {
    /// Lists the mountpoints.
    ///
    /// Sends `list` and waits for its answer. It only reads.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Streaming, streaming::List};
    /// # let said = r#"{"streaming":"list","list":[{"id":7,"type":"live","description":"gate","enabled":true}]}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<Streaming>("list", said)?;
    /// for mountpoint in desk.list(&List::new())?.list {
    ///     println!("{}: {}", mountpoint.id, mountpoint.description);
    /// #   assert_eq!(mountpoint.description, "gate");
    /// }
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn list(&self, list: &List) -> Result<Mountpoints> {
        self.handle.request(list)
    }

    /// Asks for everything about a mountpoint.
    ///
    /// Sends `info` and waits for its answer. It only reads. With a wrong secret the answer has fewer
    /// fields; that is not an error.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Streaming, streaming::Info};
    /// use std::time::Duration;
    /// # let said = r#"{"streaming":"info","info":{"id":7,"viewers":2,"media":[{"mid":"v","age_ms":20}]}}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<Streaming>("info", said)?;
    /// let info = desk.info(&Info::new(7).secret("hush"))?;
    /// let is_alive = info.media[0].age.is_some_and(|age| age < Duration::from_secs(1));
    /// assert!(is_alive && info.viewers == Some(2));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn info(&self, info: &Info) -> Result<MountpointInfo> {
        Ok(self.handle.request(info)?.info)
    }
}
