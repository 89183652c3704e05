//! `trickle`.

use serde_json::{Value, json};

use super::echotest::offer_of;
use super::target::Setup::Plain;
use super::world::{Link, Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario::new("trickle: neither candidate nor candidates", Plain, neither),
    Scenario::new("trickle: both at once", Plain, both),
    Scenario::new("trickle: before the SDP", Plain, before),
    Scenario::new("trickle: after the SDP", Plain, after),
    Scenario::new("trickle: broken candidates", Plain, broken),
    Scenario::new("trickle: many candidates", Plain, many),
    Scenario::new("trickle: the end, in its forms", Plain, ends),
    Scenario::new("trickle: on other plugins", Plain, other_plugins),
];

const ECHOTEST: &str = "janus.plugin.echotest";
const CANDIDATE: &str = "candidate:1 1 udp 2113937151 192.0.2.7 50000 typ host";

fn good(mid: &str) -> Value {
    json!({"sdpMid": mid, "sdpMLineIndex": 0, "candidate": CANDIDATE})
}

fn trickle(world: &mut World, (link, session, handle): (Link, u64, u64), key: &str, value: Value) {
    let request = json!({"janus": "trickle", "session_id": session, "handle_id": handle,
                         key: value});
    world.ask(link, request);
}

/// A handle that has answered an offer.
fn negotiated(world: &mut World) -> (Link, u64, u64) {
    let (link, session, handle) = world.attached(ECHOTEST);
    let request = json!({"janus": "message", "session_id": session, "handle_id": handle,
                         "body": {"audio": true},
                         "jsep": {"type": "offer", "sdp": offer_of(&["audio"])}});
    world.tell(link, request);
    (link, session, handle)
}

fn neither(world: &mut World) {
    let (link, session, handle) = world.attached(ECHOTEST);
    world.ask(
        link,
        json!({"janus": "trickle", "session_id": session, "handle_id": handle}),
    );
    let address = negotiated(world);
    trickle(world, address, "nothing", json!(1));
}

fn both(world: &mut World) {
    for address in [world.attached(ECHOTEST), negotiated(world)] {
        let (link, session, handle) = address;
        let request = json!({"janus": "trickle", "session_id": session, "handle_id": handle,
                             "candidate": good("0"), "candidates": [good("0")]});
        world.ask(link, request);
        let request = json!({"janus": "trickle", "session_id": session, "handle_id": handle,
                             "candidate": null, "candidates": null});
        world.ask(link, request);
    }
}

fn before(world: &mut World) {
    let address = world.attached(ECHOTEST);
    for value in [
        good("0"),
        Value::Null,
        json!({"completed": true}),
        json!(5),
        json!({}),
    ] {
        trickle(world, address, "candidate", value);
    }
    for value in [json!([good("0")]), json!([]), Value::Null, json!("text")] {
        trickle(world, address, "candidates", value);
    }
}

fn after(world: &mut World) {
    let address = negotiated(world);
    trickle(world, address, "candidate", good("0"));
    trickle(
        world,
        address,
        "candidate",
        json!({"sdpMid": "0", "candidate": CANDIDATE}),
    );
    trickle(
        world,
        address,
        "candidate",
        json!({"sdpMLineIndex": 0, "candidate": CANDIDATE}),
    );
    trickle(world, address, "candidate", good("7"));
    trickle(
        world,
        address,
        "candidate",
        json!({"sdpMLineIndex": 9, "candidate": CANDIDATE}),
    );
    trickle(
        world,
        address,
        "candidate",
        json!({"sdpMid": "0", "candidate": ""}),
    );
    trickle(
        world,
        address,
        "candidate",
        json!({"sdpMid": "0", "candidate": "nonsense"}),
    );
}

fn broken(world: &mut World) {
    let address = negotiated(world);
    for value in [
        json!({}),
        json!({"sdpMid": "0"}),
        json!({"candidate": CANDIDATE}),
        json!({"sdpMid": 0, "candidate": CANDIDATE}),
        json!({"sdpMid": null, "candidate": CANDIDATE}),
        json!({"sdpMLineIndex": "0", "candidate": CANDIDATE}),
        json!({"sdpMLineIndex": -1, "candidate": CANDIDATE}),
        json!({"sdpMid": "0", "candidate": 1}),
        json!({"sdpMid": "0", "candidate": null}),
        json!("text"),
        json!(1),
        json!([]),
    ] {
        trickle(world, address, "candidate", value);
    }
}

fn many(world: &mut World) {
    let address = negotiated(world);
    for value in [
        json!([good("0"), good("0")]),
        json!([good("0"), null]),
        json!([good("0"), {"completed": true}]),
        json!([]),
        json!([{}, good("0")]),
        json!([1, "two"]),
        Value::Null,
        json!({}),
        json!("text"),
    ] {
        trickle(world, address, "candidates", value);
    }
}

fn ends(world: &mut World) {
    let address = negotiated(world);
    for value in [
        Value::Null,
        json!({"completed": true}),
        json!({"completed": false}),
        json!({"completed": "text"}),
        json!({"completed": true, "sdpMid": "0"}),
        good("0"),
    ] {
        trickle(world, address, "candidate", value);
    }
}

fn other_plugins(world: &mut World) {
    for plugin in [
        "janus.plugin.videoroom",
        "janus.plugin.sip",
        "janus.plugin.streaming",
    ] {
        let address = world.attached(plugin);
        trickle(world, address, "candidate", good("0"));
        trickle(world, address, "candidate", Value::Null);
    }
}
