//! The SIP plugin, as far as registering, being called and calling go.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    Gateway, Object,
    checks::{Key, Kind, check, optional, required},
    plugins::error_event,
    request::Request,
    webrtc::Jsep,
};
use crate::testing::Version;

mod account;
mod call;
mod helper;
mod in_call;
mod info;
mod network;
mod remote;

pub(super) use account::Account;
pub use network::CallState;
pub(in crate::testing) use network::Network;

const REQUEST: &[Key] = &[required("request", Kind::Text)];

/// What a request comes to: the answering event's `result`, or a code and a text.
type Outcome = Result<Done, (i64, String)>;

/// How a request is done with.
enum Done {
    /// With this result.
    Event(Object),
    /// With an event that has none.
    Bare,
    /// With nothing at all: acked and ignored.
    Silence,
}

fn done(event: &str) -> Object {
    Object::new().text("event", event)
}

fn wrong<T>(code: i64, reason: impl Into<String>) -> Result<T, (i64, String)> {
    Err((code, reason.into()))
}

fn checked(body: &Map<String, Value>, keys: &[Key]) -> Result<(), (i64, String)> {
    check(body, keys).map_err(|wrong| (wrong.code(443, 444), wrong.text()))
}

/// One request to the plugin.
struct Asked<'a> {
    session: u64,
    handle: u64,
    transaction: &'a str,
    body: &'a Map<String, Value>,
    jsep: Option<&'a Jsep>,
}

impl Asked<'_> {
    fn text(&self, key: &str) -> Option<&str> {
        self.body.get(key).and_then(Value::as_str)
    }

    fn flag(&self, key: &str) -> Option<bool> {
        self.body.get(key).and_then(Value::as_bool)
    }

    fn number(&self, key: &str) -> Option<i64> {
        self.body.get(key).and_then(Value::as_i64)
    }
}

impl Gateway {
    pub(super) fn sip(&mut self, request: &Request<'_>, body: &Value, jsep: Option<&Jsep>) {
        let none = Map::new();
        let asked = Asked {
            session: request.session,
            handle: request.handle,
            transaction: request.transaction,
            body: body.as_object().unwrap_or(&none),
            jsep,
        };
        // The call that the answer names is the one before or the new one.
        let before = self.call_id(asked.handle);
        let outcome = self.sip_request(&asked);
        let call_id = self.call_id(asked.handle).or(before);
        let event = match outcome {
            Ok(Done::Silence) => None,
            Ok(Done::Bare) => Some(Object::new().text("sip", "event")),
            Ok(Done::Event(result)) => {
                let event = Object::new().text("sip", "event");
                Some(event.object("result", result))
            }
            Err((code, reason)) => Some(error_event("sip", code, &reason)),
        };
        if let Some(mut event) = event {
            if let Some(call_id) = call_id {
                event = event.text("call_id", &call_id);
            }
            let transaction = Some(asked.transaction);
            self.plugin_event(asked.session, asked.handle, transaction, &event.end(), None);
        }
        self.sip_afterwards(asked.handle);
    }

    fn sip_request(&mut self, asked: &Asked<'_>) -> Outcome {
        checked(asked.body, REQUEST)?;
        let word = asked.text("request").unwrap_or_default();
        let newer = self.settings.version != Version::V1_1_2;
        match word.to_ascii_lowercase().as_str() {
            "register" => self.sip_register(asked),
            "unregister" => self.sip_unregister(asked),
            "call" => self.sip_call(asked),
            "accept" => self.sip_accept(asked),
            "decline" => self.sip_decline(asked),
            "hangup" => self.sip_hangup(asked),
            "reset" => Ok(Done::Event(done("reset"))),
            other => match in_call::find(other, newer) {
                Some(kind) => self.sip_in_call(asked, kind),
                None => wrong(442, format!("Unknown request ({word})")),
            },
        }
    }

    fn account(&mut self, handle: u64) -> Option<&mut Account> {
        self.find(handle).map(|(_, handle)| &mut handle.sip)
    }

    fn call_id(&mut self, handle: u64) -> Option<String> {
        let call = self.account(handle)?.call.as_ref()?;
        Some(call.call_id.clone())
    }

    /// An event that the SIP side causes, about the handle's call if it has one.
    fn sip_event(&mut self, handle: u64, result: Object, jsep: Option<&str>) {
        let Some((session, found)) = self.find(handle) else {
            return;
        };
        let call = found.sip.call.as_ref();
        let transaction = call.and_then(|call| call.transaction.clone());
        let call_id = call.map(|call| call.call_id.clone());
        let mut event = Object::new().text("sip", "event").object("result", result);
        if let Some(call_id) = call_id {
            event = event.text("call_id", &call_id);
        }
        self.plugin_event(session, handle, transaction.as_deref(), &event.end(), jsep);
    }
}

/// The user of a SIP URI.
fn user_of(uri: &str) -> Option<&str> {
    let rest = uri
        .strip_prefix("sip:")
        .or_else(|| uri.strip_prefix("sips:"))?;
    let (user, host) = rest.split_once('@')?;
    (!user.is_empty() && !host.is_empty()).then(|| user.split(':').next().unwrap_or(user))
}

/// All calls, by number.
type Calls = BTreeMap<u64, CallState>;
