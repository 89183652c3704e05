//! What decodes on the caller's thread.

use std::{fs, path::Path};

use common::wire_checks::broken;
use janus_blocking::{
    AudioBridge, EchoTest, NoSip, Plugin, Raw, RecordPlay, Sip, Streaming, TextRoom, VideoCall,
    VideoRoom, VoiceMail,
};
use proptest::collection::vec;
use serde_json::value::RawValue;

use super::mutate::{changed_text, changes, runner};

/// Every fixture, with its place below `tests/fixtures`.
pub fn fixtures() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|end| end == "json") {
                let text = fs::read_to_string(&path).expect("a file");
                found.push((path.display().to_string(), text.trim_end().to_owned()));
            }
        }
    }
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    walk(&root, &mut found);
    found.sort();
    assert!(found.len() > 150, "only {} fixtures", found.len());
    found
}

/// Gives it to everything that a plugin decodes with.
fn decode_all(text: &str) {
    fn decode<P: Plugin>(data: &RawValue) {
        let _ = P::decode(data);
        let _ = P::event_name(data);
        let _ = P::refusal(data);
        let _ = P::reply(data);
    }
    let Ok(data) = serde_json::from_str::<&RawValue>(text) else {
        return;
    };
    decode::<AudioBridge>(data);
    decode::<EchoTest>(data);
    decode::<NoSip>(data);
    decode::<RecordPlay>(data);
    decode::<Sip>(data);
    decode::<Streaming>(data);
    decode::<TextRoom>(data);
    decode::<VideoCall>(data);
    decode::<VideoRoom>(data);
    decode::<VoiceMail>(data);
    decode::<Raw>(data);
}

#[test]
fn no_plugin_panics_at_any_prefix_of_any_fixture_or_wrong_value_in_it() {
    let mut tried = 0;
    for (_, text) in fixtures() {
        for broken in broken(&text) {
            decode_all(&broken);
            tried += 1;
        }
    }
    println!("{tried} broken messages");
}

#[test]
fn no_plugin_panics_at_mutations_of_any_fixture() {
    for (place, text) in fixtures() {
        let result = runner(10).run(&vec(changes(), 20), |many| {
            for changes in &many {
                decode_all(&changed_text(&text, changes));
            }
            Ok(())
        });
        result.unwrap_or_else(|error| panic!("{place}: {error}"));
    }
}
