//! Writes JSON objects whose keys stay in the order in which Janus puts them.

use std::fmt::Write;

use serde_json::Value;

/// A JSON object being written.
#[derive(Clone, Debug)]
pub(in crate::testing) struct Object(String);

impl Object {
    pub(super) fn new() -> Self {
        Self("{".to_owned())
    }

    /// Starts with the keys that nearly every message of Janus's has.
    pub(super) fn message(janus: &str, session: u64, transaction: Option<&str>) -> Self {
        let mut object = Self::new().text("janus", janus);
        if session > 0 {
            object = object.id("session_id", session);
        }
        match transaction {
            Some(transaction) => object.text("transaction", transaction),
            None => object,
        }
    }

    pub(super) fn text(self, key: &str, text: &str) -> Self {
        self.value(key, &Value::from(text))
    }

    pub(super) fn number(self, key: &str, number: i64) -> Self {
        self.value(key, &Value::from(number))
    }

    /// An id; like jansson, Janus writes ids beyond 2^63 as negative numbers.
    pub(super) fn id(self, key: &str, id: u64) -> Self {
        self.number(key, i64::from_ne_bytes(id.to_ne_bytes()))
    }

    pub(super) fn flag(self, key: &str, flag: bool) -> Self {
        self.value(key, &Value::from(flag))
    }

    pub(super) fn value(self, key: &str, value: &Value) -> Self {
        self.raw(key, &value.to_string())
    }

    pub(super) fn object(self, key: &str, object: Object) -> Self {
        self.raw(key, &object.end())
    }

    /// Text that is JSON already.
    pub(super) fn raw(mut self, key: &str, json: &str) -> Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        // Writing into a String cannot fail.
        let _ = write!(self.0, "{}:{json}", Value::from(key));
        self
    }

    pub(super) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}
