//! What happens on a handle.

use std::time::Duration;

use serde::Deserialize;

use crate::{Candidate, Error, Jsep, Result, wire::lenient};

/// Something that happened on a handle. `E` is the plugin's own event type.
///
/// # Example
///
/// ```
/// use janus_blocking::Event;
///
/// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
/// # gateway.handle(echo.handle().id()).hangup("ICE failed");
/// match echo.events().recv()? {
///     Event::Plugin { event, .. } => println!("the plugin says {event:?}"),
///     Event::WebrtcUp => println!("media can flow"),
///     Event::Hangup { reason } => assert_eq!(reason.as_deref(), Some("ICE failed")),
///     other => println!("{other:?}"),
/// }
/// # Ok::<(), janus_blocking::Error>(())
/// ```
///
/// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Event<E> {
    /// `event`: what the plugin says, and the session description that comes with it.
    Plugin {
        /// The plugin's event.
        event: E,
        /// The offer or answer, as it came. It may be incomplete: [`Jsep::check`] tells.
        jsep: Option<Jsep>,
    },
    /// `webrtcup`: the PeerConnection is up.
    WebrtcUp,
    /// `media`: Janus started or stopped receiving media.
    Media(Media),
    /// `slowlink`: packets are being lost.
    SlowLink(SlowLink),
    /// `hangup`: the PeerConnection is closed.
    Hangup {
        /// Why, in Janus's words: `Close PC`, `ICE failed`, `DTLS alert` ..
        reason: Option<String>,
    },
    /// `detached`: Janus has ended the handle. The last event of its queue.
    Detached,
    /// `timeout`: Janus has ended the session. The last event of the queue.
    Timeout,
    /// `trickle`: a candidate from Janus; only servers with `full_trickle` send these.
    Trickle(Candidate),
    /// `ice-failed`: ICE failed after it had worked (since 1.2.0); a hangup may follow.
    IceFailed,
    /// The link broke, and there is a new one. This event marks the place where events may be
    /// missing, because Janus throws away what happens without a link. Query whatever state you
    /// need.
    Reconnected {
        /// The time from the last thing heard over the old link to the claim of the session. In a
        /// full queue one event may stand for several gaps; this is the first one.
        gap: Duration,
    },
    /// Janus refuses the keepalives (403), and a new token from
    /// [`Config::token_provider`](crate::Config::token_provider), if there is one, was refused too.
    /// The session and its handles end at its timeout unless the secret or token becomes valid
    /// before. This event comes once;
    /// [`ConnectionState::Unauthorized`](crate::ConnectionState::Unauthorized) lasts until Janus
    /// accepts a request again.
    Unauthorized,
    /// Anything else, as it came.
    Other(serde_json::Value),
}

/// Whether media arrives; see [`Event::Media`].
///
/// # Example
///
/// ```
/// use janus_blocking::Event;
///
/// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
/// # gateway.handle(echo.handle().id()).media("0", "audio", false);
/// let Event::Media(media) = echo.events().recv()? else { panic!("something else") };
/// assert_eq!((media.mid.as_deref(), media.receiving), (Some("0"), Some(false)));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Media {
    /// The `mid` of the media line; absent from servers before 1.0.
    pub mid: Option<String>,
    /// `audio` or `video`; empty if Janus did not say.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// The simulcast substream, from 0.
    pub substream: Option<i64>,
    /// Whether Janus receives it now.
    pub receiving: Option<bool>,
    /// For how many seconds nothing came, if it does not receive it.
    pub seconds: Option<u64>,
}

/// A link that loses packets; see [`Event::SlowLink`].
///
/// # Example
///
/// ```
/// use janus_blocking::Event;
///
/// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
/// # gateway.handle(echo.handle().id()).slow_link("0", "audio", true, 12);
/// let events = echo.events();
/// let slow = events.iter().find_map(|event| match event {
///     Ok(Event::SlowLink(slow)) => Some(slow),
///     _ => None,
/// });
/// assert_eq!(slow.and_then(|slow| slow.lost), Some(12));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct SlowLink {
    /// The `mid` of the media line; absent from servers before 1.0.
    pub mid: Option<String>,
    /// `audio` or `video`; empty if Janus did not say.
    #[serde(default)]
    pub media: String,
    /// As seen from the server: `true` if packets that the server sends are lost.
    pub uplink: Option<bool>,
    /// Number of packets lost since the last such event.
    pub lost: Option<u64>,
}

impl<E> Event<E> {
    /// The plugin's own event, if it is one.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::echotest::{self, Settings};
    ///
    /// # let (gateway, echo) = janus_blocking::testing::attached::<janus_blocking::EchoTest>()?;
    /// echo.handle().send(&Settings::new().audio(true))?;
    /// let event = echo.events().recv()?.into_plugin();
    /// assert_eq!(event, Some(echotest::Event::Ok));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn into_plugin(self) -> Option<E> {
        match self {
            Self::Plugin { event, .. } => Some(event),
            _ => None,
        }
    }

    /// Decodes a core event from its whole message.
    pub(crate) fn core(text: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Keys {
            janus: String,
            #[serde(default)]
            reason: Option<String>,
            #[serde(default)]
            candidate: Option<Candidate>,
        }
        let decode = || -> serde_json::Result<Self> {
            let keys: Keys = lenient::from_str(text)?;
            Ok(match (&*keys.janus, keys.candidate) {
                ("webrtcup", _) => Self::WebrtcUp,
                ("media", _) => Self::Media(lenient::from_str(text)?),
                ("slowlink", _) => Self::SlowLink(lenient::from_str(text)?),
                ("hangup", _) => Self::Hangup {
                    reason: keys.reason,
                },
                ("detached", _) => Self::Detached,
                ("timeout", _) => Self::Timeout,
                ("trickle", Some(candidate)) => Self::Trickle(candidate),
                ("ice-failed", _) => Self::IceFailed,
                _ => Self::Other(serde_json::from_str(text)?),
            })
        };
        decode().map_err(|error| Error::decode("a core event", text, error))
    }
}
