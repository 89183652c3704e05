//! How long does dispatch alone take, with 1, 100 and 1,000 handles?
//!
//! `router` is private. Of the crate it uses `wire`, the atomics of `sync`, and what is public: so these
//! three modules are compiled into this program as they are, and no door in the public surface is needed.

// As they are compiled here, the modules are used only in part.
#![allow(dead_code, unused_imports, unused_macros)]

mod common;
#[path = "../src/router/mod.rs"]
mod router;
#[path = "../src/sync/mod.rs"]
mod sync;
#[path = "../src/wire/mod.rs"]
mod wire;

// The crate's root, as these modules see it.
use janus_blocking::{CloseReason, ErrorCode, HandleId, SessionId, error};

use std::{collections::HashMap, hint::black_box, time::Instant};

use common::samples;
use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use crossbeam_channel::{Receiver, Sender, unbounded};
use router::{Expects, Limits, Outcome, Queue, Router, Waiting};
use serde_json::{Value, json};
use wire::Incoming;

const SESSION: SessionId = SessionId::new(samples::SESSION);

fn main() {
    let mut criterion = common::criterion();
    events(&mut criterion);
    answers(&mut criterion);
    criterion.final_summary();
}

/// Parsed messages to their queues; the baseline is a map of channels.
fn events(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("router/event");
    group.throughput(Throughput::Elements(1));
    for handles in [1, 100, 1_000] {
        let ids: Vec<u64> = (0..handles).map(|n| samples::HANDLE + 2 * n).collect();
        let data = || json!({ "echotest": "event", "result": "ok" });
        let texts: Vec<String> = ids
            .iter()
            .map(|id| samples::event_of(*id, data(), None))
            .collect();
        let messages: Vec<Incoming<'_>> = texts
            .iter()
            .map(|text| Incoming::parse(text).expect("valid"))
            .collect();
        map_of_channels(&mut group, &ids, &texts);
        let (mut router, _) = router_with_session();
        let queues: Vec<Queue> = ids
            .iter()
            .map(|id| router.bind(SESSION, (*id).into()).expect("a new handle"))
            .collect();
        let mut next = (0..ids.len()).cycle();
        let now = Instant::now();
        group.bench_function(format!("dispatch, {handles} handles"), |bencher| {
            bencher.iter(|| {
                let index = next.next().unwrap_or(0);
                let (message, text) = (&messages[index], &texts[index]);
                let outcome = router.dispatch(None, black_box(message), None, text, now);
                assert_eq!(outcome, Outcome::Done);
                queues[index].receiver.try_recv().expect("the event")
            });
        });
    }
    group.finish();
}

fn map_of_channels(group: &mut BenchmarkGroup<'_, WallTime>, ids: &[u64], texts: &[String]) {
    let mut senders: HashMap<u64, Sender<Box<str>>> = HashMap::new();
    let mut receivers: Vec<Receiver<Box<str>>> = Vec::new();
    for id in ids {
        let (sender, receiver) = unbounded();
        senders.insert(*id, sender);
        receivers.push(receiver);
    }
    let mut next = (0..ids.len()).cycle();
    group.bench_function(
        format!("map of channels, {} handles", ids.len()),
        |bencher| {
            bencher.iter(|| {
                let index = next.next().unwrap_or(0);
                let text: Box<str> = texts[index].as_str().into();
                senders[&black_box(ids[index])]
                    .send(text)
                    .expect("a receiver");
                receivers[index].try_recv().expect("the event")
            });
        },
    );
}

/// A request entered, and its answer dispatched.
fn answers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("router/answer");
    group.throughput(Throughput::Elements(1));
    let text = format!(r#"{{"janus":"ack","session_id":{SESSION},"transaction":"0123abcd-7f"}}"#);
    let message = Incoming::parse(&text).expect("valid");
    let (mut router, now) = router_with_session();
    let mut number = 0;
    group.bench_function("register and dispatch", |bencher| {
        bencher.iter(|| {
            number += 1;
            let waiting = Waiting {
                slot: (),
                expects: Expects::Core,
                session: Some(SESSION),
                handle: None,
                acked: false,
                repeats: false,
            };
            router
                .register(0, number, waiting, now)
                .expect("it is open");
            let outcome = router.dispatch(Some(number), black_box(&message), None, &text, now);
            assert_eq!(outcome, Outcome::Done);
            router
                .take_replies()
                .into_iter()
                .next()
                .expect("the answer")
        });
    });
    group.finish();
}

/// A router that has seen the answer to a `create`.
fn router_with_session() -> (Router<()>, Instant) {
    let mut router = Router::new(Limits {
        events: 1024,
        bytes: 1 << 20,
        all_bytes: 1 << 24,
    });
    let now = Instant::now();
    let waiting = Waiting {
        slot: (),
        expects: Expects::Create,
        session: None,
        handle: None,
        acked: false,
        repeats: false,
    };
    router.register(0, 0, waiting, now).expect("it is open");
    let text = format!(r#"{{"janus":"success","transaction":"t","data":{{"id":{SESSION}}}}}"#);
    let message = Incoming::parse(&text).expect("valid");
    assert_eq!(
        router.dispatch(Some(0), &message, None, &text, now),
        Outcome::Began(SESSION)
    );
    router.take_replies();
    (router, now)
}
