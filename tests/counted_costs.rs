//! What a request costs, counted: system calls, allocations, bytes and instructions of the crate
//! and of the bare loop. Unlike times, these are the same on a busy machine.
//!
//! The test starts itself again under `strace` and `valgrind`, with few and with many requests;
//! the difference is what the requests cost, without what connecting costs.
//!
//! `cargo test --release --test counted_costs -- --ignored --nocapture` prints the table.

#[path = "../benches/common/mod.rs"]
mod common;
#[path = "counted_costs/callgrind.rs"]
mod callgrind;
#[path = "counted_costs/run.rs"]
mod run;
#[path = "counted_costs/strace.rs"]
mod strace;
#[path = "counted_costs/work.rs"]
mod work;

use run::Program;
use strace::Calls;
use work::{Side, Work};

/// How many requests the short run makes, and how many more the long one.
const WARM: usize = 100;
const COUNTED: usize = 400;

/// What one request costs.
#[derive(Clone, Copy, Debug, Default)]
struct Costs {
    /// Of the calling thread.
    calls: f64,
    allocations: f64,
    bytes: f64,
    /// In thousands; of the calling thread.
    instructions: f64,
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
        let [bare, lean, ours] = Side::ALL.map(|side| {
            let costs = costs(&program, &url, side, work);
            if let Some(costs) = costs {
                let Costs {
                    calls,
                    allocations,
                    bytes,
                    instructions,
                } = costs;
                println!(
                    "| {work:?} | {side:?} | {calls:.2} | {allocations:.1} | {bytes:.0} | {instructions:.1} |"
                );
            }
            costs.unwrap_or_default()
        });
        let _ = lean;
        let mut check = |what, ours: f64, bare: f64, slack: f64| {
            if ours > bare + slack {
                failures.push(format!("{work:?}: {ours:.2} {what}, bare loop {bare:.2}"));
            }
        };
        // Ack and event may come together or one after the other.
        check("system calls", ours.calls, bare.calls, 0.1);
        check("allocations", ours.allocations, bare.allocations, 0.05);
        check("bytes", ours.bytes, bare.bytes, 1.0);
        // Without optimisation the numbers say nothing about a program in use.
        if !cfg!(debug_assertions) {
            check("thousand instructions", ours.instructions, bare.instructions, 0.05);
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
    assert_eq!(more.without(&["brk", "mmap", "munmap", "mremap", "madvise"]), Calls::default());
}

/// `None` for work that this side does not do.
fn costs(program: &Program, url: &str, side: Side, work: Work) -> Option<Costs> {
    if !side.does(work) {
        return None;
    }
    let per_request = |more: f64| more / COUNTED as f64;
    let few = program.strace(url, side, work, WARM);
    let many = program.strace(url, side, work, WARM + COUNTED);
    let calls = many.caller.minus(&few.caller);
    let few = program.callgrind(url, side, work, WARM);
    let many = program.callgrind(url, side, work, WARM + COUNTED);
    let few_bytes = program.dhat(url, side, work, WARM);
    let many_bytes = program.dhat(url, side, work, WARM + COUNTED);
    if std::env::var_os("COUNTED_DETAILS").is_some() {
        println!("{work:?} {side:?}: {calls:?}");
    }
    Some(Costs {
        calls: per_request(calls.sum() as f64),
        allocations: per_request(many.allocations - few.allocations),
        bytes: per_request(many_bytes - few_bytes),
        instructions: per_request(many.caller - few.caller) / 1000.0,
    })
}
