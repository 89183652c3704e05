//! The Streaming plugin, as far as it goes without media. Each scenario has mountpoints of its own:
//! they share a server. Ports and ages are the machine's own, and left out.

use std::time::Duration;

use common::TempDir;
use serde_json::{Value, json};

use super::echotest::offer_of;
use super::normalise::description;
use super::target::Setup::Plain;
use super::world::{ANSWER, Link, Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario {
        name: "streaming: unknown and missing requests",
        setup: Plain,
        run: unknown,
    },
    Scenario {
        name: "streaming: RTP mountpoints are made, told and ended",
        setup: Plain,
        run: rtp,
    },
    Scenario {
        name: "streaming: mountpoints that cannot be made",
        setup: Plain,
        run: bad,
    },
    Scenario {
        name: "streaming: files",
        setup: Plain,
        run: files,
    },
    Scenario {
        name: "streaming: secrets and changes",
        setup: Plain,
        run: changes,
    },
    Scenario {
        name: "streaming: recordings",
        setup: Plain,
        run: recordings,
    },
    Scenario {
        name: "streaming: a viewer of nothing",
        setup: Plain,
        run: idle,
    },
    Scenario {
        name: "streaming: stop without anything to stop",
        setup: Plain,
        run: stop,
    },
    Scenario {
        name: "streaming: offers to viewers",
        setup: Plain,
        run: offers,
    },
    Scenario {
        name: "streaming: an offer of the viewer's",
        setup: Plain,
        run: own_offer,
    },
    Scenario {
        name: "streaming: viewers are told, switched and put out",
        setup: Plain,
        run: viewers,
    },
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

fn unknown(world: &mut World) {
    let desk = Desk::new(world);
    for body in [
        json!({"request": "nonsense"}),
        json!({"request": ""}),
        json!({}),
        json!({"request": 1}),
        json!({"request": "info"}),
        json!({"request": "INFO", "id": "7"}),
        json!({"request": "info", "id": -7}),
        json!({"request": "info", "id": 7000}),
        json!({"request": "destroy", "id": 7000}),
        json!({"request": "edit", "id": 7000}),
        json!({"request": "enable", "id": 7000}),
        json!({"request": "disable", "id": 7000, "stop_recording": false}),
        json!({"request": "kick_all", "id": 7000}),
        json!({"request": "recording", "id": 7000}),
        json!({"request": "recording", "id": 7000, "action": "start"}),
        json!({"request": "recording", "id": 7000, "action": "pause"}),
    ] {
        desk.ask(world, body);
    }
}

fn rtp(world: &mut World) {
    let desk = Desk::new(world);
    let media = json!([
        {"type": "audio", "mid": "a", "port": 0, "rtcpport": 0, "codec": "opus", "pt": 111,
         "label": "the voice", "msid": "gate sound", "fmtp": "useinbandfec=1", "skew": true},
        {"type": "video", "mid": "v", "port": 0, "rtcpport": 0, "rtpmap": "VP8/90000", "pt": 100,
         "simulcast": true, "port2": 0, "port3": 0},
        {"type": "video", "mid": "w", "port": 0, "codec": "vp9", "pt": 101, "svc": true},
    ]);
    let more = json!({"name": "gate-7010", "description": "front gate", "metadata": "floor 2",
                      "secret": "hush", "pin": "2580", "media": media, "collision": 1000,
                      "threads": 2});
    desk.ask(world, create(7010, more));
    for body in [
        json!({"request": "info", "id": 7010}),
        json!({"request": "info", "id": 7010, "secret": "wrong"}),
        json!({"request": "info", "id": 7010, "secret": "hush"}),
        create(7010, json!({})),
        create(7011, json!({"name": "7th", "is_private": true})),
        json!({"request": "info", "id": 7011}),
        json!({"request": "create", "type": "rtp", "id": 7012, "audio": true, "audioport": 0,
               "audiopt": 111, "audiocodec": "opus", "audiortcpport": 0, "video": true,
               "videoport": 0, "videopt": 100, "videocodec": "vp8"}),
    ] {
        desk.ask(world, body);
    }
    let list = world.hush(desk.link, desk.message(&json!({"request": "list"})));
    let list = list["plugindata"]["data"]["list"].as_array().cloned();
    for entry in list.into_iter().flatten() {
        if [7010, 7011].contains(&entry["id"].as_u64().unwrap_or(0)) {
            world.note(&blank(entry).to_string());
        }
    }
    for body in [
        json!({"request": "destroy", "id": 7010}),
        json!({"request": "destroy", "id": 7010, "secret": "hush"}),
        json!({"request": "destroy", "id": 7010, "secret": "hush"}),
        json!({"request": "destroy", "id": 7011}),
        json!({"request": "destroy", "id": 7012}),
    ] {
        desk.ask(world, body);
    }
}

fn bad(world: &mut World) {
    let desk = Desk::new(world);
    let stream = |key: &str, value: Value| {
        let mut stream = audio();
        stream[key] = value;
        json!({ "media": [stream] })
    };
    let mut no_mid = audio();
    no_mid.as_object_mut().expect("an object").remove("mid");
    for more in [
        json!({"media": []}),
        json!({"media": "a"}),
        json!({"media": [no_mid]}),
        json!({"name": 1}),
        json!({"description": 1}),
        json!({"secret": 1}),
        json!({"pin": true}),
        json!({"is_private": "yes"}),
        json!({"type": 1}),
        json!({"id": "7020"}),
        json!({"threads": "2"}),
        json!({"srtpsuite": 64}),
        json!({"collision": -1}),
        stream("type", json!("text")),
        stream("type", json!(1)),
        stream("port", json!("5004")),
        stream("pt", json!("111")),
        stream("codec", json!(1)),
        stream("skew", json!(1)),
        stream("codec", json!("speex")),
    ] {
        desk.ask(world, create(7020, more));
    }
    for body in [
        json!({"request": "info", "id": 7020}),
        json!({"request": "create"}),
        json!({"request": "create", "type": "rtp", "id": 7021}),
        json!({"request": "create", "type": "rtp", "id": 7021, "audio": true}),
        json!({"request": "create", "type": "rtp", "id": 7021, "video": true, "videoport": 0}),
        json!({"request": "create", "type": "rtsp", "id": 7022}),
        json!({"request": "create", "type": "rtsp", "id": 7022, "audio": true}),
        json!({"request": "create", "type": "rtsp", "id": 7022, "url": 1}),
        // Last, as it blocks the id.
        json!({"request": "create", "type": "dash", "id": 7029}),
    ] {
        desk.ask(world, body);
    }
}

fn files(world: &mut World) {
    let desk = Desk::new(world);
    let folder = TempDir::new("streaming");
    let file = folder.path().join("silence.alaw");
    std::fs::write(&file, [0x55; 800]).expect("it can be written");
    let file = file.to_str().expect("UTF-8");
    let body = |kind: &str, id: u64| json!({"request": "create", "type": kind, "id": id, "filename": file, "audio": true});
    let with = |key: &str, value: Value| {
        let mut body = body("live", 7032);
        body[key] = value;
        body
    };
    for body in [
        body("live", 7030),
        body("ondemand", 7031),
        with("audio", json!(false)),
        with("video", json!(true)),
        with("filename", json!(1)),
        with("filename", json!("/nowhere/a.mp3")),
        json!({"request": "create", "type": "live", "id": 7032}),
        json!({"request": "recording", "id": 7030, "action": "start"}),
        json!({"request": "disable", "id": 7031}),
    ] {
        desk.ask(world, body);
    }
    for id in [7030, 7031] {
        let info = world.hush(
            desk.link,
            desk.message(&json!({"request": "info", "id": id})),
        );
        let mut info = info["plugindata"]["data"]["info"].clone();
        info["filename"] = json!(info["filename"] == *file);
        world.note(&info.to_string());
        desk.ask(world, json!({"request": "destroy", "id": id}));
    }
}

fn changes(world: &mut World) {
    let desk = Desk::new(world);
    desk.ask(
        world,
        create(7040, json!({"secret": "hush", "pin": "2580"})),
    );
    for body in [
        json!({"request": "edit", "id": 7040}),
        json!({"request": "edit", "id": 7040, "secret": "wrong"}),
        json!({"request": "edit", "id": 7040, "secret": 1}),
        json!({"request": "edit", "id": 7040, "secret": "hush", "new_pin": 1}),
        json!({"request": "edit", "id": 7040, "secret": "hush", "new_description": "",
               "new_secret": "", "new_pin": ""}),
        json!({"request": "info", "id": 7040, "secret": "hush"}),
        json!({"request": "edit", "id": 7040, "secret": "hush", "new_description": "gate",
               "new_metadata": "floor 2", "new_secret": "whisper", "new_pin": "1379",
               "new_is_private": true}),
        json!({"request": "info", "id": 7040, "secret": "whisper"}),
        json!({"request": "disable", "id": 7040, "stop_recording": false}),
        json!({"request": "disable", "id": 7040, "stop_recording": false, "secret": "whisper"}),
        json!({"request": "info", "id": 7040}),
        json!({"request": "enable", "id": 7040, "secret": "hush"}),
        json!({"request": "enable", "id": 7040, "secret": "whisper"}),
        json!({"request": "kick_all", "id": 7040}),
        json!({"request": "kick_all", "id": 7040, "secret": "whisper"}),
        json!({"request": "info", "id": 7040}),
        json!({"request": "destroy", "id": 7040, "secret": "whisper", "permanent": 1}),
        json!({"request": "destroy", "id": 7040, "secret": "whisper"}),
    ] {
        desk.ask(world, body);
    }
}

fn recordings(world: &mut World) {
    let desk = Desk::new(world);
    let folder = TempDir::new("streaming");
    let file = folder.path().join("gate");
    let file = file.to_str().expect("UTF-8");
    desk.ask(world, create(7050, json!({"secret": "hush"})));
    let recording = |action: &str, media: Value| {
        json!({"request": "recording", "id": 7050, "secret": "hush", "action": action,
               "media": media})
    };
    let info = json!({"request": "info", "id": 7050, "secret": "hush"});
    for body in [
        json!({"request": "recording", "id": 7050, "action": "start"}),
        recording("start", json!("a")),
        recording(
            "start",
            json!([{"mid": "a"}, {"mid": "zz", "filename": file}]),
        ),
        info.clone(),
        recording("start", json!([{"mid": "a", "filename": file}])),
        info.clone(),
        recording("start", json!([{"mid": "a", "filename": file}])),
        recording("stop", json!([{"mid": "zz"}])),
        recording("stop", json!([{"mid": "a"}])),
        recording("stop", json!([{"mid": "a"}])),
        info,
        json!({"request": "recording", "id": 7050, "secret": "hush", "action": "start",
               "audio": true}),
        json!({"request": "recording", "id": 7050, "secret": "hush", "action": "stop",
               "audio": "a"}),
        json!({"request": "destroy", "id": 7050, "secret": "hush"}),
    ] {
        desk.ask(world, body);
    }
}

fn idle(world: &mut World) {
    let desk = Desk::new(world);
    desk.ask(world, create(7060, json!({"pin": "2580"})));
    let viewer = Desk::new(world);
    for body in [
        json!({"request": "start"}),
        json!({"request": "pause"}),
        json!({"request": "configure"}),
        json!({"request": "switch", "id": 7060}),
        json!({"request": "watch"}),
        json!({"request": "watch", "id": "7060"}),
        json!({"request": "watch", "id": 7060, "media": "a"}),
        json!({"request": "watch", "id": 7060, "media": [1]}),
        json!({"request": "watch", "id": 7060, "restart": 1}),
        json!({"request": "watch", "id": 7061}),
        json!({"request": "watch", "id": 7060}),
        json!({"request": "watch", "id": 7060, "pin": 2580}),
        json!({"request": "watch", "id": 7060, "pin": "1379"}),
    ] {
        viewer.tell(world, body, None);
    }
    desk.ask(world, json!({"request": "destroy", "id": 7060}));
}

fn stop(world: &mut World) {
    let viewer = Desk::new(world);
    viewer.tell(world, json!({"request": "stop"}), None);
}

fn offers(world: &mut World) {
    let desk = Desk::new(world);
    let media = json!([
        audio(),
        {"type": "video", "mid": "v", "port": 0, "codec": "vp8", "pt": 100},
        {"type": "video", "mid": "w", "port": 0, "codec": "h264", "pt": 101,
         "fmtp": "profile-level-id=42e01f"},
    ]);
    desk.ask(world, create(7070, json!({ "media": media })));
    for more in [
        json!({}),
        json!({"media": []}),
        json!({"media": ["w", "a", "zz"]}),
        json!({"offer_video": false}),
    ] {
        let viewer = Desk::new(world);
        let mut body = json!({"request": "watch", "id": 7070});
        for (key, value) in more.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        viewer.tell(world, body.clone(), None);
        viewer.tell(world, body, None);
        viewer.tell(world, json!({"request": "start"}), None);
        viewer.tell(world, json!({"request": "pause"}), None);
        viewer.tell(
            world,
            json!({"request": "configure", "mid": "a", "send": false}),
            None,
        );
    }
    let viewer = Desk::new(world);
    let nothing = json!({"request": "watch", "id": 7070, "media": ["zz"]});
    viewer.tell(world, nothing, None);
    viewer.tell(world, json!({"request": "watch", "id": 7070}), None);
    desk.ask(world, json!({"request": "info", "id": 7070}));
}

fn own_offer(world: &mut World) {
    let desk = Desk::new(world);
    desk.ask(world, create(7080, json!({})));
    let viewer = Desk::new(world);
    let offer = json!({"type": "offer", "sdp": offer_of(&["audio"])});
    let mut request = viewer.message(&json!({"request": "watch", "id": 7080}));
    request["jsep"] = offer;
    request["transaction"] = json!("told");
    let client = world.client(viewer.link);
    client.send(&request.to_string()).expect("the link stands");
    let (mut said, mut acked) = (false, false);
    while !(said && acked) {
        let message = world.receive(viewer.link, ANSWER).expect("an event");
        acked |= message["janus"] == "ack";
        if message["janus"] == "event" && message["transaction"] == "told" {
            said = true;
            let (data, kind) = (&message["plugindata"]["data"], &message["jsep"]["type"]);
            world.note(&format!("{data} {kind}"));
        }
    }
}

fn viewers(world: &mut World) {
    let desk = Desk::new(world);
    desk.ask(world, create(7090, json!({"metadata": "floor 2"})));
    desk.ask(world, create(7091, json!({})));
    let viewer = Desk::new(world);
    viewer.tell(world, json!({"request": "watch", "id": 7090}), None);
    viewer.tell(world, json!({"request": "watch", "id": 7091}), None);
    let viewers = |world: &mut World| {
        for id in [7090, 7091] {
            let info = desk.message(&json!({"request": "info", "id": id}));
            let info = world.hush(desk.link, info);
            let viewers = &info["plugindata"]["data"]["info"]["viewers"];
            world.note(&format!("{id} has {viewers} viewers"));
        }
    };
    viewers(world);
    for metadata in ["floor 2", "floor 3"] {
        desk.ask(
            world,
            json!({"request": "edit", "id": 7090, "new_metadata": metadata,
                   "edited_event": true}),
        );
    }
    viewer.hear(world, &["event"]);
    for id in [7092, 7091] {
        viewer.tell(world, json!({"request": "switch", "id": id}), None);
    }
    viewers(world);
    desk.ask(world, json!({"request": "kick_all", "id": 7091}));
    viewer.hear(world, &["event", "hangup"]);
    viewers(world);
    viewer.tell(world, json!({"request": "watch", "id": 7090}), None);
    desk.ask(world, json!({"request": "destroy", "id": 7090}));
    viewer.hear(world, &["event", "hangup"]);
    viewer.tell(world, json!({"request": "pause"}), None);
    desk.ask(world, json!({"request": "destroy", "id": 7091}));
}
