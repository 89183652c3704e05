//! How many events a second reach their receivers when Janus pushes as fast as the socket takes them?

mod common;

use std::time::Duration;

use common::{
    Server,
    flood::{BareFlood, ECHO, OurFlood, Receivers},
    is_measuring, timed,
};
use criterion::{Criterion, Throughput};

fn main() {
    common::bench_servers(bench);
}

fn bench(criterion: &mut Criterion, server: &Server) {
    if !server.is_fake() {
        return;
    }
    let events = if is_measuring() { 200_000 } else { 2_000 };
    let mut group = criterion.benchmark_group("events/fake");
    group
        .throughput(Throughput::Elements(events as u64))
        .sample_size(10)
        .measurement_time(Duration::from_secs(5));
    for handles in [1, 100, 1_000] {
        let mut bare = BareFlood::connect(&server.url, ECHO, handles);
        group.bench_function(format!("bare loop, {handles} handles"), |bencher| {
            bencher.iter_custom(|count| (0..count).map(|_| timed(|| bare.run(events)).0).sum());
        });
        let ours = OurFlood::connect(&server.url, ECHO, handles, events);
        group.bench_function(format!("crate, {handles} handles"), |bencher| {
            bencher.iter_custom(|count| {
                let floods = (0..count).map(|_| timed(|| ours.run(events, Receivers::One)).0);
                floods.sum()
            });
        });
    }
    group.finish();
}
