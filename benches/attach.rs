//! How long does it take to have a handle: by a bare socket, `attach`, `attach_with`, `reattach`?

mod common;

use std::time::Duration;

use common::{Bare, Op, Ours, Server, Subject};
use criterion::{BenchmarkGroup, Criterion, measurement::WallTime};
use janus_blocking::EchoTest;

/// How many handles are there already in the last cases.
const MANY: usize = 1_000;

fn main() {
    common::bench_servers(bench);
}

fn bench(criterion: &mut Criterion, server: &Server) {
    let mut group = criterion.benchmark_group(format!("attach/{}", server.name));
    let (mut bare, mut ours) = (Bare::connect(&server.url), Ours::connect(&server.url));
    exchange(&mut group, "bare loop", &mut bare, Op::Attach);
    exchange(&mut group, "attach", &mut ours, Op::Attach);
    exchange(
        &mut group,
        "attach_with(None)",
        &mut ours,
        Op::AttachWithNone,
    );
    reattach(&mut group, server);
    verify(&mut group, server);
    for _ in 0..MANY {
        bare.attach("janus.plugin.echotest");
    }
    let name = format!("bare loop, {MANY} handles");
    exchange(&mut group, &name, &mut bare, Op::Attach);
    let attach = || ours.session.attach::<EchoTest>().expect("an answer");
    let handles: Vec<EchoTest> = (0..MANY).map(|_| attach()).collect();
    let name = format!("attach, {MANY} handles");
    exchange(&mut group, &name, &mut ours, Op::Attach);
    // The session takes them along when it goes.
    handles
        .into_iter()
        .for_each(|echo| drop(echo.into_handle()));
    group.finish();
}

/// Times an exchange alone; the `detach` behind it does not count.
fn exchange(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    subject: &mut dyn Subject,
    op: Op,
) {
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|count| (0..count).map(|_| subject.time(op)).sum());
    });
}

fn reattach(group: &mut BenchmarkGroup<'_, WallTime>, server: &Server) {
    /// As many at a time as a session has, at the very most.
    const AT_ONCE: u64 = 1_000;
    let mut ours = Some(Ours::connect(&server.url));
    group.bench_function("reattach", |bencher| {
        bencher.iter_custom(|count| {
            let mut took = Duration::ZERO;
            let mut left = count;
            while left > 0 {
                let some = left.min(AT_ONCE);
                left -= some;
                let (time, again) = common::ours::reattach(ours.take().expect("put back"), some);
                ours = Some(again);
                took += time;
            }
            took
        });
    });
}

fn verify(group: &mut BenchmarkGroup<'_, WallTime>, server: &Server) {
    let Ours {
        connection,
        session,
        echo,
        room,
    } = Ours::connect(&server.url);
    let ticket = session.abandon();
    drop((echo, room));
    group.bench_function("reattach, verify", |bencher| {
        let again = || common::ours::reattach_verified(&connection, &ticket);
        bencher.iter_custom(|count| (0..count).map(|_| again()).sum());
    });
}
