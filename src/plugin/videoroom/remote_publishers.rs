//! Publishers of another room or server, as they appear in a room here.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;

use super::{MediaKind, SrtpSuite, VideoRoom};
use crate::{
    Id, Result,
    plugin::{Done, Secret},
};

/// `add_remote_publisher`; see [`VideoRoom::add_remote_publisher`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "add_remote_publisher")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct AddRemotePublisher {
    /// The id of the room.
    #[setters(skip)]
    pub room: Id,
    /// The id that the publisher has here. Default and 0: a random one.
    #[setters(into)]
    pub id: Option<Id>,
    /// The room's secret, if it has one.
    #[setters(into)]
    pub secret: Option<Secret>,
    /// The name to show. Default: none.
    #[setters(into)]
    pub display: Option<String>,
    /// The multicast group that the media comes to. Default: none.
    #[setters(into)]
    pub mcast: Option<String>,
    /// The network interface, or its address, that the media comes to. Default: all.
    #[setters(into)]
    pub iface: Option<String>,
    /// The UDP port that the media comes to. Default and 0: one of the plugin's range.
    pub port: Option<u16>,
    /// Its streams, at least one.
    #[setters(skip)]
    pub streams: Vec<RemoteStream>,
    /// What the publisher tells of itself, an object. Default: none. Since Janus 1.3.0.
    pub metadata: Option<Value>,
    /// The media comes encrypted; counts only with `srtp_crypto`. Since Janus 1.3.0.
    pub srtp_suite: Option<SrtpSuite>,
    /// The key, in base64 as in SDES; counts only with `srtp_suite`. Since Janus 1.3.0.
    #[setters(into)]
    pub srtp_crypto: Option<Secret>,
    /// The UDP port that RTCP feedback goes out from. Default and 0: one of the plugin's range.
    pub rtcp_port: Option<u16>,
}

impl AddRemotePublisher {
    /// A remote publisher with these streams in that room.
    pub fn new(room: impl Into<Id>, streams: impl Into<Vec<RemoteStream>>) -> Self {
        Self {
            room: room.into(),
            streams: streams.into(),
            ..Self::default()
        }
    }
}

/// One stream of a remote publisher. What the publisher itself was told of it fits here:
/// [`OwnStream`](super::publisher::OwnStream).
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct RemoteStream {
    /// The `mid` of the stream.
    #[setters(skip)]
    pub mid: String,
    /// The index of its media line, from 0. The media is told apart by it: its SSRC is 1000 and ten
    /// times the index.
    #[setters(skip)]
    pub mindex: u32,
    /// `type`: audio, video or data.
    #[serde(rename = "type")]
    #[setters(skip)]
    pub kind: MediaKind,
    /// The codec. Audio and video need it.
    #[setters(into)]
    pub codec: Option<String>,
    /// What the stream shows, for example `front door`. Default: none.
    #[setters(into)]
    pub description: Option<String>,
    /// Whether the stream is switched off. Default: false.
    pub disabled: Option<bool>,
    /// Whether Opus is stereo. Default: false.
    pub stereo: Option<bool>,
    /// Whether Opus has forward error correction. Default: false.
    pub fec: Option<bool>,
    /// Whether Opus has discontinuous transmission. Default: false.
    pub dtx: Option<bool>,
    /// The H.264 profile. Up to 1.2.0 Janus refuses it with 430: it checks for a truth value.
    #[setters(into)]
    pub h264_profile: Option<String>,
    /// The VP9 profile. Refused as `h264_profile` is.
    #[setters(into)]
    pub vp9_profile: Option<String>,
    /// Whether the video comes in several substreams. Default: false.
    pub simulcast: Option<bool>,
    /// Whether the video is layered. Default: false.
    pub svc: Option<bool>,
    /// The id of the RTP extension for audio levels. Default: none.
    pub audiolevel_ext_id: Option<u8>,
    /// The id of the RTP extension for the orientation. Default: none.
    pub videoorient_ext_id: Option<u8>,
    /// The id of the RTP extension for playout delays. Default: none.
    pub playoutdelay_ext_id: Option<u8>,
}

impl RemoteStream {
    /// That stream; audio and video need a codec as well.
    pub fn new(mid: impl Into<String>, mindex: u32, kind: MediaKind) -> Self {
        Self {
            mid: mid.into(),
            mindex,
            kind,
            ..Self::default()
        }
    }
}

/// Where the media of a remote publisher has to go.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RemotePublisher {
    /// The id of the room.
    pub room: Id,
    /// The id that the publisher has here.
    pub id: Id,
    /// The address, if `iface` or `mcast` was given.
    pub ip: Option<String>,
    /// The UDP port.
    pub port: u16,
    /// The UDP port that RTCP feedback can be had from.
    pub rtcp_port: u16,
}

/// `update_remote_publisher`; see [`VideoRoom::update_remote_publisher`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "update_remote_publisher")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct UpdateRemotePublisher {
    /// The id of the room.
    #[setters(skip)]
    pub room: Id,
    /// The id that the publisher has here.
    #[setters(skip)]
    pub id: Id,
    /// The room's secret, if it has one.
    #[setters(into)]
    pub secret: Option<Secret>,
    /// The name to show. Default: it stays.
    #[setters(into)]
    pub display: Option<String>,
    /// What the publisher tells of itself, an object. Default: it stays. Since Janus 1.3.0.
    pub metadata: Option<Value>,
    /// The streams that are new or have changed.
    #[setters(skip)]
    pub streams: Vec<RemoteStream>,
    /// The media comes encrypted; counts only with `srtp_crypto`. Since Janus 1.3.0.
    pub srtp_suite: Option<SrtpSuite>,
    /// The key, in base64 as in SDES; counts only with `srtp_suite`. Since Janus 1.3.0.
    #[setters(into)]
    pub srtp_crypto: Option<Secret>,
}

impl UpdateRemotePublisher {
    /// A change of that remote publisher's streams.
    pub fn new(
        room: impl Into<Id>,
        id: impl Into<Id>,
        streams: impl Into<Vec<RemoteStream>>,
    ) -> Self {
        Self {
            room: room.into(),
            id: id.into(),
            streams: streams.into(),
            ..Self::default()
        }
    }
}

/// `remove_remote_publisher`; see [`VideoRoom::remove_remote_publisher`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "remove_remote_publisher")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct RemoveRemotePublisher {
    /// The id of the room.
    #[setters(skip)]
    pub room: Id,
    /// The id that the publisher has here.
    #[setters(skip)]
    pub id: Id,
    /// The room's secret, if it has one.
    #[setters(into)]
    pub secret: Option<Secret>,
}

impl RemoveRemotePublisher {
    /// The end of that remote publisher.
    pub fn new(room: impl Into<Id>, id: impl Into<Id>) -> Self {
        Self {
            room: room.into(),
            id: id.into(),
            ..Self::default()
        }
    }
}

impl VideoRoom {
    /// Makes a place in a room for the publisher of another room or server.
    ///
    /// Sends `add_remote_publisher` and waits for its answer, which says where the media has to go:
    /// give that to [`publish_remotely`](Self::publish_remotely) over there. Everybody in the room
    /// gets [`Event::Publishers`](super::Event::Publishers). That comes after the answer, as does the
    /// publisher: requests about it that follow at once may get code 428.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 426 when there is no such room, 436 when the id is taken, 429 without and
    /// 433 with a wrong secret, and 429 for audio or video without a codec, 430 without streams.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::{AddRemotePublisher, MediaKind, RemoteStream}};
    /// # let said = r#"{"room":1234,"id":7,"port":10000,"rtcp_port":10001}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("add_remote_publisher", said)?;
    /// let audio = RemoteStream::new("0", 0, MediaKind::Audio).codec("opus");
    /// let place = desk.add_remote_publisher(&AddRemotePublisher::new(1234, [audio]).id(7))?;
    /// assert_eq!(place.port, 10_000);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *VideoRoom plugin documentation*, Remote publishers (room cascading).
    pub fn add_remote_publisher(&self, add: &AddRemotePublisher) -> Result<RemotePublisher> {
        self.handle.request(add)
    }

    /// Changes the streams of a remote publisher.
    ///
    /// Sends `update_remote_publisher` and waits for its answer. Everybody in the room gets
    /// [`Event::Publishers`](super::Event::Publishers).
    ///
    /// # Errors
    ///
    /// `Plugin` with code 426 when there is no such room, 428 when there is no such publisher, 429
    /// without and 433 with a wrong secret.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::{MediaKind, RemoteStream, UpdateRemotePublisher}};
    /// # let said = r#"{"videoroom":"success","room":1234}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("update_remote_publisher", said)?;
    /// let audio = RemoteStream::new("0", 0, MediaKind::Audio).codec("opus").disabled(true);
    /// desk.update_remote_publisher(&UpdateRemotePublisher::new(1234, 7, [audio]))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *VideoRoom plugin documentation*, Remote publishers (room cascading).
    pub fn update_remote_publisher(&self, update: &UpdateRemotePublisher) -> Result<()> {
        self.handle.request(update).map(|Done| ())
    }

    /// Removes a remote publisher.
    ///
    /// Sends `remove_remote_publisher` and waits for its answer. Everybody in the room gets
    /// [`Event::Unpublished`](super::Event::Unpublished) or
    /// [`Event::Leaving`](super::Event::Leaving). The other side goes on sending until
    /// [`unpublish_remotely`](Self::unpublish_remotely) ends that.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 426 when there is no such room, 428 when there is no such publisher, 429
    /// without and 433 with a wrong secret.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::RemoveRemotePublisher};
    /// # let said = r#"{"videoroom":"success","room":1234}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("remove_remote_publisher", said)?;
    /// desk.remove_remote_publisher(&RemoveRemotePublisher::new(1234, 7))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *VideoRoom plugin documentation*, Remote publishers (room cascading).
    pub fn remove_remote_publisher(&self, remove: &RemoveRemotePublisher) -> Result<()> {
        self.handle.request(remove).map(|Done| ())
    }
}
