//! Messages that are not as they should be.

use janus_blocking::{Plugin, videoroom::VideoRoom};
use serde_json::{Value, json, value::RawValue};

use super::{
    cases::{Reply, cases},
    facts::{decode, fixtures, parse, raw},
};
use crate::coverage::sample::leaves;

fn messages() -> Vec<(String, String)> {
    let mut all = fixtures("events");
    all.extend(fixtures("replies"));
    all
}

#[test]
fn fields_that_only_later_versions_have_are_accepted() {
    for (name, text) in messages() {
        let data = parse(&text);
        let event = decode(&data).expect("an event");
        let mut more = data.clone();
        more["x-new"] = json!({"a": [1, null]});
        for list in [
            "publishers",
            "streams",
            "participants",
            "list",
            "forwarders",
        ] {
            let entries = more.get_mut(list).and_then(Value::as_array_mut);
            for entry in entries.into_iter().flatten() {
                entry["x-new"] = json!([{}, "text"]);
            }
        }
        let with_more = decode(&more).expect("an event with more fields");
        let kind = |event: &janus_blocking::videoroom::Event| std::mem::discriminant(event);
        assert_eq!(kind(&event), kind(&with_more), "{name}");
        for case in cases() {
            let (before, after) = ((case.reply)(&raw(&data)), (case.reply)(&raw(&more)));
            assert_eq!(before.is_ok(), after.is_ok(), "{name} as {}", case.place());
        }
    }
}

#[test]
fn no_prefix_and_no_wrong_value_makes_decoding_panic() {
    let wrong = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!("x"),
        json!([]),
        json!({}),
    ];
    let mut tried = 0;
    let mut try_all = |data: &RawValue, reply: Option<Reply>| {
        let _ = VideoRoom::decode(data);
        let _ = VideoRoom::event_name(data);
        let _ = VideoRoom::refusal(data);
        let _ = reply.map(|reply| reply(data));
        tried += 1;
    };
    let cases = cases();
    for (name, text) in messages() {
        let case = cases.iter().find(|case| case.place() == name);
        let reply = case.map(|case| case.reply);
        for (end, _) in text.char_indices() {
            if let Ok(data) = serde_json::from_str::<&RawValue>(&text[..end]) {
                try_all(data, reply);
            }
        }
        let data: Value = parse(&text);
        for place in leaves(&data) {
            for value in &wrong {
                let mut broken = data.clone();
                if let Some(place) = broken.pointer_mut(&place) {
                    *place = value.clone();
                }
                try_all(&raw(&broken), reply);
            }
        }
    }
    println!("VideoRoom {tried} broken messages");
}
