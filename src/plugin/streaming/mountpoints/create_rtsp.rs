//! Creating mountpoints that receive from an RTSP server.

use std::time::Duration;

use derive_setters::Setters;
use serde::Serialize;
use serde_with::skip_serializing_none;

use super::create::Created;
use crate::plugin::{Secret, duration};
use crate::streaming::{RtpStream, Streaming};
use crate::{Id, Result};

/// `type`: what the mountpoint is made of.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize)]
#[serde(rename_all = "lowercase")]
enum Source {
    #[default]
    Rtsp,
}

/// `create` of an RTSP mountpoint; see [`Streaming::create_rtsp`]. Set `audio`, `video` or both.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "create")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct CreateRtsp {
    #[serde(rename = "type")]
    #[setters(skip)]
    source: Source,
    /// The address of the stream. It counts as a secret, as it may hold a password.
    pub url: Option<Secret>,
    /// The user, if the server asks for one.
    pub rtsp_user: Option<String>,
    /// The user's password.
    pub rtsp_pwd: Option<Secret>,
    /// Whether audio is relayed. Default: false.
    pub audio: Option<bool>,
    /// Whether video is relayed. Default: false.
    pub video: Option<bool>,
    /// Checked and not used.
    pub data: Option<bool>,
    /// Checked and not used.
    pub media: Option<Vec<RtpStream>>,
    /// The id of the mountpoint. Default and 0: a random one.
    pub id: Option<Id>,
    /// Its name. Janus does not refuse one that another mountpoint has. Default: the id.
    pub name: Option<String>,
    /// What lists show. Default: the name.
    pub description: Option<String>,
    /// A text of your choice, for viewers. Default: none.
    pub metadata: Option<String>,
    /// Whether lists leave the mountpoint out. Default: false.
    pub is_private: Option<bool>,
    /// What changing and destroying the mountpoint need. Default: nothing.
    pub secret: Option<Secret>,
    /// What watching needs. Default: nothing.
    pub pin: Option<Secret>,
    /// Whether it is written to the server's configuration file, with the password. Default: false.
    pub permanent: Option<bool>,
    /// Whether the path alone is tried when the server answers 404 to the address. Default: false.
    pub rtsp_quirk: Option<bool>,
    /// Whether `create` fails when the server cannot be reached. Default: true. Otherwise Janus goes
    /// on trying.
    pub rtsp_failcheck: Option<bool>,
    /// An older name of `rtsp_failcheck`.
    pub rtsp_check: Option<bool>,
    /// The network interface, or its address, to receive at. Default: all.
    pub rtspiface: Option<String>,
    /// After how long without media the server counts as gone, and is asked again (seconds on the
    /// wire, as are the following). Default: 5 s.
    #[serde(serialize_with = "duration::seconds")]
    pub rtsp_reconnect_delay: Option<Duration>,
    /// Twice the longest pause between two signs of life to the server. Default and 0: as the server
    /// says.
    #[serde(serialize_with = "duration::seconds")]
    pub rtsp_session_timeout: Option<Duration>,
    /// How long an RTSP request may take. Default: 10 s.
    #[serde(serialize_with = "duration::seconds")]
    pub rtsp_timeout: Option<Duration>,
    /// How long connecting may take. Default: 5 s.
    #[serde(serialize_with = "duration::seconds")]
    pub rtsp_conn_timeout: Option<Duration>,
    /// Whether viewers are told when the server goes away and comes back
    /// ([`Event::RtspDisconnected`](crate::streaming::Event::RtspDisconnected)). Default: false. Since
    /// Janus 1.3.3.
    pub rtsp_notify_changes: Option<bool>,
    /// The codec of the audio. Default: as the server says.
    pub audiocodec: Option<String>,
    /// The same as in SDP, for example `opus/48000/2`. Deprecated: see `audiocodec`.
    pub audiortpmap: Option<String>,
    /// The format parameters of the audio. Default: as the server says.
    pub audiofmtp: Option<String>,
    /// The payload type of the audio. Default: as the server says.
    #[setters(into = false)]
    pub audiopt: Option<u8>,
    /// The codec of the video. Default: as the server says.
    pub videocodec: Option<String>,
    /// The same as in SDP, for example `H264/90000`. Deprecated: see `videocodec`.
    pub videortpmap: Option<String>,
    /// The format parameters of the video. Default: as the server says.
    pub videofmtp: Option<String>,
    /// The payload type of the video. Default: as the server says.
    #[setters(into = false)]
    pub videopt: Option<u8>,
    /// Whether the last keyframe is kept for new viewers. Default: false. Nothing since Janus 1.3.3:
    /// see `bufferkf_ms`.
    pub videobufferkf: Option<bool>,
    /// How much is kept from a video keyframe on, for new viewers, up to 65,535 ms. Default and 0:
    /// nothing. Since Janus 1.3.3.
    #[serde(serialize_with = "duration::millis")]
    pub bufferkf_ms: Option<Duration>,
    /// The same in bytes; the smaller one counts. Since Janus 1.3.3.
    #[setters(into = false)]
    pub bufferkf_bytes: Option<u32>,
    /// How many threads help to relay the media. Default: 0.
    #[setters(into = false)]
    pub threads: Option<u32>,
    /// The plugin's admin key, on servers that have one.
    pub admin_key: Option<Secret>,
}

impl CreateRtsp {
    /// Creates a request for the stream at that address; set `audio`, `video` or both.
    pub fn new(url: impl Into<Secret>) -> Self {
        Self {
            url: Some(url.into()),
            ..Self::default()
        }
    }
}

impl Streaming {
    /// Creates a mountpoint that receives from an RTSP server, such as a camera.
    ///
    /// Sends `create` and waits for its answer, which comes when the RTSP server has been asked: this
    /// may take [`rtsp_conn_timeout`](CreateRtsp::rtsp_conn_timeout) and more.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 456 when the id is taken, neither audio nor video is wanted, or the RTSP
    /// server cannot be reached or refuses (unless
    /// [`rtsp_failcheck`](CreateRtsp::rtsp_failcheck) is false); 454 from a Janus built without
    /// libcurl, after which the id cannot be used until the server is restarted; 453 without, 457 with
    /// a wrong admin key where the server has one.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Streaming, streaming::CreateRtsp};
    /// # let said = r#"{"streaming":"created","created":"9","stream":{"id":9,"type":"live"}}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<Streaming>("create", said)?;
    /// let gate = CreateRtsp::new("rtsp://10.0.0.7/gate").rtsp_user("viewer").rtsp_pwd("hush");
    /// let created = desk.create_rtsp(&gate.video(true).rtsp_failcheck(false))?;
    /// assert_eq!(created.stream.id, 9.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[doc(alias = "create")]
    pub fn create_rtsp(&self, create: &CreateRtsp) -> Result<Created> {
        self.handle.request(create)
    }
}
