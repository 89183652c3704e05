//! How requests end, and what their replies decode to.

use std::collections::BTreeSet;

use common::wire_checks::raw;
use janus_blocking::{Plugin, plugin::Terminal, sip::Sip};
use serde_json::{Value, json};

use super::{decode, fixture, variant, wire};

#[test]
fn requests_end_with_the_events_that_janus_names() {
    for (facts, case) in wire().requests() {
        let reply = facts["reply"].as_array().expect("an array").iter();
        let mut words = reply.filter(|field| field["name"] == "result.event");
        let words = words.next().and_then(|field| field["value"].as_str());
        let words: Option<Vec<&str>> = words.map(|words| words.split('|').collect());
        match (case.name, case.terminal, words) {
            ("register", Terminal::Unmarked(names), _) => {
                assert_eq!(names, ["registered", "registration_failed"]);
            }
            (_, Terminal::First, None) => {}
            (name, Terminal::Named(names), Some(words)) => {
                let names: BTreeSet<_> = names.iter().copied().collect();
                assert_eq!(names, words.into_iter().collect(), "{name}");
            }
            (name, terminal, words) => panic!("{name}: {terminal:?}, Janus has {words:?}"),
        }
    }
}

#[test]
fn what_else_may_come_for_a_request_is_an_event_with_a_type() {
    // The words of requests that have two, and the one that comes before the reply.
    for (word, expected) in [
        ("accepting", "Confirmed"),
        ("updated", "Confirmed"),
        ("registering", "Registering"),
    ] {
        let data = json!({"sip": "event", "result": {"event": word}});
        assert_eq!(
            variant(&decode(&data).expect("an event")),
            expected,
            "{word}"
        );
    }
}

#[test]
fn refusals_are_found_with_and_without_a_code() {
    let refusal = |data: Value| Sip::refusal(&raw(&data)).map(|it| (it.code, it.reason));
    let wrong_state = json!({"sip": "event", "error_code": 447, "error": "Wrong state"});
    assert_eq!(refusal(wrong_state), Some((447, "Wrong state".to_owned())));
    let no_code = json!({"sip": "event", "error_code": 0, "error": "Wrong state (not in a call?)"});
    assert_eq!(
        refusal(no_code),
        Some((0, "Wrong state (not in a call?)".to_owned()))
    );
    let failed = json!({"sip": "event", "result": {
        "event": "registration_failed", "code": 403, "reason": "Forbidden",
    }});
    assert_eq!(
        refusal(failed),
        Some((403, "registration failed: 403 Forbidden".to_owned()))
    );
    let without_text =
        json!({"sip": "event", "result": {"event": "registration_failed", "code": 408}});
    assert_eq!(
        refusal(without_text),
        Some((408, "registration failed: 408".to_owned()))
    );
    for name in ["registered", "hangup", "subscribe_failed"] {
        let data = fixture(&format!("events/{name}"));
        assert_eq!(refusal(data), None, "{name}");
    }
}
