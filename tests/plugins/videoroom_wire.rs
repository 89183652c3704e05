//! The VideoRoom plugin's types against the facts in `data/janus-api.json` and the messages in
//! `fixtures/videoroom`: no server is needed. With `--nocapture` it counts what it has covered.

pub(crate) mod cases;
mod events;
pub(crate) mod facts;
mod fields;
mod replies;
mod robust;
mod roles;
mod rooms;
pub(crate) mod variants;

use std::{collections::BTreeSet, time::Duration};

use cases::{SECRET, cases, requests};
use facts::{api, fixture, keys, names, parse};
use janus_blocking::{
    ErrorCode,
    plugin::Id,
    videoroom::{Create, error_code},
};
use serde_json::{Value, json};

#[test]
fn every_request_of_janus_is_there_and_no_other() {
    assert_eq!(requests().len(), cases().len());
    let ours: BTreeSet<_> = cases().iter().map(|case| case.name).collect();
    assert_eq!(ours, names(&api()["requests"]));
    assert!(cases().iter().all(|case| case.package == api()["package"]));
    println!(
        "VideoRoom {} requests, {} with variants",
        ours.len(),
        cases().len()
    );
}

#[test]
fn every_request_has_exactly_the_parameters_that_janus_has() {
    let (mut count, mut nested) = (0, 0);
    for (facts, case) in requests() {
        let place = case.place();
        assert_eq!(case.minimal["request"], case.name);
        assert_eq!(case.full["request"], case.name);
        let params = &facts["params"];
        assert_eq!(keys(&case.full), names(params), "{place}, all fields set");
        let required = params.as_array().expect("an array").iter();
        let required = required.filter(|param| param["required"] == true).cloned();
        let required = Value::from(required.collect::<Vec<_>>());
        assert_eq!(
            keys(&case.minimal),
            names(&required),
            "{place}, only required fields set"
        );
        count += names(params).len();
        for (list, params) in facts["nested"].as_object().into_iter().flatten() {
            let entries = &case.full[list.trim_end_matches("[]")];
            assert_eq!(keys(&entries[0]), names(params), "{list} of {place}");
            nested += names(params).len();
        }
        assert_eq!(case.full, parse(&fixture("requests", &place)), "{place}");
    }
    println!("VideoRoom {count} parameters, {nested} of entries of a list");
}

#[test]
fn every_parameter_has_the_json_type_that_janus_checks() {
    let fits = |value: &Value, kind: &Value| match kind.as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("id") => value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        kind => panic!("a type that this test does not know: {kind:?}"),
    };
    let check = |params: &Value, sent: &Value, place: &str| {
        for param in params.as_array().expect("an array") {
            let name = param["name"].as_str().expect("a name");
            assert!(fits(&sent[name], &param["type"]), "{name} of {place}");
        }
    };
    for (facts, case) in requests() {
        check(&facts["params"], &case.full, &case.place());
        for (list, params) in facts["nested"].as_object().into_iter().flatten() {
            let entry = &case.full[list.trim_end_matches("[]")][0];
            check(params, entry, &format!("{list} of {}", case.place()));
        }
    }
}

#[test]
fn an_id_is_a_number_or_a_text_as_it_was_given() {
    let room = |id: Id| serde_json::to_value(Create::new().room(id)).expect("JSON")["room"].clone();
    assert_eq!(room(1234.into()), 1234);
    assert_eq!(room("1234".into()), "1234");
    assert_eq!(room(String::from("lobby").into()), "lobby");
    assert_eq!(room(7_u32.into()), 7);
    assert_eq!(room(Id::from(-7)), "-7");
    for id in [json!(0), json!(u64::MAX), json!(""), json!("a\"b")] {
        let decoded: Id = serde_json::from_value(id.clone()).expect("an id");
        assert_eq!(serde_json::to_value(&decoded).expect("JSON"), id);
    }
    for (odd, id) in [
        (json!(7.0), Id::Number(7)),
        (json!(-7), "-7".into()),
        (json!(1.5), "1.5".into()),
    ] {
        assert_eq!(serde_json::from_value::<Id>(odd).expect("an id"), id);
    }
    for wrong in [json!(null), json!(true), json!([1])] {
        assert!(
            serde_json::from_value::<Id>(wrong.clone()).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn part_of_a_second_is_rounded_up_to_one() {
    let freq = |duration| {
        let create = Create::new().fir_freq(duration);
        serde_json::to_value(create).expect("JSON")["fir_freq"].clone()
    };
    assert_eq!(freq(Duration::from_millis(1)), 1);
    assert_eq!(freq(Duration::from_secs(10)), 10);
    assert_eq!(freq(Duration::ZERO), 0);
    assert_eq!(freq(Duration::MAX), i32::MAX);
}

#[test]
fn no_debug_text_shows_a_secret() {
    for case in cases() {
        assert!(!case.debug.contains(SECRET), "{}", case.debug);
        // It does go out.
        let sent = case.full.to_string().contains(SECRET);
        assert_eq!(sent, case.debug.contains("***"), "{}", case.place());
        for key in [
            "secret",
            "pin",
            "token",
            "admin_key",
            "srtp_crypto",
            "new_secret",
            "new_pin",
        ] {
            if let Some(value) = case.full.get(key) {
                assert_eq!(value, SECRET, "{key} of {}", case.place());
            }
        }
    }
}

#[test]
fn every_error_code_has_its_name() {
    let ours: [(&str, ErrorCode); 19] = [
        ("NO_MESSAGE", error_code::NO_MESSAGE),
        ("INVALID_JSON", error_code::INVALID_JSON),
        ("INVALID_REQUEST", error_code::INVALID_REQUEST),
        ("JOIN_FIRST", error_code::JOIN_FIRST),
        ("ALREADY_JOINED", error_code::ALREADY_JOINED),
        ("NO_SUCH_ROOM", error_code::NO_SUCH_ROOM),
        ("ROOM_EXISTS", error_code::ROOM_EXISTS),
        ("NO_SUCH_FEED", error_code::NO_SUCH_FEED),
        ("MISSING_ELEMENT", error_code::MISSING_ELEMENT),
        ("INVALID_ELEMENT", error_code::INVALID_ELEMENT),
        ("INVALID_SDP_TYPE", error_code::INVALID_SDP_TYPE),
        ("PUBLISHERS_FULL", error_code::PUBLISHERS_FULL),
        ("UNAUTHORIZED", error_code::UNAUTHORIZED),
        ("ALREADY_PUBLISHED", error_code::ALREADY_PUBLISHED),
        ("NOT_PUBLISHED", error_code::NOT_PUBLISHED),
        ("ID_EXISTS", error_code::ID_EXISTS),
        ("INVALID_SDP", error_code::INVALID_SDP),
        ("INVALID_FEED", error_code::INVALID_FEED),
        ("UNKNOWN_ERROR", error_code::UNKNOWN_ERROR),
    ];
    let theirs = api()["error_codes"].as_array().expect("an array").iter();
    let theirs: Vec<(String, i64)> = theirs
        .map(|code| {
            let name = code["name"].as_str().expect("a name");
            let code = code["code"].as_i64().expect("a code");
            (name.replace("JANUS_VIDEOROOM_ERROR_", ""), code)
        })
        .collect();
    let ours = ours.map(|(name, code)| (name.to_owned(), i64::from(code.value())));
    assert_eq!(ours.to_vec(), theirs);
}
