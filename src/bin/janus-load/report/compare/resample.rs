//! How far a run's figures vary by chance: the moving block bootstrap over its seconds.
//!
//! Seconds are drawn at random, with repetition, until there are as many as the run has, and the
//! figures are taken of those. They are drawn in blocks of neighbours, as a second resembles the one
//! before it; drawn one by one they would seem to vary less than they do.

use std::collections::BTreeSet;

use super::{super::scenario::Scenario, figures::Figures};

/// Runs that are drawn.
pub const DRAWS: usize = 1000;

/// Numbers that look random and are the same each time, so that two comparisons of the same files
/// say the same: splitmix64.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        ((u128::from(mixed) * sides as u128) >> 64) as usize
    }
}

/// The figures of runs that could as well have been.
pub fn draws(scenario: &Scenario, dice: &mut Dice) -> Vec<Figures> {
    let series = scenario.whole_seconds();
    let values: BTreeSet<u64> = series
        .iter()
        .flat_map(|second| second.buckets.0.iter().map(|(value, _)| *value))
        .collect();
    let values: Vec<u64> = values.into_iter().collect();
    // Counts by the place of their value, as that is looked up a thousand times.
    let seconds: Vec<Vec<(usize, u64)>> = series
        .iter()
        .map(|second| {
            let places = second
                .buckets
                .0
                .iter()
                .filter_map(|(value, count)| Some((values.binary_search(value).ok()?, *count)));
            places.collect()
        })
        .collect();
    (0..DRAWS)
        .map(|_| {
            let mut counts = vec![0; values.len()];
            let mut errors = 0;
            for at in drawn(series.len(), dice) {
                for (place, count) in &seconds[at] {
                    counts[*place] = count.saturating_add(counts[*place]);
                }
                errors = series[at].errors_total().saturating_add(errors);
            }
            // Where only the last answers were waited for, there is no rate.
            let asked = scenario.asked_seconds();
            let drawn = drawn(asked.len(), dice).into_iter();
            let answered: f64 = drawn.map(|at| asked[at].count as f64).sum();
            let pairs = values.iter().copied().zip(counts);
            Figures::of(pairs, errors, answered / f64::max(asked.len() as f64, 1.0))
        })
        .collect()
}

/// Which seconds make up one drawn run. A block has the cube root of their number, which is what
/// is recommended for series whose memory is short.
fn drawn(seconds: usize, dice: &mut Dice) -> Vec<usize> {
    let block = (seconds as f64).cbrt().round().max(1.0) as usize;
    let mut all = Vec::with_capacity(seconds + block);
    while all.len() < seconds {
        let first = dice.roll(seconds);
        // The first second follows the last, so that each is drawn as often as any other.
        all.extend((first..first + block).map(|at| at % seconds));
    }
    all.truncate(seconds);
    all
}
