//! `message`: what the core checks before the plugin sees it.

use serde_json::{Value, json};

use super::echotest::{ask_echo, offer_of};
use super::target::Setup::Plain;
use super::world::{Link, Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario::new("message: no body", Plain, no_body),
    Scenario::new("message: bodies of wrong types", Plain, wrong_body),
    Scenario::new("message: jsep of wrong types", Plain, wrong_jsep),
    Scenario::new("message: jsep without type or sdp", Plain, half_jsep),
    Scenario::new(
        "message: jsep with wrong element types",
        Plain,
        jsep_elements,
    ),
    Scenario::new("message: jsep of unknown type", Plain, unknown_type),
    Scenario::new("message: sdp that is none", Plain, bad_sdp),
    Scenario::new("message: sdp with bad lines", Plain, bad_lines),
    Scenario::new("message: sdp without ICE or DTLS", Plain, no_ice),
    Scenario::new(
        "message: an answer nobody asked for",
        Plain,
        unexpected_answer,
    ),
    Scenario::new("message: jsep type in capitals", Plain, capitals),
];

const ECHOTEST: &str = "janus.plugin.echotest";

fn with_jsep(world: &mut World, (link, session, handle): (Link, u64, u64), jsep: &Value) -> Value {
    let request = json!({"janus": "message", "session_id": session, "handle_id": handle,
                         "body": {"audio": true}, "jsep": jsep});
    world.ask_and_see(link, request)
}

fn no_body(world: &mut World) {
    let (link, session, handle) = world.attached(ECHOTEST);
    world.ask(
        link,
        json!({"janus": "message", "session_id": session, "handle_id": handle}),
    );
    let jsep = json!({"type": "offer", "sdp": offer_of(&["audio"])});
    let request = json!({"janus": "message", "session_id": session, "handle_id": handle,
                         "jsep": jsep});
    world.ask(link, request);
}

fn wrong_body(world: &mut World) {
    let address = world.attached(ECHOTEST);
    for body in [
        Value::Null,
        json!("text"),
        json!(1),
        json!([]),
        json!([{}]),
        json!(true),
    ] {
        let (link, session, handle) = address;
        let request = json!({"janus": "message", "session_id": session, "handle_id": handle,
                             "body": body});
        world.ask(link, request);
    }
    ask_echo(world, address, json!({}));
}

fn wrong_jsep(world: &mut World) {
    let address = world.attached(ECHOTEST);
    for jsep in [
        Value::Null,
        json!({}),
        json!("offer"),
        json!(1),
        json!([]),
        json!(false),
    ] {
        with_jsep(world, address, &jsep);
    }
}

fn half_jsep(world: &mut World) {
    let address = world.attached(ECHOTEST);
    with_jsep(world, address, &json!({"type": "offer"}));
    with_jsep(world, address, &json!({"sdp": offer_of(&["audio"])}));
    with_jsep(world, address, &json!({"trickle": false}));
}

fn jsep_elements(world: &mut World) {
    let address = world.attached(ECHOTEST);
    let sdp = offer_of(&["audio"]);
    for (key, value) in [
        ("type", json!(1)),
        ("type", Value::Null),
        ("sdp", json!(["v=0"])),
        ("sdp", Value::Null),
        ("trickle", json!("no")),
        ("trickle", Value::Null),
        ("rid_order", json!(1)),
        ("force_relay", json!(1)),
        ("e2ee", json!("yes")),
    ] {
        let mut jsep = json!({"type": "offer", "sdp": sdp});
        jsep[key] = value;
        with_jsep(world, address, &jsep);
    }
}

fn unknown_type(world: &mut World) {
    let address = world.attached(ECHOTEST);
    for kind in ["nonsense", "", "pranswer", "rollback", "offer "] {
        with_jsep(
            world,
            address,
            &json!({"type": kind, "sdp": offer_of(&["audio"])}),
        );
    }
}

fn bad_sdp(world: &mut World) {
    for sdp in [
        "",
        "nonsense",
        "v=0",
        "v=0\r\n",
        "V=0\r\n",
        "\r\nv=0\r\n",
        "v=0\r\no=-\r\n",
    ] {
        let address = world.attached(ECHOTEST);
        with_jsep(world, address, &json!({"type": "offer", "sdp": sdp}));
    }
}

fn bad_lines(world: &mut World) {
    let good = offer_of(&["audio"]);
    for (from, to) in [
        ("o=- 1 1 IN IP4 127.0.0.1", "o=nonsense"),
        ("o=- 1 1 IN IP4 127.0.0.1", "x=-"),
        ("s=-", "s"),
        ("s=-", "-=s"),
        ("t=0 0", "t=x"),
        ("m=audio 9", "m=audio"),
        ("m=audio 9", "m=sound 9"),
        ("m=audio 9", "m=audio nine"),
        ("UDP/TLS/RTP/SAVPF 111 8 0", "UDP/TLS/RTP/SAVPF"),
        ("c=IN IP4 127.0.0.1", "c=IN IP9 127.0.0.1"),
        ("a=mid:0", "a=mid:"),
        ("m=audio", "z=audio"),
    ] {
        let address = world.attached(ECHOTEST);
        let sdp = good.replace(from, to);
        world.note(&format!("{from} -> {to}: {}", sdp != good));
        with_jsep(world, address, &json!({"type": "offer", "sdp": sdp}));
    }
}

fn no_ice(world: &mut World) {
    let good = offer_of(&["audio"]);
    for start in [
        "a=ice-ufrag",
        "a=ice-pwd",
        "a=fingerprint",
        "a=mid",
        "a=setup",
        "a=rtcp-mux",
    ] {
        let address = world.attached(ECHOTEST);
        let kept = good
            .split_inclusive("\r\n")
            .filter(|line| !line.starts_with(start));
        world.note(&format!("without {start}"));
        let sdp: String = kept.collect();
        with_jsep(world, address, &json!({"type": "offer", "sdp": sdp}));
    }
}

fn unexpected_answer(world: &mut World) {
    let address = world.attached(ECHOTEST);
    with_jsep(
        world,
        address,
        &json!({"type": "answer", "sdp": offer_of(&["audio"])}),
    );
    with_jsep(
        world,
        address,
        &json!({"type": "offer", "sdp": offer_of(&["audio"])}),
    );
}

fn capitals(world: &mut World) {
    let address = world.attached(ECHOTEST);
    with_jsep(
        world,
        address,
        &json!({"type": "OFFER", "sdp": offer_of(&["audio"])}),
    );
}
