//! Events about the streams of a handle.

use serde::Deserialize;

use crate::{
    Id,
    plugin::videoroom::{subscriber::SubscriberStream, units},
};

/// See [`Event::Updated`](super::Event::Updated).
///
/// # Example
///
/// ```
/// use janus_blocking::videoroom::{Event, Subscriber};
/// # let said = r#"{"videoroom":"updated","room":1234,"streams":[]}"#;
/// # let (_gateway, screen) = janus_blocking::testing::with_event::<Subscriber>(said)?;
/// let Some(Event::Updated(now)) = screen.events().recv()?.plugin() else {
///     panic!("something else")
/// };
/// assert!(now.streams.is_some_and(|streams| streams.is_empty()));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
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
///
/// # Example
///
/// ```
/// use janus_blocking::videoroom::{Event, Subscriber};
/// # let said = r#"{"videoroom":"event","room":1234,"mid":"1","substream":0}"#;
/// # let (_gateway, screen) = janus_blocking::testing::with_event::<Subscriber>(said)?;
/// let Some(Event::Substream(now)) = screen.events().recv()?.plugin() else {
///     panic!("something else")
/// };
/// assert_eq!((&*now.mid, now.substream), ("1", 0));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Substream {
    /// The id of the room.
    pub room: Id,
    /// The `mid` of the subscription's stream.
    pub mid: String,
    /// The substream that is received now, 0 to 2; -1 while nothing has come.
    #[serde(default = "units::no_layer")]
    pub substream: i64,
}

/// See [`Event::Temporal`](super::Event::Temporal).
///
/// # Example
///
/// ```
/// use janus_blocking::videoroom::{Event, Subscriber};
/// # let said = r#"{"videoroom":"event","room":1234,"mid":"1","temporal":2}"#;
/// # let (_gateway, screen) = janus_blocking::testing::with_event::<Subscriber>(said)?;
/// let Some(Event::Temporal(now)) = screen.events().recv()?.plugin() else {
///     panic!("something else")
/// };
/// assert_eq!((&*now.mid, now.temporal), ("1", 2));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Temporal {
    /// The id of the room.
    pub room: Id,
    /// The `mid` of the subscription's stream.
    pub mid: String,
    /// The layer that is received now, 0 to 2; -1 while nothing has come.
    #[serde(default = "units::no_layer")]
    pub temporal: i64,
}

/// See [`Event::SpatialLayer`](super::Event::SpatialLayer).
///
/// # Example
///
/// ```
/// use janus_blocking::videoroom::{Event, Subscriber};
/// # let said = r#"{"videoroom":"event","room":1234,"mid":"1","spatial_layer":1}"#;
/// # let (_gateway, screen) = janus_blocking::testing::with_event::<Subscriber>(said)?;
/// let Some(Event::SpatialLayer(now)) = screen.events().recv()?.plugin() else {
///     panic!("something else")
/// };
/// assert_eq!((&*now.mid, now.spatial_layer), ("1", 1));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SpatialLayer {
    /// The id of the room.
    pub room: Id,
    /// The `mid` of the subscription's stream.
    pub mid: String,
    /// The layer that is received now, 0 to 2; -1 while nothing has come.
    #[serde(default = "units::no_layer")]
    pub spatial_layer: i64,
    /// The temporal layer that is received now, if it has changed as well. Gone since Janus 1.1.4,
    /// which has an event of its own for it.
    pub temporal_layer: Option<i64>,
}

/// See [`Event::TemporalLayer`](super::Event::TemporalLayer).
///
/// # Example
///
/// ```
/// use janus_blocking::videoroom::{Event, Subscriber};
/// # let said = r#"{"videoroom":"event","room":1234,"mid":"1","temporal_layer":1}"#;
/// # let (_gateway, screen) = janus_blocking::testing::with_event::<Subscriber>(said)?;
/// let Some(Event::TemporalLayer(now)) = screen.events().recv()?.plugin() else {
///     panic!("something else")
/// };
/// assert_eq!((&*now.mid, now.temporal_layer), ("1", 1));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TemporalLayer {
    /// The id of the room.
    pub room: Id,
    /// The `mid` of the subscription's stream.
    pub mid: String,
    /// The layer that is received now, 0 to 2; -1 while nothing has come.
    #[serde(default = "units::no_layer")]
    pub temporal_layer: i64,
}

/// See [`Event::SlowLink`](super::Event::SlowLink).
///
/// # Example
///
/// ```
/// use janus_blocking::videoroom::{Event, Publisher};
/// # let said = r#"{"videoroom":"slow_link","current-bitrate":128000}"#;
/// # let (_gateway, door) = janus_blocking::testing::with_event::<Publisher>(said)?;
/// let Some(Event::SlowLink(link)) = door.events().recv()?.plugin() else {
///     panic!("something else")
/// };
/// assert_eq!(link.current_bitrate, Some(128_000));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SlowLink {
    /// `current-bitrate`: what the publisher may send, in bits per second; absent for subscribers.
    #[serde(rename = "current-bitrate")]
    pub current_bitrate: Option<u64>,
}
