//! The PeerConnection of a handle, for its data channel.

use super::TextRoom;
use crate::plugin::{Done, bare_requests};
use crate::{Jsep, Result};

bare_requests! {
    /// `setup`; see [`TextRoom::setup`].
    Setup = "setup";
    /// `ack`; see [`TextRoom::ack`].
    Ack = "ack";
    /// `restart`; see [`TextRoom::restart`].
    Restart = "restart";
}

impl TextRoom {
    /// Asks for a PeerConnection with a data channel.
    ///
    /// Sends `setup` and returns Janus's offer, which [`ack`](Self::ack) answers. **Once per handle**,
    /// even when the PeerConnection has ended since: then [`restart`](Self::restart), or attach anew.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 416 for a second time; `Unexpected` when there is no offer in the answer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{TextRoom, webrtc::JsepKind};
    /// # let (_gateway, chat) = janus_blocking::testing::attached::<TextRoom>()?;
    /// let offer = chat.setup()?;
    /// assert_eq!(offer.kind, JsepKind::Offer);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn setup(&self) -> Result<Jsep> {
        let (Done, offer) = self.handle.exchange(&Setup::new(), None)?;
        self.handle.described(&Setup::new(), offer, "an offer")
    }

    /// Answers the offer of [`setup`](Self::setup) or [`restart`](Self::restart).
    ///
    /// Sends `ack` with the answer and waits for its confirmation.
    /// [`Event::WebrtcUp`](crate::Event::WebrtcUp) follows when the connection is up.
    ///
    /// # Errors
    ///
    /// `Janus` with code 469 when there is no offer to answer, 465 for an SDP that cannot be used.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, TextRoom};
    /// # let (_gateway, chat) = janus_blocking::testing::attached::<TextRoom>()?;
    /// let offer = chat.setup()?;
    /// // The answer comes from the WebRTC stack that was given the offer.
    /// let answer = offer.sdp.replace("actpass", "active");
    /// chat.ack(&Jsep::answer(answer))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn ack(&self, answer: &Jsep) -> Result<()> {
        let (Done, _) = self.handle.exchange(&Ack::new(), Some(answer))?;
        Ok(())
    }

    /// Restarts ICE, for example after a change of networks.
    ///
    /// Sends `restart` and returns Janus's new offer, which [`ack`](Self::ack) answers. The handle
    /// stays in its rooms, unless its PeerConnection had ended before.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 416 before [`setup`](Self::setup); `Unexpected` as there.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{TextRoom, webrtc::JsepKind};
    /// # let (_gateway, chat) = janus_blocking::testing::attached::<TextRoom>()?;
    /// # let _ = chat.setup()?;
    /// let offer = chat.restart()?;
    /// assert_eq!(offer.kind, JsepKind::Offer);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn restart(&self) -> Result<Jsep> {
        let (Done, offer) = self.handle.exchange(&Restart::new(), None)?;
        self.handle.described(&Restart::new(), offer, "an offer")
    }
}
