//! Events of a VideoRoom handle.

use std::borrow::Cow;

use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Result, Value, value::RawValue};

use super::{publisher, subscriber};
use crate::plugin::{
    self,
    events::{keys, of},
};

mod participants;
mod quality;

pub use participants::{
    Destroyed, DisplayChanged, Joining, Kicked, Leaving, MetadataChanged, Moderated, Moderation,
    Publishers, Talking, Unpublished,
};
pub use plugin::events::Failure;
pub use quality::{SlowLink, SpatialLayer, Substream, Temporal, TemporalLayer, Updated};

/// An event of the VideoRoom plugin.
///
/// Publishers get what happens in their room: those up to `StoppedTalking`. Subscribers get what
/// happens to their streams: those from `Updated` to `TemporalLayer`. Both get `Destroyed` and
/// `SlowLink`. A [`VideoRoom`](super::VideoRoom) handle gets none.
///
/// Answers to requests are given to the request's caller and come here only when it did not wait
/// for them, as with [`Handle::send`](crate::Handle::send), or no longer. They are from `Error` on.
///
/// # Example
///
/// ```
/// use janus_blocking::videoroom::{Event, Publisher};
/// # let (_gateway, door) = janus_blocking::testing::with_event::<Publisher>(r#"{"videoroom":"event","room":1234,"leaving":8}"#)?;
/// match door.events().recv()?.into_plugin() {
///     Some(Event::Publishers(new)) => println!("{new:?}"),
///     Some(Event::Leaving(gone)) => println!("{gone:?}"),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), janus_blocking::Error>(())
/// ```
///
/// Janus docs: *VideoRoom plugin documentation*.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A participant started publishing, or changed what it publishes.
    Publishers(Publishers),
    /// A participant joined; only in rooms with [`notify_joining`](super::Create::notify_joining).
    Joining(Joining),
    /// A participant left the room, or this handle was kicked.
    Leaving(Leaving),
    /// A participant was kicked.
    Kicked(Kicked),
    /// A participant stopped publishing.
    Unpublished(Unpublished),
    /// A participant's stream was muted for everybody, or unmuted.
    Moderated(Moderated),
    /// A participant changed its name. The event does not say in which room.
    DisplayChanged(DisplayChanged),
    /// A participant changed its metadata, in a room that is not named. Since Janus 1.3.0.
    MetadataChanged(MetadataChanged),
    /// `talking`: a participant started talking; only in rooms with
    /// [`audiolevel_event`](super::Create::audiolevel_event). Publishers get their own too.
    Talking(Talking),
    /// `stopped-talking`: a participant stopped talking.
    StoppedTalking(Talking),
    /// `destroyed`: the room was destroyed.
    Destroyed(Destroyed),
    /// `slow_link`: packets get lost.
    SlowLink(SlowLink),

    /// `updated`: the streams have changed, because a publisher went away or changed, or because an
    /// earlier change had to wait. With an offer, which [`start`](super::Subscriber::start) answers.
    Updated(Updated),
    /// Another simulcast substream is received.
    Substream(Substream),
    /// Another temporal layer of the simulcast is received.
    Temporal(Temporal),
    /// Another SVC spatial layer is received.
    SpatialLayer(SpatialLayer),
    /// Another SVC temporal layer is received.
    TemporalLayer(TemporalLayer),

    /// The plugin refused a request that no caller waits for.
    Error(Failure),
    /// Answer to [`join`](super::Publisher::join) or
    /// [`join_and_configure`](super::Publisher::join_and_configure).
    Joined(publisher::Joined),
    /// Answer to [`join`](super::Subscriber::join), with an offer.
    Attached(subscriber::Attached),
    /// `updating`: answer to a change that has to wait.
    Updating(subscriber::Updated),
    /// Answer to `configure` and `publish`.
    Configured(publisher::Configured),
    /// Answer to [`start`](super::Subscriber::start).
    Started(subscriber::Started),
    /// Answer to [`pause`](super::Subscriber::pause).
    Paused(subscriber::Paused),
    /// Answer to [`switch`](super::Subscriber::switch).
    Switched(subscriber::Switched),
    /// Answer to [`leave`](super::Subscriber::leave) of a subscriber.
    Left(subscriber::Left),

    /// What this version of the crate does not know, as it came.
    Other(Value),
}

// Answers come before what may have their keys. 1.1.2 tells both SVC layers in one event. What has a
// `room` is none of the last two.
keys! { videoroom:
    publishers => Publishers, joining => Joining, leaving => Leaving, kicked => Kicked,
    unpublished => Unpublished, moderation => Moderated, configured => Configured,
    started => Started, paused => Paused, switched => Switched, left => Left,
    substream => Substream, temporal => Temporal, spatial_layer => SpatialLayer,
    temporal_layer => TemporalLayer, room => Other, display => DisplayChanged,
    metadata => MetadataChanged,
}

/// `switched` for the answer to `switch`, before which an `updated` with an offer may come; the
/// other answers need no name.
pub(super) fn name(data: &RawValue) -> Cow<'_, str> {
    #[derive(Deserialize)]
    struct Tag {
        switched: Option<IgnoredAny>,
    }
    match serde_json::from_str(data.get()) {
        Ok(Tag { switched: Some(_) }) => Cow::Borrowed("switched"),
        _ => Cow::Borrowed(""),
    }
}

/// Reads the tag, then decodes what it names.
pub(super) fn decode(data: &RawValue) -> Result<Event> {
    let keys: Keys = plugin::decode(data)?;
    match keys.videoroom.as_str() {
        "event" if keys.error_code.is_some() => Ok(Event::Error(Failure::of(data))),
        "event" => keys.decode(data),
        "talking" => of(data, Event::Talking),
        "stopped-talking" => of(data, Event::StoppedTalking),
        "destroyed" => of(data, Event::Destroyed),
        "slow_link" => of(data, Event::SlowLink),
        "joined" => of(data, Event::Joined),
        "attached" => of(data, Event::Attached),
        "updated" => of(data, Event::Updated),
        "updating" => of(data, Event::Updating),
        _ => of(data, Event::Other),
    }
}
