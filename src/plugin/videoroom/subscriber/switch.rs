//! Putting other publishers into the streams that there are.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{Subscriber, SubscriberStream};
use crate::{Id, Result};

/// `switch`; see [`Subscriber::switch`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "switch")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct Switch {
    /// The id of the publisher to switch to. Deprecated: for subscriptions to one publisher.
    #[setters(into)]
    pub feed: Option<Id>,
    /// What to put where.
    pub streams: Option<Vec<SwitchStream>>,
}

impl Switch {
    /// A change of nothing yet; set `streams`.
    pub fn new() -> Self {
        Self::default()
    }
}

/// One publisher's stream, and the stream of the subscription that it goes into.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct SwitchStream {
    /// The id of the publisher.
    #[setters(skip)]
    pub feed: Id,
    /// The `mid` of the publisher's stream. Its codec must be the one of the subscription's stream.
    #[setters(skip)]
    pub mid: String,
    /// [`SubscriberStream::mid`].
    #[setters(skip)]
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

impl SwitchStream {
    /// That stream of that publisher, into that stream of the subscription.
    pub fn new(feed: impl Into<Id>, mid: impl Into<String>, sub_mid: impl Into<String>) -> Self {
        Self {
            feed: feed.into(),
            mid: mid.into(),
            sub_mid: sub_mid.into(),
            ..Self::default()
        }
    }
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
    /// Puts streams of other publishers into streams of the subscription, without a new offer.
    ///
    /// Sends `switch` and waits for the event that confirms it. Where a stream was inactive, because
    /// its publisher had gone, an [`Event::Updated`](crate::videoroom::Event::Updated) with an offer
    /// follows in the event queue.
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
    /// # let said = r#"{"room":1234,"switched":"ok","changes":1,"streams":[]}"#;
    /// # let (_gateway, screen) = janus_blocking::testing::with_outcome::<Subscriber>("switch", said, None)?;
    /// let switch = Switch::new().streams(vec![SwitchStream::new(8, "0", "0")]);
    /// assert_eq!(screen.switch(&switch)?.changes, Some(1));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn switch(&self, switch: &Switch) -> Result<Switched> {
        self.handle.request(switch)
    }
}
