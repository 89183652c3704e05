//! The TextRoom plugin: rooms in which participants exchange texts.
//!
//! A handle is in as many rooms as it likes, under a username in each. Janus has two channels for it,
//! and this is what goes over which:
//!
//! | what | Janus API (the methods here) | data channel |
//! |---|---|---|
//! | [`setup`](TextRoom::setup), [`ack`](TextRoom::ack), [`restart`](TextRoom::restart) | yes, by session descriptions | no |
//! | [`create`](TextRoom::create), [`edit`](TextRoom::edit), [`destroy`](TextRoom::destroy), [`exists`](TextRoom::exists), [`list`](TextRoom::list), [`list_participants`](TextRoom::list_participants), [`allowed`](TextRoom::allowed), [`kick`](TextRoom::kick), [`announcement`](TextRoom::announcement) | yes | yes |
//! | [`join`](TextRoom::join), [`leave`](TextRoom::leave), [`message`](TextRoom::message) | yes, undocumented | yes |
//! | the events of rooms, and their history | no | yes |
//!
//! So a program without WebRTC manages rooms, joins them, speaks and whispers in them, and sees who is
//! there; it reads nothing of what is said. The documentation of Janus says that joining and speaking
//! need a data channel. 1.1.2 and 1.4.1 do both over the Janus API when the body names its verb under
//! `textroom` as well, and the methods do that.
//!
//! `setup`, `ack` and `restart` are answered by an event, all others at once. None has a transaction of
//! its own there: Janus takes that of the message around it.
//!
//! # Data channels
//!
//! [`text`](text()) makes the text of any request but the first three, with a transaction that the
//! program picks. What comes is for [`decode`](crate::Plugin::decode): an event of a room, an
//! [`Event::Reply`] with the transaction of its request, or an [`Event::Error`].
//!
//! ```
//! use janus_blocking::{Plugin, TextRoom, textroom::{Event, Join, text}};
//! use janus_blocking::serde_json::value::RawValue;
//!
//! let join = Join::new(1234, "alice").pin("2580");
//! let sent = r#"{"textroom":"join","transaction":"t1","room":1234,"username":"alice","pin":"2580"}"#;
//! assert_eq!(text(&join, "t1")?, sent);
//!
//! let came = r#"{"textroom":"success","transaction":"t1","participants":[{"username":"bob"}]}"#;
//! let came = RawValue::from_string(came.to_owned())?;
//! let Event::Reply(reply) = TextRoom::decode(&came)? else { panic!("no reply") };
//! assert_eq!(reply.transaction.as_deref(), Some("t1"));
//! assert_eq!(reply.of::<Join>()?.participants[0].username, "bob");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A text that is not JSON, or is binary, is dropped by Janus without an answer.
//!
//! # Ids
//!
//! Rooms have an [`Id`](crate::Id): a number, or a text on servers whose plugin is configured with
//! `string_ids`. Usernames are texts.
//!
//! # What a message does not say
//!
//! What does not fit its type counts as left out: `None` where that says something else than the
//! type's own zero, else an empty text or list, `false`, and an id that
//! [`is_absent`](crate::Id::is_absent).
//!
//! Janus docs: *Janus TextRoom documentation*.

use super::{Done, plugin_type, requests};

mod data_channel;
pub mod error_code;
pub mod event;
mod in_room;
mod participants;
mod peer_connection;
mod rooms;

pub use super::rooms::{AllowedAction, AllowedTokens, Created, Destroyed, Edited, Existence};
pub use data_channel::text;
pub use event::Event;
pub use in_room::{Join, Leave, Message, Sent};
pub use participants::{Allowed, Announcement, Kick, ListParticipants, Participant, Participants};
pub use peer_connection::{Ack, Restart, Setup};
pub use rooms::{Create, Destroy, Edit, Exists, List, Room, Rooms};

requests! { TextRoom:
    Setup            "setup"            -> Done;
    Ack              "ack"              -> Done;
    Restart          "restart"          -> Done;
    List             "list"             -> Rooms,        reads;
    ListParticipants "listparticipants" -> Participants, reads;
    Create           "create"           -> Created;
    Edit             "edit"             -> Edited;
    Destroy          "destroy"          -> Destroyed;
    Exists           "exists"           -> Existence,    reads;
    Allowed          "allowed"          -> AllowedTokens;
    Kick             "kick"             -> Done;
    Announcement     "announcement"     -> Done;
    // These three are texts for a data channel; their methods add what the Janus API needs.
    Join             "join"             -> Participants;
    Leave            "leave"            -> Done;
    Message          "message"          -> Sent;
}

plugin_type! {
    /// A handle of the TextRoom plugin, `janus.plugin.textroom`.
    ///
    /// Comes from [`Session::attach`](crate::Session::attach) or
    /// [`Session::reattach`](crate::Session::reattach); a reattached one is in the rooms of its handle.
    /// The handle leaves all rooms when its PeerConnection ends, when it is detached, and before Janus
    /// 1.2.2 by the core's [`hangup`](crate::Handle::hangup) without a PeerConnection too. All methods
    /// take `&self` and may be called from several threads at once; each blocks its own caller only, at
    /// most for the request timeout.
    ///
    /// # Errors of every method
    ///
    /// [`Error::Plugin`](crate::Error::Plugin) with a code of [`error_code`] when the plugin refuses:
    /// 417 when there is no such room, 414 for an id of the wrong type, and where a secret, a pin or an
    /// admin key is needed, 413 without and 419 with a wrong one.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{TextRoom, textroom::{Create, Join, Message}};
    /// # let (_gateway, janus) = janus_blocking::testing::connected()?;
    /// # let session = janus.create_session()?;
    /// let chat: TextRoom = session.attach()?;
    /// let room = chat.create(&Create::new().description("lobby").history(20))?.room;
    /// chat.join(&Join::new(&room, "door"))?;
    /// chat.message(&Message::new(room, "somebody rings"))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub struct TextRoom "janus.plugin.textroom", Event = event::decode;
}
