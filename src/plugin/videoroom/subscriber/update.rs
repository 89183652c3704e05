//! Changing what is received: further streams, fewer, or others in their place.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{FeedStream, Subscriber, SubscriberStream};
use crate::{Id, Jsep, Result, plugin::constructors};

constructors! {
    /// Creates a request to add these streams.
    Subscribe(streams as Vec<FeedStream>);
    /// Creates a request to drop these streams.
    Unsubscribe(streams as Vec<UnsubscribeStream>);
    /// Creates a request that changes nothing yet; set at least one of the two.
    Update();
    /// Creates an empty selection.
    UnsubscribeStream();
    /// Creates a request that changes nothing yet; set `streams`.
    Switch();
    /// Puts a stream of the publisher `feed` into the stream `sub_mid` of the subscription.
    SwitchStream(feed as Id, mid as String, sub_mid as String);
}

/// `subscribe`; see [`Subscriber::subscribe`].
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "subscribe")]
#[non_exhaustive]
pub struct Subscribe {
    /// Streams to add, at least one.
    pub streams: Vec<FeedStream>,
}

/// `unsubscribe`; see [`Subscriber::unsubscribe`].
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "unsubscribe")]
#[non_exhaustive]
pub struct Unsubscribe {
    /// Streams to drop, at least one.
    pub streams: Vec<UnsubscribeStream>,
}

/// `update`; see [`Subscriber::update`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "update")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Update {
    /// Streams to add.
    pub subscribe: Option<Vec<FeedStream>>,
    /// Streams to drop.
    pub unsubscribe: Option<Vec<UnsubscribeStream>>,
}

/// Streams to drop: all of a publisher (`feed`), one stream of it (`feed` and `mid`), or one stream
/// of the subscription (`sub_mid`).
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct UnsubscribeStream {
    /// The id of the publisher.
    pub feed: Option<Id>,
    /// The `mid` of the publisher's stream.
    pub mid: Option<String>,
    /// The `mid` of the subscription's stream, [`SubscriberStream::mid`].
    pub sub_mid: Option<String>,
}

/// The outcome of a change.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Updated {
    /// `updated`, or `updating`: the last offer is not answered yet, and the next one, which comes
    /// with [`Event::Updated`](crate::videoroom::Event::Updated) after that, has this change too.
    pub videoroom: String,
    /// The id of the room.
    pub room: Id,
    /// What is received now; absent when nothing has to be negotiated, or not yet.
    pub streams: Option<Vec<SubscriberStream>>,
}

impl Updated {
    /// Whether the change waits for the answer to an earlier offer.
    pub fn is_postponed(&self) -> bool {
        self.videoroom == "updating"
    }
}

/// `switch`; see [`Subscriber::switch`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "switch")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Switch {
    /// The id of the publisher to switch to. Deprecated: for subscriptions to one publisher.
    pub feed: Option<Id>,
    /// Which stream goes where.
    pub streams: Option<Vec<SwitchStream>>,
}

/// One publisher's stream, and the stream of the subscription that it goes into.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct SwitchStream {
    /// The id of the publisher.
    pub feed: Id,
    /// The `mid` of the publisher's stream. Its codec must be the one of the subscription's stream.
    pub mid: String,
    /// [`SubscriberStream::mid`].
    pub sub_mid: String,
    /// The simulcast substream to receive, 0 to 2. Default: 2. Since Janus 1.1.4.
    pub substream: Option<u8>,
    /// The temporal layer of the simulcast to receive, 0 to 2. Default: 2. Since Janus 1.1.4.
    pub temporal: Option<u8>,
    /// The SVC spatial layer to receive, 0 to 2. Default: 2. Since Janus 1.1.4.
    pub spatial_layer: Option<u8>,
    /// The SVC temporal layer to receive, 0 to 2. Default: 2. Since Janus 1.1.4.
    pub temporal_layer: Option<u8>,
}

/// What was switched.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Switched {
    /// The id of the room.
    pub room: Id,
    /// `ok`
    pub switched: String,
    /// How many streams were switched; those that could not be are left out.
    pub changes: Option<u64>,
    /// What is received now.
    pub streams: Vec<SubscriberStream>,
}

impl Subscriber {
    /// Adds streams to the subscription.
    ///
    /// Sends `subscribe` and waits for the event `updated` or `updating`. An offer that comes with
    /// it is to be answered by [`start`](Self::start). Without one there is nothing to do: nothing
    /// had to be negotiated, or the change is [postponed](Updated::is_postponed).
    ///
    /// # Errors
    ///
    /// `Plugin` with code 428 when there is no such publisher or stream, 430 for no streams at all.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::videoroom::{Subscriber, subscriber::FeedStream};
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Subscriber>("subscribe", r#"{"videoroom":"updating"}"#, None)?;
    /// let (updated, offer) = screen.subscribe([FeedStream::new(8)])?;
    /// // If it is postponed, an `Event::Updated` brings the offer, once `start` has answered the last.
    /// assert!(updated.is_postponed() && offer.is_none());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn subscribe(
        &self,
        streams: impl Into<Vec<FeedStream>>,
    ) -> Result<(Updated, Option<Jsep>)> {
        self.handle.exchange(&Subscribe::new(streams), None)
    }

    /// Drops streams from the subscription.
    ///
    /// Sends `unsubscribe` and waits for the event `updated` or `updating`, as
    /// [`subscribe`](Self::subscribe) does. Streams that are not part of it are no error.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 430 for no streams at all.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::videoroom::{Subscriber, subscriber::UnsubscribeStream};
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Subscriber>("unsubscribe", r#"{"videoroom":"updated"}"#, None)?;
    /// let (updated, _) = screen.unsubscribe([UnsubscribeStream::new().sub_mid("2")])?;
    /// assert!(!updated.is_postponed());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn unsubscribe(
        &self,
        streams: impl Into<Vec<UnsubscribeStream>>,
    ) -> Result<(Updated, Option<Jsep>)> {
        self.handle.exchange(&Unsubscribe::new(streams), None)
    }

    /// Adds and drops streams with one offer.
    ///
    /// Sends `update` and waits for the event `updated` or `updating`, as
    /// [`subscribe`](Self::subscribe) does.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 428 when there is no such publisher or stream, 429 or 430 for no streams
    /// at all.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::videoroom::{Subscriber, subscriber::{FeedStream, UnsubscribeStream, Update}};
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Subscriber>("update", r#"{"videoroom":"updated"}"#, None)?;
    /// let update = Update::new()
    ///     .subscribe(vec![FeedStream::new(8)])
    ///     .unsubscribe(vec![UnsubscribeStream::new().feed(7)]);
    /// let (updated, _) = screen.update(&update)?;
    /// assert!(!updated.is_postponed());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn update(&self, update: &Update) -> Result<(Updated, Option<Jsep>)> {
        self.handle.exchange(update, None)
    }

    /// Replaces streams of the subscription by those of other publishers, without a new offer.
    ///
    /// Sends `switch` and waits for the event that confirms it. If a stream's publisher was gone,
    /// Janus sends [`Event::Updated`](crate::videoroom::Event::Updated) with an offer before that: it
    /// is in the queue, for [`start`](Self::start).
    ///
    /// # Errors
    ///
    /// `Plugin` with code 428 when there is no such publisher or stream, and without `streams` and
    /// `feed`; 430 for no streams at all.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::videoroom::{Subscriber, subscriber::{Switch, SwitchStream}};
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Subscriber>("switch", r#"{"switched":"ok","changes":1}"#, None)?;
    /// let switch = Switch::new().streams(vec![SwitchStream::new(8, "0", "0")]);
    /// assert_eq!(screen.switch(&switch)?.changes, Some(1));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn switch(&self, switch: &Switch) -> Result<Switched> {
        self.handle.request(switch)
    }
}
