//! How long do the envelopes take, out and in, against `serde_json::Value`?
//!
//! `wire` is private. Of the crate it uses ids and codes, which are public, and the atomics of `sync`: so both
//! modules are compiled into this program as they are, and no door in the public surface is needed.

// As it is compiled here, the module is used only in part.
#![allow(dead_code, unused_imports, unused_macros)]

mod common;
#[path = "../src/sync/mod.rs"]
mod sync;
#[path = "../src/wire/mod.rs"]
mod wire;

use std::hint::black_box;

use common::samples;
use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use janus_blocking::{ErrorCode, HandleId, SessionId};
use serde_json::{Value, value::RawValue};
use wire::{Credentials, Incoming, Jsep, Outgoing, Verb};

fn main() {
    let mut criterion = common::criterion();
    encode(&mut criterion);
    decode(&mut criterion);
    criterion.final_summary();
}

fn encode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("wire/encode");
    let (session, handle) = (samples::SESSION, samples::HANDLE);
    let transaction = "0123abcd-7f";
    let body = serde_json::json!({ "request": "exists", "room": 1234 });
    let jsep = Jsep::offer(samples::sdp());
    let message = |jsep| {
        let outgoing = Outgoing {
            body: Some(&body),
            jsep,
            ..Outgoing::new(Verb::Message, Some(session.into()), Some(handle.into()))
        };
        outgoing
            .encode(transaction, Credentials::NONE)
            .expect("valid")
    };
    let value = |jsep: Option<&str>| {
        let mut value = serde_json::json!({
            "janus": "message",
            "transaction": transaction,
            "session_id": session,
            "handle_id": handle,
            "body": { "request": "exists", "room": 1234 },
        });
        if let Some(sdp) = jsep {
            value["jsep"] = serde_json::json!({ "type": "offer", "sdp": sdp });
        }
        value.to_string()
    };
    let sdp = samples::sdp();
    group.throughput(Throughput::Bytes(message(None).len() as u64));
    group.bench_function("request, Value", |b| b.iter(|| value(black_box(None))));
    group.bench_function("request, crate", |b| b.iter(|| message(black_box(None))));
    group.throughput(Throughput::Bytes(message(Some(&jsep)).len() as u64));
    group.bench_function("3 KB jsep, Value", |b| {
        b.iter(|| value(black_box(Some(&sdp))))
    });
    group.bench_function("3 KB jsep, crate", |b| {
        b.iter(|| message(black_box(Some(&jsep))))
    });
    group.finish();
}

fn decode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("wire/decode");
    for (name, text) in [
        ("event", samples::event()),
        ("3 KB jsep", samples::jsep()),
        ("30 publishers", samples::publishers()),
    ] {
        compare(&mut group, name, &text);
    }
    group.finish();
}

/// The whole message as a `Value`; the envelope as the reader takes it; and that with what the
/// caller does behind it, the data as a `Value` too.
fn compare(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, text: &str) {
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function(format!("{name}, Value"), |bencher| {
        bencher.iter(|| serde_json::from_str::<Value>(black_box(text)).expect("valid"));
    });
    group.bench_function(format!("{name}, envelope"), |bencher| {
        bencher.iter(|| {
            Incoming::parse(black_box(text))
                .expect("valid")
                .word()
                .len()
        });
    });
    group.bench_function(format!("{name}, envelope and data"), |bencher| {
        bencher.iter(|| {
            let incoming = Incoming::parse(black_box(text)).expect("valid");
            let wire::Kind::Event { data } = incoming.kind() else {
                panic!("the samples are events");
            };
            let jsep = incoming.jsep.map(RawValue::get);
            let jsep = jsep.map(|jsep| serde_json::from_str::<Jsep>(jsep).expect("valid"));
            let data: Value = serde_json::from_str(data.to_owned().get()).expect("valid");
            (data, jsep)
        });
    });
}
