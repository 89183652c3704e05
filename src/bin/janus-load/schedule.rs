//! What is to be done when: by a timetable, or as soon as a caller is free.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::{
    arrivals::{Arrival, Arrivals, Draw},
    stop::Stop,
};

/// After which time an operation counts as due where the run is ended before its time: it takes some
/// milliseconds to notice.
const OVERDUE: Duration = Duration::from_millis(100);

/// What decides when the next operation begins.
pub(crate) enum Schedule {
    /// A timetable, which waits for nobody. All workers take from it.
    Open(Mutex<Arrivals>),
    /// Each caller begins when it has its answer, until then.
    Closed { draw: Mutex<Draw>, end: Duration },
}

/// An operation that is due.
pub(crate) struct Due {
    pub(crate) at: Instant,
    /// Of the ramp; none in the warm-up, which is the first of the timetable, and in a closed loop.
    pub(crate) step: Option<usize>,
    pub(crate) scenario: usize,
}

impl Schedule {
    pub(crate) fn open(arrivals: Arrivals) -> Self {
        Self::Open(Mutex::new(arrivals))
    }

    pub(crate) fn closed(draw: Draw, end: Duration) -> Self {
        Self::Closed {
            draw: Mutex::new(draw),
            end,
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        matches!(self, Self::Closed { .. })
    }

    /// Waits for the next operation; `None` when there is none any more, or the run is to end.
    pub(crate) fn next(&self, begin: Instant, stop: &Stop) -> Option<Due> {
        match self {
            Self::Open(arrivals) => {
                let arrival: Arrival = arrivals.lock().next()?;
                let at = begin + arrival.at;
                // What has waited for a worker since before the end of the run is not passed over.
                (stop.sleep_until(at) || at + OVERDUE <= Instant::now()).then_some(Due {
                    at,
                    step: arrival.step.checked_sub(1),
                    scenario: arrival.scenario,
                })
            }
            Self::Closed { draw, end } => {
                let at = Instant::now();
                (at < begin + *end && !stop.is_asked()).then(|| Due {
                    at,
                    step: None,
                    scenario: draw.lock().scenario(),
                })
            }
        }
    }
}
