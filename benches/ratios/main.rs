//! Is a call through this crate as fast as a bare socket? Prints the table of ratios, in markdown.
//!
//! `cargo bench --bench ratios`, or with parts of it only: `cargo bench --bench ratios -- latency`.
//! Parts: latency, pauses, callers, flood, reattach, growth. `RATIO_ROUNDS` and `RATIO_OPS` say how
//! much is measured, `JANUS_URL` (and `JANUS_PID`) which real Janus; see `docs/BENCHMARKS.md`.

#[path = "../common/mod.rs"]
mod common;

mod callers;
mod flood;
mod growth;
mod latency;
mod reattach;
mod table;

use common::{Server, fake, is_measuring, setting, stats::Size};
use table::Table;

type Part = fn(&Server, Size, &mut Table);

const PARTS: [(&str, Part); 6] = [
    ("latency", latency::measure),
    ("pauses", latency::measure_pauses),
    ("callers", callers::measure),
    ("flood", flood::measure),
    ("reattach", reattach::measure),
    ("growth", growth::measure),
];

fn main() {
    if fake::serve_if_asked() {
        return;
    }
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let size = if is_measuring() {
        Size {
            rounds: setting("RATIO_ROUNDS", 7),
            ops: setting("RATIO_OPS", 2_000),
        }
    } else {
        Size { rounds: 1, ops: 20 }
    };
    let mut table = Table::new();
    for server in [Some(Server::fake()), Server::real()].into_iter().flatten() {
        for (name, part) in PARTS {
            if wanted.is_empty() || wanted.iter().any(|part| part == name) {
                eprintln!("{name} on {} ..", server.name);
                part(&server, size, &mut table);
            }
        }
    }
    table.print(size);
}
