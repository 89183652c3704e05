//! Publishers of another room or server, as they appear in a room here.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;

use super::{MediaKind, SrtpSuite, VideoRoom};
use crate::plugin::{Done, Secret, constructors};
use crate::{Id, Result};

constructors! {
    /// Creates a request to add a remote publisher with these streams to `room`.
    AddRemotePublisher(room as Id, streams as Vec<RemoteStream>);
    /// Creates a stream; audio and video need a codec as well.
    RemoteStream(mid as String; mindex: u32, kind: MediaKind);
    /// Creates a request to change the streams of a remote publisher.
    UpdateRemotePublisher(room as Id, id as Id, streams as Vec<RemoteStream>);
    /// Creates a request to remove a remote publisher.
    RemoveRemotePublisher(room as Id, id as Id);
}

/// `add_remote_publisher`; see [`VideoRoom::add_remote_publisher`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "add_remote_publisher")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct AddRemotePublisher {
    /// The id of the room.
    pub room: Id,
    /// The id that the publisher has here. Default and 0: a random one.
    pub id: Option<Id>,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
    /// The name to show. Default: none.
    pub display: Option<String>,
    /// The multicast group that the media comes to. Default: none.
    pub mcast: Option<String>,
    /// The network interface, or its address, that the media comes to. Default: all.
    pub iface: Option<String>,
    /// The UDP port that the media comes to. Default and 0: one of the plugin's range.
    #[setters(into = false)]
    pub port: Option<u16>,
    /// Its streams, at least one.
    pub streams: Vec<RemoteStream>,
    /// What the publisher tells of itself, an object. Default: none. Since Janus 1.3.0.
    pub metadata: Option<Value>,
    /// The media comes encrypted; counts only with `srtp_crypto`. Since Janus 1.3.0.
    pub srtp_suite: Option<SrtpSuite>,
    /// The key, in base64 as in SDES; counts only with `srtp_suite`. Since Janus 1.3.0.
    pub srtp_crypto: Option<Secret>,
    /// The UDP port that RTCP feedback goes out from. Default and 0: one of the plugin's range.
    #[setters(into = false)]
    pub rtcp_port: Option<u16>,
}

/// One stream of a remote publisher. What the publisher itself was told of it fits here:
/// [`OwnStream`](super::publisher::OwnStream).
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct RemoteStream {
    /// The `mid` of the stream.
    pub mid: String,
    /// The index of its media line, from 0. It tells the media apart: the SSRC is 1000 plus ten
    /// times the index.
    #[setters(skip)]
    pub mindex: u32,
    /// `type`: audio, video or data.
    #[serde(rename = "type")]
    pub kind: MediaKind,
    /// The codec. Audio and video need it.
    pub codec: Option<String>,
    /// What the stream shows, for example `front door`. Default: none.
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
    pub h264_profile: Option<String>,
    /// The VP9 profile. Refused as `h264_profile` is.
    pub vp9_profile: Option<String>,
    /// Whether the video comes in several substreams. Default: false.
    pub simulcast: Option<bool>,
    /// Whether the video is layered. Default: false.
    pub svc: Option<bool>,
    /// The id of the RTP extension for audio levels. Default: none.
    #[setters(into = false)]
    pub audiolevel_ext_id: Option<u8>,
    /// The id of the RTP extension for the orientation. Default: none.
    #[setters(into = false)]
    pub videoorient_ext_id: Option<u8>,
    /// The id of the RTP extension for playout delays. Default: none.
    #[setters(into = false)]
    pub playoutdelay_ext_id: Option<u8>,
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
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct UpdateRemotePublisher {
    /// The id of the room.
    pub room: Id,
    /// The id that the publisher has here.
    pub id: Id,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
    /// The name to show. Default: it stays.
    pub display: Option<String>,
    /// What the publisher tells of itself, an object. Default: it stays. Since Janus 1.3.0.
    pub metadata: Option<Value>,
    /// The streams that are new or have changed.
    pub streams: Vec<RemoteStream>,
    /// The media comes encrypted; counts only with `srtp_crypto`. Since Janus 1.3.0.
    pub srtp_suite: Option<SrtpSuite>,
    /// The key, in base64 as in SDES; counts only with `srtp_suite`. Since Janus 1.3.0.
    pub srtp_crypto: Option<Secret>,
}

/// `remove_remote_publisher`; see [`VideoRoom::remove_remote_publisher`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "remove_remote_publisher")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct RemoveRemotePublisher {
    /// The id of the room.
    pub room: Id,
    /// The id that the publisher has here.
    pub id: Id,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
}

impl VideoRoom {
    /// Makes a place in a room for the publisher of another room or server.
    ///
    /// Sends `add_remote_publisher` and waits for its answer, which says where the media has to go:
    /// give that to [`publish_remotely`](Self::publish_remotely) on the other server. Everybody in
    /// the room gets [`Event::Publishers`](super::Event::Publishers). That comes after the answer,
    /// as does the publisher: requests about it that follow at once may get code 428.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 436 when the id is taken, 429 for audio or video without a codec too, 430
    /// without streams.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::{AddRemotePublisher, MediaKind, RemoteStream}};
    /// # let said = r#"{"id":7,"port":10000,"rtcp_port":10001}"#;
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
    /// `Plugin` with code 428 when there is no such publisher.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::{MediaKind, RemoteStream, UpdateRemotePublisher}};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("update_remote_publisher", "{}")?;
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
    /// `Plugin` with code 428 when there is no such publisher.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::RemoveRemotePublisher};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("remove_remote_publisher", "{}")?;
    /// desk.remove_remote_publisher(&RemoveRemotePublisher::new(1234, 7))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *VideoRoom plugin documentation*, Remote publishers (room cascading).
    pub fn remove_remote_publisher(&self, remove: &RemoveRemotePublisher) -> Result<()> {
        self.handle.request(remove).map(|Done| ())
    }
}
