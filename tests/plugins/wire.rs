//! What holds of every typed plugin: its types against the facts in `data/janus-api.json`, and against
//! the messages in `fixtures/PLUGIN`. No server is needed. With `--nocapture` it counts what it has
//! covered.
//!
//! A plugin brings its cases, its fixtures and a [`Wire`]; [`wire_tests`] makes the tests of it.

use std::{collections::BTreeSet, fmt::Debug};

use common::wire_checks::{api, changed, entries, fixture, fixtures, keys, names, parse, raw};
use janus_blocking::{ErrorCode, Plugin, Request, plugin::Terminal};
use serde_json::{Value, json, value::RawValue};

use crate::coverage::sample::{another, leaves, sample};

/// The text of all secrets in the cases.
pub(crate) const SECRET: &str = "do-not-show";

/// What is always sent although Janus has it as optional, as it crashes otherwise: the plugin, the
/// request and the key.
const GUARDS: [(&str, &str, &str); 1] = [("streaming", "disable", "stop_recording")];

/// Decodes something, and shows it or what is wrong with it.
pub(crate) type Show = fn(&RawValue) -> Result<String, String>;

/// A request, with nothing and with everything set.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// The kind of handle, where several have a request of that name.
    pub(crate) variant: &'static str,
    /// The package that understands it.
    package: &'static str,
    pub(crate) terminal: Terminal,
    pub(crate) idempotent: bool,
    /// With required fields only.
    minimal: Value,
    /// With all fields.
    pub(crate) full: Value,
    /// The `Debug` text of the full form.
    debug: String,
    pub(crate) reply: Show,
}

impl Case {
    /// Name and variant, as fixtures are named.
    pub(crate) fn place(&self) -> String {
        if self.variant.is_empty() {
            return self.name.to_owned();
        }
        format!("{}_{}", self.name, self.variant)
    }
}

pub(crate) fn case<R>(variant: &'static str, minimal: R, full: R) -> Case
where
    R: Request<Reply: Debug> + Debug,
{
    Case {
        name: R::NAME,
        variant,
        package: <R::Plugin as Plugin>::PACKAGE,
        terminal: R::TERMINAL,
        idempotent: R::IDEMPOTENT,
        minimal: serde_json::to_value(&minimal).expect("JSON"),
        full: serde_json::to_value(&full).expect("JSON"),
        debug: format!("{full:?}"),
        reply: |data| shown(R::reply(data)),
    }
}

pub(crate) fn shown<T: Debug>(decoded: serde_json::Result<T>) -> Result<String, String> {
    match decoded {
        Ok(value) => Ok(format!("{value:?}")),
        Err(error) => Err(error.to_string()),
    }
}

/// The name of the variant that a `Debug` text shows.
pub(crate) fn variant(shown: &str) -> &str {
    shown.split(['(', ' ']).next().unwrap_or_default()
}

/// What a plugin brings.
pub(crate) struct Wire {
    /// Its key in the facts, and the folder of its fixtures.
    pub(crate) key: &'static str,
    pub(crate) title: &'static str,
    pub(crate) cases: fn() -> Vec<Case>,
    /// Its tables of requests, one for each kind of handle.
    pub(crate) tables: &'static [&'static [(&'static str, Terminal)]],
    /// Names of Janus, and variants of the crate's event.
    pub(crate) events: &'static [(&'static str, &'static str)],
    /// Its codes by the names of Janus, and what those begin with.
    pub(crate) codes: &'static [(&'static str, ErrorCode)],
    pub(crate) code_prefix: &'static str,
    pub(crate) event: Show,
    /// Whether a field of a message is not to be seen in what it decodes to: by the message, the
    /// field's place, and the data.
    pub(crate) unread: fn(&str, &str, &Value) -> bool,
    /// What the reply to a request decodes to when nobody waits for it.
    pub(crate) late: fn(&Case) -> &'static str,
}

impl Wire {
    fn facts(&self) -> &'static Value {
        &api()["plugins"][self.key]
    }

    fn fixture(&self, place: &str) -> String {
        fixture(&format!("{}/{place}", self.key))
    }

    /// The events and replies of the fixtures, with the case that each is a reply to.
    fn messages(&self) -> Vec<(String, Option<Case>)> {
        let mut all = Vec::new();
        for folder in ["events", "replies"] {
            for name in fixtures(&format!("{}/{folder}", self.key)) {
                let mut cases = (self.cases)().into_iter();
                let case = cases.find(|case| folder == "replies" && case.place() == name);
                all.push((self.fixture(&format!("{folder}/{name}")), case));
            }
        }
        all
    }

    /// The requests of Janus, each with the crate's.
    pub(crate) fn requests(&self) -> Vec<(&'static Value, Case)> {
        let facts = entries(&self.facts()["requests"]);
        let found = facts.map(|(name, facts)| {
            let variant = facts["variant"].as_str().unwrap_or_default();
            let mut cases = (self.cases)().into_iter();
            let case = cases.find(|case| (case.name, case.variant) == (name, variant));
            let case = case.unwrap_or_else(|| panic!("the crate has no `{name}` {variant}"));
            (facts, case)
        });
        found.collect()
    }

    pub(crate) fn every_request_is_there(&self) {
        let (requests, cases) = (self.requests(), (self.cases)());
        assert_eq!(requests.len(), cases.len());
        let ours: BTreeSet<_> = cases.iter().map(|case| case.name).collect();
        assert_eq!(ours, names(&self.facts()["requests"]));
        let package = &self.facts()["package"];
        assert!(cases.iter().all(|case| case.package == package));
        println!("{} {} requests", self.title, ours.len());
    }

    pub(crate) fn every_parameter_is_there(&self) {
        let mut count = 0;
        for (facts, case) in self.requests() {
            let place = case.place();
            assert_eq!(case.minimal["request"], case.name);
            assert_eq!(case.full["request"], case.name);
            let params = &facts["params"];
            assert_eq!(
                own_keys(&case.full),
                names(params),
                "{place}, all fields set"
            );
            // Credentials are needed only by servers that have them configured.
            let needs = facts["needs"].as_array();
            let needed = |name: &str| needs.is_some_and(|it| it.contains(&json!(name)));
            let required =
                entries(params).filter(|(name, param)| param["required"] == true && !needed(name));
            let mut required: BTreeSet<_> = required.map(|(name, _)| name).collect();
            let guards = GUARDS.iter();
            let guards = guards.filter(|(key, name, _)| (*key, *name) == (self.key, case.name));
            required.extend(guards.map(|(_, _, param)| *param));
            assert_eq!(
                own_keys(&case.minimal),
                required,
                "{place}, only required fields"
            );
            count += names(params).len();
            for (key, params) in facts["nested"].as_object().into_iter().flatten() {
                let inner = nested(&case.full, key);
                assert_eq!(keys(inner), names(params), "{key} of {place}");
                count += names(params).len();
            }
            let sent = self.fixture(&format!("requests/{place}"));
            assert_eq!(case.full, parse(&sent), "{place}");
        }
        println!("{} {count} parameters", self.title);
    }

    pub(crate) fn every_parameter_has_its_type(&self) {
        let fits = |value: &Value, kind: &Value| match kind.as_str() {
            Some("string") => value.is_string(),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("id") => value.is_u64(),
            Some("boolean") => value.is_boolean(),
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            kind => panic!("a type that this test does not know: {kind:?}"),
        };
        for (facts, case) in self.requests() {
            let check = |params: &Value, sent: &Value, what: &str| {
                for (name, param) in entries(params) {
                    assert!(fits(&sent[name], &param["type"]), "{name} of {what}");
                }
            };
            check(&facts["params"], &case.full, &case.place());
            for (key, params) in facts["nested"].as_object().into_iter().flatten() {
                let inner = nested(&case.full, key);
                check(params, inner, &format!("{key} of {}", case.place()));
            }
        }
    }

    pub(crate) fn no_secret_is_shown(&self) {
        let secret = [
            "secret",
            "pin",
            "token",
            "admin_key",
            "srtp_crypto",
            "srtpcrypto",
            "rtsp_pwd",
            "ha1_secret",
            "new_secret",
        ];
        for case in (self.cases)() {
            assert!(!case.debug.contains(SECRET), "{}", case.debug);
            // It does go out.
            let sent = case.full.to_string().contains(SECRET);
            assert_eq!(sent, case.debug.contains("***"), "{}", case.place());
            for key in secret.into_iter().chain(["new_pin"]) {
                let value = case.full.get(key);
                assert!(
                    value.is_none_or(|it| it == SECRET),
                    "{key} of {}",
                    case.place()
                );
            }
        }
    }

    pub(crate) fn every_code_has_its_name(&self) {
        let theirs = entries(&self.facts()["error_codes"]);
        let theirs = theirs.map(|(name, code)| (name.replace(self.code_prefix, ""), &code["code"]));
        let ours = self.codes.iter();
        let ours = ours.map(|(name, code)| ((*name).to_owned(), json!(code.value())));
        let ours: Vec<_> = ours.collect();
        assert!(
            ours.iter()
                .map(|(name, code)| (name.clone(), code))
                .eq(theirs),
            "{ours:?}"
        );
    }

    pub(crate) fn every_event_has_its_variant(&self) {
        let ours: BTreeSet<&str> = self.events.iter().map(|(name, _)| *name).collect();
        assert_eq!(ours, names(&self.facts()["events"]));
        for (name, expected) in self.events {
            let data = raw(&parse(&self.fixture(&format!("events/{name}"))));
            let event = (self.event)(&data).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(variant(&event), *expected, "{name}");
        }
        println!("{} {} events", self.title, ours.len());
    }

    /// Decodes data with every field that `facts` list, those of nested objects included, then
    /// changes one after the other: what was decoded has to change too.
    fn every_field_counts(&self, facts: &Value, what: &str, decode: Show) -> usize {
        let data = sample(facts, &self.facts()["shapes"]);
        let show = |data: &Value| {
            decode(&raw(data)).unwrap_or_else(|error| panic!("{what}: {error} in {data}"))
        };
        let before = show(&data);
        let places = leaves(&data).into_iter();
        let places: Vec<_> = places
            .filter(|it| !(self.unread)(what, it, &data))
            .collect();
        for place in &places {
            let other = another(data.pointer(place).expect("it is there"));
            let other = changed(&data, place, other);
            assert_ne!(show(&other), before, "`{place}` of {what} is not read");
        }
        places.len()
    }

    pub(crate) fn every_field_of_events_is_read(&self) {
        let events = entries(&self.facts()["events"]);
        let counts =
            events.map(|(name, facts)| self.every_field_counts(&facts["fields"], name, self.event));
        println!("{} {} fields of events", self.title, counts.sum::<usize>());
    }

    pub(crate) fn every_field_of_replies_is_read(&self) {
        let requests = self.requests().into_iter();
        let counts = requests
            .map(|(facts, case)| self.every_field_counts(&facts["reply"], case.name, case.reply));
        println!("{} {} fields of replies", self.title, counts.sum::<usize>());
    }

    pub(crate) fn what_may_be_missing_may_be_missing(&self) {
        let strip = |fields: &Value| {
            let all = fields.as_array().expect("an array").iter();
            let needed = all.filter(|field| field["optional"] != true);
            Value::from(needed.cloned().collect::<Vec<_>>())
        };
        let mut shapes = self.facts()["shapes"].clone();
        for shape in shapes.as_object_mut().into_iter().flatten() {
            *shape.1 = strip(shape.1);
        }
        for (name, facts) in entries(&self.facts()["events"]) {
            let mut data = sample(&strip(&facts["fields"]), &shapes);
            // One of those that tell it apart is there.
            if let Some(keys) = facts["discriminator"]["result.key"].as_str() {
                let key = keys.split('|').next().expect("a key");
                data["result"][key] = json!(1);
            }
            let event = (self.event)(&raw(&data));
            let event = event.unwrap_or_else(|error| panic!("{name}: {error} in {data}"));
            assert_ne!(variant(&event), "Other", "{data}");
        }
        for (facts, case) in self.requests() {
            let data = sample(&strip(&facts["reply"]), &shapes);
            (case.reply)(&raw(&data)).unwrap_or_else(|error| panic!("{error} in {data}"));
        }
    }

    pub(crate) fn every_reply_decodes<P: Plugin>(&self) {
        for case in (self.cases)() {
            let place = case.place();
            let data = raw(&parse(&self.fixture(&format!("replies/{place}"))));
            if let Terminal::Named(names) | Terminal::Unmarked(names) = case.terminal {
                let event = P::event_name(&data);
                assert!(names.contains(&&*event), "{place}: {event}");
            }
            assert_eq!(P::refusal(&data), None, "{place}");
            let reply = (case.reply)(&data);
            assert!(reply.is_ok(), "{place}: {reply:?}");
        }
    }

    pub(crate) fn late_replies_are_events(&self) {
        for (facts, case) in self.requests() {
            if facts["mode"] == "async" {
                let place = case.place();
                let data = raw(&parse(&self.fixture(&format!("replies/{place}"))));
                let event = (self.event)(&data).unwrap_or_else(|error| panic!("{place}: {error}"));
                assert_eq!(variant(&event), (self.late)(&case), "{place}");
            }
        }
    }

    pub(crate) fn further_fields_are_accepted(&self) {
        for (text, case) in self.messages() {
            let data = parse(&text);
            let mut more = data.clone();
            add_fields(&mut more, true);
            let event = (self.event)(&raw(&data)).expect("an event");
            let with_more = (self.event)(&raw(&more)).expect("an event with more fields");
            // A message without a name is told by having no other fields; some are kept as they came.
            if !["Other", "Reply", "RingingSent"].contains(&variant(&event)) {
                assert_eq!(event, with_more, "{text}");
            }
            if let Some(case) = case {
                let reply = (case.reply)(&raw(&data));
                assert_eq!(reply, (case.reply)(&raw(&more)), "{text}");
            }
        }
    }

    pub(crate) fn nothing_makes_decoding_panic<P: Plugin>(&self) {
        let mut tried = 0;
        for (text, case) in self.messages() {
            for text in common::wire_checks::broken(&text) {
                let Ok(data) = serde_json::from_str::<&RawValue>(&text) else {
                    continue;
                };
                let _ = (P::decode(data), P::event_name(data), P::refusal(data));
                let _ = case.as_ref().map(|case| (case.reply)(data));
                tried += 1;
            }
        }
        println!("{} {tried} broken messages", self.title);
    }
}

/// The object under a key, or, if that ends with `[]`, the first of the list there.
fn nested<'a>(request: &'a Value, key: &str) -> &'a Value {
    match key.strip_suffix("[]") {
        Some(list) => &request[list][0],
        None => &request[key],
    }
}

/// The keys but `request`.
fn own_keys(request: &Value) -> BTreeSet<&str> {
    let keys = keys(request).into_iter();
    keys.filter(|key| *key != "request").collect()
}

/// Puts a field into the message and into the objects whose keys are Janus's: those in `result` and
/// in lists.
fn add_fields(data: &mut Value, own: bool) {
    match data {
        Value::Array(list) => list.iter_mut().for_each(|entry| add_fields(entry, true)),
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                add_fields(value, key == "result");
            }
            if own {
                map.insert("x-new".to_owned(), json!({"a": [1, null]}));
            }
        }
        _ => {}
    }
}

/// Codes of a plugin, whose `error_code` is in scope, with their names.
macro_rules! codes {
    ($($name:ident)+) => { &[$((stringify!($name), error_code::$name)),+] };
}

pub(crate) use codes;

/// The tests of a plugin, whose module has `fn wire() -> Wire`.
macro_rules! wire_tests {
    ($plugin:ty: $($test:ident = $check:ident $(::<$own:ident>)?;)+) => {
        $(#[test]
        fn $test() {
            wire().$check$(::<$own>)?();
        })+
    };
    ($plugin:ident) => {
        $crate::wire::wire_tests! { $plugin:
            every_request_of_janus_is_there_and_no_other = every_request_is_there;
            every_request_has_exactly_the_parameters_that_janus_has = every_parameter_is_there;
            every_parameter_has_the_json_type_that_janus_checks = every_parameter_has_its_type;
            no_debug_text_shows_a_secret = no_secret_is_shown;
            every_error_code_has_its_name = every_code_has_its_name;
            every_event_of_janus_decodes_to_its_variant = every_event_has_its_variant;
            every_field_of_every_event_is_read = every_field_of_events_is_read;
            every_field_of_every_reply_is_read = every_field_of_replies_is_read;
            every_field_that_janus_may_leave_out_may_be_missing = what_may_be_missing_may_be_missing;
            every_reply_fixture_decodes_and_is_no_refusal = every_reply_decodes::<$plugin>;
            replies_that_nobody_waits_for_are_events_with_a_type = late_replies_are_events;
            fields_that_only_later_versions_have_are_accepted = further_fields_are_accepted;
            no_prefix_and_no_wrong_value_makes_decoding_panic = nothing_makes_decoding_panic::<$plugin>;
        }
    };
}

pub(crate) use wire_tests;
