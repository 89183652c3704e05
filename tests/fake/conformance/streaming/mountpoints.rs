//! Mountpoints: made, told, changed, recorded and ended.

use common::TempDir;
use serde_json::{Value, json};

use super::{Desk, World, audio, blank, create};

pub fn unknown(world: &mut World) {
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

pub fn rtp(world: &mut World) {
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

pub fn bad(world: &mut World) {
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

pub fn files(world: &mut World) {
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

pub fn changes(world: &mut World) {
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

pub fn recordings(world: &mut World) {
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
