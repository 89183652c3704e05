//! Events that come together with the answer that makes their handle known, or before it.

use janus_blocking::{Error, Event, Raw};
use serde_json::json;

use super::{Config, SOON, next_data, open, strays};
use common::scripted::{HANDLE, SESSION, Scripted, event, success};

#[test]
fn events_in_the_same_segment_as_the_attach_answer_are_delivered_in_order() {
    let server = Scripted::start(|request, out| {
        if request["janus"] != "attach" {
            return out.usual(request);
        }
        for n in 0..3 {
            out.event(json!({ "n": n }));
        }
        out.answer(request, success(HANDLE));
        for n in 3..1000 {
            out.event(json!({ "n": n }));
        }
    });
    let janus = open(&server, 5000);
    for _ in 0..5 {
        let session = janus.create_session().expect("a session");
        let raw = session.attach_raw("p").expect("a handle");
        for n in 0..1000 {
            assert_eq!(next_data(&raw), json!({ "n": n }));
        }
        session.destroy().expect("an answer");
    }
    assert_eq!(strays(&janus), [0, 0, 0]);
}

#[test]
fn events_right_behind_the_attach_answer_count_for_the_queue_limit() {
    let server = Scripted::start(|request, out| {
        out.usual(request);
        if request["janus"] == "attach" {
            (0..10).for_each(|n| out.event(json!({ "n": n })));
        }
    });
    let janus = Config::new(server.url())
        .event_queue(4)
        .open()
        .expect("a connection");
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw("p").expect("a handle");
    janus.ping().expect("an answer");
    (0..4).for_each(|n| assert_eq!(next_data(&raw), json!({ "n": n })));
    assert_lagged(&raw, 6);
    server.push(|out| out.event(json!({"n": 10})));
    assert_eq!(next_data(&raw), json!({"n": 10}));
}

#[track_caller]
fn assert_lagged(raw: &Raw, expected: u64) {
    let error = raw.events().recv_timeout(SOON).expect_err("a gap");
    assert!(
        matches!(error, Error::Lagged { lost, .. } if lost == expected),
        "{error:?}"
    );
    let text = format!(
        "{expected} events were lost: read them faster, or raise `event_queue` and its bytes"
    );
    assert_eq!(error.to_string(), text);
}

#[test]
fn events_between_claim_and_reattach_are_kept_per_handle_in_order_and_bounded() {
    const HANDLES: u64 = 10;
    const LIMIT: u64 = 8;
    let server = Scripted::start(|request, out| {
        if request["janus"] != "claim" {
            return out.usual(request);
        }
        // Round by round, half of them before the answer.
        let round = |out: &mut common::scripted::Out, n: u64| {
            for handle in 0..HANDLES {
                // The higher the handle, the more it gets.
                if n < 3 * handle {
                    out.json(&event(100 + handle, json!({ "n": n })));
                }
            }
        };
        (0..5).for_each(|n| round(out, n));
        out.usual(request);
        (5..30).for_each(|n| round(out, n));
    });
    let janus = Config::new(server.url())
        .event_queue(LIMIT as usize)
        .open()
        .expect("open");
    let session = janus.claim(SESSION).expect("the session");
    janus.ping().expect("an answer");
    // In any order of reattaching.
    for handle in (0..HANDLES).rev() {
        let raw: Raw = session.reattach(100 + handle).expect("a handle");
        let sent = 3 * handle;
        for n in 0..sent.min(LIMIT) {
            assert_eq!(next_data(&raw), json!({ "n": n }), "handle {handle}");
        }
        if sent > LIMIT {
            assert_lagged(&raw, sent - LIMIT);
        }
        assert!(matches!(raw.events().try_recv(), Ok(None)));
        server.push(|out| out.json(&event(100 + handle, json!({"live": handle}))));
        assert_eq!(next_data(&raw), json!({"live": handle}));
    }
    assert_eq!(strays(&janus), [0, 0, 0]);
}

#[test]
fn a_failed_claim_keeps_nothing() {
    let server = Scripted::start(|request, out| {
        if request["janus"] != "claim" {
            return out.usual(request);
        }
        out.event(json!({"n": 1}));
        let error = json!({"code": 458, "reason": "No such session 11"});
        out.answer(request, json!({"janus": "error", "error": error}));
        out.event(json!({"n": 2}));
    });
    let janus = open(&server, 5000);
    let error = janus.claim(SESSION).expect_err("refused");
    assert!(error.is_session_gone(), "{error:?}");
    janus.ping().expect("an answer");
    // The first was kept for the claim's sake and went with it; the second is a stray.
    assert_eq!(strays(&janus), [0, 1, 0]);
}

#[test]
fn a_detached_behind_the_attach_answer_is_the_last_event() {
    let server = Scripted::start(|request, out| {
        out.usual(request);
        if request["janus"] == "attach" {
            out.event(json!({"n": 0}));
            out.json(&json!({"janus": "detached", "session_id": SESSION, "sender": HANDLE}));
            out.event(json!({"n": 1}));
        }
    });
    let janus = open(&server, 5000);
    let session = janus.create_session().expect("a session");
    let raw = session.attach_raw("p").expect("a handle");
    assert_eq!(next_data(&raw), json!({"n": 0}));
    assert!(matches!(raw.events().recv(), Ok(Event::Detached)));
    let error = raw.events().recv().expect_err("the end");
    assert!(error.is_handle_gone(), "{error:?}");
    let text =
        format!("handle {HANDLE} is closed: Janus or its plugin detached it; attach a new one");
    assert_eq!(error.to_string(), text);
}

#[test]
fn what_is_said_about_a_handle_whose_attach_was_late_is_neither_kept_nor_a_stray() {
    let server = Scripted::start(|request, out| {
        // The attach waits for `push`.
        if request["janus"] != "attach" {
            out.usual(request);
        }
    });
    let janus = open(&server, 1000);
    // The events of unknown handles of a claimed session are kept for a reattachment.
    let session = janus.claim(SESSION).expect("a session");
    let error = session.attach_raw("p").expect_err("no answer");
    assert!(error.is_timeout(), "{error:?}");
    let attach = server.wait_request("attach");
    server.push(|out| {
        out.event(json!({"n": "before"}));
        out.answer(&attach, success(HANDLE));
        out.event(json!({"n": "its last word"}));
    });
    let detach = server.wait_request("detach");
    assert_eq!(detach["handle_id"], HANDLE);
    janus.ping().expect("an answer");
    assert_eq!(strays(&janus), [1, 0, 0]);
    let raw: Raw = session.reattach(HANDLE).expect("its id is free");
    assert!(matches!(raw.events().try_recv(), Ok(None)));
}
