//! The SIP plugin's types against the facts in `data/janus-api.json` and the messages in
//! `fixtures/sip`: no server is needed. With `--nocapture` it counts what it has covered.

pub(crate) mod cases;
mod events;
pub(crate) mod facts;
mod fields;
mod replies;
mod robust;

use std::{collections::BTreeSet, time::Duration};

use cases::{SECRET, cases, requests};
use facts::{api, fixture, keys, names, parse};
use janus_blocking::{
    ErrorCode,
    sip::{DtmfInfo, Register, error_code},
};
use serde_json::{Value, json};

#[test]
fn every_request_of_janus_is_there_and_no_other() {
    let theirs = names(&api()["requests"]);
    let ours: BTreeSet<&str> = cases().iter().map(|case| case.name).collect();
    assert_eq!(ours, theirs);
    assert_eq!(cases().len(), theirs.len());
    println!("SIP {}/{} requests", ours.len(), theirs.len());
}

#[test]
fn every_request_has_exactly_the_parameters_that_janus_has() {
    let (mut count, mut nested) = (0, 0);
    for (facts, case) in requests() {
        let name = case.name;
        assert_eq!(case.minimal["request"], name);
        assert_eq!(case.full["request"], name);
        let none = json!([]);
        let params = facts.get("params").unwrap_or(&none);
        assert_eq!(keys(&case.full), names(params), "{name}, all fields set");
        let required = params.as_array().expect("an array").iter();
        let required: Vec<Value> = required
            .filter(|param| param["required"] == true)
            .cloned()
            .collect();
        let required = Value::from(required);
        assert_eq!(
            keys(&case.minimal),
            names(&required),
            "{name}, only required fields set"
        );
        count += names(params).len();
        for (place, params) in facts["nested"].as_object().into_iter().flatten() {
            let list = &case.full[place.trim_end_matches("[]")];
            assert_eq!(keys(&list[0]), names(params), "{place} of {name}");
            nested += names(params).len();
        }
        let sent = parse(&fixture("requests", name));
        assert_eq!(case.full, sent, "{name}");
    }
    println!("SIP {count} parameters, {nested} of entries of a list");
}

#[test]
fn every_parameter_has_the_json_type_that_janus_checks() {
    let fits = |value: &Value, kind: &Value| match kind.as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        kind => panic!("a type that this test does not know: {kind:?}"),
    };
    for (facts, case) in requests() {
        for param in facts["params"].as_array().into_iter().flatten() {
            let name = param["name"].as_str().expect("a name");
            assert!(
                fits(&case.full[name], &param["type"]),
                "{name} of {}",
                case.name
            );
        }
        for param in facts["nested"]["streams[]"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let name = param["name"].as_str().expect("a name");
            let value = &case.full["streams"][0][name];
            assert!(fits(value, &param["type"]), "{name} of {}", case.name);
        }
    }
}

#[test]
fn part_of_a_second_is_rounded_up_to_one() {
    let ttl = |duration| {
        let account = Register::new("sip:a@b").register_ttl(duration);
        serde_json::to_value(&account).expect("JSON")["register_ttl"].clone()
    };
    assert_eq!(ttl(Duration::from_millis(1)), 1);
    assert_eq!(ttl(Duration::from_secs(60)), 60);
    assert_eq!(ttl(Duration::ZERO), 0);
    assert_eq!(ttl(Duration::MAX), i32::MAX);
    let key = DtmfInfo::new('5').duration(Duration::from_micros(1500));
    assert_eq!(serde_json::to_value(&key).expect("JSON")["duration"], 2);
}

#[test]
fn no_debug_text_shows_a_secret() {
    let with_secret = ["register", "call", "rtp_forward"];
    for case in cases() {
        assert!(!case.debug.contains(SECRET), "{}", case.debug);
        let hidden = case.debug.contains("***");
        assert_eq!(hidden, with_secret.contains(&case.name), "{}", case.debug);
        // It does go out.
        let sent = case.full.to_string().contains(SECRET);
        assert_eq!(sent, hidden, "{}", case.name);
    }
}

#[test]
fn every_error_code_has_its_name() {
    let ours: [(&str, ErrorCode); 17] = [
        ("NO_MESSAGE", error_code::NO_MESSAGE),
        ("INVALID_JSON", error_code::INVALID_JSON),
        ("INVALID_REQUEST", error_code::INVALID_REQUEST),
        ("MISSING_ELEMENT", error_code::MISSING_ELEMENT),
        ("INVALID_ELEMENT", error_code::INVALID_ELEMENT),
        ("ALREADY_REGISTERED", error_code::ALREADY_REGISTERED),
        ("INVALID_ADDRESS", error_code::INVALID_ADDRESS),
        ("WRONG_STATE", error_code::WRONG_STATE),
        ("MISSING_SDP", error_code::MISSING_SDP),
        ("LIBSOFIA_ERROR", error_code::LIBSOFIA_ERROR),
        ("IO_ERROR", error_code::IO_ERROR),
        ("RECORDING_ERROR", error_code::RECORDING_ERROR),
        ("TOO_STRICT", error_code::TOO_STRICT),
        ("HELPER_ERROR", error_code::HELPER_ERROR),
        ("NO_SUCH_CALLID", error_code::NO_SUCH_CALLID),
        ("NO_SUCH_STREAM", error_code::NO_SUCH_STREAM),
        ("UNKNOWN_ERROR", error_code::UNKNOWN_ERROR),
    ];
    let theirs = api()["error_codes"].as_array().expect("an array");
    let theirs: Vec<(String, i64)> = theirs
        .iter()
        .map(|code| {
            (
                code["name"].as_str().expect("a name"),
                code["code"].as_i64().expect("a code"),
            )
        })
        .map(|(name, code)| (name.replace("JANUS_SIP_ERROR_", ""), code))
        .collect();
    let ours: Vec<(String, i64)> = ours
        .iter()
        .map(|(name, code)| ((*name).to_owned(), code.value().into()))
        .collect();
    assert_eq!(ours, theirs);
}
