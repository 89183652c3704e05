//! Changing a participant, and its media.

use derive_setters::Setters;
use serde::Serialize;
use serde_with::skip_serializing_none;

use super::{Participant, PlainRtp};
use crate::plugin::{Done, bare_requests, constructors};
use crate::{Error, Jsep, Result};

constructors! {
    /// Creates a request that changes nothing yet.
    Configure();
}

bare_requests! {
    /// `resetdecoder`; see [`Participant::reset_decoder`].
    ResetDecoder = "resetdecoder";
}

/// `configure`; see [`Participant::configure`]. What is not set stays as it is.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "configure")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Configure {
    /// Whether the participant is muted.
    pub muted: Option<bool>,
    /// The bitrate of the mix, in bits per second, 500 to 512,000; for other values: automatic.
    #[setters(into = false)]
    pub bitrate: Option<u32>,
    /// Opus's complexity for the mix, 1 to 10.
    #[setters(into = false)]
    pub quality: Option<u8>,
    /// The packet loss that Opus makes the mix ready for, in percent, 0 to 20.
    #[setters(into = false)]
    pub expected_loss: Option<u8>,
    /// How loud the participant is in the mix, in percent.
    #[setters(into = false)]
    pub volume: Option<u32>,
    /// The group to be in. Ignored in rooms without groups.
    pub group: Option<String>,
    /// The place in the mix, from 0, left, to 100, right; more counts as 100.
    #[setters(into = false)]
    pub spatial_position: Option<u8>,
    /// Whether noise is suppressed. Since Janus 1.2.3.
    pub denoise: Option<bool>,
    /// Whether the participant is recorded, to an `.mjr` file.
    pub record: Option<bool>,
    /// The base name of the recording, on the server; Janus adds `-audio.mjr`.
    pub filename: Option<String>,
    /// The name to show.
    pub display: Option<String>,
    /// Whether Janus makes an offer; [`configure_for_offer`](Participant::configure_for_offer) sets it.
    pub generate_offer: Option<bool>,
    /// The address of a participant that joined with `rtp` and
    /// [`generate_offer`](super::Join::generate_offer); ignored for others. Since Janus 1.3.2.
    pub rtp: Option<PlainRtp>,
    /// Whether Janus makes a new offer; counts only when it made the first one.
    pub update: Option<bool>,
    /// How many packets are buffered before they are mixed, at most 50. Gone since Janus 1.2.0.
    #[setters(into = false)]
    pub prebuffer: Option<u32>,
}

impl Participant {
    /// Changes settings of the participant.
    ///
    /// Sends `configure` and waits for the event that confirms it. If what others see changes, they get
    /// [`Event::Participants`](crate::audiobridge::Event::Participants).
    ///
    /// # Errors
    ///
    /// `Plugin` with code 494 when there is no such group, 484 for a quality or an expected loss out of
    /// range; other settings of the same request may have been applied by then. [`Error::Config`] for
    /// `generate_offer` and `update`: the offer would be lost.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::audiobridge::{Participant, participant::Configure};
    /// # let said = r#"{"audiobridge":"event","result":"ok"}"#;
    /// # let (_gateway, me) = janus_blocking::testing::with_outcome::<Participant>("configure", said, None)?;
    /// me.configure(&Configure::new().muted(false).spatial_position(20))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn configure(&self, configure: &Configure) -> Result<()> {
        if [configure.generate_offer, configure.update].contains(&Some(true)) {
            let reason = "`configure_for_offer` returns the offer";
            return Err(Error::config("generate_offer", reason));
        }
        self.handle.request(configure).map(|Done| ())
    }

    /// Sets up the PeerConnection with an offer, or changes it.
    ///
    /// Sends `configure` with the offer and waits for the event that brings the answer. When the
    /// PeerConnection is up ([`Event::WebrtcUp`](crate::Event::WebrtcUp)) the participant is heard.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 493 for an offer that cannot be used, and for any offer when Janus made the first
    /// one; 484 for one that is encrypted end to end.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, testing, audiobridge::{Participant, participant::Configure}};
    /// # let said = r#"{"audiobridge":"event","result":"ok"}"#;
    /// # let (_gateway, me) = testing::with_outcome::<Participant>("configure", said, Some(Jsep::answer("v=0\r\n")))?;
    /// let offer = Jsep::offer(testing::AUDIO_SDP);
    /// let answer = me.configure_with_offer(&Configure::new().muted(false), &offer)?;
    /// assert_eq!(answer.kind.to_string(), "answer");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn configure_with_offer(&self, configure: &Configure, offer: &Jsep) -> Result<Jsep> {
        let (Done, answer) = self.handle.negotiate(configure, offer)?;
        Ok(answer)
    }

    /// Lets Janus make an offer for the PeerConnection.
    ///
    /// Sends `configure` with `generate_offer` and waits for the event that brings the offer;
    /// [`answer`](Self::answer) answers it. For a first offer, and for new ones after it. Janus does not
    /// check that it made the first one: if the program did, go on with
    /// [`configure_with_offer`](Self::configure_with_offer).
    ///
    /// # Errors
    ///
    /// [`Error::Unexpected`] for a plain RTP participant, which gets no offer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, testing, audiobridge::{Participant, participant::Configure}};
    /// # let said = r#"{"audiobridge":"event","result":"ok"}"#;
    /// # let (_gateway, me) = testing::with_outcome::<Participant>("configure", said, Some(Jsep::offer("v=0\r\n")))?;
    /// let offer = me.configure_for_offer(&Configure::new().muted(true))?;
    /// assert_eq!(offer.kind.to_string(), "offer");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn configure_for_offer(&self, configure: &Configure) -> Result<Jsep> {
        let configure = configure.clone().generate_offer(true);
        let (Done, offer) = self.handle.exchange(&configure, None)?;
        self.handle.described(&configure, offer, "an offer")
    }

    /// Answers an offer of Janus.
    ///
    /// Sends `configure` with the answer and waits for the event that confirms it.
    ///
    /// # Errors
    ///
    /// [`Error::Janus`] with 465 for an answer that cannot be used, 469 without an
    /// offer before it.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{ErrorCode, Jsep, testing, audiobridge::Participant};
    /// # let (_gateway, me) = testing::attached::<Participant>()?;
    /// // Nothing was joined, so Janus has made no offer yet.
    /// let error = me.answer(&Jsep::answer(testing::AUDIO_SDP)).unwrap_err();
    /// assert_eq!(error.code(), Some(ErrorCode::UNEXPECTED_ANSWER));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn answer(&self, answer: &Jsep) -> Result<()> {
        let (Done, _) = self.handle.exchange(&Configure::new(), Some(answer))?;
        Ok(())
    }
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl Participant {
    /// Makes the decoder of what the participant sends forget what was before, for example when its
    /// audio sounds broken.
    ///
    /// Sends `resetdecoder` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::audiobridge::Participant;
    /// # let (_gateway, me) = janus_blocking::testing::with_answer::<Participant>("resetdecoder", "{}")?;
    /// me.reset_decoder()?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[doc(alias = "resetdecoder")]
    pub fn reset_decoder(&self) -> Result<()> {
        self.handle.request(&ResetDecoder::new()).map(|Done| ())
    }
}
