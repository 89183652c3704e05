//! Letting the media flow: starting, pausing, leaving.

use serde::{Deserialize, Serialize};

use super::Subscriber;
use crate::{Id, Jsep, Plugin, Result, plugin::Request};

/// `start`; see [`Subscriber::start`] and [`Subscriber::resume`].
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "start")]
#[non_exhaustive]
pub struct Start {}

impl Start {
    /// The request; it has no parameters.
    pub const fn new() -> Self {
        Self {}
    }
}

impl Request for Start {
    type Plugin = Subscriber;
    type Reply = Started;

    const NAME: &'static str = "start";
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

/// `pause`; see [`Subscriber::pause`].
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "pause")]
#[non_exhaustive]
pub struct Pause {}

impl Pause {
    /// The request; it has no parameters.
    pub const fn new() -> Self {
        Self {}
    }
}

impl Request for Pause {
    type Plugin = Subscriber;
    type Reply = Paused;

    const NAME: &'static str = "pause";
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

/// `leave` of a subscriber; see [`Subscriber::leave`].
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
    type Plugin = Subscriber;
    type Reply = Left;

    const NAME: &'static str = "leave";
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
    /// use janus_blocking::{ErrorCode, Jsep};
    /// # use janus_blocking::{testing::FakeGateway, videoroom::Subscriber};
    /// # const ANSWER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
    /// #     m=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijkl\r\n\
    /// #     a=fingerprint:sha-256 AA\r\na=mid:0\r\n";
    ///
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let screen: Subscriber = session.attach()?;
    /// // Nothing was joined, so Janus has made no offer yet.
    /// let error = screen.start(&Jsep::answer(ANSWER)).unwrap_err();
    /// assert_eq!(error.code(), Some(ErrorCode::UNEXPECTED_ANSWER));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *VideoRoom plugin documentation*, VideoRoom Subscribers.
    pub fn start(&self, answer: &Jsep) -> Result<Started> {
        let (started, _) = self.handle().exchange(&Start::new(), Some(answer))?;
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
    /// # use janus_blocking::{testing::{Expect, FakeGateway}, videoroom::Subscriber};
    /// # use serde_json::json;
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let body = json!({ "request": "start" });
    /// # let expected = Expect::request("janus.plugin.videoroom", body).exactly();
    /// # let event = json!({ "room": 1234, "started": "ok" });
    /// # gateway.expect(expected.event(event));
    /// # let screen: Subscriber = session.attach()?;
    /// assert_eq!(screen.resume()?.started, "ok");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *VideoRoom plugin documentation*, VideoRoom Subscribers.
    pub fn resume(&self) -> Result<Started> {
        self.handle().request(&Start::new())
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
    /// # use janus_blocking::{testing::{Expect, FakeGateway}, videoroom::Subscriber};
    /// # use serde_json::json;
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let body = json!({ "request": "pause" });
    /// # let expected = Expect::request("janus.plugin.videoroom", body).exactly();
    /// # let event = json!({ "room": 1234, "paused": "ok" });
    /// # gateway.expect(expected.event(event));
    /// # let screen: Subscriber = session.attach()?;
    /// assert_eq!(screen.pause()?.paused, "ok");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *VideoRoom plugin documentation*, VideoRoom Subscribers.
    pub fn pause(&self) -> Result<Paused> {
        self.handle().request(&Pause::new())
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
    /// # use janus_blocking::{testing::{Expect, FakeGateway}, videoroom::Subscriber};
    /// # use serde_json::json;
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let body = json!({ "request": "leave" });
    /// # let expected = Expect::request("janus.plugin.videoroom", body).exactly();
    /// # let event = json!({ "room": 1234, "left": "ok" });
    /// # gateway.expect(expected.event(event));
    /// # let screen: Subscriber = session.attach()?;
    /// assert_eq!(screen.leave()?.left, "ok");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *VideoRoom plugin documentation*, VideoRoom Subscribers.
    pub fn leave(&self) -> Result<Left> {
        self.handle().request(&Leave::new())
    }
}
