//! Who is in a room, who may join it, who is kicked, and announcements to all of them.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{AllowedAction, AllowedTokens, TextRoom};
use crate::plugin::{Done, Secret, constructors};
use crate::{Id, Result};

constructors! {
    /// Creates a request for the participants of `room`.
    ListParticipants(room as Id);
    /// Creates a request to kick the participant `username`.
    Kick(room as Id, username as String);
    /// Creates a request to announce `text` in `room`.
    Announcement(room as Id, text as String);
}

/// `listparticipants`; see [`TextRoom::list_participants`].
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "listparticipants")]
#[non_exhaustive]
pub struct ListParticipants {
    /// The id of the room.
    pub room: Id,
}

/// Who is in a room.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Participants {
    /// The id of the room; absent in the answer to [`Join`](super::Join).
    pub room: Id,
    /// All of them, in no order; in the answer to [`Join`](super::Join) the others.
    pub participants: Vec<Participant>,
}

/// A participant of a room.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Participant {
    /// The name that is unique in the room.
    pub username: String,
    /// The name to show.
    pub display: Option<String>,
}

/// `allowed`; see [`TextRoom::allowed`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Serialize, Setters)]
#[serde(tag = "request", rename = "allowed")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Allowed {
    /// The id of the room.
    pub room: Id,
    /// The room's secret, if it has one.
    #[setters(into)]
    pub secret: Option<Secret>,
    /// What to do.
    pub action: AllowedAction,
    /// The tokens to add or to remove.
    pub allowed: Option<Vec<Secret>>,
}

impl Allowed {
    /// Creates a request to change who may join `room`.
    pub fn new(room: impl Into<Id>, action: AllowedAction) -> Self {
        Self {
            room: room.into(),
            secret: None,
            action,
            allowed: None,
        }
    }
}

/// `kick`; see [`TextRoom::kick`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "kick")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Kick {
    /// The id of the room.
    pub room: Id,
    /// The participant.
    pub username: String,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
}

/// `announcement`; see [`TextRoom::announcement`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "announcement")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Announcement {
    /// The id of the room.
    pub room: Id,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
    /// What is announced.
    pub text: String,
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl TextRoom {
    /// Lists who is in a room.
    ///
    /// Sends `listparticipants` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::TextRoom;
    /// # let said = r#"{"room":1234,"participants":[{"username":"alice","display":"Alice"}]}"#;
    /// # let (_gateway, chat) = janus_blocking::testing::with_answer::<TextRoom>("listparticipants", said)?;
    /// let participants = chat.list_participants(1234)?.participants;
    /// assert_eq!(participants[0].username, "alice");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[doc(alias = "listparticipants")]
    pub fn list_participants(&self, room: impl Into<Id>) -> Result<Participants> {
        self.handle.request(&ListParticipants::new(room))
    }

    /// Changes who may join a room.
    ///
    /// Sends `allowed` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{TextRoom, textroom::{Allowed, AllowedAction}};
    /// # let (_gateway, chat) = janus_blocking::testing::with_answer::<TextRoom>("allowed", r#"{"allowed":["hush"]}"#)?;
    /// let add = Allowed::new(1234, AllowedAction::Add).allowed(vec!["hush".into()]);
    /// let tokens = chat.allowed(&add)?.allowed.unwrap_or_default();
    /// assert_eq!(tokens, ["hush".into()]);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn allowed(&self, allowed: &Allowed) -> Result<AllowedTokens> {
        self.handle.request(allowed)
    }

    /// Kicks a participant.
    ///
    /// Sends `kick` and waits for its answer. Everybody in the room, the participant included, gets
    /// [`Event::Kicked`](super::Event::Kicked). It can join again.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 423 when there is no such participant.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{TextRoom, textroom::Kick};
    /// # let (_gateway, chat) = janus_blocking::testing::with_answer::<TextRoom>("kick", r#"{"textroom":"success"}"#)?;
    /// chat.kick(&Kick::new(1234, "bob").secret("hush"))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn kick(&self, kick: &Kick) -> Result<()> {
        self.handle.request(kick).map(|Done| ())
    }

    /// Says something to everybody in a room, without being in it.
    ///
    /// Sends `announcement` and waits for its answer. Everybody in the room gets
    /// [`Event::Announcement`](super::Event::Announcement), and so do those who join later, if the room
    /// has a history.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{TextRoom, textroom::Announcement};
    /// # let (_gateway, chat) = janus_blocking::testing::with_answer::<TextRoom>("announcement", "{}")?;
    /// chat.announcement(&Announcement::new(1234, "closing at ten").secret("hush"))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn announcement(&self, announcement: &Announcement) -> Result<()> {
        self.handle.request(announcement).map(|Done| ())
    }
}
