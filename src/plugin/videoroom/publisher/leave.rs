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
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
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
    /// # use janus_blocking::{testing::{Expect, FakeGateway}, videoroom::Publisher};
    /// # use serde_json::json;
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let body = json!({ "request": "unpublish" });
    /// # let expected = Expect::request("janus.plugin.videoroom", body).exactly();
    /// # let event = json!({ "videoroom": "event", "room": 1234, "unpublished": "ok" });
    /// # gateway.expect(expected.event(event));
    /// # let door: Publisher = session.attach()?;
    /// assert_eq!(door.unpublish()?.room, 1234.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
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
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::{testing::{Expect, FakeGateway}, videoroom::Publisher};
    /// # use serde_json::json;
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let body = json!({ "request": "leave" });
    /// # let expected = Expect::request("janus.plugin.videoroom", body).exactly();
    /// # let event = json!({ "videoroom": "event", "room": 1234, "leaving": "ok" });
    /// # gateway.expect(expected.event(event));
    /// # let door: Publisher = session.attach()?;
    /// assert_eq!(door.leave()?.room, 1234.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *VideoRoom plugin documentation*, VideoRoom Publishers.
    pub fn leave(&self) -> Result<Left> {
        self.handle().request(&Leave::new())
    }
}
