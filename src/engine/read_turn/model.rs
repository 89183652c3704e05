//! The turn under the model checker, by itself and ([`outside`]) with a lookout. A lost wake-up shows as a deadlock, as no wait of these ends
//! with its time unless the scenario says so.

mod outside;

use std::{collections::HashMap, time::Duration};

use super::*;
use crate::sync::{
    model::{Time, check},
    thread,
};

type ModelTurn = ReadTurn<u64, Arc<Wire>>;
type ModelSlot = Slot<u64, Arc<Wire>>;

const SECOND: Duration = Duration::from_secs(1);

/// Longer than any scenario: only another thread can end such a wait.
const NEVER: Duration = Duration::from_secs(3600);

/// A link of numbers; number `n` is the answer for slot `n`.
#[derive(Default)]
struct Wire {
    state: Mutex<WireState>,
    came: Condvar,
}

#[derive(Default)]
struct WireState {
    numbers: VecDeque<u64>,
    /// Of its lookout.
    armed: bool,
    woken: bool,
}

impl Wire {
    fn send(&self, number: u64) {
        self.state.lock().numbers.push_back(number);
        self.came.notify_all();
    }

    fn receive(&self, deadline: Instant) -> Option<u64> {
        let mut state = self.state.lock();
        while state.numbers.is_empty() && !self.came.wait_until(&mut state, deadline).timed_out() {}
        state.numbers.pop_front()
    }
}

struct Bench {
    turn: ModelTurn,
    slots: Mutex<HashMap<u64, Arc<ModelSlot>>>,
}

impl Bench {
    fn new() -> (Arc<Self>, Arc<Wire>) {
        let wire = Arc::<Wire>::default();
        let bench = Self {
            turn: ReadTurn::new(wire.clone(), None),
            slots: Mutex::default(),
        };
        (Arc::new(bench), wire)
    }

    fn slot(&self, number: u64) -> Arc<ModelSlot> {
        let slot = Slot::new();
        self.slots.lock().insert(number, slot.clone());
        slot
    }

    /// Whether anything came.
    fn read(&self, wire: &Wire, deadline: Instant) -> bool {
        let Some(number) = wire.receive(deadline) else {
            return false;
        };
        let slot = self.slots.lock().get(&number).cloned();
        if let Some(slot) = slot {
            slot.answer(number);
        }
        true
    }

    fn wait(&self, number: u64, timeout: Duration) -> Option<u64> {
        let slot = self.slots.lock()[&number].clone();
        self.turn
            .wait(&slot, sync::now() + timeout, |wire, deadline| {
                self.read(wire, deadline);
            })
    }

    /// What the connection's thread does, until the end; it reads at most for so long at a time.
    fn serve(&self, reads: Duration) {
        loop {
            match self.turn.next(sync::now() + NEVER) {
                Next::Over => return,
                Next::Lost | Next::Timers => {}
                Next::Read(holder) => {
                    while !holder.has_new_caller() && !self.turn.state.lock().over {
                        self.read(&holder, sync::now() + reads);
                    }
                }
            }
        }
    }

    /// Nobody has it, and nobody waits for it.
    fn assert_at_rest(&self) {
        let state = self.turn.state.lock();
        assert!(state.free.is_some() && state.parked.is_empty());
    }
}

#[test]
fn every_caller_gets_its_own_answer_and_the_turn_is_free_afterwards() {
    check(Time::Races, 3000, || {
        let (bench, wire) = Bench::new();
        let callers: Vec<_> = (0..3)
            .map(|number| {
                bench.slot(number);
                let bench = bench.clone();
                thread::spawn(move || assert_eq!(bench.wait(number, NEVER), Some(number)))
            })
            .collect();
        // Not in the order of the calls, and one of them twice.
        [2, 0, 0, 1]
            .into_iter()
            .for_each(|number| wire.send(number));
        callers
            .into_iter()
            .for_each(|caller| caller.join().expect("no panic"));
        bench.assert_at_rest();
    });
}

#[test]
fn the_thread_and_two_callers_leave_nobody_waiting() {
    check(Time::Races, 3000, || {
        let (bench, wire) = Bench::new();
        [0, 1]
            .into_iter()
            .for_each(|number| drop(bench.slot(number)));
        let server = bench.clone();
        // Nothing but a caller ends its reading: it must see that one has come.
        let server = thread::spawn(move || server.serve(SECOND));
        let second = bench.clone();
        let second = thread::spawn(move || assert_eq!(second.wait(1, NEVER), Some(1)));
        bench.turn.request_reader();
        wire.send(1);
        wire.send(0);
        assert_eq!(bench.wait(0, NEVER), Some(0));
        second.join().expect("no panic");
        drop(bench.turn.end());
        server.join().expect("no panic");
        assert!(bench.turn.state.lock().parked.is_empty());
    });
}

#[test]
fn a_caller_whose_time_is_over_passes_the_turn_on() {
    check(Time::Races, 3000, || {
        let (bench, wire) = Bench::new();
        (0..3).for_each(|number| drop(bench.slot(number)));
        let callers: Vec<_> = [(0, SECOND), (1, SECOND), (2, NEVER)]
            .into_iter()
            .map(|(number, timeout)| {
                let bench = bench.clone();
                thread::spawn(move || (number, bench.wait(number, timeout)))
            })
            .collect();
        wire.send(0);
        wire.send(2);
        for caller in callers {
            let (number, answer) = caller.join().expect("no panic");
            match number {
                // It may have come too late.
                0 => assert!(matches!(answer, Some(0) | None)),
                1 => assert_eq!(answer, None),
                _ => assert_eq!(answer, Some(2)),
            }
        }
        bench.assert_at_rest();
    });
}

#[test]
fn a_caller_that_waits_once_more_gets_what_came_in_between() {
    check(Time::Races, 3000, || {
        let (bench, wire) = Bench::new();
        let callers: Vec<_> = (0..3)
            .map(|number| {
                bench.slot(number);
                let bench = bench.clone();
                thread::spawn(move || {
                    // Who wakes it for the first wait may do so during the second.
                    let first = bench.wait(number, SECOND);
                    let answer = first.or_else(|| bench.wait(number, NEVER));
                    assert_eq!(answer, Some(number));
                })
            })
            .collect();
        [2, 1, 0].into_iter().for_each(|number| wire.send(number));
        for caller in callers {
            caller.join().expect("no panic");
        }
        bench.assert_at_rest();
    });
}

#[test]
fn a_new_link_reaches_whoever_waits_for_it() {
    check(Time::Races, 3000, || {
        let (bench, old) = Bench::new();
        [7, 8]
            .into_iter()
            .for_each(|number| drop(bench.slot(number)));
        let caller = |number| {
            let bench = bench.clone();
            thread::spawn(move || assert_eq!(bench.wait(number, NEVER), Some(number)))
        };
        let first = caller(7);
        let loser = bench.clone();
        let loser = thread::spawn(move || {
            // Whoever was on its way is answered, and whoever reads is woken.
            let slot = loser.slots.lock()[&7].clone();
            slot.answer(7);
            drop(loser.turn.link_lost());
            old.send(0);
        });
        while !matches!(bench.turn.next(sync::now() + NEVER), Next::Lost) {}
        let second = caller(8);
        let new = Arc::<Wire>::default();
        bench.turn.install(new.clone(), None);
        new.send(8);
        for thread in [first, second, loser] {
            thread.join().expect("no panic");
        }
        bench.assert_at_rest();
    });
}
