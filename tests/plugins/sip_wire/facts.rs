//! What `data/janus-api.json` says of the SIP plugin, and the messages in `fixtures/sip`.

use std::{collections::BTreeSet, fs, path::PathBuf, sync::OnceLock};

use janus_blocking::{
    Plugin,
    sip::{Event, Sip},
};
use serde_json::{Map, Value, json, value::RawValue};

fn path(place: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(place)
}

fn read(path: &PathBuf) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The plugin's part of the facts.
pub(crate) fn api() -> &'static Value {
    static API: OnceLock<Value> = OnceLock::new();
    API.get_or_init(|| {
        let mut all: Value =
            serde_json::from_str(&read(&path("data/janus-api.json"))).expect("JSON");
        all["plugins"]["sip"].take()
    })
}

/// One message of `fixtures/sip`.
pub(crate) fn fixture(folder: &str, name: &str) -> String {
    read(&path(&format!("fixtures/sip/{folder}/{name}.json")))
        .trim_end()
        .to_owned()
}

/// All messages of `fixtures/sip`, each with its place.
pub(crate) fn fixtures() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for folder in ["requests", "replies", "events"] {
        for entry in fs::read_dir(path("fixtures/sip").join(folder)).expect("a folder") {
            let name = entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a text");
            let name = name.trim_end_matches(".json");
            all.push((format!("{folder}/{name}"), fixture(folder, name)));
        }
    }
    all
}

pub(crate) fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

pub(crate) fn raw(data: &Value) -> Box<RawValue> {
    serde_json::value::to_raw_value(data).expect("JSON")
}

pub(crate) fn decode(data: &Value) -> serde_json::Result<Event> {
    Sip::decode(&raw(data))
}

/// The name of the enum's variant.
pub(crate) fn variant(event: &Event) -> String {
    let text = format!("{event:?}");
    text.split('(').next().unwrap_or_default().to_owned()
}

/// The `name`s in a list of the facts.
pub(crate) fn names(list: &Value) -> BTreeSet<&str> {
    let list = list.as_array().expect("an array");
    list.iter()
        .map(|entry| entry["name"].as_str().expect("a name"))
        .collect()
}

/// The keys of an object but `request`.
pub(crate) fn keys(object: &Value) -> BTreeSet<&str> {
    let object = object.as_object().expect("an object");
    object
        .keys()
        .map(String::as_str)
        .filter(|key| *key != "request")
        .collect()
}

/// Data that has all these fields.
pub(crate) fn full(fields: &Value) -> Value {
    let mut data = Value::Object(Map::new());
    for field in fields.as_array().expect("an array") {
        let name = field["name"].as_str().expect("a name");
        let value = match (
            field["value"].as_str(),
            field["type"].as_str().expect("a type"),
        ) {
            (Some(word), _) => json!(word.split('|').next()),
            _ if name == "result.srtp" => json!("sdes_optional"),
            _ if name == "result.signal" => json!("5"),
            _ if name == "type" => json!("audio"),
            (_, "string") => json!("a text"),
            (_, "integer") => json!(7),
            (_, "boolean") => json!(false),
            (_, "object") if name == "result" => json!({}),
            (_, "object") => json!({"X-Own": "1"}),
            (_, "array<forwarder>") => json!([full(&api()["shapes"]["forwarder"])]),
            (_, kind) => panic!("a type that this test does not know: {kind}"),
        };
        match name.split_once('.') {
            Some((outer, inner)) => data[outer][inner] = value,
            None => data[name] = value,
        }
    }
    data
}

/// Another value of the same kind.
pub(crate) fn another(value: &Value, name: &str) -> Value {
    match value {
        Value::String(_) if name == "result.srtp" => json!("sdes_mandatory"),
        Value::String(_) if name == "result.signal" => json!("#"),
        Value::String(_) if name == "type" => json!("peer_video"),
        Value::String(_) => json!("another text"),
        Value::Number(_) => json!(8),
        Value::Bool(value) => json!(!value),
        Value::Object(_) => json!({"X-Own": "2"}),
        Value::Array(_) => json!([]),
        Value::Null => json!(1),
    }
}

/// The JSON pointers of all values in there.
pub(crate) fn places(data: &Value) -> Vec<String> {
    let mut all = vec![String::new()];
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
        _ => Vec::new(),
    };
    for (key, value) in inner {
        all.extend(
            places(value)
                .into_iter()
                .map(|place| format!("/{key}{place}")),
        );
    }
    all
}
