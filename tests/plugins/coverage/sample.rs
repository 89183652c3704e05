//! Data made of the facts in `data/janus-api.json`: what Janus would send, every field set.

use serde_json::{Map, Value, json};

/// Data that has all these fields. `shapes` are the plugin's.
pub(crate) fn sample(fields: &Value, shapes: &Value) -> Value {
    let mut data = Value::Object(Map::new());
    for field in fields.as_array().expect("an array") {
        let name = field["name"].as_str().expect("a name");
        let kind = field["type"].as_str().expect("a type");
        let value = match field["value"].as_str() {
            Some(words) => json!(words.split('|').next()),
            None => of_type(name, kind, shapes),
        };
        match name.split_once('.') {
            Some((outer, inner)) => {
                if !data[outer].is_object() {
                    data[outer] = json!({});
                }
                data[outer][inner] = value;
            }
            None => data[name] = value,
        }
    }
    data
}

fn of_type(name: &str, kind: &str, shapes: &Value) -> Value {
    if let Some(entry) = kind
        .strip_prefix("array<")
        .and_then(|kind| kind.strip_suffix('>'))
    {
        return json!([of_type(name, entry, shapes)]);
    }
    match (name, kind) {
        ("type", "string") => json!("audio"),
        ("moderation", _) => json!("muted"),
        ("result.srtp", _) => json!("sdes_optional"),
        ("result.signal", _) => json!("5"),
        (_, "string") => json!("a text"),
        (_, "integer") => json!(7),
        (_, "id" | "id|string" | "id|integer") => json!(1234),
        (_, "real") => json!(41.5),
        (_, "boolean") => json!(false),
        (_, "object") if ["result", "settings"].contains(&name) => json!({}),
        // An object where one of its fields follows, and else the word of Record&Play.
        (_, "object|string") => json!("done"),
        (_, "object") => json!({"X-Own": "1"}),
        (_, shape) if !shapes[shape].is_null() => sample(&shapes[shape], shapes),
        (_, kind) => panic!("a type that this test does not know: {kind} of {name}"),
    }
}

/// Another value of the same kind.
pub(crate) fn another(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.as_str() {
            "audio" => json!("video"),
            "muted" => json!("unmuted"),
            _ => json!("another text"),
        },
        Value::Number(number) if number.is_f64() => json!(99.5),
        Value::Number(_) => json!(8),
        Value::Bool(value) => json!(!value),
        other => other.clone(),
    }
}

/// The JSON pointers of all values in there that are not made of others.
pub(crate) fn leaves(data: &Value) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match data {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(at, value)| (at.to_string(), value))
            .collect(),
        _ => return vec![String::new()],
    };
    let inner = inner.into_iter().flat_map(|(key, value)| {
        let below = leaves(value).into_iter();
        below.map(move |place| format!("/{key}{place}"))
    });
    inner.collect()
}
