//! Messages, as they come in.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned},
};
use serde_json::value::RawValue;

use super::{error_code, lenient};
use crate::{ErrorCode, HandleId, SessionId};

/// The envelope of one message. What is inside stays undecoded, for the thread that wants it.
#[derive(Debug, Deserialize)]
pub(crate) struct Incoming<'a> {
    #[serde(borrow)]
    janus: Text<'a>,
    #[serde(borrow, default)]
    transaction: Option<Text<'a>>,
    #[serde(default)]
    pub(crate) session_id: Option<SessionId>,
    /// The handle that it comes from.
    #[serde(default)]
    pub(crate) sender: Option<HandleId>,
    #[serde(default)]
    data: Option<Created>,
    #[serde(borrow, default)]
    plugindata: Option<PluginData<'a>>,
    #[serde(borrow, default)]
    pub(crate) jsep: Option<&'a RawValue>,
    #[serde(default)]
    error: Option<CoreError>,
    #[serde(default)]
    pub(crate) hint: Option<String>,
}

/// What kind of message it is, by its `janus` word.
#[derive(Debug)]
pub(crate) enum Kind<'a> {
    /// `success`, with the id of what was created, or with a plugin's data.
    Success {
        id: Option<u64>,
        data: Option<&'a RawValue>,
    },
    Ack,
    Error {
        code: ErrorCode,
        reason: String,
    },
    /// `server_info` and `pong`: answers of which the whole is wanted.
    Whole,
    /// `event`: what a plugin says.
    Event {
        data: &'a RawValue,
    },
    /// `timeout`: the session has ended.
    Timeout,
    /// `detached`: the handle has ended.
    Detached,
    /// `webrtcup` and the like: what happens to a handle.
    Core,
    /// Any other word, or one without what belongs to it: an event about a handle if there is a
    /// sender, and if it answers no request.
    Other,
}

impl<'a> Incoming<'a> {
    /// Of a message nothing but its word has to fit: another key that does not is left out.
    pub(crate) fn parse(text: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(text).or_else(|error| Self::parse_loosely(text).ok_or(error))
    }

    fn parse_loosely(text: &'a str) -> Option<Self> {
        fn fit<'a, T: Deserialize<'a>>(value: &'a RawValue) -> Option<T> {
            serde_json::from_str(value.get()).ok()
        }
        fn loosely<T: DeserializeOwned>(value: &RawValue) -> Option<T> {
            lenient::from_str(value.get()).ok()
        }
        let keys: BTreeMap<String, Option<&'a RawValue>> = serde_json::from_str(text).ok()?;
        let get = |key| keys.get(key).copied().flatten();
        Some(Self {
            janus: get("janus").and_then(fit)?,
            transaction: get("transaction").and_then(fit),
            session_id: get("session_id").and_then(loosely),
            sender: get("sender").and_then(loosely),
            data: get("data").and_then(loosely),
            plugindata: get("plugindata").and_then(fit),
            jsep: get("jsep"),
            error: get("error").map(|error| loosely(error).unwrap_or_default()),
            hint: get("hint").and_then(loosely),
        })
    }

    pub(crate) fn word(&self) -> &str {
        &self.janus.0
    }

    pub(crate) fn transaction(&self) -> Option<&str> {
        self.transaction.as_ref().map(|text| &*text.0)
    }

    pub(crate) fn kind(&self) -> Kind<'a> {
        let data = self.plugindata.as_ref().map(|plugindata| plugindata.data);
        match (self.word(), &self.error, data) {
            ("success", ..) => Kind::Success {
                id: self.data.as_ref().and_then(|d| d.id),
                data,
            },
            ("ack", ..) => Kind::Ack,
            ("error", Some(error), _) => Kind::Error {
                code: error_code(error.code),
                reason: error.reason.clone(),
            },
            ("server_info" | "pong", ..) => Kind::Whole,
            ("event", _, Some(data)) => Kind::Event { data },
            ("timeout", ..) => Kind::Timeout,
            ("detached", ..) => Kind::Detached,
            ("webrtcup" | "media" | "slowlink" | "hangup" | "trickle" | "ice-failed", ..) => {
                Kind::Core
            }
            _ => Kind::Other,
        }
    }
}

/// Everything that could be the transaction of a message that cannot be decoded: the texts of all
/// keys of that name, escapes and all.
pub(crate) fn transactions_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("\"transaction\"").skip(1).filter_map(|rest| {
        let value = rest.trim_start().strip_prefix(':')?;
        value.trim_start().strip_prefix('"')?.split('"').next()
    })
}

/// Splits one text message into its JSON values, as Janus allows several in a row. The last is an
/// error, with what is left, if the text does not end with a whole value.
pub(crate) fn split(text: &str) -> impl Iterator<Item = Result<&str, &str>> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    std::iter::from_fn(move || {
        let start = values.byte_offset();
        let value = values.next()?;
        Some(value.map(RawValue::get).map_err(|_| &text[start..]))
    })
}

#[derive(Debug, Deserialize)]
struct Created {
    #[serde(default)]
    id: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct PluginData<'a> {
    #[serde(borrow)]
    data: &'a RawValue,
}

#[derive(Debug, Default, Deserialize)]
struct CoreError {
    #[serde(default)]
    code: i64,
    #[serde(default)]
    reason: String,
}

/// Text that is borrowed unless it holds escapes. (`Option<Cow<str>>` would always be copied.)
#[derive(Debug)]
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_envelope_is_read_and_the_inside_left_alone() {
        let text = r#"{"janus":"event","session_id":1,"transaction":"a\"b","sender":2,
            "plugindata":{"plugin":"p","data":{"x":[1, 2]}},"jsep":{"type":"offer"},"new":true}"#;
        let incoming = Incoming::parse(text).expect("valid");
        assert_eq!(incoming.session_id, Some(SessionId::new(1)));
        assert_eq!(incoming.sender, Some(HandleId::new(2)));
        assert_eq!(incoming.transaction(), Some("a\"b"));
        assert_eq!(
            incoming.jsep.map(RawValue::get),
            Some(r#"{"type":"offer"}"#)
        );
        assert!(matches!(incoming.kind(), Kind::Event { data } if data.get() == r#"{"x":[1, 2]}"#));
    }

    #[test]
    fn a_key_that_does_not_fit_loses_no_message() {
        let text = r#"{"janus":"error","transaction":5,"session_id":1.0,"sender":-2,"data":[],
            "plugindata":{"data":null},"jsep":"x","error":{"code":"458","reason":null},"hint":7}"#;
        let incoming = Incoming::parse(text).expect("a message");
        assert_eq!(incoming.transaction(), None);
        assert_eq!(incoming.session_id, Some(SessionId::new(1)));
        assert_eq!(incoming.sender, None);
        assert_eq!(incoming.hint.as_deref(), Some("7"));
        assert_eq!(incoming.jsep.map(RawValue::get), Some(r#""x""#));
        assert!(
            matches!(incoming.kind(), Kind::Error { code: ErrorCode::SESSION_NOT_FOUND, reason } if reason.is_empty())
        );
        for text in [r#"{"janus":7}"#, r#"{"janus":null}"#, "{}", "[]", "7"] {
            assert!(Incoming::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn several_values_in_one_text_are_told_apart() {
        let parts = |text| {
            split(text)
                .map(|part| part.ok().map(str::len))
                .collect::<Vec<_>>()
        };
        assert_eq!(parts(r#"{"a":1}{"b":22}"#), [Some(7), Some(8)]);
        assert_eq!(parts(" {} \n [] "), [Some(2), Some(2)]);
        assert_eq!(parts(r#"{"a":1}{"b""#), [Some(7), None]);
        assert_eq!(parts(""), []);
    }

    #[test]
    fn every_prefix_of_a_message_is_an_error_and_no_panic() {
        let text = r#"{"janus":"success","transaction":"t","data":{"id":7}}"#;
        for end in 0..text.len() {
            assert!(Incoming::parse(&text[..end]).is_err());
        }
    }
}
