//! What a subscriber receives.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::{
    Id,
    plugin::videoroom::{MediaKind, units},
};

/// One stream of a subscription, and the publisher's stream that is in it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SubscriberStream {
    /// `type`: what it carries.
    #[serde(rename = "type")]
    pub kind: MediaKind,
    /// Whether there is a publisher's stream in it.
    pub active: bool,
    /// The index of its media line in the subscriber's SDP, from 0.
    pub mindex: Option<u32>,
    /// The `mid` of its media line in the subscriber's SDP.
    pub mid: String,
    /// The name that the subscription gave to it.
    pub crossrefid: Option<String>,
    /// Whether the answer has taken it.
    pub ready: bool,
    /// Whether its media is relayed.
    pub send: bool,
    /// How many publishers' data channels are in it.
    pub sources: Option<u64>,
    /// Whose data channels they are.
    pub source_ids: Option<Vec<Id>>,
    /// The id of the publisher; absent for data channels, and while it is inactive.
    pub feed_id: Option<Id>,
    /// The publisher's name.
    pub feed_display: Option<String>,
    /// What the publisher has told of itself. Since Janus 1.3.0.
    pub feed_metadata: Option<Value>,
    /// The `mid` of the publisher's stream.
    pub feed_mid: Option<String>,
    /// What the publisher's stream shows.
    pub feed_description: Option<String>,
    /// The codec.
    pub codec: Option<String>,
    /// The H.264 profile.
    #[serde(rename = "h264-profile")]
    pub h264_profile: Option<String>,
    /// The VP9 profile.
    #[serde(rename = "vp9-profile")]
    pub vp9_profile: Option<String>,
    /// The playout delays that are asked for.
    #[serde(rename = "playout-delay")]
    pub playout_delay: Option<PlayoutDelay>,
    /// Which substream is received, if there are several.
    pub simulcast: Option<Simulcast>,
    /// Which layers are received, if it is layered.
    pub svc: Option<Svc>,
}

/// Playout delays, in steps of 10 ms.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct PlayoutDelay {
    /// The smallest.
    #[serde(default = "units::no_layer")]
    pub min_delay: i64,
    /// The largest.
    #[serde(default = "units::no_layer")]
    pub max_delay: i64,
}

/// Which substream is received. The layers are -1 while nothing has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Simulcast {
    /// The substream.
    #[serde(default = "units::no_layer")]
    pub substream: i64,
    /// The substream that was asked for.
    #[serde(default = "units::no_layer")]
    pub substream_target: i64,
    /// The temporal layer.
    #[serde(default = "units::no_layer")]
    pub temporal_layer: i64,
    /// The temporal layer that was asked for.
    #[serde(default = "units::no_layer")]
    pub temporal_layer_target: i64,
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
    #[serde(default = "units::no_layer")]
    pub spatial_layer: i64,
    /// The spatial layer that was asked for.
    #[serde(default = "units::no_layer")]
    pub target_spatial_layer: i64,
    /// The temporal layer.
    #[serde(default = "units::no_layer")]
    pub temporal_layer: i64,
    /// The temporal layer that was asked for.
    #[serde(default = "units::no_layer")]
    pub target_temporal_layer: i64,
}
