//! Who is in a room, who may join it, and who has to leave.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{AllowedAction, AllowedTokens, AudioBridge, room_requests::room_requests};
use crate::plugin::{Done, Secret, constructors};
use crate::{Id, Result};

constructors! {
    /// Creates a request for the participants of `room`.
    ListParticipants(room as Id);
}

room_requests! {
    /// `kick`; see [`AudioBridge::kick`].
    Kick "kick" id;
    /// `kick_all`; see [`AudioBridge::kick_all`].
    KickAll "kick_all";
}

/// `allowed`; see [`AudioBridge::allowed`].
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

/// `listparticipants`; see [`AudioBridge::list_participants`].
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "listparticipants")]
#[non_exhaustive]
pub struct ListParticipants {
    /// The id of the room.
    pub room: Id,
}

/// Who is in a room, or, in an event, whom it is about.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Participants {
    /// The id of the room.
    pub room: Id,
    /// The participants, in no order.
    pub participants: Vec<Attendee>,
}

/// A participant, as others see it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Attendee {
    /// The id of the participant.
    pub id: Id,
    /// The name to show.
    pub display: Option<String>,
    /// Whether its media is up: its PeerConnection, or plain RTP.
    #[serde(default)]
    pub setup: bool,
    /// Whether it is muted.
    #[serde(default)]
    pub muted: bool,
    /// Whether it is talking; absent unless its media has audio levels.
    pub talking: Option<bool>,
    /// Its place, from 0, left, to 100, right; absent in rooms without
    /// [`spatial_audio`](super::Create::spatial_audio).
    pub spatial_position: Option<u64>,
    /// Whether it is suspended. In the replies to `join` and `changeroom` all entries have the state of
    /// whoever joins: ask [`AudioBridge::list_participants`] instead. Since Janus 1.2.1.
    #[serde(default)]
    pub suspended: bool,
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl AudioBridge {
    /// Changes who may join a room.
    ///
    /// Sends `allowed` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::{Allowed, AllowedAction}};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("allowed", r#"{"allowed":["t1"]}"#)?;
    /// let add = Allowed::new(1234, AllowedAction::Add).allowed(vec!["t1".into()]);
    /// assert_eq!(desk.allowed(&add)?.allowed, Some(vec!["t1".into()]));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn allowed(&self, allowed: &Allowed) -> Result<AllowedTokens> {
        self.handle.request(allowed)
    }

    /// Lists who is in a room.
    ///
    /// Sends `listparticipants` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::AudioBridge;
    /// # let said = r#"{"participants":[{"id":7,"muted":true}]}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("listparticipants", said)?;
    /// let people = desk.list_participants(1234)?.participants;
    /// assert!(people[0].muted);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[doc(alias = "listparticipants")]
    pub fn list_participants(&self, room: impl Into<Id>) -> Result<Participants> {
        self.handle.request(&ListParticipants::new(room))
    }

    /// Kicks everybody out of a room, as [`kick`](Self::kick) does with one.
    ///
    /// Sends `kick_all` and waits for its answer. Everybody gets
    /// [`Event::KickedAll`](super::Event::KickedAll).
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::KickAll};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("kick_all", "{}")?;
    /// desk.kick_all(&KickAll::new(1234).secret("hush"))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn kick_all(&self, kick: &KickAll) -> Result<()> {
        self.handle.request(kick).map(|Done| ())
    }
}

impl AudioBridge {
    /// Kicks a participant out of a room.
    ///
    /// Sends `kick` and waits for its answer. Everybody in the room, the participant too, gets
    /// [`Event::Kicked`](super::Event::Kicked).
    ///
    /// Janus kicks by closing the PeerConnection, up to a second later. A participant without one, plain RTP ones included,
    /// stays in the room since Janus 1.2.2, though everybody gets that event: look at
    /// [`list_participants`](Self::list_participants), and [`mute`](Self::mute) or
    /// [`suspend`](Self::suspend) who has stayed.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 492 when there is no such participant.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::Kick};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("kick", "{}")?;
    /// desk.kick(&Kick::new(1234, 7).secret("hush"))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn kick(&self, kick: &Kick) -> Result<()> {
        self.handle.request(kick).map(|Done| ())
    }
}
