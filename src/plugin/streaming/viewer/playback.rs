//! Starting, pausing, switching and stopping.

use serde::{Deserialize, Serialize};

use super::{Progress, Viewer};
use crate::plugin::{bare_requests, constructors};
use crate::{Id, Jsep, Result};

bare_requests! {
    /// `start`; see [`Viewer::start`] and [`Viewer::resume`].
    Start = "start";
    /// `pause`; see [`Viewer::pause`].
    Pause = "pause";
    /// `stop`; see [`Viewer::stop`].
    Stop = "stop";
}

constructors! {
    /// Creates a request to change to the mountpoint `id`.
    Switch(id as Id);
}

/// `switch`; see [`Viewer::switch`].
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "switch")]
#[non_exhaustive]
pub struct Switch {
    /// The id of the mountpoint.
    pub id: Id,
}

/// The viewer receives another mountpoint.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Switched {
    /// `ok`
    pub switched: String,
    /// The id of the mountpoint that is received now.
    pub id: Id,
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl Viewer {
    /// Answers an offer.
    ///
    /// Sends `start` with the answer and waits for the event that confirms it: `starting` before the
    /// PeerConnection is up, `started` after.
    /// [`Event::Started`](crate::streaming::Event::Started) follows when it comes up.
    ///
    /// # Errors
    ///
    /// [`Error::Janus`](crate::Error::Janus) with 465 for an answer that cannot be used, 469 without
    /// an offer before it.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{ErrorCode, Jsep, streaming::Viewer, testing};
    /// # let (_gateway, screen) = testing::attached::<Viewer>()?;
    /// // Nothing is watched, so Janus has made no offer yet.
    /// let error = screen.start(&Jsep::answer(testing::AUDIO_SDP)).unwrap_err();
    /// assert_eq!(error.code(), Some(ErrorCode::UNEXPECTED_ANSWER));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn start(&self, answer: &Jsep) -> Result<Progress> {
        let (progress, _) = self.handle.exchange(&Start::new(), Some(answer))?;
        Ok(progress)
    }

    /// Resumes the media after [`pause`](Self::pause).
    ///
    /// Sends `start` without an answer and waits for the event that confirms it.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::streaming::{Viewer, viewer::Status};
    /// # let said = r#"{"streaming":"event","result":{"status":"started"}}"#;
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Viewer>("start", said, None)?;
    /// assert_eq!(screen.resume()?.status, Status::Started);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn resume(&self) -> Result<Progress> {
        self.handle.request(&Start::new())
    }

    /// Pauses the media; the PeerConnection stays up.
    ///
    /// Sends `pause` and waits for the event that confirms it.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::streaming::{Viewer, viewer::Status};
    /// # let said = r#"{"streaming":"event","result":{"status":"pausing"}}"#;
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Viewer>("pause", said, None)?;
    /// assert_eq!(screen.pause()?.status, Status::Pausing);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn pause(&self) -> Result<Progress> {
        self.handle.request(&Pause::new())
    }

    /// Receives another mountpoint, over the same PeerConnection.
    ///
    /// Sends `switch` and waits for the event that confirms it. Nothing is negotiated: both have to be
    /// RTP or RTSP mountpoints with the same streams in the same order, of the same codecs and payload
    /// types. Janus does not check that.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 458 when one of them is a file.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::streaming::Viewer;
    /// # let said = r#"{"streaming":"event","result":{"switched":"ok","id":2}}"#;
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Viewer>("switch", said, None)?;
    /// assert_eq!(screen.switch(2)?.id, 2.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn switch(&self, id: impl Into<Id>) -> Result<Switched> {
        self.handle.request(&Switch::new(id))
    }

    /// Ends watching, and closes the PeerConnection.
    ///
    /// Sends `stop` and waits for the event that confirms it: `stopping`, or `idle` when the
    /// PeerConnection is not up. The handle watches nothing once the
    /// [`Event::Hangup`](crate::Event::Hangup) has come, and may [`watch`](Self::watch) again.
    ///
    /// Before the PeerConnection is up it does not end the watching;
    /// [`Handle::detach`](crate::Handle::detach) does.
    ///
    /// # Errors
    ///
    /// `Timeout`, with `acked`, when the PeerConnection is not up, before Janus 1.3.1, which then
    /// says nothing.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::streaming::{Viewer, viewer::Status};
    /// # let said = r#"{"streaming":"event","result":{"status":"stopping"}}"#;
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Viewer>("stop", said, None)?;
    /// assert_eq!(screen.stop()?.status, Status::Stopping);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn stop(&self) -> Result<Progress> {
        self.handle.request(&Stop::new())
    }
}
