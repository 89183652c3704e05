//! `docs/COVERAGE.md`.

use std::fmt::Write;

use common::exchanged;
use serde_json::Value;

use super::plugin::{Covered, Share, list, parameter_names, request_names};

/// What `janus-api.json` has and what the crate has of it.
pub(crate) fn page(facts: &Value, covered: &[Covered]) -> String {
    let mut page = String::from(HEAD);
    let plugins = facts["plugins"].as_object().expect("an object");
    // The typed ones first, in their order.
    for plugin in covered {
        let [requests, parameters, events] = plugin.shares().map(|(_, share)| cell(&share));
        let title = plugin.typed.title;
        line(
            &mut page,
            format_args!("| {title} | {requests} | {parameters} | {events} |"),
        );
    }
    for (key, facts) in plugins {
        let requests = request_names(facts).len();
        let is_typed = covered.iter().any(|plugin| plugin.typed.key == key);
        if !is_typed && requests > 0 {
            let (parameters, events) =
                (parameter_names(facts).len(), list(&facts["events"]).count());
            line(
                &mut page,
                format_args!("| {key} | 0/{requests} | 0/{parameters} | 0/{events} |"),
            );
        }
    }
    let admin = admin(facts);
    line(&mut page, format_args!("\n{}", admin.share));
    let handlers = &facts["event_handlers"];
    let kinds = list(&handlers["events"]).count();
    let payloads = handlers["plugins"].as_object().expect("an object").values();
    let payloads = payloads.map(|all| list(all).count()).sum::<usize>();
    line(
        &mut page,
        format_args!(
            "\nThe event handlers: {kinds}/{kinds} kinds of events, {payloads}/{payloads} payloads of plugins, with all their keys."
        ),
    );
    page.push_str(EXCHANGES);
    for plugin in covered {
        line(&mut page, format_args!("\n## {}\n", plugin.typed.title));
        line(
            &mut page,
            format_args!("| request | parameters | 1.1.2 | 1.4.1 |\n|---|---|---|---|"),
        );
        for (name, variant, versions) in exchanged::of(plugin.typed.key) {
            let share = plugin.parameters(|n, v| (n, v) == (name, variant));
            let of = match *variant {
                "" => String::new(),
                variant => format!(" of a {variant}"),
            };
            let had = plugin.versions(name, variant);
            let lack = exchanged::lack(plugin.typed.key, name);
            let seen = |version| match (versions.contains(&version), lack) {
                (true, _) => "yes",
                (false, Some(lack)) if had.contains(&version) => lack,
                (false, _) => "does not have it",
            };
            let (old, new) = (seen("1.1.2"), seen("1.4.1"));
            line(
                &mut page,
                format_args!("| `{name}`{of} | {share} | {old} | {new} |"),
            );
        }
    }
    line(
        &mut page,
        format_args!(
            "\n## Admin API\n\n| request | parameters | 1.1.2 | 1.4.1 |\n|---|---|---|---|"
        ),
    );
    page.push_str(&admin.rows);
    page.push_str(EVENTS);
    for (kind, versions) in exchanged::EVENTS {
        let seen = |version| {
            if versions.contains(&version) {
                "yes"
            } else {
                "does not have it"
            }
        };
        let (old, new) = (seen("1.1.2"), seen("1.4.1"));
        line(&mut page, format_args!("| `{kind}` | {old} | {new} |"));
    }
    page
}

/// The Admin API, whose requests have levels in the place of variants.
struct AdminPage {
    share: String,
    rows: String,
}

/// `tests/real/admin` has compared names and parameters with what went over the wire.
fn admin(facts: &Value) -> AdminPage {
    let requests: Vec<&Value> = list(&facts["admin"]["requests"]).collect();
    let parameters = |request: &Value| {
        let inner = list(&request["nested"]["request"]).count();
        list(&request["params"]).count() + inner
    };
    let (mut rows, mut all) = (String::new(), 0);
    for (name, level, versions) in exchanged::ADMIN {
        let same = |it: &&&Value| it["name"] == *name && it["level"] == *level;
        let request = requests.iter().find(same).expect("Janus has it");
        let count = parameters(request);
        all += count;
        let seen = |version| {
            if versions.contains(&version) {
                "yes"
            } else {
                "does not have it"
            }
        };
        let (old, new) = (seen("1.1.2"), seen("1.4.1"));
        line(
            &mut rows,
            format_args!("| `{name}` of a {level} | {count}/{count} | {old} | {new} |"),
        );
    }
    assert_eq!(exchanged::ADMIN.len(), requests.len(), "all of them");
    let names: std::collections::BTreeSet<_> = exchanged::ADMIN.iter().map(|it| it.0).collect();
    let names = names.len();
    let share = format!(
        "The Admin API: {names}/{names} requests, {all}/{all} parameters; `handle_info` with all its keys."
    );
    AdminPage { share, rows }
}

fn cell(share: &Share) -> String {
    format!("{share}, {} %", share.percent())
}

fn line(page: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(page, "{text}").expect("a String takes everything");
}

const HEAD: &str = "\
# Coverage

Made by `tests/plugins/coverage.rs` out of `tests/data/janus-api.json`, which lists what Janus 1.1.2 and 1.4.1 have, and of
the crate's types; `UPDATE_COVERAGE=1 cargo test --test plugins coverage` writes it anew. A name that Janus does not have
fails that test, and so does a missing one of a plugin that has types. A request is counted once, a parameter in
each request that has it, those in the entries of lists included. Plugins without types are used by their
package name, JSON in and out.

| plugin | requests | parameters | events |
|---|---|---|---|
";

const EVENTS: &str = "
## Event handlers

Each kind came from the real Janus of that version, by `sampleevh` and by `wsevh`.

| kind | 1.1.2 | 1.4.1 |
|---|---|---|
";

const EXCHANGES: &str = "
# Exchanges with real servers

Each was sent to the real Janus of that version by the tests, and answered without a refusal. What a build lacks is
refused there.
";
