//! Rooms: made, listed, changed and destroyed, and what is refused.

use serde_json::{Value, json};

use super::{TEXTROOM, World, ask, listed, message, over_api};

pub fn unknown(world: &mut World) {
    let place = world.attached(TEXTROOM);
    for body in [
        json!({}),
        json!({"room": 901}),
        json!({"request": 7}),
        json!({"request": null}),
        json!({"request": "teleport"}),
        json!({"request": "join", "room": 901, "username": "alice"}),
        json!({"request": "leave", "room": 901}),
        json!({"request": "message", "room": 901, "text": "hello"}),
        json!({"textroom": "leave", "room": 901}),
        json!({"request": "exists", "room": 901}),
        json!({"request": "Exists", "room": 901}),
        json!({"request": "teleport", "textroom": "exists", "room": 901}),
        json!({"request": "exists", "textroom": "teleport", "room": 901}),
        json!({"request": "exists", "textroom": "setup", "room": 901}),
        json!({"request": "exists", "textroom": 7, "room": 901}),
        json!({"request": "kick", "textroom": "EXISTS", "room": 901}),
        json!({"request": "exists", "transaction": 7, "room": 901}),
    ] {
        ask(world, place, body);
    }
}

pub fn rooms(world: &mut World) {
    let place = world.attached(TEXTROOM);
    let room = |verb: &str, more: Value| {
        let mut body = json!({"request": verb, "room": 902});
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().cloned().unwrap_or_default());
        body
    };
    let create = json!({"description": "lobby", "secret": "hush", "pin": "2580", "history": 3,
        "is_private": false, "permanent": false});
    for (verb, more) in [
        ("exists", json!({})),
        ("edit", json!({"secret": "hush"})),
        ("destroy", json!({})),
        ("create", create.clone()),
        ("create", create),
        ("exists", json!({})),
        ("edit", json!({"new_description": "hall"})),
        ("edit", json!({"new_description": "hall", "secret": "x"})),
        ("edit", json!({"new_description": "hall", "secret": 7})),
    ] {
        ask(world, place, room(verb, more));
    }
    listed(world, place, 902);
    let changed = json!({"new_description": "hall", "new_pin": "", "new_secret": "hush-hush",
        "new_post": "", "secret": "hush"});
    ask(world, place, room("edit", changed));
    listed(world, place, 902);
    for (verb, more) in [
        ("edit", json!({"new_is_private": true, "secret": "hush"})),
        (
            "edit",
            json!({"new_is_private": true, "secret": "hush-hush"}),
        ),
    ] {
        ask(world, place, room(verb, more));
    }
    listed(world, place, 902);
    for (verb, more) in [
        ("destroy", json!({})),
        ("destroy", json!({"secret": "hush"})),
        (
            "destroy",
            json!({"secret": "hush-hush", "permanent": false}),
        ),
        ("destroy", json!({"secret": "hush-hush"})),
        ("exists", json!({})),
    ] {
        ask(world, place, room(verb, more));
    }
}

pub fn defaults(world: &mut World) {
    let place = world.attached(TEXTROOM);
    for body in [
        json!({"request": "create"}),
        json!({"request": "create", "room": 0}),
        json!({"request": "create", "description": ""}),
    ] {
        let answer = world.hush(place.0, message(place, body));
        let data = &answer["plugindata"]["data"];
        let room = data["room"].as_u64().expect("a random number");
        world.name('R', room);
        world.note(&format!("{data}"));
        listed(world, place, room);
        ask(world, place, json!({"request": "destroy", "room": room}));
    }
}

pub fn wrong_types(world: &mut World) {
    let place = world.attached(TEXTROOM);
    for (verb, key, value) in [
        ("create", "room", json!("lobby")),
        ("create", "room", json!(-1)),
        ("create", "description", json!(7)),
        ("create", "secret", json!(7)),
        ("create", "pin", json!([])),
        ("create", "post", json!(true)),
        ("create", "is_private", json!("yes")),
        ("create", "history", json!(-1)),
        ("create", "history", json!("3")),
        ("create", "allowed", json!("one")),
        ("create", "allowed", json!(["one", 2])),
        ("create", "permanent", json!(1)),
        ("edit", "new_description", json!(7)),
        ("edit", "new_is_private", json!("no")),
        ("edit", "permanent", Value::Null),
        ("destroy", "permanent", json!("yes")),
        ("exists", "room", json!("lobby")),
        ("exists", "room", Value::Null),
        ("listparticipants", "room", json!(1.5)),
        ("allowed", "action", json!(7)),
        ("allowed", "allowed", json!({})),
        ("kick", "username", json!(7)),
        ("announcement", "text", json!(7)),
    ] {
        let mut body = json!({"request": verb, "room": 903, "action": "add", "username": "bob",
            "text": "hello"});
        body[key] = value;
        ask(world, place, body);
    }
    for (verb, key, value) in [
        ("join", "username", json!(7)),
        ("join", "pin", json!(7)),
        ("join", "token", json!(7)),
        ("join", "display", json!(7)),
        ("join", "history", json!("yes")),
        ("leave", "room", json!("lobby")),
        ("message", "text", json!(7)),
        ("message", "to", json!(7)),
        ("message", "tos", json!("bob")),
        ("message", "ack", json!("yes")),
    ] {
        let mut body = json!({"room": 903, "username": "bob", "text": "hello"});
        body[key] = value;
        over_api(world, place, verb, body);
    }
}

pub fn missing(world: &mut World) {
    let place = world.attached(TEXTROOM);
    for body in [
        json!({"request": "exists"}),
        json!({"request": "listparticipants"}),
        json!({"request": "edit"}),
        json!({"request": "destroy"}),
        json!({"request": "allowed", "room": 904}),
        json!({"request": "allowed", "action": "add"}),
        json!({"request": "allowed", "action": "steal", "room": 904}),
        json!({"request": "kick", "room": 904}),
        json!({"request": "kick", "username": "bob"}),
        json!({"request": "announcement", "room": 904}),
        json!({"request": "announcement", "text": "hear"}),
    ] {
        ask(world, place, body);
    }
    for (verb, body) in [
        ("join", json!({"room": 904})),
        ("join", json!({"username": "bob"})),
        ("leave", json!({})),
        ("message", json!({"room": 904})),
        ("message", json!({"text": "hello"})),
    ] {
        over_api(world, place, verb, body);
    }
}
