//! Ids that are wrong, and the order in which Janus looks at them.

use serde_json::{Value, json};

use super::target::Setup::Plain;
use super::world::{Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario::new("ids: unknown session", Plain, unknown_session),
    Scenario::new("ids: unknown handle", Plain, unknown_handle),
    Scenario::new("ids: a handle without session", Plain, handle_alone),
    Scenario::new(
        "ids: handle 0 and handles of wrong types",
        Plain,
        wrong_handle,
    ),
    Scenario::new("ids: sessions of wrong types", Plain, wrong_session),
    Scenario::new("ids: texts", Plain, texts),
    Scenario::new("ids: null", Plain, null),
    Scenario::new("ids: negative", Plain, negative),
    Scenario::new("ids: the handle of another session", Plain, of_another),
];

const VERBS: &[&str] = &[
    "keepalive",
    "claim",
    "attach",
    "destroy",
    "detach",
    "hangup",
    "message",
    "trickle",
    "nonsense",
];

fn unknown_session(world: &mut World) {
    let link = world.link();
    for verb in VERBS {
        world.ask(link, json!({"janus": verb, "session_id": 4711}));
        world.ask(
            link,
            json!({"janus": verb, "session_id": 4711, "handle_id": 4712}),
        );
    }
}

fn unknown_handle(world: &mut World) {
    let link = world.link();
    let session = world.create(link);
    for verb in VERBS {
        world.ask(
            link,
            json!({"janus": verb, "session_id": session, "handle_id": 4712}),
        );
    }
}

fn handle_alone(world: &mut World) {
    let (link, _, handle) = world.attached("janus.plugin.echotest");
    for verb in ["message", "detach", "info", "create", "nonsense"] {
        world.ask(link, json!({"janus": verb, "handle_id": handle}));
        world.ask(
            link,
            json!({"janus": verb, "session_id": 0, "handle_id": handle}),
        );
    }
}

fn wrong_handle(world: &mut World) {
    let (link, session, _) = world.attached("janus.plugin.echotest");
    for handle in [
        json!(0),
        json!("1"),
        json!(true),
        json!([]),
        json!({}),
        json!(1.5),
    ] {
        for verb in ["detach", "keepalive"] {
            world.ask(
                link,
                json!({"janus": verb, "session_id": session, "handle_id": handle}),
            );
        }
    }
}

fn wrong_session(world: &mut World) {
    let link = world.link();
    for session in [
        json!(0),
        json!("1"),
        json!(true),
        json!([]),
        json!({}),
        json!(1.5),
    ] {
        for verb in ["keepalive", "create", "ping", "nonsense"] {
            world.ask(link, json!({"janus": verb, "session_id": session}));
        }
        world.ask(
            link,
            json!({"janus": "detach", "session_id": session, "handle_id": 4712}),
        );
    }
}

fn texts(world: &mut World) {
    let (link, session, handle) = world.attached("janus.plugin.echotest");
    let (in_text, handle_text) = (session.to_string(), handle.to_string());
    world.ask(link, json!({"janus": "keepalive", "session_id": in_text}));
    world.ask(
        link,
        json!({"janus": "keepalive", "session_id": session, "handle_id": handle_text}),
    );
    world.ask(
        link,
        json!({"janus": "detach", "session_id": in_text, "handle_id": handle}),
    );
    world.ask(
        link,
        json!({"janus": "detach", "session_id": in_text, "handle_id": handle_text}),
    );
    world.ask(
        link,
        json!({"janus": "keepalive", "session_id": session, "handle_id": handle}),
    );
}

fn null(world: &mut World) {
    let (link, session, handle) = world.attached("janus.plugin.echotest");
    let none = Value::Null;
    world.ask(
        link,
        json!({"janus": "ping", "session_id": none, "handle_id": none}),
    );
    world.ask(link, json!({"janus": "keepalive", "session_id": none}));
    world.ask(
        link,
        json!({"janus": "keepalive", "session_id": session, "handle_id": none}),
    );
    world.ask(
        link,
        json!({"janus": "detach", "session_id": session, "handle_id": none}),
    );
    world.ask(
        link,
        json!({"janus": "detach", "session_id": none, "handle_id": handle}),
    );
    world.ask(
        link,
        json!({"janus": "destroy", "session_id": session, "handle_id": none}),
    );
}

fn negative(world: &mut World) {
    let link = world.link();
    let session = world.create(link);
    world.ask(link, json!({"janus": "keepalive", "session_id": -5}));
    world.ask(
        link,
        json!({"janus": "keepalive", "session_id": session, "handle_id": -6}),
    );
    world.ask(link, json!({"janus": "keepalive", "session_id": i64::MIN}));
}

fn of_another(world: &mut World) {
    let (link, first, handle) = world.attached("janus.plugin.echotest");
    let second = world.create(link);
    for verb in ["keepalive", "detach", "hangup"] {
        world.ask(
            link,
            json!({"janus": verb, "session_id": second, "handle_id": handle}),
        );
    }
    world.ask(
        link,
        json!({"janus": "keepalive", "session_id": first, "handle_id": handle}),
    );
}
