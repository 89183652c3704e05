//! Messages that are not as they should be.

use janus_blocking::{Plugin, sip::Sip};
use serde_json::{json, value::RawValue};

use super::{
    cases::cases,
    facts::{decode, fixtures, parse, places, raw},
};

#[test]
fn fields_that_only_later_versions_have_are_accepted() {
    for (place, text) in fixtures() {
        let data = parse(&text);
        if place.starts_with("requests") {
            continue;
        }
        let mut more = data.clone();
        more["x-new"] = json!({"a": [1, null]});
        if more.get("result").is_some() {
            more["result"]["x-new"] = json!([{}, "text"]);
        }
        let event = decode(&data).expect("an event");
        let with_more = decode(&more).expect("an event with more fields");
        // Without a `result` the fields are all there is to tell events apart.
        if more.get("result").is_some() || more.get("error").is_some() {
            assert_eq!(event, with_more, "{place}");
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
    let mut try_all = |data: &RawValue| {
        let _ = Sip::decode(data);
        let _ = Sip::event_name(data);
        let _ = Sip::refusal(data);
        for case in cases() {
            let _ = (case.reply)(data);
        }
        tried += 1;
    };
    for (_, text) in fixtures() {
        for (end, _) in text.char_indices() {
            if let Ok(data) = serde_json::from_str::<&RawValue>(&text[..end]) {
                try_all(data);
            }
        }
        let data = parse(&text);
        for place in places(&data) {
            for value in &wrong {
                let mut broken = data.clone();
                if let Some(place) = broken.pointer_mut(&place) {
                    *place = value.clone();
                }
                try_all(&raw(&broken));
            }
        }
    }
    println!("SIP {tried} broken messages");
}
