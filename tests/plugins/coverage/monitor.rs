//! Every key of what event handlers send, by the facts.

use common::exchanged;
use janus_blocking::monitor::{Event, Kind};
use serde_json::{Value, json};

use super::{
    facts,
    sample::{another, leaves, sample},
};

/// One event: the names of what tells it apart, and its data.
struct Told {
    name: String,
    /// Keys that say which one it is.
    words: Vec<String>,
    event: Value,
    /// Where its data are in the event.
    place: &'static str,
}

fn envelope(kind: &Value, subtype: &Value, event: Value) -> Value {
    json!({
        "emitter": "one", "type": kind, "subtype": subtype, "timestamp": 7, "session_id": 1,
        "handle_id": 2, "opaque_id": "own", "event": event,
    })
}

/// The keys that always have the same value, which says what it is.
fn constants(facts: &Value) -> Vec<String> {
    let fields = facts["fields"].as_array().expect("an array").iter();
    let constant = |field: &&Value| field["value"].as_str().is_some_and(|it| !it.contains('|'));
    let names = fields
        .filter(constant)
        .filter_map(|field| field["name"].as_str());
    names.map(ToOwned::to_owned).collect()
}

/// The 21 kinds.
fn kinds() -> Vec<Told> {
    let handlers = &facts()["event_handlers"];
    let all = handlers["events"].as_array().expect("an array");
    let told = all.iter().map(|facts| {
        let words = &facts["discriminator"];
        let mut fields = facts["fields"].clone();
        let fields = fields.as_array_mut().expect("an array");
        // It is what `info` answers, and of a plugin it has its own test.
        fields.retain(|field| field["type"] != "server_info");
        let mut event = sample(&json!(fields), &handlers["shapes"]);
        if facts["name"] == "core_started" {
            event["info"] = json!({"server-name": "one"});
        }
        Told {
            name: facts["name"].as_str().expect("a name").to_owned(),
            words: constants(facts),
            event: envelope(&words["type"], &words["subtype"], event),
            place: "/event",
        }
    });
    told.collect()
}

/// The payloads of plugins, with the plugins' names, and those of transports.
fn payloads() -> Vec<(String, Told)> {
    let (handlers, plugins) = (&facts()["event_handlers"], &facts()["plugins"]);
    let mut told = Vec::new();
    for (plugin, payloads) in handlers["plugins"].as_object().expect("an object") {
        let mut shapes = handlers["shapes"].clone();
        for (name, shape) in plugins[plugin]["shapes"].as_object().into_iter().flatten() {
            shapes[name] = shape.clone();
        }
        for facts in payloads.as_array().expect("an array") {
            let data = sample(&facts["fields"], &shapes);
            let event = json!({"plugin": format!("janus.plugin.{plugin}"), "data": data});
            let payload = Told {
                name: facts["name"].as_str().expect("a name").to_owned(),
                words: constants(facts),
                event: envelope(&json!(64), &Value::Null, event),
                place: "/event/data",
            };
            told.push((plugin.clone(), payload));
        }
    }
    told
}

fn parse(event: &Value) -> Event {
    Event::parse(&event.to_string()).expect("it is JSON")
}

/// Each key makes a difference, and none can lose the event.
fn assert_read(owner: &str, told: &Told) {
    let data = told.event.pointer(told.place).expect("it is there");
    for place in leaves(data) {
        let key = place.split('/').nth(1).expect("a key");
        if told.words.iter().any(|word| word == key) || place.contains("X-Own") {
            continue;
        }
        let mut other = told.event.clone();
        let whole = format!("{}{place}", told.place);
        let leaf = other.pointer_mut(&whole).expect("it is there");
        *leaf = another(leaf);
        let mut without = told.event.clone();
        let (above, key) = whole.rsplit_once('/').expect("a key");
        match without.pointer_mut(above).expect("it is there") {
            Value::Object(map) => drop(map.remove(key)),
            Value::Array(list) => list.clear(),
            _ => {}
        }
        let read = parse(&other).kind != parse(&without).kind;
        assert!(read, "{whole} of {owner} {} is not read", told.name);
        for wrong in [json!(null), json!({}), json!([]), json!(-1), json!("?")] {
            let mut event = told.event.clone();
            *event.pointer_mut(&whole).expect("it is there") = wrong;
            let event = parse(&event);
            assert!(!matches!(event.kind, Kind::Other { .. }), "{event:?}");
        }
    }
}

#[test]
fn every_kind_of_event_is_typed_with_all_its_keys() {
    let kinds = kinds();
    let seen = exchanged::EVENTS.iter().map(|(kind, _)| *kind);
    assert!(seen.eq(kinds.iter().map(|it| &*it.name)));
    assert_eq!(kinds.len(), 21);
    for told in kinds {
        let event = parse(&told.event);
        assert_eq!(event.kind.name(), told.name, "{event:?}");
        assert_eq!(event.emitter.as_deref(), Some("one"));
        assert_eq!(event.opaque_id.as_deref(), Some("own"));
        let ids = (event.session_id, event.handle_id, event.timestamp);
        assert_eq!(ids, (Some(1.into()), Some(2.into()), 7));
        if !["plugin", "transport"].contains(&&*told.name) {
            assert_read("the kind", &told);
        }
    }
}

#[test]
fn every_payload_of_a_plugin_is_typed_with_all_its_keys() {
    let payloads = payloads();
    assert_eq!(payloads.len(), 91);
    for (plugin, told) in payloads {
        let event = parse(&told.event);
        let Kind::Plugin(found) = &event.kind else {
            panic!("{event:?}");
        };
        assert_eq!(found.data.name(), told.name, "{plugin}: {event:?}");
        assert_read(&plugin, &told);
    }
}

#[test]
fn every_word_of_a_transport_is_known() {
    let handlers = &facts()["event_handlers"];
    let transports = handlers["transports"].as_object().expect("an object");
    let mut count = 0;
    for (transport, payloads) in transports {
        for facts in payloads.as_array().expect("an array") {
            let data = sample(&facts["fields"], &handlers["shapes"]);
            let event = json!({"transport": transport, "id": "0x7f", "data": data});
            let told = Told {
                name: facts["name"].as_str().expect("a name").to_owned(),
                words: vec![],
                event: envelope(&json!(128), &Value::Null, event),
                place: "/event/data",
            };
            let event = parse(&told.event);
            let Kind::Transport(found) = &event.kind else {
                panic!("{event:?}");
            };
            assert_eq!(found.data.event.to_string(), told.name);
            let known = !format!("{:?}", found.data.event).contains("Other");
            assert!(known, "{event:?}");
            assert_read(transport, &told);
            count += 1;
        }
    }
    assert_eq!(count, 11);
}

#[test]
fn no_key_of_an_envelope_loses_the_event() {
    let whole = &kinds()[3].event;
    let keys = whole.as_object().expect("an object").keys();
    for key in keys.filter(|key| *key != "event") {
        for wrong in [
            json!(null),
            json!({}),
            json!([1]),
            json!(-1),
            json!("?"),
            json!(true),
        ] {
            let mut event = whole.clone();
            event[key] = wrong;
            let event = parse(&event);
            let is_read = matches!(event.kind, Kind::HandleAttached(_));
            assert!(is_read || key == "type", "{key}: {event:?}");
        }
    }
    for text in ["7", "null", "[]", "{}", r#"{"type":1,"event":7}"#] {
        let event = Event::parse(text).expect("it is JSON");
        assert!(matches!(event.kind, Kind::Other { .. }), "{event:?}");
        assert_eq!(event.raw(), text);
    }
    // Deeper than anything that is looked into.
    let deep = format!(
        r#"{{"type":64,"session_id":7,"event":{{"plugin":"janus.plugin.own","data":{}{}}}}}"#,
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let event = Event::parse(&deep).expect("it is JSON");
    assert_eq!((event.session_id, event.raw()), (Some(7.into()), &*deep));
}

#[test]
fn debug_shows_no_secret_of_an_event() {
    for event in [
        r#"{"type":2,"event":{"name":"attached","plugin":"p","token":"hush"}}"#,
        r#"{"type":8,"event":{"owner":"remote","jsep":{"type":"offer","sdp":"a=ice-pwd:hush"}}}"#,
        r#"{"type":4,"event":{"schema":"own","data":{"secret":"hush"}}}"#,
        r#"{"type":64,"event":{"plugin":"own","data":{"pin":"hush"}}}"#,
        r#"{"type":64,"event":{"plugin":"janus.plugin.sip","data":{"event":"sip-in","sip":"hush"}}}"#,
        r#"{"type":64,"event":{"plugin":"janus.plugin.sip","data":{"event":"calling","sdp":"hush"}}}"#,
        r#"{"type":64,"event":{"plugin":"janus.plugin.nosip","data":{"event":"processed","sdp":"hush"}}}"#,
        r#"{"type":64,"event":{"plugin":"janus.plugin.videoroom","data":{"event":"joined","token":"hush"}}}"#,
        r#"{"type":999,"event":{"token":"hush"}}"#,
    ] {
        let event = Event::parse(event).expect("it is JSON");
        let shown = format!("{event:?} {event:#?}");
        assert!(!shown.contains("hush"), "{shown}");
    }
    let error = Event::parse(r#"{"token":"hush""#).expect_err("it is cut");
    assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
}
