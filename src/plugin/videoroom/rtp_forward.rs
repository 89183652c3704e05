//! Copies of a publisher's media for another program.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;

use super::{HostFamily, MediaKind, SrtpSuite, VideoRoom};
use crate::plugin::{Secret, constructors};
use crate::{Id, Result};

constructors! {
    /// Creates a request to copy a publisher's media to `host`; set `streams` as well.
    RtpForward(room as Id, publisher_id as Id, host as String);
    /// Creates a copy of the stream `mid`, to that UDP port.
    ForwardStream(mid as String; port: u16);
    /// Creates a request to end a forwarder.
    StopRtpForward(room as Id, publisher_id as Id; stream_id: u64);
    /// Creates a request for the forwarders of `room`.
    ListForwarders(room as Id);
}

/// `rtp_forward`; see [`VideoRoom::rtp_forward`]. From `video_port` on it is the deprecated form,
/// which addresses the first stream of each kind; it counts only without `streams`.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "rtp_forward")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct RtpForward {
    /// The id of the room.
    pub room: Id,
    /// The id of the publisher.
    pub publisher_id: Id,
    /// The room's secret, if it has one.
    #[setters(into)]
    pub secret: Option<Secret>,
    /// The address or name of the host to send to. Janus needs it even if each stream has one.
    pub host: String,
    /// What the name is resolved to. Default: either.
    pub host_family: Option<HostFamily>,
    /// Whether one simulcast stream is sent as a viewer would get it. Default: false.
    pub simulcast: Option<bool>,
    /// Encrypts the copies; counts only with `srtp_crypto`. Default: no encryption.
    pub srtp_suite: Option<SrtpSuite>,
    /// The key, in base64 as in SDES; counts only with `srtp_suite`.
    #[setters(into)]
    pub srtp_crypto: Option<Secret>,
    /// What to copy and where to.
    pub streams: Option<Vec<ForwardStream>>,
    /// The UDP port for video; the base substream if there are several.
    pub video_port: Option<u16>,
    /// The UDP port that video's RTCP feedback comes from. Default: none.
    pub video_rtcp_port: Option<u16>,
    /// The SSRC to send video with. Default: the stream's own.
    pub video_ssrc: Option<u32>,
    /// The payload type to send video with. Default: the stream's own.
    pub video_pt: Option<u8>,
    /// The UDP port for the second substream.
    pub video_port_2: Option<u16>,
    /// The SSRC to send the second substream with. Default: its own.
    pub video_ssrc_2: Option<u32>,
    /// The payload type to send the second substream with. Default: its own.
    pub video_pt_2: Option<u8>,
    /// The UDP port for the third substream.
    pub video_port_3: Option<u16>,
    /// The SSRC to send the third substream with. Default: its own.
    pub video_ssrc_3: Option<u32>,
    /// The payload type to send the third substream with. Default: its own.
    pub video_pt_3: Option<u8>,
    /// The UDP port for audio.
    pub audio_port: Option<u16>,
    /// The UDP port that audio's RTCP feedback comes from. Default: none.
    pub audio_rtcp_port: Option<u16>,
    /// The SSRC to send audio with. Default: the stream's own.
    pub audio_ssrc: Option<u32>,
    /// The payload type to send audio with. Default: the stream's own.
    pub audio_pt: Option<u8>,
    /// The UDP port for data channel messages.
    pub data_port: Option<u16>,
    /// The plugin's admin key, on servers with `lock_rtp_forward`.
    #[setters(into)]
    pub admin_key: Option<Secret>,
}

/// One stream of an [`RtpForward`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct ForwardStream {
    /// Checked for its type and not used.
    #[setters(into)]
    pub secret: Option<Secret>,
    /// The `mid` of the publisher's stream.
    pub mid: String,
    /// The address or name of the host to send to. Default: that of the request.
    #[setters(into)]
    pub host: Option<String>,
    /// What the name is resolved to. Default: that of the request.
    pub host_family: Option<HostFamily>,
    /// The UDP port to send to; that for the base substream if there are several.
    pub port: u16,
    /// The UDP port that RTCP feedback comes from. Default: none.
    pub rtcp_port: Option<u16>,
    /// The SSRC to send with. Default: the stream's own.
    pub ssrc: Option<u32>,
    /// The payload type to send with, up to 127. Default: the stream's own.
    pub pt: Option<u8>,
    /// Whether a simulcast stream is sent as a viewer would get it. Default: that of the request.
    pub simulcast: Option<bool>,
    /// Checked for its type and not used: that of the request counts.
    pub srtp_suite: Option<SrtpSuite>,
    /// Checked for its type and not used: that of the request counts.
    #[setters(into)]
    pub srtp_crypto: Option<Secret>,
    /// The UDP port for the second substream. Default: it is not sent.
    pub port_2: Option<u16>,
    /// The SSRC to send it with. Default: its own.
    pub ssrc_2: Option<u32>,
    /// The payload type to send it with. Default: its own.
    pub pt_2: Option<u8>,
    /// The UDP port for the third substream. Default: it is not sent.
    pub port_3: Option<u16>,
    /// The SSRC to send it with. Default: its own.
    pub ssrc_3: Option<u32>,
    /// The payload type to send it with. Default: its own.
    pub pt_3: Option<u8>,
}

/// The forwarders that an [`RtpForward`] created.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Forwarding {
    /// The id of the room.
    pub room: Id,
    /// The id of the publisher.
    pub publisher_id: Id,
    /// The new ones, in the order of the request; one that could not be made is missing.
    pub forwarders: Vec<Forwarder>,
    /// The new ones, if the request had the deprecated form.
    pub rtp_stream: Option<LegacyRtpStream>,
}

/// One forwarder.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Forwarder {
    /// Its id, for [`StopRtpForward`].
    pub stream_id: u64,
    /// The address that it sends to.
    #[serde(default)]
    pub host: String,
    /// The UDP port that it sends to.
    #[serde(default)]
    pub port: u16,
    /// `type`: what it copies.
    #[serde(default, rename = "type")]
    pub kind: MediaKind,
    /// The UDP port here that RTCP feedback comes to, if it has some.
    pub local_rtcp_port: Option<u16>,
    /// The UDP port that RTCP feedback comes from, if it has some.
    pub remote_rtcp_port: Option<u16>,
    /// The payload type, if the request set one.
    pub pt: Option<u8>,
    /// The SSRC, if the request set one.
    pub ssrc: Option<u32>,
    /// Which substream it copies; absent for the base one.
    pub substream: Option<i64>,
    /// Whether the copy is encrypted.
    #[serde(default)]
    pub srtp: bool,
}

/// The forwarders that an [`RtpForward`] of the deprecated form made: ids and ports.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LegacyRtpStream {
    /// The id of the forwarder for audio.
    pub audio_stream_id: Option<u64>,
    /// Its UDP port.
    pub audio: Option<u16>,
    /// The id of the forwarder for video.
    pub video_stream_id: Option<u64>,
    /// Its UDP port.
    pub video: Option<u16>,
    /// The UDP port that video's RTCP feedback comes from. Since Janus 1.2.2.
    pub video_rtcp: Option<u16>,
    /// The id of the forwarder for the second substream.
    pub video_stream_id_2: Option<u64>,
    /// Its UDP port.
    pub video_2: Option<u16>,
    /// The id of the forwarder for the third substream.
    pub video_stream_id_3: Option<u64>,
    /// Its UDP port.
    pub video_3: Option<u16>,
    /// The id of the forwarder for data channel messages.
    pub data_stream_id: Option<u64>,
    /// Its UDP port.
    pub data: Option<u16>,
    /// `deprecated_api`
    pub warning: String,
    /// The host that they send to.
    pub host: Option<String>,
}

/// `stop_rtp_forward`; see [`VideoRoom::stop_rtp_forward`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "stop_rtp_forward")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct StopRtpForward {
    /// The id of the room.
    pub room: Id,
    /// The id of the publisher.
    pub publisher_id: Id,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
    /// [`Forwarder::stream_id`] of the forwarder.
    #[setters(skip)]
    pub stream_id: u64,
    /// The plugin's admin key, on servers with `lock_rtp_forward`.
    pub admin_key: Option<Secret>,
}

/// The forwarder was ended.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ForwardStopped {
    /// The id of the room.
    pub room: Id,
    /// The id of the publisher.
    pub publisher_id: Id,
    /// The id of the forwarder.
    pub stream_id: u64,
}

/// `listforwarders`; see [`VideoRoom::list_forwarders`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "listforwarders")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct ListForwarders {
    /// The id of the room.
    pub room: Id,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
}

/// The forwarders of a room.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Forwarders {
    /// The id of the room.
    #[serde(default)]
    pub room: Id,
    /// The publishers that have forwarders, remotizations included.
    pub publishers: Vec<ForwardingPublisher>,
}

/// A publisher that has forwarders.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct ForwardingPublisher {
    /// The id of the publisher.
    pub publisher_id: Id,
    /// The name to show.
    pub display: Option<String>,
    /// The publisher's metadata. Since Janus 1.3.0.
    pub metadata: Option<Value>,
    /// Its forwarders, in no order.
    #[serde(default)]
    pub forwarders: Vec<Forwarder>,
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl VideoRoom {
    /// Sends copies of a publisher's RTP, and of its data channel messages, to another program.
    ///
    /// Sends `rtp_forward` and waits for its answer, which has one forwarder for each stream, and
    /// further ones for the substreams. They end with the publisher.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 428 when there is no such publisher, 430 for a host that does not resolve.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::{ForwardStream, RtpForward}};
    /// # let said = r#"{"forwarders":[{"stream_id":5,"host":"10.0.0.9","port":5004,"type":"audio"}]}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("rtp_forward", said)?;
    /// let forward = RtpForward::new(1234, 1, "10.0.0.9")
    ///     .streams(vec![ForwardStream::new("0", 5004).pt(111)]);
    /// let forwarding = desk.rtp_forward(&forward)?;
    /// assert_eq!(forwarding.forwarders[0].port, 5004);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn rtp_forward(&self, forward: &RtpForward) -> Result<Forwarding> {
        self.handle.request(forward)
    }

    /// Ends a forwarder.
    ///
    /// Sends `stop_rtp_forward` and waits for its answer.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 428 when there is no such publisher or forwarder.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::StopRtpForward};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("stop_rtp_forward", r#"{"stream_id":5}"#)?;
    /// let stopped = desk.stop_rtp_forward(&StopRtpForward::new(1234, 1, 5))?;
    /// assert_eq!(stopped.stream_id, 5);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn stop_rtp_forward(&self, stop: &StopRtpForward) -> Result<ForwardStopped> {
        self.handle.request(stop)
    }

    /// Lists the forwarders of a room.
    ///
    /// Sends `listforwarders` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::ListForwarders};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("listforwarders", r#"{"publishers":[]}"#)?;
    /// let list = desk.list_forwarders(&ListForwarders::new(1234))?;
    /// assert!(list.publishers.is_empty());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[doc(alias = "listforwarders")]
    pub fn list_forwarders(&self, list: &ListForwarders) -> Result<Forwarders> {
        self.handle.request(list)
    }
}
