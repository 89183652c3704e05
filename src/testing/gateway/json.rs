//! Reads requests, and refuses what Janus's JSON parser refuses.
//!
//! serde_json is not that parser: its errors have other texts, it reads integers beyond 64 bits as
//! floating point numbers, and it refuses more than 127 objects and arrays inside each other.

use serde_json::{Deserializer, Value};

/// Why a text cannot be read.
#[derive(Debug)]
pub(in crate::testing) struct Malformed {
    line: usize,
    column: usize,
    text: String,
}

impl Malformed {
    /// As the core puts it.
    pub(super) fn told_by_core(&self) -> String {
        let Self { line, column, text } = self;
        format!("Invalid Janus API request - <string>({line},{column}): {text}")
    }

    /// As the HTTP transport puts it.
    pub(in crate::testing) fn told_over_http(&self) -> String {
        let Self { line, text, .. } = self;
        format!("JSON error: on line {line}: {text}")
    }

    fn new(text: &str) -> Self {
        Self {
            line: 1,
            column: 0,
            text: text.to_owned(),
        }
    }
}

impl From<serde_json::Error> for Malformed {
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        // The place is told before it.
        let what = text.split(" at line ").next().unwrap_or_default();
        Self {
            line: error.line(),
            column: error.column(),
            text: what.to_owned(),
        }
    }
}

/// Reads a text that is one JSON object or array, up to its first zero.
pub(in crate::testing) fn parse_whole(text: &str) -> Result<Value, Malformed> {
    let text = text.split('\0').next().unwrap_or_default();
    let value = serde_json::from_str(text)?;
    check_document(&value)?;
    Ok(value)
}

/// Reads one JSON object or array from the start of the text; gives the rest as well.
pub(super) fn parse(text: &str) -> Result<(Value, &str), Malformed> {
    let mut values = Deserializer::from_str(text).into_iter();
    let value = values.next();
    let value = value.unwrap_or_else(|| serde_json::from_str(text))?;
    check_document(&value)?;
    Ok((value, &text[values.byte_offset()..]))
}

fn check_document(value: &Value) -> Result<(), Malformed> {
    if value.is_object() || value.is_array() {
        check(value)
    } else {
        Err(Malformed::new("'[' or '{' expected"))
    }
}

fn check(value: &Value) -> Result<(), Malformed> {
    match value {
        Value::String(text) => check_text(text),
        Value::Number(number) if number.is_u64() && !number.is_i64() => {
            Err(Malformed::new("too big integer"))
        }
        Value::Array(values) => values.iter().try_for_each(check),
        Value::Object(object) => object.iter().try_for_each(|(key, value)| {
            check_text(key)?;
            check(value)
        }),
        _ => Ok(()),
    }
}

fn check_text(text: &str) -> Result<(), Malformed> {
    if text.contains('\0') {
        return Err(Malformed::new("\\u0000 is not allowed"));
    }
    Ok(())
}
