//! Checks of wire types that are the same for every plugin: against the facts in
//! `data/janus-api.json`, and against messages in `fixtures` that are cut or changed.

use std::{collections::BTreeSet, fs, path::PathBuf, sync::OnceLock};

use serde_json::{Value, json, value::RawValue};

use super::program::tests_folder;

fn path(place: &str) -> PathBuf {
    tests_folder().join(place)
}

fn read(path: &PathBuf) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All facts.
pub fn api() -> &'static Value {
    static API: OnceLock<Value> = OnceLock::new();
    API.get_or_init(|| parse(&read(&path("data/janus-api.json"))))
}

/// One message, for example `core/events/media`.
pub fn fixture(place: &str) -> String {
    read(&path(&format!("fixtures/{place}.json")))
        .trim_end()
        .to_owned()
}

/// The names of the messages in a folder, for example `core/events`.
pub fn fixtures(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(path("fixtures").join(folder)).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let names = names.map(|name| name.into_string().expect("text"));
    names
        .map(|name| name.trim_end_matches(".json").to_owned())
        .collect()
}

pub fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

pub fn raw(data: &Value) -> Box<RawValue> {
    serde_json::value::to_raw_value(data).expect("JSON")
}

/// The entries of a list of the facts, with their names.
pub fn entries(list: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let list = list.as_array().expect("an array");
    list.iter()
        .map(|entry| (entry["name"].as_str().expect("a name"), entry))
}

/// The `name`s in a list of the facts.
pub fn names(list: &Value) -> BTreeSet<&str> {
    entries(list).map(|(name, _)| name).collect()
}

/// The keys of an object.
pub fn keys(object: &Value) -> BTreeSet<&str> {
    object
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

/// The JSON pointer of a dotted name.
pub fn pointer(name: &str) -> String {
    format!("/{}", name.replace('.', "/"))
}

/// Asserts that a message has all fields of the facts, of their types, and no other.
#[track_caller]
pub fn assert_has_all(data: &Value, fields: &Value, what: &str) {
    let top: BTreeSet<&str> = names(fields)
        .iter()
        .filter_map(|it| it.split('.').next())
        .collect();
    assert_eq!(keys(data), top, "{what}");
    for (name, field) in entries(fields) {
        let value = data.pointer(&pointer(name));
        let value = value.unwrap_or_else(|| panic!("no {name} in {what}"));
        let kind = field["type"].as_str().expect("a type");
        assert!(fits(value, kind), "{name} of {what} is no {kind}");
        if let Some(words) = field["value"].as_str() {
            let word = value.as_str().expect("a word");
            assert!(words.split('|').any(|it| it == word), "{name} of {what}");
        }
    }
}

/// Whether a value is of a type of the facts.
pub fn fits(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        _ if kind.starts_with("array") => value.is_array(),
        _ => panic!("a type that this test does not know: {kind}"),
    }
}

/// Another value of the same kind.
pub fn another(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(format!("{text} too")),
        Value::Number(number) => json!(number.as_i64().expect("an integer") + 1),
        Value::Bool(value) => json!(!value),
        Value::Array(_) => json!([]),
        Value::Object(_) => json!({}),
        Value::Null => json!(1),
    }
}

/// The message with another value at this place.
pub fn changed(data: &Value, pointer: &str, value: Value) -> Value {
    let mut other = data.clone();
    let place = other.pointer_mut(pointer);
    *place.unwrap_or_else(|| panic!("no {pointer} in {data}")) = value;
    other
}

/// The JSON pointers of all values in there, itself included.
pub fn places(data: &Value) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut add = |key: &str, value| {
        all.extend(places(value).iter().map(|place| format!("/{key}{place}")));
    };
    match data {
        Value::Object(map) => map.iter().for_each(|(key, value)| add(key, value)),
        Value::Array(list) => {
            let mut at = 0..;
            list.iter()
                .for_each(|value| add(&at.next().unwrap_or(0).to_string(), value));
        }
        _ => {}
    }
    all
}

/// What may go wrong with a message: every prefix of it, a wrong value at every place, and every
/// key missing.
pub fn broken(text: &str) -> Vec<String> {
    let wrong = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!("x"),
        json!([]),
        json!({}),
    ];
    let mut all: Vec<String> = text
        .char_indices()
        .map(|(end, _)| text[..end].to_owned())
        .collect();
    let data = parse(text);
    for place in places(&data) {
        let values = wrong.iter().cloned();
        all.extend(values.map(|value| changed(&data, &place, value).to_string()));
        let Some((parent, key)) = place.rsplit_once('/') else {
            continue;
        };
        let mut less = data.clone();
        if let Some(Value::Object(map)) = less.pointer_mut(parent) {
            map.remove(key);
            all.push(less.to_string());
        }
    }
    all
}
