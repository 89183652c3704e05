//! Ending media, and leaving.

use serde::{Deserialize, Serialize};

use super::Publisher;
use crate::{Id, Plugin, Result, plugin::Request};

/// `unpublish`; see [`Publisher::unpublish`].
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "unpublish")]
#[non_exhaustive]
pub struct Unpublish {}

impl Unpublish {
    /// The request; it has no parameters.
    pub const fn new() -> Self {
        Self {}
    }
}

impl Request for Unpublish {
    type Plugin = Publisher;
    type Reply = Unpublished;

    const NAME: &'static str = "unpublish";
}

/// The participant publishes no more.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Unpublished {
    /// The id of the room.
    pub room: Id,
    /// `ok`
    pub unpublished: String,
}

/// `leave` of a publisher; see [`Publisher::leave`].
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "leave")]
#[non_exhaustive]
pub struct Leave {}

impl Leave {
    /// The request; it has no parameters.
    pub const fn new() -> Self {
        Self {}
    }
}

impl Request for Leave {
    type Plugin = Publisher;
    type Reply = Left;

    const NAME: &'static str = "leave";
}

/// The participant has left.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
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
    /// Janus docs: *VideoRoom plugin documentation*, VideoRoom Publishers.
    pub fn unpublish(&self) -> Result<Unpublished> {
        self.handle().request(&Unpublish::new())
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
    /// Janus docs: *VideoRoom plugin documentation*, VideoRoom Publishers.
    pub fn leave(&self) -> Result<Left> {
        self.handle().request(&Leave::new())
    }
}
