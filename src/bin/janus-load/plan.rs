//! A run as it will be carried out: the settings, checked, with their defaults.

use std::time::Duration;

use crate::{
    arrivals::{Arrivals, Draw, Process},
    checks::check,
    rate::{Rate, Step},
    schedule::Schedule,
    settings::{Kind, Settings, Work},
};

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
        let moves = works.iter().any(|work| work.kind() == Kind::Reclaim);
        let ramp = open.as_ref().and_then(|(rate, _)| rate.length());
        let length = match (settings.length, ramp) {
            (Some(length), Some(ramp)) => length.min(ramp),
            (Some(length), None) => length,
            (None, ramp) => ramp.unwrap_or(Duration::from_secs(10)),
        };
        let plan = Self {
            connections: settings.connections.unwrap_or(1 + usize::from(moves)),
            workers,
            open,
            warm_up: settings.warm_up.unwrap_or(Duration::from_secs(1)),
            length,
            timeout: settings.timeout.unwrap_or(Duration::from_secs(10)),
            seed: settings.seed.unwrap_or_else(|| fastrand::u64(..)),
            knee: settings.knee.unwrap_or(Duration::from_millis(20)),
            works,
        };
        check(settings, &plan)?;
        Ok(plan)
    }

    /// The rates, from the end of the warm-up; none in a closed loop.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let rate = self.open.as_ref();
        rate.map_or_else(Vec::new, |(rate, _)| rate.steps(self.length))
    }

    /// From the beginning of the warm-up, which has the rate of the first step.
    pub(crate) fn schedule(&self) -> Schedule {
        let weights: Vec<_> = self.works.iter().map(Work::weight).collect();
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
    let is_sound = settings.mix.is_empty() && settings.work.kind() == Kind::Media;
    (is_sound && settings.callers.is_none()).then(|| {
        let peers = settings.work.peers();
        Rate::Constant(50.0 * peers as f64)
    })
}
