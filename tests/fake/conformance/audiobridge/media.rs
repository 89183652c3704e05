//! Plain RTP, PeerConnections, groups, forwarders and files.

use std::fs;

use common::{TempDir, ogg::opus_file};
use serde_json::json;

use super::{super::echotest::offer_of, Desk, World};

pub(super) fn plain_rtp(world: &mut World) {
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

pub(super) fn offers(world: &mut World) {
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

pub(super) fn groups(world: &mut World) {
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

pub(super) fn forwarders(world: &mut World) {
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

pub(super) fn bad_files(world: &mut World) {
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

pub(super) fn files(world: &mut World) {
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
