//! Prints the scaffold of a plugin from the facts, to be edited and documented by hand: see
//! `docs/ADDING_A_PLUGIN.md`.
//!
//! ```sh
//! SCAFFOLD=audiobridge cargo test --test plugins scaffold -- --nocapture
//! ```
//!
//! `SCAFFOLD_FACTS` names another file of facts than `tests/data/janus-api.json`.

use std::{collections::BTreeMap, env, fmt::Write, fs};

use common::wire_checks::{api, entries, parse};
use serde_json::Value;

use crate::coverage::sample::sample;

const IMPORTS: &str = "\
use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;

use super::{Secret, constructors, plugin_type, requests};
use crate::{Result, plugin::Id};

";

#[test]
fn the_scaffold_of_a_plugin_has_all_that_janus_has() {
    let named = env::var("SCAFFOLD").ok();
    let facts = match env::var_os("SCAFFOLD_FACTS") {
        Some(path) => parse(&fs::read_to_string(path).expect("the facts")),
        None => api().clone(),
    };
    for (plugin, facts) in facts["plugins"].as_object().expect("plugins") {
        let files = files(plugin, facts);
        let all: String = files.values().map(String::as_str).collect();
        for list in ["requests", "events", "error_codes"] {
            for (name, _) in facts[list]
                .as_array()
                .into_iter()
                .flat_map(|_| entries(&facts[list]))
            {
                let name = name.rsplit("_ERROR_").next().unwrap_or(name);
                assert!(all.contains(name), "{name} of {plugin}");
            }
        }
        if named.as_ref() == Some(plugin) {
            for (path, text) in files {
                println!("// ======== {path}\n{text}");
            }
        }
    }
}

/// The files of a plugin, by their paths.
fn files(plugin: &str, facts: &Value) -> BTreeMap<String, String> {
    let (source, fixtures) = (
        format!("src/plugin/{plugin}"),
        format!("tests/fixtures/{plugin}"),
    );
    let mut files = BTreeMap::from([
        (format!("{source}/mod.rs"), module(plugin, facts)),
        (format!("{source}/event.rs"), events(facts)),
        (format!("{source}/error_code.rs"), codes(facts)),
        (
            format!("tests/plugins/{plugin}_wire.rs"),
            wire(plugin, facts),
        ),
    ]);
    for (request, name) in requests(facts) {
        let reply = sample_of(&request["reply"], facts);
        files.insert(format!("{fixtures}/replies/{name}.json"), reply);
    }
    for (name, event) in list(&facts["events"]) {
        let event = sample_of(&event["fields"], facts);
        files.insert(format!("{fixtures}/events/{name}.json"), event);
    }
    files
}

fn sample_of(fields: &Value, facts: &Value) -> String {
    let known = |kind: &str| !kind.contains('|') || kind == "id|string";
    let fields = fields.as_array().into_iter().flatten();
    let fields = fields.filter(|field| field["type"].as_str().is_some_and(known));
    sample(&fields.cloned().collect(), &facts["shapes"]).to_string()
}

fn list(value: &Value) -> Vec<(&str, &Value)> {
    let list = value.as_array().into_iter();
    list.flat_map(|_| entries(value)).collect()
}

/// The requests, each with its name and the kind of handle that it is for.
fn requests(facts: &Value) -> Vec<(&Value, String)> {
    let all = list(&facts["requests"]).into_iter();
    let named = all.map(|(name, request)| match request["variant"].as_str() {
        Some(variant) => (request, format!("{name}_{variant}")),
        None => (request, name.trim_matches(['(', ')']).to_owned()),
    });
    named.collect()
}

fn module(plugin: &str, facts: &Value) -> String {
    let kind = camel(plugin);
    let (mut table, mut new, mut types, mut methods) =
        (String::new(), String::new(), String::new(), String::new());
    for (request, name) in requests(facts) {
        let (request_type, wire) = (camel(&name), text(request, "name"));
        let ends = list(&request["reply"]);
        let ends = ends.iter().find(|(name, _)| name.starts_with("result."));
        let ends = ends.and_then(|(_, field)| field["value"].as_str());
        let ends = ends.map_or(String::new(), |words| {
            format!(", until [\"{}\"]", words.replace('|', "\", \""))
        });
        let _ = writeln!(
            table,
            "    {request_type} \"{wire}\" -> {request_type}Reply{ends};"
        );
        let params = list(&request["params"]);
        let required = params.iter().filter(|(_, param)| param["required"] == true);
        let (into, plain): (Vec<_>, Vec<_>) = required
            .map(|(name, param)| (field(name), incoming(name, text(param, "type"))))
            .partition(|(_, kind)| ["Id", "String", "Secret"].contains(&kind.as_str()));
        let join = |args: &[(String, String)], by: &str| {
            let args = args.iter().map(|(name, kind)| format!("{name}{by}{kind}"));
            args.collect::<Vec<_>>().join(", ")
        };
        let plain = if plain.is_empty() {
            String::new()
        } else {
            format!("; {}", join(&plain, ": "))
        };
        let _ = writeln!(
            new,
            "    /// Creates a request ..\n    {request_type}({}{plain});",
            join(&into, " as ")
        );
        let _ = writeln!(
            types,
            "/// `{wire}`; see [`{kind}::{name}`].\n#[skip_serializing_none]\n\
             #[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]\n\
             #[serde(tag = \"request\", rename = \"{wire}\")]\n#[setters(strip_option)]\n\
             #[non_exhaustive]\npub struct {request_type} {{"
        );
        for (name, param) in params {
            types += &sent(name, param);
        }
        types += "}\n\n";
        types += &received(
            &format!("{request_type}Reply"),
            &format!("The reply to `{wire}`."),
            &request["reply"],
        );
        let _ = writeln!(
            methods,
            "    /// ..\n    ///\n    /// Sends `{wire}` and waits for its answer.\n    ///\n    /// # Errors\n    ///\n    \
             /// `Plugin` with code ..\n    pub fn {name}(&self, request: &{request_type}) -> Result<{request_type}Reply> {{\n        \
             self.handle.request(request)\n    }}\n"
        );
    }
    for (name, fields) in facts["shapes"].as_object().into_iter().flatten() {
        types += &received(&shape(name), "..", fields);
    }
    format!(
        "//! The {kind} plugin.\n//!\n//! Janus docs: *{kind} plugin documentation*.\n\n{IMPORTS}\
         pub mod error_code;\nmod event;\n\npub use event::*;\n\nrequests! {{ {kind}:\n{table}}}\n\n\
         plugin_type! {{\n    /// A handle of the {kind} plugin.\n    pub struct {kind} {package}, Event = event::decode;\n}}\n\n\
         constructors! {{\n{new}}}\n\n{types}impl {kind} {{\n{methods}}}\n",
        package = facts["package"],
    )
}

fn sent(name: &str, param: &Value) -> String {
    let mut kind = incoming(name, text(param, "type"));
    let mut attributes = rename(name);
    if param["required"] != true {
        if ["Id", "String", "Secret"].contains(&kind.as_str()) {
            attributes += "    #[setters(into)]\n";
        }
        kind = format!("Option<{kind}>");
    }
    format!("    /// ..\n{attributes}    pub {}: {kind},\n", field(name))
}

/// A type that comes in; what tells messages apart is left out.
fn received(name: &str, doc: &str, fields: &Value) -> String {
    let mut seen = Vec::new();
    let mut text = format!(
        "/// {doc}\n#[derive(Clone, PartialEq, Debug, Default, Deserialize)]\n#[serde(default)]\n\
         #[non_exhaustive]\npub struct {name} {{\n"
    );
    for (name, facts) in list(fields) {
        let name = name.rsplit('.').next().unwrap_or(name);
        if facts["value"].is_string() || name == "result" || seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let kind = incoming("", facts["type"].as_str().unwrap_or_default());
        let kind = match kind.as_str() {
            "bool" | "Id" => kind,
            list if list.starts_with("Vec<") => kind,
            _ => format!("Option<{kind}>"),
        };
        let _ = write!(
            text,
            "    /// ..\n{}    pub {}: {kind},\n",
            rename(name),
            field(name)
        );
    }
    text + "}\n\n"
}

fn events(facts: &Value) -> String {
    let (mut variants, mut types, mut cases) = (String::new(), String::new(), String::new());
    for (name, event) in list(&facts["events"]) {
        let kind = camel(name);
        let _ = writeln!(variants, "    /// `{name}`: ..\n    {kind}({kind}),");
        types += &received(&kind, &format!("See [`Event::{kind}`]."), &event["fields"]);
        let told = event["discriminator"].as_object().into_iter().flatten();
        let told = told.map(|(key, value)| {
            let any = |found: &str| {
                let keys = value.as_str().unwrap_or_default().split('|');
                let keys = keys.map(|key| format!("data.get(\"{key}\").{found}()"));
                keys.collect::<Vec<_>>()
                    .join(if found == "is_some" { " || " } else { " && " })
            };
            match key.as_str() {
                "key" => format!("({})", any("is_some")),
                "absent" => any("is_none"),
                key => format!("at(\"/{}\") == {value}", key.replace('.', "/")),
            }
        });
        let told = told.collect::<Vec<_>>().join(" && ");
        let _ = writeln!(
            cases,
            "        _ if {told} => Event::{kind}(crate::plugin::decode(raw)?),"
        );
    }
    format!(
        "//! Events.\n\nuse serde::Deserialize;\nuse serde_json::{{Value, value::RawValue}};\n\n\
         use super::*;\n\n/// An event.\n#[derive(Clone, PartialEq, Debug)]\n#[non_exhaustive]\npub enum Event {{\n{variants}    \
         /// What this version of the crate does not know, as it came.\n    Other(Value),\n}}\n\n\
         // Reads it twice: better read the keys that tell events apart, then decode.\n\
         pub(super) fn decode(raw: &RawValue) -> serde_json::Result<Event> {{\n    \
         let data: Value = serde_json::from_str(raw.get())?;\n    \
         let at = |place| data.pointer(place).cloned().unwrap_or_default();\n    \
         Ok(match () {{\n{cases}        () => Event::Other(data),\n    }})\n}}\n\n{types}"
    )
}

fn codes(facts: &Value) -> String {
    let codes = list(&facts["error_codes"]).into_iter().map(|(name, code)| {
        let name = name.rsplit("_ERROR_").next().unwrap_or(name);
        let (meaning, code) = (text(code, "meaning"), &code["code"]);
        format!("/// {meaning}.\npub const {name}: ErrorCode = ErrorCode::new({code});\n")
    });
    format!(
        "//! The plugin's codes.\n\nuse crate::ErrorCode;\n\n{}",
        codes.collect::<String>()
    )
}

fn wire(plugin: &str, facts: &Value) -> String {
    let kind = camel(plugin);
    let events = list(&facts["events"]).into_iter();
    let events = events.map(|(name, _)| format!("    (\"{name}\", \"{}\"),\n", camel(name)));
    let codes = list(&facts["error_codes"]).into_iter().map(|(name, _)| {
        let name = name.rsplit("_ERROR_").next().unwrap_or(name);
        format!("    {name}\n")
    });
    let cases = requests(facts).into_iter().map(|(request, name)| {
        let variant = text(request, "variant");
        format!(
            "        case(\"{variant}\", {0}::new(), {0}::new()),\n",
            camel(&name)
        )
    });
    format!(
        "//! The {kind} plugin's types.\n\nuse janus_blocking::{{ErrorCode, Plugin, {plugin}::*}};\n\n\
         use crate::wire::{{self, Case, Wire, case, codes, wire_tests}};\n\nwire_tests! {{ {kind} }}\n\n\
         pub(crate) fn wire() -> Wire {{\n    Wire {{\n        key: \"{plugin}\",\n        title: \"{kind}\",\n        cases,\n        \
         tables: &[REQUESTS],\n        events: EVENTS,\n        codes: CODES,\n        \
         code_prefix: \"JANUS_{upper}_ERROR_\",\n        event: |data| wire::shown({kind}::decode(data)),\n        \
         unread: |_, place, _| place == {tag:?},\n        late: |_| \"Other\",\n    }}\n}}\n\n\
         fn cases() -> Vec<Case> {{\n    vec![\n{cases}    ]\n}}\n\n\
         const EVENTS: &[(&str, &str)] = &[\n{events}];\n\nconst CODES: &[(&str, ErrorCode)] = codes! {{\n{codes}}};\n",
        upper = plugin.to_uppercase(),
        tag = format!("/{}", text(facts, "discriminator_key")),
        cases = cases.collect::<String>(),
        events = events.collect::<String>(),
        codes = codes.collect::<String>(),
    )
}

/// The type of a value, by the facts; secrets by their names.
fn incoming(name: &str, kind: &str) -> String {
    let secret = ["secret", "pin", "token", "admin_key", "crypto"];
    match kind {
        "string" if secret.iter().any(|word| name.ends_with(word)) => "Secret".to_owned(),
        "string" => "String".to_owned(),
        "integer" => "i64".to_owned(),
        "real" => "f64".to_owned(),
        "boolean" => "bool".to_owned(),
        "id" => "Id".to_owned(),
        "array" => "Vec<Value>".to_owned(),
        _ => match kind
            .strip_prefix("array<")
            .and_then(|kind| kind.strip_suffix('>'))
        {
            Some(entry) => format!("Vec<{}>", incoming("", entry)),
            None if kind == "object" || kind.contains('|') || kind.is_empty() => "Value".to_owned(),
            None => shape(kind),
        },
    }
}

/// The type of what occurs in several messages; a request may have the same name.
fn shape(name: &str) -> String {
    camel(name) + "Item"
}

fn field(name: &str) -> String {
    match name {
        "type" => "kind".to_owned(),
        "loop" => "repeat".to_owned(),
        name => name.replace('-', "_"),
    }
}

fn rename(name: &str) -> String {
    if field(name) == name {
        String::new()
    } else {
        format!("    #[serde(rename = \"{name}\")]\n")
    }
}

fn camel(name: &str) -> String {
    let words = name.split(['_', '-']);
    let words = words.map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    });
    words.collect()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}
