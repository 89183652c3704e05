//! Sessions that nobody asks for anything, and sessions whose link has gone.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::target::Setup::{LongReclaim, Reclaim, ShortTimeout};
use super::target::{LONG_RECLAIM_TIMEOUT, RECLAIM_TIMEOUT, SHORT_TIMEOUT};
use super::world::{Link, Scenario, World};

pub const ALL: &[Scenario] = &[
    Scenario::new(
        "reclaim: requests from elsewhere keep it",
        Reclaim,
        requests_keep,
    ),
    Scenario::new(
        "reclaim: the clock runs from the last request",
        LongReclaim,
        idle_before,
    ),
    Scenario::new("reclaim: claimed, it stays", Reclaim, claimed_stays),
    Scenario::new("reclaim: reaped when nobody claims", Reclaim, reaped),
    Scenario::new("timeout: keepalives prevent it", ShortTimeout, prevented),
    Scenario::new(
        "timeout: any request prevents it",
        ShortTimeout,
        any_request,
    ),
    Scenario::new("timeout: how long it takes", ShortTimeout, how_long),
    Scenario::new("timeout: event, then 458", ShortTimeout, timeout),
    Scenario::new("timeout: with handles", ShortTimeout, with_handles),
    Scenario::new(
        "timeout: told to the claimer",
        ShortTimeout,
        told_to_claimer,
    ),
    Scenario::new(
        "timeout: the link stays, other sessions too",
        ShortTimeout,
        link_stays,
    ),
    Scenario::new("reclaim: events in the gap are lost", Reclaim, lost_events),
    Scenario::new("reclaim: handles go on", Reclaim, handles_go_on),
    Scenario::new("reclaim: destroyed in the gap", Reclaim, destroyed),
];

const ECHOTEST: &str = "janus.plugin.echotest";
const SECOND: Duration = Duration::from_secs(1);
/// Twice the watchdog's two seconds after the longest timeout, and some for a busy machine.
const LONG: Duration = Duration::from_secs(20);

fn audio(session: u64, handle: u64) -> Value {
    json!({"janus": "message", "session_id": session, "handle_id": handle,
           "body": {"audio": true}})
}

fn keepalive(world: &mut World, link: Link, session: u64) {
    world.ask(link, json!({"janus": "keepalive", "session_id": session}));
}

fn is_there(world: &mut World, link: Link, session: u64) {
    let exists = world.exists(link, session);
    world.note(&format!("{session} is there: {exists}"));
}

fn goes(world: &mut World, link: Link, session: u64) {
    let gone = world.wait_gone(link, session, LONG).is_some();
    world.note(&format!("{session} goes: {gone}"));
}

fn timeout(world: &mut World) {
    let link = world.link();
    let session = world.create(link);
    let begin = Instant::now();
    world.time_out(link, LONG);
    let in_time = begin.elapsed() >= Duration::from_secs(SHORT_TIMEOUT.into());
    world.note(&format!("not before its time: {in_time}"));
    keepalive(world, link, session);
    world.ask(link, json!({"janus": "claim", "session_id": session}));
    world.ask(link, json!({"janus": "destroy", "session_id": session}));
}

fn with_handles(world: &mut World) {
    let (link, session, handle) = world.attached(ECHOTEST);
    world.attach(link, session, "janus.plugin.sip");
    world.time_out(link, LONG);
    world.quiet(link);
    world.ask(link, audio(session, handle));
}

/// Sessions of different ages: the watchdog finds each up to two seconds late, but one of them
/// soon.
fn how_long(world: &mut World) {
    const STEPS: u32 = 4;
    let link = world.link();
    let mut begun = Vec::new();
    for _ in 0..STEPS {
        let session = world.create(link);
        begun.push((session, Instant::now()));
        thread::sleep(SECOND / 2);
    }
    let mut ages = Vec::new();
    while ages.len() < begun.len() {
        let message = world.silently(link);
        let of = |(id, _): &&(u64, Instant)| message["session_id"].as_u64() == Some(*id);
        let (_, begin) = begun.iter().find(of).expect("one of them");
        ages.push(begin.elapsed());
    }
    let least = ages.iter().min().expect("there are some").as_secs_f64();
    let timeout = f64::from(SHORT_TIMEOUT);
    world.note(&format!(
        "one ends within 1.25 s of its time: {}",
        least < timeout + 1.25
    ));
    world.note(&format!(
        "one ends within 3.25 s of its time: {}",
        least < timeout + 3.25
    ));
}

fn prevented(world: &mut World) {
    let link = world.link();
    let session = world.create(link);
    for _ in 0..8 {
        thread::sleep(SECOND);
        keepalive(world, link, session);
    }
}

fn any_request(world: &mut World) {
    let (link, session, handle) = world.attached(ECHOTEST);
    for round in 0..8 {
        thread::sleep(SECOND);
        // Those that fail count too, once the session is found.
        let request = match round % 4 {
            0 => json!({"janus": "nonsense", "session_id": session}),
            1 => json!({"janus": "detach", "session_id": session, "handle_id": 4712}),
            2 => json!({"janus": "message", "session_id": session, "handle_id": handle}),
            _ => json!({"janus": "attach", "session_id": session}),
        };
        world.ask(link, request);
    }
}

fn told_to_claimer(world: &mut World) {
    let old = world.link();
    let session = world.create(old);
    let new = world.link();
    world.ask(new, json!({"janus": "claim", "session_id": session}));
    world.time_out(new, LONG);
    world.quiet(old);
    keepalive(world, old, session);
}

fn link_stays(world: &mut World) {
    let link = world.link();
    let kept = world.create(link);
    let session = world.create(link);
    // Longer than it takes, watchdog included.
    for _ in 0..2 * (SHORT_TIMEOUT + 5) {
        thread::sleep(SECOND / 2);
        world.hush(link, json!({"janus": "keepalive", "session_id": kept}));
    }
    keepalive(world, link, session);
    keepalive(world, link, kept);
}

fn handles_go_on(world: &mut World) {
    let (old, session, handle) = world.attached(ECHOTEST);
    let new = world.link();
    world.close(old);
    thread::sleep(SECOND);
    world.ask(
        new,
        json!({"janus": "keepalive", "session_id": session, "handle_id": handle}),
    );
    world.ask(new, json!({"janus": "claim", "session_id": session}));
    world.tell(new, audio(session, handle));
    world.detach(new, session, handle, &[]);
}

fn lost_events(world: &mut World) {
    let (old, session, handle) = world.attached(ECHOTEST);
    let new = world.link();
    world.close(old);
    thread::sleep(SECOND / 2);
    world.ask(new, audio(session, handle));
    world.quiet(new);
    world.ask(new, json!({"janus": "claim", "session_id": session}));
    world.quiet(new);
    world.tell(new, audio(session, handle));
}

fn destroyed(world: &mut World) {
    let (old, session, handle) = world.attached(ECHOTEST);
    let new = world.link();
    world.close(old);
    thread::sleep(SECOND / 2);
    world.ask(new, json!({"janus": "destroy", "session_id": session}));
    world.ask(new, json!({"janus": "claim", "session_id": session}));
    world.ask(
        new,
        json!({"janus": "keepalive", "session_id": session, "handle_id": handle}),
    );
}

fn reaped(world: &mut World) {
    let (old, session, _) = world.attached(ECHOTEST);
    let new = world.link();
    world.close(old);
    thread::sleep(SECOND * (RECLAIM_TIMEOUT - 2));
    is_there(world, new, session);
    goes(world, new, session);
    world.ask(new, json!({"janus": "claim", "session_id": session}));
}

/// Gone sooner after its link than the reclaim timeout: the clock had run before.
fn idle_before(world: &mut World) {
    let (old, session, _) = world.attached(ECHOTEST);
    let new = world.link();
    thread::sleep(SECOND * (LONG_RECLAIM_TIMEOUT + 1));
    is_there(world, new, session);
    world.close(old);
    let limit = Duration::from_secs(LONG_RECLAIM_TIMEOUT.into());
    let soon = world.wait_gone(new, session, limit).is_some();
    world.note(&format!(
        "{session} goes before a whole reclaim timeout: {soon}"
    ));
}

fn requests_keep(world: &mut World) {
    let (old, session, handle) = world.attached(ECHOTEST);
    let new = world.link();
    world.close(old);
    for _ in 0..4 {
        thread::sleep(SECOND * 2);
        let request = json!({"janus": "keepalive", "session_id": session, "handle_id": handle});
        world.ask(new, request);
    }
    goes(world, new, session);
}

fn claimed_stays(world: &mut World) {
    let (old, session, handle) = world.attached(ECHOTEST);
    let new = world.link();
    world.close(old);
    thread::sleep(SECOND);
    world.ask(new, json!({"janus": "claim", "session_id": session}));
    thread::sleep(SECOND * (RECLAIM_TIMEOUT + 5));
    is_there(world, new, session);
    world.tell(new, audio(session, handle));
}
