//! Publishers and their streams, as events and replies describe them.

use serde::Deserialize;
use serde_json::Value;

use crate::{Id, plugin::videoroom::MediaKind};

/// A publisher that can be subscribed to.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Feed {
    /// The id of the participant.
    pub id: Id,
    /// The name to show.
    pub display: Option<String>,
    /// The participant's metadata. Since Janus 1.3.0.
    pub metadata: Option<Value>,
    /// Whether it is the placeholder of [`Create::dummy_publisher`](crate::videoroom::Create::dummy_publisher).
    #[serde(default)]
    pub dummy: bool,
    /// The codec of the first audio stream.
    pub audio_codec: Option<String>,
    /// The codec of the first video stream.
    pub video_codec: Option<String>,
    /// All its streams.
    #[serde(default)]
    pub streams: Vec<PublisherStream>,
    /// Whether it is talking; absent without audio levels.
    pub talking: Option<bool>,
}

/// One stream of a [`Feed`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PublisherStream {
    /// `type`: what it carries.
    #[serde(rename = "type")]
    pub kind: MediaKind,
    /// The index of its media line, from 0.
    pub mindex: Option<u32>,
    /// The `mid` of its media line.
    pub mid: String,
    /// Whether it is switched off; then the rest is missing.
    pub disabled: bool,
    /// The codec.
    pub codec: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// Whether it was muted by [`moderate`](crate::videoroom::VideoRoom::moderate).
    pub moderated: bool,
    /// Whether it comes in several substreams.
    pub simulcast: bool,
    /// Whether it is layered.
    pub svc: bool,
    /// Whether somebody is talking on it; absent without audio levels.
    pub talking: Option<bool>,
    /// Whether Opus is stereo.
    pub stereo: bool,
    /// Whether Opus has forward error correction.
    pub fec: bool,
    /// Whether Opus has discontinuous transmission.
    pub dtx: bool,
    /// The H.264 profile.
    pub h264_profile: Option<String>,
    /// The VP9 profile.
    pub vp9_profile: Option<String>,
}

/// One stream of the own offer, as Janus has taken it: what
/// [`RemoteStream`](crate::videoroom::RemoteStream) needs on another server.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct OwnStream {
    /// `type`: what it carries.
    #[serde(rename = "type")]
    pub kind: MediaKind,
    /// The index of its media line, from 0.
    pub mindex: Option<u32>,
    /// The `mid` of its media line.
    pub mid: String,
    /// Whether it is switched off; then the rest is missing.
    pub disabled: bool,
    /// The codec that was agreed on.
    pub codec: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// Whether Opus is stereo.
    pub stereo: bool,
    /// Whether Opus has forward error correction.
    pub fec: bool,
    /// Whether Opus has discontinuous transmission.
    pub dtx: bool,
    /// The H.264 profile.
    pub h264_profile: Option<String>,
    /// The VP9 profile.
    pub vp9_profile: Option<String>,
    /// Whether it comes in several substreams.
    pub simulcast: bool,
    /// Whether it is layered.
    pub svc: bool,
    /// The id of the RTP extension for audio levels. Since Janus 1.3.2.
    pub audiolevel_ext_id: Option<u8>,
    /// The id of the RTP extension for the orientation. Since Janus 1.3.2.
    pub videoorient_ext_id: Option<u8>,
    /// The id of the RTP extension for playout delays. Since Janus 1.3.2.
    pub playoutdelay_ext_id: Option<u8>,
}

/// A participant who does not publish.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Attendee {
    /// The id of the participant.
    pub id: Id,
    /// The name to show.
    pub display: Option<String>,
    /// The participant's metadata. Since Janus 1.3.0.
    pub metadata: Option<Value>,
}
