//! What a process costs: its processor time and its memory, as the kernel counts them.

use std::{fs, time::Instant};

use crate::report::usage::Process;

/// Of `/proc/PID/stat`: 100 a second, on every architecture that this runs on.
const TICKS_PER_SECOND: f64 = 100.0;

/// Watches a process.
pub(crate) struct Meter {
    /// A number, or `self`.
    process: String,
    last: Option<(Instant, f64)>,
}

impl Meter {
    pub(crate) fn new(process: impl ToString) -> Self {
        let process = process.to_string();
        let last = cpu_seconds(&process).map(|cpu| (Instant::now(), cpu));
        Self { process, last }
    }

    /// What it has cost since the last call; `None` where it does not run, or was started anew.
    pub(crate) fn read(&mut self) -> Option<Process> {
        let now = cpu_seconds(&self.process).map(|cpu| (Instant::now(), cpu));
        let (before, cpu_before) = std::mem::replace(&mut self.last, now)?;
        let (after, cpu_after) = now?;
        let seconds = (after - before).as_secs_f64();
        Some(Process {
            cores: (cpu_after - cpu_before).max(0.0) / seconds.max(1e-9),
            rss_bytes: rss_bytes(&self.process),
        })
    }
}

/// The processor time of all threads of a process, those that have ended too.
fn cpu_seconds(process: &str) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name before may have blanks and brackets.
    let (_, rest) = text.rsplit_once(')')?;
    let mut words = rest.split_ascii_whitespace().skip(11);
    let mut ticks = || words.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS_PER_SECOND)
}

fn rss_bytes(process: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.split_ascii_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_costs_something_and_one_that_is_none_nothing() {
        let mut own = Meter::new("self");
        let begin = Instant::now();
        while begin.elapsed().as_millis() < 50 {}
        let cost = own.read().expect("it runs");
        assert!(cost.rss_bytes > Some(1 << 20), "{cost:?}");
        assert!((0.0..100.0).contains(&cost.cores), "{cost:?}");
        assert!(Meter::new(u32::MAX).read().is_none());
    }
}
