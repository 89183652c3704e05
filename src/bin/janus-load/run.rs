//! The run: workers that follow the schedule, and one look a second at what they have measured.

use std::{
    io,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::{
    failure::{Failure, Outcome, PAUSE},
    meter::Meter,
    parts::Parts,
    plan::Plan,
    progress::Progress,
    records::{Interval, Records, Sample, StepTotals, Totals},
    report::usage::Usage,
    scenario::{Seat, Seats, parts},
    schedule::{Due, Schedule},
    series::Series,
    stop::Stop,
};

/// What a worker needs of its stack, with room to spare.
const STACK: usize = 256 << 10;

/// What a second has at least; a shorter rest belongs to the second before.
const LEAST: Duration = Duration::from_millis(500);

/// What came of it.
pub(crate) struct Measured {
    pub(crate) totals: Vec<Totals>,
    /// Of each scenario.
    pub(crate) series: Vec<Series>,
    pub(crate) steps: Vec<Option<StepTotals>>,
    pub(crate) usage: Vec<Usage>,
    /// From the end of the warm-up to the end of the plan, or of the last operation where that is later.
    pub(crate) length: Duration,
    /// The part of it in which operations were asked for: without the wait for the last of them.
    pub(crate) asked: Duration,
    /// Everybody whose operations are over.
    pub(crate) seats: Vec<Seats>,
}

/// What all workers share.
struct Shared<'a> {
    schedule: Schedule,
    begin: Instant,
    /// Of the plan.
    end: Instant,
    /// What is not begun by then is not begun at all.
    last_begin: Instant,
    records: Records,
    pools: Vec<Pool>,
    stop: &'a Stop,
    working: AtomicUsize,
}

/// Counts a worker as done when it ends.
struct Working<'a>(&'a AtomicUsize);

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

/// Those who can carry out an operation of a scenario, and are free.
struct Pool {
    put: Sender<Box<dyn Seat>>,
    take: Receiver<Box<dyn Seat>>,
}

impl Pool {
    fn new(seats: Seats) -> Self {
        let (put, take) = bounded(seats.len());
        for seat in seats {
            // There is room for all of them.
            let _ = put.send(seat);
        }
        Self { put, take }
    }
}

/// Carries the plan out. `seats` are those of each scenario.
pub(crate) fn run(
    plan: &Plan,
    seats: Vec<Seats>,
    meters: &mut [Meter],
    progress: &Progress,
    stop: &Stop,
) -> io::Result<Measured> {
    let begin = Instant::now();
    let measured_from = begin + plan.warm_up;
    let end = measured_from + plan.length;
    let parts = plan.works.iter().map(|work| parts(work.kind()).len());
    let counts: Vec<_> = parts.collect();
    let records = Records::new(measured_from, &counts, &plan.steps());
    let shared = Shared {
        schedule: plan.schedule(),
        begin,
        end,
        last_begin: end + plan.timeout,
        records,
        pools: seats.into_iter().map(Pool::new).collect(),
        stop,
        working: AtomicUsize::new(plan.workers),
    };
    let mut series: Vec<_> = counts.iter().map(|_| Series::default()).collect();
    let mut usage = Vec::new();
    let stopped = thread::scope(|scope| {
        for number in 0..plan.workers {
            let builder = thread::Builder::new().name("load-worker".to_owned());
            let shared = &shared;
            let spawned = builder
                .stack_size(STACK)
                .spawn_scoped(scope, move || shared.work(number));
            if let Err(error) = spawned {
                // Those that run already have nothing more to do.
                stop.ask();
                return Err(error);
            }
        }
        let mut watch = Watch {
            shared: &shared,
            from: measured_from,
            series: &mut series,
            usage: &mut usage,
            meters,
            progress,
            last: Interval::each(counts.len()),
            spare: Interval::each(counts.len()),
            stopped: None,
        };
        watch.run();
        Ok(watch.stopped)
    });
    let asked = asked(plan.length, measured_from, stopped?);
    let length = measured_from.elapsed().max(asked);
    let Shared { records, pools, .. } = shared;
    let (totals, steps) = records.into_totals();
    let seats = pools.iter().map(|pool| pool.take.try_iter().collect());
    Ok(Measured {
        totals,
        series,
        steps,
        usage,
        length,
        asked,
        seats: seats.collect(),
    })
}

/// For how long operations were asked for. A run that was ended in its warm-up has measured nothing, but
/// for no time at all there is no rate.
fn asked(length: Duration, from: Instant, stopped: Option<Instant>) -> Duration {
    let before = stopped.map_or(length, |at| at.saturating_duration_since(from));
    before.min(length).max(Duration::from_millis(1))
}

impl Shared<'_> {
    fn work(&self, number: usize) {
        // Also when it panics, or the watch would wait for ever.
        let _working = Working(&self.working);
        let mut parts = Parts::default();
        while let Some(due) = self.schedule.next(self.begin, self.stop) {
            let (begun, outcome) = self.carry_out(&due, &mut parts);
            let ended = Instant::now();
            let sample = Sample {
                scenario: due.scenario,
                step: due.step,
                // A caller that has waited for its turn did not ask before.
                due: if self.schedule.is_closed() {
                    begun
                } else {
                    due.at
                },
                begun,
                ended,
                in_time: ended <= self.end && !self.stop.is_asked(),
                outcome: &outcome,
            };
            self.records.note(number, &sample, parts.take());
            if outcome.is_err_and(|failure| failure.is_local()) && self.schedule.is_closed() {
                self.stop.sleep_until(Instant::now() + PAUSE);
            }
        }
    }

    /// When it was begun, and what came of it.
    fn carry_out(&self, due: &Due, parts: &mut Parts) -> (Instant, Outcome<()>) {
        let pool = &self.pools[due.scenario];
        let taken = match pool.take.try_recv() {
            Ok(seat) => Ok(seat),
            Err(_) => pool.take.recv_deadline(self.last_begin),
        };
        let begun = Instant::now();
        let late = self.stop.is_asked() || begun > self.last_begin;
        match taken {
            Ok(mut seat) => {
                let outcome = if late {
                    Err(Failure::NotBegun)
                } else {
                    seat.act(parts)
                };
                // There is room, as it came from there.
                let _ = pool.put.send(seat);
                (begun, outcome)
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                (begun, Err(Failure::NotBegun))
            }
        }
    }
}

/// Looks once a second, until all workers are done.
struct Watch<'a, 'b> {
    shared: &'a Shared<'b>,
    from: Instant,
    series: &'a mut [Series],
    usage: &'a mut Vec<Usage>,
    meters: &'a mut [Meter],
    progress: &'a Progress,
    /// The second before, which the rest of a run may be added to.
    last: Vec<Interval>,
    /// Empty between two looks.
    spare: Vec<Interval>,
    /// When it saw that the run is to end before its time.
    stopped: Option<Instant>,
}

impl Watch<'_, '_> {
    fn run(&mut self) {
        self.wait(self.from);
        for meter in &mut *self.meters {
            meter.read();
        }
        for second in 0.. {
            let is_over = self.wait(self.from + Duration::from_secs(second + 1));
            let short = self.from.elapsed() < Duration::from_secs(second) + LEAST;
            let is_rest = is_over && short && second > 0;
            self.look(second, is_rest);
            if is_over {
                self.keep();
                return;
            }
        }
    }

    /// Whether all workers are done.
    fn wait(&mut self, then: Instant) -> bool {
        loop {
            if self.shared.stop.is_asked() {
                self.stopped.get_or_insert_with(Instant::now);
            }
            if self.shared.working.load(Ordering::Acquire) == 0 {
                return true;
            }
            let left = then.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            thread::sleep(left.min(Duration::from_millis(20)));
        }
    }

    fn look(&mut self, second: u64, is_rest: bool) {
        if second > 0 && !is_rest {
            self.keep();
        }
        let records = &self.shared.records;
        records.move_intervals(&mut self.last, &mut self.spare);
        if is_rest {
            return;
        }
        self.progress.show(second, &self.last);
        let mut costs = self.meters.iter_mut().map(Meter::read);
        self.usage.push(Usage {
            at_s: second,
            client: costs.next().flatten().unwrap_or_default(),
            server: costs.next().flatten(),
        });
    }

    /// Puts the second before this one into the series.
    fn keep(&mut self) {
        for (series, interval) in self.series.iter_mut().zip(&mut self.last) {
            series.push(interval);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_asked_for_up_to_the_end_or_the_wish_for_it() {
        let (from, second) = (
            Instant::now() + Duration::from_secs(60),
            Duration::from_secs(1),
        );
        for (stopped, expected) in [
            (None, 10 * second),
            (Some(from + 3 * second), 3 * second),
            (Some(from + 20 * second), 10 * second),
            (Some(from - second), Duration::from_millis(1)),
        ] {
            assert_eq!(asked(10 * second, from, stopped), expected);
        }
    }
}
