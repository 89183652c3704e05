//! The table, and what it is measured against.

use std::fs;

use super::common::stats::{Compared, Size, Spread};

/// What issue 4 asks of a ratio.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    AtMost(f64),
    AtLeast(f64),
    /// Told, not asked for.
    None,
}

/// One line: what, on which server, pinned how.
#[derive(Debug)]
pub struct Row {
    pub what: String,
    pub server: &'static str,
    pub mode: &'static str,
    /// The two figures with their unit.
    pub bare: String,
    pub ours: String,
    pub ratio: Spread,
    pub p99: Option<f64>,
    pub target: Target,
}

#[derive(Debug, Default)]
pub struct Table(Vec<Row>);

impl Table {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn add(&mut self, row: Row) {
        eprintln!("  {}", row.line());
        self.0.push(row);
    }

    /// Adds the p50 of a comparison.
    pub fn add_p50(
        &mut self,
        what: &str,
        place: (&'static str, &'static str),
        compared: &Compared,
        target: Target,
    ) {
        self.add(Row {
            what: format!("{what}, p50"),
            server: place.0,
            mode: place.1,
            bare: format!("{:.1} µs", compared.bare),
            ours: format!("{:.1} µs", compared.ours),
            ratio: compared.ratios,
            p99: Some(compared.p99.median),
            target,
        });
    }

    pub fn print(&self, size: Size) {
        println!("{}\n", machine());
        println!(
            "Medians over {} interleaved rounds of {} exchanges each; in brackets the lowest and the \
             highest round.\n",
            size.rounds, size.ops
        );
        println!("| what | server | cores | bare loop | this crate | ratio | p99 | target | met |");
        println!("|---|---|---|---|---|---|---|---|---|");
        for row in &self.0 {
            println!("{}", row.line());
        }
    }
}

impl Row {
    fn line(&self) -> String {
        let Self {
            what,
            server,
            mode,
            bare,
            ours,
            ..
        } = self;
        let Spread { median, low, high } = self.ratio;
        let p99 = self.p99.map_or(String::new(), |p99| format!("{p99:.2}"));
        // As it is printed: 1.054 is 1.05.
        let rounded = (median * 100.0).round() / 100.0;
        let (target, met) = match self.target {
            Target::AtMost(limit) => (format!("≤ {limit:.2}"), Some(rounded <= limit)),
            Target::AtLeast(limit) => (format!("≥ {limit:.2}"), Some(rounded >= limit)),
            Target::None => (String::new(), None),
        };
        let met = met.map_or("", |met| if met { "yes" } else { "**no**" });
        format!(
            "| {what} | {server} | {mode} | {bare} | {ours} | {median:.2} ({low:.2} to {high:.2}) | \
             {p99} | {target} | {met} |"
        )
    }
}

/// What it ran on, and how busy that was.
fn machine() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("unknown processor", |(_, model)| model.trim());
    let cores = cpuinfo.matches("processor\t").count();
    let kernel = read("/proc/sys/kernel/osrelease");
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or("?");
    let kernel = kernel.split('-').next().unwrap_or("?").trim();
    format!("{cores} × {model}, Linux {kernel}; load at the end {load}.")
}
