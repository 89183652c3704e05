//! A run as it will be carried out: the settings, checked, with their defaults.

use std::time::Duration;

use crate::{
    arrivals::{Arrivals, Draw, Process},
    rate::{Rate, Step},
    schedule::Schedule,
    settings::{Kind, Settings, Work},
};

/// More threads or connections than that are a slip of the pen.
const MOST: usize = 10_000;

/// So that no sum of times is too long for the clock.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

pub(crate) struct Plan {
    pub(crate) connections: usize,
    /// Threads, each of which carries out one operation at a time.
    pub(crate) workers: usize,
    /// `None` in a closed loop.
    pub(crate) open: Option<(Rate, Process)>,
    pub(crate) warm_up: Duration,
    /// From the end of the warm-up.
    pub(crate) length: Duration,
    pub(crate) timeout: Duration,
    pub(crate) seed: u64,
    pub(crate) knee: Duration,
    pub(crate) works: Vec<Work>,
}

impl Plan {
    pub(crate) fn new(settings: &Settings) -> Result<Self, String> {
        let callers = settings.callers.unwrap_or(1);
        let rate = settings.rate.clone().or_else(|| usual_rate(settings));
        let open = rate.map(|rate| (rate, settings.arrivals.unwrap_or_default()));
        let workers = match open {
            Some(_) => settings.in_flight.unwrap_or(128),
            None => callers,
        };
        let works = if settings.mix.is_empty() {
            vec![settings.work.clone()]
        } else {
            settings.mix.clone()
        };
        if works.iter().any(Work::lacks_something) {
            return Err("rooms, participants, pairs and peers: at least 1".into());
        }
        let calls = works.iter().any(|work| work.kind == Kind::Sip);
        if calls && (settings.url.is_none() || works.iter().any(Work::lacks_proxy)) {
            return Err(
                "sip needs a Janus, and the address of a SIP server: URL --sip-proxy URI".into(),
            );
        }
        let moves = works.iter().any(|work| work.kind == Kind::Reclaim);
        let connections = settings.connections.unwrap_or(1 + usize::from(moves));
        if moves && connections < 2 {
            return Err("reclaim moves sessions between connections: it needs two".into());
        }
        for (name, number) in [("connections", connections), ("callers", workers)] {
            if !(1..=MOST).contains(&number) {
                return Err(format!("{name}: from 1 to {MOST}, not {number}"));
            }
        }
        if settings.rate.is_some() && settings.callers.is_some() {
            return Err(
                "either a rate or callers: the one is an open loop, the other a closed one".into(),
            );
        }
        let ramp = open.as_ref().and_then(|(rate, _)| rate.length());
        let length = match (settings.length, ramp) {
            (Some(length), Some(ramp)) => length.min(ramp),
            (Some(length), None) => length,
            (None, ramp) => ramp.unwrap_or(Duration::from_secs(10)),
        };
        if length > LONGEST {
            return Err("it can be measured for a year at most".into());
        }
        let weights: u64 = works.iter().map(|work| u64::from(weight(work))).sum();
        if !(1..=u64::from(u32::MAX)).contains(&weights) {
            return Err("the weights of the scenarios add up to nothing, or to too much".into());
        }
        Ok(Self {
            connections,
            workers,
            open,
            warm_up: settings.warm_up.unwrap_or(Duration::from_secs(1)),
            length,
            timeout: settings.timeout.unwrap_or(Duration::from_secs(10)),
            seed: settings.seed.unwrap_or_else(|| fastrand::u64(..)),
            knee: settings.knee.unwrap_or(Duration::from_millis(20)),
            works,
        })
    }

    /// The rates, from the end of the warm-up; none in a closed loop.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let rate = self.open.as_ref();
        rate.map_or_else(Vec::new, |(rate, _)| rate.steps(self.length))
    }

    /// From the beginning of the warm-up, which has the rate of the first step.
    pub(crate) fn schedule(&self) -> Schedule {
        let weights: Vec<_> = self.works.iter().map(weight).collect();
        let draw = Draw::new(self.seed, &weights);
        let Some((_, process)) = &self.open else {
            return Schedule::closed(draw, self.warm_up + self.length);
        };
        let mut steps = self.steps();
        for step in &mut steps {
            step.begin += self.warm_up;
            step.end += self.warm_up;
        }
        let first = steps.first().map_or(1.0, |step| step.rate);
        let warm_up = Step {
            rate: first,
            begin: Duration::ZERO,
            end: self.warm_up,
        };
        steps.insert(0, warm_up);
        Schedule::open(Arrivals::new(*process, steps, draw))
    }
}

/// Sound has a rate of its own.
fn usual_rate(settings: &Settings) -> Option<Rate> {
    #[cfg(feature = "webrtc")]
    if settings.mix.is_empty() && settings.work.kind == Kind::Media && settings.callers.is_none() {
        let peers = settings.work.peers.unwrap_or(1);
        return Some(Rate::Constant(50.0 * peers as f64));
    }
    let _ = settings;
    None
}

fn weight(work: &Work) -> u32 {
    work.weight.unwrap_or(1)
}
