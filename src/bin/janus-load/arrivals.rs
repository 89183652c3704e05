//! When each operation of an open loop is due, and which scenario it is of.

use std::time::Duration;

use fastrand::Rng;

use super::rate::Step;

/// How arrivals follow each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Process {
    /// At equal distances.
    #[default]
    Constant,
    /// Independently of each other, as calls of many people do.
    Poisson,
}

/// One operation that is due.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Arrival {
    /// From the beginning of the run.
    pub(crate) at: Duration,
    /// The number of the step of the ramp.
    pub(crate) step: usize,
    /// The number of the scenario.
    pub(crate) scenario: usize,
}

/// All arrivals of a run, in order. The same seed gives the same ones.
#[derive(Clone, Debug)]
pub(crate) struct Arrivals {
    process: Process,
    steps: Vec<Step>,
    draw: Draw,
    step: usize,
    /// How many there were of this step.
    number: u64,
    /// Of the last one, in seconds from the beginning of the step.
    last: f64,
}

impl Arrivals {
    pub(crate) fn new(process: Process, steps: Vec<Step>, draw: Draw) -> Self {
        Self {
            process,
            steps,
            draw,
            step: 0,
            number: 0,
            last: 0.0,
        }
    }
}

impl Iterator for Arrivals {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        loop {
            let step = self.steps.get(self.step)?;
            let from_begin = match self.process {
                // From the number, so that errors of rounding do not add up.
                Process::Constant => self.number as f64 / step.rate,
                Process::Poisson => {
                    // 1 minus it is never 0.
                    self.last - (1.0 - self.draw.random.f64()).ln() / step.rate
                }
            };
            let at = step.begin + Duration::from_secs_f64(from_begin);
            if at < step.end {
                self.number += 1;
                self.last = from_begin;
                return Some(Arrival {
                    at,
                    step: self.step,
                    scenario: self.draw.scenario(),
                });
            }
            self.step += 1;
            self.number = 0;
            self.last = 0.0;
        }
    }
}

/// Draws scenarios by their weights.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    random: Rng,
    weights: Vec<u32>,
    sum: u32,
}

impl Draw {
    pub(crate) fn new(seed: u64, weights: &[u32]) -> Self {
        Self {
            random: Rng::with_seed(seed),
            weights: weights.to_vec(),
            sum: weights.iter().sum(),
        }
    }

    /// The number of a scenario.
    pub(crate) fn scenario(&mut self) -> usize {
        if self.weights.len() < 2 {
            return 0;
        }
        let mut drawn = self.random.u32(..self.sum);
        for (number, weight) in self.weights.iter().enumerate() {
            if drawn < *weight {
                return number;
            }
            drawn -= weight;
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrivals(process: Process, rate: f64, seconds: u64, weights: &[u32]) -> Vec<Arrival> {
        let steps = vec![Step {
            rate,
            begin: Duration::ZERO,
            end: Duration::from_secs(seconds),
        }];
        Arrivals::new(process, steps, Draw::new(7, weights)).collect()
    }

    #[test]
    fn constant_arrivals_have_equal_distances_to_the_last() {
        let all = arrivals(Process::Constant, 1000.0, 100, &[1]);
        assert_eq!(all.len(), 100_000);
        assert_eq!(all[99_999].at, Duration::from_millis(99_999));
    }

    #[test]
    fn poisson_arrivals_have_the_rate_and_the_spread_of_a_poisson_process() {
        let all = arrivals(Process::Poisson, 1000.0, 100, &[1]);
        let count = all.len() as f64;
        // Six standard deviations.
        assert!(
            (count - 100_000.0).abs() < 6.0 * 100_000_f64.sqrt(),
            "{count}"
        );
        // The number in each second has a variance equal to its mean.
        let mut seconds = vec![0.0; 100];
        for arrival in &all {
            seconds[usize::try_from(arrival.at.as_secs()).expect("small")] += 1.0;
        }
        let mean = count / 100.0;
        let squares = seconds.iter().map(|it: &f64| (it - mean) * (it - mean));
        let variance = squares.sum::<f64>() / 99.0;
        assert!((0.5..2.0).contains(&(variance / mean)), "{variance} {mean}");
    }

    #[test]
    fn a_seed_gives_the_same_arrivals_again() {
        let first = arrivals(Process::Poisson, 50.0, 10, &[3, 1]);
        assert_eq!(first, arrivals(Process::Poisson, 50.0, 10, &[3, 1]));
    }

    #[test]
    fn scenarios_come_by_their_weights() {
        let all = arrivals(Process::Constant, 1000.0, 40, &[3, 0, 1]);
        let of = |number| all.iter().filter(|it| it.scenario == number).count();
        assert_eq!(of(1), 0);
        assert!((9_000..11_000).contains(&of(2)), "{}", of(2));
    }
}
