//! Subscribing to publishers of a room.

use std::time::Duration;

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;

use super::{super::PrivateId, Subscriber, SubscriberStream};
use crate::plugin::{Secret, constructors, duration};
use crate::{Id, Jsep, Result};

constructors! {
    /// Creates a request for a subscription in `room`, to nothing yet: set `streams`.
    Join(room as Id);
    /// Selects all streams of the publisher `feed`.
    FeedStream(feed as Id);
}

/// `ptype`: what the handle becomes by joining.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    #[default]
    Subscriber,
}

/// `join` of a subscriber; see [`Subscriber::join`]. From `feed` on it is the deprecated form, for
/// one publisher; it counts only without `streams`.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "join")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Join {
    #[setters(skip)]
    ptype: Role,
    /// The id of the room.
    pub room: Id,
    /// A signed token for this room
    /// ([`SignedToken::for_room`](crate::auth::SignedToken::for_room)). Rooms with `signed_tokens`
    /// need it.
    #[setters(into)]
    pub token: Option<Secret>,
    /// What to receive.
    pub streams: Option<Vec<FeedStream>>,
    /// The [`private_id`](crate::videoroom::publisher::Joined::private_id) of a participant. Rooms
    /// with `require_pvtid` need it.
    #[setters(into)]
    pub private_id: Option<PrivateId>,
    /// Whether a new offer comes when a publisher goes away. Default: true.
    pub autoupdate: Option<bool>,
    /// The room's pin, if it has one.
    #[setters(into)]
    pub pin: Option<Secret>,
    /// Whether the offers name publishers and streams by `msid`. Default: false.
    pub use_msid: Option<bool>,
    /// The id of the publisher.
    #[setters(into)]
    pub feed: Option<Id>,
    /// Whether the offer has audio. Default: true.
    pub offer_audio: Option<bool>,
    /// Whether the offer has video. Default: true.
    pub offer_video: Option<bool>,
    /// Whether the offer has a data channel. Default: true.
    pub offer_data: Option<bool>,
    /// The simulcast substream to receive, 0 to 2. Default: 2.
    pub substream: Option<u8>,
    /// The temporal layer of the simulcast to receive, 0 to 2. Default: 2.
    pub temporal: Option<u8>,
    /// The time without packets after which a lower substream is used. Default: 250 ms.
    #[serde(serialize_with = "duration::micros")]
    pub fallback: Option<Duration>,
    /// The SVC spatial layer to receive, 0 to 2. Default: 2.
    pub spatial_layer: Option<u8>,
    /// The SVC temporal layer to receive, 0 to 2. Default: 2.
    pub temporal_layer: Option<u8>,
    /// Whether audio is relayed at first. Default: true.
    pub audio: Option<bool>,
    /// Whether video is relayed at first. Default: true.
    pub video: Option<bool>,
    /// Whether data channel messages are relayed at first. Default: true.
    pub data: Option<bool>,
}

/// What to receive: one stream of a publisher, or all of them.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct FeedStream {
    /// The id of the publisher.
    pub feed: Id,
    /// The `mid` of the publisher's stream. Default: all streams.
    #[setters(into)]
    pub mid: Option<String>,
    /// A name of your choice, which comes back in [`SubscriberStream::crossrefid`].
    #[setters(into)]
    pub crossrefid: Option<String>,
    /// Whether the media is relayed at first. Default: true. Counts only with `mid`, and not in a
    /// first [`Join`]: Janus checks its type there and relays.
    pub send: Option<bool>,
    /// The simulcast substream to receive, 0 to 2. Default: 2.
    pub substream: Option<u8>,
    /// The temporal layer of the simulcast to receive, 0 to 2. Default: 2.
    pub temporal: Option<u8>,
    /// The SVC spatial layer to receive, 0 to 2. Default: 2.
    pub spatial_layer: Option<u8>,
    /// The SVC temporal layer to receive, 0 to 2. Default: 2.
    pub temporal_layer: Option<u8>,
    /// The smallest playout delay to ask for, in steps of 10 ms; below 0: none.
    pub min_delay: Option<i16>,
    /// The largest playout delay to ask for, in steps of 10 ms; below 0: none.
    pub max_delay: Option<i16>,
    /// The time without packets after which a lower substream is used. Default: 250 ms.
    #[serde(serialize_with = "duration::micros")]
    pub fallback: Option<Duration>,
}

/// The subscription was made, and waits for the answer to its offer.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Attached {
    /// The id of the room.
    pub room: Id,
    /// What will be received.
    pub streams: Vec<SubscriberStream>,
    /// The id of the publisher, if the request had the deprecated form.
    pub id: Option<Id>,
    /// The publisher's name, if the request had the deprecated form.
    pub display: Option<String>,
    /// The publisher's metadata, if the request had the deprecated form. Since Janus 1.3.0.
    pub metadata: Option<Value>,
    /// `deprecated_api`, if the request had the deprecated form.
    pub warning: Option<String>,
}

impl Subscriber {
    /// Subscribes to streams of publishers.
    ///
    /// Sends `join` and waits for the event `attached`, which brings an offer;
    /// [`start`](Self::start) answers it.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 426 when there is no such room, 428 when there is no such publisher or
    /// stream, 429 without and 433 with a wrong pin, 433 without a valid private id or token where
    /// the room asks for it, 425 when the handle has joined before.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, videoroom::{Subscriber, subscriber::{FeedStream, Join}}};
    /// # let said = r#"{"room":1234,"streams":[]}"#;
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Subscriber>("join", said, Some(Jsep::offer("v=0\r\n")))?;
    /// let all = FeedStream::new(7);
    /// let video = FeedStream::new(8).mid("1").substream(0);
    /// let (attached, offer) = screen.join(&Join::new(1234).streams(vec![all, video]))?;
    /// assert_eq!((attached.room, &*offer.kind.to_string()), (1234.into(), "offer"));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn join(&self, join: &Join) -> Result<(Attached, Jsep)> {
        let (attached, offer) = self.handle.exchange(join, None)?;
        Ok((attached, self.handle.described(join, offer, "an offer")?))
    }
}
