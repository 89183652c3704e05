//! The turn by itself: its receiving half is a channel, and every message names its slot.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::AtomicUsize,
    thread,
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::*;

type TestTurn = ReadTurn<u64, Receiver<u64>>;
type TestSlot = Slot<u64, Receiver<u64>>;

const LONG: Duration = Duration::from_secs(20);

/// A link whose messages are numbers; number `n` is the answer for slot `n`.
struct Link {
    turn: TestTurn,
    slots: Mutex<HashMap<u64, Arc<TestSlot>>>,
    reads: AtomicUsize,
}

impl Link {
    fn new() -> (Arc<Self>, Sender<u64>) {
        let (sender, receiver) = unbounded();
        let turn = ReadTurn::new(receiver, None);
        (
            Arc::new(Self {
                turn,
                slots: Mutex::default(),
                reads: AtomicUsize::new(0),
            }),
            sender,
        )
    }

    fn slot(&self, number: u64) -> Arc<TestSlot> {
        let slot = Slot::new();
        self.slots.lock().insert(number, slot.clone());
        slot
    }

    fn read(&self, receiver: &Receiver<u64>, deadline: Instant) {
        self.reads.fetch_add(1, Ordering::Relaxed);
        if let Ok(number) = receiver.recv_deadline(deadline) {
            let slot = self.slots.lock().remove(&number);
            if let Some(slot) = slot {
                slot.answer(number);
            }
        }
    }

    fn wait(&self, slot: &Arc<TestSlot>, timeout: Duration) -> Option<u64> {
        let deadline = Instant::now() + timeout;
        self.turn.wait(slot, deadline, |receiver, deadline| {
            self.read(receiver, deadline)
        })
    }

    /// The connection's thread, until the end.
    fn serve(&self) {
        loop {
            match self.turn.next(Instant::now() + Duration::from_millis(50)) {
                Next::Over | Next::Lost => return,
                Next::Timers => {}
                Next::Read(holder) => {
                    while !holder.has_new_caller() && !self.turn.state.lock().over {
                        self.read(&holder, Instant::now() + Duration::from_millis(5));
                    }
                }
            }
        }
    }
}

#[test]
fn a_lone_caller_reads_its_own_answer() {
    let (link, sender) = Link::new();
    let slot = link.slot(7);
    sender.send(7).expect("open");
    assert_eq!(link.wait(&slot, LONG), Some(7));
    assert_eq!(link.reads.load(Ordering::Relaxed), 1);
    assert!(link.turn.state.lock().free.is_some());
}

#[test]
fn the_turn_survives_a_holder_that_times_out() {
    let (link, sender) = Link::new();
    let (first, second) = (link.slot(1), link.slot(2));
    thread::scope(|scope| {
        let holder = scope.spawn(|| link.wait(&first, Duration::from_millis(100)));
        let parked = scope.spawn(|| link.wait(&second, LONG));
        assert_eq!(holder.join().expect("no panic"), None);
        // The parked one has the turn now, or will have it.
        sender.send(2).expect("open");
        assert_eq!(parked.join().expect("no panic"), Some(2));
    });
    assert!(link.turn.state.lock().free.is_some());
}

#[test]
fn a_parked_caller_that_times_out_leaves_no_trace() {
    let (link, sender) = Link::new();
    let (first, second) = (link.slot(1), link.slot(2));
    thread::scope(|scope| {
        let holder = scope.spawn(|| link.wait(&first, LONG));
        while link.reads.load(Ordering::Relaxed) == 0 {
            thread::yield_now();
        }
        assert_eq!(link.wait(&second, Duration::from_millis(20)), None);
        assert!(link.turn.state.lock().parked.is_empty());
        sender.send(1).expect("open");
        assert_eq!(holder.join().expect("no panic"), Some(1));
    });
}

#[test]
fn the_turn_survives_a_holder_that_panics() {
    let (link, sender) = Link::new();
    let slot = link.slot(1);
    let deadline = Instant::now() + LONG;
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        link.turn.wait(&slot, deadline, |_, _| panic!("on purpose"));
    }));
    assert!(panicked.is_err());
    sender.send(1).expect("open");
    assert_eq!(link.wait(&slot, LONG), Some(1));
}

/// Nothing ever comes.
struct Quiet(Sender<()>, Receiver<()>);

impl Lookout for Quiet {
    fn wait(&self, deadline: Instant) -> bool {
        let _ = self.1.recv_deadline(deadline);
        false
    }

    fn arm(&self, _armed: bool) {}

    fn wake(&self) {
        let _ = self.0.send(());
    }
}

#[test]
fn the_thread_reads_after_a_caller_that_panicked() {
    let (bell, rung) = unbounded();
    let turn = ReadTurn::<u64, ()>::new((), Some(Arc::new(Quiet(bell, rung))));
    let deadline = Instant::now() + LONG;
    thread::scope(|scope| {
        scope.spawn(|| {
            if let Next::Read(mut holder) = turn.next(deadline) {
                assert!(!holder.look_out(deadline), "nothing came");
            }
        });
        while !turn.state.lock().has_thread_outside() {
            thread::yield_now();
        }
        let slot = Slot::new();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            turn.wait(&slot, deadline, |_, _| panic!("on purpose"));
        }));
        assert!(panicked.is_err());
        // There may be more of what the caller took in.
        assert!(!turn.state.lock().has_thread_outside());
    });
}

#[test]
fn a_second_answer_is_ignored() {
    let slot = TestSlot::new();
    slot.answer(1);
    slot.answer(2);
    assert_eq!(slot.take_answer(), Some(1));
    assert_eq!(slot.take_answer(), None);
}

#[test]
fn four_callers_and_the_thread_all_finish_and_none_is_crossed() {
    const CALLS: u64 = 5_000;
    let (link, sender) = Link::new();
    let (requests, server) = unbounded::<u64>();
    thread::scope(|scope| {
        let thread = scope.spawn(|| link.serve());
        // Answers in pairs the other way round, so that callers answer each other.
        scope.spawn(move || {
            let mut held = None;
            while let Ok(number) = server.recv() {
                if let Ok(next) = server.try_recv() {
                    held = Some(next);
                }
                let _ = sender.send(number);
                if let Some(next) = held.take() {
                    let _ = sender.send(next);
                }
            }
        });
        let callers: Vec<_> = (0..4)
            .map(|caller| {
                let (link, requests) = (&link, requests.clone());
                scope.spawn(move || {
                    for call in 0..CALLS {
                        let number = call * 4 + caller;
                        let slot = link.slot(number);
                        requests.send(number).expect("open");
                        assert_eq!(link.wait(&slot, LONG), Some(number));
                    }
                })
            })
            .collect();
        drop(requests);
        callers
            .into_iter()
            .for_each(|caller| caller.join().expect("no panic"));
        drop(link.turn.end());
        thread.join().expect("no panic");
    });
    let state = link.turn.state.lock();
    assert!(state.parked.is_empty() && state.free.is_none());
}

#[test]
fn the_thread_takes_a_free_turn_and_gives_it_to_a_caller() {
    let (link, sender) = Link::new();
    thread::scope(|scope| {
        let thread = scope.spawn(|| link.serve());
        for number in 0..50 {
            // The thread reads this one, as nobody waits.
            let event = link.slot(1_000 + number);
            link.turn.request_reader();
            sender.send(1_000 + number).expect("open");
            let limit = Instant::now() + LONG;
            while event.take_answer().is_none() {
                assert!(Instant::now() < limit, "nobody read");
                thread::yield_now();
            }
            // And this one comes to its caller, whoever reads.
            let slot = link.slot(number);
            sender.send(number).expect("open");
            assert_eq!(link.wait(&slot, LONG), Some(number));
        }
        drop(link.turn.end());
        thread.join().expect("no panic");
    });
}

#[test]
fn the_end_wakes_the_thread_and_drops_the_link() {
    let (link, sender) = Link::new();
    thread::scope(|scope| {
        let thread = scope.spawn(|| match link.turn.next(Instant::now() + LONG) {
            // It had the turn already when the end came.
            Next::Read(holder) => drop(holder),
            Next::Over => {}
            Next::Timers | Next::Lost => panic!("neither a timer nor a loss"),
        });
        drop(link.turn.end());
        thread.join().expect("no panic");
    });
    assert!(sender.send(1).is_err(), "the receiving half is dropped");
}

#[test]
fn a_half_of_a_lost_link_does_not_come_back() {
    let (link, old) = Link::new();
    let holder = link.turn.take_free().expect("it is free");
    assert!(link.turn.take_free().is_none());
    assert!(holder.has_new_event_reader());
    drop(link.turn.link_lost());
    assert!(matches!(link.turn.next(Instant::now() + LONG), Next::Lost));
    let (new, receiver) = unbounded();
    link.turn.install(receiver, None);
    // The new one is free though the old one is still held.
    let slot = link.slot(3);
    new.send(3).expect("open");
    assert_eq!(link.wait(&slot, LONG), Some(3));
    drop(holder);
    assert!(old.send(1).is_err(), "the old half is dropped");
    let slot = link.slot(4);
    new.send(4).expect("open");
    assert_eq!(link.wait(&slot, LONG), Some(4));
}

#[test]
fn a_new_link_goes_to_a_caller_that_waits_for_it() {
    let (link, _old) = Link::new();
    drop(link.turn.link_lost());
    let slot = link.slot(5);
    let (new, receiver) = unbounded();
    thread::scope(|scope| {
        let caller = scope.spawn(|| link.wait(&slot, LONG));
        while link.turn.state.lock().parked.is_empty() {
            thread::yield_now();
        }
        link.turn.install(receiver, None);
        new.send(5).expect("open");
        assert_eq!(caller.join().expect("no panic"), Some(5));
    });
}

#[test]
fn a_pause_ends_early_with_the_connection_or_when_the_thread_is_to_hurry() {
    let (link, _sender) = Link::new();
    let soon = || Instant::now() + Duration::from_millis(30);
    drop(link.turn.link_lost());
    link.turn.wake_timers();
    let begun = Instant::now();
    assert_eq!(link.turn.pause(soon()), Some(false));
    assert!(begun.elapsed() >= Duration::from_millis(30));
    // Said while there is no pause, for the next one.
    for _ in 0..2 {
        link.turn.end_pause();
        assert_eq!(link.turn.pause(Instant::now() + LONG), Some(true));
    }
    link.turn.end_pause();
    drop(link.turn.link_lost());
    assert_eq!(link.turn.pause(soon()), Some(false));
    thread::scope(|scope| {
        let thread = scope.spawn(|| link.turn.pause(Instant::now() + LONG));
        drop(link.turn.end());
        assert_eq!(thread.join().expect("no panic"), None);
    });
}
