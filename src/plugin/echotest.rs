//! EchoTest: sends back what it is sent.
//!
//! Janus docs: *EchoTest plugin documentation*.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Done, Plugin, Request};
use crate::{Error, Handle, Jsep, Result};

/// The EchoTest plugin, `janus.plugin.echotest`.
#[derive(Debug)]
pub struct EchoTest {
    handle: Handle,
}

/// What EchoTest does with the media; its only request, which has no name.
///
/// At least one setting besides `svc`, `audiocodec` and `filename` is needed, or an offer.
///
/// ```
/// use janus_blocking::echotest::Settings;
///
/// let settings = Settings::new().audio(true).bitrate(128_000);
/// assert_eq!(
///     serde_json::to_string(&settings).unwrap(),
///     r#"{"audio":true,"bitrate":128000}"#
/// );
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Setters)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Settings {
    /// Whether audio is sent back. Default `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio: Option<bool>,
    /// Whether video is sent back. Default `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video: Option<bool>,
    /// The bitrate that the sender is told by REMB, in bits per second; 0: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bitrate: Option<u64>,
    /// Starts or stops recording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<bool>,
    /// The base name of the recordings, on the server.
    #[setters(into)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// The simulcast substream to send back, 0 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub substream: Option<u8>,
    /// The temporal layer to send back, 0 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temporal: Option<u8>,
    /// After how many microseconds without packets a lower substream is used. Default 250,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback: Option<u64>,
    /// Checked and not read (since 1.1.3); [`Jsep::svc`] is what counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub svc: Option<bool>,
    /// The SVC spatial layer to send back, 0 to 2 (since 1.1.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spatial_layer: Option<u8>,
    /// The SVC temporal layer to send back, 0 to 2 (since 1.1.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temporal_layer: Option<u8>,
    /// The audio codec to prefer in the answer.
    #[setters(into)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audiocodec: Option<String>,
    /// The video codec to prefer in the answer.
    #[setters(into)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub videocodec: Option<String>,
    /// The video profile to prefer in the answer, for VP9 and H.264.
    #[setters(into)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub videoprofile: Option<String>,
    /// Whether Opus is sent back with redundancy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opusred: Option<bool>,
    /// The smallest playout delay to ask for, in milliseconds; below 0: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_delay: Option<i64>,
    /// The largest playout delay to ask for, in milliseconds; below 0: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_delay: Option<i64>,
}

impl Settings {
    /// No setting at all.
    pub fn new() -> Self {
        Self::default()
    }
}

impl EchoTest {
    /// Changes what is sent back.
    ///
    /// Sends the settings and waits for the event `ok`.
    ///
    /// # Errors
    ///
    /// [`Error::Plugin`] with [`error_code::INVALID_ELEMENT`] for a value out of range, or when
    /// nothing is set that the plugin recognises.
    ///
    /// Janus docs: *EchoTest plugin documentation*.
    pub fn configure(&self, settings: &Settings) -> Result<()> {
        self.handle.request(settings).map(|Done| ())
    }

    /// Starts or renegotiates the PeerConnection.
    ///
    /// Sends the settings with the offer, and returns the answer that comes with the event `ok`.
    /// [`Event::WebrtcUp`](crate::Event::WebrtcUp) follows when the connection stands.
    ///
    /// # Errors
    ///
    /// [`Error::Plugin`] with [`error_code::INVALID_SDP`], or [`Error::Janus`] with 465, for an
    /// offer that cannot be used.
    ///
    /// Janus docs: *EchoTest plugin documentation*.
    pub fn offer(&self, settings: &Settings, offer: &Jsep) -> Result<Jsep> {
        match self.handle.exchange(settings, Some(offer))? {
            (Done, Some(answer)) => Ok(answer),
            (Done, None) => {
                let attempt = self.handle.attempt(settings);
                Err(Error::unexpected(
                    attempt,
                    "an answer to the offer",
                    "an event without one",
                ))
            }
        }
    }

    /// The handle, without the plugin around it.
    pub fn into_handle(self) -> Handle {
        self.handle
    }
}

impl Request for Settings {
    type Plugin = EchoTest;
    type Reply = Done;

    /// The request has no name in Janus.
    const NAME: &'static str = "settings";
}

/// What EchoTest says.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// `result: ok`: settings sent by [`Handle::send`] were taken.
    Ok,
    /// `result: done`: the PeerConnection is gone.
    Done,
    /// Another simulcast substream or temporal layer is sent back.
    SimulcastLayer(SimulcastLayer),
    /// Another SVC layer is sent back (since 1.1.3).
    SvcLayer(SvcLayer),
    /// `slow_link`: the bitrate was lowered, as packets get lost.
    SlowLink(SlowLink),
    /// Settings sent by [`Handle::send`] were refused.
    Error(Refused),
    /// Anything else, as it came.
    Other(serde_json::Value),
}

/// See [`Event::SimulcastLayer`]. 1.1.2 tells the two in separate events.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct SimulcastLayer {
    /// The video codec.
    pub videocodec: String,
    /// The substream, 0 to 2.
    #[serde(default)]
    pub substream: Option<u8>,
    /// The temporal layer, 0 to 2.
    #[serde(default)]
    pub temporal: Option<u8>,
    /// How many temporal layers there are (since 1.1.3).
    #[serde(default)]
    pub tot_temporal_layers: Option<u8>,
}

/// See [`Event::SvcLayer`].
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct SvcLayer {
    /// The video codec.
    pub videocodec: String,
    /// The spatial layer, from 0.
    #[serde(default)]
    pub spatial_layer: Option<u8>,
    /// The temporal layer, from 0.
    #[serde(default)]
    pub temporal_layer: Option<u8>,
    /// How many spatial layers there are.
    #[serde(default)]
    pub tot_spatial_layers: Option<u8>,
    /// How many temporal layers there are.
    #[serde(default)]
    pub tot_temporal_layers: Option<u8>,
}

/// See [`Event::SlowLink`].
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct SlowLink {
    /// `audio` or `video`.
    pub media: String,
    /// The new bitrate, in bits per second.
    #[serde(rename = "current-bitrate", default)]
    pub current_bitrate: Option<u64>,
}

/// See [`Event::Error`].
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Refused {
    /// One of [`error_code`].
    pub error_code: i32,
    /// Why.
    #[serde(rename = "error")]
    pub reason: String,
}

/// The codes of EchoTest's errors.
pub mod error_code {
    use crate::ErrorCode;

    /// An empty message.
    pub const NO_MESSAGE: ErrorCode = ErrorCode::new(411);
    /// A body that is not an object.
    pub const INVALID_JSON: ErrorCode = ErrorCode::new(412);
    /// A wrong type, a value out of range, or nothing that is recognised.
    pub const INVALID_ELEMENT: ErrorCode = ErrorCode::new(413);
    /// An offer that cannot be parsed.
    pub const INVALID_SDP: ErrorCode = ErrorCode::new(414);
}

impl Plugin for EchoTest {
    const PACKAGE: &'static str = "janus.plugin.echotest";

    type Event = Event;

    fn new(handle: Handle) -> Self {
        Self { handle }
    }

    fn handle(&self) -> &Handle {
        &self.handle
    }

    fn decode(data: &RawValue) -> serde_json::Result<Event> {
        #[derive(Deserialize)]
        struct Keys<'a> {
            result: Option<String>,
            event: Option<String>,
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
        let text = data.get();
        let keys: Keys<'_> = serde_json::from_str(text)?;
        let has = |keys: [Option<&RawValue>; 2]| keys.iter().any(Option::is_some);
        Ok(match (keys.result.as_deref(), keys.event.as_deref()) {
            _ if keys.error_code.is_some() => Event::Error(serde_json::from_str(text)?),
            (Some("ok"), _) => Event::Ok,
            (Some("done"), _) => Event::Done,
            (_, Some("slow_link")) => Event::SlowLink(serde_json::from_str(text)?),
            _ if has([keys.substream, keys.temporal]) => {
                Event::SimulcastLayer(serde_json::from_str(text)?)
            }
            _ if has([keys.spatial_layer, keys.temporal_layer]) => {
                Event::SvcLayer(serde_json::from_str(text)?)
            }
            _ => Event::Other(serde_json::from_str(text)?),
        })
    }
}
