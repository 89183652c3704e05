//! SIP MESSAGE: texts, in a call or without one.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{Headers, Sip};
use crate::Result;

/// `message`; see [`Sip::message`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "message")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Message {
    /// The text.
    #[setters(skip)]
    pub content: String,
    /// Its content type. Default: `text/plain`.
    pub content_type: Option<String>,
    /// The SIP URI to send it to. Default: the peer of the call.
    pub uri: Option<String>,
    /// Further headers of the MESSAGE. Default: none.
    pub headers: Option<Headers>,
    /// The SIP Call-ID of the MESSAGE; counts only with `uri`. Default: a random one.
    pub call_id: Option<String>,
}

impl Message {
    /// That text, to the peer of the call unless `uri` is set.
    pub fn new(content: impl Into<String>) -> Self {
        Self {
            content: content.into(),
            ..Self::default()
        }
    }
}

/// The MESSAGE is on its way.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct MessageSent {
    /// The SIP Call-ID of the MESSAGE, in a call that of the call. It comes again in
    /// [`MessageDelivery`](super::event::MessageDelivery).
    pub call_id: Option<String>,
}

impl Sip {
    /// Sends a text, to the peer of the call or to anybody.
    ///
    /// Sends `message`, which becomes a SIP MESSAGE, and returns when that is on its way. The
    /// peer's response arrives as [`Event::MessageDelivery`](super::Event::MessageDelivery) with
    /// the same Call-ID.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 0 outside a call when `uri` is not set; with `uri` 447 when not
    /// registered and 446 for a bad URI.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Sip, sip::Message};
    /// # let said = r#"{"result":{"event":"messagesent","call_id":"m1"}}"#;
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Sip>("message", said, None)?;
    /// let message = Message::new("The door is open").uri("sip:desk@b");
    /// let sent = door.message(&message)?;
    /// assert_eq!(sent.call_id.as_deref(), Some("m1"));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn message(&self, message: &Message) -> Result<MessageSent> {
        self.handle.request(message)
    }
}
