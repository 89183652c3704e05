//! Which plots a report has.

use super::{
    super::{
        latency::Latency,
        ramp::{Ramp, Step},
        scenario::{Errors, Scenario, Second},
        usage::Usage,
    },
    axis::{Axis, nines, time},
    plot::{BLUE, GREEN, GREY, Line, ORANGE, PURPLE, Plot, RED, SKY, Width},
};

/// More points would not be seen, and make pages that are slow to show.
const POINTS: usize = 600;
const TICKS: usize = 5;
const SECONDS: &str = "seconds since the end of the warm-up";

pub fn of_scenario(scenario: &Scenario) -> Vec<Plot> {
    let seconds = scenario.whole_seconds();
    let mut plots = vec![percentiles(scenario), throughput(scenario, seconds)];
    if seconds.iter().any(|it| it.count > 0) {
        plots.insert(0, latency(seconds));
    }
    if !scenario.errors.is_empty() {
        plots.push(errors(scenario, seconds));
    }
    plots
}

/// One value for each second, or in long runs for each few seconds: `merge` says which.
fn series<T>(
    seconds: &[T],
    at_s: impl Fn(&T) -> u64,
    value: impl Fn(&T) -> Option<f64>,
    merge: fn(&[f64]) -> f64,
) -> Vec<(f64, Option<f64>)> {
    let each = seconds.len().div_ceil(POINTS).max(1);
    let points = seconds.chunks(each).map(|chunk| {
        let values: Vec<f64> = chunk.iter().filter_map(&value).collect();
        let middle = at_s(&chunk[0]) as f64 + chunk.len() as f64 / 2.0;
        (middle, (!values.is_empty()).then(|| merge(&values)))
    });
    points.collect()
}

fn highest(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn over_time<T>(seconds: &[T], at_s: impl Fn(&T) -> u64) -> Axis {
    let end = seconds.last().map_or(1, |it| at_s(it).saturating_add(1));
    Axis::exactly(SECONDS, end as f64, TICKS)
}

fn latency(seconds: &[Second]) -> Plot {
    let times = seconds
        .iter()
        .flat_map(|it| [it.p50_ns, it.p99_ns, it.max_ns]);
    let line = |name: &str, color, of: fn(&Second) -> Option<u64>| Line {
        name: name.into(),
        color,
        width: Width::Thin,
        points: series(seconds, |it| it.at_s, |it| of(it).map(time), highest),
    };
    Plot {
        title: "Latency over time".into(),
        x: over_time(seconds, |it| it.at_s),
        y: Axis::times("", times.flatten()),
        lines: vec![
            line("max", RED, |it| it.max_ns),
            line("p99", ORANGE, |it| it.p99_ns),
            line("p50", BLUE, |it| it.p50_ns),
        ],
    }
}

fn percentiles(scenario: &Scenario) -> Plot {
    let mut lines = vec![
        ("latency", SKY, Width::Wide, &scenario.latency),
        ("service time", BLUE, Width::Thin, &scenario.service),
        ("client's lateness", GREY, Width::Thin, &scenario.lateness),
    ];
    // In a closed loop the client is never late, and nothing waits for its turn.
    let is_closed = scenario.asked_per_s.is_none();
    lines.retain(|(name, ..)| !is_closed || *name == "latency");
    let y = Axis::times(
        "",
        lines
            .iter()
            .flat_map(|(.., it)| it.buckets.0.iter().map(|it| it.0)),
    );
    let x = Axis::percentiles(
        "part of the requests that took at most so long",
        scenario.count,
    );
    let lines = lines.into_iter().map(|(name, color, width, latency)| Line {
        name: name.into(),
        color,
        width,
        points: curve(latency, (x.to - x.from, y.to - y.from)),
    });
    Plot {
        title: "Percentiles".into(),
        lines: lines.collect(),
        x,
        y,
    }
}

/// The percentiles of a histogram, but for those that one could not tell from the ones before.
fn curve(latency: &Latency, (width, height): (f64, f64)) -> Vec<(f64, Option<f64>)> {
    let all = latency.buckets.count();
    let last = (all.max(1) as f64).log10();
    let least = latency.buckets.0.first().map(|it| it.0);
    let mut points = Vec::from_iter(least.map(|least| (0.0, time(least))));
    let mut passed = 0_u64;
    for (at, (value, count)) in latency.buckets.0.iter().enumerate() {
        passed = passed.saturating_add(*count);
        let point = (nines(passed as f64 / all as f64).min(last), time(*value));
        let is_far = points.last().is_none_or(|before| {
            (point.0 - before.0) / width + (point.1 - before.1) / height > 1.0 / POINTS as f64
        });
        if is_far || at + 1 == latency.buckets.0.len() {
            points.push(point);
        }
    }
    points.into_iter().map(|(x, y)| (x, Some(y))).collect()
}

fn throughput(scenario: &Scenario, seconds: &[Second]) -> Plot {
    let line = |name: &str, color, of: fn(&Second) -> u64| Line {
        name: name.into(),
        color,
        width: Width::Thin,
        points: series(seconds, |it| it.at_s, |it| Some(of(it) as f64), mean),
    };
    let most = seconds.iter().flat_map(|it| [it.due, it.count]).max();
    let mut lines = vec![line("answered", BLUE, |it| it.count)];
    if scenario.asked_per_s.is_some() {
        lines.insert(
            0,
            Line {
                width: Width::Wide,
                ..line("due", GREY, |it| it.due)
            },
        );
    }
    Plot {
        title: "Throughput".into(),
        x: over_time(seconds, |it| it.at_s),
        y: Axis::numbers("requests a second", most.unwrap_or(0) as f64, TICKS),
        lines,
    }
}

fn errors(scenario: &Scenario, seconds: &[Second]) -> Plot {
    let colors = [RED, PURPLE, ORANGE, SKY, GREEN];
    let mut kinds: Vec<_> = scenario.errors.iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let named: Vec<&str> = kinds
        .iter()
        .take(colors.len())
        .map(|it| it.0.as_str())
        .collect();
    let line = |name: &str, color, of: &dyn Fn(&Errors) -> u64| Line {
        name: name.into(),
        color,
        width: Width::Thin,
        points: series(
            seconds,
            |it| it.at_s,
            |it| Some(of(&it.errors) as f64),
            mean,
        ),
    };
    let mut lines = Vec::new();
    if kinds.len() > named.len() {
        let other = |errors: &Errors| {
            let others = errors.iter().filter(|it| !named.contains(&it.0.as_str()));
            others.fold(0, |sum: u64, it| sum.saturating_add(*it.1))
        };
        lines.push(line("others", GREY, &other));
    }
    for (kind, color) in named.iter().zip(colors) {
        lines.push(line(kind, color, &|errors| {
            errors.get(*kind).copied().unwrap_or(0)
        }));
    }
    let most = lines
        .iter()
        .flat_map(|it| it.points.iter().filter_map(|it| it.1));
    Plot {
        title: "Errors by kind".into(),
        x: over_time(seconds, |it| it.at_s),
        y: Axis::numbers("errors a second", most.fold(0.0, f64::max), TICKS),
        lines,
    }
}

pub fn usage(usage: &[Usage]) -> Plot {
    let line = |name: &str, color, of: fn(&Usage) -> Option<f64>| Line {
        name: name.into(),
        color,
        width: Width::Thin,
        points: series(usage, |it| it.at_s, of, mean),
    };
    let mut lines = vec![line("client", BLUE, |it| Some(it.client.cores))];
    if usage.iter().any(|it| it.server.is_some()) {
        lines.insert(
            0,
            line("server", ORANGE, |it| it.server.as_ref().map(|it| it.cores)),
        );
    }
    let most = lines
        .iter()
        .flat_map(|it| it.points.iter().filter_map(|it| it.1));
    Plot {
        title: "Processors".into(),
        x: over_time(usage, |it| it.at_s),
        y: Axis::numbers("cores that were busy", most.fold(0.0, f64::max), TICKS),
        lines,
    }
}

pub fn ramp(ramp: &Ramp) -> Plot {
    let steps = &ramp.steps;
    let most = steps.iter().map(|it| it.asked_per_s).fold(0.0, f64::max);
    let times = steps.iter().flat_map(|it| [it.p50_ns, it.p99_ns]).flatten();
    let line = |name: &str, color, of: &dyn Fn(&Step) -> Option<u64>| Line {
        name: name.into(),
        color,
        width: Width::Thin,
        points: steps
            .iter()
            .map(|it| (it.asked_per_s, of(it).map(time)))
            .collect(),
    };
    let bound = time(ramp.bound_p99_ns);
    Plot {
        title: "Latency by rate".into(),
        x: Axis::numbers("requests a second that were asked for", most, TICKS),
        y: Axis::times("", times.chain([ramp.bound_p99_ns])),
        lines: vec![
            Line {
                name: "bound of p99".into(),
                color: GREY,
                width: Width::Thin,
                points: vec![(0.0, Some(bound)), (most, Some(bound))],
            },
            line("p99", ORANGE, &|it| it.p99_ns),
            line("p50", BLUE, &|it| it.p50_ns),
        ],
    }
}
