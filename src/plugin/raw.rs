//! Any plugin, by its package name: JSON in and out.
//!
//! For Lua, Duktape, VoiceMail, and for a first try of a plugin of your own. A plugin that is used
//! for longer is better typed: see [`Plugin`](super::Plugin).

use std::{borrow::Cow, fmt};

use serde::{Serialize, Serializer};
use serde_json::{Value, value::RawValue};

use super::{Request, plugin_type};
use crate::{Ack, Jsep, Result, redact::masked};

plugin_type! {
    /// A handle to a plugin of any package name; from [`Session::attach_raw`](crate::Session::attach_raw).
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Raw, serde_json::json};
    /// # use janus_blocking::testing::Expect;
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// # let session = janus.create_session()?;
    /// # let expected = Expect::request("janus.plugin.textroom", json!({ "request": "list" }));
    /// # gateway.expect(expected.answer(json!({ "textroom": "success", "list": [] })));
    /// let textroom: Raw = session.attach_raw("janus.plugin.textroom")?;
    /// assert_eq!(textroom.handle().package(), "janus.plugin.textroom");
    /// let answer = textroom.request(json!({ "request": "list" }))?;
    /// assert_eq!(answer["list"], json!([]));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    // The package is named when attaching.
    pub struct Raw "", Value = decode;
}

/// As it came.
fn decode(data: &RawValue) -> serde_json::Result<Value> {
    serde_json::from_str(data.get())
}

/// A request to any plugin: the whole `body`, as JSON. `Debug` shows `***` for secrets.
///
/// ```
/// use janus_blocking::{Request, raw::Body, serde_json::json};
///
/// let body = Body(json!({ "request": "list" }));
/// assert_eq!(body.name(), "list");
/// ```
#[derive(Clone, PartialEq)]
pub struct Body(pub Value);

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        f.debug_tuple("Body").field(&masked(&text)).finish()
    }
}

impl Raw {
    /// Sends a body and waits for the plugin's answer.
    ///
    /// Sends `message`. Returns `plugindata.data` of the `success`, or of the first event with the
    /// request's transaction.
    ///
    /// # Errors
    ///
    /// [`Error::Plugin`](crate::Error::Plugin) when the answer holds `error_code` or a text under
    /// `error`.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::testing::Expect;
    /// use janus_blocking::serde_json::json;
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// # let session = janus.create_session()?;
    /// # let expected = Expect::request("janus.plugin.textroom", json!({ "request": "exists" }));
    /// # gateway.expect(expected.answer(json!({ "textroom": "success", "exists": true })));
    /// # let textroom = session.attach_raw("janus.plugin.textroom")?;
    /// let answer = textroom.request(json!({ "request": "exists", "room": 1234 }))?;
    /// assert_eq!(answer["exists"], true);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn request(&self, body: Value) -> Result<Value> {
        self.handle.request(&Body(body))
    }

    /// Like [`request`](Self::request), with a session description either way.
    ///
    /// # Errors
    ///
    /// As for [`request`](Self::request).
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, serde_json::json, webrtc::JsepKind};
    /// # use janus_blocking::testing::Expect;
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// # let session = janus.create_session()?;
    /// # let expected = Expect::request("janus.plugin.textroom", json!({ "request": "setup" }));
    /// # gateway.expect(expected.event(json!({})).jsep(&Jsep::offer("v=0\r\n")));
    /// # let textroom = session.attach_raw("janus.plugin.textroom")?;
    /// let (_, jsep) = textroom.exchange(json!({ "request": "setup" }), None)?;
    /// assert_eq!(jsep.map(|jsep| jsep.kind), Some(JsepKind::Offer));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn exchange(&self, body: Value, jsep: Option<&Jsep>) -> Result<(Value, Option<Jsep>)> {
        self.handle.exchange(&Body(body), jsep)
    }

    /// Sends a body and returns at the `ack`; what the plugin says comes as an event.
    ///
    /// # Errors
    ///
    /// None special to this call.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Event, serde_json::json};
    /// # use janus_blocking::testing::Expect;
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// # let session = janus.create_session()?;
    /// # let expected = Expect::request("janus.plugin.textroom", json!({ "request": "setup" }));
    /// # gateway.expect(expected.event(json!({ "textroom": "event" })));
    /// # let textroom = session.attach_raw("janus.plugin.textroom")?;
    /// textroom.send(json!({ "request": "setup" }))?;
    /// let event = textroom.events().recv()?;
    /// assert_eq!(event.into_plugin(), Some(json!({ "textroom": "event" })));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn send(&self, body: Value) -> Result<Ack> {
        self.handle.send(&Body(body))
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Request for Body {
    type Plugin = Raw;
    type Reply = Value;

    const NAME: &'static str = "message";

    fn name(&self) -> Cow<'static, str> {
        match self.0.get("request").and_then(Value::as_str) {
            Some(name) => Cow::Owned(name.to_owned()),
            None => Cow::Borrowed(Self::NAME),
        }
    }
}
