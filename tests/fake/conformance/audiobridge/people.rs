//! Who is in a room: joining, moving, muting, kicks.

use serde_json::json;

use super::{Desk, KICK, World};

pub(super) fn join(world: &mut World) {
    let desk = Desk::new(world);
    let create = json!({"request": "create", "room": 3041, "pin": "2580", "secret": "hush"});
    desk.ask(world, create);
    for body in [
        json!({}),
        json!({"room": 3042}),
        json!({"room": "3041"}),
        json!({"room": 3041}),
        json!({"room": 3041, "pin": "1111"}),
        json!({"room": 3041, "pin": 2580}),
        json!({"room": 3041, "pin": "2580", "secret": "guess"}),
        json!({"room": 3041, "pin": "2580", "rtp": {}}),
        json!({"room": 3041, "pin": "2580", "quality": 11}),
        json!({"room": 3041, "pin": "2580", "expected_loss": 21}),
        json!({"room": 3041, "pin": "2580", "codec": "g722"}),
        json!({"room": 3041, "pin": "2580", "secret": "hush", "id": 7, "display": "Me"}),
        json!({"room": 3041, "pin": "2580"}),
    ] {
        let mut body = body;
        body["request"] = "join".into();
        desk.tell(world, body);
    }
    let other = Desk::new(world);
    other.tell(
        world,
        json!({"request": "join", "room": 3041, "pin": "2580", "id": 7}),
    );
    desk.ask(world, json!({"request": "listparticipants", "room": 3041}));
    desk.tell(world, json!({"request": "leave"}));
    desk.tell(world, json!({"request": "leave"}));
    desk.ask(
        world,
        json!({"request": "destroy", "room": 3041, "secret": "hush"}),
    );
}

pub(super) fn wrong_types(world: &mut World) {
    let desk = Desk::new(world);
    desk.ask(world, json!({"request": "create", "room": 3051}));
    for (key, value) in [
        ("display", json!(1)),
        ("token", json!(1)),
        ("group", json!(1)),
        ("muted", json!(1)),
        ("codec", json!(1)),
        ("bitrate", json!("x")),
        ("quality", json!("x")),
        ("expected_loss", json!("x")),
        ("volume", json!("x")),
        ("spatial_position", json!("x")),
        ("record", json!(1)),
        ("filename", json!(1)),
        ("generate_offer", json!(1)),
        ("rtp", json!(1)),
        ("secret", json!(1)),
        ("id", json!("x")),
    ] {
        let mut body = json!({"request": "join", "room": 3051});
        body[key] = value;
        desk.tell(world, body);
    }
    desk.tell(world, json!({"request": "join", "room": 3051, "id": 1}));
    for (key, value) in [
        ("muted", json!(1)),
        ("quality", json!("x")),
        ("quality", json!(11)),
        ("expected_loss", json!(21)),
        ("display", json!(1)),
        ("update", json!(1)),
    ] {
        let mut body = json!({"request": "configure"});
        body[key] = value;
        desk.tell(world, body);
    }
    desk.ask(world, json!({"request": "destroy", "room": 3051}));
}

pub(super) fn two(world: &mut World) {
    let (alice, bob) = (Desk::new(world), Desk::new(world));
    let create = json!({"request": "create", "room": 3061, "spatial_audio": true});
    alice.ask(world, create);
    let join =
        |id: u64, name: &str| json!({"request": "join", "room": 3061, "id": id, "display": name});
    alice.tell(world, join(1, "Alice"));
    let mut second = join(2, "Bob");
    second["muted"] = true.into();
    second["spatial_position"] = 120.into();
    bob.tell(world, second);
    alice.hears(world, 1);
    for body in [
        json!({"request": "configure", "muted": false}),
        json!({"request": "configure", "display": "Robert", "spatial_position": 5}),
        json!({"request": "configure", "volume": 50}),
        json!({"request": "configure"}),
    ] {
        bob.tell(world, body);
    }
    alice.hears(world, 2);
    alice.ask(world, json!({"request": "resetdecoder"}));
    alice.ask(world, json!({"request": "listparticipants", "room": 3061}));
    bob.tell(world, json!({"request": "leave"}));
    alice.hears(world, 1);
    alice.ask(world, json!({"request": "destroy", "room": 3061}));
}

pub(super) fn before_join(world: &mut World) {
    let desk = Desk::new(world);
    for body in [
        json!({"request": "configure", "muted": true}),
        json!({"request": "changeroom", "room": 3081}),
        json!({"request": "changeroom"}),
        json!({"request": "leave"}),
        json!({"request": "hangup"}),
    ] {
        desk.tell(world, body);
    }
    desk.ask(world, json!({"request": "resetdecoder"}));
}

pub(super) fn moving(world: &mut World) {
    let (alice, bob) = (Desk::new(world), Desk::new(world));
    for room in [3091, 3092] {
        let create = json!({"request": "create", "room": room, "spatial_audio": true,
                            "pin": if room == 3092 { "1" } else { "2" }});
        alice.ask(world, create);
    }
    alice.tell(
        world,
        json!({"request": "join", "room": 3091, "id": 1, "pin": "2"}),
    );
    bob.tell(
        world,
        json!({"request": "join", "room": 3092, "id": 1, "pin": "1"}),
    );
    for body in [
        json!({"room": 3091, "pin": "2"}),
        json!({"room": 3093}),
        json!({"room": 3092}),
        json!({"room": 3092, "pin": "2"}),
        json!({"room": 3092, "pin": "1", "id": 1}),
        json!({"room": 3092, "pin": "1", "id": 2, "display": "Alice", "muted": true}),
    ] {
        let mut body = body;
        body["request"] = "changeroom".into();
        alice.tell(world, body);
    }
    bob.hears(world, 1);
    alice.tell(world, json!({"request": "leave"}));
    bob.hears(world, 1);
    for room in [3091, 3092] {
        alice.ask(world, json!({"request": "destroy", "room": room}));
    }
}

pub(super) fn muting(world: &mut World) {
    let (desk, guest) = (Desk::new(world), Desk::new(world));
    desk.ask(world, json!({"request": "create", "room": 3101}));
    guest.tell(world, json!({"request": "join", "room": 3101, "id": 1}));
    for request in [
        "mute",
        "mute",
        "unmute",
        "unmute",
        "mute_room",
        "mute_room",
        "unmute_room",
    ] {
        desk.ask(world, json!({"request": request, "room": 3101, "id": 1}));
    }
    guest.hears(world, 4);
    for body in [
        json!({"request": "mute", "room": 3101}),
        json!({"request": "mute", "room": 3101, "id": 2}),
        json!({"request": "mute", "room": 3102, "id": 1}),
        json!({"request": "mute", "room": 3101, "id": "x"}),
        json!({"request": "mute_room"}),
    ] {
        desk.ask(world, body);
    }
    desk.ask(world, json!({"request": "destroy", "room": 3101}));
    guest.hears(world, 1);
}

pub(super) fn kicks(world: &mut World) {
    let (desk, first, second) = (Desk::new(world), Desk::new(world), Desk::new(world));
    desk.ask(world, json!({"request": "create", "room": 3111}));
    first.tell(world, json!({"request": "join", "room": 3111, "id": 1}));
    second.tell(world, json!({"request": "join", "room": 3111, "id": 2}));
    first.hears(world, 1);
    desk.ask(world, json!({"request": "kick", "room": 3111, "id": 3}));
    desk.ask(world, json!({"request": "kick", "room": 3111, "id": 2}));
    for link in [first.link, second.link] {
        while let Some(message) = world.receive(link, KICK) {
            world.keep(link, &[message]);
        }
    }
    desk.ask(world, json!({"request": "listparticipants", "room": 3111}));
    desk.ask(world, json!({"request": "destroy", "room": 3111}));
}

pub(super) fn suspending(world: &mut World) {
    let (alice, bob) = (Desk::new(world), Desk::new(world));
    alice.ask(
        world,
        json!({"request": "create", "room": 3121, "secret": "hush"}),
    );
    alice.tell(world, json!({"request": "join", "room": 3121, "id": 1}));
    bob.tell(world, json!({"request": "join", "room": 3121, "id": 2}));
    alice.hears(world, 1);
    for body in [
        json!({"request": "suspend", "id": 2}),
        json!({"request": "suspend", "id": 2, "secret": "hush"}),
        json!({"request": "suspend", "id": 2, "secret": "hush"}),
        json!({"request": "resume", "id": 2, "secret": "hush"}),
        json!({"request": "suspend", "id": 3, "secret": "hush"}),
        json!({"request": "suspend", "id": 1, "pause_events": true}),
    ] {
        let mut body = body;
        body["room"] = 3121.into();
        world.ask_and_see(alice.link, alice.message(&body));
    }
    bob.tell(world, json!({"request": "configure", "display": "Bob"}));
    let resume = json!({"request": "resume", "room": 3121, "id": 1});
    world.ask_and_see(alice.link, alice.message(&resume));
    world.quiet(bob.link);
    alice.ask(
        world,
        json!({"request": "destroy", "room": 3121, "secret": "hush"}),
    );
}
