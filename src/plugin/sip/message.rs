//! Texts (SIP MESSAGE), and subscriptions to events (SIP SUBSCRIBE).

use std::time::Duration;

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{Confirmation, Headers, Sip};
use crate::Result;
use crate::plugin::{constructors, duration};

constructors! {
    /// Creates a request to send a text to the peer of the call, or to `uri` if that is set.
    Message(content as String);
    /// Creates a request to subscribe to an event package.
    Subscribe(event as String);
    /// Creates a request to end the subscription to an event package.
    Unsubscribe(event as String);
}

/// `message`; see [`Sip::message`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "message")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Message {
    /// The text.
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

/// The MESSAGE is on its way.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct MessageSent {
    /// The SIP Call-ID of the MESSAGE, in a call that of the call. It comes again in
    /// [`MessageDelivery`](super::event::MessageDelivery).
    pub call_id: Option<String>,
}

/// `subscribe`; see [`Sip::subscribe`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "subscribe")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Subscribe {
    /// The event package, for example `message-summary`, `presence` or `dialog`.
    pub event: String,
    /// The SIP URI whose events these are. Default: the account itself.
    pub to: Option<String>,
    /// The content type that notifications may have. Default: the event package's own.
    pub accept: Option<String>,
    /// How long the subscription holds, rounded up to seconds. Default and 0: 3600 s.
    #[serde(serialize_with = "duration::seconds")]
    #[setters(into = false)]
    pub subscribe_ttl: Option<Duration>,
    /// The SIP Call-ID of the subscription. Default: a random one, absent in `subscribing`.
    pub call_id: Option<String>,
    /// Further headers of the SUBSCRIBE. Default: none.
    pub headers: Option<Headers>,
    /// The body of the SUBSCRIBE; needs `content_type`. Default: none. Since Janus 1.4.0.
    pub content: Option<String>,
    /// The content type of the body. Since Janus 1.4.0.
    pub content_type: Option<String>,
}

/// The SUBSCRIBE is on its way.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Subscribing {
    /// The SIP Call-ID of the subscription, if the request gave one.
    pub call_id: Option<String>,
}

/// `unsubscribe`; see [`Sip::unsubscribe`]. Janus checks the types of all fields and uses `event`
/// and `to` only.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "unsubscribe")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Unsubscribe {
    /// The event package, as it was given to `subscribe`.
    pub event: String,
    /// The SIP URI whose events these are. Default: the account itself.
    pub to: Option<String>,
    /// Not used.
    pub accept: Option<String>,
    /// Not used: it is 0 s.
    #[serde(serialize_with = "duration::seconds")]
    #[setters(into = false)]
    pub subscribe_ttl: Option<Duration>,
    /// Not used: it is the subscription's.
    pub call_id: Option<String>,
    /// Not used.
    pub headers: Option<Headers>,
    /// Not used. Since Janus 1.4.0.
    pub content: Option<String>,
    /// Not used. Since Janus 1.4.0.
    pub content_type: Option<String>,
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

    /// Subscribes to events at the SIP server, such as waiting voice mail.
    ///
    /// Sends `subscribe`, which becomes a SIP SUBSCRIBE, and returns when that is on its way. The
    /// server's response arrives as [`Event::SubscribeSucceeded`](super::Event::SubscribeSucceeded)
    /// or [`Event::SubscribeFailed`](super::Event::SubscribeFailed), then each
    /// [`Event::Notify`](super::Event::Notify). A handle has one subscription per event package; a
    /// second `subscribe` renews it.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 447 when not registered.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Sip, sip::Subscribe};
    /// # let said = r#"{"result":{"event":"subscribing","call_id":"mail"}}"#;
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Sip>("subscribe", said, None)?;
    /// let mail = Subscribe::new("message-summary").call_id("mail");
    /// assert_eq!(door.subscribe(&mail)?.call_id.as_deref(), Some("mail"));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn subscribe(&self, subscribe: &Subscribe) -> Result<Subscribing> {
        self.handle.request(subscribe)
    }

    /// Ends a subscription.
    ///
    /// Sends `unsubscribe`, which becomes a SUBSCRIBE for 0 seconds, and returns when that is on
    /// its way ([`Confirmed::Unsubscribing`](super::Confirmed::Unsubscribing)). Its response arrives as
    /// [`Event::SubscribeSucceeded`](super::Event::SubscribeSucceeded) too.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 447 when not registered, or not subscribed to that event package.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Sip, sip::{Confirmed, Unsubscribe}};
    /// # let said = r#"{"result":{"event":"unsubscribing"}}"#;
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Sip>("unsubscribe", said, None)?;
    /// let ended = door.unsubscribe(&Unsubscribe::new("message-summary"))?;
    /// assert_eq!(ended.of, Confirmed::Unsubscribing);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn unsubscribe(&self, unsubscribe: &Unsubscribe) -> Result<Confirmation> {
        self.handle.request(unsubscribe)
    }
}
