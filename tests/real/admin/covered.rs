//! Whether all that Janus has was asked for, with every parameter.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use common::{Version, WireProxy, exchanged};
use serde_json::Value;

/// Name and level of a request.
type Named = (String, &'static str);

/// What went through the proxy is all that Janus has: each request with each parameter, answered.
pub fn assert_covered(proxy: &WireProxy, version: Version) {
    let parse = |text: &String| serde_json::from_str::<Value>(text).expect("JSON");
    let answers = proxy.received();
    let answers = answers.iter().map(parse);
    let done: BTreeSet<String> = answers
        .filter(|answer| answer["janus"] != "error")
        .map(|answer| answer["transaction"].to_string())
        .collect();
    let mut ours: BTreeMap<Named, BTreeSet<String>> = BTreeMap::new();
    for sent in proxy.sent().iter().map(parse) {
        if !done.contains(&sent["transaction"].to_string()) {
            continue;
        }
        let name = sent["janus"].as_str().expect("a name").to_owned();
        let session = !sent["session_id"].is_null();
        let level = match (session, sent["handle_id"].is_null()) {
            (false, _) => "server",
            (true, true) => "session",
            (true, false) => "handle",
        };
        let found = ours.entry((name.clone(), level)).or_default();
        let envelope = [
            "janus",
            "transaction",
            "session_id",
            "handle_id",
            "admin_secret",
        ];
        for (key, value) in sent.as_object().expect("an object") {
            if !envelope.contains(&&**key) {
                found.insert(key.clone());
            }
            let inner = value
                .as_object()
                .filter(|_| key == "request" && name.starts_with("query_"));
            found.extend(
                inner
                    .into_iter()
                    .flatten()
                    .map(|(key, _)| format!("request {key}")),
            );
        }
    }
    let theirs = facts(version);
    assert_eq!(ours, theirs);
    let table: BTreeSet<Named> = exchanged::ADMIN
        .iter()
        .filter(|(_, _, versions)| versions.contains(&&*version.to_string()))
        .map(|(name, level, _)| ((*name).to_owned(), *level))
        .collect();
    assert_eq!(ours.into_keys().collect::<BTreeSet<_>>(), table);
}

/// What this version has.
fn facts(version: Version) -> BTreeMap<Named, BTreeSet<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/janus-api.json");
    let facts: Value =
        serde_json::from_str(&fs::read_to_string(file).expect("a file")).expect("JSON");
    let has = |fact: &Value| match version {
        Version::V1_4_1 => fact["in_1_4_1"] != false,
        _ => fact["since_1_1_2"] != false && fact["in_1_1_2"] != false,
    };
    let requests = facts["admin"]["requests"]
        .as_array()
        .expect("a list")
        .iter();
    requests
        .filter(|it| has(it))
        .map(|request| {
            let name = request["name"].as_str().expect("a name").to_owned();
            let level = match request["level"].as_str() {
                Some("session") => "session",
                Some("handle") => "handle",
                _ => "server",
            };
            let named = |facts: &Value, before: &str| -> Vec<String> {
                let all = facts.as_array().into_iter().flatten();
                all.map(|it| format!("{before}{}", it["name"].as_str().expect("a name")))
                    .collect()
            };
            let mut names = named(&request["params"], "");
            names.extend(named(&request["nested"]["request"], "request "));
            ((name, level), names.into_iter().collect())
        })
        .collect()
}
