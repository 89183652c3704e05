//! Requests whose envelope is broken, strange or at the wrong level.

use serde_json::{Value, json};

use super::target::Setup::Plain;
use super::world::{Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario::new("envelope: no transaction", Plain, no_transaction),
    Scenario::new(
        "envelope: transactions of wrong types",
        Plain,
        wrong_transaction,
    ),
    Scenario::new("envelope: no verb, verbs of wrong types", Plain, wrong_verb),
    Scenario::new("envelope: text that is no JSON", Plain, bad_json),
    Scenario::new("envelope: JSON cut short", Plain, cut_json),
    Scenario::new("envelope: strange numbers and texts", Plain, strange_json),
    Scenario::new("envelope: JSON that is no object", Plain, no_object),
    Scenario::new("envelope: several objects in one message", Plain, several),
    Scenario::new(
        "envelope: several objects, one of them broken",
        Plain,
        several_broken,
    ),
    Scenario::new(
        "envelope: white space around the object",
        Plain,
        white_space,
    ),
    Scenario::new("envelope: keys twice", Plain, twice),
    Scenario::new("verbs in capitals", Plain, capitals),
    Scenario::new("unknown verbs at all levels", Plain, unknown_verbs),
    Scenario::new("known verbs at the wrong level", Plain, wrong_level),
];

fn no_transaction(world: &mut World) {
    let (link, session, handle) = world.attached("janus.plugin.echotest");
    world.raw(link, r#"{"janus":"info"}"#);
    world.raw(link, r#"{"janus":"create"}"#);
    world.raw(link, "{}");
    world.raw(
        link,
        &format!(r#"{{"janus":"keepalive","session_id":{session}}}"#),
    );
    let both = format!(r#"{{"janus":"detach","session_id":{session},"handle_id":{handle}}}"#);
    world.raw(link, &both);
    world.raw(link, r#"{"janus":"keepalive","session_id":4711}"#);
}

fn wrong_transaction(world: &mut World) {
    let link = world.link();
    let session = world.create(link);
    for transaction in [json!(1), Value::Null, json!(true), json!(["t"]), json!({})] {
        let request = json!({"janus": "ping", "transaction": transaction});
        world.raw(link, &request.to_string());
        let request =
            json!({"janus": "keepalive", "session_id": session, "transaction": transaction});
        world.raw(link, &request.to_string());
    }
}

fn wrong_verb(world: &mut World) {
    let link = world.link();
    let session = world.create(link);
    world.raw(link, r#"{"transaction":"r1"}"#);
    for verb in [
        json!(1),
        Value::Null,
        json!(["info"]),
        json!(""),
        json!(" info"),
    ] {
        let request = json!({"janus": verb, "transaction": "r2"});
        world.raw(link, &request.to_string());
        let request = json!({"janus": verb, "transaction": "r3", "session_id": session});
        world.raw(link, &request.to_string());
    }
}

fn bad_json(world: &mut World) {
    let link = world.link();
    for text in [
        "hello",
        "",
        " ",
        "nul",
        "{'janus':'info'}",
        "<xml/>",
        "{janus:1}",
        "}{",
    ] {
        world.raw(link, text);
    }
    world.ask(link, json!({"janus": "ping"}));
}

fn cut_json(world: &mut World) {
    let link = world.link();
    let whole = r#"{"janus":"ping","transaction":"cut"}"#;
    for end in [1, 2, 8, 9, 10, 15, 16, 17, 35] {
        world.raw(link, &whole[..end]);
    }
    world.raw(link, whole);
}

fn strange_json(world: &mut World) {
    let link = world.link();
    for value in [
        "01",
        "1.",
        ".5",
        "1e400",
        "9999999999999999999",
        "-",
        "+1",
        "NaN",
        "\"\\x\"",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "\"tab\there\"",
        "[1,]",
        "{\"a\":1,}",
        "tru",
        "\"open",
    ] {
        world.raw(
            link,
            &format!(r#"{{"janus":"ping","transaction":"r","x":{value}}}"#),
        );
    }
}

fn no_object(world: &mut World) {
    let link = world.link();
    for text in [
        "[]",
        "[1]",
        "1",
        "\"info\"",
        "null",
        "true",
        "[{\"janus\":\"info\"}]",
    ] {
        world.raw(link, text);
    }
}

fn several(world: &mut World) {
    let link = world.link();
    let one = r#"{"janus":"ping","transaction":"r1"}"#;
    let other = r#"{"janus":"ping","transaction":"r2"}"#;
    world.raw(link, &format!("{one}{other}"));
    world.raw(link, &format!("{one}\n{other}"));
    world.raw(link, &format!("{one} {other}{one}"));
    world.raw(
        link,
        &format!(r#"{one}{{"janus":"nonsense","transaction":"r3"}}{other}"#),
    );
}

fn several_broken(world: &mut World) {
    let link = world.link();
    let good = r#"{"janus":"ping","transaction":"r1"}"#;
    world.raw(link, &format!("{good}{{"));
    world.raw(link, &format!("{good},{good}"));
    world.raw(link, &format!("broken{good}"));
    world.raw(link, &format!("{good}]"));
}

fn white_space(world: &mut World) {
    let link = world.link();
    let good = r#"{"janus":"ping","transaction":"r1"}"#;
    world.raw(link, &format!("  \n{good}"));
    world.raw(link, &format!("{good}\n"));
    world.raw(link, &format!("{good}  "));
    world.raw(
        link,
        "{ \"janus\" :\t\"ping\" ,\n\"transaction\" : \"r2\" }",
    );
}

fn twice(world: &mut World) {
    let link = world.link();
    world.raw(
        link,
        r#"{"janus":"ping","transaction":"r1","transaction":"r2"}"#,
    );
    world.raw(
        link,
        r#"{"janus":"nonsense","janus":"ping","transaction":"r3"}"#,
    );
}

fn capitals(world: &mut World) {
    let link = world.link();
    world.ask(link, json!({"janus": "PING"}));
    let session = world.ask(link, json!({"janus": "CREATE"}))["data"]["id"].clone();
    let attach = json!({"janus": "Attach", "session_id": session,
                        "plugin": "janus.plugin.echotest"});
    let handle = world.ask(link, attach)["data"]["id"].clone();
    let on = |verb: &str| json!({"janus": verb, "session_id": session, "handle_id": handle});
    let mut message = on("MESSAGE");
    message["body"] = json!({"video": false});
    world.tell(link, message);
    let mut trickle = on("TRICKLE");
    trickle["candidate"] = Value::Null;
    world.ask(link, trickle);
    world.ask_and_see(link, on("DETACH"));
    world.ask(link, json!({"janus": "CLAIM", "session_id": session}));
    world.ask(link, json!({"janus": "Destroy", "session_id": session}));
    let upper =
        json!({"janus": "attach", "session_id": session, "plugin": "JANUS.PLUGIN.ECHOTEST"});
    world.ask(link, upper);
}

fn unknown_verbs(world: &mut World) {
    let (link, session, handle) = world.attached("janus.plugin.echotest");
    for verb in ["nonsense", "Nonsense", "", "x'y\"z", "list_sessions"] {
        world.ask(link, json!({"janus": verb}));
        world.ask(link, json!({"janus": verb, "session_id": session}));
        world.ask(
            link,
            json!({"janus": verb, "session_id": session, "handle_id": handle}),
        );
    }
}

fn wrong_level(world: &mut World) {
    let (link, session, handle) = world.attached("janus.plugin.echotest");
    for verb in [
        "attach",
        "detach",
        "destroy",
        "keepalive",
        "claim",
        "message",
        "trickle",
        "hangup",
    ] {
        world.ask(link, json!({"janus": verb}));
    }
    for verb in [
        "info", "ping", "create", "detach", "message", "trickle", "hangup",
    ] {
        world.ask(link, json!({"janus": verb, "session_id": session}));
    }
    for verb in ["info", "ping", "create", "attach", "destroy"] {
        world.ask(
            link,
            json!({"janus": verb, "session_id": session, "handle_id": handle}),
        );
    }
}
