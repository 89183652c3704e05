//! `attach`, `detach`, `hangup`.

use serde_json::{Value, json};

use super::echotest::offer_of;
use super::target::Setup::Plain;
use super::world::{Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario::new("attach: all plugins, and detach", Plain, all_plugins),
    Scenario::new("attach: unknown plugins", Plain, unknown),
    Scenario::new(
        "attach: no plugin, plugins of wrong types",
        Plain,
        wrong_types,
    ),
    Scenario::new("attach: opaque_id", Plain, opaque_id),
    Scenario::new("attach: loop_index", Plain, loop_index),
    Scenario::new("attach: order of the checks", Plain, order),
    Scenario::new("detach", Plain, detach),
    Scenario::new("detach: twice", Plain, detach_twice),
    Scenario::new("detach: with a PeerConnection", Plain, detach_peer),
    Scenario::new("hangup: without a PeerConnection", Plain, hangup_without),
    Scenario::new("hangup: with a PeerConnection", Plain, hangup),
    Scenario::new("hangup: twice, and a new offer", Plain, hangup_again),
    Scenario::new("destroy: with a PeerConnection", Plain, destroy_peer),
];

const ECHOTEST: &str = "janus.plugin.echotest";

fn all_plugins(world: &mut World) {
    let link = world.link();
    let session = world.create(link);
    for plugin in [
        "audiobridge",
        "echotest",
        "nosip",
        "recordplay",
        "sip",
        "streaming",
        "textroom",
        "videocall",
        "videoroom",
    ] {
        let handle = world.attach(link, session, &format!("janus.plugin.{plugin}"));
        world.detach(link, session, handle, &[]);
    }
    let voicemail = json!({"janus": "attach", "session_id": session,
                           "plugin": "janus.plugin.voicemail"});
    world.ask(link, voicemail);
}

fn unknown(world: &mut World) {
    let link = world.link();
    let session = world.create(link);
    for plugin in [
        "janus.plugin.nonsense",
        "",
        "echotest",
        " janus.plugin.echotest",
        "%s%n",
    ] {
        world.ask(
            link,
            json!({"janus": "attach", "session_id": session, "plugin": plugin}),
        );
    }
}

fn wrong_types(world: &mut World) {
    let link = world.link();
    let session = world.create(link);
    world.ask(link, json!({"janus": "attach", "session_id": session}));
    for plugin in [
        json!(1),
        Value::Null,
        json!(true),
        json!([ECHOTEST]),
        json!({}),
    ] {
        world.ask(
            link,
            json!({"janus": "attach", "session_id": session, "plugin": plugin}),
        );
    }
}

fn opaque_id(world: &mut World) {
    let (link, session, _) = world.attached(ECHOTEST);
    for id in [
        Value::Null,
        json!(1),
        json!([]),
        json!(""),
        json!("door"),
        json!("door"),
    ] {
        let attach = json!({"janus": "attach", "session_id": session, "plugin": ECHOTEST,
                            "opaque_id": id});
        world.ask(link, attach);
    }
}

fn loop_index(world: &mut World) {
    let (link, session, _) = world.attached(ECHOTEST);
    for index in [
        Value::Null,
        json!("1"),
        json!(-1),
        json!(1.5),
        json!(0),
        json!(1000),
    ] {
        let attach = json!({"janus": "attach", "session_id": session, "plugin": ECHOTEST,
                            "loop_index": index});
        world.ask(link, attach);
    }
}

fn order(world: &mut World) {
    let link = world.link();
    let session = world.create(link);
    let all = json!({"janus": "attach", "session_id": session, "plugin": 1, "opaque_id": 2,
                     "loop_index": "x"});
    world.ask(link, all);
    let two = json!({"janus": "attach", "session_id": session, "opaque_id": 2, "loop_index": "x"});
    world.ask(link, two);
    let late = json!({"janus": "attach", "session_id": session, "plugin": "no", "loop_index": "x"});
    world.ask(link, late);
    // `id` belongs to `create`, and is checked everywhere.
    let id = json!({"janus": "attach", "session_id": session, "plugin": ECHOTEST, "id": "x"});
    world.ask(link, id);
}

fn detach(world: &mut World) {
    let (link, session, handle) = world.attached(ECHOTEST);
    let other = world.attach(link, session, ECHOTEST);
    world.detach(link, session, handle, &[]);
    world.ask(
        link,
        json!({"janus": "keepalive", "session_id": session, "handle_id": other}),
    );
    world.ask(
        link,
        json!({"janus": "hangup", "session_id": session, "handle_id": handle}),
    );
}

fn detach_twice(world: &mut World) {
    let (link, session, handle) = world.attached(ECHOTEST);
    world.detach(link, session, handle, &[]);
    world.detach(link, session, handle, &[]);
}

fn detach_peer(world: &mut World) {
    let (link, session, handle) = world.attached(ECHOTEST);
    world.tell(link, offer(session, handle));
    world.detach(link, session, handle, &[]);
}

fn hangup_without(world: &mut World) {
    let (link, session, handle) = world.attached(ECHOTEST);
    let of_sip = world.attach(link, session, "janus.plugin.sip");
    for id in [handle, handle, of_sip] {
        let hangup = json!({"janus": "hangup", "session_id": session, "handle_id": id});
        world.ask_and_see(link, hangup);
    }
}

fn hangup(world: &mut World) {
    let (link, session, handle) = world.attached(ECHOTEST);
    world.tell(link, offer(session, handle));
    world.ask_and_see(
        link,
        json!({"janus": "hangup", "session_id": session, "handle_id": handle}),
    );
    world.tell(
        link,
        json!({"janus": "message", "session_id": session, "handle_id": handle,
                            "body": {"video": true}}),
    );
}

fn hangup_again(world: &mut World) {
    let (link, session, handle) = world.attached(ECHOTEST);
    world.tell(link, offer(session, handle));
    let hangup = json!({"janus": "hangup", "session_id": session, "handle_id": handle});
    world.ask_and_see(link, hangup.clone());
    world.ask_and_see(link, hangup.clone());
    world.tell(link, offer(session, handle));
    world.ask_and_see(link, hangup);
}

fn destroy_peer(world: &mut World) {
    let (link, session, handle) = world.attached(ECHOTEST);
    world.tell(link, offer(session, handle));
    world.ask_and_see(link, json!({"janus": "destroy", "session_id": session}));
}

fn offer(session: u64, handle: u64) -> Value {
    json!({"janus": "message", "session_id": session, "handle_id": handle,
           "body": {"audio": true}, "jsep": {"type": "offer", "sdp": offer_of(&["audio"])}})
}
