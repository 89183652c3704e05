//! Events, which come by long polls.

use std::thread;

use janus_blocking::{EchoTest, Event, Raw, Session, raw::Body};
use serde_json::json;

use super::{LIMIT, configure, open, with_both};

pub(super) const PACKAGE: &str = "janus.plugin.videoroom";

pub(super) fn attach(session: &Session) -> Raw {
    session.attach_raw(PACKAGE).expect("a handle")
}

/// Asks for an event that says which it is: there is no such room, as it is told in one.
pub(super) fn provoke(handle: &Raw, number: usize) {
    let body = json!({ "request": "join", "ptype": "publisher", "room": number + 1 });
    handle.handle().send(&Body(body)).expect("an ack");
}

/// The number of the next event.
#[track_caller]
pub(super) fn next(handle: &Raw) -> usize {
    let event = handle.events().recv_timeout(LIMIT).expect("no end");
    let Some(Event::Plugin { event, .. }) = event else {
        panic!("no event of the plugin: {event:?}");
    };
    let text = event["error"].as_str().expect("a refusal");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse::<usize>().expect("a number") - 1
}

#[test]
#[ignore = "needs Janus 1.1.2 and 1.4.1: run tests/run"]
fn events_come_in_order_and_to_their_handles() {
    const HANDLES: usize = 100;
    const ROUNDS: usize = 5;
    with_both(|server| {
        let janus = open(server);
        let session = janus.create_session().expect("a session");
        let handles: Vec<Raw> = (0..HANDLES).map(|_| attach(&session)).collect();
        for round in 0..ROUNDS {
            for (index, handle) in handles.iter().enumerate() {
                provoke(handle, round * HANDLES + index);
            }
        }
        for (index, handle) in handles.iter().enumerate() {
            for round in 0..ROUNDS {
                assert_eq!(next(handle), round * HANDLES + index);
            }
        }
        assert_eq!(janus.unmatched_messages(), Default::default());
        session.destroy().expect("destroyed");
    });
}

#[test]
#[ignore = "needs Janus 1.1.2 and 1.4.1: run tests/run"]
fn several_threads_call_at_the_same_time() {
    const THREADS: u64 = 6;
    const CALLS: u64 = 50;
    with_both(|server| {
        let janus = open(server);
        let session = janus.create_session().expect("a session");
        thread::scope(|scope| {
            for caller in 0..THREADS {
                let session = &session;
                scope.spawn(move || {
                    let room = session.attach_raw(PACKAGE).expect("attached");
                    let echo: EchoTest = session.attach().expect("attached");
                    for call in 0..CALLS {
                        let number = 1_000_000 + caller * CALLS + call;
                        let answer = room
                            .request(json!({ "request": "exists", "room": number }))
                            .expect("an answer");
                        assert_eq!(answer["room"], number, "{answer}");
                        configure(&echo).expect("configured");
                    }
                });
            }
        });
        assert_eq!(janus.unmatched_messages().garbage, 0);
        janus.close();
    });
}
