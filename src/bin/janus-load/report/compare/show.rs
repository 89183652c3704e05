//! A comparison on the terminal.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    super::{Report, setup::Drive, text},
    Change, LEAST_SECONDS, Scale, Verdict, unmatched,
};

/// The text of `janus-load compare`: what was set up differently, then each figure.
pub fn show(before: &Report, after: &Report, changes: &[Change]) -> String {
    let mut shown = String::new();
    for line in set_up_differently(before, after) {
        let _ = writeln!(shown, "not the same: {line}");
    }
    for name in unmatched(before, after) {
        let _ = writeln!(
            shown,
            "not compared: {name}, which only one of the runs has"
        );
    }
    if !shown.is_empty() {
        shown.push('\n');
    }
    let header = ["", "before", "after", "change", "99 % interval", ""];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(changes.iter().map(row));
    shown + &text::table(&rows) + "\n" + &closing(changes)
}

fn closing(changes: &[Change]) -> String {
    let has = |verdict| changes.iter().filter(|it| it.verdict == verdict).count();
    let (better, worse) = (has(Verdict::Better), has(Verdict::Worse));
    match (better, worse) {
        _ if changes.is_empty() => "nothing to compare\n".to_owned(),
        _ if has(Verdict::Unknown) > 0 => {
            format!("too short to tell: both runs must have at least {LEAST_SECONDS} seconds\n")
        }
        (0, 0) => "nothing changed beyond noise\n".to_owned(),
        _ => format!("beyond noise: {better} better, {worse} worse\n"),
    }
}

fn row(change: &Change) -> Vec<String> {
    let value = |value: f64| match change.scale {
        Scale::Time => text::time(value as u64),
        Scale::Rate => format!("{}/s", text::number(value)),
        Scale::Share => text::share(value),
    };
    let differs = super::difference(change.scale, change.before, change.after);
    let interval = change.interval.map_or(String::new(), |(low, high)| {
        format!(
            "{} to {}",
            signed(change.scale, low),
            signed(change.scale, high)
        )
    });
    let verdict = match change.verdict {
        Verdict::Better => "better",
        Verdict::Worse => "WORSE",
        Verdict::Same => "same",
        Verdict::Unknown => "?",
    };
    vec![
        format!("{} {}", change.scenario, change.figure),
        value(change.before),
        value(change.after),
        signed(change.scale, differs),
        interval,
        verdict.to_owned(),
    ]
}

fn signed(scale: Scale, difference: f64) -> String {
    let unit = match scale {
        Scale::Time | Scale::Rate => "%",
        Scale::Share => "points",
    };
    format!("{:+.1} {unit}", difference * 100.0)
}

/// What makes two runs no comparison of like with like, or is what the comparison is about.
fn set_up_differently(before: &Report, after: &Report) -> Vec<String> {
    let (mut before, mut after) = (facts(before), facts(after));
    let mut lines = Vec::new();
    let names: Vec<String> = before.keys().chain(after.keys()).cloned().collect();
    for name in names {
        let pair = (before.remove(&name), after.remove(&name));
        if pair.0 != pair.1 {
            let shown = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
            lines.push(format!("{name}: {} -> {}", shown(pair.0), shown(pair.1)));
        }
    }
    lines
}

fn facts(report: &Report) -> BTreeMap<String, String> {
    let setup = &report.setup;
    let machine = &setup.client.machine;
    let text = |fact: &Option<String>| fact.clone().unwrap_or_default();
    let drive = match &setup.drive {
        Drive::Open { arrivals } => format!("open, {arrivals:?}").to_lowercase(),
        Drive::Closed { callers } => format!("closed, {callers} callers"),
    };
    let mut facts = BTreeMap::from([
        ("cores", machine.cores.to_string()),
        ("client", setup.client.version.clone()),
        ("connections", setup.connections.to_string()),
        ("ended", format!("{:?}", report.end).to_lowercase()),
        ("loop", drive),
        ("optimised client", setup.client.optimised.to_string()),
        ("processor", text(&machine.processor)),
        ("server", text(&setup.server.version)),
        ("server is local", setup.server.local.to_string()),
        ("system", machine.system.clone()),
        ("url", setup.url.clone()),
        ("warm-up", format!("{} s", setup.warm_up_s)),
    ]);
    facts.retain(|_, value| !value.is_empty());
    let facts = facts
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    let options = setup.options.iter();
    facts
        .chain(options.map(|(name, value)| (format!("--{name}"), value.clone())))
        .collect()
}
