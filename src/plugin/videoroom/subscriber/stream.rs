//! What a subscriber receives.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::{
    Id,
    plugin::videoroom::{MediaKind, units},
};

/// One stream of a subscription, and the publisher's stream that is in it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct SubscriberStream {
    /// `type`: what it carries.
    #[serde(rename = "type")]
    pub kind: MediaKind,
    /// Whether there is a publisher's stream in it.
    pub active: bool,
    /// The index of its media line in the subscriber's SDP, from 0.
    pub mindex: u32,
    /// The `mid` of its media line in the subscriber's SDP.
    pub mid: String,
    /// The name that the subscription gave to it.
    #[serde(default)]
    pub crossrefid: Option<String>,
    /// Whether the answer has taken it.
    pub ready: bool,
    /// Whether its media is relayed.
    pub send: bool,
    /// How many publishers' data channels are in it.
    #[serde(default)]
    pub sources: Option<u32>,
    /// Whose data channels they are.
    #[serde(default)]
    pub source_ids: Option<Vec<Id>>,
    /// The id of the publisher; absent for data channels, and while it is inactive.
    #[serde(default)]
    pub feed_id: Option<Id>,
    /// The publisher's name.
    #[serde(default)]
    pub feed_display: Option<String>,
    /// What the publisher has told of itself. Since Janus 1.3.0.
    #[serde(default)]
    pub feed_metadata: Option<Value>,
    /// The `mid` of the publisher's stream.
    #[serde(default)]
    pub feed_mid: Option<String>,
    /// What the publisher's stream shows.
    #[serde(default)]
    pub feed_description: Option<String>,
    /// The codec.
    #[serde(default)]
    pub codec: Option<String>,
    /// The H.264 profile.
    #[serde(rename = "h264-profile", default)]
    pub h264_profile: Option<String>,
    /// The VP9 profile.
    #[serde(rename = "vp9-profile", default)]
    pub vp9_profile: Option<String>,
    /// The playout delays that are asked for.
    #[serde(rename = "playout-delay", default)]
    pub playout_delay: Option<PlayoutDelay>,
    /// Which substream is received, if there are several.
    #[serde(default)]
    pub simulcast: Option<Simulcast>,
    /// Which layers are received, if it is layered.
    #[serde(default)]
    pub svc: Option<Svc>,
}

/// Playout delays, in steps of 10 ms.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct PlayoutDelay {
    /// The smallest.
    pub min_delay: i16,
    /// The largest.
    pub max_delay: i16,
}

/// Which substream is received. The layers are -1 while nothing has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Simulcast {
    /// The substream.
    pub substream: i8,
    /// The substream that was asked for.
    pub substream_target: i8,
    /// The temporal layer.
    pub temporal_layer: i8,
    /// The temporal layer that was asked for.
    pub temporal_layer_target: i8,
    /// After how long without packets a lower substream is used, if that was set.
    #[serde(default, deserialize_with = "units::from_micros")]
    pub fallback: Option<Duration>,
}

/// Which layers are received. They are -1 while nothing has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Svc {
    /// The spatial layer.
    pub spatial_layer: i8,
    /// The spatial layer that was asked for.
    pub target_spatial_layer: i8,
    /// The temporal layer.
    pub temporal_layer: i8,
    /// The temporal layer that was asked for.
    pub target_temporal_layer: i8,
}
