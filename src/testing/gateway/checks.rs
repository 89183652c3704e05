//! Checks the keys of requests as Janus does: same order, same texts.

use serde_json::{Map, Value};

/// The JSON types that Janus asks for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Text,
    Flag,
    Integer,
    /// Zero or more, whatever Janus calls it.
    Positive,
    Array,
    Object,
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Flag => value.is_boolean(),
            Self::Integer => value.is_i64(),
            Self::Positive => value.as_i64().is_some_and(|number| number >= 0),
            Self::Array => value.is_array(),
            Self::Object => value.is_object(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Flag => "a boolean",
            Self::Integer => "an integer",
            Self::Positive => "a positive integer",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// A key that a request may or must have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    name: &'static str,
    kind: Kind,
    required: bool,
}

pub(super) const fn required(name: &'static str, kind: Kind) -> Key {
    Key {
        name,
        kind,
        required: true,
    }
}

pub(super) const fn optional(name: &'static str, kind: Kind) -> Key {
    Key {
        name,
        kind,
        required: false,
    }
}

/// What is wrong with a key.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Wrong {
    Missing(&'static str),
    Kind(&'static str, &'static str),
}

impl Wrong {
    /// Janus's text for it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Missing(name) => format!("Missing mandatory element ({name})"),
            Self::Kind(name, kind) => format!("Invalid element type ({name} should be {kind})"),
        }
    }

    /// Janus's text for it inside of `jsep`.
    pub(super) fn jsep_text(&self) -> String {
        match self {
            Self::Missing(name) => format!("JSEP error: missing mandatory element ({name})"),
            Self::Kind(name, kind) => {
                format!("JSEP error: invalid element type ({name} should be {kind})")
            }
        }
    }

    /// One of two codes.
    pub(super) fn code(&self, missing: i64, kind: i64) -> i64 {
        match self {
            Self::Missing(_) => missing,
            Self::Kind(..) => kind,
        }
    }
}

/// Checks the keys in their order; the first that is wrong counts.
pub(super) fn check(object: &Map<String, Value>, keys: &[Key]) -> Result<(), Wrong> {
    for key in keys {
        match object.get(key.name) {
            None if key.required => return Err(Wrong::Missing(key.name)),
            Some(value) if !key.kind.fits(value) => {
                return Err(Wrong::Kind(key.name, key.kind.name()));
            }
            _ => {}
        }
    }
    Ok(())
}
