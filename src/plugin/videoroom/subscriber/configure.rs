//! Settings of a subscription, and its streams.

use std::time::Duration;

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;

use super::Subscriber;
use crate::plugin::{constructors, duration};
use crate::videoroom::{MediaKind, no_layer};
use crate::{Id, Jsep, Result};

constructors! {
    /// Creates a request that changes nothing yet.
    Configure();
    /// Creates a change of nothing yet; set `mid` first.
    ConfigureStream();
}

/// `configure` of a subscriber; see [`Subscriber::configure`]. What is not set stays as it is.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "configure")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Configure {
    /// Changes of single streams.
    pub streams: Option<Vec<ConfigureStream>>,
    /// Asks for a new offer. Default: false.
    pub update: Option<bool>,
    /// Asks for a new offer that restarts ICE. Default: false.
    pub restart: Option<bool>,
    /// Whether audio is relayed. Deprecated: see [`ConfigureStream::send`].
    pub audio: Option<bool>,
    /// Whether video is relayed. Deprecated likewise.
    pub video: Option<bool>,
    /// Whether data channel messages are relayed. Deprecated likewise.
    pub data: Option<bool>,
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
    /// The smallest playout delay to ask for, in steps of 10 ms; below 0: none.
    pub min_delay: Option<i16>,
    /// The largest playout delay to ask for, in steps of 10 ms; below 0: none.
    pub max_delay: Option<i16>,
}

/// A change of one stream of the subscription. What is not set stays as it is.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct ConfigureStream {
    /// [`SubscriberStream::mid`](super::SubscriberStream::mid). Needed if there are several.
    #[setters(into)]
    pub mid: Option<String>,
    /// Whether its media is relayed.
    pub send: Option<bool>,
    /// Checked for its range and not used.
    pub audio_level_average: Option<u8>,
    /// Checked for its range and not used.
    pub audio_active_packets: Option<u32>,
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

/// The settings were applied.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Configured {
    /// The id of the room.
    pub room: Id,
    /// `ok`
    pub configured: String,
}

impl Subscriber {
    /// Changes how streams are received, or asks for a new offer.
    ///
    /// Sends `configure` and waits for the event that confirms it. With `update` or `restart` it
    /// brings an offer, which [`start`](Self::start) answers. Layers that are received from now on
    /// are told by [`Event::Substream`](crate::videoroom::Event::Substream) and its like.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 428 for a stream that does not exist, 430 for a layer that cannot be.
    ///
    /// `Timeout`, with `acked`, for `update` or `restart` while an earlier offer is not answered:
    /// Janus does it later, with [`Event::Updated`](crate::videoroom::Event::Updated), and says
    /// nothing now. Answer the offer first, or send it by [`Handle::send`](crate::Handle::send).
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::videoroom::{Subscriber, subscriber::{Configure, ConfigureStream}};
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Subscriber>("configure", r#"{"configured":"ok"}"#, None)?;
    /// let low = ConfigureStream::new().mid("1").substream(0);
    /// let (done, offer) = screen.configure(&Configure::new().streams(vec![low]))?;
    /// assert_eq!((done.configured.as_str(), offer), ("ok", None));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn configure(&self, configure: &Configure) -> Result<(Configured, Option<Jsep>)> {
        self.handle.exchange(configure, None)
    }
}

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
    /// The publisher's metadata. Since Janus 1.3.0.
    pub feed_metadata: Option<Value>,
    /// The `mid` of the publisher's stream.
    pub feed_mid: Option<String>,
    /// The description of the publisher's stream.
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
    #[serde(default = "no_layer")]
    pub min_delay: i64,
    /// The largest.
    #[serde(default = "no_layer")]
    pub max_delay: i64,
}

/// Which substream is received. The layers are -1 while nothing was received.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Simulcast {
    /// The substream.
    #[serde(default = "no_layer")]
    pub substream: i64,
    /// The substream that was asked for.
    #[serde(default = "no_layer")]
    pub substream_target: i64,
    /// The temporal layer.
    #[serde(default = "no_layer")]
    pub temporal_layer: i64,
    /// The temporal layer that was asked for.
    #[serde(default = "no_layer")]
    pub temporal_layer_target: i64,
    /// After how long without packets a lower substream is used, if that was set.
    #[serde(default, deserialize_with = "duration::from_micros")]
    pub fallback: Option<Duration>,
}

/// Which layers are received. They are -1 while nothing was received.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Svc {
    /// The spatial layer.
    #[serde(default = "no_layer")]
    pub spatial_layer: i64,
    /// The spatial layer that was asked for.
    #[serde(default = "no_layer")]
    pub target_spatial_layer: i64,
    /// The temporal layer.
    #[serde(default = "no_layer")]
    pub temporal_layer: i64,
    /// The temporal layer that was asked for.
    #[serde(default = "no_layer")]
    pub target_temporal_layer: i64,
}
