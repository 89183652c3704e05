//! The outer object of what the plugin sends: `sip`, `result`, and what stands beside `result`.

use std::borrow::Cow;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Result, value::RawValue};

use super::event::RegistrationFailed;
use crate::plugin::{Refusal, decode};

/// An answer or event, split but not yet decoded.
#[derive(Deserialize)]
pub(super) struct Frame<'a> {
    #[serde(borrow)]
    pub(super) result: Option<&'a RawValue>,
    /// The SIP Call-ID of the handle's call, or of the message or subscription that it is about.
    #[serde(borrow)]
    call_id: Option<&'a RawValue>,
    #[serde(borrow)]
    unique_id: Option<&'a RawValue>,
}

fn text(value: Option<&RawValue>) -> Option<String> {
    value.and_then(|value| decode(value).ok())
}

impl<'a> Frame<'a> {
    pub(super) fn parse(data: &'a RawValue) -> Result<Self> {
        serde_json::from_str(data.get())
    }

    /// Decodes the `result` object.
    pub(super) fn call_id(&self) -> Option<String> {
        text(self.call_id)
    }

    pub(super) fn result<T: DeserializeOwned>(&self) -> Result<T> {
        decode(self.result.unwrap_or(RawValue::NULL))
    }

    /// Decodes the `result` object, and adds the `call_id` from beside it unless it has its own.
    pub(super) fn with_call_id<T: DeserializeOwned>(
        self,
        call_id: fn(&mut T) -> &mut Option<String>,
    ) -> Result<T> {
        let mut value = self.result()?;
        let call_id = call_id(&mut value);
        *call_id = call_id.take().or_else(|| text(self.call_id));
        Ok(value)
    }

    /// The same for `unique_id`.
    pub(super) fn with_unique_id<T: DeserializeOwned>(
        self,
        unique_id: fn(&mut T) -> &mut Option<String>,
    ) -> Result<T> {
        let mut value = self.result()?;
        let unique_id = unique_id(&mut value);
        *unique_id = unique_id.take().or_else(|| text(self.unique_id));
        Ok(value)
    }
}

#[derive(Deserialize)]
struct Part<'a> {
    #[serde(borrow)]
    result: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Tag<'a> {
    #[serde(borrow)]
    result: Option<Inner<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Inner<'a> {
    #[serde(borrow)]
    event: Cow<'a, str>,
}

/// The name in `result.event`; empty where there is none.
pub(super) fn event_name(data: &RawValue) -> Cow<'_, str> {
    serde_json::from_str::<Tag<'_>>(data.get())
        .ok()
        .and_then(|tag| tag.result)
        .map_or(Cow::Borrowed(""), |result| result.event)
}

/// The `result` object, where there is one.
pub(super) fn result(data: &RawValue) -> Option<&RawValue> {
    serde_json::from_str::<Part<'_>>(data.get()).ok()?.result
}

/// An error, which may have no code, or no text.
pub(super) fn error(data: &RawValue) -> Option<Refusal> {
    crate::wire::refusal(data).filter(|found| found.code != 0 || !found.reason.is_empty())
}

/// The refusal that an answer or event reports.
pub(super) fn refusal(data: &RawValue) -> Option<Refusal> {
    if let Some(refused) = error(data) {
        // Some of the plugin's texts end with a line break.
        let reason = refused.reason.trim_end().to_owned();
        return Some(Refusal { reason, ..refused });
    }
    if event_name(data) != "registration_failed" {
        return None;
    }
    let failed: RegistrationFailed = Frame::parse(data).ok()?.result().ok()?;
    let reason = format!("registration failed: {} {}", failed.code, failed.reason);
    Some(Refusal {
        code: failed.code,
        reason: reason.trim_end().to_owned(),
    })
}
