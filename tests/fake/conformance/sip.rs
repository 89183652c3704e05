//! The SIP plugin, as far as it goes without anybody at the other end.

use serde_json::{Value, json};

use super::echotest::offer_of;
use super::target::Setup::Plain;
use super::world::{Link, Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario::new("sip: unknown and missing requests", Plain, unknown),
    Scenario::new("sip: register a guest", Plain, guest),
    Scenario::new("sip: register without sending it", Plain, not_sent),
    Scenario::new("sip: register with elements missing", Plain, missing),
    Scenario::new("sip: register with wrong types", Plain, wrong_types),
    Scenario::new("sip: register with conflicts", Plain, conflicts),
    Scenario::new("sip: register with bad addresses", Plain, bad_addresses),
    Scenario::new("sip: before any register", Plain, before_register),
    Scenario::new("sip: without a call", Plain, without_call),
    Scenario::new("sip: acked and ignored", Plain, ignored),
    Scenario::new("sip: calls that cannot be made", Plain, bad_calls),
    Scenario::new("sip: accept without a call", Plain, accept),
    Scenario::new("sip: requests since 1.1.3", Plain, newer),
    Scenario::new("sip: unregister", Plain, unregister),
    Scenario::new("sip: helpers", Plain, helpers),
    Scenario::new("sip: hangup and detach of a guest", Plain, end_of_guest),
];

const SIP: &str = "janus.plugin.sip";
type Place = (Link, u64, u64);

fn sip(world: &mut World, (link, session, handle): Place, body: Value) -> Value {
    let request = json!({"janus": "message", "session_id": session, "handle_id": handle,
                         "body": body});
    world.tell(link, request)
}

/// Requests that are followed by nothing.
fn silent(world: &mut World, (link, session, handle): Place, body: Value) {
    let request = json!({"janus": "message", "session_id": session, "handle_id": handle,
                         "body": body});
    world.ask_and_see(link, request);
}

fn registered(world: &mut World) -> Place {
    let address = world.attached(SIP);
    let (link, session, handle) = address;
    let guest = json!({"request": "register", "type": "guest", "username": "sip:g@127.0.0.1"});
    let request = json!({"janus": "message", "session_id": session, "handle_id": handle,
                         "body": guest});
    // How that is answered is a scenario of its own.
    world.hush_until_event(link, request);
    address
}

fn unknown(world: &mut World) {
    let address = world.attached(SIP);
    for body in [
        json!({"request": "nonsense"}),
        json!({"request": ""}),
        json!({}),
        json!({"request": 1}),
        json!({"request": null}),
        json!({"Request": "register"}),
        json!({"request": "RESET"}),
    ] {
        sip(world, address, body);
    }
}

fn guest(world: &mut World) {
    let address = world.attached(SIP);
    let first = json!({"request": "register", "type": "guest", "username": "sip:g@127.0.0.1"});
    sip(world, address, first);
    let again = json!({"request": "register", "type": "guest", "username": "sip:h@127.0.0.1",
                       "display_name": "H"});
    sip(world, address, again);
}

fn not_sent(world: &mut World) {
    let address = world.attached(SIP);
    let body = json!({"request": "register", "username": "sip:d@127.0.0.1", "secret": "x",
                      "send_register": false, "proxy": null, "outbound_proxy": null});
    sip(world, address, body);
    sip(world, address, json!({"request": "unregister"}));
}

fn missing(world: &mut World) {
    let address = world.attached(SIP);
    for body in [
        json!({"request": "register"}),
        json!({"request": "register", "username": "sip:d@127.0.0.1"}),
        json!({"request": "register", "username": "sip:d@127.0.0.1", "send_register": false}),
        json!({"request": "register", "secret": "x"}),
        json!({"request": "register", "type": "guest"}),
        json!({"request": "register", "type": "helper", "username": "sip:d@127.0.0.1"}),
    ] {
        sip(world, address, body);
    }
}

fn wrong_types(world: &mut World) {
    let address = world.attached(SIP);
    for (key, value) in [
        ("type", json!(1)),
        ("send_register", json!("no")),
        ("force_udp", json!(1)),
        ("force_tcp", json!(1)),
        ("sips", json!("x")),
        ("rfc2543_cancel", json!(1)),
        ("username", json!(1)),
        ("secret", json!(1)),
        ("ha1_secret", json!(1)),
        ("authuser", json!(1)),
        ("display_name", json!(1)),
        ("user_agent", json!(1)),
        ("headers", json!("x")),
        ("contact_params", json!("x")),
        ("master_id", json!("x")),
        ("refresh", json!("x")),
        ("incoming_header_prefixes", json!("x")),
        ("register_ttl", json!("x")),
        ("proxy", json!(1)),
        ("outbound_proxy", json!(1)),
        ("secret", Value::Null),
        ("automatic_ringing", json!("x")),
    ] {
        let mut body = json!({"request": "register", "username": "sip:d@127.0.0.1",
                              "type": "guest"});
        body[key] = value;
        sip(world, address, body);
    }
}

fn conflicts(world: &mut World) {
    let user = "sip:d@127.0.0.1";
    for body in [
        json!({"request": "register", "username": user, "secret": "x", "ha1_secret": "y"}),
        json!({"request": "register", "username": user, "secret": "x", "force_udp": true,
               "force_tcp": true}),
        json!({"request": "register", "username": user, "type": "guest", "send_register": true}),
        json!({"request": "register", "username": user, "type": "guest", "send_register": false}),
        json!({"request": "register", "username": user, "type": "helper", "master_id": 4711}),
    ] {
        let address = world.attached(SIP);
        sip(world, address, body);
    }
}

fn bad_addresses(world: &mut World) {
    let address = world.attached(SIP);
    for user in ["nonsense", "", "sip:", "tel:123", "http://x@y"] {
        let body = json!({"request": "register", "type": "guest", "username": user});
        sip(world, address, body);
    }
    for key in ["proxy", "outbound_proxy"] {
        let mut body = json!({"request": "register", "type": "guest",
                              "username": "sip:d@127.0.0.1"});
        body[key] = "nonsense".into();
        sip(world, address, body);
    }
}

/// What answers with an error, and what it needs to get as far as that.
const WITH_ERRORS: &[(&str, &str)] = &[
    ("update", "{}"),
    ("transfer", r#"{"uri": "sip:x@127.0.0.1"}"#),
    ("transfer", "{}"),
    ("info", r#"{"type": "text/plain", "content": "x"}"#),
    ("info", "{}"),
    ("message", r#"{"content": "x"}"#),
    ("message", "{}"),
    ("dtmf_info", r#"{"digit": "1"}"#),
    ("dtmf_info", "{}"),
    ("recording", r#"{"action": "start", "audio": true}"#),
    ("recording", "{}"),
    ("subscribe", "{}"),
    ("unsubscribe", "{}"),
];

fn with_errors(world: &mut World, address: Place) {
    for (request, added) in WITH_ERRORS {
        let mut body: Value = serde_json::from_str(added).expect("JSON");
        body["request"] = (*request).into();
        sip(world, address, body);
    }
}

fn before_register(world: &mut World) {
    let address = world.attached(SIP);
    with_errors(world, address);
    for body in [
        json!({"request": "unregister"}),
        json!({"request": "call", "uri": "sip:x@127.0.0.1"}),
        json!({"request": "message", "content": "x", "uri": "sip:x@127.0.0.1"}),
        json!({"request": "subscribe", "event": "presence"}),
        json!({"request": "reset"}),
    ] {
        sip(world, address, body);
    }
}

fn without_call(world: &mut World) {
    let address = registered(world);
    with_errors(world, address);
    sip(world, address, json!({"request": "reset"}));
}

fn ignored(world: &mut World) {
    for address in [world.attached(SIP), registered(world)] {
        for request in ["hangup", "decline", "hold", "unhold"] {
            silent(world, address, json!({"request": request}));
        }
        silent(world, address, json!({"request": "decline", "code": 486}));
        silent(world, address, json!({"request": "decline", "code": "486"}));
        silent(world, address, json!({"request": "decline", "refer_id": 5}));
    }
}

fn bad_calls(world: &mut World) {
    let address = registered(world);
    for body in [
        json!({"request": "call"}),
        json!({"request": "call", "uri": 1}),
        json!({"request": "call", "uri": "nonsense"}),
        json!({"request": "call", "uri": "sip:x@127.0.0.1"}),
        json!({"request": "call", "uri": "sip:x@127.0.0.1", "srtp": "nonsense"}),
        json!({"request": "call", "uri": "sip:x@127.0.0.1", "secret": "x", "ha1_secret": "y"}),
        json!({"request": "call", "uri": "sip:x@127.0.0.1", "headers": []}),
        json!({"request": "call", "uri": "sip:x@127.0.0.1", "autoaccept_reinvites": 1}),
    ] {
        sip(world, address, body);
    }
}

fn accept(world: &mut World) {
    for address in [world.attached(SIP), registered(world)] {
        sip(world, address, json!({"request": "accept"}));
        let (link, session, handle) = address;
        let request = json!({"janus": "message", "session_id": session, "handle_id": handle,
                             "body": {"request": "accept", "srtp": 1},
                             "jsep": {"type": "offer", "sdp": offer_of(&["audio"])}});
        world.tell(link, request);
    }
}

fn newer(world: &mut World) {
    for address in [world.attached(SIP), registered(world)] {
        for request in [
            "progress",
            "send_ringing",
            "keyframe",
            "rtp_forward",
            "stop_rtp_forward",
        ] {
            sip(world, address, json!({"request": request}));
        }
        sip(
            world,
            address,
            json!({"request": "stop_rtp_forward", "stream_id": 5}),
        );
        sip(world, address, json!({"request": "listforwarders"}));
    }
}

fn unregister(world: &mut World) {
    let address = world.attached(SIP);
    sip(world, address, json!({"request": "unregister"}));
    let address = registered(world);
    sip(world, address, json!({"request": "unregister"}));
    sip(world, address, json!({"request": "unregister"}));
}

fn end_of_guest(world: &mut World) {
    let (link, session, handle) = registered(world);
    let on_handle = |verb: &str| json!({"janus": verb, "session_id": session, "handle_id": handle});
    world.ask_and_see(link, on_handle("hangup"));
    world.ask_and_see(link, on_handle("detach"));
}

fn helpers(world: &mut World) {
    let guest = json!({"request": "register", "type": "guest", "username": "sip:g@127.0.0.1"});
    let master = world.attached(SIP);
    let told = sip(world, master, guest.clone());
    let id = told["plugindata"]["data"]["result"]["master_id"].clone();
    world.name('m', id.as_u64().expect("every account has one"));
    let helper = json!({"request": "register", "type": "helper", "username": "sip:x@127.0.0.1",
                        "master_id": id});
    let [first, second] = [(); 2].map(|()| world.attached(SIP));
    for address in [first, second, first] {
        sip(world, address, helper.clone());
    }
    sip(world, first, guest);
    sip(world, first, json!({"request": "unregister"}));
    sip(world, first, helper);
    sip(world, first, json!({"request": "unregister"}));
    let (link, session, handle) = master;
    let detach = json!({"janus": "detach", "session_id": session, "handle_id": handle});
    // In which order the answer and the handle's end come is chance.
    world.hush_until(link, detach, "detached");
    let end = world.silently(second.0);
    world.note(&format!("the helper hears {}", end["janus"]));
    world.quiet(first.0);
}
