//! Cuts the link, in all the ways there are.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use common::{Action, Direction, End, Part, WireProxy, random::Random};

use super::Wire;

/// After so long without a message nothing flows any more, which is a failure.
const LIMIT: Duration = Duration::from_secs(10);

/// How many messages pass before the one that a cut hits.
const SKIP: u64 = 8;

pub struct Cutter<'a> {
    proxy: &'a WireProxy,
    kinds: Vec<Kind>,
    random: RefCell<Random>,
    plan: Arc<Plan>,
    /// How many there were.
    pub cuts: Arc<AtomicU64>,
    fired: mpsc::Receiver<Instant>,
    name: Cell<&'static str>,
    counts: RefCell<BTreeMap<&'static str, u64>>,
}

/// What a cut hits.
#[derive(Clone, Copy)]
enum Kind {
    /// All that is open, at any moment.
    Moment,
    /// A message.
    Message(&'static str, Strike),
}

#[derive(Default)]
struct Plan(Mutex<VecDeque<Strike>>);

/// A cut that waits for its message.
#[derive(Clone, Copy)]
struct Strike {
    direction: Direction,
    /// Over HTTP: the request or answer of a poll, or of a POST. Other links have no difference.
    poll: Option<bool>,
    skip: u64,
    part: Part,
    end: End,
}

impl Strike {
    /// Whether it waits for such a message.
    fn is_for(&self, direction: Direction, text: &str) -> bool {
        // A poll is a GET, and its answer is a list.
        let poll = text.starts_with("GET ") || text.starts_with('[');
        self.direction == direction && self.poll.is_none_or(|it| it == poll)
    }
}

/// The kinds of cuts of a link. Cuts at any moment are a quarter.
fn kinds(wire: Wire) -> Vec<Kind> {
    use Direction::{ToClient, ToServer};
    use Part::{Half, Nothing, Whole};
    let all = match wire {
        Wire::WebSocket => vec![
            ("half a request", ToServer, None, Half),
            ("half an answer", ToClient, None, Half),
            ("a request lost", ToServer, None, Nothing),
            ("an answer lost", ToClient, None, Nothing),
            ("behind a request", ToServer, None, Whole),
            ("behind an answer", ToClient, None, Whole),
        ],
        // A part of an HTTP message may end in its head or in its body.
        Wire::Http => vec![
            ("a part of a POST", ToServer, Some(false), Half),
            ("a part of its answer", ToClient, Some(false), Half),
            ("a POST lost", ToServer, Some(false), Nothing),
            ("its answer lost", ToClient, Some(false), Nothing),
            ("behind a POST", ToServer, Some(false), Whole),
            ("behind its answer", ToClient, Some(false), Whole),
            ("a part of a poll", ToServer, Some(true), Half),
            ("a part of its events", ToClient, Some(true), Half),
            ("a poll lost", ToServer, Some(true), Nothing),
            ("its events lost", ToClient, Some(true), Nothing),
            ("behind a poll", ToServer, Some(true), Whole),
            ("behind its events", ToClient, Some(true), Whole),
        ],
        Wire::Https => vec![
            ("a part of a record out", ToServer, None, Half),
            ("a part of a record in", ToClient, None, Half),
            ("a record out lost", ToServer, None, Nothing),
            ("a record in lost", ToClient, None, Nothing),
            ("behind a record out", ToServer, None, Whole),
            ("behind a record in", ToClient, None, Whole),
        ],
    };
    let moments = vec![Kind::Moment; all.len() / 3];
    let messages = all.into_iter().map(|(name, direction, poll, part)| {
        let strike = Strike {
            direction,
            poll,
            skip: 0,
            part,
            end: End::Fin,
        };
        Kind::Message(name, strike)
    });
    moments.into_iter().chain(messages).collect()
}

impl Plan {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Strike>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What becomes of a message.
    fn decide(&self, direction: Direction, text: &str) -> Option<Action> {
        let mut strikes = self.lock();
        let next = strikes.front_mut()?;
        if !next.is_for(direction, text) {
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
    pub fn new(proxy: &'a WireProxy, wire: Wire, random: Random) -> Self {
        let plan = Arc::new(Plan::default());
        let (fires, fired) = mpsc::channel();
        let (decides, cuts) = (Arc::clone(&plan), Arc::<AtomicU64>::default());
        let counts = cuts.clone();
        proxy.filter(
            move |direction, text| match decides.decide(direction, text) {
                Some(action) => {
                    counts.fetch_add(1, Ordering::SeqCst);
                    let _ = fires.send(Instant::now());
                    action
                }
                None => Action::Forward,
            },
        );
        Self {
            proxy,
            kinds: kinds(wire),
            random: RefCell::new(random),
            plan,
            cuts,
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
        let kind = self.kinds[self.random(self.kinds.len() as u64) as usize];
        let Kind::Message(mut name, mut strike) = kind else {
            return self.cut_now(end);
        };
        (strike.skip, strike.end) = (self.random(SKIP), end);
        if strike.part == Part::Half {
            strike.part = Part::Share(self.random(256) as u8);
        }
        let mut strikes = vec![strike];
        if self.random.borrow_mut().one_in(5) {
            name = "again while claiming";
            let skip = self.random(SKIP);
            strikes.push(Strike { skip, ..strike });
        }
        let count = strikes.len();
        self.plan.lock().extend(strikes);
        let mut last = Instant::now();
        for _ in 0..count {
            let fired = self.fired.recv_timeout(LIMIT);
            last = fired.unwrap_or_else(|_| panic!("no message for {name:?}"));
        }
        self.note(name);
        (count as u64, last)
    }

    fn cut_now(&self, end: End) -> (u64, Instant) {
        let now = Instant::now();
        self.cuts.fetch_add(1, Ordering::SeqCst);
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
