//! What a request costs, counted: system calls, allocations, bytes and instructions of the crate
//! and of the bare loop. Unlike times, these are the same on a busy machine.
//!
//! The test starts itself again under `strace` and `valgrind`, with few and with many requests;
//! the difference is what the requests cost, without what connecting costs.
//!
//! `cargo test --release --test counted_costs -- --ignored --nocapture` prints the table.

mod callgrind;
#[path = "../../benches/common/mod.rs"]
mod common;
mod run;
mod strace;
mod work;

use std::fmt;

use run::Program;
use strace::{MEMORY, PAUSES, Traced};
use work::{Side, Work};

/// How many requests the short run makes, and how many more the long one.
const WARM: usize = 100;
const COUNTED: usize = 400;

/// How often what a busy machine makes more of is counted.
const TRIES: usize = 3;

/// What one request costs.
#[derive(Clone, Copy, Debug)]
struct Costs {
    /// Of the calling thread.
    calls: f64,
    allocations: f64,
    bytes: f64,
    /// In thousands.
    instructions: f64,
}

impl fmt::Display for Costs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            calls,
            allocations,
            bytes,
            instructions,
        } = self;
        write!(
            f,
            "{calls:.2} | {allocations:.1} | {bytes:.0} | {instructions:.1}"
        )
    }
}

#[test]
#[ignore = "needs strace and valgrind, and says most with --release"]
fn a_request_costs_no_more_than_the_bare_loop() {
    let program = Program::new("a_request_costs_no_more_than_the_bare_loop");
    if program.is_child() {
        return;
    }
    let url = common::fake::start().expect("a loopback port is free");
    println!("| what | who | system calls | allocations | bytes | instructions / 1000 |");
    println!("|---|---|---|---|---|---|");
    let mut failures = Vec::new();
    for work in Work::REQUESTS {
        let [bare, _, ours] = Side::ALL.map(|side| {
            let costs = costs(&program, &url, side, work)?;
            println!("| {work:?} | {side:?} | {costs} |");
            Some(costs)
        });
        let (Some(bare), Some(ours)) = (bare, ours) else {
            continue;
        };
        let mut check = |what, ours: f64, bare: f64, slack: f64| {
            if ours > bare + slack {
                failures.push(format!("{work:?}: {ours:.2} {what}, bare loop {bare:.2}"));
            }
        };
        // The messages of an answer come together or one after the other, as the server runs.
        let one_for_each_message = work.messages() as f64;
        let calls = bare.calls.max(one_for_each_message);
        check("system calls", ours.calls, calls, 0.1);
        check("allocations", ours.allocations, bare.allocations, 0.05);
        check("bytes", ours.bytes, bare.bytes, 1.0);
        // Without optimisation the numbers say nothing about a program in use.
        if !cfg!(debug_assertions) {
            check(
                "thousand instructions",
                ours.instructions,
                bare.instructions,
                0.05,
            );
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
#[ignore = "needs strace"]
fn a_reattach_makes_no_system_call_but_for_memory() {
    let program = Program::new("a_reattach_makes_no_system_call_but_for_memory");
    if program.is_child() {
        return;
    }
    let url = common::fake::start().expect("a loopback port is free");
    let run = |count| program.strace(&url, Side::Ours, Work::Reattach, count);
    let (few, many) = (run(WARM), run(WARM + 10_000));
    let (few, many) = (few.caller, many.caller);
    let more = many.minus(&few);
    println!("10,000 reattaches more: {more:?}");
    // A lock that the connection's thread has at the same moment may cost one now and then.
    let others = more.without(&MEMORY);
    assert!(others.sum().abs() < 10, "{others:?}");
}

#[test]
#[ignore = "needs valgrind"]
fn an_attach_costs_the_same_with_ten_thousand_handles() {
    let program = Program::new("an_attach_costs_the_same_with_ten_thousand_handles");
    if program.is_child() {
        return;
    }
    let url = common::fake::start().expect("a loopback port is free");
    let window =
        |work, count| program.instructions_in("window", &url, work, count) / COUNTED as f64;
    // Too few are counted sometimes, and all is measured by this one.
    let few = (0..TRIES)
        .map(|_| window(Work::AttachToMany, 1_000))
        .fold(0.0, f64::max);
    let limit = few * 1.1;
    // The fewest: what waits for its answer on a busy machine executes more.
    let fewest = |count: &dyn Fn() -> f64| {
        let mut fewest = f64::INFINITY;
        for _ in 0..TRIES {
            fewest = fewest.min(count());
            if fewest <= limit {
                break;
            }
        }
        fewest
    };
    let many = fewest(&|| window(Work::AttachToMany, 10_000));
    // No hash map grows right behind 1,000 or 10,000 handles; in the mean is all of their growth.
    let mean = fewest(&|| program.instructions_in("ours", &url, Work::Attach, 10_000) / 10_000.0);
    let ended = fewest(&|| window(Work::AttachAfterMany, 2_000));
    println!(
        "instructions of an attach: {few:.0} with 1,000 handles, {many:.0} with 10,000, \
         {mean:.0} in the mean of the first 10,000, {ended:.0} after 2,000 that were detached"
    );
    for (when, more) in [("many", many), ("mean", mean), ("ended", ended)] {
        assert!(more <= limit, "{when}: {more:.0}, but {few:.0} with few");
    }
}

/// `None` for work that this side does not do.
fn costs(program: &Program, url: &str, side: Side, work: Work) -> Option<Costs> {
    if !side.does(work) {
        return None;
    }
    let per_request = |more: f64| more / COUNTED as f64;
    // The fewest: whether a thread has to wait for a lock is chance on a busy machine.
    let calls = |count| {
        let tries = (0..TRIES).map(|_| {
            let Traced { caller, reader } = program.strace(url, side, work, count);
            if std::env::var_os("COUNTED_DETAILS").is_some() {
                println!(
                    "{count} {work:?} {side:?}: {caller:?}; its connection's thread: {reader:?}"
                );
            }
            // What stays alive needs memory; getting it from the kernel is not the request's.
            let all = caller.without(&MEMORY).sum();
            let own = caller.without(&MEMORY).without(&PAUSES).sum();
            let pauses = all - own;
            assert!(pauses <= count as i64, "{pauses} pauses, {count} requests");
            own
        });
        tries.min().unwrap_or_default()
    };
    let calls = calls(WARM + COUNTED) - calls(WARM);
    let few = program.callgrind(url, side, work, WARM);
    let many = program.callgrind(url, side, work, WARM + COUNTED);
    let few_bytes = program.dhat(url, side, work, WARM);
    let many_bytes = program.dhat(url, side, work, WARM + COUNTED);
    Some(Costs {
        calls: per_request(calls as f64),
        allocations: per_request(many.allocations - few.allocations),
        bytes: per_request(many_bytes - few_bytes),
        instructions: per_request(many.instructions - few.instructions) / 1000.0,
    })
}
