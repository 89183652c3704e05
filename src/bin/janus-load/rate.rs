//! How many operations are begun a second: one rate, or a ramp of them.

use std::{fmt, str::FromStr, time::Duration};

/// From which number of steps on a ramp is a slip of the pen.
const MOST_STEPS: f64 = 1000.0;

/// The rates of a run, one after the other.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Rate {
    /// So many a second.
    Constant(f64),
    /// From one rate to another.
    Ramp {
        from: f64,
        to: f64,
        step: f64,
        every: Duration,
    },
}

/// A part of a run with one rate.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Step {
    pub(crate) rate: f64,
    /// When it begins, from the beginning of the run.
    pub(crate) begin: Duration,
    pub(crate) end: Duration,
}

impl Rate {
    /// Its steps, for a run of that length; a ramp ends with its last step.
    pub(crate) fn steps(&self, length: Duration) -> Vec<Step> {
        let (from, to, step, every) = match *self {
            Self::Constant(rate) => (rate, rate, 1.0, length),
            Self::Ramp {
                from,
                to,
                step,
                every,
            } => (from, to, step, every),
        };
        let mut steps = Vec::new();
        let mut begin = Duration::ZERO;
        let mut rate = from;
        // A step of 0.1 is no sum of powers of two.
        while rate <= to + step / 1000.0 && begin < length {
            let end = length.min(begin + every);
            steps.push(Step { rate, begin, end });
            begin = end;
            rate += step;
        }
        steps
    }

    /// How long all of its steps take; `None` for a rate that lasts.
    pub(crate) fn length(&self) -> Option<Duration> {
        match self {
            Self::Constant(_) => None,
            Self::Ramp { .. } => self.steps(Duration::MAX).last().map(|step| step.end),
        }
    }
}

impl FromStr for Rate {
    type Err = String;

    /// Reads `500`, or `100..2000 step 100 every 10s`.
    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<_> = text.split_ascii_whitespace().collect();
        match *words {
            [rate] if !rate.contains("..") => Ok(Self::Constant(positive(rate)?)),
            [range, "step", step, "every", every] => {
                let ends = range.split_once("..");
                let (from, to) = ends.ok_or_else(|| format!("{range:?} is not FROM..TO"))?;
                let (from, to, step) = (positive(from)?, positive(to)?, positive(step)?);
                let every = humantime::parse_duration(every).map_err(|error| error.to_string())?;
                let hour = Duration::from_secs(3600);
                if to < from || every.is_zero() || every > hour || (to - from) / step > MOST_STEPS {
                    return Err(format!(
                        "a ramp goes up in at most {MOST_STEPS} steps, each of which takes at most an hour: {text:?}"
                    ));
                }
                Ok(Self::Ramp {
                    from,
                    to,
                    step,
                    every,
                })
            }
            _ => Err(format!(
                "{text:?} is neither a number nor like \"100..2000 step 100 every 10s\""
            )),
        }
    }
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse().ok();
    let sensible = number.filter(|number| (1e-3..=1e7).contains(number));
    sensible.ok_or_else(|| format!("{text:?} is not a number of operations a second"))
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(rate) => write!(f, "{rate}"),
            Self::Ramp {
                from,
                to,
                step,
                every,
            } => {
                let every = humantime::format_duration(*every);
                write!(f, "{from}..{to} step {step} every {every}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_is_read_and_has_its_steps() {
        let text = "100..400 step 100 every 10s";
        let ramp: Rate = text.parse().expect("a ramp");
        assert_eq!(ramp.to_string(), text);
        assert_eq!(ramp.length(), Some(Duration::from_secs(40)));
        let steps = ramp.steps(Duration::from_secs(25));
        let rates: Vec<_> = steps.iter().map(|step| step.rate).collect();
        assert_eq!(rates, [100.0, 200.0, 300.0]);
        assert_eq!(steps[2].end, Duration::from_secs(25));
    }

    #[test]
    fn steps_that_are_no_powers_of_two_reach_the_end() {
        let ramp: Rate = "0.1..1 step 0.1 every 1s".parse().expect("a ramp");
        assert_eq!(ramp.steps(Duration::MAX).len(), 10);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "0",
            "-5",
            "nan",
            "inf",
            "5..",
            "1..5",
            "5..1 step 1 every 1s",
            "1..5 step 0 every 1s",
            "1..5 step 1 every 0s",
            "1..5 step 1 every 100years",
            "1..10000000 step 0.001 every 1s",
        ] {
            assert!(text.parse::<Rate>().is_err(), "{text:?}");
        }
    }
}
