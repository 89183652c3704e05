//! Letting the media flow: starting, pausing, leaving.

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

/// The media flows, or will when the PeerConnection stands.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Started {
    /// The id of the room.
    pub room: Id,
    /// `ok`
    pub started: String,
}

/// The media is held back.
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

impl Subscriber {
    /// Answers an offer.
    ///
    /// Sends `start` with the answer and waits for the event that confirms it. If changes were
    /// postponed, an [`Event::Updated`](crate::videoroom::Event::Updated) with the next offer
    /// follows.
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

    /// Lets the media flow again after [`pause`](Self::pause).
    ///
    /// Sends `start` without an answer and waits for the event that confirms it.
    ///
    /// # Errors
    ///
    /// None special to this call.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::videoroom::Subscriber;
    /// # let said = r#"{"room":1234,"started":"ok"}"#;
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Subscriber>("start", said, None)?;
    /// assert_eq!(screen.resume()?.started, "ok");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn resume(&self) -> Result<Started> {
        self.handle.request(&Start::new())
    }

    /// Holds the media back; the PeerConnection stays.
    ///
    /// Sends `pause` and waits for the event that confirms it.
    ///
    /// # Errors
    ///
    /// None special to this call.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::videoroom::Subscriber;
    /// # let said = r#"{"room":1234,"paused":"ok"}"#;
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Subscriber>("pause", said, None)?;
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
    /// # Errors
    ///
    /// None special to this call.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::videoroom::Subscriber;
    /// # let said = r#"{"room":1234,"left":"ok"}"#;
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Subscriber>("leave", said, None)?;
    /// assert_eq!(screen.leave()?.left, "ok");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn leave(&self) -> Result<Left> {
        self.handle.request(&Leave::new())
    }
}
