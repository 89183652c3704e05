//! What callgrind writes: a file for each thread.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// One run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted {
    /// Instructions of the thread that makes the requests.
    pub caller: f64,
    /// Instructions of the connection's thread.
    pub reader: f64,
    /// Calls of `malloc`, `calloc` and `realloc` by all threads.
    pub allocations: f64,
}

/// Only the connection's thread runs this.
const READER: &str = "janus_blocking::reader::run";

pub fn read(log: &Path) -> Counted {
    let mut counted = Counted::default();
    for file in files(log) {
        let text = fs::read_to_string(&file).unwrap_or_default();
        let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
        let total = total.and_then(|total| total.parse().ok()).unwrap_or(0.0);
        match text.contains(READER) {
            true => counted.reader += total,
            false => counted.caller += total,
        }
        counted.allocations += allocations(&text);
    }
    assert!(counted.caller > 0.0, "callgrind has written no totals");
    counted
}

pub fn remove(log: &Path) {
    for file in files(log) {
        // Left where it is, it only takes room in cargo's folder for temporary files.
        let _ = fs::remove_file(file);
    }
}

/// `log-01`, `log-02` ..; `log` itself is empty.
fn files(log: &Path) -> Vec<PathBuf> {
    let name = |path: &Path| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    };
    let start = name(log);
    let folder = log.parent().expect("it is in a folder");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| name(path).starts_with(&start))
        .collect()
}

fn allocations(text: &str) -> f64 {
    let mut callee = "";
    let mut sum = 0.0;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("cfn=") {
            callee = name;
        } else if let Some(calls) = line.strip_prefix("calls=")
            && ["malloc", "calloc", "realloc"].contains(&callee)
        {
            let count = calls.split(' ').next().and_then(|count| count.parse().ok());
            sum += count.unwrap_or(0.0);
        }
    }
    sum
}
