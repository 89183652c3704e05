//! Events about the streams of a handle.

use serde::Deserialize;

use crate::Id;
use crate::videoroom::{no_layer, subscriber::SubscriberStream};

/// See [`Event::Updated`](super::Event::Updated).
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Updated {
    /// The id of the room.
    pub room: Id,
    /// What is received now.
    pub streams: Option<Vec<SubscriberStream>>,
}

/// See [`Event::Substream`](super::Event::Substream).
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Substream {
    /// The id of the room.
    pub room: Id,
    /// The `mid` of the subscription's stream.
    pub mid: String,
    /// The substream that is received now, 0 to 2; -1 while nothing was received.
    #[serde(default = "no_layer")]
    pub substream: i64,
}

/// See [`Event::Temporal`](super::Event::Temporal).
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Temporal {
    /// The id of the room.
    pub room: Id,
    /// The `mid` of the subscription's stream.
    pub mid: String,
    /// The layer that is received now, 0 to 2; -1 while nothing was received.
    #[serde(default = "no_layer")]
    pub temporal: i64,
}

/// See [`Event::SpatialLayer`](super::Event::SpatialLayer).
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SpatialLayer {
    /// The id of the room.
    pub room: Id,
    /// The `mid` of the subscription's stream.
    pub mid: String,
    /// The layer that is received now, 0 to 2; -1 while nothing was received.
    #[serde(default = "no_layer")]
    pub spatial_layer: i64,
    /// The temporal layer that is received now, if it has changed as well. Gone since Janus 1.1.4,
    /// which has an event of its own for it.
    pub temporal_layer: Option<i64>,
}

/// See [`Event::TemporalLayer`](super::Event::TemporalLayer).
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TemporalLayer {
    /// The id of the room.
    pub room: Id,
    /// The `mid` of the subscription's stream.
    pub mid: String,
    /// The layer that is received now, 0 to 2; -1 while nothing was received.
    #[serde(default = "no_layer")]
    pub temporal_layer: i64,
}

/// See [`Event::SlowLink`](super::Event::SlowLink).
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SlowLink {
    /// `current-bitrate`: what the publisher may send, in bits per second; absent for subscribers.
    #[serde(rename = "current-bitrate")]
    pub current_bitrate: Option<u64>,
}
