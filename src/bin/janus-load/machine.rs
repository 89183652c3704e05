//! What machine this is, as far as that is no secret.

use std::{env, fs, thread};

use crate::report::setup::Machine;

pub(crate) fn this() -> Machine {
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    Machine {
        system: format!(
            "{} {} {}",
            env::consts::OS,
            kernel.trim(),
            env::consts::ARCH
        ),
        processor: value("/proc/cpuinfo", "model name"),
        // Those of its affinity and its control group, not all.
        cores: thread::available_parallelism().map_or(1, |cores| cores.get() as u64),
        memory_bytes: memory_bytes(),
    }
}

fn memory_bytes() -> Option<u64> {
    let total = value("/proc/meminfo", "MemTotal")?;
    let kilobytes: u64 = total.split(' ').next()?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// The first line `name : value` of a file.
fn value(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}
