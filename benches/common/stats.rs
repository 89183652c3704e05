//! Interleaved rounds, and what is said about them.

use std::time::Duration;

use super::cpu;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Interleaved rounds; the figure is the median over them.
    pub rounds: usize,
    /// Exchanges of each side in a round.
    pub ops: usize,
}

/// The bare loop and the crate, in the same run.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Medians over the rounds, in microseconds.
    pub bare: f64,
    pub ours: f64,
    /// Ours by bare, per round.
    pub ratios: Spread,
    pub p99: Spread,
    /// Processor time per exchange in microseconds, and its ratio.
    pub bare_cpu: f64,
    pub ours_cpu: f64,
    pub cpu: Spread,
}

/// A median, and how far the rounds were from it.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

impl Spread {
    pub fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        Self {
            median: median(values),
            low: sorted[0],
            high: sorted[sorted.len() - 1],
        }
    }
}

/// How many exchanges one side does before it is the other's turn: so few that what else the
/// machine does hits both alike.
const BLOCK: usize = 50;

/// Measures both, in blocks that take turns: A B B A A B B A.
pub fn compare(
    size: Size,
    mut bare: impl FnMut() -> Duration,
    mut ours: impl FnMut() -> Duration,
) -> Compared {
    let mut rounds = Vec::new();
    // The first round warms up and does not count.
    for round in 0..=size.rounds {
        let (mut a, mut b) = (Side::default(), Side::default());
        for block in 0..size.ops.div_ceil(BLOCK) {
            let ops = BLOCK.min(size.ops);
            if block % 2 == 0 {
                a.run(ops, &mut bare);
                b.run(ops, &mut ours);
            } else {
                b.run(ops, &mut ours);
                a.run(ops, &mut bare);
            }
        }
        if round > 0 {
            rounds.push((a.figures(), b.figures()));
        }
    }
    let ours_by_bare = |figure: fn(&Figures) -> f64| {
        let ratios: Vec<f64> = rounds.iter().map(|(a, b)| figure(b) / figure(a)).collect();
        Spread::of(&ratios)
    };
    let median_of = |values: &mut dyn Iterator<Item = f64>| median(&values.collect::<Vec<_>>());
    Compared {
        bare: median_of(&mut rounds.iter().map(|(a, _)| a.p50)),
        ours: median_of(&mut rounds.iter().map(|(_, b)| b.p50)),
        ratios: ours_by_bare(|figures| figures.p50),
        p99: ours_by_bare(|figures| figures.p99),
        bare_cpu: median_of(&mut rounds.iter().map(|(a, _)| a.cpu)),
        ours_cpu: median_of(&mut rounds.iter().map(|(_, b)| b.cpu)),
        cpu: ours_by_bare(|figures| figures.cpu),
    }
}

#[derive(Default)]
struct Side {
    micros: Vec<f64>,
    cpu: Duration,
}

struct Figures {
    p50: f64,
    p99: f64,
    cpu: f64,
}

impl Side {
    fn run(&mut self, ops: usize, work: &mut impl FnMut() -> Duration) {
        let before = cpu::used();
        for _ in 0..ops {
            self.micros.push(micros(work()));
        }
        self.cpu += cpu::used().saturating_sub(before);
    }

    fn figures(mut self) -> Figures {
        self.micros.sort_by(f64::total_cmp);
        Figures {
            p50: quantile(&self.micros, 0.50),
            p99: quantile(&self.micros, 0.99),
            cpu: micros(self.cpu) / self.micros.len() as f64,
        }
    }
}

pub fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// Of sorted values.
pub fn quantile(sorted: &[f64], part: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * part).round() as usize]
}

pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile(&sorted, 0.50)
}
