//! Everything that a program does, for a minute, under faults of every kind at once.
//!
//! `SOAK_SECONDS=600 cargo test --test alone soak -- --ignored --nocapture` runs for ten minutes;
//! `SOAK_SEED` chooses other faults. What comes when depends on threads, so that a seed gives the
//! same kind of run and not the same run.

mod audit;
mod calls;
mod tokens;
mod worker;

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use audit::{Audit, SLACK, Watch};
use common::wait_for;
use janus_blocking::testing::{FakeGateway, FaultKind, RandomFaults};
use worker::Worker;

use crate::{
    alone,
    process::{resident, threads},
};

const WORKERS: u64 = 6;

/// How long a session without a link, or without requests, lives on the server.
const SESSION_LIFE: Duration = Duration::from_secs(8);

/// How much more memory than after the warm-up is no growth, in KiB: what the allocator keeps.
const GROWTH: u64 = 24 << 10;

static PANICS: AtomicU64 = AtomicU64::new(0);

fn from_environment(name: &str, default: u64) -> u64 {
    let set = std::env::var(name).ok();
    set.map_or(default, |text| text.parse().expect("a number"))
}

/// Faults that end nothing are frequent, those that end a link are not, those that end everything
/// are rare: so that there is always something to be hurt.
fn faults(seed: u64) -> RandomFaults {
    RandomFaults::new(seed)
        .longest_delay(worker::REQUEST * 2)
        .largest(256 << 10)
        .harmless(0.01)
        .share(FaultKind::Huge, 0.002)
        .share(FaultKind::Drop, 0.004)
        .share(FaultKind::Binary, 0.004)
        .share(FaultKind::Cut, 0.001)
        .share(FaultKind::Close, 0.001)
        .share(FaultKind::Goodbye, 0.001)
        .share(FaultKind::Silence, 0.000_5)
        .share(FaultKind::Restart, 0.000_1)
}

#[test]
#[ignore = "needs a minute: run tests/run"]
fn faults_of_every_kind_hurt_nobody() {
    if !alone(module_path!(), "faults_of_every_kind_hurt_nobody") {
        return;
    }
    let length = Duration::from_secs(from_environment("SOAK_SECONDS", 60));
    let seed = from_environment("SOAK_SEED", 20_260_101);
    println!("soak: {length:?}, seed {seed}, {WORKERS} workers");
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        usual(info);
    }));

    let threads_before = threads().len();
    let gateway = FakeGateway::builder()
        .session_timeout(SESSION_LIFE)
        .reclaim_timeout(SESSION_LIFE)
        .seed(seed)
        .strict(false)
        .recorded(0)
        .random_faults(faults(seed))
        .start()
        .expect("a free port");
    tokens::expect_all(&gateway, WORKERS);
    let memory_start = resident();

    let until = Instant::now() + length;
    let watch = Watch::new(WORKERS);
    let over = AtomicBool::new(false);
    let (audit, memory_warm, peak) = thread::scope(|scope| {
        let (gateway, watch, over) = (&gateway, &watch, &over);
        let workers: Vec<_> = (0..WORKERS)
            .map(|number| {
                let worker = Worker::new(gateway, watch, seed, number);
                scope.spawn(move || worker.run(until))
            })
            .collect();
        let guard = scope.spawn(move || watch.guard(over));
        let (warm, peak) = disturb(gateway, length, until);
        let mut audit = Audit::default();
        for worker in workers {
            // A panic of a worker is counted by the hook.
            if let Ok(own) = worker.join() {
                audit.add(own);
            }
        }
        over.store(true, Ordering::SeqCst);
        guard.join().expect("the guard does not panic");
        (audit, warm, peak)
    });

    let faults = gateway.fault_counts();
    gateway.random_faults(None);
    gateway.accept_sessions(true);
    // Janus's watchdog looks every 2 s, and on 1.1.2 twice.
    let cleaned = wait_for(SESSION_LIFE + Duration::from_secs(8), || {
        let empty = gateway.sessions().is_empty() && gateway.handles().is_empty();
        empty.then_some(())
    });
    let (sessions, handles) = (gateway.sessions().len(), gateway.handles().len());
    drop(gateway);
    let threads_end = || threads().len().saturating_sub(threads_before);
    wait_for(Duration::from_secs(10), || {
        (threads_end() == 0).then_some(())
    });
    let memory_end = resident();
    let panics = PANICS.load(Ordering::SeqCst);

    println!("{audit}");
    println!("{faults}, refused sessions {}", audit.refused_sessions());
    println!(
        "answers crossed {}, panics {panics}, hangs {}, wrong errors {}, left after an orderly end {}",
        audit.crossed.len(),
        audit.hangs.len(),
        audit.wrong.len(),
        audit.leaked.len(),
    );
    println!(
        "leaked threads {}, sessions left on the server {sessions}, handles {handles}",
        threads_end()
    );
    println!(
        "memory in KiB: start {memory_start}, after warm-up {memory_warm}, most {peak}, end {memory_end}"
    );
    println!(
        "longest overrun of a deadline {:?} in `{}`, allowed {SLACK:?}",
        audit.overrun.0, audit.overrun.1
    );

    assert_eq!(audit.crossed, [""; 0], "answers for somebody else");
    assert_eq!(audit.hangs, [""; 0], "calls beyond their deadline");
    assert_eq!(audit.wrong, [""; 0], "errors that no fault explains");
    assert_eq!(audit.leaked, [""; 0], "left on the server");
    assert_eq!(panics, 0, "panics");
    assert!(
        cleaned.is_some(),
        "{sessions} sessions and {handles} handles are left"
    );
    assert_eq!(threads_end(), 0, "threads are left");
    assert!(
        memory_end < memory_warm + GROWTH,
        "memory grew from {memory_warm} to {memory_end} KiB"
    );
    for kind in FaultKind::ALL {
        assert!(faults.of(kind) > 0, "{kind:?} never happened: {faults}");
    }
    assert!(audit.refused_sessions() > 0, "no session was refused");
}

/// Until the end: refuses sessions now and then, and measures. Returns the memory after the
/// warm-up, which is the first quarter, and the most.
fn disturb(gateway: &FakeGateway, length: Duration, until: Instant) -> (u64, u64) {
    let warm_at = until - length * 3 / 4;
    let (mut warm, mut peak) = (0, 0);
    while Instant::now() < until {
        thread::sleep(Duration::from_millis(450));
        gateway.accept_sessions(false);
        thread::sleep(Duration::from_millis(50));
        gateway.accept_sessions(true);
        let now = resident();
        peak = peak.max(now);
        // The most until then, as what is resident goes up and down.
        if Instant::now() < warm_at || warm == 0 {
            warm = peak;
        }
    }
    (warm, peak)
}
