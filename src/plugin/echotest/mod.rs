//! EchoTest: sends back what it is sent.
//!
//! Janus docs: *EchoTest plugin documentation*.

use std::time::Duration;

use derive_setters::Setters;
use serde::Serialize;
use serde_with::skip_serializing_none;

use super::{Done, duration, plugin_type, requests};
use crate::{Jsep, Result};

mod event;

pub use event::{Event, Refused, SimulcastLayer, SlowLink, SvcLayer};

plugin_type! {
    /// The EchoTest plugin, `janus.plugin.echotest`.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{EchoTest, echotest::Settings};
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// # let session = janus.create_session()?;
    /// let echo: EchoTest = session.attach()?;
    /// echo.configure(&Settings::new().audio(true).bitrate(128_000))?;
    /// println!("handle {}", echo.handle().id());
    /// # assert_eq!(gateway.handles(), [echo.handle().id()]);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub struct EchoTest "janus.plugin.echotest", Event = event::decode;
}

requests! { EchoTest:
    // The request has no name in Janus.
    Settings "settings" -> Done;
}

/// What EchoTest does with the media; its only request, which has no name.
///
/// At least one setting besides `svc`, `audiocodec` and `filename` is needed, or an offer.
///
/// ```
/// use janus_blocking::{echotest::Settings, serde_json};
///
/// let settings = Settings::new().audio(true).bitrate(128_000);
/// assert_eq!(
///     serde_json::to_string(&settings).unwrap(),
///     r#"{"audio":true,"bitrate":128000}"#
/// );
/// ```
#[skip_serializing_none]
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Setters)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Settings {
    /// Whether audio is sent back. Default `true`.
    pub audio: Option<bool>,
    /// Whether video is sent back. Default `true`.
    pub video: Option<bool>,
    /// The bitrate that REMB asks of the sender, in bits per second; 0: no limit.
    pub bitrate: Option<u32>,
    /// Starts or stops recording.
    pub record: Option<bool>,
    /// The base name of the recordings, on the server.
    #[setters(into)]
    pub filename: Option<String>,
    /// The simulcast substream to send back, 0 to 2.
    pub substream: Option<u8>,
    /// The temporal layer to send back, 0 to 2.
    pub temporal: Option<u8>,
    /// After how long without packets a lower substream is used, rounded up to microseconds. Default: 250 ms.
    #[serde(serialize_with = "duration::micros")]
    pub fallback: Option<Duration>,
    /// Checked and not read (since 1.1.3); [`Jsep::svc`] is what counts.
    pub svc: Option<bool>,
    /// The SVC spatial layer to send back, 0 to 2 (since 1.1.3).
    pub spatial_layer: Option<u8>,
    /// The SVC temporal layer to send back, 0 to 2 (since 1.1.3).
    pub temporal_layer: Option<u8>,
    /// The audio codec to prefer in the answer.
    #[setters(into)]
    pub audiocodec: Option<String>,
    /// The video codec to prefer in the answer.
    #[setters(into)]
    pub videocodec: Option<String>,
    /// The video profile to prefer in the answer, for VP9 and H.264.
    #[setters(into)]
    pub videoprofile: Option<String>,
    /// Whether Opus is sent back with redundancy.
    pub opusred: Option<bool>,
    /// The smallest playout delay to ask for, in milliseconds; below 0: none.
    pub min_delay: Option<i16>,
    /// The largest playout delay to ask for, in milliseconds; below 0: none.
    pub max_delay: Option<i16>,
}

impl Settings {
    /// Creates settings that change nothing yet.
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
    /// [`Error::Plugin`](crate::Error::Plugin) with [`error_code::INVALID_ELEMENT`] for a value out of range, or when
    /// nothing is set that the plugin recognises.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{EchoTest, echotest::{Settings, error_code}};
    /// # let (_gateway, echo) = janus_blocking::testing::attached::<EchoTest>()?;
    /// echo.configure(&Settings::new().video(false).bitrate(128_000))?;
    ///
    /// let error = echo.configure(&Settings::new().substream(3)).unwrap_err();
    /// assert_eq!(error.code(), Some(error_code::INVALID_ELEMENT));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn configure(&self, settings: &Settings) -> Result<()> {
        self.handle.request(settings).map(|Done| ())
    }

    /// Starts or renegotiates the PeerConnection.
    ///
    /// Sends the settings with the offer, and returns the answer that comes with the event `ok`.
    /// [`Event::WebrtcUp`](crate::Event::WebrtcUp) follows when the connection is up.
    ///
    /// # Errors
    ///
    /// [`Error::Plugin`](crate::Error::Plugin) with [`error_code::INVALID_SDP`], or [`Error::Janus`](crate::Error::Janus) with 465, for an
    /// offer that cannot be used.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{EchoTest, Jsep, echotest::Settings, testing, webrtc::JsepKind};
    /// # let (_gateway, echo) = testing::attached::<EchoTest>()?;
    /// let answer = echo.offer(&Settings::new().record(false), &Jsep::offer(testing::AUDIO_SDP))?;
    /// assert_eq!(answer.kind, JsepKind::Answer);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn offer(&self, settings: &Settings, offer: &Jsep) -> Result<Jsep> {
        let (Done, answer) = self.handle.negotiate(settings, offer)?;
        answer.check().map(|()| answer)
    }
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
