//! What asks the server itself, and the life of a session without time.

use serde_json::{Value, json};

use super::normalise::kind;
use super::target::Setup::Plain;
use super::world::{Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario::new("info: keys and values", Plain, info),
    Scenario::new("info: plugins", Plain, info_plugins),
    Scenario::new("ping", Plain, ping),
    Scenario::new("create: an id of the server's", Plain, create),
    Scenario::new("create: an id of the client's", Plain, create_chosen),
    Scenario::new("create: an id that is taken", Plain, create_taken),
    Scenario::new("create: id 0", Plain, create_zero),
    Scenario::new("create: ids of wrong types", Plain, create_wrong),
    Scenario::new("create: the largest ids", Plain, create_large),
    Scenario::new("keepalive", Plain, keepalive),
    Scenario::new(
        "keepalive: dead session, dead handle",
        Plain,
        keepalive_dead,
    ),
    Scenario::new("destroy", Plain, destroy),
    Scenario::new("destroy: with handles", Plain, destroy_with_handles),
    Scenario::new("destroy: naming a handle", Plain, destroy_handle),
    Scenario::new("two sessions on one link", Plain, two_sessions),
];

/// What the machine or the harness chooses.
const CHANCE: &[&str] = &["server-name", "local-ip", "compile-time", "commit-hash"];

fn info(world: &mut World) {
    let info = info_of(world);
    for (key, value) in info.as_object().expect("an object") {
        match key.as_str() {
            "plugins" | "transports" => {}
            "dependencies" => world.note(&format!("{key}: {}", kind(value))),
            key if CHANCE.contains(&key) => world.note(&format!("{key}: {}", kind(value))),
            key => world.note(&format!("{key}: {value}")),
        }
    }
}

fn info_plugins(world: &mut World) {
    let info = info_of(world);
    for group in ["plugins", "transports"] {
        for (package, module) in info[group].as_object().expect("an object") {
            for (key, value) in module.as_object().expect("an object") {
                world.note(&format!("{package} {key}: {value}"));
            }
        }
    }
}

/// Too long to be recorded in one line.
fn info_of(world: &mut World) -> Value {
    let link = world.link();
    world.send(link, json!({"janus": "info"}));
    world.silently(link)
}

fn ping(world: &mut World) {
    let link = world.link();
    world.ask(link, json!({"janus": "ping"}));
    world.ask(link, json!({"janus": "ping", "unknown": [1, null]}));
    world.ask(link, json!({"janus": "ping", "transaction": ""}));
}

fn create(world: &mut World) {
    let link = world.link();
    let one = world.create(link);
    let other = world.create(link);
    world.note(&format!("they differ: {}", one != other));
    let small = |id: u64| (1..1 << 53).contains(&id);
    world.note(&format!("they fit: {}", small(one) && small(other)));
}

fn create_chosen(world: &mut World) {
    let link = world.link();
    world.ask(link, json!({"janus": "create", "id": 71_000_001}));
    world.ask(
        link,
        json!({"janus": "keepalive", "session_id": 71_000_001}),
    );
    world.ask(link, json!({"janus": "destroy", "session_id": 71_000_001}));
    world.ask(link, json!({"janus": "create", "id": 71_000_001}));
}

fn create_taken(world: &mut World) {
    let link = world.link();
    world.ask(link, json!({"janus": "create", "id": 71_000_002}));
    world.ask(link, json!({"janus": "create", "id": 71_000_002}));
    let other = world.link();
    world.ask(other, json!({"janus": "create", "id": 71_000_002}));
    world.ask(
        link,
        json!({"janus": "keepalive", "session_id": 71_000_002}),
    );
}

fn create_zero(world: &mut World) {
    let link = world.link();
    let answer = world.ask(link, json!({"janus": "create", "id": 0}));
    world.note(&format!("it is 0: {}", answer["data"]["id"] == 0));
}

fn create_wrong(world: &mut World) {
    let link = world.link();
    for id in [
        json!("71000003"),
        json!(-1),
        json!(1.5),
        json!(true),
        json!([]),
        Value::Null,
    ] {
        world.ask(link, json!({"janus": "create", "id": id}));
    }
}

fn create_large(world: &mut World) {
    let link = world.link();
    world.ask(link, json!({"janus": "create", "id": i64::MAX}));
    world.ask(link, json!({"janus": "keepalive", "session_id": i64::MAX}));
    world.raw(
        link,
        r#"{"janus":"create","id":9223372036854775808,"transaction":"r1"}"#,
    );
    world.raw(
        link,
        r#"{"janus":"keepalive","session_id":18446744073709551615,"transaction":"r2"}"#,
    );
    world.ask(link, json!({"janus": "create", "id": 1_u64 << 53}));
}

fn keepalive(world: &mut World) {
    let (link, session, handle) = world.attached("janus.plugin.echotest");
    world.ask(link, json!({"janus": "keepalive", "session_id": session}));
    let with_handle = json!({"janus": "keepalive", "session_id": session, "handle_id": handle});
    world.ask(link, with_handle);
    world.ask(
        link,
        json!({"janus": "KeepAlive", "session_id": session, "more": 1}),
    );
}

fn keepalive_dead(world: &mut World) {
    let (link, session, handle) = world.attached("janus.plugin.echotest");
    world.detach(link, session, handle, &[]);
    let with_handle = json!({"janus": "keepalive", "session_id": session, "handle_id": handle});
    world.ask(link, with_handle.clone());
    world.ask(link, json!({"janus": "destroy", "session_id": session}));
    world.ask(link, json!({"janus": "keepalive", "session_id": session}));
    world.ask(link, with_handle);
}

fn destroy(world: &mut World) {
    let link = world.link();
    let session = world.create(link);
    world.ask(link, json!({"janus": "destroy", "session_id": session}));
    world.ask(link, json!({"janus": "destroy", "session_id": session}));
    world.ask(link, json!({"janus": "claim", "session_id": session}));
}

fn destroy_with_handles(world: &mut World) {
    let (link, session, handle) = world.attached("janus.plugin.echotest");
    world.attach(link, session, "janus.plugin.videoroom");
    world.ask(link, json!({"janus": "destroy", "session_id": session}));
    world.quiet(link);
    world.detach(link, session, handle, &[]);
}

fn destroy_handle(world: &mut World) {
    let (link, session, handle) = world.attached("janus.plugin.echotest");
    world.ask(
        link,
        json!({"janus": "destroy", "session_id": session, "handle_id": handle}),
    );
    world.ask(
        link,
        json!({"janus": "keepalive", "session_id": session, "handle_id": handle}),
    );
}

fn two_sessions(world: &mut World) {
    let (link, first, of_first) = world.attached("janus.plugin.echotest");
    let second = world.create(link);
    let of_second = world.attach(link, second, "janus.plugin.echotest");
    for (session, handle) in [(first, of_first), (second, of_second), (first, of_second)] {
        let body = json!({"audio": true});
        let request = json!({"janus": "message", "session_id": session, "handle_id": handle,
                             "body": body});
        world.tell(link, request);
    }
    world.ask(link, json!({"janus": "destroy", "session_id": first}));
    world.ask(link, json!({"janus": "keepalive", "session_id": first}));
    world.ask(
        link,
        json!({"janus": "keepalive", "session_id": second, "handle_id": of_second}),
    );
}
