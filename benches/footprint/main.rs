//! How large is the smallest useful program, and what does it need while it runs?
//!
//! Builds `examples/smallest.rs` as a package of its own that depends on this crate, as a user's
//! program does, and runs it with 1 and with 50 connections. `FOOTPRINT_IDLE` is how many seconds
//! it is watched while nothing happens.

#[path = "../common/mod.rs"]
mod common;

mod build;
mod process;

use std::time::Duration;

use build::{Package, Profile};
use common::{Server, fake, is_measuring, setting};
use process::Smallest;

fn main() {
    if fake::serve_if_asked() {
        return;
    }
    if !is_measuring() {
        // It would build the crate several times over.
        return;
    }
    let package = Package::new();
    sizes(&package);
    crates(&package);
    let program = package.build(&Profile::SMALL);
    let idle = Duration::from_secs(setting("FOOTPRINT_IDLE", 45) as u64);
    println!(
        "\n| server | connections | RSS | of which anonymous | threads | wake-ups in {idle:?} |"
    );
    println!("|---|---|---|---|---|---|");
    for server in [Some(Server::fake()), Server::real()].into_iter().flatten() {
        for connections in [1, 50] {
            let mut smallest = Smallest::start(&program, &server.url, connections);
            let status = smallest.status();
            let before = smallest.wake_ups();
            std::thread::sleep(idle);
            let wake_ups = smallest.wake_ups() - before;
            println!(
                "| {} | {connections} | {} KiB | {} KiB | {} | {wake_ups} |",
                server.name, status.rss, status.anonymous, status.threads
            );
        }
    }
}

/// The program's size, by what was done for it.
fn sizes(package: &Package) {
    println!("| profile | size |\n|---|---|");
    for profile in Profile::ALL {
        let program = package.build(profile);
        let size = std::fs::metadata(&program).expect("it was built").len();
        println!("| {} | {} KiB |", profile.name, size.div_ceil(1024));
    }
    let size = package.empty_program(&Profile::SMALL);
    println!(
        "| a program that does nothing, so built | {} KiB |",
        size.div_ceil(1024)
    );
}

fn crates(package: &Package) {
    let linked = package.tree(&["normal,no-proc-macro"]);
    let all = package.tree(&["normal,build"]);
    println!(
        "\n{} crates are linked; {} more are needed to compile (macros and their crates).",
        linked.len(),
        all.len() - linked.len()
    );
    println!("Linked: {}.", linked.join(", "));
}
