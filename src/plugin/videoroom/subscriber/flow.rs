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
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
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
    /// Janus docs: *VideoRoom plugin documentation*, VideoRoom Subscribers.
    pub fn leave(&self) -> Result<Left> {
        self.handle().request(&Leave::new())
    }
}
