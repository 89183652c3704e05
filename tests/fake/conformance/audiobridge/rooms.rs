//! Rooms: made, changed, listed and ended; their secrets and tokens.

use serde_json::{Value, json};

use super::{Desk, World};

pub(super) fn unknown(world: &mut World) {
    let desk = Desk::new(world);
    for body in [
        json!({"request": "nonsense"}),
        json!({"request": ""}),
        json!({}),
        json!({"request": 1}),
        json!({"request": null}),
        json!({"Request": "list"}),
        json!({"request": "EXISTS", "room": 99}),
        json!({"request": "denoise_enable", "room": 99, "id": 1}),
    ] {
        desk.ask(world, body);
    }
}

pub(super) fn rooms(world: &mut World) {
    let desk = Desk::new(world);
    for body in [
        json!({"request": "create", "room": 3001}),
        json!({"request": "create", "room": 3001}),
        json!({"request": "exists", "room": 3001}),
        json!({"request": "exists", "room": 3002}),
        json!({"request": "edit", "room": 3001, "new_description": "hall", "new_pin": "2580"}),
        json!({"request": "edit", "room": 3002}),
        json!({"request": "enable_recording", "room": 3001, "record": false}),
        json!({"request": "enable_mjrs", "room": 3001, "mjrs": true}),
        json!({"request": "enable_mjrs", "room": 3001}),
        json!({"request": "enable_mjrs", "room": 3002, "mjrs": true}),
        json!({"request": "listparticipants", "room": 3001}),
        json!({"request": "listparticipants", "room": 3002}),
    ] {
        desk.ask(world, body);
    }
    for description in [json!({}), json!({"is_private": true})] {
        let mut create = json!({"request": "create", "room": 3003, "pin": "1",
                                "spatial_audio": true, "sampling_rate": 48000});
        if description["is_private"] == true {
            create["is_private"] = true.into();
        }
        desk.ask(world, create);
        // Others have rooms on this server too.
        world.send(desk.link, desk.message(&json!({"request": "list"})));
        let list = world.silently(desk.link);
        let list = list["plugindata"]["data"]["list"].as_array().cloned();
        let own = list.unwrap_or_default().into_iter();
        let own = own.filter(|room| room["room"] == 3003 || room["room"] == 3001);
        let mut own: Vec<_> = own.map(|room| room.to_string()).collect();
        own.sort();
        world.note(&own.join(" "));
        desk.ask(world, json!({"request": "destroy", "room": 3003}));
    }
    desk.ask(world, json!({"request": "destroy", "room": 3001}));
    desk.ask(world, json!({"request": "destroy", "room": 3001}));
    desk.ask(world, json!({"request": "destroy"}));
}

pub(super) fn bad_rooms(world: &mut World) {
    let desk = Desk::new(world);
    for (key, value) in [
        ("room", json!("text")),
        ("room", json!(-1)),
        ("description", json!(1)),
        ("secret", json!(1)),
        ("is_private", json!("yes")),
        ("allowed", json!("all")),
        ("allowed", json!([1])),
        ("sampling_rate", json!("high")),
        ("sampling", json!("high")),
        ("spatial_audio", json!(1)),
        ("record", json!(1)),
        ("permanent", json!(1)),
        ("audiolevel_event", json!(1)),
        ("audio_active_packets", json!(-1)),
        ("groups", json!("all")),
        ("groups", json!([1])),
        ("groups", json!(["1", "2", "3", "4", "5", "6"])),
    ] {
        let mut body = json!({"request": "create", "room": 3011});
        body[key] = value;
        desk.ask(world, body);
    }
}

pub(super) fn secrets(world: &mut World) {
    let desk = Desk::new(world);
    desk.ask(
        world,
        json!({"request": "create", "room": 3021, "secret": "hush"}),
    );
    for request in [
        json!({"request": "edit"}),
        json!({"request": "destroy"}),
        json!({"request": "enable_recording", "record": false}),
        json!({"request": "allowed", "action": "enable"}),
        json!({"request": "mute_room"}),
        json!({"request": "kick_all"}),
        json!({"request": "rtp_forward", "host": "127.0.0.1", "port": 9}),
        json!({"request": "stop_rtp_forward", "stream_id": 5}),
        json!({"request": "listforwarders"}),
        json!({"request": "play_file", "filename": "x.opus"}),
        json!({"request": "is_playing", "file_id": "x"}),
        json!({"request": "stop_file", "file_id": "x"}),
    ] {
        for secret in [Value::Null, json!("guess"), json!(1), json!("hush")] {
            let mut body = request.clone();
            body["room"] = 3021.into();
            if secret == "hush" && body["request"] != "allowed" && body["request"] != "is_playing" {
                continue;
            }
            if !secret.is_null() {
                body["secret"] = secret;
            }
            desk.ask(world, body);
        }
    }
    desk.ask(
        world,
        json!({"request": "edit", "room": 3021, "secret": "hush", "new_secret": "", "new_pin": ""}),
    );
    desk.ask(
        world,
        json!({"request": "edit", "room": 3021, "secret": "hush", "new_secret": "other"}),
    );
    desk.ask(
        world,
        json!({"request": "destroy", "room": 3021, "secret": "hush"}),
    );
    desk.ask(
        world,
        json!({"request": "destroy", "room": 3021, "secret": "other"}),
    );
}

pub(super) fn tokens(world: &mut World) {
    let desk = Desk::new(world);
    desk.ask(
        world,
        json!({"request": "create", "room": 3031, "allowed": []}),
    );
    desk.tell(world, json!({"request": "join", "room": 3031, "id": 1}));
    for (action, tokens) in [
        ("add", json!(["one"])),
        ("add", json!(["one"])),
        ("add", json!([1])),
        ("remove", json!(["two"])),
        ("enable", json!(["two"])),
        ("disable", json!(["two"])),
        ("forget", json!([])),
        ("ENABLE", json!([])),
    ] {
        let body = json!({"request": "allowed", "room": 3031, "action": action, "allowed": tokens});
        desk.ask(world, body);
    }
    desk.tell(
        world,
        json!({"request": "join", "room": 3031, "id": 1, "token": "two"}),
    );
    desk.tell(
        world,
        json!({"request": "join", "room": 3031, "id": 1, "token": "one"}),
    );
    desk.ask(world, json!({"request": "destroy", "room": 3031}));
}

pub(super) fn end(world: &mut World) {
    let desk = Desk::new(world);
    desk.ask(world, json!({"request": "create", "room": 3181}));
    desk.tell(world, json!({"request": "join", "room": 3181, "id": 1}));
    let destroy = json!({"request": "destroy", "room": 3181});
    world.ask_and_see(desk.link, desk.message(&destroy));
    desk.tell(world, json!({"request": "leave"}));
    desk.ask(world, json!({"request": "exists", "room": 3181}));
}
