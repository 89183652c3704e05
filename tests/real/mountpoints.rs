//! The example `mountpoints` on real servers.

use std::{fs, process::Command};

use common::{TempDir, program::example};
use janus_blocking::{
    Streaming,
    streaming::{Info, viewer::Watch},
};
use serde_json::{Value, json};

use crate::streaming::{feed::Feed, servers::Servers};

/// One round over that file: its lines, each an event and an id.
fn round(servers: &Servers, folder: &TempDir, mountpoints: &Value) -> Vec<String> {
    let file = folder.path().join("streams.json");
    let text = json!({ "mountpoints": mountpoints }).to_string();
    fs::write(&file, text).expect("it can be written");
    let mut command = Command::new(example("mountpoints"));
    command.args(["--janus", &servers.proxy.url(), "--json", "--once"]);
    command.arg("--file").arg(&file);
    let done = command.env("MOUNTPOINTS_SECRET", "hush").output();
    let done = done.expect("it was built");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    let lines = String::from_utf8(done.stdout).expect("UTF-8");
    let lines = lines.lines().map(|line| {
        let line: Value = serde_json::from_str(line).expect("a JSON line");
        let word = line["event"].as_str().expect("a word");
        format!("{word} {}", line["id"])
    });
    lines.collect()
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_server_is_kept_at_what_a_file_declares() {
    Servers::each(|servers| {
        let folder = TempDir::new("mountpoints");
        let file = folder.path().join("silence.alaw");
        fs::write(&file, [0x55; 8000]).expect("it can be written");
        let stream = |mid: &str, codec: &str| json!({ "kind": "audio", "mid": mid, "codec": codec, "pt": 111 });
        let gate = |description: &str, streams: Value| json!({ "id": 1, "description": description, "source": { "rtp": streams } });
        let music = json!({ "id": 2, "description": "music", "source": { "live": file } });
        let jingle = json!({
            "id": 3, "description": "jingle", "private": true, "pin": "2580",
            "source": { "on_demand": file },
        });
        let one = json!([stream("a", "opus")]);
        let all = json!([gate("front gate", one.clone()), music, jingle]);
        let created = round(servers, &folder, &all);
        assert_eq!(created, ["created 1", "created 2", "created 3"]);
        assert_eq!(round(servers, &folder, &all), Vec::<String>::new());

        let desk = servers.desk::<Streaming>();
        let info = |id: u64| {
            let info = Info::new(id).secret("hush");
            desk.plugin.info(&info).expect("it is there")
        };
        assert!(info(3).is_private && info(3).pin.is_some());
        let _feed = Feed::audio(info(1).media[0].port.expect("a port"));
        let (_viewer, _relay) = servers.watch(&Watch::new(1));
        let changed = json!([gate("back gate", one), music]);
        // Private ones are not listed, so that it cannot know this one any more.
        assert_eq!(
            round(servers, &folder, &changed),
            ["changed 1", "viewers 1"]
        );
        assert_eq!(info(1).description.as_deref(), Some("back gate"));
        let two = json!([stream("a", "opus"), stream("b", "pcma")]);
        let replaced = json!([gate("back gate", two)]);
        assert_eq!(
            round(servers, &folder, &replaced),
            ["removed 2", "replaced 1"]
        );
        assert_eq!(info(1).media.len(), 2);
    });
}
