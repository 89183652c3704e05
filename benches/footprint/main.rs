//! How large is the smallest useful program, and what does it need while it runs?
//!
//! Builds `examples/smallest.rs` as a package of its own that depends on this crate, as a user's
//! program does, and runs it with 1 and with 50 connections. `FOOTPRINT_IDLE` is how many seconds
//! it is watched while nothing happens.

#[path = "../common/mod.rs"]
mod common;

mod build;
mod process;

use std::{path::PathBuf, thread, time::Duration};

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
    // Kept beside each other, as one build overwrites the other.
    let programs = [&Profile::SMALL, &Profile::DEFAULT].map(|profile| {
        let built = package.build(profile);
        let kept = built.with_file_name(match profile.features {
            None => "smallest-default",
            Some(_) => "smallest-log",
        });
        std::fs::copy(&built, &kept).expect("it was built");
        kept
    });
    watch(&programs);
}

/// Watches all at once, as nothing happens.
fn watch(programs: &[PathBuf; 2]) {
    let idle = Duration::from_secs(setting("FOOTPRINT_IDLE", 45) as u64);
    println!(
        "\n| server | features | connections | RSS | of which anonymous | threads | wake-ups in {idle:?} |"
    );
    println!("|---|---|---|---|---|---|---|");
    let servers = [Some(Server::fake()), Server::real()];
    let mut all = Vec::new();
    for server in servers.iter().flatten() {
        for (program, features) in programs.iter().zip(["`log`", "default"]) {
            for connections in [1, 50] {
                let smallest = Smallest::start(program, &server.url, connections);
                all.push((server.name, features, connections, smallest));
            }
        }
    }
    let before: Vec<_> = all.iter_mut().map(|(.., it)| it.wake_ups()).collect();
    thread::sleep(idle);
    for ((server, features, connections, smallest), before) in all.iter_mut().zip(before) {
        let wake_ups = smallest.wake_ups() - before;
        let status = smallest.status();
        println!(
            "| {server} | {features} | {connections} | {} KiB | {} KiB | {} | {wake_ups} |",
            status.rss, status.anonymous, status.threads
        );
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
    for (features, profile) in [
        ("only the feature `log`", &Profile::SMALL),
        ("the default features", &Profile::DEFAULT),
    ] {
        let linked = package.tree(&["normal,no-proc-macro"], profile);
        let all = package.tree(&["normal,build"], profile);
        println!(
            "\nWith {features} {} crates are linked; {} more are needed to compile \
             (macros and their crates).",
            linked.len(),
            all.len() - linked.len()
        );
        println!("Linked: {}.", linked.join(", "));
    }
}
