//! Members of rooms: who comes in, speaks, is told and put out.

use serde_json::{Value, json};

use super::{TEXTROOM, World, ask, listed, over_api, two};

pub fn members(world: &mut World) {
    let [alice, bob] = two(world);
    ask(
        world,
        alice,
        json!({"request": "create", "room": 905, "history": 2}),
    );
    let join = |name: &str| json!({"room": 905, "username": name});
    let mut shown = join("alice");
    shown["display"] = "Alice".into();
    over_api(world, alice, "join", shown);
    over_api(world, bob, "JOIN", join("bob"));
    listed(world, alice, 905);
    for more in [
        json!({}),
        json!({"ack": true}),
        json!({"to": "bob"}),
        json!({"to": "zed"}),
        json!({"tos": ["bob", "alice"]}),
        json!({"tos": ["zed"]}),
        json!({"tos": []}),
        json!({"to": "bob", "tos": ["bob"]}),
    ] {
        let mut body = json!({"room": 905, "text": "hello"});
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().cloned().unwrap_or_default());
        over_api(world, alice, "message", body);
    }
    over_api(world, bob, "leave", json!({"room": 905}));
    over_api(world, bob, "join", join("robert"));
    over_api(world, alice, "leave", json!({"room": 905}));
    listed(world, alice, 905);
    ask(world, alice, json!({"request": "destroy", "room": 905}));
    over_api(world, bob, "leave", json!({"room": 905}));
}

pub fn members_refused(world: &mut World) {
    let [alice, bob] = two(world);
    let create = json!({"request": "create", "room": 906, "pin": "2580"});
    ask(world, alice, create);
    let join = |name: &str, pin: &str| json!({"room": 906, "username": name, "pin": pin});
    over_api(
        world,
        alice,
        "join",
        json!({"room": 906, "username": "alice"}),
    );
    over_api(world, alice, "join", join("alice", "0"));
    over_api(
        world,
        alice,
        "message",
        json!({"room": 906, "text": "hello"}),
    );
    over_api(world, alice, "leave", json!({"room": 906}));
    over_api(world, alice, "join", join("alice", "2580"));
    over_api(world, alice, "join", join("alice", "2580"));
    over_api(world, alice, "join", join("robert", "0"));
    over_api(world, bob, "join", join("alice", "2580"));
    for verb in ["join", "leave", "message"] {
        let body = json!({"room": 907, "username": "bob", "text": "hello"});
        over_api(world, bob, verb, body);
    }
    ask(world, alice, json!({"request": "destroy", "room": 906}));
}

pub fn participants(world: &mut World) {
    let place = world.attached(TEXTROOM);
    let list = json!({"request": "listparticipants", "room": 908});
    ask(world, place, list.clone());
    ask(world, place, json!({"request": "create", "room": 908}));
    ask(world, place, list.clone());
    let join = json!({"room": 908, "username": "alice", "display": "Alice"});
    over_api(world, place, "join", join);
    ask(world, place, list);
    ask(world, place, json!({"request": "destroy", "room": 908}));
}

pub fn tokens(world: &mut World) {
    let place = world.attached(TEXTROOM);
    let create = json!({"request": "create", "room": 909, "secret": "hush", "allowed": []});
    ask(world, place, create);
    let join = |token: &str| json!({"room": 909, "username": "alice", "token": token});
    over_api(
        world,
        place,
        "join",
        json!({"room": 909, "username": "alice"}),
    );
    over_api(world, place, "join", join("one"));
    for (action, tokens) in [
        ("add", json!(["one"])),
        ("add", json!(["one", 2])),
        ("ADD", json!([])),
        ("enable", json!(["two"])),
    ] {
        let body = json!({"request": "allowed", "room": 909, "action": action,
            "allowed": tokens, "secret": "hush"});
        ask(world, place, body);
    }
    let without = json!({"request": "allowed", "room": 909, "action": "add"});
    ask(world, place, without);
    over_api(world, place, "join", join("two"));
    over_api(world, place, "join", join("one"));
    for action in ["remove", "disable", "enable"] {
        let body = json!({"request": "allowed", "room": 909, "action": action,
            "allowed": ["one"], "secret": "hush"});
        ask(world, place, body);
    }
    over_api(world, place, "leave", json!({"room": 909}));
    over_api(world, place, "join", join("one"));
    let destroy = json!({"request": "destroy", "room": 909, "secret": "hush"});
    ask(world, place, destroy);
}

pub fn kicks(world: &mut World) {
    let [alice, bob] = two(world);
    let create = json!({"request": "create", "room": 910, "secret": "hush"});
    ask(world, alice, create);
    over_api(world, bob, "join", json!({"room": 910, "username": "bob"}));
    let kick = |more: Value| {
        let mut body = json!({"request": "kick", "room": 910, "username": "bob"});
        body["secret"] = more;
        body
    };
    let without = json!({"request": "kick", "room": 910, "username": "bob"});
    ask(world, alice, without);
    ask(world, alice, kick("x".into()));
    ask(world, alice, kick("hush".into()));
    ask(world, alice, kick("hush".into()));
    over_api(
        world,
        bob,
        "message",
        json!({"room": 910, "text": "hello?"}),
    );
    let nowhere = json!({"request": "kick", "room": 911, "username": "bob"});
    ask(world, alice, nowhere);
    for (room, secret) in [(910, "x"), (910, "hush"), (911, "hush")] {
        let body = json!({"request": "announcement", "room": room, "text": "hear",
            "secret": secret});
        ask(world, alice, body);
    }
    let destroy = json!({"request": "destroy", "room": 910, "secret": "hush"});
    ask(world, alice, destroy);
}
