//! What the system says about this process.

use std::fs;

/// Its resident memory, in KiB.
pub(crate) fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number
        .and_then(|number| number.parse().ok())
        .expect("a number")
}

/// Its threads: name, and how often each went to sleep by itself.
pub(crate) fn threads() -> Vec<(String, u64)> {
    let tasks = fs::read_dir("/proc/self/task").expect("Linux");
    tasks
        .filter_map(|task| {
            let status = fs::read_to_string(task.ok()?.path().join("status")).ok()?;
            let field = |name: &str| {
                let line = status.lines().find(|line| line.starts_with(name))?;
                Some(line.split_once(':')?.1.trim().to_owned())
            };
            let switches = field("voluntary_ctxt_switches:")?.parse().ok()?;
            Some((field("Name:")?, switches))
        })
        .collect()
}

/// How often the threads of connections went to sleep by themselves.
pub(crate) fn readers() -> Vec<u64> {
    let mut threads = threads();
    threads.retain(|(name, _)| name == "janus-reader");
    threads.into_iter().map(|(_, switches)| switches).collect()
}

/// How many threads have this name.
pub(crate) fn named(name: &str) -> usize {
    threads().iter().filter(|(own, _)| own == name).count()
}

/// How many sockets are open.
pub(crate) fn sockets() -> usize {
    let files = fs::read_dir("/proc/self/fd").expect("Linux").flatten();
    let sockets = files.filter(|file| {
        let target = fs::read_link(file.path());
        target.is_ok_and(|target| target.to_string_lossy().starts_with("socket:"))
    });
    sockets.count()
}
