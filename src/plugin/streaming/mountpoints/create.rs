//! What creating a mountpoint brings.

use serde::Deserialize;

use crate::Id;
use crate::streaming::MediaKind;

/// The mountpoint was created.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Created {
    /// `created`: the name of the mountpoint.
    #[serde(rename = "created")]
    pub name: String,
    /// Whether it is in the server's configuration file.
    pub permanent: bool,
    /// The mountpoint.
    pub stream: CreatedMountpoint,
    /// `deprecated_api`, if the request had the deprecated form.
    pub warning: Option<String>,
}

/// The mountpoint that was created.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CreatedMountpoint {
    /// The id of the mountpoint.
    pub id: Id,
    /// `type`: `live` or `on demand`; RTP and RTSP are `live`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its description.
    pub description: String,
    /// Whether lists leave it out.
    pub is_private: bool,
    /// Where the media of each stream is expected.
    pub ports: Vec<CreatedPort>,
    /// The multicast group of the streams, if any. Gone since Janus 1.3.1: see
    /// [`CreatedPort::host`].
    pub host: Option<String>,
    /// `audio_host`, and so on: the same for the deprecated form of the request.
    pub audio_host: Option<String>,
    /// Where the RTP of the audio is expected.
    pub audio_port: Option<u16>,
    /// Where the RTCP of the audio is expected.
    pub audio_rtcp_port: Option<u16>,
    /// The multicast group of the video.
    pub video_host: Option<String>,
    /// Where the RTP of the video is expected.
    pub video_port: Option<u16>,
    /// Where the RTCP of the video is expected.
    pub video_rtcp_port: Option<u16>,
    /// Where the second simulcast substream is expected.
    pub video_port_2: Option<u16>,
    /// Where the third simulcast substream is expected.
    pub video_port_3: Option<u16>,
    /// The multicast group of the data.
    pub data_host: Option<String>,
    /// Where the data is expected.
    pub data_port: Option<u16>,
}

/// Where the media of a stream is expected, in UDP ports of the server.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CreatedPort {
    /// `type`: what the stream carries.
    #[serde(rename = "type")]
    pub kind: MediaKind,
    /// The `mid` of the stream.
    pub mid: String,
    /// Its `msid`, if it has one.
    pub msid: Option<String>,
    /// Its multicast group, if it has one. Since Janus 1.3.1.
    pub host: Option<String>,
    /// Its RTP, or its data.
    pub port: Option<u16>,
    /// Its RTCP.
    pub rtcp_port: Option<u16>,
    /// Its second simulcast substream.
    pub port_2: Option<u16>,
    /// Its third simulcast substream.
    pub port_3: Option<u16>,
}
