//! `pause`, `resume`, `stop`: what recording and playing have in common.

use serde::Deserialize;

use super::RecordPlay;
use crate::Result;
use crate::plugin::bare_requests;

bare_requests! {
    /// `pause`; see [`RecordPlay::pause`].
    Pause = "pause";
    /// `resume`; see [`RecordPlay::resume`].
    Resume = "resume";
    /// `stop`; see [`RecordPlay::stop`].
    Stop = "stop";
}

/// What was paused or resumed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Paused {
    /// The id of the recording. Absent when the handle has none: the plugin confirms that all the
    /// same.
    pub id: Option<u64>,
}

/// What was stopped.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Stopped {
    /// The id of the recording; absent when the handle has none.
    pub id: Option<u64>,
    /// Whether only the admin key lists it. Since Janus 1.3.1.
    pub is_private: Option<bool>,
}

impl RecordPlay {
    /// Leaves out what comes from now on, until [`resume`](Self::resume).
    ///
    /// Sends `pause` and waits for its confirmation. What is played by this handle goes on: the
    /// plugin confirms and pauses recordings only.
    ///
    /// # Errors
    ///
    /// `Plugin` never: the request is confirmed in every state.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::RecordPlay;
    /// # let said = r#"{"result":{"status":"paused","id":7}}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_outcome::<RecordPlay>("pause", said, None)?;
    /// assert_eq!(desk.pause()?.id, Some(7));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn pause(&self) -> Result<Paused> {
        self.handle.request(&Pause::new())
    }

    /// Goes on after [`pause`](Self::pause).
    ///
    /// Sends `resume` and waits for its confirmation; the sender of video is asked for a keyframe.
    ///
    /// # Errors
    ///
    /// `Plugin` never: the request is confirmed in every state.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::RecordPlay;
    /// # let (_gateway, desk) = janus_blocking::testing::with_outcome::<RecordPlay>("resume", "{}", None)?;
    /// assert_eq!(desk.resume()?.id, None, "nothing was recorded");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn resume(&self) -> Result<Paused> {
        self.handle.request(&Resume::new())
    }

    /// Ends the recording or the playing, with its PeerConnection.
    ///
    /// Sends `stop` and waits for its confirmation; [`Event::Done`](super::Event::Done) follows when
    /// the recording is complete. A handle that does nothing is confirmed too.
    ///
    /// # Errors
    ///
    /// `Plugin` never: the request is confirmed in every state.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::RecordPlay;
    /// # let said = r#"{"result":{"status":"stopped","id":7,"is_private":0}}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_outcome::<RecordPlay>("stop", said, None)?;
    /// let stopped = desk.stop()?;
    /// assert_eq!((stopped.id, stopped.is_private), (Some(7), Some(false)));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn stop(&self) -> Result<Stopped> {
        self.handle.request(&Stop::new())
    }
}
