//! Compares JSON: whether one contains the other, and where they differ.

use std::fmt::Write;

use serde_json::Value;

/// Whether every key of `wanted` is in `value` with the same content, at every depth.
pub(super) fn contains(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Object(value), Value::Object(wanted)) => wanted
            .iter()
            .all(|(key, wanted)| value.get(key).is_some_and(|value| contains(value, wanted))),
        _ => value == wanted,
    }
}

/// One line per key: `-` is expected and not there, `+` is there instead.
pub(super) fn lines(expected: &Value, got: &Value) -> String {
    let mut text = String::new();
    walk("", expected, got, &mut text);
    text.trim_end().to_owned()
}

fn walk(path: &str, expected: &Value, got: &Value, text: &mut String) {
    // Writing into a String cannot fail.
    let mut put = |sign: char, path: &str, value: &Value| {
        let _ = writeln!(text, "{sign} {path}: {value}");
    };
    let (Value::Object(expected), Value::Object(found)) = (expected, got) else {
        if contains(got, expected) {
            put(' ', path, got);
        } else {
            put('-', path, expected);
            put('+', path, got);
        }
        return;
    };
    for (key, expected) in expected {
        let path = join(path, key);
        match found.get(key) {
            Some(found) => walk(&path, expected, found, text),
            None => {
                let _ = writeln!(text, "- {path}: {expected}");
            }
        }
    }
    for (key, found) in found {
        if !expected.contains_key(key) {
            let _ = writeln!(text, "  {}: {found} (not compared)", join(path, key));
        }
    }
}

fn join(path: &str, key: &str) -> String {
    match path {
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    }
}
