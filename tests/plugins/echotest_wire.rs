//! The types of the EchoTest plugin and of the core's messages against the facts in
//! `data/janus-api.json` and the messages in `fixtures`: no server is needed.

mod core;
mod core_broken;

use std::{collections::BTreeSet, time::Duration};

use common::wire_checks::{
    another, api, assert_has_all, broken, changed, entries, fits, fixture, fixtures, keys, names,
    parse, pointer, raw,
};
use janus_blocking::{
    EchoTest, ErrorCode, Plugin, Request,
    echotest::{Event, Settings, error_code},
    plugin::{Done, Terminal},
};
use serde_json::{Value, json, value::RawValue};

fn facts() -> &'static Value {
    &api()["plugins"]["echotest"]
}

/// Its only request.
fn request() -> &'static Value {
    let requests = facts()["requests"].as_array().expect("an array");
    assert_eq!(requests.len(), 1);
    &requests[0]
}

fn all_settings() -> Settings {
    Settings::new()
        .audio(true)
        .video(false)
        .bitrate(128_000)
        .record(true)
        .filename("/tmp/echo")
        .substream(1)
        .temporal(2)
        .fallback(Duration::from_millis(250))
        .svc(true)
        .spatial_layer(1)
        .temporal_layer(2)
        .audiocodec("opus")
        .videocodec("vp9")
        .videoprofile("2")
        .opusred(true)
        .min_delay(-1)
        .max_delay(400)
}

fn decode(data: &Value) -> Result<Event, String> {
    EchoTest::decode(&raw(data)).map_err(|error| error.to_string())
}

/// The name of the enum's variant.
fn variant(event: &Event) -> String {
    let text = format!("{event:?}");
    text.split('(').next().unwrap_or_default().to_owned()
}

#[test]
fn the_settings_are_exactly_the_parameters_that_janus_has() {
    let all = serde_json::to_value(all_settings()).expect("JSON");
    let params = &request()["params"];
    assert_eq!(keys(&all), names(params));
    for (name, param) in entries(params) {
        let kind = param["type"].as_str().expect("a type");
        assert!(fits(&all[name], kind), "{name} is no {kind}");
        assert_eq!(param["required"], false, "{name}");
    }
    assert_eq!(all, parse(&fixture("echotest/requests/settings")));
    let none = serde_json::to_string(&Settings::new()).expect("JSON");
    assert_eq!(none, "{}", "what is not set is not sent");
    println!("EchoTest 1/1 requests, {} parameters", names(params).len());
}

#[test]
fn the_request_has_no_name_in_janus_and_ends_with_its_first_event() {
    assert_eq!(request()["unnamed"], true);
    assert_eq!(EchoTest::PACKAGE, facts()["package"]);
    assert_eq!(Settings::TERMINAL, Terminal::First);
    assert_eq!(all_settings().name(), "settings");
    let reply = parse(&fixture("echotest/replies/settings"));
    assert_has_all(&reply, &request()["reply"], "the reply");
    assert_eq!(Settings::reply(&raw(&reply)).expect("a reply"), Done);
    assert_eq!(EchoTest::refusal(&raw(&reply)), None);
}

#[test]
fn every_event_of_janus_decodes_to_its_variant() {
    let expected = [
        ("ok", "Ok"),
        ("done", "Done"),
        ("simulcast_layer", "SimulcastLayer"),
        ("svc_layer", "SvcLayer"),
        ("slow_link", "SlowLink"),
        ("error", "Error"),
    ];
    let ours: BTreeSet<&str> = expected.iter().map(|(name, _)| *name).collect();
    assert_eq!(ours, names(&facts()["events"]));
    assert_eq!(
        fixtures("echotest/events"),
        ours.iter().map(|it| (*it).to_owned()).collect()
    );
    for (name, expected) in expected {
        let data = parse(&fixture(&format!("echotest/events/{name}")));
        assert_eq!(variant(&decode(&data).expect(name)), expected, "{name}");
    }
    println!("EchoTest {0}/{0} events", expected.len());
}

#[test]
fn every_field_of_every_event_is_read() {
    let mut count = 0;
    for (name, facts) in entries(&facts()["events"]) {
        let data = parse(&fixture(&format!("echotest/events/{name}")));
        assert_has_all(&data, &facts["fields"], name);
        let before = decode(&data);
        for (field, facts) in entries(&facts["fields"]) {
            if facts.get("value").is_none() {
                let place = pointer(field);
                let value = another(&data[field]);
                let after = decode(&changed(&data, &place, value));
                assert_ne!(after, before, "`{field}` of {name} is not read");
                count += 1;
            }
            if facts["optional"] == true {
                let mut less = data.clone();
                less.as_object_mut().expect("an object").remove(field);
                assert!(decode(&less).is_ok(), "{name} without `{field}`");
            }
        }
    }
    println!("EchoTest {count} fields of events");
}

#[test]
fn an_event_with_one_layer_of_two_is_the_same_event() {
    // As 1.1.2 sends them.
    for (key, expected) in [
        ("substream", "SimulcastLayer"),
        ("temporal", "SimulcastLayer"),
        ("spatial_layer", "SvcLayer"),
        ("temporal_layer", "SvcLayer"),
    ] {
        let data = json!({"echotest": "event", "videocodec": "vp8", key: 1});
        assert_eq!(variant(&decode(&data).expect(key)), expected, "{key}");
    }
}

#[test]
fn unknown_events_are_kept_and_new_fields_accepted() {
    for data in [
        json!({"echotest": "event", "result": "teleported"}),
        json!({"echotest": "event", "event": "fast_link", "media": "video"}),
        json!({"echotest": "event"}),
        json!({}),
    ] {
        assert_eq!(decode(&data), Ok(Event::Other(data)));
    }
    for name in fixtures("echotest/events") {
        let data = parse(&fixture(&format!("echotest/events/{name}")));
        let mut more = data.clone();
        more["x-new"] = json!({"a": [1, null]});
        assert_eq!(decode(&more), decode(&data), "{name}");
    }
}

#[test]
fn every_error_code_has_its_name() {
    let ours: [(&str, ErrorCode); 4] = [
        ("NO_MESSAGE", error_code::NO_MESSAGE),
        ("INVALID_JSON", error_code::INVALID_JSON),
        ("INVALID_ELEMENT", error_code::INVALID_ELEMENT),
        ("INVALID_SDP", error_code::INVALID_SDP),
    ];
    let ours: Vec<_> = ours
        .map(|(name, code)| (name.to_owned(), code.value().into()))
        .into();
    let theirs = entries(&facts()["error_codes"]);
    let theirs = theirs.map(|(name, facts)| {
        let code = facts["code"].as_i64().expect("a number");
        (name.replace("JANUS_ECHOTEST_ERROR_", ""), code)
    });
    assert_eq!(ours, theirs.collect::<Vec<(String, i64)>>());
    let refusal = EchoTest::refusal(&raw(&parse(&fixture("echotest/events/error"))));
    assert_eq!(refusal.map(|it| it.code), Some(413));
}

#[test]
fn no_prefix_and_no_wrong_value_makes_decoding_panic() {
    let mut tried = 0;
    for folder in ["events", "replies", "requests"] {
        for name in fixtures(&format!("echotest/{folder}")) {
            for text in broken(&fixture(&format!("echotest/{folder}/{name}"))) {
                let Ok(data) = serde_json::from_str::<&RawValue>(&text) else {
                    continue;
                };
                let _ = EchoTest::decode(data);
                let _ = EchoTest::event_name(data);
                let _ = EchoTest::refusal(data);
                let _ = Settings::reply(data);
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried}");
    println!("EchoTest {tried} broken messages");
}
