//! What EchoTest says.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::plugin;

/// What EchoTest says.
///
/// # Example
///
/// ```
/// use janus_blocking::{EchoTest, echotest::{Event, Settings}};
/// # let (_gateway, echo) = janus_blocking::testing::attached::<EchoTest>()?;
/// echo.handle().send(&Settings::new().substream(3))?;
/// let Some(Event::Error(refused)) = echo.events().recv()?.into_plugin() else {
///     panic!("it was taken");
/// };
/// assert_eq!(refused.error_code, 413);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// `result: ok`: settings sent by [`Handle::send`](crate::Handle::send) were taken.
    Ok,
    /// `result: done`: the PeerConnection is gone.
    Done,
    /// Another simulcast substream or temporal layer is sent back.
    SimulcastLayer(SimulcastLayer),
    /// Another SVC layer is sent back (since 1.1.3).
    SvcLayer(SvcLayer),
    /// `slow_link`: the bitrate was lowered, as packets get lost.
    SlowLink(SlowLink),
    /// Settings sent by [`Handle::send`](crate::Handle::send) were refused.
    Error(Refused),
    /// Anything else, as it came.
    Other(serde_json::Value),
}

/// See [`Event::SimulcastLayer`]. 1.1.2 tells the two in separate events.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SimulcastLayer {
    /// The video codec.
    pub videocodec: String,
    /// The substream, 0 to 2.
    pub substream: Option<i64>,
    /// The temporal layer, 0 to 2.
    pub temporal: Option<i64>,
    /// How many temporal layers there are (since 1.1.3).
    pub tot_temporal_layers: Option<i64>,
}

/// See [`Event::SvcLayer`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SvcLayer {
    /// The video codec.
    pub videocodec: String,
    /// The spatial layer, from 0.
    pub spatial_layer: Option<i64>,
    /// The temporal layer, from 0.
    pub temporal_layer: Option<i64>,
    /// How many spatial layers there are.
    pub tot_spatial_layers: Option<i64>,
    /// How many temporal layers there are.
    pub tot_temporal_layers: Option<i64>,
}

/// See [`Event::SlowLink`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SlowLink {
    /// `audio` or `video`.
    pub media: String,
    /// The new bitrate, in bits per second.
    #[serde(rename = "current-bitrate")]
    pub current_bitrate: Option<u64>,
}

/// See [`Event::Error`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Refused {
    /// One of [`error_code`](super::error_code); 0 if it is none.
    pub error_code: i64,
    /// Why.
    #[serde(rename = "error")]
    pub reason: String,
}

pub(super) fn decode(data: &RawValue) -> serde_json::Result<Event> {
    #[derive(Deserialize)]
    struct Keys<'a> {
        #[serde(borrow)]
        result: Option<&'a RawValue>,
        #[serde(borrow)]
        event: Option<&'a RawValue>,
        #[serde(borrow)]
        error_code: Option<&'a RawValue>,
        #[serde(borrow)]
        substream: Option<&'a RawValue>,
        #[serde(borrow)]
        temporal: Option<&'a RawValue>,
        #[serde(borrow)]
        spatial_layer: Option<&'a RawValue>,
        #[serde(borrow)]
        temporal_layer: Option<&'a RawValue>,
    }
    let keys: Keys<'_> = serde_json::from_str(data.get())?;
    let has = |keys: [Option<&RawValue>; 2]| keys.iter().any(Option::is_some);
    let is = |key: Option<&RawValue>, word| key.is_some_and(|key| key.get() == word);
    Ok(match () {
        () if keys.error_code.is_some() => Event::Error(plugin::decode(data)?),
        () if is(keys.result, r#""ok""#) => Event::Ok,
        () if is(keys.result, r#""done""#) => Event::Done,
        () if is(keys.event, r#""slow_link""#) => Event::SlowLink(plugin::decode(data)?),
        () if has([keys.substream, keys.temporal]) => Event::SimulcastLayer(plugin::decode(data)?),
        () if has([keys.spatial_layer, keys.temporal_layer]) => {
            Event::SvcLayer(plugin::decode(data)?)
        }
        () => Event::Other(serde_json::from_str(data.get())?),
    })
}
