//! That no field of an event or reply is forgotten.

use janus_blocking::{Plugin, sip::Sip};
use serde_json::{Value, json, value::RawValue};

use super::{
    cases::requests,
    facts::{another, api, full, keys, raw},
};

/// Whether no decoded type shows the field: a `call_id` beside `result`, that of the handle's call.
///
/// It is the second choice where `result` has one too, of no meaning in `register`, and that of
/// another call in `message` and `subscribe`.
fn is_left_out(what: &str, field: &str, data: &Value) -> bool {
    let second = data["result"].get("call_id").is_some();
    field == "call_id" && (second || ["register", "message", "subscribe"].contains(&what))
}

/// Decodes data with every field that `facts` list, then changes one field after the other: what
/// was decoded has to change too.
fn every_field_counts(
    facts: &Value,
    what: &str,
    decode: impl Fn(&RawValue) -> Result<String, String>,
) -> usize {
    let data = full(facts);
    let show = |data: &Value| {
        decode(&raw(data)).unwrap_or_else(|error| panic!("{what}: {error} in {data}"))
    };
    let before = show(&data);
    let mut count = 0;
    for field in facts.as_array().expect("an array") {
        let name = field["name"].as_str().expect("a name");
        let fixed = ["sip", "result", "result.event"];
        if fixed.contains(&name) || is_left_out(what, name, &data) {
            continue;
        }
        let mut other = data.clone();
        let place = other.pointer_mut(&format!("/{}", name.replace('.', "/")));
        let place = place.unwrap_or_else(|| panic!("no {name} in {data}"));
        *place = another(place, name);
        assert_ne!(show(&other), before, "`{name}` of {what} is not read");
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
            Sip::decode(data)
                .map(|event| format!("{event:?}"))
                .map_err(|error| error.to_string())
        });
    }
    println!("SIP {count} fields of events");
}

#[test]
fn every_field_of_every_reply_is_read() {
    let mut count = 0;
    for (facts, case) in requests() {
        count += every_field_counts(&facts["reply"], case.name, case.reply);
    }
    println!("SIP {count} fields of replies");
}

#[test]
fn every_field_of_a_forwarder_is_read() {
    let list = requests();
    let (_, case) = list
        .iter()
        .find(|(_, case)| case.name == "listforwarders")
        .expect("it is there");
    let shape = full(&api()["shapes"]["forwarder"]);
    let show = |forwarder: &Value| {
        let data = json!({"sip": "event", "result": {
            "event": "forwarders", "rtp_forwarders": [forwarder],
        }});
        (case.reply)(&raw(&data)).expect("a list of forwarders")
    };
    for key in keys(&shape) {
        let mut other = shape.clone();
        other[key] = another(&shape[key], key);
        assert_ne!(show(&other), show(&shape), "`{key}` is not read");
    }
}
