//! What a program sees through this crate.

use std::time::Duration;

use janus_blocking::{
    Candidate, Connection, EchoTest, Error, Event, Jsep, Raw, connection::AttachOptions,
    echotest::Settings,
};
use serde_json::json;

use super::echotest::offer_of;
use super::target::Setup::{Plain, Reclaim, Secret, ShortTimeout};
use super::world::{Scenario, World};
use common::wait_until;

pub const ALL: &[Scenario] = &[
    Scenario::new("crate: a session times out", ShortTimeout, timeout),
    Scenario::new(
        "crate: sessions live by themselves",
        ShortTimeout,
        keepalives,
    ),
    Scenario::new("crate: abandon, resume, reattach", Reclaim, abandon),
    Scenario::new("crate: abandon without reclaiming", Plain, abandon_in_vain),
    Scenario::new("crate: claim of a dead session", Plain, claim_dead),
    Scenario::new("crate: reattach to a dead handle", Plain, reattach_dead),
    Scenario::new("crate: claimed away by another link", Plain, claimed_away),
    Scenario::new("crate: offer, answer, candidates, hangup", Plain, call),
    Scenario::new("crate: errors of the core", Plain, core_errors),
    Scenario::new("crate: errors of a plugin", Plain, plugin_errors),
    Scenario::new("crate: no secret", Secret, no_secret),
    Scenario::new("crate: drop ends what there is", Plain, drop_ends),
];

const SOON: Duration = Duration::from_secs(5);
const LONG: Duration = Duration::from_secs(20);

fn open(world: &World) -> Connection {
    Connection::open(world.url()).expect("a connection")
}

/// Says how something went.
fn outcome<T>(world: &mut World, what: &str, result: Result<T, Error>) -> Option<T> {
    match result {
        Ok(value) => {
            world.note(&format!("{what}: ok"));
            Some(value)
        }
        Err(error) => {
            let code = error.code().map(|code| code.value());
            let gone = (error.is_session_gone(), error.is_handle_gone());
            world.note(&format!("{what}: {error}; code {code:?}, gone {gone:?}"));
            None
        }
    }
}

fn attached(world: &mut World, connection: &Connection) -> (janus_blocking::Session, EchoTest) {
    let session = connection.create_session().expect("a session");
    world.name('S', session.id().value());
    let echo: EchoTest = session.attach().expect("a handle");
    world.name('H', echo.handle().id().value());
    (session, echo)
}

fn events(world: &mut World, echo: &EchoTest) {
    let events = echo.events();
    loop {
        match events.recv_timeout(Duration::from_millis(250)) {
            Ok(Some(event)) => world.note(&format!("event {event:?}")),
            Ok(None) => break world.note("no more events"),
            Err(error) => break world.note(&format!("the events end: {error}")),
        }
    }
}

fn timeout(world: &mut World) {
    let connection = open(world);
    let (session, echo) = attached(world, &connection);
    // A raw link takes it over, so that nobody keeps it alive.
    let link = world.link();
    world.ask(
        link,
        json!({"janus": "claim", "session_id": session.id().value()}),
    );
    let id = session.id();
    let _ = session.abandon();
    drop(connection);
    world.time_out(link, LONG);
    drop(echo);
    let connection = open(world);
    outcome(world, "claim", connection.claim(id));
}

fn keepalives(world: &mut World) {
    let connection = open(world);
    let (session, echo) = attached(world, &connection);
    std::thread::sleep(Duration::from_secs(8));
    let configured = echo.configure(&Settings::new().audio(true));
    outcome(world, "configure", configured);
    outcome(world, "check", session.check());
}

fn abandon(world: &mut World) {
    let connection = open(world);
    let (session, echo) = attached(world, &connection);
    outcome(
        world,
        "configure",
        echo.configure(&Settings::new().video(false)),
    );
    echo.handle().set_note(json!({"caller": "gate"}));
    let id = session.id();
    let tickets = connection.abandon();
    let kept = tickets.iter().map(|ticket| ticket.kept_for.is_some());
    world.note(&format!("kept: {:?}", kept.collect::<Vec<_>>()));
    outcome(
        world,
        "configure after it",
        echo.configure(&Settings::new().audio(true)),
    );
    drop((session, echo));

    let connection = open(world);
    let Some(resumed) = outcome(world, "resume", connection.resume(&tickets[0])) else {
        return;
    };
    world.note(&format!("the same: {}", resumed.session.id() == id));
    let options = AttachOptions::new()
        .existing_handle(resumed.handles[0].id)
        .verify(true);
    let Some(echo) = outcome(
        world,
        "reattach",
        resumed.session.attach_with::<EchoTest>(options),
    ) else {
        return;
    };
    outcome(
        world,
        "configure",
        echo.configure(&Settings::new().audio(true)),
    );
    outcome(world, "detach", echo.into_handle().detach());
    outcome(world, "destroy", resumed.session.destroy());
}

fn abandon_in_vain(world: &mut World) {
    let connection = open(world);
    let (session, _echo) = attached(world, &connection);
    let id = session.id();
    let tickets = connection.abandon();
    let kept = tickets.iter().map(|ticket| ticket.kept_for.is_some());
    world.note(&format!("kept: {:?}", kept.collect::<Vec<_>>()));
    let link = world.link();
    let gone = world.wait_gone(link, id.value(), SOON).is_some();
    world.note(&format!("gone: {gone}"));
    let connection = open(world);
    outcome(world, "resume", connection.resume(&tickets[0]));
}

fn claim_dead(world: &mut World) {
    let connection = open(world);
    let session = connection.create_session().expect("a session");
    world.name('S', session.id().value());
    let id = session.id();
    outcome(world, "destroy", session.destroy());
    outcome(world, "claim", connection.claim(id));
    outcome(world, "claim of what never was", connection.claim(4711_u64));
}

fn reattach_dead(world: &mut World) {
    let connection = open(world);
    let (session, echo) = attached(world, &connection);
    let id = echo.handle().id();
    let link = world.link();
    world.detach(link, session.id().value(), id.value(), &[]);
    // Seen before the handle's number is used again.
    let events = echo.events();
    let detached = events
        .iter()
        .any(|event| matches!(event, Ok(Event::Detached)));
    world.note(&format!("detached: {detached}"));
    drop((events, echo));
    let options = AttachOptions::new().existing_handle(id).verify(true);
    outcome(world, "verified", session.attach_with::<EchoTest>(options));
    if let Some(echo) = outcome(world, "unverified", session.reattach::<EchoTest>(id)) {
        outcome(
            world,
            "configure",
            echo.configure(&Settings::new().audio(true)),
        );
        outcome(world, "hangup", echo.handle().hangup());
    }
}

fn claimed_away(world: &mut World) {
    let connection = open(world);
    let (session, echo) = attached(world, &connection);
    let link = world.link();
    world.ask(
        link,
        json!({"janus": "claim", "session_id": session.id().value()}),
    );
    // The requests still work, their events come to the new owner.
    outcome(world, "trickle", echo.handle().trickle_done());
    let ack = echo.handle().send(&Settings::new().audio(true));
    outcome(world, "send", ack);
    let event = world.next(link, SOON).unwrap_or_default();
    world.note(&format!("event for the claimer: {}", event["janus"]));
    outcome(world, "claim back", connection.claim(session.id()));
}

fn call(world: &mut World) {
    let connection = open(world);
    let (session, echo) = attached(world, &connection);
    let offer = Jsep::offer(offer_of(&["audio", "video"]));
    let answer = echo.offer(&Settings::new().audio(true).video(true), &offer);
    if let Some(answer) = outcome(world, "offer", answer) {
        world.describe(&answer.sdp);
    }
    let mut candidate = Candidate::new("candidate:1 1 udp 2113937151 192.0.2.7 50000 typ host");
    candidate.sdp_mid = Some("0".to_owned());
    outcome(
        world,
        "trickle",
        echo.handle().trickle(&[candidate.clone(), candidate]),
    );
    outcome(world, "end", echo.handle().trickle_done());
    outcome(world, "hangup", echo.handle().hangup());
    events(world, &echo);
    outcome(world, "detach", echo.into_handle().detach());
    outcome(world, "destroy", session.destroy());
}

fn core_errors(world: &mut World) {
    let connection = open(world);
    let (session, echo) = attached(world, &connection);
    outcome(world, "attach", session.attach_raw("janus.plugin.nonsense"));
    let bad = Jsep::offer("v=0\r\n");
    outcome(world, "bad offer", echo.offer(&Settings::new(), &bad));
    let answer = Jsep::answer(offer_of(&["audio"]));
    outcome(world, "answer", echo.offer(&Settings::new(), &answer));
    let link = world.link();
    world.ask(
        link,
        json!({"janus": "destroy", "session_id": session.id().value()}),
    );
    outcome(
        world,
        "configure",
        echo.configure(&Settings::new().audio(true)),
    );
    outcome(world, "check", session.check());
}

fn plugin_errors(world: &mut World) {
    let connection = open(world);
    let (session, echo) = attached(world, &connection);
    outcome(world, "empty", echo.configure(&Settings::new()));
    let raw: Raw = session
        .attach_raw("janus.plugin.echotest")
        .expect("a handle");
    world.name('H', raw.handle().id().value());
    outcome(world, "wrong type", raw.request(json!({"audio": "yes"})));
    let sip = session.attach_raw("janus.plugin.sip").expect("a handle");
    world.name('H', sip.handle().id().value());
    outcome(
        world,
        "unknown",
        sip.request(json!({"request": "nonsense"})),
    );
    outcome(
        world,
        "code 0",
        sip.request(json!({"request": "transfer", "uri": "sip:x@y"})),
    );
}

fn no_secret(world: &mut World) {
    let connection = open(world);
    outcome(world, "ping", connection.ping().map(drop));
    outcome(world, "create", connection.create_session());
    outcome(world, "claim", connection.claim(4711_u64));
}

fn drop_ends(world: &mut World) {
    let connection = open(world);
    let (session, echo) = attached(world, &connection);
    let link = world.link();
    let (id, handle) = (session.id().value(), echo.handle().id().value());
    drop(echo);
    let on_handle = json!({"janus": "keepalive", "session_id": id, "handle_id": handle});
    wait_until(SOON, "the handle is gone", || {
        world.hush(link, on_handle.clone())["janus"] == "error"
    });
    outcome(world, "check", session.check());
    world.ask(
        link,
        json!({"janus": "keepalive", "session_id": id, "handle_id": handle}),
    );
    drop(session);
    let gone = world.wait_gone(link, id, SOON).is_some();
    world.note(&format!("gone: {gone}"));
}
