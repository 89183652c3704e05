//! What of Janus's plugin APIs the crate has types for, by the facts in `data/janus-api.json`.
//!
//! Names that Janus does not have fail, and so does what a complete plugin lacks. `docs/COVERAGE.md`
//! is made here: `UPDATE_COVERAGE=1 cargo test --test plugins coverage` writes it anew.

mod admin;
mod echotest;
mod monitor;
mod page;
mod plugin;
pub(crate) mod sample;

use std::{collections::BTreeSet, env, fs, path::PathBuf, sync::OnceLock};

use crate::{
    audiobridge_wire, nosip_wire, recordplay_wire, sip_wire, streaming_wire, textroom_wire,
    videocall_wire, videoroom_wire, voicemail_wire,
};
use common::{Janus, Version, exchanged};
use janus_blocking::{Connection, EchoTest, echotest::Settings};
use plugin::{Covered, Share, Typed};
use serde_json::Value;

/// The plugins that the crate has types for.
pub(crate) fn typed() -> Vec<Typed> {
    vec![
        audiobridge_wire::wire().into(),
        echotest::typed(),
        nosip_wire::wire().into(),
        recordplay_wire::wire().into(),
        sip_wire::wire().into(),
        streaming_wire::wire().into(),
        videoroom_wire::wire().into(),
        textroom_wire::wire().into(),
        videocall_wire::wire().into(),
        voicemail_wire::wire().into(),
    ]
}

/// The facts, with each plugin's types.
fn covered() -> Vec<Covered> {
    let typed = typed().into_iter();
    typed.map(|typed| Covered::new(typed, facts())).collect()
}

fn facts() -> &'static Value {
    static FACTS: OnceLock<Value> = OnceLock::new();
    FACTS.get_or_init(|| {
        let text = fs::read_to_string(path("tests/data/janus-api.json")).expect("the facts");
        serde_json::from_str(&text).expect("JSON")
    })
}

fn path(place: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(place)
}

#[test]
fn no_name_is_unknown_to_janus_and_complete_plugins_lack_none() {
    for plugin in covered() {
        let Covered { typed, .. } = &plugin;
        let shares = plugin.shares();
        for (what, share) in shares {
            println!("{} {share} {what}", typed.title);
            assert!(share.unknown.is_empty(), "{}: {share:?}", typed.title);
            let lacks = !share.missing.is_empty();
            assert!(!(typed.complete && lacks), "{}: {share:?}", typed.title);
        }
        let variants = typed.requests.len();
        println!("{} {variants} requests with variants", typed.title);
    }
}

#[test]
fn the_tables_of_requests_are_those_of_janus() {
    for plugin in covered() {
        let tables = plugin.typed.tables.iter().copied().flatten();
        let ours: BTreeSet<&str> = tables.map(|(name, _)| *name).collect();
        let theirs = plugin.typed.requests.iter().map(|sent| sent.name);
        // EchoTest's only request has no name.
        let theirs: BTreeSet<_> = theirs
            .map(|it| it.replace("(unnamed)", "settings"))
            .collect();
        assert!(ours.iter().eq(&theirs), "{}: {ours:?}", plugin.typed.title);
    }
}

#[test]
fn every_event_decodes_to_its_own_variant() {
    for plugin in covered() {
        let mut variants = BTreeSet::new();
        for (name, expected) in plugin.typed.events {
            let variant = plugin.decode_sample(name);
            assert_eq!(variant, *expected, "{name} of {}", plugin.typed.title);
            variants.insert(variant);
        }
        assert_eq!(variants.len(), plugin.typed.events.len(), "one each");
    }
}

#[test]
fn every_request_was_exchanged_with_every_version_that_has_it() {
    for plugin in covered() {
        let table = exchanged::of(plugin.typed.key);
        let in_table: BTreeSet<_> = table
            .iter()
            .map(|(name, variant, _)| (*name, *variant))
            .collect();
        let requests = plugin.typed.requests.iter();
        let ours: BTreeSet<_> = requests.map(|it| (it.name, it.variant)).collect();
        assert_eq!(in_table, ours, "{}", plugin.typed.title);
        assert_eq!(
            table.len(),
            ours.len(),
            "{}: one row each",
            plugin.typed.title
        );
        for (name, variant, versions) in table {
            let had = match exchanged::lack(plugin.typed.key, name) {
                Some(_) => exchanged::NONE,
                None => plugin.versions(name, variant),
            };
            assert_eq!(*versions, had, "{name} {variant} of {}", plugin.typed.title);
        }
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn echotest_is_exchanged_with_the_versions_of_the_table() {
    for version in Version::ALL {
        let janus = Janus::builder().version(version).start();
        let connection = Connection::open(&janus.url()).expect("Janus is there");
        let session = connection.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        echo.configure(&Settings::new().audio(true))
            .expect("configured");
    }
    let table: Vec<_> = exchanged::ECHOTEST
        .iter()
        .map(|(_, _, versions)| *versions)
        .collect();
    assert_eq!(table, [Version::ALL.map(|version| version.to_string())]);
}

/// VideoRoom's and AudioBridge's tables are checked against the wire, in `tests/real`, and EchoTest's above. SIP's
/// tests with real servers have to make the call at least.
#[test]
fn the_tests_with_real_servers_make_the_calls_of_the_table() {
    let sources = |folder: &str| -> String {
        let entries = fs::read_dir(path(folder)).expect("a folder");
        let texts = entries.map(|entry| fs::read_to_string(entry.expect("an entry").path()));
        texts.map(|text| text.expect("a text")).collect()
    };
    let sip = sources("tests/real/sip");
    for (name, _, _) in exchanged::SIP {
        let name = name.replace("listforwarders", "list_forwarders");
        assert!(sip.contains(&format!(".{name}(")), "no test calls {name}");
    }
    let versions = [exchanged::BOTH, exchanged::NEW].concat();
    assert!(
        versions
            .iter()
            .all(|version| ["1.1.2", "1.4.1"].contains(version))
    );
}

#[test]
fn the_page_is_current() {
    let page = page::page(facts(), &covered());
    let place = path("docs/COVERAGE.md");
    if env::var_os("UPDATE_COVERAGE").is_some() {
        fs::write(&place, &page).expect("it can be written");
    }
    let found = fs::read_to_string(&place).unwrap_or_default();
    assert!(
        found == page,
        "docs/COVERAGE.md is not current: run UPDATE_COVERAGE=1 cargo test --test plugins coverage"
    );
}

#[test]
fn a_missing_name_and_an_unknown_one_are_found() {
    let names =
        |names: &[&str]| -> BTreeSet<String> { names.iter().map(|it| (*it).to_owned()).collect() };
    let share = Share::new(names(&["join", "jion"]), names(&["join", "leave"]));
    assert_eq!(share.to_string(), "1/2");
    assert_eq!(share.unknown, ["jion"]);
    assert_eq!(share.missing, ["leave"]);
    assert!(share.percent() < 100);
}
