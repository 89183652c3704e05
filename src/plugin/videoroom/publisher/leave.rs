//! Ending media, and leaving.

use serde::Deserialize;

use super::Publisher;
use crate::plugin::bare_requests;
use crate::{Id, Result};

bare_requests! {
    /// `unpublish`; see [`Publisher::unpublish`].
    Unpublish = "unpublish";
    /// `leave` of a publisher; see [`Publisher::leave`].
    Leave = "leave";
}

/// The participant publishes no more.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Unpublished {
    /// The id of the room.
    pub room: Id,
    /// `ok`
    pub unpublished: String,
}

/// The participant has left.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Left {
    /// The id of the room.
    pub room: Id,
    /// `ok`
    pub leaving: String,
}

impl Publisher {
    /// Ends the media; the participant stays and can publish again.
    ///
    /// Sends `unpublish` and waits for the event that confirms it. The PeerConnection is closed
    /// ([`Event::Hangup`](crate::Event::Hangup)), and the others get
    /// [`Event::Unpublished`](crate::videoroom::Event::Unpublished).
    ///
    /// # Errors
    ///
    /// `Plugin` with code 435 when it does not publish. That it does only counts when the
    /// PeerConnection stands.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::videoroom::Publisher;
    /// # let said = r#"{"videoroom":"event","room":1234,"unpublished":"ok"}"#;
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Publisher>("unpublish", said, None)?;
    /// assert_eq!(door.unpublish()?.room, 1234.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn unpublish(&self) -> Result<Unpublished> {
        self.handle.request(&Unpublish::new())
    }

    /// Leaves the room for good: this handle cannot join again.
    ///
    /// Sends `leave` and waits for the event that confirms it. The others get
    /// [`Event::Leaving`](crate::videoroom::Event::Leaving).
    ///
    /// # Errors
    ///
    /// `Plugin` with code 426 when it is in no room any more.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::videoroom::Publisher;
    /// # let said = r#"{"videoroom":"event","room":1234,"leaving":"ok"}"#;
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Publisher>("leave", said, None)?;
    /// assert_eq!(door.leave()?.room, 1234.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn leave(&self) -> Result<Left> {
        self.handle.request(&Leave::new())
    }
}
