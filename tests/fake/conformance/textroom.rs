//! The TextRoom plugin, over the Janus API. Each scenario has rooms of its own on the server that all
//! share.

use serde_json::{Value, json};

use super::echotest::offer_of;
use super::target::Setup::Plain;
use super::world::{Link, Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario {
        name: "textroom: unknown and missing requests",
        setup: Plain,
        run: unknown,
    },
    Scenario {
        name: "textroom: rooms are made, changed and destroyed",
        setup: Plain,
        run: rooms,
    },
    Scenario {
        name: "textroom: rooms without an id or a text",
        setup: Plain,
        run: defaults,
    },
    Scenario {
        name: "textroom: elements of wrong types",
        setup: Plain,
        run: wrong_types,
    },
    Scenario {
        name: "textroom: elements missing",
        setup: Plain,
        run: missing,
    },
    Scenario {
        name: "textroom: members join, speak and leave",
        setup: Plain,
        run: members,
    },
    Scenario {
        name: "textroom: what join, leave and message are refused for",
        setup: Plain,
        run: members_refused,
    },
    Scenario {
        name: "textroom: who is in a room",
        setup: Plain,
        run: participants,
    },
    Scenario {
        name: "textroom: tokens",
        setup: Plain,
        run: tokens,
    },
    Scenario {
        name: "textroom: kicks and announcements",
        setup: Plain,
        run: kicks,
    },
    Scenario {
        name: "textroom: a data channel is offered once",
        setup: Plain,
        run: offered,
    },
    Scenario {
        name: "textroom: acks",
        setup: Plain,
        run: acks,
    },
    Scenario {
        name: "textroom: hangup with a PeerConnection",
        setup: Plain,
        run: hangup,
    },
    Scenario {
        name: "textroom: hangup without a PeerConnection",
        setup: Plain,
        run: bare_hangup,
    },
    Scenario {
        name: "textroom: the end of a handle and of a session",
        setup: Plain,
        run: ends,
    },
];

const TEXTROOM: &str = "janus.plugin.textroom";
type Place = (Link, u64, u64);

fn message((_, session, handle): Place, body: Value) -> Value {
    json!({"janus": "message", "session_id": session, "handle_id": handle, "body": body})
}

/// A request that is answered at once.
fn ask(world: &mut World, place: Place, body: Value) -> Value {
    world.ask(place.0, message(place, body))
}

/// The same for one that data channels have.
fn over_api(world: &mut World, place: Place, verb: &str, mut body: Value) {
    body["request"] = "exists".into();
    body["textroom"] = verb.into();
    ask(world, place, body);
}

/// One that is answered by an event.
fn tell(world: &mut World, place: Place, body: Value) -> Value {
    world.tell(place.0, message(place, body))
}

fn unknown(world: &mut World) {
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

fn rooms(world: &mut World) {
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

/// Records how a room is listed; others are on that server too.
fn listed(world: &mut World, place: Place, room: u64) {
    let answer = world.hush(place.0, message(place, json!({"request": "list"})));
    let list = answer["plugindata"]["data"]["list"].as_array().cloned();
    let own = list.unwrap_or_default().into_iter();
    let own: Vec<Value> = own.filter(|it| it["room"] == room).collect();
    world.note(&format!("listed: {}", Value::from(own)));
}

fn defaults(world: &mut World) {
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

fn wrong_types(world: &mut World) {
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

fn missing(world: &mut World) {
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

/// Two handles of one session.
fn two(world: &mut World) -> [Place; 2] {
    let (link, session, first) = world.attached(TEXTROOM);
    let second = world.attach(link, session, TEXTROOM);
    [(link, session, first), (link, session, second)]
}

fn members(world: &mut World) {
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

fn members_refused(world: &mut World) {
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

fn participants(world: &mut World) {
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

fn tokens(world: &mut World) {
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

fn kicks(world: &mut World) {
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

fn offered(world: &mut World) {
    let place = world.attached(TEXTROOM);
    for verb in ["restart", "setup", "SETUP", "restart"] {
        tell(world, place, json!({"request": verb}));
    }
    tell(world, place, json!({"request": "ack"}));
}

fn with_answer(world: &mut World, place: Place) -> Value {
    let sdp = offer_of(&["data"]).replace("a=setup:actpass", "a=setup:active");
    let mut request = message(place, json!({"request": "ack"}));
    request["jsep"] = json!({"type": "answer", "sdp": sdp});
    world.ask_and_see(place.0, request)
}

fn acks(world: &mut World) {
    let place = world.attached(TEXTROOM);
    tell(world, place, json!({"request": "ack"}));
    with_answer(world, place);
    let place = world.attached(TEXTROOM);
    tell(world, place, json!({"request": "setup"}));
    with_answer(world, place);
    tell(world, place, json!({"request": "restart"}));
    with_answer(world, place);
}

fn hangup(world: &mut World) {
    let place = world.attached(TEXTROOM);
    let (link, session, handle) = place;
    ask(world, place, json!({"request": "create", "room": 912}));
    let join = json!({"room": 912, "username": "alice"});
    over_api(world, place, "join", join.clone());
    tell(world, place, json!({"request": "setup"}));
    let hangup = json!({"janus": "hangup", "session_id": session, "handle_id": handle});
    world.ask_and_see(link, hangup);
    listed(world, place, 912);
    over_api(world, place, "leave", json!({"room": 912}));
    over_api(world, place, "join", join);
    tell(world, place, json!({"request": "setup"}));
    tell(world, place, json!({"request": "restart"}));
    ask(world, place, json!({"request": "destroy", "room": 912}));
}

fn bare_hangup(world: &mut World) {
    let place = world.attached(TEXTROOM);
    let (link, session, handle) = place;
    ask(world, place, json!({"request": "create", "room": 913}));
    over_api(
        world,
        place,
        "join",
        json!({"room": 913, "username": "alice"}),
    );
    let hangup = json!({"janus": "hangup", "session_id": session, "handle_id": handle});
    world.ask_and_see(link, hangup);
    listed(world, place, 913);
    ask(world, place, json!({"request": "destroy", "room": 913}));
}

fn ends(world: &mut World) {
    let [alice, bob] = two(world);
    ask(world, alice, json!({"request": "create", "room": 914}));
    over_api(
        world,
        alice,
        "join",
        json!({"room": 914, "username": "alice"}),
    );
    over_api(world, bob, "join", json!({"room": 914, "username": "bob"}));
    world.detach(bob.0, bob.1, bob.2, &[]);
    listed(world, alice, 914);
    let second = world.attached(TEXTROOM);
    over_api(
        world,
        second,
        "join",
        json!({"room": 914, "username": "bob"}),
    );
    let destroy = json!({"janus": "destroy", "session_id": second.1});
    world.ask_and_see(second.0, destroy);
    listed(world, alice, 914);
    ask(world, alice, json!({"request": "destroy", "room": 914}));
}
