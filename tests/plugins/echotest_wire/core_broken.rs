//! The core's events and answers cut short, with wrong values, and without keys: nothing panics,
//! nothing hangs, and the connection works on.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use janus_blocking::{
    Config, Connection, Error, HandleId, Raw, Result, Session, connection::AttachOptions,
};
use serde_json::json;

use common::{
    scripted::{HANDLE, SESSION, Scripted},
    wire_checks::{broken, fixture, fixtures},
};

#[test]
fn broken_events_end_nothing_but_what_they_name() {
    let mut tried = 0;
    for name in fixtures("core/events") {
        let server = Scripted::usual();
        let janus = Connection::open(&server.url()).expect("it answers `info`");
        let session = janus.create_session().expect("a session");
        let raw = session.attach_raw("janus.plugin.any").expect("a handle");
        let texts = broken(&fixture(&format!("core/events/{name}")));
        server.push(|out| texts.iter().for_each(|text| out.text(text)));
        janus.ping().expect("the connection works on");
        let events = raw.events();
        let mut seen = 0;
        // Until the queue is empty, or has ended with its handle.
        loop {
            match events.try_recv() {
                Ok(None) | Err(Error::Closed { .. }) => break,
                Ok(Some(_)) | Err(Error::Decode { .. }) => seen += 1,
                Err(error) => panic!("{name}: {error:?}"),
            }
        }
        let strays = janus.unmatched_messages();
        assert!(
            seen + strays.unknown + strays.garbage <= texts.len() as u64,
            "{name}"
        );
        assert!(strays.garbage > 0, "{name}");
        janus.create_session().expect("a session after it");
        tried += texts.len();
    }
    println!("core {tried} broken events");
}

/// Does what the fixture is an answer to.
fn act(name: &str, janus: &Connection) -> Result<()> {
    if ["info", "ping", "error"].contains(&name) {
        return match name {
            "info" => janus.info().map(drop),
            _ => janus.ping().map(drop),
        };
    }
    if name == "claim" {
        return janus.claim(SESSION).map(drop);
    }
    let session = janus.create_session()?;
    match name {
        "create" => Ok(()),
        "destroy" => session.destroy(),
        "keepalive" => {
            let options = AttachOptions::new()
                .existing_handle(HandleId::new(5))
                .verify(true);
            session.attach_with::<Raw>(options).map(drop)
        }
        _ => act_on_handle(name, &session),
    }
}

fn act_on_handle(name: &str, session: &Session) -> Result<()> {
    let raw = session.attach_raw("janus.plugin.any")?;
    match name {
        "attach" => Ok(()),
        "detach" => raw.into_handle().detach(),
        "hangup" => raw.handle().hangup(),
        "trickle" => raw.handle().trickle_done(),
        "message" => raw.request(json!({})).map(drop),
        "ack" => raw.send(json!({})).map(drop),
        other => panic!("a fixture that this test does not know: {other}"),
    }
}

/// The verb that the fixture answers.
fn verb(name: &str) -> &str {
    match name {
        "ack" => "message",
        "error" => "ping",
        name => name,
    }
}

/// Each broken answer is followed by the right one, for those that cannot be told whose they are.
fn broken_answers(name: String) -> usize {
    let texts = broken(&fixture(&format!("core/answers/{name}")));
    let (count, waiting) = (texts.len(), Arc::new(Mutex::new(VecDeque::from(texts))));
    let (left, own) = (Arc::clone(&waiting), name.clone());
    let mut opened = false;
    let server = Scripted::start(move |request, out| {
        // The first `info` opens the connection.
        if opened && request["janus"] == verb(&own) {
            if let Some(text) = left.lock().expect("no panic").pop_front() {
                let transaction = request["transaction"].as_str().expect("text");
                out.text(text.replace("00000000-1", transaction));
            }
        }
        opened = true;
        out.usual(request);
    });
    assert_eq!(HANDLE, 22, "as in the fixtures");
    let config = Config::new(server.url()).request_timeout(Duration::from_secs(20));
    let janus = config.open().expect("it answers `info`");
    let mut taken = 0;
    while !waiting.lock().expect("no panic").is_empty() {
        match act(&name, &janus) {
            Ok(()) => taken += 1,
            Err(
                Error::Unexpected { .. }
                | Error::Janus { .. }
                | Error::Decode { .. }
                // A session whose answer was the broken one ends when its id comes once more.
                | Error::Closed { .. },
            ) => {}
            Err(error) => panic!("{name}: {error:?}"),
        }
    }
    // Those whose transaction is cut off or changed.
    assert!(taken > count / 20, "{name}: only {taken} of {count}");
    act(&name, &janus).unwrap_or_else(|error| panic!("{name} at last: {error}"));
    count
}

#[test]
fn broken_answers_are_errors_and_the_next_request_is_well() {
    let names = fixtures("core/answers").into_iter();
    let all: Vec<_> = names
        .map(|name| thread::spawn(move || broken_answers(name)))
        .collect();
    let tried = all
        .into_iter()
        .map(|thread| thread.join().expect("no panic"));
    println!("core {} broken answers", tried.sum::<usize>());
}
