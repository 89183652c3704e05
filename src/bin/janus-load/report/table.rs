//! A report on the terminal.

use std::fmt::Write as _;

use super::{
    Report,
    doubts::doubts,
    facts::facts,
    latency::Latency,
    ramp::Ramp,
    scenario::Scenario,
    text::{self, table},
    usage::Process,
};

/// The columns of times.
const TIMES: [&str; 6] = ["p50", "p90", "p99", "p99.9", "p99.99", "max"];

/// What is printed at the end of a run.
pub fn show(report: &Report) -> String {
    let facts = facts(report).into_iter();
    let facts: Vec<_> = facts
        .map(|(name, value)| (format!("{name}:"), value))
        .collect();
    let width = facts.iter().map(|fact| fact.0.chars().count()).max();
    let width = width.unwrap_or(0);
    let mut shown = String::new();
    for (name, value) in facts {
        let _ = writeln!(shown, "{name:<width$} {value}");
    }
    let _ = write!(shown, "\n{}", table(&rows(report)));
    for scenario in report.scenarios.iter().filter(|it| !it.errors.is_empty()) {
        let _ = write!(
            shown,
            "\nerrors of {}\n{}",
            scenario.name,
            table(&errors(scenario))
        );
    }
    if let Some(ramp) = &report.ramp {
        let _ = write!(shown, "\n{}{}\n", table(&steps(ramp)), knee(ramp));
    }
    shown.push('\n');
    for line in run(report) {
        let _ = writeln!(shown, "{line}");
    }
    for doubt in doubts(report) {
        let _ = writeln!(shown, "! {doubt}");
    }
    shown
}

/// The figures of all scenarios. The first row names the columns, as in all of these tables.
pub fn rows(report: &Report) -> Vec<Vec<String>> {
    let header = ["", "asked/s", "reached/s", "answers", "errors"];
    let header = header.into_iter().chain(TIMES);
    let mut rows = vec![header.map(str::to_owned).collect()];
    for scenario in &report.scenarios {
        let counts = [
            scenario.name.clone(),
            scenario.asked_per_s.map_or("-".into(), text::number),
            text::number(scenario.reached_per_s),
            text::count(scenario.count),
            text::count(scenario.errors_total()),
        ];
        rows.push(counts.into_iter().chain(times(&scenario.latency)).collect());
        let parts = scenario.parts.iter();
        let parts = parts.map(|(name, latency)| (name.as_str(), latency));
        let mut others = vec![
            ("service time", &scenario.service),
            ("client's lateness", &scenario.lateness),
        ];
        // In a closed loop these say nothing.
        others.retain(|_| scenario.asked_per_s.is_some());
        for (name, latency) in others.into_iter().chain(parts) {
            let counts = [format!("  {name}")]
                .into_iter()
                .chain(vec![String::new(); 4]);
            rows.push(counts.chain(times(latency)).collect());
        }
    }
    rows
}

fn times(latency: &Latency) -> impl Iterator<Item = String> {
    // A percentile of fewer than one in so many is the maximum by another name.
    let of = |one_in: u64, time: Option<u64>| time.filter(|_| latency.count >= one_in);
    let times = [
        latency.p50_ns,
        of(10, latency.p90_ns),
        of(100, latency.p99_ns),
        of(1_000, latency.p99_9_ns),
        of(10_000, latency.p99_99_ns),
        latency.max_ns,
    ];
    times.into_iter().map(shown)
}

fn shown(time: Option<u64>) -> String {
    time.map_or("-".into(), text::time)
}

/// The most frequent first.
pub fn errors(scenario: &Scenario) -> Vec<Vec<String>> {
    let mut kinds: Vec<_> = scenario.errors.iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let rows = kinds
        .into_iter()
        .map(|(kind, count)| vec![format!("  {kind}"), text::count(*count)]);
    [vec!["  kind".to_owned(), "errors".to_owned()]]
        .into_iter()
        .chain(rows)
        .collect()
}

pub fn steps(ramp: &Ramp) -> Vec<Vec<String>> {
    let header = [
        "asked/s",
        "due/s",
        "reached/s",
        "errors",
        "p50",
        "p99",
        "max",
        "lateness p99",
        "",
    ];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    for step in &ramp.steps {
        let held = if step.holds(ramp.bound_p99_ns) {
            "held"
        } else {
            "did not hold"
        };
        rows.push(vec![
            text::number(step.asked_per_s),
            step.due_per_s.map_or("-".into(), text::number),
            text::number(step.reached_per_s),
            text::count(step.errors),
            shown(step.p50_ns),
            shown(step.p99_ns),
            shown(step.max_ns),
            shown(step.lateness_p99_ns),
            held.into(),
        ]);
    }
    rows
}

/// What the ramp found, as a sentence.
pub fn knee(ramp: &Ramp) -> String {
    let bound = text::time(ramp.bound_p99_ns);
    match ramp.knee_per_s {
        Some(rate)
            if ramp
                .steps
                .last()
                .is_some_and(|it| it.holds(ramp.bound_p99_ns) && it.asked_per_s == rate) =>
        {
            format!(
                "p99 stayed below {bound} at every rate, up to {}/s: the knee is higher",
                text::number(rate)
            )
        }
        Some(rate) => format!(
            "knee: {}/s is the highest rate with p99 below {bound} and no errors",
            text::number(rate)
        ),
        None => format!(
            "no knee: at the first rate, p99 was not below {bound}, or requests failed or fell behind"
        ),
    }
}

/// What the run cost and what it left, in words.
pub fn run(report: &Report) -> Vec<String> {
    let client = used(report.usage.iter().map(|it| &it.client));
    let server = used(report.usage.iter().filter_map(|it| it.server.as_ref()));
    let left = report.left.iter();
    let left: Vec<_> = left
        .map(|(what, count)| format!("{} {what}", text::count(*count)))
        .collect();
    let lines = [
        client.map(|used| format!("client: {used}")),
        server.map(|used| format!("server: {used}")),
        (!left.is_empty()).then(|| format!("left on the server: {}", left.join(", "))),
    ];
    lines.into_iter().flatten().collect()
}

/// What a process took, in words. Nothing when it was never looked at.
fn used<'a>(seconds: impl Iterator<Item = &'a Process>) -> Option<String> {
    let seconds: Vec<_> = seconds.collect();
    let mean = seconds.iter().map(|it| it.cores).sum::<f64>() / seconds.len() as f64;
    let most = seconds.iter().map(|it| it.cores).fold(0.0, f64::max);
    let memory = seconds.iter().filter_map(|it| it.rss_bytes).max();
    let memory = memory.map_or(String::new(), |bytes| {
        format!(", at most {} MiB of memory", bytes >> 20)
    });
    (!seconds.is_empty()).then(|| format!("{mean:.2} cores on average, {most:.2} at most{memory}"))
}

#[cfg(test)]
mod tests {
    use super::{
        super::{sample::small, setup::Drive},
        *,
    };

    #[test]
    fn everything_of_a_run_is_in_its_table() {
        let shown = show(&small());
        let expected = "\
server:      ws://127.0.0.1:8188/
version:     Janus WebRTC Server 1.1.2, on this machine
begun:       2023-11-14T22:13:20Z
requests:    open loop, Poisson arrivals
connections: 4
measured:    2.0 s after 2 s of warm-up; interrupted
seed:        1
client:      janus-load 0.1.0
machine:     Linux 6.1.0 x86_64, A processor, 2 cores, 4.0 GiB
for:         1m
rate:        100

                     asked/s  reached/s  answers  errors      p50  p90  p99  p99.9  p99.99      max
attach                  3.00       2.50        5       1  2.00 ms    -    -      -       -  40.0 ms
  service time                                            1.80 ms    -    -      -       -  36.0 ms
  client's lateness                                        100 µs    -    -      -       -  2.00 ms
  detach                                                  1.80 ms    -    -      -       -  36.0 ms

errors of attach
  kind     errors
  timeout       1

asked/s  due/s  reached/s  errors      p50      p99      max  lateness p99
3.00      3.00       2.50       1  2.00 ms  40.0 ms  40.0 ms             -  did not hold
no knee: at the first rate, p99 was not below 20.0 ms, or requests failed or fell behind

client: 0.25 cores on average, 0.25 at most, at most 20 MiB of memory
server: 0.50 cores on average, 0.50 at most, at most 40 MiB of memory
left on the server: 0 handles, 0 sessions
! The run was interrupted: the figures are of a part of it.
! attach: errors: 1 (16.7 %), which none of the times includes.
! attach: 2.50 answers a second where 3.00 were asked for.
! attach: 5 answers are too few for a p99.
";
        assert_eq!(shown, expected, "{shown}");
    }

    #[test]
    fn a_closed_loop_has_no_lateness() {
        let mut report = small();
        report.setup.drive = Drive::Closed { callers: 3 };
        report.scenarios[0].asked_per_s = None;
        let shown = show(&report);
        assert!(!shown.contains("client's lateness"), "{shown}");
        assert!(
            shown.contains("requests:    closed loop, 3 callers\n"),
            "{shown}"
        );
    }

    #[test]
    fn the_knee_is_told_as_what_it_is() {
        let held = |asked_per_s, p99_ns| crate::report::ramp::Step {
            asked_per_s,
            due_per_s: Some(asked_per_s),
            reached_per_s: asked_per_s,
            errors: 0,
            p99_ns: Some(p99_ns),
            ..small().ramp.expect("a ramp").steps[0].clone()
        };
        let of = |steps| knee(&Ramp::new(5_000_000, steps));
        assert!(of(vec![held(100.0, 1), held(200.0, 6_000_000)]).starts_with("knee: 100/s is"));
        assert!(
            of(vec![held(100.0, 1), held(200.0, 1)]).ends_with("up to 200/s: the knee is higher")
        );
        assert!(of(vec![held(100.0, 5_000_000)]).starts_with("no knee: "));
    }
}
