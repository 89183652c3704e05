//! One plugin: what the crate has of it, and what Janus has.

use std::{collections::BTreeSet, fmt};

use common::exchanged::{BOTH, NEW, OLD};
use janus_blocking::plugin::Terminal;
use serde_json::Value;

use super::sample::sample;
use crate::wire::{Show, Wire, variant};

/// What the crate has types for.
pub(crate) struct Typed {
    /// The plugin's key in the facts.
    pub(crate) key: &'static str,
    pub(crate) title: &'static str,
    /// Nothing that Janus has may be missing.
    pub(crate) complete: bool,
    pub(crate) requests: Vec<Sent>,
    /// The crate's tables of its requests, one for each kind of handle.
    pub(crate) tables: &'static [&'static [(&'static str, Terminal)]],
    /// Names of Janus and variants of the crate.
    pub(crate) events: &'static [(&'static str, &'static str)],
    /// Decodes an event and shows it.
    pub(crate) decode: Show,
}

/// A request, with everything set.
pub(crate) struct Sent {
    pub(crate) name: &'static str,
    pub(crate) variant: &'static str,
    pub(crate) full: Value,
}

/// That, with the facts of the plugin.
pub(crate) struct Covered {
    pub(crate) typed: Typed,
    facts: &'static Value,
}

/// How much of what Janus has there is.
#[derive(Debug)]
pub(crate) struct Share {
    pub(crate) typed: usize,
    pub(crate) all: usize,
    /// What Janus does not have.
    pub(crate) unknown: Vec<String>,
    /// What the crate does not have.
    pub(crate) missing: Vec<String>,
}

impl Share {
    pub(crate) fn new(ours: BTreeSet<String>, theirs: BTreeSet<String>) -> Self {
        Self {
            typed: ours.intersection(&theirs).count(),
            all: theirs.len(),
            unknown: ours.difference(&theirs).cloned().collect(),
            missing: theirs.difference(&ours).cloned().collect(),
        }
    }

    pub(crate) fn percent(&self) -> usize {
        (100 * self.typed).checked_div(self.all).unwrap_or(100)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.typed, self.all)
    }
}

impl From<Wire> for Typed {
    fn from(wire: Wire) -> Self {
        let sent = (wire.cases)().into_iter().map(|case| Sent {
            name: case.name,
            variant: case.variant,
            full: case.full,
        });
        Self {
            key: wire.key,
            title: wire.title,
            complete: true,
            requests: sent.collect(),
            tables: wire.tables,
            events: wire.events,
            decode: wire.event,
        }
    }
}

impl Covered {
    pub(crate) fn new(typed: Typed, facts: &'static Value) -> Self {
        let facts = &facts["plugins"][typed.key];
        Self { typed, facts }
    }

    /// Requests by name, parameters with those of entries of a list, events.
    pub(crate) fn shares(&self) -> [(&'static str, Share); 3] {
        [
            ("requests", self.requests()),
            ("parameters", self.parameters(|_, _| true)),
            ("events", self.events()),
        ]
    }

    fn requests(&self) -> Share {
        let ours = self.typed.requests.iter();
        Share::new(
            ours.map(|sent| sent.name.to_owned()).collect(),
            request_names(self.facts),
        )
    }

    /// The parameters of the requests that `which` chooses by name and variant.
    pub(crate) fn parameters(&self, which: impl Fn(&str, &str) -> bool) -> Share {
        let (mut ours, mut theirs) = (BTreeSet::new(), BTreeSet::new());
        for sent in &self.typed.requests {
            if which(sent.name, sent.variant) {
                let place = place(sent.name, sent.variant);
                ours.extend(sent_names(&place, &sent.full, self.nested(sent)));
            }
        }
        for facts in list(&self.facts["requests"]) {
            let (name, variant) = (text(facts, "name"), text(facts, "variant"));
            if which(name, variant) {
                theirs.extend(facts_names(&place(name, variant), facts));
            }
        }
        Share::new(ours, theirs)
    }

    /// The keys whose values have keys of their own that count.
    fn nested(&self, sent: &Sent) -> BTreeSet<String> {
        let all = list(&self.facts["requests"]);
        let same = |facts: &&Value| {
            (text(facts, "name"), text(facts, "variant")) == (sent.name, sent.variant)
        };
        let nested = all
            .filter(same)
            .filter_map(|facts| facts["nested"].as_object());
        nested.flat_map(|nested| nested.keys().cloned()).collect()
    }

    fn events(&self) -> Share {
        let ours = self.typed.events.iter();
        let theirs = list(&self.facts["events"]);
        Share::new(
            ours.map(|(name, _)| (*name).to_owned()).collect(),
            theirs.map(|facts| text(facts, "name").to_owned()).collect(),
        )
    }

    /// The variant that an event with all fields of the facts decodes to.
    pub(crate) fn decode_sample(&self, name: &str) -> String {
        let facts = list(&self.facts["events"]).find(|facts| text(facts, "name") == name);
        let facts = facts.unwrap_or_else(|| panic!("Janus has no event {name}"));
        let mut data = sample(&facts["fields"], &self.facts["shapes"]);
        // What it is recognised by, where no field says so.
        for (key, value) in facts["discriminator"].as_object().into_iter().flatten() {
            if !["key", "absent"].contains(&key.as_str()) && data.pointer(&pointer(key)).is_none() {
                data[key] = value.clone();
            }
        }
        let data = serde_json::value::to_raw_value(&data).expect("JSON");
        (self.typed.decode)(&data).map_or_else(|error| error, |event| variant(&event).to_owned())
    }

    /// The versions of the tests that have a request.
    pub(crate) fn versions(&self, name: &str, variant: &str) -> &'static [&'static str] {
        let mut all = list(&self.facts["requests"]);
        let facts = all
            .find(|facts| (text(facts, "name"), text(facts, "variant")) == (name, variant))
            .unwrap_or_else(|| panic!("Janus has no request {name} {variant}"));
        match (facts["since_1_1_2"] == true, facts["in_1_4_1"] == true) {
            (true, true) => BOTH,
            (false, true) => NEW,
            (true, false) => OLD,
            versions => panic!("{name}: a case that the table does not have: {versions:?}"),
        }
    }
}

/// The distinct names of a plugin's requests.
pub(crate) fn request_names(facts: &Value) -> BTreeSet<String> {
    let names = list(&facts["requests"]).map(|facts| text(facts, "name").to_owned());
    names.collect()
}

/// The names of all parameters of a plugin's requests.
pub(crate) fn parameter_names(facts: &Value) -> BTreeSet<String> {
    let requests = list(&facts["requests"]);
    let names = requests
        .flat_map(|facts| facts_names(&place(text(facts, "name"), text(facts, "variant")), facts));
    names.collect()
}

fn facts_names(place: &str, facts: &Value) -> Vec<String> {
    let own = list(&facts["params"]).map(|param| format!("{place} {}", text(param, "name")));
    let mut names: Vec<String> = own.collect();
    for (key, params) in facts["nested"].as_object().into_iter().flatten() {
        let inner = list(params).map(|param| format!("{place} {key} {}", text(param, "name")));
        names.extend(inner);
    }
    names
}

fn sent_names(place: &str, full: &Value, nested: BTreeSet<String>) -> Vec<String> {
    let keys = full.as_object().into_iter().flatten().map(|(key, _)| key);
    let keys = keys.filter(|key| *key != "request");
    let mut names: Vec<String> = keys.map(|key| format!("{place} {key}")).collect();
    for key in nested {
        let value = &full[key.trim_end_matches("[]")];
        let entry = if key.ends_with("[]") {
            &value[0]
        } else {
            value
        };
        let inner = entry.as_object().into_iter().flatten();
        names.extend(inner.map(|(inner, _)| format!("{place} {key} {inner}")));
    }
    names
}

fn place(name: &str, variant: &str) -> String {
    format!("{name} {variant}").trim_end().to_owned()
}

fn pointer(name: &str) -> String {
    format!("/{}", name.replace('.', "/"))
}

pub(crate) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}
