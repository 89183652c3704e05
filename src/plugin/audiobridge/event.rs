//! Events of an AudioBridge handle.

use serde::Deserialize;
use serde_json::{Result, Value, value::RawValue};

use super::{Attendee, Participants, participant};
use crate::Id;
use crate::plugin::{
    self, Done,
    events::{keys, of},
};

pub use plugin::events::Failure;

/// An event of the AudioBridge plugin.
///
/// Participants get what happens in their room. An [`AudioBridge`](super::AudioBridge) handle that is
/// in no room gets none.
///
/// Answers to requests are given to the request's caller and come here only when it did not wait for
/// them, as with [`Handle::send`](crate::Handle::send), or no longer. They are from `Error` on.
///
/// # Example
///
/// ```
/// use janus_blocking::audiobridge::{Event, Participant};
/// # let (_gateway, me) = janus_blocking::testing::with_event::<Participant>(r#"{"audiobridge":"talking","room":1234,"id":8}"#)?;
/// match me.events().recv()?.into_plugin() {
///     Some(Event::Joining(new)) => println!("{new:?}"),
///     Some(Event::Talking(who)) => println!("{} talks", who.id),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), janus_blocking::Error>(())
/// ```
///
/// Janus docs: *AudioBridge plugin documentation*.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// `joined` without an `id`: a participant joined the room. The list has this one only.
    Joining(Participants),
    /// A participant changed: its mute, its name, its place, or that its media is up. The list has this
    /// one only. Comes to itself too, unless it was its own `configure`.
    Participants(Participants),
    /// Another participant left the room.
    Leaving(Leaving),
    /// A participant was kicked, perhaps this one. One without a PeerConnection may have stayed: see
    /// [`AudioBridge::kick`](super::AudioBridge::kick).
    Kicked(Kicked),
    /// This participant was kicked, with everybody else.
    KickedAll(KickedAll),
    /// The room was muted or unmuted.
    RoomMuted(RoomMuted),
    /// A participant was suspended, perhaps this one. Since Janus 1.2.1.
    Suspended(Suspended),
    /// A participant was resumed, perhaps this one. Since Janus 1.2.1.
    Resumed(Resumed),
    /// `destroyed`: the room was destroyed.
    Destroyed(Destroyed),
    /// `announcement-started`: a file has begun to play.
    AnnouncementStarted(Announced),
    /// `announcement-stopped`: a file has ended, or was stopped.
    AnnouncementStopped(Announced),
    /// `talking`: a participant started talking; only in rooms with
    /// [`audiolevel_event`](super::Create::audiolevel_event).
    Talking(Talking),
    /// `stopped-talking`: a participant stopped talking.
    StoppedTalking(Talking),

    /// The plugin refused a request that no caller waits for.
    Error(Failure),
    /// Answer to `join`: `joined` with an `id`, one's own.
    Joined(participant::Joined),
    /// Answer to `configure`.
    Configured(Done),
    /// `roomchanged`: answer to `changeroom`.
    RoomChanged(participant::RoomChanged),
    /// Answer to `leave`.
    Left(participant::Left),
    /// `hangingup`: answer to `hangup`.
    HangingUp(Done),

    /// What this version of the crate does not know, as it came.
    Other(Value),
}

/// What says only which participant of which room it is about, under a key of its own.
macro_rules! about {
    ($($(#[$doc:meta])* $name:ident $key:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
        #[serde(default)]
        #[non_exhaustive]
        pub struct $name {
            /// The id of the room.
            pub room: Id,
            #[doc = concat!("`", $key, "`: the id of the participant.")]
            #[serde(rename = $key)]
            pub id: Id,
        }
    )+};
}

about! {
    /// See [`Event::Leaving`].
    Leaving "leaving";
    /// See [`Event::Kicked`].
    Kicked "kicked";
    /// See [`Event::KickedAll`]; the id is one's own.
    KickedAll "kicked_all";
    /// See [`Event::Suspended`].
    Suspended "suspended";
    /// See [`Event::Talking`] and [`Event::StoppedTalking`].
    Talking "id";
}

/// See [`Event::RoomMuted`].
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct RoomMuted {
    /// The id of the room.
    #[serde(default)]
    pub room: Id,
    /// Whether it is muted now.
    pub muted: bool,
}

/// See [`Event::Resumed`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Resumed {
    /// The id of the room.
    pub room: Id,
    /// `resumed`: the id of the participant.
    #[serde(rename = "resumed")]
    pub id: Id,
    /// Who is in the room: only for the resumed one, after its events were paused.
    pub participants: Option<Vec<Attendee>>,
}

/// See [`Event::Destroyed`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Destroyed {
    /// The id of the room.
    pub room: Id,
}

/// See [`Event::AnnouncementStarted`] and [`Event::AnnouncementStopped`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Announced {
    /// The id of the room.
    pub room: Id,
    /// The id of the announcement.
    pub file_id: String,
}

// A resumed one gets the list of participants with that.
keys! { audiobridge also id:
    resumed => Resumed, suspended => Suspended, leaving => Leaving, kicked => Kicked,
    kicked_all => KickedAll, participants => Participants, muted => RoomMuted, result => Configured,
}

/// Reads the tag, then decodes what it names.
pub(super) fn decode(data: &RawValue) -> Result<Event> {
    let keys: Keys = plugin::decode(data)?;
    match keys.audiobridge.as_str() {
        "event" if keys.error_code.is_some() => Ok(Event::Error(Failure::of(data))),
        "event" => keys.decode(data),
        "joined" if keys.id.is_some() => of(data, Event::Joined),
        "joined" => of(data, Event::Joining),
        "destroyed" => of(data, Event::Destroyed),
        "announcement-started" => of(data, Event::AnnouncementStarted),
        "announcement-stopped" => of(data, Event::AnnouncementStopped),
        "talking" => of(data, Event::Talking),
        "stopped-talking" => of(data, Event::StoppedTalking),
        "roomchanged" => of(data, Event::RoomChanged),
        "left" => of(data, Event::Left),
        "hangingup" => of(data, Event::HangingUp),
        _ => of(data, Event::Other),
    }
}
