//! Joining a room, ending media, and leaving.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;

use super::{super::PrivateId, Attendee, Description, Feed, OwnStream, Publisher};
use crate::plugin::{Secret, bare_requests, constructors};
use crate::{Id, Jsep, Result};

/// `ptype`: what the handle becomes by joining.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    #[default]
    Publisher,
}

/// `join` of a publisher; see [`Publisher::join`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "join")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Join {
    #[setters(skip)]
    ptype: Role,
    /// The id of the room.
    pub room: Id,
    /// The id of the participant. Default: a random one.
    pub id: Option<Id>,
    /// A token of the room's list, or a signed one for this room
    /// ([`SignedToken::for_room`](crate::auth::SignedToken::for_room)). Rooms with either need it.
    pub token: Option<Secret>,
    /// The name to show. Default: none.
    pub display: Option<String>,
    /// The participant's metadata for others, an object. Default: none. Since Janus 1.3.0.
    pub metadata: Option<Value>,
    /// The room's pin, if it has one.
    pub pin: Option<Secret>,
    /// Over how many packets the audio level is averaged. Default: as the room has it.
    #[setters(into = false)]
    pub audio_active_packets: Option<u32>,
    /// The level above which the participant talks, 127 being silence. Default: as the room has it.
    #[setters(into = false)]
    pub audio_level_average: Option<u8>,
}

/// `joinandconfigure`; see [`Publisher::join_and_configure`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "joinandconfigure")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct JoinAndConfigure {
    #[setters(skip)]
    ptype: Role,
    /// The id of the room.
    pub room: Id,
    /// The id of the participant. Default: a random one.
    pub id: Option<Id>,
    /// The largest video bitrate, in bits per second, sent by REMB; 0: no limit. Default: as the
    /// room has it. Janus raises 1 to 63,999 to 64,000.
    #[setters(into = false)]
    pub bitrate: Option<u32>,
    /// Whether the participant is recorded. Default: as the room has it.
    pub record: Option<bool>,
    /// The base name of the recordings, on the server. Default: made of room, participant and time.
    pub filename: Option<String>,
    /// A token of the room's list, or a signed one for this room
    /// ([`SignedToken::for_room`](crate::auth::SignedToken::for_room)). Rooms with either need it.
    pub token: Option<Secret>,
    /// The name to show. Default: none.
    pub display: Option<String>,
    /// The participant's metadata for others, an object. Default: none. Since Janus 1.3.0.
    pub metadata: Option<Value>,
    /// The room's pin, if it has one.
    pub pin: Option<Secret>,
    /// The audio codec to prefer, one of the room's. Default: the room's first.
    pub audiocodec: Option<String>,
    /// The video codec to prefer, one of the room's. Default: the room's first.
    pub videocodec: Option<String>,
    /// Descriptions of the streams. Default: none.
    pub descriptions: Option<Vec<Description>>,
    /// Over how many packets the audio level is averaged. Default: as the room has it.
    #[setters(into = false)]
    pub audio_active_packets: Option<u32>,
    /// The level above which the participant talks, 127 being silence. Default: as the room has it.
    #[setters(into = false)]
    pub audio_level_average: Option<u8>,
}

/// The participant joined the room.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Joined {
    /// The id of the room.
    pub room: Id,
    /// The room's description; empty where it has none, or one that is not UTF-8.
    pub description: String,
    /// The id of the participant.
    pub id: Id,
    /// What subscribers of this participant need in rooms with `require_pvtid`: keep it secret.
    pub private_id: PrivateId,
    /// The active publishers.
    pub publishers: Vec<Feed>,
    /// Participants who do not publish; absent in rooms without
    /// [`notify_joining`](crate::videoroom::Create::notify_joining), and in 1.1.2 when nobody is.
    pub attendees: Option<Vec<Attendee>>,
    /// What the request set.
    pub audio_active_packets: Option<u64>,
    /// What the request set.
    pub audio_level_average: Option<u64>,
    /// The audio codec that was agreed on, of the first audio stream.
    pub audio_codec: Option<String>,
    /// The video codec that was agreed on, of the first video stream.
    pub video_codec: Option<String>,
    /// The participant's own streams, if it came with an offer.
    pub streams: Option<Vec<OwnStream>>,
}

bare_requests! {
    /// `unpublish`; see [`Publisher::unpublish`].
    Unpublish = "unpublish";
    /// `leave` of a publisher; see [`Publisher::leave`].
    Leave = "leave";
}

constructors! {
    /// Creates a request to join `room`.
    Join(room as Id);
    /// Creates a request to join `room` and publish.
    JoinAndConfigure(room as Id);
}

/// The participant stopped publishing.
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
    /// Joins a room, without media yet.
    ///
    /// Sends `join` and waits for the event `joined`. From then on the handle gets the room's
    /// events. Others hear of it only in rooms with
    /// [`notify_joining`](crate::videoroom::Create::notify_joining).
    ///
    /// # Errors
    ///
    /// `Plugin` with code 426 when there is no such room, 429 without and 433 with a wrong pin, 433
    /// without a valid token, 436 when the id is taken, 425 when the handle has joined before.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::videoroom::{Publisher, publisher::Join};
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Publisher>("join", r#"{"id":7}"#, None)?;
    /// let joined = door.join(&Join::new(1234).display("door"))?;
    /// assert_eq!(joined.id, 7.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn join(&self, join: &Join) -> Result<Joined> {
        self.handle.request(join)
    }

    /// Joins a room and publishes in it: [`join`](Self::join) and [`publish`](Self::publish) in one.
    ///
    /// Sends `joinandconfigure` with the offer and waits for `joined`, which brings the answer.
    ///
    /// # Errors
    ///
    /// As for those two. A participant whose offer was refused is in the room all the same.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, testing, videoroom::{Publisher, publisher::JoinAndConfigure}};
    /// # let (_gateway, door) = testing::with_outcome::<Publisher>("joinandconfigure", r#"{"id":7}"#, Some(Jsep::answer("v=0\r\n")))?;
    /// let join = JoinAndConfigure::new(1234);
    /// let (joined, answer) = door.join_and_configure(&join, &Jsep::offer(testing::AUDIO_SDP))?;
    /// assert_eq!((joined.id, &*answer.kind.to_string()), (7.into(), "answer"));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[doc(alias = "joinandconfigure")]
    pub fn join_and_configure(
        &self,
        join: &JoinAndConfigure,
        offer: &Jsep,
    ) -> Result<(Joined, Jsep)> {
        self.handle.negotiate(join, offer)
    }

    /// Stops publishing; the participant stays and can publish again.
    ///
    /// Sends `unpublish` and waits for the event that confirms it. The PeerConnection is closed
    /// ([`Event::Hangup`](crate::Event::Hangup)), and the others get
    /// [`Event::Unpublished`](crate::videoroom::Event::Unpublished).
    ///
    /// # Errors
    ///
    /// `Plugin` with code 435 when it does not publish. That it does only counts when the
    /// PeerConnection is up.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::videoroom::Publisher;
    /// # let said = r#"{"room":1234,"unpublished":"ok"}"#;
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
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Publisher>("leave", r#"{"room":1234,"leaving":"ok"}"#, None)?;
    /// assert_eq!(door.leave()?.room, 1234.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn leave(&self) -> Result<Left> {
        self.handle.request(&Leave::new())
    }
}
