//! Telling events apart, where a plugin has one tag for many and a key of its own for each.

use serde::de::DeserializeOwned;
use serde_json::{Result, value::RawValue};

use crate::{ErrorCode, plugin, wire};

/// The keys that tell events of the tag `event` apart, and the event that each stands for: the first
/// that is there counts. First the plugin's own tag; `also` are keys that are only looked at.
macro_rules! keys {
    ($tag:ident $(also $($more:ident),+)?: $($key:ident => $event:ident,)+) => {
        #[derive(Default, ::serde::Deserialize)]
        #[serde(default)]
        struct Keys {
            $tag: String,
            error_code: Option<::serde::de::IgnoredAny>,
            $($($more: Option<::serde::de::IgnoredAny>,)+)?
            $($key: Option<::serde::de::IgnoredAny>,)+
        }

        impl Keys {
            fn decode(&self, data: &::serde_json::value::RawValue) -> ::serde_json::Result<Event> {
                $(if self.$key.is_some() {
                    return $crate::plugin::events::of(data, Event::$event);
                })+
                $crate::plugin::events::of(data, Event::Other)
            }
        }
    };
}

pub(super) use keys;

/// Decodes what an event holds.
pub(super) fn of<T: DeserializeOwned, E>(data: &RawValue, event: fn(T) -> E) -> Result<E> {
    plugin::decode(data).map(event)
}

/// A refusal that no caller waits for.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Failure {
    /// `error_code`: one of the plugin's codes.
    pub code: ErrorCode,
    /// `error`: the plugin's text.
    pub reason: String,
}

impl Failure {
    pub(crate) fn of(data: &RawValue) -> Self {
        let refusal = wire::refusal(data);
        let (code, reason) = refusal.map_or((0, String::new()), |it| (it.code, it.reason));
        Self {
            code: wire::error_code(code),
            reason,
        }
    }
}
