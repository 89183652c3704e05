//! What happens on a VideoRoom handle.

use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::{Result, Value, value::RawValue};

use super::{publisher, subscriber};
use crate::plugin;

mod change;
mod participants;
mod quality;

pub use change::{DisplayChanged, MetadataChanged, Moderated, Moderation, Talking};
pub use participants::{Destroyed, Failure, Joining, Kicked, Leaving, Publishers, Unpublished};
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
/// # let said = r#"{"videoroom":"event","room":1234,"leaving":8}"#;
/// # let (_gateway, door) = janus_blocking::testing::with_event::<Publisher>(said)?;
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
    /// Somebody has begun to publish, or has changed what it publishes.
    Publishers(Publishers),
    /// Somebody has joined; only in rooms with [`notify_joining`](super::Create::notify_joining).
    Joining(Joining),
    /// Somebody has left the room, or this handle was put out of it.
    Leaving(Leaving),
    /// Somebody was put out of the room.
    Kicked(Kicked),
    /// Somebody publishes no more.
    Unpublished(Unpublished),
    /// Somebody's stream was muted for everybody, or is heard again.
    Moderated(Moderated),
    /// Somebody has another name. Does not say in which room.
    DisplayChanged(DisplayChanged),
    /// Somebody tells something else of itself. Does not say in which room. Since Janus 1.3.0.
    MetadataChanged(MetadataChanged),
    /// `talking`: somebody has begun to talk; only in rooms with
    /// [`audiolevel_event`](super::Create::audiolevel_event). Publishers hear of themselves too.
    Talking(Talking),
    /// `stopped-talking`: somebody has stopped to talk.
    StoppedTalking(Talking),
    /// `destroyed`: the room is gone.
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

    /// The plugin has refused a request that nobody waits for.
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

/// The keys that tell events apart.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Keys {
    videoroom: String,
    error_code: Option<IgnoredAny>,
    room: Option<IgnoredAny>,
    publishers: Option<IgnoredAny>,
    joining: Option<IgnoredAny>,
    leaving: Option<IgnoredAny>,
    kicked: Option<IgnoredAny>,
    unpublished: Option<IgnoredAny>,
    moderation: Option<IgnoredAny>,
    configured: Option<IgnoredAny>,
    started: Option<IgnoredAny>,
    paused: Option<IgnoredAny>,
    switched: Option<IgnoredAny>,
    left: Option<IgnoredAny>,
    substream: Option<IgnoredAny>,
    temporal: Option<IgnoredAny>,
    spatial_layer: Option<IgnoredAny>,
    temporal_layer: Option<IgnoredAny>,
    display: Option<IgnoredAny>,
    metadata: Option<IgnoredAny>,
}

/// Reads the tag, then decodes what it stands for.
pub(super) fn decode(data: &RawValue) -> Result<Event> {
    let keys: Keys = plugin::decode(data)?;
    match keys.videoroom.as_str() {
        "event" => by_key(&keys, data),
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

/// An `event`, which its keys tell apart. Answers come before what may have their keys.
fn by_key(keys: &Keys, data: &RawValue) -> Result<Event> {
    match keys {
        _ if keys.error_code.is_some() => Ok(Event::Error(Failure::of(data))),
        _ if keys.publishers.is_some() => of(data, Event::Publishers),
        _ if keys.joining.is_some() => of(data, Event::Joining),
        _ if keys.leaving.is_some() => of(data, Event::Leaving),
        _ if keys.kicked.is_some() => of(data, Event::Kicked),
        _ if keys.unpublished.is_some() => of(data, Event::Unpublished),
        _ if keys.moderation.is_some() => of(data, Event::Moderated),
        _ if keys.configured.is_some() => of(data, Event::Configured),
        _ if keys.started.is_some() => of(data, Event::Started),
        _ if keys.paused.is_some() => of(data, Event::Paused),
        _ if keys.switched.is_some() => of(data, Event::Switched),
        _ if keys.left.is_some() => of(data, Event::Left),
        _ if keys.substream.is_some() => of(data, Event::Substream),
        _ if keys.temporal.is_some() => of(data, Event::Temporal),
        // 1.1.2 tells both layers in one event.
        _ if keys.spatial_layer.is_some() => of(data, Event::SpatialLayer),
        _ if keys.temporal_layer.is_some() => of(data, Event::TemporalLayer),
        _ if keys.room.is_some() => of(data, Event::Other),
        _ if keys.display.is_some() => of(data, Event::DisplayChanged),
        _ if keys.metadata.is_some() => of(data, Event::MetadataChanged),
        _ => of(data, Event::Other),
    }
}

fn of<T: DeserializeOwned>(data: &RawValue, event: fn(T) -> Event) -> Result<Event> {
    plugin::decode(data).map(event)
}
