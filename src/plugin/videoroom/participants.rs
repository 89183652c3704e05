//! Who is in a room, who may join it, and who is muted or kicked.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;

use super::{AllowedAction, AllowedTokens, VideoRoom};
use crate::plugin::{Done, Secret, constructors};
use crate::{Id, Result};

constructors! {
    /// Creates a request to kick the participant `id`.
    Kick(room as Id, id as Id);
    /// Creates a request to mute or unmute a stream of the participant `id`.
    Moderate(room as Id, id as Id, mid as String; mute: bool);
    /// Creates a request for the participants of `room`.
    ListParticipants(room as Id);
}

/// `allowed`; see [`VideoRoom::allowed`].
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

/// `kick`; see [`VideoRoom::kick`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "kick")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Kick {
    /// The id of the room.
    pub room: Id,
    /// The id of the participant.
    pub id: Id,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
}

/// `moderate`; see [`VideoRoom::moderate`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "moderate")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Moderate {
    /// The id of the room.
    pub room: Id,
    /// The id of the participant.
    pub id: Id,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
    /// The `mid` of the stream.
    pub mid: String,
    /// Whether what the participant sends on it is discarded.
    pub mute: bool,
}

/// `listparticipants`; see [`VideoRoom::list_participants`].
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "listparticipants")]
#[non_exhaustive]
pub struct ListParticipants {
    /// The id of the room.
    pub room: Id,
}

/// Who is in a room.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Participants {
    /// The id of the room.
    #[serde(default)]
    pub room: Id,
    /// All who joined as publishers, in no order. Subscribers are not listed.
    pub participants: Vec<Participant>,
}

/// A participant who joined as a publisher.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Participant {
    /// The id of the participant.
    pub id: Id,
    /// The name to show.
    pub display: Option<String>,
    /// The participant's metadata. Since Janus 1.3.0.
    pub metadata: Option<Value>,
    /// Whether it is the placeholder of [`Create::dummy_publisher`](super::Create::dummy_publisher).
    #[serde(default)]
    pub dummy: bool,
    /// Whether it is the publisher of another room, or server.
    #[serde(default)]
    pub remote: bool,
    /// Whether it is publishing.
    #[serde(default)]
    pub publisher: bool,
    /// Whether it is talking; absent unless it publishes with audio levels.
    pub talking: Option<bool>,
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl VideoRoom {
    /// Changes who may join a room.
    ///
    /// Sends `allowed` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::{Allowed, AllowedAction}};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("allowed", r#"{"allowed":["hush"]}"#)?;
    /// let add = Allowed::new(1234, AllowedAction::Add).allowed(vec!["hush".into()]);
    /// let tokens = desk.allowed(&add)?.allowed.unwrap_or_default();
    /// assert_eq!(tokens, ["hush".into()]);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn allowed(&self, allowed: &Allowed) -> Result<AllowedTokens> {
        self.handle.request(allowed)
    }

    /// Kicks a participant.
    ///
    /// Sends `kick` and waits for its answer. The participant gets
    /// [`Event::Leaving`](super::Event::Leaving) without an id and with a reason, the others get
    /// [`Event::Kicked`](super::Event::Kicked). The participant can join again: in a room that
    /// needs tokens, remove its token as well.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 428 when there is no such participant.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::Kick};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("kick", r#"{"videoroom":"success"}"#)?;
    /// desk.kick(&Kick::new(1234, 7).secret("hush"))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn kick(&self, kick: &Kick) -> Result<()> {
        self.handle.request(kick).map(|Done| ())
    }

    /// Mutes or unmutes a stream of a participant for everybody.
    ///
    /// Sends `moderate` and waits for its answer. Everybody in the room gets
    /// [`Event::Moderated`](super::Event::Moderated).
    ///
    /// # Errors
    ///
    /// `Plugin` with code 428 when there is no such participant or stream.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::Moderate};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("moderate", "{}")?;
    /// desk.moderate(&Moderate::new(1234, 7, "0", true))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn moderate(&self, moderate: &Moderate) -> Result<()> {
        self.handle.request(moderate).map(|Done| ())
    }

    /// Lists who is in a room.
    ///
    /// Sends `listparticipants` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::VideoRoom;
    /// # let said = r#"{"participants":[{"id":7,"publisher":true}]}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("listparticipants", said)?;
    /// let people = desk.list_participants(1234)?.participants;
    /// assert!(people[0].publisher);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[doc(alias = "listparticipants")]
    pub fn list_participants(&self, room: impl Into<Id>) -> Result<Participants> {
        self.handle.request(&ListParticipants::new(room))
    }
}
