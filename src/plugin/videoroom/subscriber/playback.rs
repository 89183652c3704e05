//! Starting, pausing and leaving.

use serde::Deserialize;

use super::Subscriber;
use crate::{Id, Jsep, Result, plugin::bare_requests};

bare_requests! {
    /// `start`; see [`Subscriber::start`] and [`Subscriber::resume`].
    Start = "start";
    /// `pause`; see [`Subscriber::pause`].
    Pause = "pause";
    /// `leave` of a subscriber; see [`Subscriber::leave`].
    Leave = "leave";
}

/// The media flows, or will when the PeerConnection is up.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Started {
    /// The id of the room.
    pub room: Id,
    /// `ok`
    pub started: String,
}

/// The media is paused.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Paused {
    /// The id of the room.
    pub room: Id,
    /// `ok`
    pub paused: String,
}

/// The subscription has ended.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Left {
    /// The id of the room.
    pub room: Id,
    /// `ok`
    pub left: String,
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl Subscriber {
    /// Answers an offer.
    ///
    /// Sends `start` with the answer and waits for the event that confirms it. Postponed changes
    /// follow as [`Event::Updated`](crate::videoroom::Event::Updated), with an offer.
    ///
    /// # Errors
    ///
    /// [`Error::Janus`](crate::Error::Janus) with 465 for an answer that cannot be used, 469 without
    /// an offer before it; `Plugin` with code 431 for an offer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{ErrorCode, Jsep, testing, videoroom::Subscriber};
    /// # let (_gateway, screen) = testing::attached::<Subscriber>()?;
    /// // Nothing was joined, so Janus has made no offer yet.
    /// let error = screen.start(&Jsep::answer(testing::AUDIO_SDP)).unwrap_err();
    /// assert_eq!(error.code(), Some(ErrorCode::UNEXPECTED_ANSWER));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn start(&self, answer: &Jsep) -> Result<Started> {
        let (started, _) = self.handle.exchange(&Start::new(), Some(answer))?;
        Ok(started)
    }

    /// Resumes the media after [`pause`](Self::pause).
    ///
    /// Sends `start` without an answer and waits for the event that confirms it.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::videoroom::Subscriber;
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Subscriber>("start", r#"{"started":"ok"}"#, None)?;
    /// assert_eq!(screen.resume()?.started, "ok");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn resume(&self) -> Result<Started> {
        self.handle.request(&Start::new())
    }

    /// Pauses the media; the PeerConnection stays up.
    ///
    /// Sends `pause` and waits for the event that confirms it.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::videoroom::Subscriber;
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Subscriber>("pause", r#"{"paused":"ok"}"#, None)?;
    /// assert_eq!(screen.pause()?.paused, "ok");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn pause(&self) -> Result<Paused> {
        self.handle.request(&Pause::new())
    }

    /// Ends the subscription for good.
    ///
    /// Sends `leave` and waits for the event that confirms it. The PeerConnection is closed
    /// ([`Event::Hangup`](crate::Event::Hangup)).
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::videoroom::Subscriber;
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Subscriber>("leave", r#"{"left":"ok"}"#, None)?;
    /// assert_eq!(screen.leave()?.left, "ok");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn leave(&self) -> Result<Left> {
        self.handle.request(&Leave::new())
    }
}
