//! Watching a mountpoint.

use std::time::Duration;

use derive_setters::Setters;
use serde::Serialize;
use serde_with::skip_serializing_none;

use super::{Configure, Progress, Viewer};
use crate::plugin::{Secret, constructors, duration};
use crate::{Id, Jsep, JsepKind, Result};

constructors! {
    /// Creates a request to watch all streams of the mountpoint `id`.
    Watch(id as Id);
}

/// `watch`; see [`Viewer::watch`] and [`Viewer::watch_with_offer`]. The latter does not use
/// `substream` and what follows it.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "watch")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Watch {
    /// The id of the mountpoint.
    pub id: Id,
    /// The mountpoint's pin, if it has one.
    #[setters(into)]
    pub pin: Option<Secret>,
    /// The `mid`s of the streams to receive. Default, and empty: all. At least one has to exist, see
    /// [`watch`](Viewer::watch).
    pub media: Option<Vec<String>>,
    /// Asks for a new offer that restarts ICE, while the mountpoint is watched. Default: false. See
    /// [`watch`](Viewer::watch).
    pub restart: Option<bool>,
    /// Whether to receive audio. Deprecated: see `media`. Default: true.
    pub offer_audio: Option<bool>,
    /// Whether to receive video. Deprecated likewise. Default: true.
    pub offer_video: Option<bool>,
    /// Whether to receive data channel messages. Deprecated likewise. Default: true.
    pub offer_data: Option<bool>,
    /// The simulcast substream to receive, 0 to 2. Default: 2.
    pub substream: Option<u8>,
    /// The temporal layer of the simulcast to receive, 0 to 2. Default: 2.
    pub temporal: Option<u8>,
    /// The time without packets after which a lower substream is used. Default: 250 ms.
    #[serde(serialize_with = "duration::micros")]
    pub fallback: Option<Duration>,
    /// The SVC spatial layer to receive, 0 to 2. Default: 2.
    pub spatial_layer: Option<u8>,
    /// The SVC temporal layer to receive, 0 to 2. Default: 2.
    pub temporal_layer: Option<u8>,
}

impl Viewer {
    /// Begins to watch a mountpoint, or asks for a new offer while it is watched.
    ///
    /// Sends `watch` and waits for the event `preparing` (`updating` with
    /// [`restart`](Watch::restart)), which brings an offer; [`start`](Self::start) answers it.
    ///
    /// # Restarts
    ///
    /// With `restart` an empty `configure` goes first, which is refused with 455 when the handle
    /// watches nothing. Before 1.2.1 Janus would not answer the `watch` then, and would keep the handle
    /// among the viewers even when it is gone, which may freeze the server.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 455 when there is no such mountpoint, 453 without and 457 with a wrong pin,
    /// 460 when the handle watches already: another mountpoint, or this one before the PeerConnection
    /// is up.
    ///
    /// `Timeout`, with `acked`, when none of the streams in [`media`](Watch::media) exists: Janus
    /// says nothing, and refuses each further `watch` with 460. Detach the handle then.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::streaming::{Viewer, viewer::{Status, Watch}};
    /// # use janus_blocking::{Jsep, testing};
    /// # let said = r#"{"streaming":"event","result":{"status":"preparing"}}"#;
    /// # let (_gateway, screen) = testing::with_outcome::<Viewer>("watch", said, Some(Jsep::offer("v=0\r\n")))?;
    /// let watch = Watch::new(1).pin("2580").media(vec!["a".to_owned()]);
    /// let (progress, offer) = screen.watch(&watch)?;
    /// assert_eq!(progress.status, Status::Preparing);
    /// # assert_eq!(offer.sdp, "v=0\r\n");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn watch(&self, watch: &Watch) -> Result<(Progress, Jsep)> {
        self.check_restart(watch)?;
        let (progress, offer) = self.handle.exchange(watch, None)?;
        Ok((progress, self.handle.described(watch, offer, "an offer")?))
    }

    /// Begins to watch a mountpoint with an offer of one's own. Since Janus 1.1.4.
    ///
    /// Sends `watch` with the offer and waits for the event `starting`, which brings the answer.
    /// [`start`](Self::start) is not needed.
    ///
    /// # Errors
    ///
    /// As for [`watch`](Self::watch); `Plugin` with code 461 for an offer that cannot be used.
    /// [`Unexpected`](crate::Error::Unexpected) before Janus 1.1.4, which makes an offer of its own:
    /// detach the handle then.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, streaming::{Viewer, viewer::{Status, Watch}}, testing};
    /// # let said = r#"{"streaming":"event","result":{"status":"starting"}}"#;
    /// # let (_gateway, screen) = testing::with_outcome::<Viewer>("watch", said, Some(Jsep::answer("v=0\r\n")))?;
    /// let offer = Jsep::offer(testing::AUDIO_SDP);
    /// let (progress, _answer) = screen.watch_with_offer(&Watch::new(1), &offer)?;
    /// assert_eq!(progress.status, Status::Starting);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn watch_with_offer(&self, watch: &Watch, offer: &Jsep) -> Result<(Progress, Jsep)> {
        self.check_restart(watch)?;
        let (progress, answer) = self.handle.exchange(watch, Some(offer))?;
        let answer = answer.filter(|it| it.kind == JsepKind::Answer);
        let answer = self
            .handle
            .described(watch, answer, "an answer to the offer")?;
        Ok((progress, answer))
    }

    /// Asks Janus whether it knows what to restart.
    fn check_restart(&self, watch: &Watch) -> Result<()> {
        if watch.restart == Some(true) {
            self.configure(&Configure::new())?;
        }
        Ok(())
    }
}
