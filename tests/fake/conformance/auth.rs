//! `apisecret` and `token`.

use std::time::{Duration, UNIX_EPOCH};

use janus_blocking::auth::{self, SignedToken};
use serde_json::{Value, json};

use super::steps::id_in;
use super::target::Setup::{Plain, Secret, SecretAndTokens, SignedTokens, Tokens};
use super::target::{SECRET, SIGNING, TOKEN};
use super::world::{Link, Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario::new("secret: missing", Secret, missing),
    Scenario::new("secret: wrong", Secret, wrong),
    Scenario::new("secret: of wrong types", Secret, wrong_types),
    Scenario::new("secret: right, on every verb", Secret, right),
    Scenario::new("secret: info and ping need none", Secret, without),
    Scenario::new("secret: refused before the look-up", Secret, before_look_up),
    Scenario::new("secret: given where none is asked for", Plain, not_asked),
    Scenario::new("token: missing and wrong", Tokens, token_missing),
    Scenario::new("token: right, on every verb", Tokens, token_right),
    Scenario::new("secret and token: either will do", SecretAndTokens, either),
    Scenario::new(
        "secret and token: a token that is given has to allow the plugin",
        SecretAndTokens,
        both_at_attach,
    ),
    Scenario::new(
        "signed token: right, on every verb",
        SignedTokens,
        signed_right,
    ),
    Scenario::new(
        "signed token: missing, wrong and expired",
        SignedTokens,
        signed_wrong,
    ),
    Scenario::new("signed token: plugins", SignedTokens, signed_plugins),
];

const EVERY: &[&str] = &[
    "info",
    "ping",
    "create",
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

/// Sends every verb, at the level where it belongs, with these keys added.
fn every_verb(world: &mut World, link: Link, session: u64, handle: u64, added: &[(&str, Value)]) {
    for verb in EVERY {
        let mut request = json!({"janus": verb});
        if !["info", "ping", "create"].contains(verb) {
            request["session_id"] = session.into();
        }
        if ["detach", "hangup", "message", "trickle"].contains(verb) {
            request["handle_id"] = handle.into();
        }
        for (key, value) in added {
            request[*key] = value.clone();
        }
        world.ask(link, request);
    }
}

/// A session and a handle, made with these keys.
fn attached_with(world: &mut World, key: &str, value: &str) -> (Link, u64, u64) {
    let link = world.link();
    let session = id_in(&world.ask(link, json!({"janus": "create", key: value})));
    let attach = json!({"janus": "attach", "session_id": session, key: value,
                        "plugin": "janus.plugin.echotest"});
    let handle = id_in(&world.ask(link, attach));
    (link, session, handle)
}

fn missing(world: &mut World) {
    let (link, session, handle) = attached_with(world, "apisecret", SECRET);
    every_verb(world, link, session, handle, &[]);
}

fn wrong(world: &mut World) {
    let (link, session, handle) = attached_with(world, "apisecret", SECRET);
    every_verb(
        world,
        link,
        session,
        handle,
        &[("apisecret", json!("guess"))],
    );
    every_verb(world, link, session, handle, &[("token", json!(SECRET))]);
}

fn wrong_types(world: &mut World) {
    let link = world.link();
    for secret in [
        json!(1),
        Value::Null,
        json!(""),
        json!([SECRET]),
        json!("Open-Sesame"),
    ] {
        world.ask(link, json!({"janus": "create", "apisecret": secret}));
    }
}

fn right(world: &mut World) {
    all_verbs_with(world, "apisecret", SECRET);
}

fn all_verbs_with(world: &mut World, key: &str, value: &str) {
    let (link, session, handle) = attached_with(world, key, value);
    let on_handle =
        |verb: &str| json!({"janus": verb, "session_id": session, "handle_id": handle, key: value});
    let on_session = |verb: &str| json!({"janus": verb, "session_id": session, key: value});
    world.ask(link, on_session("keepalive"));
    world.ask(link, on_session("claim"));
    let mut message = on_handle("message");
    message["body"] = json!({"audio": true});
    world.tell(link, message);
    let mut trickle = on_handle("trickle");
    trickle["candidate"] = json!({"completed": true});
    world.ask(link, trickle);
    world.detach(link, session, handle, &[(key, value)]);
    world.ask(link, on_session("nonsense"));
    world.ask(link, on_session("destroy"));
}

fn without(world: &mut World) {
    let link = world.link();
    world.ask(link, json!({"janus": "ping"}));
    world.ask(link, json!({"janus": "ping", "apisecret": "guess"}));
    world.send(link, json!({"janus": "info", "apisecret": 5}));
    let info = world.silently(link);
    for key in ["janus", "api_secret", "auth_token"] {
        world.note(&format!("{key}: {}", info[key]));
    }
}

fn before_look_up(world: &mut World) {
    let link = world.link();
    for (session, handle) in [
        (4711, None),
        (4711, Some(4712)),
        (4711, Some(0)),
        (0, Some(4712)),
    ] {
        let mut request = json!({"janus": "keepalive", "session_id": session});
        if let Some(handle) = handle {
            request["handle_id"] = handle.into();
        }
        world.ask(link, request.clone());
        request["apisecret"] = SECRET.into();
        world.ask(link, request);
    }
    world.ask(link, json!({"janus": "create", "id": "text"}));
    world.ask(link, json!({"janus": "attach"}));
}

fn not_asked(world: &mut World) {
    let link = world.link();
    let added = json!({"janus": "create", "apisecret": "guess", "token": 7});
    let session = id_in(&world.ask(link, added));
    let keepalive = json!({"janus": "keepalive", "session_id": session, "apisecret": null,
                           "token": "guess"});
    world.ask(link, keepalive);
}

fn token_missing(world: &mut World) {
    let (link, session, handle) = attached_with(world, "token", TOKEN);
    every_verb(world, link, session, handle, &[]);
    every_verb(world, link, session, handle, &[("token", json!("guess"))]);
    for token in [json!(1), Value::Null, json!("")] {
        world.ask(link, json!({"janus": "create", "token": token}));
    }
    world.ask(link, json!({"janus": "create", "apisecret": TOKEN}));
}

fn token_right(world: &mut World) {
    all_verbs_with(world, "token", TOKEN);
}

fn either(world: &mut World) {
    let link = world.link();
    for (secret, token) in [
        (Some(SECRET), None),
        (None, Some(TOKEN)),
        (Some(SECRET), Some(TOKEN)),
        (Some(SECRET), Some("guess")),
        (Some("guess"), Some(TOKEN)),
        (Some("guess"), Some("guess")),
        (None, None),
        (Some(TOKEN), Some(SECRET)),
    ] {
        let mut request = json!({"janus": "create"});
        for (key, value) in [("apisecret", secret), ("token", token)] {
            if let Some(value) = value {
                request[key] = value.into();
            }
        }
        world.ask(link, request);
    }
}

fn both_at_attach(world: &mut World) {
    let link = world.link();
    let session = id_in(&world.ask(link, json!({"janus": "create", "apisecret": SECRET})));
    for (secret, token) in [
        (SECRET, json!("guess")),
        (SECRET, json!(TOKEN)),
        ("guess", json!(TOKEN)),
        ("guess", json!("guess")),
    ] {
        let attach = json!({"janus": "attach", "session_id": session, "apisecret": secret,
                            "token": token, "plugin": "janus.plugin.echotest"});
        world.ask(link, attach);
    }
    let attach = json!({"janus": "attach", "session_id": session, "apisecret": SECRET,
                        "plugin": "janus.plugin.echotest"});
    world.ask(link, attach);
}

/// With an expiry in the year 2100, so that it is the same each time.
fn sign(token: SignedToken, secret: &str) -> String {
    let late = UNIX_EPOCH + Duration::from_secs(4_102_444_800);
    let token = token.expires_at(late).sign(&auth::Secret::from(secret));
    token.expect("signed").into()
}

fn echo() -> SignedToken {
    SignedToken::for_plugins(["janus.plugin.echotest"])
}

fn signed_right(world: &mut World) {
    all_verbs_with(world, "token", &sign(echo(), SIGNING));
}

fn signed_wrong(world: &mut World) {
    let (link, session, handle) = attached_with(world, "token", &sign(echo(), SIGNING));
    every_verb(world, link, session, handle, &[]);
    let expired = SignedToken::new("janus").expires_at(UNIX_EPOCH);
    let expired = expired.sign(&auth::Secret::from(SIGNING)).expect("signed");
    for token in [
        sign(echo(), "guess"),
        sign(SignedToken::for_room(1234), SIGNING),
        sign(SignedToken::new("Janus"), SIGNING),
        expired.into(),
        TOKEN.to_owned(),
        String::new(),
    ] {
        world.ask(link, json!({"janus": "create", "token": token}));
    }
}

fn signed_plugins(world: &mut World) {
    let link = world.link();
    let none = sign(SignedToken::new("janus"), SIGNING);
    let session = id_in(&world.ask(link, json!({"janus": "create", "token": none})));
    for (token, plugin) in [
        (none, "echotest"),
        (sign(echo(), SIGNING), "videoroom"),
        (sign(echo(), SIGNING), "nothing"),
        (
            sign(echo().descriptor("janus.plugin.videoroom"), SIGNING),
            "videoroom",
        ),
    ] {
        let plugin = format!("janus.plugin.{plugin}");
        let attach = json!({"janus": "attach", "session_id": session, "token": token,
                            "plugin": plugin});
        world.ask(link, attach);
    }
}
