//! Every rule of attach, reattach, abandon and claim over every transport, on real servers of both
//! versions; the run is the table in `docs/TRANSPORTS.md`.
#![cfg(target_os = "linux")]

mod attach;
mod events;
mod life;
mod limits;
mod page;
mod pairs;
mod plugins;
mod servers;
mod slow;
mod wire_text;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
    time::{Duration, Instant},
};

use common::Version;
use page::{Matrix, Row};
use servers::{Servers, Transport};

/// What a busy machine may need for one step.
const LIMIT: Duration = Duration::from_secs(10);

/// What was seen of a rule over a transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    /// It holds.
    Yes,
    /// It cannot hold, for this reason; what happens instead was seen.
    ByNature(&'static str),
}

/// One rule; `check` panics when what it sees is neither.
struct Rule {
    name: &'static str,
    check: fn(&Servers, Transport) -> Cell,
}

/// The rules, in the order of the table.
fn rules() -> Vec<Rule> {
    [
        attach::RULES,
        plugins::RULES,
        events::RULES,
        life::RULES,
        limits::RULES,
    ]
    .concat()
    .into_iter()
    .map(|(name, check)| Rule { name, check })
    .collect()
}

/// Checks all rules on one version; the failures are told and leave their cells empty.
fn run(version: Version) -> (Vec<Row>, Vec<String>) {
    let servers = Servers::start(version);
    let (mut rows, mut failures) = (Vec::new(), Vec::new());
    let look = |name: &str, transport: Transport, check: &dyn Fn() -> Cell| {
        let begun = Instant::now();
        let cell = catch_unwind(AssertUnwindSafe(check));
        let took = begun.elapsed();
        println!("{version} {transport}: {name}: {cell:?} in {took:?}");
        cell.map_err(|_| format!("{version} {transport}: {name}"))
    };
    let mut seen = |name: &str, cells: Vec<Result<Cell, String>>| {
        rows.push(Row::new(name, &cells));
        failures.extend(cells.into_iter().filter_map(Result::err));
    };
    for Rule { name, check } in rules() {
        let cell = |transport| look(name, transport, &|| check(&servers, transport));
        seen(name, Transport::ALL.map(cell).into());
    }
    // These wait for Janus's timers, each on a server of its own.
    for (name, check) in slow::RULES {
        let cells = thread::scope(|scope| {
            let cell = |transport| {
                scope.spawn(move || look(name, transport, &|| check(version, transport)))
            };
            let cells = Transport::ALL.map(cell);
            cells.map(|cell| cell.join().expect("its panic was caught"))
        });
        seen(name, cells.into());
    }
    for from in Transport::ALL {
        let name = pairs::name(from);
        let cell = |to| look(&name, to, &|| pairs::check(&servers, from, to));
        seen(&name, Transport::ALL.map(cell).into());
    }
    (rows, failures)
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_rules_hold_over_every_transport_as_the_page_says() {
    wire_text::keep();
    let begun = Instant::now();
    let runs = thread::scope(|scope| {
        let runs = Version::ALL.map(|version| scope.spawn(move || run(version)));
        runs.map(|run| run.join().expect("a run ends"))
    });
    println!("both versions in {:?}", begun.elapsed());
    let [(old, mut failures), (new, more)] = runs;
    failures.extend(more);
    assert!(failures.is_empty(), "{failures:#?}");
    Matrix { old, new }.assert_current();
}

#[test]
fn the_page_has_every_rule_and_every_transport() {
    let page = page::read();
    for transport in Transport::ALL {
        assert!(
            page.contains(&format!("| {transport} |")) || page.contains(&format!(" {transport} |"))
        );
    }
    let slow = slow::RULES.iter().map(|(name, _)| *name);
    for name in rules().iter().map(|rule| rule.name).chain(slow) {
        assert!(page.contains(&format!("| {name} |")), "{name}");
    }
    for from in Transport::ALL {
        assert!(
            page.contains(&format!("| {} |", pairs::name(from))),
            "{from}"
        );
    }
}
