//! What must not be: `--fail-if p99>20ms`.

use std::{fmt, str::FromStr};

use thiserror::Error;

use super::{
    Report,
    scenario::{Scenario, total},
    text,
};

/// A condition of `--fail-if`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// As it was written.
    text: String,
    /// Of any scenario where none is named.
    scenario: Option<String>,
    figure: Figure,
    sign: Sign,
    /// Nanoseconds, a number, or a part of a whole.
    limit: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Figure {
    Time(Span, Statistic),
    Errors,
    ErrorShare,
    Rate,
    Left,
}

/// Which of the times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    Latency,
    Service,
    Lateness,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Statistic {
    Mean,
    Quantile(f64),
    Max,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Above,
    AtLeast,
    Below,
    AtMost,
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConditionError {
    #[error("there is no <, <=, > or >= in it: write it like p99>20ms")]
    NoSign,
    #[error(
        "there is no figure `{0}`: there are p50, p99.9 and so on, mean, max, errors, rate and left; \
         `service p99` and `lateness p99` are of other times, and `ping: p99` is of one scenario"
    )]
    Figure(String),
    #[error("`{0}` is no time: write it like 20ms, 500us or 1s")]
    Time(String),
    #[error("`{0}` is no number")]
    Number(String),
    #[error("only errors can be limited by a share, like errors>0.1%")]
    Share,
}

impl FromStr for Condition {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, ConditionError> {
        // From behind, as a scenario may have any name.
        let at = text.rfind(['<', '>']).ok_or(ConditionError::NoSign)?;
        let (left, right) = (&text[..at], &text[at + 1..]);
        let (sign, limit) = match (text.as_bytes()[at], right.strip_prefix('=')) {
            (b'>', None) => (Sign::Above, right),
            (b'>', Some(limit)) => (Sign::AtLeast, limit),
            (_, None) => (Sign::Below, right),
            (_, Some(limit)) => (Sign::AtMost, limit),
        };
        let (scenario, figure) = match left.rsplit_once(':') {
            Some((scenario, figure)) => (Some(scenario.trim().to_owned()), figure),
            None => (None, left),
        };
        let (figure, limit) = limited(figure.trim(), limit.trim())?;
        Ok(Self {
            text: text.to_owned(),
            scenario,
            figure,
            sign,
            limit,
        })
    }
}

fn limited(figure: &str, limit: &str) -> Result<(Figure, f64), ConditionError> {
    let figure = figure.parse()?;
    if let Figure::Time(..) = figure {
        let time = humantime::parse_duration(limit);
        let time = time.map_err(|_| ConditionError::Time(limit.to_owned()))?;
        return Ok((figure, time.as_nanos() as f64));
    }
    let (number, is_share) = match limit.strip_suffix('%') {
        Some(number) => (number.trim_end(), true),
        None => (limit, false),
    };
    let parsed = number
        .parse()
        .ok()
        .filter(|it: &f64| it.is_finite() && *it >= 0.0);
    let number = parsed.ok_or_else(|| ConditionError::Number(limit.to_owned()))?;
    match (figure, is_share) {
        (Figure::Errors, true) => Ok((Figure::ErrorShare, number / 100.0)),
        (_, true) => Err(ConditionError::Share),
        (figure, false) => Ok((figure, number)),
    }
}

impl FromStr for Figure {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, ConditionError> {
        let unknown = || ConditionError::Figure(text.to_owned());
        let (span, statistic) = match text.split_once(' ') {
            Some(("service", rest)) => (Span::Service, rest.trim_start()),
            Some(("lateness", rest)) => (Span::Lateness, rest.trim_start()),
            Some(_) => return Err(unknown()),
            None => (Span::Latency, text),
        };
        let statistic = match statistic {
            "errors" if span == Span::Latency => return Ok(Self::Errors),
            "rate" if span == Span::Latency => return Ok(Self::Rate),
            "left" if span == Span::Latency => return Ok(Self::Left),
            "mean" => Statistic::Mean,
            "max" => Statistic::Max,
            other => {
                let percent = other
                    .strip_prefix('p')
                    .and_then(|it| it.parse::<f64>().ok());
                let percent = percent.filter(|it| (0.0..=100.0).contains(it));
                Statistic::Quantile(percent.ok_or_else(unknown)? / 100.0)
            }
        };
        Ok(Self::Time(span, statistic))
    }
}

impl Condition {
    /// Where it holds, a line for each scenario. What cannot be told counts as if it held: that
    /// nothing was measured must not look like a success.
    pub fn holding(&self, report: &Report) -> Vec<String> {
        if self.figure == Figure::Left {
            let left = total(&report.left);
            let holds = self.sign.holds(left as f64, self.limit);
            return holds
                .then(|| self.said("left on the server", &text::count(left)))
                .into_iter()
                .collect();
        }
        let named = |it: &&Scenario| self.scenario.as_ref().is_none_or(|name| *name == it.name);
        let scenarios: Vec<&Scenario> = report.scenarios.iter().filter(named).collect();
        if scenarios.is_empty() {
            let name = self.scenario.as_deref().unwrap_or("any");
            return vec![format!(
                "--fail-if {self}: the report has no scenario `{name}`"
            )];
        }
        let holding = scenarios.into_iter().filter_map(|it| self.of(it));
        holding.collect()
    }

    fn of(&self, scenario: &Scenario) -> Option<String> {
        let Some(value) = self.figure.of(scenario) else {
            return Some(self.said(&scenario.name, "nothing was measured"));
        };
        let shown = match self.figure {
            Figure::Time(..) => text::time(value as u64),
            Figure::ErrorShare => text::share(value),
            Figure::Rate => format!("{}/s", text::number(value)),
            Figure::Errors | Figure::Left => text::count(value as u64),
        };
        self.sign
            .holds(value, self.limit)
            .then(|| self.said(&scenario.name, &shown))
    }

    fn said(&self, what: &str, value: &str) -> String {
        format!("--fail-if {self}: {what}: {value}")
    }
}

impl Figure {
    fn of(self, scenario: &Scenario) -> Option<f64> {
        let (span, statistic) = match self {
            Self::Errors => return Some(scenario.errors_total() as f64),
            Self::ErrorShare => return scenario.error_share(),
            Self::Rate => return Some(scenario.reached_per_s),
            Self::Left => return None,
            Self::Time(span, statistic) => (span, statistic),
        };
        let times = match span {
            Span::Latency => &scenario.latency,
            Span::Service => &scenario.service,
            Span::Lateness => &scenario.lateness,
        };
        let ns = match statistic {
            Statistic::Mean => times.mean_ns,
            Statistic::Quantile(part) => times.buckets.quantile(part),
            Statistic::Max => times.max_ns,
        };
        ns.map(|ns| ns as f64)
    }
}

impl Sign {
    fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Above => value > limit,
            Self::AtLeast => value >= limit,
            Self::Below => value < limit,
            Self::AtMost => value <= limit,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            latency::Buckets,
            sample::{report, scenario},
            scenario::Errors,
        },
        *,
    };

    /// A second of 100 answers from 1 to 100 ms, and 25 errors.
    fn hundred() -> Report {
        let latencies = (1..=100).map(|ms| ms * 1_000_000).collect();
        let errors = Errors::from([("timeout".to_owned(), 20), ("closed".to_owned(), 5)]);
        let mut report = report(vec![scenario("ping", &[(latencies, errors)])]);
        report.left.insert("sessions".into(), 2);
        report
    }

    #[test]
    fn conditions_are_read_and_judged() {
        let report = hundred();
        for (text, holds) in [
            ("p99>20ms", true),
            ("p99>100ms", false),
            ("p50 > 49ms", true),
            ("p50>51ms", false),
            ("p99.9>=99ms", true),
            ("max<=1s", true),
            ("mean<40ms", false),
            ("service p99>20ms", true),
            ("lateness p99>20ms", false),
            ("lateness max>500us", true),
            ("errors>0", true),
            ("errors>25", false),
            ("errors>=25", true),
            ("errors>19%", true),
            ("errors>20 %", false),
            ("rate<95", false),
            ("rate<101", true),
            ("left>0", true),
            ("left>2", false),
            ("ping: p99>20ms", true),
            ("attach: p99>1h", true),
        ] {
            let condition: Condition = text.parse().expect(text);
            assert_eq!(condition.to_string(), text);
            assert_eq!(!condition.holding(&report).is_empty(), holds, "{text}");
        }
    }

    #[test]
    fn what_holds_is_said_with_its_figure() {
        for (text, line) in [
            ("p99>20ms", "--fail-if p99>20ms: ping: 99.0 ms"),
            ("errors>1%", "--fail-if errors>1%: ping: 20.0 %"),
            ("left>0", "--fail-if left>0: left on the server: 2"),
            (
                "attach: p99>1s",
                "--fail-if attach: p99>1s: the report has no scenario `attach`",
            ),
        ] {
            let condition: Condition = text.parse().expect(text);
            assert_eq!(condition.holding(&hundred()), [line]);
        }
    }

    #[test]
    fn a_scenario_may_have_signs_in_its_name() {
        for name in ["a>b", "a<=b", "p99>20ms", "a: b>=c"] {
            let report = report(vec![scenario(name, &[(vec![30_000_000], Errors::new())])]);
            for (rest, holds) in [("p99>20ms", true), ("max>=31ms", false), ("rate<=1", true)] {
                let text = format!("{name}: {rest}");
                let condition: Condition = text.parse().expect(&text);
                assert_eq!(!condition.holding(&report).is_empty(), holds, "{text}");
            }
        }
    }

    #[test]
    fn a_percentile_is_that_of_whole_numbers() {
        for (percent, in_thousand) in [
            ("p7", 70),
            ("p14", 140),
            ("p28", 280),
            ("p55", 550),
            ("p56", 560),
            ("p99.9", 999),
        ] {
            let figure = percent.parse();
            let Ok(Figure::Time(Span::Latency, Statistic::Quantile(part))) = figure else {
                panic!("{figure:?}");
            };
            for count in [100_u64, 1_000, 10_000] {
                let each_once = Buckets((1..=count).map(|value| (value, 1)).collect());
                let expected = (count * in_thousand).div_ceil(1_000);
                assert_eq!(
                    each_once.quantile(part),
                    Some(expected),
                    "{percent} of {count}"
                );
            }
        }
    }

    /// Also one that is turned the other way round.
    #[test]
    fn that_nothing_was_measured_is_no_success() {
        for report in [report(vec![scenario("ping", &[])]), report(vec![])] {
            for text in ["p99>1h", "p99<1h", "errors>99%"] {
                let condition: Condition = text.parse().expect(text);
                assert_eq!(condition.holding(&report).len(), 1, "{text}");
            }
        }
    }

    #[test]
    fn a_condition_that_makes_no_sense_is_refused_and_says_why() {
        for (text, error) in [
            ("p99", ConditionError::NoSign),
            ("", ConditionError::NoSign),
            ("p99=20ms", ConditionError::NoSign),
            (">20ms", ConditionError::Figure(String::new())),
            ("p101>20ms", ConditionError::Figure("p101".into())),
            ("pNaN>20ms", ConditionError::Figure("pNaN".into())),
            (
                "service errors>1",
                ConditionError::Figure("service errors".into()),
            ),
            ("client p99>1s", ConditionError::Figure("client p99".into())),
            ("p99>20", ConditionError::Time("20".into())),
            ("p99>", ConditionError::Time(String::new())),
            ("p99>20%", ConditionError::Time("20%".into())),
            ("p99>>20ms", ConditionError::Figure("p99>".into())),
            ("errors>few", ConditionError::Number("few".into())),
            ("errors>-1", ConditionError::Number("-1".into())),
            ("rate<inf", ConditionError::Number("inf".into())),
            ("rate<5%", ConditionError::Share),
        ] {
            assert_eq!(text.parse::<Condition>(), Err(error), "{text}");
        }
    }
}
