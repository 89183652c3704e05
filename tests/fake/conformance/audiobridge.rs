//! The AudioBridge plugin, as far as it goes without audio. Each scenario has rooms of its own: they
//! share a server.

use std::{fs, time::Duration};

use common::{TempDir, ogg::opus_file};
use serde_json::{Value, json};

use super::echotest::offer_of;
use super::target::Setup::Plain;
use super::world::{ANSWER, Link, Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario {
        name: "audiobridge: unknown and missing requests",
        setup: Plain,
        run: unknown,
    },
    Scenario {
        name: "audiobridge: rooms are made, changed and ended",
        setup: Plain,
        run: rooms,
    },
    Scenario {
        name: "audiobridge: rooms that cannot be made",
        setup: Plain,
        run: bad_rooms,
    },
    Scenario {
        name: "audiobridge: secrets",
        setup: Plain,
        run: secrets,
    },
    Scenario {
        name: "audiobridge: tokens",
        setup: Plain,
        run: tokens,
    },
    Scenario {
        name: "audiobridge: joining, and who may not",
        setup: Plain,
        run: join,
    },
    Scenario {
        name: "audiobridge: join with wrong types",
        setup: Plain,
        run: wrong_types,
    },
    Scenario {
        name: "audiobridge: two people, and what they hear of each other",
        setup: Plain,
        run: two,
    },
    Scenario {
        name: "audiobridge: plain RTP",
        setup: Plain,
        run: plain_rtp,
    },
    Scenario {
        name: "audiobridge: before any join",
        setup: Plain,
        run: before_join,
    },
    Scenario {
        name: "audiobridge: moving between rooms",
        setup: Plain,
        run: moving,
    },
    Scenario {
        name: "audiobridge: muting",
        setup: Plain,
        run: muting,
    },
    Scenario {
        name: "audiobridge: kicks of those without a PeerConnection",
        setup: Plain,
        run: kicks,
    },
    Scenario {
        name: "audiobridge: suspending",
        setup: Plain,
        run: suspending,
    },
    Scenario {
        name: "audiobridge: an offer, hangup and detach",
        setup: Plain,
        run: offers,
    },
    Scenario {
        name: "audiobridge: groups",
        setup: Plain,
        run: groups,
    },
    Scenario {
        name: "audiobridge: forwarders",
        setup: Plain,
        run: forwarders,
    },
    Scenario {
        name: "audiobridge: files that cannot be played",
        setup: Plain,
        run: bad_files,
    },
    Scenario {
        name: "audiobridge: a file is played",
        setup: Plain,
        run: files,
    },
    Scenario {
        name: "audiobridge: a room ends with people in it",
        setup: Plain,
        run: end,
    },
];

const BRIDGE: &str = "janus.plugin.audiobridge";
/// Janus closes PeerConnections by a timer that rings once a second.
const KICK: Duration = Duration::from_secs(2);

/// A handle, and what it is asked.
#[derive(Clone, Copy)]
struct Desk {
    link: Link,
    session: u64,
    handle: u64,
}

impl Desk {
    fn new(world: &mut World) -> Self {
        let (link, session, handle) = world.attached(BRIDGE);
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

    /// A request about rooms; also waits for what comes of it.
    fn ask(self, world: &mut World, body: Value) -> Value {
        let answer = world.ask(self.link, self.message(&body));
        answer["plugindata"]["data"].clone()
    }

    /// A request about the handle's own place.
    fn tell(self, world: &mut World, body: Value) -> Value {
        let answer = world.tell(self.link, self.message(&body));
        answer["plugindata"]["data"].clone()
    }

    /// What has come meanwhile, so many events.
    fn hears(self, world: &mut World, count: usize) {
        for _ in 0..count {
            world.next(self.link, ANSWER);
        }
    }
}

fn unknown(world: &mut World) {
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

fn rooms(world: &mut World) {
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

fn bad_rooms(world: &mut World) {
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

fn secrets(world: &mut World) {
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

fn tokens(world: &mut World) {
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

fn join(world: &mut World) {
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

fn wrong_types(world: &mut World) {
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

fn two(world: &mut World) {
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

fn plain_rtp(world: &mut World) {
    let (alice, bob) = (Desk::new(world), Desk::new(world));
    let create = json!({"request": "create", "room": 3071, "allow_rtp_participants": true});
    alice.ask(world, create);
    alice.tell(world, json!({"request": "join", "room": 3071, "id": 1}));
    for (id, codec, rtp) in [
        (2, "opus", json!({"ip": "127.0.0.1", "port": 9})),
        (
            3,
            "pcma",
            json!({"ip": "127.0.0.1", "port": 9, "audiolevel_ext": 1, "payload_type": 5}),
        ),
    ] {
        let desk = if id == 2 { bob } else { Desk::new(world) };
        let join = json!({"request": "join", "room": 3071, "id": id, "codec": codec, "rtp": rtp});
        world.send(desk.link, desk.message(&join));
        // The ack may come first or last.
        let mut both = [world.silently(desk.link), world.silently(desk.link)];
        both.sort_by_key(|message| message["janus"] == "ack");
        let answer = both[0]["plugindata"]["data"].clone();
        // Address and port are the server's own.
        let rtp = &answer["rtp"];
        let (ip, port) = (rtp["ip"].is_string(), rtp["port"].is_u64());
        world.note(&format!("{ip} {port} {}", rtp["payload_type"]));
        world.note(&answer["participants"].to_string());
        desk.ask(world, json!({"request": "listparticipants", "room": 3071}));
    }
    world.quiet(alice.link);
    alice.ask(world, json!({"request": "destroy", "room": 3071}));
}

fn before_join(world: &mut World) {
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

fn moving(world: &mut World) {
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

fn muting(world: &mut World) {
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

fn kicks(world: &mut World) {
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

fn suspending(world: &mut World) {
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

fn offers(world: &mut World) {
    let (alice, bob) = (Desk::new(world), Desk::new(world));
    alice.ask(world, json!({"request": "create", "room": 3131}));
    bob.tell(world, json!({"request": "join", "room": 3131, "id": 2}));
    let mut join = alice.message(&json!({"request": "join", "room": 3131, "id": 1}));
    join["jsep"] = json!({"type": "offer", "sdp": offer_of(&["audio"])});
    world.send(alice.link, join);
    // The ack may come first or last.
    let mut both = [world.silently(alice.link), world.silently(alice.link)];
    both.sort_by_key(|message| message["janus"] == "ack");
    let [answered, _] = both;
    world.note(&answered["plugindata"]["data"].to_string());
    world.note(&answered["jsep"]["type"].to_string());
    bob.hears(world, 1);
    let on = |desk: Desk, verb: &str| json!({"janus": verb, "session_id": desk.session, "handle_id": desk.handle});
    world.ask_and_see(alice.link, on(alice, "hangup"));
    bob.hears(world, 1);
    alice.tell(world, json!({"request": "leave"}));
    alice.tell(world, json!({"request": "join", "room": 3131, "id": 1}));
    bob.hears(world, 1);
    world.detach(alice.link, alice.session, alice.handle, &[]);
    bob.hears(world, 1);
    bob.ask(world, json!({"request": "destroy", "room": 3131}));
}

fn groups(world: &mut World) {
    let desk = Desk::new(world);
    desk.ask(
        world,
        json!({"request": "create", "room": 3141, "groups": ["one", "two"]}),
    );
    for body in [
        json!({"request": "join", "room": 3141, "id": 1}),
        json!({"request": "join", "room": 3141, "id": 1, "group": "three"}),
        json!({"request": "join", "room": 3141, "id": 1, "group": "two"}),
    ] {
        desk.tell(world, body);
    }
    for group in ["one", "three"] {
        let play = json!({"request": "play_file", "room": 3141, "filename": "/dev/null/none", "group": group});
        desk.ask(world, play);
    }
    desk.ask(
        world,
        json!({"request": "play_file", "room": 3141, "filename": "/dev/null/none"}),
    );
    desk.ask(world, json!({"request": "destroy", "room": 3141}));
}

fn forwarders(world: &mut World) {
    let desk = Desk::new(world);
    desk.ask(world, json!({"request": "create", "room": 3151}));
    for body in [
        json!({}),
        json!({"port": 9}),
        json!({"port": 9, "host": "127.0.0.1", "codec": "g722"}),
        json!({"port": 0, "host": "127.0.0.1"}),
        json!({"port": 9, "host": 1}),
    ] {
        let mut body = body;
        body["request"] = "rtp_forward".into();
        body["room"] = 3151.into();
        desk.ask(world, body);
    }
    let forward = json!({"request": "rtp_forward", "room": 3151, "host": "127.0.0.1", "port": 9,
                         "codec": "pcmu", "ptype": 0, "ssrc": 77, "always_on": true});
    world.send(desk.link, desk.message(&forward));
    let made = world.silently(desk.link)["plugindata"]["data"].clone();
    let id = made["stream_id"].as_u64().expect("it has an id");
    world.name('F', id);
    world.note(&made.to_string());
    desk.ask(world, json!({"request": "listforwarders", "room": 3151}));
    desk.ask(
        world,
        json!({"request": "stop_rtp_forward", "room": 3151, "stream_id": id}),
    );
    desk.ask(
        world,
        json!({"request": "stop_rtp_forward", "room": 3151, "stream_id": 5}),
    );
    desk.ask(world, json!({"request": "stop_rtp_forward", "room": 3151}));
    desk.ask(world, json!({"request": "listforwarders", "room": 3151}));
    desk.ask(world, json!({"request": "destroy", "room": 3151}));
}

fn bad_files(world: &mut World) {
    let desk = Desk::new(world);
    desk.ask(world, json!({"request": "create", "room": 3161}));
    for body in [
        json!({"request": "play_file", "room": 3161}),
        json!({"request": "play_file", "room": 3161, "filename": 1}),
        json!({"request": "play_file", "room": 3161, "filename": "/dev/null/none"}),
        json!({"request": "play_file", "room": 3162, "filename": "/dev/null/none"}),
        json!({"request": "play_file", "filename": "/dev/null/none"}),
        json!({"request": "is_playing", "room": 3161}),
        json!({"request": "is_playing", "room": 3161, "file_id": "x"}),
        json!({"request": "stop_file", "room": 3161, "file_id": "x"}),
        json!({"request": "stop_file", "room": 3161}),
        json!({"request": "listannouncements", "room": 3161}),
        json!({"request": "stop_all_files", "room": 3161}),
        json!({"request": "destroy", "room": 3161}),
    ] {
        desk.ask(world, body);
    }
}

fn files(world: &mut World) {
    let folder = TempDir::new("conformance");
    let file = folder.path().join("silence.opus");
    // 20 ms of silence each.
    let packets = vec![vec![0xf8, 0xff, 0xfe]; 50];
    fs::write(&file, opus_file(&packets)).expect("it can be written");
    let (desk, guest) = (Desk::new(world), Desk::new(world));
    desk.ask(world, json!({"request": "create", "room": 3171}));
    guest.tell(world, json!({"request": "join", "room": 3171, "id": 1}));
    for (id, repeat) in [("long", true), ("short", false)] {
        let play = json!({"request": "play_file", "room": 3171, "filename": file, "file_id": id,
                          "loop": repeat});
        let answer = world.hush(desk.link, desk.message(&play));
        world.note(&answer["plugindata"]["data"].to_string());
        guest.hears(world, 1);
    }
    guest.hears(world, 1);
    for id in ["long", "short"] {
        desk.ask(
            world,
            json!({"request": "is_playing", "room": 3171, "file_id": id}),
        );
    }
    desk.ask(
        world,
        json!({"request": "stop_file", "room": 3171, "file_id": "long"}),
    );
    guest.hears(world, 1);
    desk.ask(
        world,
        json!({"request": "is_playing", "room": 3171, "file_id": "long"}),
    );
    desk.ask(world, json!({"request": "destroy", "room": 3171}));
    guest.hears(world, 1);
}

fn end(world: &mut World) {
    let desk = Desk::new(world);
    desk.ask(world, json!({"request": "create", "room": 3181}));
    desk.tell(world, json!({"request": "join", "room": 3181, "id": 1}));
    let destroy = json!({"request": "destroy", "room": 3181});
    world.ask_and_see(desk.link, desk.message(&destroy));
    desk.tell(world, json!({"request": "leave"}));
    desk.ask(world, json!({"request": "exists", "room": 3181}));
}
