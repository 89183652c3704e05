//! `testing::wire`: the fixtures as users get them.

use std::collections::{BTreeMap, BTreeSet};

use common::wire_checks::{fixture, fixtures, parse, raw};
use janus_blocking::testing::wire;
use serde_json::{Value, json};

use crate::{coverage::typed, wire::variant};

type Messages = &'static [(&'static str, &'static str, fn() -> Value)];

fn by_plugin(messages: Messages) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut all: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (plugin, name, _) in messages {
        let names = all.entry(*plugin).or_default();
        assert!(
            names.insert((*name).to_owned()),
            "{plugin} has {name} twice"
        );
    }
    all
}

#[test]
fn every_message_of_every_typed_plugin_is_there_and_is_the_fixture() {
    for (folder, messages) in [("events", wire::EVENTS), ("replies", wire::REPLIES)] {
        let found = by_plugin(messages);
        let typed: BTreeSet<_> = typed().iter().map(|typed| typed.key).collect();
        let listed: BTreeSet<_> = found.keys().copied().collect();
        assert_eq!(listed, typed, "src/testing/wire.rs lists them");
        for (plugin, names) in found {
            assert_eq!(names, fixtures(&format!("{plugin}/{folder}")), "{plugin}");
        }
        for (plugin, name, message) in messages {
            let expected = parse(&fixture(&format!("{plugin}/{folder}/{name}")));
            assert_eq!(message(), expected, "{plugin}/{folder}/{name}");
        }
        println!("{} {folder}", messages.len());
    }
}

#[test]
fn every_event_decodes_to_its_own_variant() {
    for typed in typed() {
        let mut variants = BTreeSet::new();
        for (name, expected) in typed.events {
            let mut events = wire::EVENTS.iter();
            let event = events.find(|(plugin, event, _)| (*plugin, event) == (typed.key, name));
            let (_, _, message) = event.unwrap_or_else(|| panic!("no {name} of {}", typed.key));
            let shown = (typed.decode)(&raw(&message())).expect("an event");
            assert_eq!(variant(&shown), *expected, "{name} of {}", typed.title);
            variants.insert(*expected);
        }
        assert_eq!(variants.len(), typed.events.len(), "one each");
    }
}

#[test]
fn a_message_can_be_changed() {
    let mut talking = wire::videoroom::talking();
    talking["room"] = json!(1234);
    assert_eq!(talking["videoroom"], "talking");
    assert_ne!(talking, wire::videoroom::talking());
}
