//! The Streaming plugin, as far as it goes without media. Each scenario has mountpoints of its own:
//! they share a server. Ports and ages are the machine's own, and left out.

mod mountpoints;
mod viewers;

use std::time::Duration;

use serde_json::{Value, json};

use super::normalise::description;
use super::target::Setup::Plain;
use super::world::{ANSWER, Link, Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario::new(
        "streaming: unknown and missing requests",
        Plain,
        mountpoints::unknown,
    ),
    Scenario::new(
        "streaming: RTP mountpoints are made, told and ended",
        Plain,
        mountpoints::rtp,
    ),
    Scenario::new(
        "streaming: mountpoints that cannot be made",
        Plain,
        mountpoints::bad,
    ),
    Scenario::new("streaming: files", Plain, mountpoints::files),
    Scenario::new(
        "streaming: secrets and changes",
        Plain,
        mountpoints::changes,
    ),
    Scenario::new("streaming: recordings", Plain, mountpoints::recordings),
    Scenario::new("streaming: a viewer of nothing", Plain, viewers::idle),
    Scenario::new(
        "streaming: stop without anything to stop",
        Plain,
        viewers::stop,
    ),
    Scenario::new("streaming: offers to viewers", Plain, viewers::offers),
    Scenario::new(
        "streaming: an offer of the viewer's",
        Plain,
        viewers::own_offer,
    ),
    Scenario::new(
        "streaming: viewers are told, switched and put out",
        Plain,
        viewers::viewers,
    ),
];

/// For what is not answered.
const SILENCE: Duration = Duration::from_millis(1500);

/// A handle, and what it is asked.
#[derive(Clone, Copy)]
struct Desk {
    link: Link,
    session: u64,
    handle: u64,
}

impl Desk {
    fn new(world: &mut World) -> Self {
        let (link, session, handle) = world.attached("janus.plugin.streaming");
        Self {
            link,
            session,
            handle,
        }
    }

    fn message(self, body: &Value) -> Value {
        json!({"janus": "message", "session_id": self.session, "handle_id": self.handle,
               "body": body})
    }

    /// What is answered at once.
    fn ask(self, world: &mut World, body: Value) -> Value {
        let answer = world.hush(self.link, self.message(&body));
        let data = answer["plugindata"]["data"].clone();
        let (janus, shown) = (&answer["janus"], blank(data.clone()));
        world.note(&format!("{} {janus} {shown}", body["request"]));
        data
    }

    /// What is answered by an event, or not at all.
    fn tell(self, world: &mut World, body: Value, jsep: Option<Value>) {
        let mut request = self.message(&body);
        if let Some(jsep) = jsep {
            request["jsep"] = jsep;
        }
        request["transaction"] = json!("told");
        let client = world.client(self.link);
        client.send(&request.to_string()).expect("the link stands");
        let name = body["request"].as_str().unwrap_or_default().to_owned();
        // Janus says the ack before the event, or after it.
        let (mut answer, mut acked) = (None, false);
        while answer.is_none() || !acked {
            let Some(message) = world.receive(self.link, SILENCE) else {
                break;
            };
            if message["transaction"] == "told" {
                acked |= message["janus"] == "ack" || message["janus"] == "error";
                answer = Some(message).filter(|it| it["janus"] != "ack").or(answer);
            }
        }
        let Some(message) = answer else {
            world.note(&format!("{name}: nothing"));
            return;
        };
        let data = &message["plugindata"]["data"];
        let shown = if data.is_null() {
            &message["error"]
        } else {
            data
        };
        world.note(&format!("{name}: {shown} {}", message["jsep"]["type"]));
        let sdp = message["jsep"]["sdp"].as_str().unwrap_or_default();
        for line in description(sdp) {
            // The rest is which feedback and extensions there are.
            let words = line.split(" a=").filter(|it| {
                [
                    "m=", "a=group", "mid:", "sendonly", "rtpmap:", "fmtp:", "setup:",
                ]
                .iter()
                .any(|start| it.starts_with(start))
            });
            world.note(&format!("  {}", words.collect::<Vec<_>>().join(" ")));
        }
    }

    /// Waits for what is said by itself: an event of the plugin, or one of the core of that kind.
    fn hear(self, world: &mut World, kinds: &[&str]) {
        for kind in kinds {
            loop {
                let message = world.receive(self.link, ANSWER).expect("an event");
                if message["sender"] == self.handle && message["janus"] == **kind {
                    let data = &message["plugindata"]["data"];
                    let shown = if data.is_null() {
                        &message["reason"]
                    } else {
                        data
                    };
                    world.note(&format!("{kind}: {shown}"));
                    break;
                }
            }
        }
    }
}

/// Without what is the machine's own.
fn blank(mut data: Value) -> Value {
    match &mut data {
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                if key == "age_ms" || (key.contains("port") && value.is_number()) {
                    *value = json!("OWN");
                } else {
                    *value = blank(value.take());
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|it| *it = blank(it.take())),
        _ => {}
    }
    data
}

fn audio() -> Value {
    json!({"type": "audio", "mid": "a", "port": 0, "codec": "opus", "pt": 111})
}

fn create(id: u64, more: Value) -> Value {
    let mut body = json!({"request": "create", "type": "rtp", "id": id, "media": [audio()]});
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    body
}
