//! SIP SUBSCRIBE and the notifications that follow.

use std::time::Duration;

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_with::skip_serializing_none;

use super::{Confirmed, Headers, Sip, lasting, terminal};
use crate::{
    Result,
    plugin::{Request, Terminal},
};

/// `subscribe`; see [`Sip::subscribe`].
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Setters)]
#[serde(tag = "request", rename = "subscribe")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Subscribe {
    /// The event package, for example `message-summary`, `presence` or `dialog`.
    #[setters(skip)]
    pub event: String,
    /// The SIP URI whose events these are. Default: the account itself.
    pub to: Option<String>,
    /// The content type that notifications may have. Default: the event package's own.
    pub accept: Option<String>,
    /// How long the subscription holds, in seconds on the wire. Default and 0: 3600 s. Fractions
    /// are rounded up.
    #[serde(serialize_with = "lasting::seconds")]
    #[setters(into = false)]
    pub subscribe_ttl: Option<Duration>,
    /// The SIP Call-ID of the subscription. Default: a random one, which `subscribing` does not
    /// tell.
    pub call_id: Option<String>,
    /// Further headers of the SUBSCRIBE. Default: none.
    pub headers: Option<Headers>,
    /// The body of the SUBSCRIBE; counts only with `content_type`. Default: none. Since Janus
    /// 1.4.0.
    pub content: Option<String>,
    /// The content type of the body. Since Janus 1.4.0.
    pub content_type: Option<String>,
}

impl Subscribe {
    /// A subscription to that event package.
    pub fn new(event: impl Into<String>) -> Self {
        Self {
            event: event.into(),
            to: None,
            accept: None,
            subscribe_ttl: None,
            call_id: None,
            headers: None,
            content: None,
            content_type: None,
        }
    }
}

impl Request for Subscribe {
    type Plugin = Sip;
    type Reply = Subscribing;

    const NAME: &'static str = "subscribe";
    const TERMINAL: Terminal = terminal::of(Self::NAME);
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
#[derive(Clone, Debug, Serialize, Setters)]
#[serde(tag = "request", rename = "unsubscribe")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Unsubscribe {
    /// The event package, as it was given to `subscribe`.
    #[setters(skip)]
    pub event: String,
    /// The SIP URI whose events these are. Default: the account itself.
    pub to: Option<String>,
    /// Not used.
    pub accept: Option<String>,
    /// Not used: it is 0 s.
    #[serde(serialize_with = "lasting::seconds")]
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

impl Unsubscribe {
    /// The end of the subscription to that event package.
    pub fn new(event: impl Into<String>) -> Self {
        Self {
            event: event.into(),
            to: None,
            accept: None,
            subscribe_ttl: None,
            call_id: None,
            headers: None,
            content: None,
            content_type: None,
        }
    }
}

impl Request for Unsubscribe {
    type Plugin = Sip;
    type Reply = Confirmed;

    const NAME: &'static str = "unsubscribe";
    const TERMINAL: Terminal = terminal::of(Self::NAME);

    fn reply(data: &RawValue) -> serde_json::Result<Confirmed> {
        Confirmed::decode(data)
    }
}

impl Sip {
    /// Subscribes to events at the SIP server, such as waiting voice mail.
    ///
    /// Sends `subscribe`, which becomes a SIP SUBSCRIBE, and returns when that is on its way. The
    /// server's response arrives as
    /// [`Event::SubscribeSucceeded`](super::Event::SubscribeSucceeded) or
    /// [`Event::SubscribeFailed`](super::Event::SubscribeFailed), then each
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
    /// use janus_blocking::sip::Subscribe;
    /// # use janus_blocking::{Sip, testing::{Expect, FakeGateway}};
    /// # use serde_json::json;
    ///
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let mut body = json!({ "request": "subscribe", "event": "message-summary" });
    /// # body["call_id"] = json!("mail");
    /// # let expected = Expect::request("janus.plugin.sip", body).exactly();
    /// # let answer = json!({ "result": { "event": "subscribing", "call_id": "mail" } });
    /// # gateway.expect(expected.event(answer));
    /// # let door: Sip = session.attach()?;
    /// let mail = Subscribe::new("message-summary").call_id("mail");
    /// assert_eq!(door.subscribe(&mail)?.call_id.as_deref(), Some("mail"));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *SIP plugin documentation*.
    pub fn subscribe(&self, subscribe: &Subscribe) -> Result<Subscribing> {
        self.handle.request(subscribe)
    }

    /// Ends a subscription.
    ///
    /// Sends `unsubscribe`, which becomes a SUBSCRIBE for 0 seconds, and returns when that is on
    /// its way ([`Step::Unsubscribing`](super::Step::Unsubscribing)). Its response arrives as
    /// [`Event::SubscribeSucceeded`](super::Event::SubscribeSucceeded) too.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 447 when not registered, or not subscribed to that event package.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::sip::{Step, Unsubscribe};
    /// # use janus_blocking::{Sip, testing::{Expect, FakeGateway}};
    /// # use serde_json::json;
    ///
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let body = json!({ "request": "unsubscribe", "event": "message-summary" });
    /// # let expected = Expect::request("janus.plugin.sip", body).exactly();
    /// # gateway.expect(expected.event(json!({ "result": { "event": "unsubscribing" } })));
    /// # let door: Sip = session.attach()?;
    /// let ended = door.unsubscribe(&Unsubscribe::new("message-summary"))?;
    /// assert_eq!(ended.step, Step::Unsubscribing);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *SIP plugin documentation*.
    pub fn unsubscribe(&self, unsubscribe: &Unsubscribe) -> Result<Confirmed> {
        self.handle.request(unsubscribe)
    }
}
