//! Events of a Streaming handle.

use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Result, Value, value::RawValue};

use super::viewer::{Status, Switched};
use crate::{Id, plugin};

pub use crate::plugin::events::Failure;

/// An event of the Streaming plugin. Only viewers get any.
///
/// Answers to requests are given to the request's caller and come here only when it did not wait
/// for them, as with [`Handle::send`](crate::Handle::send), or no longer. They are from `Error` on.
///
/// # Example
///
/// ```
/// use janus_blocking::streaming::{Event, Viewer};
/// # let said = r#"{"streaming":"event","result":{"status":"stopped"}}"#;
/// # let (_gateway, screen) = janus_blocking::testing::with_event::<Viewer>(said)?;
/// match screen.events().recv()?.into_plugin() {
///     Some(Event::Started) => println!("the media flows"),
///     Some(Event::Stopped) => println!("the mountpoint is gone"),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// `started`: the PeerConnection is up, and the media flows.
    Started,
    /// `stopped`: the mountpoint was destroyed, or its source has ended. The PeerConnection is closed
    /// ([`Event::Hangup`](crate::Event::Hangup)).
    Stopped,
    /// `kicked_all`: all viewers of the mountpoint were removed
    /// ([`kick_all`](super::Streaming::kick_all)).
    KickedAll,
    /// Another simulcast substream or temporal layer is received.
    SimulcastLayer(SimulcastLayer),
    /// Another SVC layer is received.
    SvcLayer(SvcLayer),
    /// `edited`: the mountpoint was changed by an [`edit`](super::Streaming::edit) that tells viewers.
    Edited(Edited),
    /// `rtsp-disconnected`: the mountpoint has lost its RTSP server. Since Janus 1.3.3; needs
    /// [`rtsp_notify_changes`](super::CreateRtsp::rtsp_notify_changes).
    RtspDisconnected(RtspSource),
    /// `rtsp-reconnected`: the mountpoint has its RTSP server back. Since Janus 1.3.3, likewise.
    RtspReconnected(RtspSource),

    /// The plugin refused a request that no caller waits for.
    Error(Failure),
    /// `preparing`: answer to [`watch`](super::Viewer::watch), with an offer.
    Preparing,
    /// `updating`: answer to a `watch` that restarts ICE, with an offer.
    Updating,
    /// `starting`: answer to [`start`](super::Viewer::start), or to
    /// [`watch_with_offer`](super::Viewer::watch_with_offer), then with an answer.
    Starting,
    /// `pausing`: answer to [`pause`](super::Viewer::pause).
    Pausing,
    /// `stopping`: answer to [`stop`](super::Viewer::stop).
    Stopping,
    /// `idle`: answer to `stop` when there is nothing to stop. Since Janus 1.3.1.
    Idle,
    /// `configured`: answer to [`configure`](super::Viewer::configure).
    Configured,
    /// `switched`: answer to [`switch`](super::Viewer::switch).
    Switched(Switched),

    /// What this version of the crate does not know, as it came.
    Other(Value),
}

/// See [`Event::SimulcastLayer`]. One event says one of both, in general.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SimulcastLayer {
    /// The `mid` of the stream; absent right after a [`configure`](super::Viewer::configure).
    pub mid: Option<String>,
    /// The substream that is received now, 0 to 2; -1 while nothing was received.
    pub substream: Option<i64>,
    /// The temporal layer that is received now, 0 to 2; -1 while nothing was received.
    pub temporal: Option<i64>,
}

/// See [`Event::SvcLayer`]. One event says one of both, in general.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SvcLayer {
    /// The `mid` of the stream; absent right after a [`configure`](super::Viewer::configure).
    pub mid: Option<String>,
    /// The spatial layer that is received now, 0 to 2; -1 while nothing was received.
    pub spatial_layer: Option<i64>,
    /// The temporal layer that is received now, 0 to 2; -1 while nothing was received.
    pub temporal_layer: Option<i64>,
}

/// See [`Event::Edited`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Edited {
    /// The id of the mountpoint.
    pub id: Id,
    /// Its metadata.
    pub metadata: Option<String>,
}

/// See [`Event::RtspDisconnected`] and [`Event::RtspReconnected`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RtspSource {
    /// The id of the mountpoint.
    pub id: Id,
}

/// What tells events apart: `event` in those without the key `streaming`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Tags {
    streaming: String,
    event: String,
    error_code: Option<IgnoredAny>,
    result: Keys,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Keys {
    status: Status,
    event: String,
    switched: Option<IgnoredAny>,
    substream: Option<IgnoredAny>,
    temporal: Option<IgnoredAny>,
    spatial_layer: Option<IgnoredAny>,
    temporal_layer: Option<IgnoredAny>,
}

/// Reads what tells events apart, then decodes the event.
pub(super) fn decode(data: &RawValue) -> Result<Event> {
    let tags: Tags = plugin::decode(data)?;
    match (&*tags.streaming, &*tags.event) {
        ("event", _) if tags.error_code.is_some() => Ok(Event::Error(Failure::of(data))),
        ("event", _) => tags.result.decode(data),
        ("", "edited") => plugin::decode(data).map(Event::Edited),
        ("", "rtsp-disconnected") => plugin::decode(data).map(Event::RtspDisconnected),
        ("", "rtsp-reconnected") => plugin::decode(data).map(Event::RtspReconnected),
        _ => plugin::decode(data).map(Event::Other),
    }
}

impl Keys {
    fn decode(&self, data: &RawValue) -> Result<Event> {
        let result = || super::viewer::result(data);
        Ok(match self.status {
            Status::Started => Event::Started,
            Status::Stopped => Event::Stopped,
            Status::KickedAll => Event::KickedAll,
            Status::Preparing => Event::Preparing,
            Status::Updating => Event::Updating,
            Status::Starting => Event::Starting,
            Status::Pausing => Event::Pausing,
            Status::Stopping => Event::Stopping,
            Status::Idle => Event::Idle,
            Status::Other(_) if self.event == "configured" => Event::Configured,
            Status::Other(_) if self.switched.is_some() => {
                Event::Switched(plugin::decode(result())?)
            }
            Status::Other(_) if self.substream.is_some() || self.temporal.is_some() => {
                Event::SimulcastLayer(plugin::decode(result())?)
            }
            Status::Other(_) if self.spatial_layer.is_some() || self.temporal_layer.is_some() => {
                Event::SvcLayer(plugin::decode(result())?)
            }
            Status::Other(_) => plugin::decode(data).map(Event::Other)?,
        })
    }
}
