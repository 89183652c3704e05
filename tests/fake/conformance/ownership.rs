//! Who gets a session's events: `claim`, several links, and links that close.

use std::time::Duration;

use serde_json::{Value, json};

use super::target::Setup::{OpaqueId, Plain};
use super::world::{Link, Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario::new("claim: by the owner", Plain, own),
    Scenario::new("claim: by another link", Plain, other_link),
    Scenario::new("claim: there and back", Plain, there_and_back),
    Scenario::new("claim: unknown session", Plain, unknown),
    Scenario::new("claim: naming handles", Plain, naming_handles),
    Scenario::new("claim: core events follow too", Plain, core_events),
    Scenario::new("two links: requests from both", Plain, both),
    Scenario::new("two links: destroyed by the other", Plain, destroyed),
    Scenario::new("link closes: its sessions are gone", Plain, closes),
    Scenario::new(
        "link closes: a claimed session stays",
        Plain,
        old_owner_closes,
    ),
    Scenario::new(
        "link closes: the claimer's end ends the session",
        Plain,
        claimer_closes,
    ),
    Scenario::new("opaque_id in events", OpaqueId, opaque_id),
];

const SOON: Duration = Duration::from_secs(5);
const ECHOTEST: &str = "janus.plugin.echotest";

fn audio(session: u64, handle: u64) -> Value {
    json!({"janus": "message", "session_id": session, "handle_id": handle,
           "body": {"audio": true}})
}

fn claim(world: &mut World, link: Link, session: u64) {
    world.ask(link, json!({"janus": "claim", "session_id": session}));
}

fn own(world: &mut World) {
    let (link, session, handle) = world.attached(ECHOTEST);
    claim(world, link, session);
    claim(world, link, session);
    world.tell(link, audio(session, handle));
}

fn other_link(world: &mut World) {
    let (old, session, handle) = world.attached(ECHOTEST);
    let new = world.link();
    claim(world, new, session);
    // The ack goes to who asked, the event to who has claimed.
    world.ask(old, audio(session, handle));
    world.next(new, SOON);
    world.tell(new, audio(session, handle));
    world.quiet(old);
}

fn there_and_back(world: &mut World) {
    let (old, session, handle) = world.attached(ECHOTEST);
    let new = world.link();
    claim(world, new, session);
    claim(world, old, session);
    world.tell(old, audio(session, handle));
    world.quiet(new);
}

fn unknown(world: &mut World) {
    let link = world.link();
    for session in [json!(4711), json!(0), json!("4711"), Value::Null, json!(-1)] {
        world.ask(link, json!({"janus": "claim", "session_id": session}));
    }
    world.ask(link, json!({"janus": "claim"}));
}

fn naming_handles(world: &mut World) {
    let (old, session, handle) = world.attached(ECHOTEST);
    let new = world.link();
    for bad in [json!(4712), json!(0), json!("text")] {
        world.ask(
            new,
            json!({"janus": "claim", "session_id": session, "handle_id": bad}),
        );
    }
    world.tell(old, audio(session, handle));
    world.ask(
        new,
        json!({"janus": "claim", "session_id": session, "handle_id": handle}),
    );
    world.tell(new, audio(session, handle));
}

fn core_events(world: &mut World) {
    let (old, session, handle) = world.attached(ECHOTEST);
    let new = world.link();
    claim(world, new, session);
    world.ask(
        old,
        json!({"janus": "detach", "session_id": session, "handle_id": handle}),
    );
    world.quiet(new);
    world.quiet(old);
}

fn both(world: &mut World) {
    let (one, first, of_first) = world.attached(ECHOTEST);
    let (other, second, of_second) = world.attached(ECHOTEST);
    world.tell(one, audio(first, of_first));
    world.tell(other, audio(second, of_second));
    // Neither owns the other's, and may ask all the same.
    world.ask(
        one,
        json!({"janus": "keepalive", "session_id": second, "handle_id": of_second}),
    );
    world.attach(other, first, ECHOTEST);
    world.ask(one, audio(second, of_second));
    world.next(other, SOON);
    world.quiet(one);
}

fn destroyed(world: &mut World) {
    let (one, session, handle) = world.attached(ECHOTEST);
    let other = world.link();
    world.ask(other, json!({"janus": "destroy", "session_id": session}));
    world.quiet(one);
    world.quiet(other);
    world.ask(one, audio(session, handle));
}

fn closes(world: &mut World) {
    let (link, session, handle) = world.attached(ECHOTEST);
    let second = world.create(link);
    let other = world.link();
    world.close(link);
    for id in [session, second] {
        let gone = world.wait_gone(other, id, SOON).is_some();
        world.note(&format!("{id} is gone: {gone}"));
    }
    world.ask(other, json!({"janus": "claim", "session_id": session}));
    world.ask(other, audio(session, handle));
}

fn old_owner_closes(world: &mut World) {
    let (old, session, handle) = world.attached(ECHOTEST);
    let gone_with_it = world.create(old);
    let new = world.link();
    claim(world, new, session);
    world.close(old);
    let gone = world.wait_gone(new, gone_with_it, SOON).is_some();
    world.note(&format!("{gone_with_it} is gone: {gone}"));
    world.tell(new, audio(session, handle));
}

fn claimer_closes(world: &mut World) {
    let (old, session, handle) = world.attached(ECHOTEST);
    let new = world.link();
    claim(world, new, session);
    world.close(new);
    let gone = world.wait_gone(old, session, SOON).is_some();
    world.note(&format!("{session} is gone: {gone}"));
    world.ask(old, audio(session, handle));
}

fn opaque_id(world: &mut World) {
    let link = world.link();
    let session = world.create(link);
    let attach = json!({"janus": "attach", "session_id": session, "plugin": ECHOTEST,
                        "opaque_id": "front door"});
    let handle = world.ask(link, attach)["data"]["id"]
        .as_u64()
        .expect("an id");
    world.tell(link, audio(session, handle));
    world.detach(link, session, handle, &[]);
    let without = world.attach(link, session, ECHOTEST);
    world.tell(link, audio(session, without));
}
