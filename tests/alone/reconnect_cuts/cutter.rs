//! Cuts the link, in all the ways there are.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    time::{Duration, Instant},
};

use common::{Action, Direction, End, Part, WireProxy, random::Random};

/// After so long without a message nothing flows any more, which is a failure.
const LIMIT: Duration = Duration::from_secs(10);

/// How many messages pass before the one that a cut hits.
const SKIP: u64 = 8;

pub struct Cutter<'a> {
    proxy: &'a WireProxy,
    random: RefCell<Random>,
    plan: Arc<Plan>,
    fired: mpsc::Receiver<Instant>,
    name: Cell<&'static str>,
    counts: RefCell<BTreeMap<&'static str, u64>>,
}

#[derive(Default)]
struct Plan(Mutex<VecDeque<Strike>>);

/// A cut that waits for its message.
#[derive(Clone, Copy)]
struct Strike {
    direction: Direction,
    skip: u64,
    part: Part,
    end: End,
}

impl Plan {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Strike>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What becomes of a message.
    fn decide(&self, direction: Direction) -> Option<Action> {
        let mut strikes = self.lock();
        let next = strikes.front_mut()?;
        if next.direction != direction {
            return None;
        }
        if next.skip > 0 {
            next.skip -= 1;
            return None;
        }
        let Strike { part, end, .. } = *next;
        strikes.pop_front();
        Some(Action::Cut(part, end))
    }
}

impl<'a> Cutter<'a> {
    pub fn new(proxy: &'a WireProxy, random: Random) -> Self {
        let plan = Arc::new(Plan::default());
        let (fires, fired) = mpsc::channel();
        let decides = Arc::clone(&plan);
        proxy.filter(move |direction, _| match decides.decide(direction) {
            Some(action) => {
                let _ = fires.send(Instant::now());
                action
            }
            None => Action::Forward,
        });
        Self {
            proxy,
            random: RefCell::new(random),
            plan,
            fired,
            name: Cell::new(""),
            counts: RefCell::default(),
        }
    }

    pub fn random(&self, end: u64) -> u64 {
        self.random.borrow_mut().below(end)
    }

    /// Cuts once, or a second time while the sessions are being claimed. Returns how often, and
    /// when the last time was.
    pub fn cut(&self) -> (u64, Instant) {
        let end = [End::Fin, End::Reset][self.random(2) as usize];
        let (name, direction, part) = match self.random(8) {
            0 | 1 => return self.cut_now(end),
            2 => ("half a request", Direction::ToServer, Part::Half),
            3 => ("half an answer", Direction::ToClient, Part::Half),
            4 => ("a request lost", Direction::ToServer, Part::Nothing),
            5 => ("an answer lost", Direction::ToClient, Part::Nothing),
            6 => ("behind a request", Direction::ToServer, Part::Whole),
            _ => ("behind an answer", Direction::ToClient, Part::Whole),
        };
        let skip = self.random(SKIP);
        let mut strikes = vec![Strike {
            direction,
            skip,
            part,
            end,
        }];
        let mut name = name;
        if self.random.borrow_mut().one_in(5) {
            name = "again while claiming";
            let skip = self.random(SKIP);
            strikes.push(Strike { skip, ..strikes[0] });
        }
        let count = strikes.len();
        self.plan.lock().extend(strikes);
        let mut last = Instant::now();
        for _ in 0..count {
            last = self.fired.recv_timeout(LIMIT).expect("messages flow");
        }
        self.note(name);
        (count as u64, last)
    }

    fn cut_now(&self, end: End) -> (u64, Instant) {
        let now = Instant::now();
        match end {
            End::Fin => self.proxy.cut(),
            End::Reset => self.proxy.reset(),
        }
        self.note(match end {
            End::Fin => "at any moment, FIN",
            End::Reset => "at any moment, RST",
        });
        (1, now)
    }

    fn note(&self, name: &'static str) {
        self.name.set(name);
        *self.counts.borrow_mut().entry(name).or_default() += 1;
    }

    /// What kind of cut the last one was.
    pub fn name(&self) -> &'static str {
        self.name.get()
    }

    pub fn summary(&self) -> String {
        format!("{:?}", self.counts.borrow())
    }

    /// Cuts no more.
    pub fn rest(&self) {
        self.plan.lock().clear();
        self.proxy.no_filter();
    }
}
