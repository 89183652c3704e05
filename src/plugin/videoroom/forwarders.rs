//! Ending and listing copies of media.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;

use super::{Forwarder, VideoRoom};
use crate::{Id, Result, plugin::Secret};

/// `stop_rtp_forward`; see [`VideoRoom::stop_rtp_forward`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "stop_rtp_forward")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct StopRtpForward {
    /// The id of the room.
    #[setters(skip)]
    pub room: Id,
    /// The id of the publisher.
    #[setters(skip)]
    pub publisher_id: Id,
    /// The room's secret, if it has one.
    #[setters(into)]
    pub secret: Option<Secret>,
    /// [`Forwarder::stream_id`] of the forwarder.
    #[setters(skip)]
    pub stream_id: u64,
    /// The plugin's admin key, on servers with `lock_rtp_forward`.
    #[setters(into)]
    pub admin_key: Option<Secret>,
}

impl StopRtpForward {
    /// The end of that forwarder.
    pub fn new(room: impl Into<Id>, publisher_id: impl Into<Id>, stream_id: u64) -> Self {
        Self {
            room: room.into(),
            publisher_id: publisher_id.into(),
            stream_id,
            ..Self::default()
        }
    }
}

/// The forwarder was ended.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ForwardStopped {
    /// The id of the room.
    pub room: Id,
    /// The id of the publisher.
    pub publisher_id: Id,
    /// The id of the forwarder.
    pub stream_id: u64,
}

/// `listforwarders`; see [`VideoRoom::listforwarders`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "listforwarders")]
#[setters(strip_option)]
#[non_exhaustive]
pub struct ListForwarders {
    /// The id of the room.
    #[setters(skip)]
    pub room: Id,
    /// The room's secret, if it has one.
    #[setters(into)]
    pub secret: Option<Secret>,
}

impl ListForwarders {
    /// The forwarders of that room.
    pub fn new(room: impl Into<Id>) -> Self {
        Self {
            room: room.into(),
            ..Self::default()
        }
    }
}

/// The forwarders of a room.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Forwarders {
    /// The id of the room.
    #[serde(default)]
    pub room: Id,
    /// The publishers that have forwarders, remotizations included.
    pub publishers: Vec<ForwardingPublisher>,
}

/// A publisher that has forwarders.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[non_exhaustive]
pub struct ForwardingPublisher {
    /// The id of the publisher.
    pub publisher_id: Id,
    /// The name to show.
    pub display: Option<String>,
    /// What the publisher has told of itself. Since Janus 1.3.0.
    pub metadata: Option<Value>,
    /// Its forwarders, in no order.
    #[serde(default)]
    pub forwarders: Vec<Forwarder>,
}

impl VideoRoom {
    /// Ends a forwarder.
    ///
    /// Sends `stop_rtp_forward` and waits for its answer.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 426 when there is no such room, 428 when there is no such publisher or
    /// forwarder, 429 without and 433 with a wrong secret or admin key.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::StopRtpForward};
    /// # let said = r#"{"room":1234,"publisher_id":1,"stream_id":5}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("stop_rtp_forward", said)?;
    /// let stopped = desk.stop_rtp_forward(&StopRtpForward::new(1234, 1, 5))?;
    /// assert_eq!(stopped.stream_id, 5);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn stop_rtp_forward(&self, stop: &StopRtpForward) -> Result<ForwardStopped> {
        self.handle.request(stop)
    }

    /// Lists the forwarders of a room.
    ///
    /// Sends `listforwarders` and waits for its answer.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 426 when there is no such room, 429 without and 433 with a wrong secret.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::ListForwarders};
    /// # let said = r#"{"room":1234,"publishers":[]}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("listforwarders", said)?;
    /// let list = desk.listforwarders(&ListForwarders::new(1234))?;
    /// assert!(list.publishers.is_empty());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn listforwarders(&self, list: &ListForwarders) -> Result<Forwarders> {
        self.handle.request(list)
    }
}
