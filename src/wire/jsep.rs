//! SDP and candidates, as they travel beside a plugin message.

use std::fmt;

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_with::skip_serializing_none;

use super::{lenient, words};

words! {
    /// Whether a [`Jsep`] is an offer or an answer.
    pub enum JsepKind {
        /// `offer`
        Offer = "offer",
        /// `answer`
        Answer = "answer",
    }
}

words! {
    /// The order of the `rid`s of a simulcast offer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, serde_json, webrtc::RidOrder};
    ///
    /// let offer = Jsep::offer("v=0\r\n").rid_order(RidOrder::Hml);
    /// assert_eq!(serde_json::to_value(&offer)?["rid_order"], "hml");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub enum RidOrder {
        /// `hml`: high, medium, low. Janus takes the first for the highest where no order is given.
        Hml = "hml",
        /// `lmh`: low, medium, high.
        Lmh = "lmh",
    }
}

/// A session description, sent with a request or received with an event.
///
/// `Debug` shows the length of the SDP, not its text.
///
/// One that was received contains what could be parsed of it, so that its event is not lost;
/// [`check`](Self::check) says whether it is a complete session description.
///
/// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
///
/// ```
/// use janus_blocking::{Jsep, webrtc::JsepKind};
///
/// let offer = Jsep::offer("v=0\r\n").trickle(false);
/// assert_eq!(offer.kind, JsepKind::Offer);
/// ```
#[skip_serializing_none]
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Setters)]
#[serde(default)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Jsep {
    /// `type`: offer or answer.
    #[serde(rename = "type")]
    #[setters(skip)]
    pub kind: JsepKind,
    /// The SDP text, lines ended by CR LF.
    #[setters(skip)]
    pub sdp: String,
    /// Whether candidates follow by [`Handle::trickle`](crate::Handle::trickle); Janus assumes `true`.
    pub trickle: Option<bool>,
    /// The order of the simulcast `rid`s, where the SDP does not tell.
    pub rid_order: Option<RidOrder>,
    /// Asks Janus to use only relayed candidates; needs `allow_force_relay` on the server.
    pub force_relay: Option<bool>,
    /// Says that the media is encrypted end to end, so that Janus does not look into it.
    pub e2ee: Option<bool>,
    /// SVC per media line (since 1.1.3; older servers ignore it).
    pub svc: Option<Vec<Svc>>,
}

/// The SVC mode of one media line of a [`Jsep`], named by `mid` or by `mindex`.
///
/// # Example
///
/// ```
/// use janus_blocking::{Jsep, serde_json, webrtc::Svc};
///
/// let offer = Jsep::offer("v=0\r\n").svc(vec![Svc::new("L3T3").mid("1")]);
/// assert_eq!(serde_json::to_value(&offer)?["svc"][0]["svc"], "L3T3");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, Setters)]
#[serde(default)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Svc {
    /// The `mid` of the media line.
    #[setters(into)]
    pub mid: Option<String>,
    /// The index of the media line, from 0.
    pub mindex: Option<u32>,
    /// The scalability mode, for example `L3T3`.
    #[setters(skip)]
    pub svc: String,
}

impl Svc {
    /// Creates one with a scalability mode such as `L3T3`; set `mid` or `mindex` as well.
    pub fn new(svc: impl Into<String>) -> Self {
        Self {
            svc: svc.into(),
            ..Self::default()
        }
    }
}

impl Jsep {
    /// Creates an offer with this SDP.
    pub fn offer(sdp: impl Into<String>) -> Self {
        Self::new(JsepKind::Offer, sdp.into())
    }

    /// Creates an answer with this SDP.
    pub fn answer(sdp: impl Into<String>) -> Self {
        Self::new(JsepKind::Answer, sdp.into())
    }

    fn new(kind: JsepKind, sdp: String) -> Self {
        Self {
            kind,
            sdp,
            ..Self::default()
        }
    }

    /// Parses what came beside an event or a reply, which arrives even if this is invalid.
    pub(crate) fn received(jsep: &RawValue) -> Self {
        lenient::from_str(jsep.get()).unwrap_or_default()
    }
}

impl fmt::Debug for Jsep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jsep")
            .field("kind", &self.kind)
            .field("sdp", &format_args!("{} bytes", self.sdp.len()))
            .finish_non_exhaustive()
    }
}

/// One ICE candidate, sent by [`Handle::trickle`](crate::Handle::trickle) or
/// received as [`Event::Trickle`](crate::Event::Trickle).
///
/// Janus uses the candidates of the first media line only.
///
/// # Example
///
/// ```
/// use janus_blocking::{Candidate, serde_json};
///
/// let line = "candidate:1 1 udp 2130706431 10.0.0.9 40000 typ host";
/// let candidate = Candidate::new(line).sdp_mid("0");
/// assert_eq!(serde_json::to_value(&candidate)?["sdpMid"], "0");
/// assert_eq!(Candidate::completed_mark().completed, Some(true));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, Setters)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Candidate {
    /// The `mid` of the media line.
    #[serde(rename = "sdpMid")]
    #[setters(into)]
    pub sdp_mid: Option<String>,
    /// The index of the media line, from 0.
    #[serde(rename = "sdpMLineIndex")]
    pub sdp_mline_index: Option<u32>,
    /// The candidate line, from `candidate:` on; absent in the last one.
    #[setters(into)]
    pub candidate: Option<String>,
    /// `true` when no more candidates follow.
    pub completed: Option<bool>,
}

impl Candidate {
    /// Creates one from its candidate line; set `sdp_mid` or `sdp_mline_index` as well.
    pub fn new(candidate: impl Into<String>) -> Self {
        Self {
            candidate: Some(candidate.into()),
            ..Self::default()
        }
    }

    /// Creates the mark that ends the candidates.
    pub fn completed_mark() -> Self {
        Self {
            completed: Some(true),
            ..Self::default()
        }
    }
}
