//! Settings of what is received.

use std::time::Duration;

use derive_setters::Setters;
use serde::{Deserialize, Serialize, Serializer};
use serde_with::skip_serializing_none;

use super::Viewer;
use crate::Result;
use crate::plugin::{constructors, duration};

constructors! {
    /// Creates a request that changes nothing yet.
    Configure();
    /// Creates a change of nothing yet; set `mid` first.
    ConfigureStream();
}

/// `configure`; see [`Viewer::configure`]. What is not set stays as it is.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "configure")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Configure {
    /// Changes of single streams. Since Janus 1.2.0; earlier ones ignore it, and have the following
    /// for one stream.
    pub streams: Option<Vec<ConfigureStream>>,
    /// The `mid` of the stream that the following are about, without `streams`. Default: all.
    #[setters(into)]
    pub mid: Option<String>,
    /// Whether its media is relayed.
    pub send: Option<bool>,
    /// The simulcast substream to receive, 0 to 2.
    pub substream: Option<u8>,
    /// The temporal layer of the simulcast to receive, 0 to 2.
    pub temporal: Option<u8>,
    /// The time without packets after which a lower substream is used.
    #[serde(serialize_with = "duration::micros")]
    pub fallback: Option<Duration>,
    /// The SVC spatial layer to receive, 0 to 2.
    pub spatial_layer: Option<u8>,
    /// The SVC temporal layer to receive, 0 to 2.
    pub temporal_layer: Option<u8>,
    /// The smallest playout delay to ask for, in steps of 10 ms; below 0: none. Counts only where
    /// the mountpoint has [`playoutdelay_ext`](crate::streaming::CreateRtp::playoutdelay_ext).
    pub min_delay: Option<i16>,
    /// The largest playout delay to ask for, likewise.
    pub max_delay: Option<i16>,
    /// Switches audio off. Deprecated: see `send`.
    pub audio: Option<Off>,
    /// Switches video off. Deprecated likewise.
    pub video: Option<Off>,
    /// Switches data channel messages off. Deprecated likewise.
    pub data: Option<Off>,
}

/// A change of one stream. What is not set stays as it is.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct ConfigureStream {
    /// The `mid` of the stream. Needed if there are several.
    #[setters(into)]
    pub mid: Option<String>,
    /// Whether its media is relayed.
    pub send: Option<bool>,
    /// The simulcast substream to receive, 0 to 2.
    pub substream: Option<u8>,
    /// The temporal layer of the simulcast to receive, 0 to 2.
    pub temporal: Option<u8>,
    /// The time without packets after which a lower substream is used.
    #[serde(serialize_with = "duration::micros")]
    pub fallback: Option<Duration>,
    /// The SVC spatial layer to receive, 0 to 2.
    pub spatial_layer: Option<u8>,
    /// The SVC temporal layer to receive, 0 to 2.
    pub temporal_layer: Option<u8>,
    /// The smallest playout delay to ask for, in steps of 10 ms; below 0: none.
    pub min_delay: Option<i16>,
    /// The largest playout delay to ask for, in steps of 10 ms; below 0: none.
    pub max_delay: Option<i16>,
}

/// What [`Configure::audio`] and its like can be set to: they can only switch off.
///
/// Janus 1.4.1 refuses anything but a text there, and takes each text for "off". Only
/// [`send`](Configure::send) switches on again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Off;

impl Serialize for Off {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str("off")
    }
}

/// The settings were applied.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Configured {
    /// `configured`
    pub event: String,
}

impl Viewer {
    /// Changes how streams are received.
    ///
    /// Sends `configure` and waits for the event that confirms it. Layers that are received from now
    /// on are told by [`Event::SimulcastLayer`](crate::streaming::Event::SimulcastLayer) and
    /// [`Event::SvcLayer`](crate::streaming::Event::SvcLayer).
    ///
    /// # Errors
    ///
    /// `Plugin` with code 454 for a layer that cannot be, and for one of several
    /// [`streams`](Configure::streams) without `mid`, both since Janus 1.2.0.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::streaming::{Viewer, viewer::{Configure, ConfigureStream}};
    /// # let said = r#"{"streaming":"event","result":{"event":"configured"}}"#;
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Viewer>("configure", said, None)?;
    /// let muted = ConfigureStream::new().mid("a").send(false);
    /// screen.configure(&Configure::new().streams(vec![muted]))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn configure(&self, configure: &Configure) -> Result<Configured> {
        self.handle.request(configure)
    }
}
