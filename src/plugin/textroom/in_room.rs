//! Being in rooms, and speaking there.

use std::collections::BTreeMap;

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{Participants, TextRoom, data_channel::OverApi};
use crate::plugin::{Done, Secret, constructors};
use crate::{Error, Id, Result};

constructors! {
    /// Creates a request to join `room` as `username`.
    Join(room as Id, username as String);
    /// Creates a request to leave `room`.
    Leave(room as Id);
    /// Creates a request to say `text` to everybody in `room`.
    Message(room as Id, text as String);
}

/// `join`; see [`TextRoom::join`]. [`Handle::request`](crate::Handle::request) gets code 415 for it.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "join")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Join {
    /// The id of the room.
    pub room: Id,
    /// The name that is unique in the room.
    pub username: String,
    /// The room's pin, if it has one.
    pub pin: Option<Secret>,
    /// One of the room's tokens, if it has some.
    pub token: Option<Secret>,
    /// The name to show. Default: none.
    pub display: Option<String>,
    /// Whether the room's history is sent, over the data channel. Default: true.
    pub history: Option<bool>,
}

/// `leave`; see [`TextRoom::leave`]. [`Handle::request`](crate::Handle::request) gets code 415 for it.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "leave")]
#[non_exhaustive]
pub struct Leave {
    /// The id of the room.
    pub room: Id,
}

/// `message`; see [`TextRoom::message`]. [`Handle::request`](crate::Handle::request) gets code 415
/// for it.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "message")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Message {
    /// The id of the room.
    pub room: Id,
    /// What is said.
    pub text: String,
    /// Makes it a whisper to this username; not both `to` and `tos`. Default: to everybody.
    pub to: Option<String>,
    /// Makes it a whisper to these usernames.
    pub tos: Option<Vec<String>>,
    /// Whether Janus answers. Default: true. `false` is for data channels, where nothing at all is
    /// answered then; [`TextRoom::message`] does not send it.
    pub ack: Option<bool>,
}

/// The message was sent.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Sent {
    /// For a whisper: whether each username is in the room. That it has a data channel to read it by
    /// is not said.
    pub sent: Option<BTreeMap<String, bool>>,
}

impl TextRoom {
    /// Joins a room, and returns who is there.
    ///
    /// Sends `join` and waits for its answer. Everybody in the room gets
    /// [`Event::Joined`](super::Event::Joined), the handle itself included. A handle with a data channel
    /// gets the room's history and that event before this returns.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 420 when the username is taken, 421 when the handle is in the room already,
    /// 419 also without a token where the room asks for one.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{TextRoom, textroom::Join};
    /// # let (gateway, chat) = janus_blocking::testing::attached::<TextRoom>()?;
    /// # chat.create(&janus_blocking::textroom::Create::new().room(1234))?;
    /// # let bob: TextRoom = gateway.attach()?;
    /// # bob.join(&Join::new(1234, "bob"))?;
    /// let others = chat.join(&Join::new(1234, "alice").pin("2580").display("Alice"))?;
    /// assert_eq!(others.participants[0].username, "bob");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: over data channels only.
    pub fn join(&self, join: &Join) -> Result<Participants> {
        self.handle.request(&OverApi(join))
    }

    /// Leaves a room.
    ///
    /// Sends `leave` and waits for its answer. Everybody who is or was in the room gets
    /// [`Event::Left`](super::Event::Left). The handle can join again.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 422 when the handle is not in the room.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::TextRoom;
    /// # use janus_blocking::textroom::{Create, Join};
    /// # let (_gateway, chat) = janus_blocking::testing::attached::<TextRoom>()?;
    /// # chat.create(&Create::new().room(1234))?;
    /// # chat.join(&Join::new(1234, "alice"))?;
    /// chat.leave(1234)?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: over data channels only.
    pub fn leave(&self, room: impl Into<Id>) -> Result<()> {
        let leave = Leave::new(room);
        self.handle.request(&OverApi(&leave)).map(|Done| ())
    }

    /// Says something in a room that the handle is in.
    ///
    /// Sends `message` and waits for its answer. Everybody in the room gets
    /// [`Event::Message`](super::Event::Message), the handle itself included; only those named in `to` or
    /// `tos` if it is a whisper. A username that is not there is no error: see [`Sent`]. All but
    /// whispers are kept in the room's history.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 422 when the handle is not in the room, 414 for both `to` and `tos`.
    /// `Config` for [`ack`](Message::ack) set to `false`, which over the Janus API ends the process of
    /// Janus 1.4.1; nothing was sent.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{TextRoom, textroom::Message};
    /// # use janus_blocking::textroom::{Create, Join};
    /// # let (_gateway, chat) = janus_blocking::testing::attached::<TextRoom>()?;
    /// # chat.create(&Create::new().room(1234))?;
    /// # chat.join(&Join::new(1234, "alice"))?;
    /// let sent = chat.message(&Message::new(1234, "psst").to("bob"))?.sent;
    /// assert!(sent.is_some_and(|sent| !sent["bob"]), "he is not there");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: over data channels only.
    pub fn message(&self, message: &Message) -> Result<Sent> {
        if message.ack == Some(false) {
            let reason = "without it Janus 1.4.1 crashes over the Janus API; leave it unset";
            return Err(Error::config("ack", reason));
        }
        self.handle.request(&OverApi(message))
    }
}
