//! A message that can be understood arrives, whatever becomes of a key in it.
//!
//! Takes each message of `fixtures` that comes in: takes every key away, sets it to `null`, puts every
//! wrong value there. Each of these has to arrive as a reply or an event, but for what stands in the
//! lists here, with the reason: only a key that says what a message is, and an id without which it
//! means nothing. A plugin joins by its fixtures; its decoders and its list are a file in `keys`.
//! With `--nocapture` it counts.

mod audiobridge;
mod core;
mod echotest;
mod nosip;
mod recordplay;
mod sip;
mod streaming;
mod textroom;
mod variations;
mod videocall;
mod videoroom;
mod voicemail;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use common::wire_checks::{fixture, fixtures, parse};
use serde_json::Value;
use variations::{
    Change::{self, Absent, Null, Wrong},
    variations,
};

/// What may be lost: why, and which keys of which messages, by what was done to them. A message that
/// ends with `*` stands for all that begin so and have the key.
type Allowed = &'static [(
    &'static str,
    &'static [(&'static str, &'static str, &'static [Change])],
)];

/// Kinds of failures: message, key, and what was done to it.
type Failures = BTreeMap<(String, String), BTreeSet<Change>>;

/// Tries every variation of the messages in these folders with `arrives`, which gets the message's
/// place and says what is wrong.
fn check(
    folders: &[&str],
    allowed: Allowed,
    mut arrives: impl FnMut(&str, &Value) -> Result<(), String>,
) {
    let mut failures = Failures::new();
    let (mut messages, mut keys, mut tried) = (0, BTreeSet::new(), 0);
    for folder in folders {
        for name in fixtures(folder) {
            let place = format!("{folder}/{name}");
            let message = parse(&fixture(&place));
            let whole = arrives(&place, &message);
            assert_eq!(whole, Ok(()), "{place} as it is");
            messages += 1;
            for variation in variations(&message) {
                tried += 1;
                keys.insert((place.clone(), variation.key.clone()));
                if arrives(&place, &variation.message).is_err() {
                    let key = (place.clone(), variation.key);
                    failures.entry(key).or_default().insert(variation.change);
                }
            }
        }
    }
    let count = |change| {
        failures
            .values()
            .filter(|all| all.contains(&change))
            .count()
    };
    println!(
        "{}: {messages} messages, {} keys, {tried} variations; lost for want of a key {}, for null {}, \
         for a wrong value {}",
        folders[0],
        keys.len(),
        count(Absent),
        count(Null),
        count(Wrong)
    );
    compare(&keys, &failures, allowed);
}

/// Says what is lost and not in the list, and what is in the list and not lost, as lines of the list.
fn compare(keys: &BTreeSet<(String, String)>, failures: &Failures, allowed: Allowed) {
    let mut listed = Failures::new();
    let mut unknown = String::new();
    for (message, key, changes) in allowed.iter().flat_map(|(_, keys)| *keys) {
        let matches = |place: &str| match message.strip_suffix('*') {
            Some(begin) => place.starts_with(begin),
            None => place == *message,
        };
        let before = listed.len();
        let found = keys
            .iter()
            .filter(|(place, own)| own == key && matches(place));
        listed.extend(found.map(|found| (found.clone(), changes.iter().copied().collect())));
        if listed.len() == before {
            unknown += &format!("{message} {key}\n");
        }
    }
    let difference = |one: &Failures, other: &Failures| -> String {
        let lines = one.iter();
        let lines = lines.filter(|(key, changes)| other.get(*key) != Some(*changes));
        lines
            .map(|((message, key), changes)| {
                let changes: Vec<_> = changes.iter().collect();
                format!("(\"{message}\", \"{key}\", &{changes:?}),\n")
            })
            .collect()
    };
    let (more, less) = (difference(failures, &listed), difference(&listed, failures));
    assert!(
        more.is_empty() && less.is_empty() && unknown.is_empty(),
        "lost, and not allowed:\n{more}allowed, and not lost in this way:\n{less}\
         allowed twice, or not there:\n{unknown}"
    );
}

#[test]
fn the_lists_are_short() {
    let lists = [
        core::EVENTS,
        core::ANSWERS,
        audiobridge::ALLOWED,
        echotest::ALLOWED,
        nosip::ALLOWED,
        recordplay::ALLOWED,
        sip::ALLOWED,
        streaming::ALLOWED,
        textroom::ALLOWED,
        videocall::ALLOWED,
        videoroom::ALLOWED,
        voicemail::ALLOWED,
    ];
    let keys = lists.iter().flat_map(|list| list.iter());
    let keys = keys.flat_map(|(_, keys)| keys.iter());
    for change in [Absent, Null] {
        let count = keys.clone();
        let count = count.filter(|(_, _, changes)| changes.contains(&change));
        let count = count.count();
        println!("{count} keys may lose their message when {change:?}");
        assert!(count <= 4 * lists.len(), "{count} when {change:?}");
    }
}

#[test]
fn every_plugin_with_fixtures_takes_part() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let folders = fs::read_dir(root).expect("a folder").flatten();
    let folders = folders.filter(|entry| entry.path().join("events").is_dir());
    let names: BTreeSet<_> = folders.map(|entry| entry.file_name()).collect();
    let taking_part = [
        "audiobridge",
        "core",
        "echotest",
        "nosip",
        "recordplay",
        "sip",
        "streaming",
        "textroom",
        "videocall",
        "videoroom",
        "voicemail",
    ];
    assert_eq!(names, taking_part.map(Into::into).into());
}
