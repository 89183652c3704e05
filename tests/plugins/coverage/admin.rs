//! Every key of what `handle_info` answers, by the facts.

use std::fmt::Debug;

use janus_blocking::{admin::info, plugin};
use serde::de::DeserializeOwned;
use serde_json::{Value, json, value::to_raw_value};

use super::{
    facts,
    sample::{leaves, sample},
};

fn shown<T: DeserializeOwned + Debug>(value: &Value) -> String {
    let raw = to_raw_value(value).expect("JSON");
    let decoded = plugin::decode::<T>(&raw).expect("no key is required");
    format!("{decoded:?}")
}

/// Each key of a shape makes a difference, but for those that are read in another way.
fn assert_read<T: DeserializeOwned + Debug>(shape: &str, but: &[&str]) {
    let shapes = &facts()["admin"]["shapes"];
    let mut fields = shapes[shape].clone();
    let fields = fields
        .as_array_mut()
        .unwrap_or_else(|| panic!("no shape {shape}"));
    fields.retain(|field| !but.contains(&field["name"].as_str().expect("a name")));
    let full = sample(&json!(fields), shapes);
    for place in leaves(&full) {
        let mut other = full.clone();
        let leaf = other.pointer_mut(&place).expect("it is there");
        *leaf = match leaf {
            Value::Bool(_) => json!(true),
            Value::Number(_) => json!(1),
            _ => json!("another text"),
        };
        let (owner, key) = place.rsplit_once('/').expect("a key");
        let mut without = full.clone();
        let owner = without.pointer_mut(owner).expect("it is there");
        match owner {
            Value::Object(map) => drop(map.remove(key)),
            Value::Array(list) => list.clear(),
            _ => {}
        }
        let differs = shown::<T>(&other) != shown::<T>(&without);
        assert!(differs, "{place} of {shape} is not read");
    }
}

#[test]
fn every_key_of_handle_info_is_read() {
    let core = ["plugin_specific", "token", "webrtc", "flags", "sdps"];
    assert_read::<info::HandleInfo>("handle_info", &core);
    assert_read::<info::Flags>("handle_info.flags", &[]);
    assert_read::<info::Sdps>("handle_info.sdps", &[]);
    assert_read::<info::Webrtc>("handle_info.webrtc", &["extensions", "media"]);
    assert_read::<info::MediaInfo>("handle_info.webrtc.media.<mid>", &[]);
    assert_read::<info::EchoTestInfo>("plugin_specific.echotest", &[]);
    assert_read::<info::VideoRoomInfo>("plugin_specific.videoroom", &["streams", "metadata"]);
    assert_read::<info::PublishedStream>("published_stream", &[]);
    assert_read::<info::AudioBridgeInfo>("plugin_specific.audiobridge", &[]);
    assert_read::<info::StreamingInfo>("plugin_specific.streaming", &["media"]);
    assert_read::<info::WatchedStream>("watched_stream", &[]);
    assert_read::<info::VideoCallInfo>("plugin_specific.videocall", &[]);
    assert_read::<info::TextRoomInfo>("plugin_specific.textroom", &[]);
    assert_read::<info::SipInfo>("plugin_specific.sip", &[]);
    assert_read::<info::NoSipInfo>("plugin_specific.nosip", &[]);
    assert_read::<info::RecordPlayInfo>("plugin_specific.recordplay", &[]);
    assert_read::<info::VoiceMailInfo>("plugin_specific.voicemail", &[]);
}
