//! Axes: from where to where, and which places are named how.

use super::super::text;

/// Places are in the plot's own measure, which need not be that of the figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    pub title: &'static str,
    pub from: f64,
    pub to: f64,
    pub ticks: Vec<f64>,
    measure: Measure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    /// The figure itself.
    Number,
    /// The decimal logarithm of nanoseconds.
    Time,
    /// How many nines a percentile has: 2 is the 99th.
    Nines,
}

impl Axis {
    /// From 0 to more than that, as a line at the very top is not seen.
    pub fn numbers(title: &'static str, most: f64, at_most_ticks: usize) -> Self {
        let most = if most > 0.0 && most.is_finite() {
            most
        } else {
            1.0
        };
        let step = steps(most).find(|step| most / step <= at_most_ticks as f64);
        let step = step.unwrap_or(most);
        let count = (most / step * 1.02).ceil();
        Self {
            title,
            from: 0.0,
            to: count * step,
            ticks: (0..=count as usize).map(|n| n as f64 * step).collect(),
            measure: Measure::Number,
        }
    }

    /// From 0 to exactly that, whether or not a name stands there.
    pub fn exactly(title: &'static str, most: f64, at_most_ticks: usize) -> Self {
        let mut axis = Self::numbers(title, most, at_most_ticks);
        axis.to = most.max(f64::MIN_POSITIVE);
        axis.ticks.retain(|tick| *tick <= axis.to);
        axis
    }

    /// Times of all magnitudes, from the least to the greatest, in nanoseconds.
    pub fn times(title: &'static str, times: impl Iterator<Item = u64>) -> Self {
        let (mut least, mut most) = (u64::MAX, 0);
        for time in times {
            (least, most) = (least.min(time.max(1)), most.max(time.max(1)));
        }
        if least > most {
            (least, most) = (1_000, 1_000_000);
        }
        let decades = 0..=20;
        let named = decades
            .flat_map(|decade| [1.0, 2.0, 5.0].map(|digit| f64::from(decade) + f64::log10(digit)));
        let named: Vec<f64> = named.collect();
        let (least, most) = ((least as f64).log10(), (most as f64).log10());
        let below = named.iter().rposition(|place| *place <= least + 1e-9);
        let from = below.unwrap_or(0);
        let above = named.iter().position(|place| *place >= most - 1e-9);
        let to = above.unwrap_or(named.len() - 1).max(from + 1);
        let ticks = &named[from..=to];
        // One for each factor of ten where they would stand too close.
        let sparse = ticks.len() > 8;
        let is_decade = |place: &f64| place.fract() < 1e-9;
        Self {
            title,
            from: named[from],
            to: named[to],
            ticks: ticks
                .iter()
                .copied()
                .filter(|it| !sparse || is_decade(it))
                .collect(),
            measure: Measure::Time,
        }
    }

    /// Percentiles up to the last that so many answers have.
    pub fn percentiles(title: &'static str, answers: u64) -> Self {
        let to = (answers.max(10) as f64).log10();
        let median = nines(0.5);
        let whole = (1..).map(f64::from).take_while(|nines| *nines <= to);
        Self {
            title,
            from: 0.0,
            to,
            ticks: [median].into_iter().chain(whole).collect(),
            measure: Measure::Nines,
        }
    }

    /// The text at a place.
    pub fn name(&self, place: f64) -> String {
        match self.measure {
            // Ticks are multiples of a step, which have no more digits than that.
            Measure::Number if place >= 1000.0 => text::count(place.round() as u64),
            Measure::Number => format!("{}", (place * 1e6).round() / 1e6),
            Measure::Time => {
                let ns = 10_f64.powf(place);
                let (size, unit) = match place + 1e-9 {
                    place if place < 3.0 => (1e0, "ns"),
                    place if place < 6.0 => (1e3, "µs"),
                    place if place < 9.0 => (1e6, "ms"),
                    _ => (1e9, "s"),
                };
                format!("{:.0} {unit}", ns / size)
            }
            Measure::Nines if place < 1.0 => "50 %".into(),
            Measure::Nines => {
                let decimals = (place.round() as usize).saturating_sub(2);
                format!("{:.decimals$} %", 100.0 - 10_f64.powf(2.0 - place.round()))
            }
        }
    }
}

/// Where a percentile stands on its axis; 0.99 is the 99th.
pub fn nines(part: f64) -> f64 {
    -(1.0 - part).max(f64::MIN_POSITIVE).log10()
}

/// Where a time stands on its axis.
pub fn time(ns: u64) -> f64 {
    (ns.max(1) as f64).log10()
}

/// 1, 2 and 5 times powers of ten, rising from far below.
fn steps(most: f64) -> impl Iterator<Item = f64> {
    let lowest = most.log10().floor() as i32 - 3;
    (lowest..lowest + 8).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10_f64.powi(power)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(axis: &Axis) -> Vec<String> {
        axis.ticks.iter().map(|tick| axis.name(*tick)).collect()
    }

    #[test]
    fn numbers_have_round_ticks() {
        for (most, expected) in [
            (97.0, vec!["0", "20", "40", "60", "80", "100"]),
            (0.25, vec!["0", "0.05", "0.1", "0.15", "0.2", "0.25", "0.3"]),
            (12_345.0, vec!["0", "5,000", "10,000", "15,000"]),
            (100.0, vec!["0", "20", "40", "60", "80", "100", "120"]),
            (0.0, vec!["0", "0.2", "0.4", "0.6", "0.8", "1", "1.2"]),
        ] {
            let axis = Axis::numbers("", most, 5);
            assert_eq!(names(&axis), expected);
            assert!(axis.to >= most);
        }
        let axis = Axis::exactly("", 97.0, 5);
        assert_eq!(axis.to, 97.0);
        assert_eq!(names(&axis), ["0", "20", "40", "60", "80"]);
    }

    #[test]
    fn times_have_units() {
        let axis = Axis::times("", [300_000, 4_000_000].into_iter());
        assert_eq!(names(&axis), ["200 µs", "500 µs", "1 ms", "2 ms", "5 ms"]);
        let axis = Axis::times("", [1, 3_600_000_000_000].into_iter());
        let decades = names(&axis);
        assert_eq!(decades.first().map(String::as_str), Some("1 ns"));
        assert_eq!(decades.last().map(String::as_str), Some("1000 s"));
        // One time, and none at all, have a range too.
        for times in [vec![1_000_000], vec![], vec![0], vec![u64::MAX]] {
            let axis = Axis::times("", times.into_iter());
            assert!(axis.from < axis.to && axis.ticks.len() >= 2, "{axis:?}");
        }
    }

    #[test]
    fn percentiles_have_nines() {
        let axis = Axis::percentiles("", 100_000);
        assert_eq!(
            names(&axis),
            ["50 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %"]
        );
        assert_eq!(names(&Axis::percentiles("", 0)), ["50 %", "90 %"]);
    }
}
