//! What `data/janus-api.json` says of the plugin, and the messages in `fixtures/videoroom`.

use std::{collections::BTreeSet, fs, path::PathBuf, sync::OnceLock};

use janus_blocking::{
    Plugin,
    videoroom::{Event, VideoRoom},
};
use serde_json::{Value, value::RawValue};

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
        let text = read(&path("data/janus-api.json"));
        let mut all: Value = serde_json::from_str(&text).expect("JSON");
        all["plugins"]["videoroom"].take()
    })
}

/// One message of `fixtures/videoroom`.
pub(crate) fn fixture(folder: &str, name: &str) -> String {
    read(&path(&format!("fixtures/videoroom/{folder}/{name}.json")))
        .trim_end()
        .to_owned()
}

/// All messages of a folder of `fixtures/videoroom`, each with its name.
pub(crate) fn fixtures(folder: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(path("fixtures/videoroom").join(folder)).expect("a folder");
    let mut all: Vec<_> = entries
        .map(|entry| {
            let name = entry.expect("an entry").file_name();
            let name = name.into_string().expect("a text");
            let name = name.trim_end_matches(".json").to_owned();
            let text = fixture(folder, &name);
            (name, text)
        })
        .collect();
    all.sort();
    all
}

pub(crate) fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

pub(crate) fn raw(data: &Value) -> Box<RawValue> {
    serde_json::value::to_raw_value(data).expect("JSON")
}

pub(crate) fn decode(data: &Value) -> serde_json::Result<Event> {
    VideoRoom::decode(&raw(data))
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
