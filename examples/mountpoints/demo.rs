//! All of it on a Janus inside the program: nothing has to be installed.

use std::{env, fs, path::PathBuf};

use janus_blocking::{
    Jsep,
    streaming::{Viewer, viewer::Watch},
    testing::{AUDIO_SDP, FakeGateway},
};
use serde_json::{Value, json};

use crate::{Result, keeper::Keeper, options::Options};

/// Four rounds, and what happens between them.
pub fn run(options: Options) -> Result<()> {
    let gateway = FakeGateway::start()?;
    let name = format!("mountpoints-{}.json", std::process::id());
    let file = Removed(env::temp_dir().join(name));
    let mut keeper = Keeper::new(Options {
        url: gateway.url(),
        file: file.0.clone(),
        ..options
    });
    let declare = |mountpoints: Value| {
        let text = json!({ "mountpoints": mountpoints }).to_string();
        fs::write(&file.0, text)
    };
    let stream = json!({ "kind": "audio", "mid": "a", "codec": "opus", "pt": 111 });
    let gate = |description: &str| json!({ "id": 1, "description": description, "source": { "rtp": [stream] } });
    let jingle = json!({
        "id": 2, "description": "jingle", "source": { "on_demand": "/srv/jingle.alaw" },
    });

    declare(json!([gate("front gate"), jingle]))?;
    keeper.round()?;
    let viewer: Viewer = gateway.attach()?;
    viewer.watch(&Watch::new(1))?;
    viewer.start(&Jsep::answer(AUDIO_SDP))?;
    keeper.round()?;
    declare(json!([gate("back gate"), jingle]))?;
    keeper.round()?;
    declare(json!([gate("back gate")]))?;
    keeper.round()
}

/// A file that does not outlive the demo.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
