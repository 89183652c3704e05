//! What a server can make a program keep in memory, measured.

mod bounds;

use std::time::Duration;

use common::scripted::{HANDLE, SESSION, Scripted, event};
use janus_blocking::{Config, Connection, Error, Raw, connection::Reconnect};
use serde_json::json;

use crate::{alone, process::resident};

fn open(server: &Scripted) -> Connection {
    let config = Config::new(server.url())
        .request_timeout(Duration::from_secs(60))
        .reconnect(Reconnect::Never);
    config.open().expect("the scripted server answers `info`")
}

const GROWTH: u64 = 24 << 10;
const ROUNDS: u64 = 150;
const PER_ROUND: u64 = 2_000;

#[test]
fn hundreds_of_thousands_of_strays_take_no_memory() {
    if !alone(
        module_path!(),
        "hundreds_of_thousands_of_strays_take_no_memory",
    ) {
        return;
    }
    let server = Scripted::usual();
    let janus = open(&server);
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw("p").expect("a handle");
    let claimed = janus.claim(77).expect("a session");
    let ours = server.wait_request("create")["transaction"].clone();
    let prefix = ours
        .as_str()
        .expect("text")
        .trim_end_matches(|it: char| it != '-')
        .to_owned();
    let padding = "x".repeat(250);
    let before = resident();
    for round in 0..ROUNDS {
        server.push(|out| {
            for at in 0..PER_ROUND / 5 {
                let number = round * PER_ROUND + at;
                let data = json!({ "padding": padding });
                // Transactions of ours that never were, events of nobody, garbage.
                out.json(&json!({"janus": "success", "padding": padding,
                    "transaction": format!("{prefix}{:x}", number + 1000)}));
                out.json(&event(1000 + number, data.clone()));
                let mut other = event(HANDLE, data.clone());
                other["session_id"] = json!(1000 + number);
                out.json(&other);
                out.text(&padding);
                // One handle of a claimed session that nobody reattaches: kept up to the limit.
                let mut kept = event(5, data);
                kept["session_id"] = json!(77);
                out.json(&kept);
            }
        });
        if round % 50 == 0 {
            janus.ping().expect("an answer");
        }
    }
    janus.ping().expect("an answer");
    let growth = resident().saturating_sub(before);
    let each = ROUNDS * PER_ROUND / 5;
    let strays = janus.unmatched_messages();
    assert_eq!(
        [strays.late, strays.unknown, strays.garbage],
        [0, 3 * each, each]
    );
    assert!(growth < GROWTH, "{growth} KiB more");
    let kept: Raw = claimed.reattach(5).expect("a handle");
    assert_eq!(
        kept.events()
            .iter()
            .take(1024)
            .filter(Result::is_ok)
            .count(),
        1024
    );
    assert_eq!(lost(&kept), each - 1024);
    assert!(matches!(raw.events().try_recv(), Ok(None)));
    assert_eq!(session.id().value(), SESSION);
}

/// How many are missing at this place of the queue.
#[track_caller]
fn lost(raw: &Raw) -> u64 {
    match raw.events().try_recv() {
        Err(Error::Lagged { lost, .. }) => lost,
        other => panic!("{other:?}"),
    }
}

/// How much more memory there is after all this was pushed, in KiB.
fn growth(server: &Scripted, janus: &Connection, texts: impl Iterator<Item = String>) -> u64 {
    let before = resident();
    for text in texts {
        server.push(|out| out.text(&text));
    }
    janus.ping().expect("an answer");
    resident().saturating_sub(before)
}

#[test]
fn events_of_a_mebibyte_that_nobody_reads_take_twice_the_budget_at_most() {
    if !alone(
        module_path!(),
        "events_of_a_mebibyte_that_nobody_reads_take_twice_the_budget_at_most",
    ) {
        return;
    }
    const EVENTS: u64 = 100;
    let server = Scripted::usual();
    let janus = open(&server);
    let budget = janus.config().event_queue_bytes;
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw("p").expect("a handle");
    let large = event(HANDLE, json!("x".repeat(1 << 20))).to_string();
    let texts = (0..EVENTS).map(|_| large.clone());
    let growth = growth(&server, &janus, texts);
    println!("{growth} KiB more");
    assert!(growth <= 2 * (budget as u64 >> 10), "{growth} KiB more");
    let kept = (budget >> 20) as u64 - 1;
    (0..kept).for_each(|_| assert!(matches!(raw.events().try_recv(), Ok(Some(_)))));
    assert_eq!(lost(&raw), EVENTS - kept);
}

#[test]
fn events_of_a_thousand_unknown_handles_take_twice_the_budget_at_most() {
    if !alone(
        module_path!(),
        "events_of_a_thousand_unknown_handles_take_twice_the_budget_at_most",
    ) {
        return;
    }
    const HANDLES: u64 = 1024;
    const ROUNDS: u64 = 10;
    let server = Scripted::usual();
    let janus = open(&server);
    let budget = janus.config().all_event_queues_bytes;
    let session = janus.claim(SESSION).expect("a session");
    let data = json!("x".repeat(10_000));
    let texts =
        (0..ROUNDS * HANDLES).map(|number| event(100 + number % HANDLES, data.clone()).to_string());
    let growth = growth(&server, &janus, texts);
    println!("{growth} KiB more");
    assert!(growth <= 2 * (budget as u64 >> 10), "{growth} KiB more");
    // One of its own that is read loses nothing for all those that nobody reads.
    let raw = session.attach_raw("p").expect("a handle");
    for number in 0..10 {
        server.push(|out| out.event(json!([number, "x".repeat(100_000)])));
        let event = raw.events().recv().expect("nothing is lost").into_plugin();
        assert_eq!(event.expect("of the plugin")[0], number);
    }
}
