//! That no field of an event or reply is forgotten.

use janus_blocking::{Plugin, videoroom::VideoRoom};
use serde_json::{Value, value::RawValue};

use super::{
    cases::requests,
    facts::{api, raw},
};
use crate::coverage::sample::{another, leaves, sample};

/// Decodes data with every field that `facts` list, those of nested objects included, then changes
/// one after the other: what was decoded has to change too.
fn every_field_counts(
    facts: &Value,
    what: &str,
    decode: impl Fn(&RawValue) -> Result<String, String>,
) -> usize {
    let data = sample(facts, &api()["shapes"]);
    let show = |data: &Value| {
        decode(&raw(data)).unwrap_or_else(|error| panic!("{what}: {error} in {data}"))
    };
    let before = show(&data);
    let mut count = 0;
    for place in leaves(&data) {
        // What tells the message apart, and tokens, which are not shown.
        if place == "/videoroom" || (what, place.as_str()) == ("allowed", "/allowed/0") {
            continue;
        }
        let mut other = data.clone();
        let value = other.pointer_mut(&place).expect("it is there");
        *value = another(value);
        assert_ne!(show(&other), before, "`{place}` of {what} is not read");
        count += 1;
    }
    count
}

#[test]
fn every_field_of_every_event_is_read() {
    let mut count = 0;
    for facts in api()["events"].as_array().expect("an array") {
        let name = facts["name"].as_str().expect("a name");
        count += every_field_counts(&facts["fields"], name, |data| {
            VideoRoom::decode(data)
                .map(|event| format!("{event:?}"))
                .map_err(|error| error.to_string())
        });
    }
    println!("VideoRoom {count} fields of events");
}

#[test]
fn every_field_of_every_reply_is_read() {
    let mut count = 0;
    for (facts, case) in requests() {
        count += every_field_counts(&facts["reply"], case.name, case.reply);
    }
    println!("VideoRoom {count} fields of replies");
}

#[test]
fn every_field_that_janus_may_leave_out_may_be_missing() {
    let strip = |fields: &Value| {
        let all = fields.as_array().expect("an array").iter();
        let needed = all.filter(|field| field["optional"] != true);
        Value::from(needed.cloned().collect::<Vec<_>>())
    };
    let mut shapes = api()["shapes"].clone();
    for shape in shapes.as_object_mut().expect("an object").values_mut() {
        *shape = strip(shape);
    }
    for facts in api()["events"].as_array().expect("an array") {
        let data = sample(&strip(&facts["fields"]), &shapes);
        let event = VideoRoom::decode(&raw(&data));
        let event = event.unwrap_or_else(|error| panic!("{error} in {data}"));
        assert!(!format!("{event:?}").starts_with("Other"), "{data}");
    }
    for (facts, case) in requests() {
        let data = sample(&strip(&facts["reply"]), &shapes);
        (case.reply)(&raw(&data)).unwrap_or_else(|error| panic!("{error} in {data}"));
    }
}
