//! How many requests a second do 1, 4 and 16 threads get answered?

mod common;

use std::{
    thread,
    time::{Duration, Instant},
};

use common::{Bare, Ours, Server, ours::Room};
use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use janus_blocking::{EchoTest, echotest::Settings};

fn main() {
    common::bench_servers(bench);
}

fn bench(criterion: &mut Criterion, server: &Server) {
    let mut group = criterion.benchmark_group(format!("request/{}", server.name));
    group.throughput(Throughput::Elements(1));
    let ours = Ours::connect(&server.url);
    for threads in [1, 4, 16] {
        // Bare loops cannot share a connection.
        let mut bare: Vec<Bare> = (0..threads).map(|_| Bare::connect(&server.url)).collect();
        let attach = |_| ours.session.attach().expect("an answer");
        let mut rooms: Vec<Room> = (0..threads).map(attach).collect();
        let attach = |_| ours.session.attach().expect("an answer");
        let mut echos: Vec<EchoTest> = (0..threads).map(attach).collect();
        let case = |what: &str, who: &str| format!("{what}, {who}, {threads} threads");
        several(
            &mut group,
            &case("success", "bare loops"),
            &mut bare,
            |bare| {
                bare.sync();
            },
        );
        several(&mut group, &case("success", "crate"), &mut rooms, |room| {
            room.exists();
        });
        several(
            &mut group,
            &case("ack and event", "bare loops"),
            &mut bare,
            |bare| {
                bare.asynchronous();
            },
        );
        several(
            &mut group,
            &case("ack and event", "crate"),
            &mut echos,
            |echo| {
                let settings = Settings::new().audio(true);
                echo.configure(&settings).expect("an answer");
            },
        );
    }
    group.finish();
}

/// Time per request when all work at the same time.
fn several<T: Send>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    subjects: &mut [T],
    work: impl Fn(&mut T) + Sync,
) {
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|count| {
            let each = count.div_ceil(subjects.len() as u64);
            let took = together(subjects, each, &work);
            // As if it had been `count` exactly.
            took.mul_f64(count as f64 / (each * subjects.len() as u64) as f64)
        });
    });
}

fn together<T: Send>(subjects: &mut [T], each: u64, work: &(impl Fn(&mut T) + Sync)) -> Duration {
    let begun = Instant::now();
    thread::scope(|scope| {
        for subject in subjects {
            scope.spawn(|| (0..each).for_each(|_| work(subject)));
        }
    });
    begun.elapsed()
}
