//! What callgrind writes.

use std::{fs, path::Path};

/// One run, all threads together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted {
    pub instructions: f64,
    /// Calls of `malloc`, `calloc` and `realloc`.
    pub allocations: f64,
}

/// Names have to be written in full.
pub fn read(log: &Path) -> Counted {
    let text = fs::read_to_string(log).expect("callgrind has written its file");
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    Counted {
        instructions: total
            .and_then(|total| total.parse().ok())
            .expect("callgrind has written a total"),
        allocations: allocations(&text),
    }
}

fn allocations(text: &str) -> f64 {
    let mut callee = "";
    let mut sum = 0.0;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("cfn=") {
            callee = name;
        } else if ["malloc", "calloc", "realloc"].contains(&callee) {
            let count = line.strip_prefix("calls=").and_then(|calls| {
                let count = calls.split(' ').next();
                count.and_then(|count| count.parse().ok())
            });
            sum += count.unwrap_or(0.0);
        }
    }
    sum
}
