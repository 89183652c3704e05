//! What asks the server itself, and the life of a session without time.

use serde_json::{Value, json};

use super::normalise::kind;
use super::target::Setup::Plain;
use super::world::{Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario {
        name: "info: keys and values",
        setup: Plain,
        run: info,
    },
    Scenario {
        name: "info: plugins",
        setup: Plain,
        run: info_plugins,
    },
    Scenario {
        name: "ping",
        setup: Plain,
        run: ping,
    },
    Scenario {
        name: "create: an id of the server's",
        setup: Plain,
        run: create,
    },
    Scenario {
        name: "create: an id of the client's",
        setup: Plain,
        run: create_chosen,
    },
    Scenario {
        name: "create: an id that is taken",
        setup: Plain,
        run: create_taken,
    },
    Scenario {
        name: "create: id 0",
        setup: Plain,
        run: create_zero,
    },
    Scenario {
        name: "create: ids of wrong types",
        setup: Plain,
        run: create_wrong,
    },
    Scenario {
        name: "create: the largest ids",
        setup: Plain,
        run: create_large,
    },
    Scenario {
        name: "keepalive",
        setup: Plain,
        run: keepalive,
    },
    Scenario {
        name: "keepalive: dead session, dead handle",
        setup: Plain,
        run: keepalive_dead,
    },
    Scenario {
        name: "destroy",
        setup: Plain,
        run: destroy,
    },
    Scenario {
        name: "destroy: with handles",
        setup: Plain,
        run: destroy_with_handles,
    },
    Scenario {
        name: "destroy: naming a handle",
        setup: Plain,
        run: destroy_handle,
    },
    Scenario {
        name: "two sessions on one link",
        setup: Plain,
        run: two_sessions,
    },
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
