//! What differs between two runs beyond noise: `janus-load compare A.json B.json`.

mod figures;
mod resample;
mod show;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use self::{
    figures::{Figures, PERCENTILES},
    resample::draws,
};
use super::{Report, scenario::Scenario};

#[cfg(test)]
pub use self::resample::Dice;
pub use self::show::show;

/// Fewer seconds do not tell what is noise.
pub const LEAST_SECONDS: usize = 10;

/// One figure of one scenario in both runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub scenario: String,
    pub figure: &'static str,
    pub before: f64,
    pub after: f64,
    pub scale: Scale,
    /// Within which the difference lies with a probability of 99 %, as far as the seconds within the
    /// runs tell: a factor less 1, or a difference of shares. Nothing when a run is too short.
    pub interval: Option<(f64, f64)>,
    pub verdict: Verdict,
}

/// What a figure is of, and so how it is compared and which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Nanoseconds, by their ratio. Less is better.
    Time,
    /// A second, by their ratio. More is better.
    Rate,
    /// Parts of a whole, by their difference. Less is better.
    Share,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Better,
    Worse,
    /// The difference is within noise, or below what is wanted to count.
    Same,
    /// The runs are too short to tell.
    Unknown,
}

/// Compares two runs. A change of less than `least` (0.05 is 5 %) is none, however sure it is.
pub fn compare(before: &Report, after: &Report, least: f64) -> Vec<Change> {
    let mut changes = Vec::new();
    for scenario in &before.scenarios {
        let same = |it: &&Scenario| it.name == scenario.name;
        if let Some(other) = after.scenarios.iter().find(same) {
            changes.extend(of_scenario(scenario, other, least));
        }
    }
    changes
}

/// The scenarios that only one of the runs has.
pub fn unmatched<'a>(before: &'a Report, after: &'a Report) -> BTreeSet<&'a str> {
    let names = |report: &'a Report| -> BTreeSet<&'a str> {
        report.scenarios.iter().map(|it| &*it.name).collect()
    };
    let (before, after) = (names(before), names(after));
    before.symmetric_difference(&after).copied().collect()
}

fn of_scenario(before: &Scenario, after: &Scenario, least: f64) -> Vec<Change> {
    let is_long = [before, after].map(|it| it.asked_seconds().len() >= LEAST_SECONDS);
    let drawn = (is_long == [true; 2]).then(|| {
        let mut dice = resample::Dice(1);
        let first = draws(before, &mut dice);
        (first, draws(after, &mut dice))
    });
    let (first, second) = (whole(before), whole(after));
    let change = |figure, scale, of: &dyn Fn(&Figures) -> f64| {
        let (before_value, after_value) = (of(&first), of(&second));
        let interval = drawn.as_ref().map(|(firsts, seconds)| {
            let pairs = firsts.iter().zip(seconds);
            interval(
                pairs
                    .map(|(a, b)| difference(scale, of(a), of(b)))
                    .collect(),
            )
        });
        let differs = difference(scale, before_value, after_value);
        Change {
            scenario: before.name.clone(),
            figure,
            before: before_value,
            after: after_value,
            scale,
            interval,
            verdict: verdict(scale, differs, interval, least),
        }
    };
    let mut changes = vec![change("rate reached", Scale::Rate, &|it| it.rate)];
    for (place, (name, _, answers)) in PERCENTILES.into_iter().enumerate() {
        if first.answers.min(second.answers) >= answers {
            changes.push(change(name, Scale::Time, &|it| it.percentiles[place]));
        }
    }
    changes.push(change("errors", Scale::Share, &|it| it.error_share));
    changes
}

/// The figures of the whole run, from its finer histogram.
fn whole(scenario: &Scenario) -> Figures {
    let latencies = scenario.latency.buckets.0.iter().copied();
    Figures::of(latencies, scenario.errors_total(), scenario.reached_per_s)
}

fn difference(scale: Scale, before: f64, after: f64) -> f64 {
    match scale {
        Scale::Share => after - before,
        Scale::Time | Scale::Rate if before > 0.0 => after / before - 1.0,
        Scale::Time | Scale::Rate if after > 0.0 => f64::INFINITY,
        Scale::Time | Scale::Rate => 0.0,
    }
}

/// The middle 99 % of what was drawn.
fn interval(mut drawn: Vec<f64>) -> (f64, f64) {
    drawn.sort_by(f64::total_cmp);
    let at = |part: f64| drawn[(part * (drawn.len() - 1) as f64).round() as usize];
    (at(0.005), at(0.995))
}

fn verdict(scale: Scale, differs: f64, interval: Option<(f64, f64)>, least: f64) -> Verdict {
    let Some((low, high)) = interval else {
        return Verdict::Unknown;
    };
    // Errors are counted in parts of a thousand where there should be none.
    let least = match scale {
        Scale::Time | Scale::Rate => least,
        Scale::Share => 0.001,
    };
    let is_beyond_noise = (low > 0.0 || high < 0.0) && (low > 0.0) == (differs > 0.0);
    if !is_beyond_noise || differs.abs() < least {
        Verdict::Same
    } else if (differs > 0.0) == (scale == Scale::Rate) {
        Verdict::Better
    } else {
        Verdict::Worse
    }
}
