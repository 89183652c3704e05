//! The connection's thread waits for input without the turn.

use super::*;
use crate::engine::read_turn::outside::ROW;

/// For somebody who waits for events: the connection's thread alone reads it.
const EVENT: u64 = 100;

impl Lookout for Wire {
    fn wait(&self, deadline: Instant) -> bool {
        let mut state = self.state.lock();
        let input = |state: &WireState| state.armed && !state.numbers.is_empty();
        while !state.woken && !input(&state) {
            if self.came.wait_until(&mut state, deadline).timed_out() {
                break;
            }
        }
        state.woken = false;
        input(&state)
    }

    fn arm(&self, armed: bool) {
        self.state.lock().armed = armed;
        self.came.notify_all();
    }

    fn wake(&self) {
        self.state.lock().woken = true;
        self.came.notify_all();
    }
}

impl Bench {
    fn with_lookout() -> (Arc<Self>, Arc<Wire>) {
        let wire = Arc::<Wire>::default();
        let bench = Self {
            turn: ReadTurn::new(wire.clone(), Some(wire.clone())),
            slots: Mutex::default(),
        };
        (Arc::new(bench), wire)
    }

    /// What the connection's thread does with a lookout, until the end. Counts the looks at timers.
    fn serve_outside(&self) -> u32 {
        let mut timers = 0;
        loop {
            match self.turn.next(sync::now() + NEVER) {
                Next::Over => return timers,
                Next::Lost => {
                    let wire = Arc::<Wire>::default();
                    self.turn.install(wire.clone(), Some(wire.clone()));
                    wire.send(EVENT);
                }
                Next::Timers => timers += 1,
                Next::Read(mut holder) => while self.serve_once(&mut holder) {},
            }
        }
    }

    fn serve_once(&self, holder: &mut TurnGuard<'_, u64, Arc<Wire>>) -> bool {
        !holder.has_new_caller()
            && (self.read(holder, sync::now()) || holder.look_out(sync::now() + NEVER))
    }

    fn caller(self: &Arc<Self>, number: u64, timeout: Duration) -> thread::JoinHandle<Option<u64>> {
        self.slot(number);
        let bench = self.clone();
        thread::spawn(move || bench.wait(number, timeout))
    }

    fn server(self: &Arc<Self>) -> thread::JoinHandle<u32> {
        let bench = self.clone();
        thread::spawn(move || bench.serve_outside())
    }

    /// Only the thread is left: what comes now is read by it.
    fn assert_events_are_read(&self, wire: &Wire) {
        let event = self.slot(EVENT);
        wire.send(EVENT);
        assert_eq!(event.wait(), EVENT);
    }

    fn end(&self, server: thread::JoinHandle<u32>) -> u32 {
        drop(self.turn.end());
        server.join().expect("no panic")
    }
}

#[test]
fn callers_get_their_answers_and_the_thread_what_comes_after_them() {
    check(Time::Races, 3000, || {
        let (bench, wire) = Bench::with_lookout();
        let server = bench.server();
        let callers: Vec<_> = (0..2).map(|number| bench.caller(number, NEVER)).collect();
        let event = bench.slot(EVENT);
        [1, EVENT, 0]
            .into_iter()
            .for_each(|number| wire.send(number));
        for (number, caller) in (0..).zip(callers) {
            assert_eq!(caller.join().expect("no panic"), Some(number));
        }
        assert_eq!(event.wait(), EVENT);
        bench.assert_events_are_read(&wire);
        bench.end(server);
    });
}

#[test]
fn calls_in_a_row_bring_the_thread_back_and_it_reads_again_after_them() {
    check(Time::Races, 1000, || {
        let (bench, wire) = Bench::with_lookout();
        let server = bench.server();
        for number in 0..u64::from(ROW) + 4 {
            bench.slot(number);
            wire.send(number);
            assert_eq!(bench.wait(number, NEVER), Some(number));
        }
        bench.assert_events_are_read(&wire);
        bench.end(server);
    });
}

#[test]
fn the_thread_reads_again_after_a_caller_whose_time_was_over() {
    check(Time::Races, 3000, || {
        let (bench, wire) = Bench::with_lookout();
        let server = bench.server();
        let never_answered = bench.caller(0, SECOND);
        let late = bench.caller(1, SECOND);
        wire.send(1);
        assert_eq!(never_answered.join().expect("no panic"), None);
        // It may have come too late.
        assert!(matches!(late.join().expect("no panic"), Some(1) | None));
        bench.assert_events_are_read(&wire);
        bench.end(server);
    });
}

#[test]
fn a_link_that_dies_brings_the_thread_back_whoever_reads() {
    check(Time::Races, 3000, || {
        let (bench, wire) = Bench::with_lookout();
        let event = bench.slot(EVENT);
        let server = bench.server();
        let caller = bench.caller(0, NEVER);
        // Whoever is on its way is answered, and whoever reads is woken.
        bench.slots.lock()[&0].answer(0);
        drop(bench.turn.link_lost());
        wire.send(0);
        assert_eq!(caller.join().expect("no panic"), Some(0));
        // Over the next link, which the thread has made.
        assert_eq!(event.wait(), EVENT);
        bench.end(server);
    });
}

#[test]
fn timers_and_the_end_are_seen_at_once_beside_a_caller() {
    check(Time::Races, 3000, || {
        let (bench, wire) = Bench::with_lookout();
        let server = bench.server();
        let caller = bench.caller(0, NEVER);
        bench.turn.wake_timers();
        wire.send(0);
        assert_eq!(caller.join().expect("no panic"), Some(0));
        while bench.turn.are_timers_woken() {
            // Nothing but that the thread was woken lets it look.
            thread::yield_now();
        }
        assert_eq!(bench.end(server), 1);
    });
}
