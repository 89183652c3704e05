//! Runs all scenarios on all servers, side by side, and says what came of it.

use std::any::Any;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::compare::{difference, only_in_one};
use super::differences::{DIFFERENCES, Difference};
use super::target::{Servers, Target};
use super::world::{Scenario, World};

/// Scenarios mostly wait.
const THREADS: usize = 24;

/// A record, or why there is none.
type Record = Result<Vec<String>, String>;
/// The records of one scenario, in the order of [`Target::ALL`].
type Records = [Record; Target::ALL.len()];

/// Runs every scenario on every server. Those that come first here begin first.
pub fn run(scenarios: &[Scenario]) -> Vec<Records> {
    let servers = Servers::default();
    let jobs: Vec<(usize, usize)> = (0..scenarios.len())
        .flat_map(|scenario| (0..Target::ALL.len()).map(move |target| (scenario, target)))
        .collect();
    let empty = || Target::ALL.map(|_| Err("it was not run".to_owned()));
    let records = Mutex::new(scenarios.iter().map(|_| empty()).collect::<Vec<Records>>());
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some((scenario, target)) = jobs.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let run = || {
                        let target = Target::ALL[*target];
                        World::run(&scenarios[*scenario], &servers, target)
                    };
                    let record = catch_unwind(AssertUnwindSafe(run)).map_err(|why| text_of(&*why));
                    let mut records = records.lock().expect("nobody panics with it");
                    records[*scenario][*target] = record;
                }
            });
        }
    });
    records.into_inner().expect("nobody panics with it")
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    format!("it panicked: {}", text.unwrap_or("without a text"))
}

/// What is wrong with the records of one scenario; nothing if the text is empty.
fn problems(name: &str, records: &Records) -> String {
    let mut text = String::new();
    for (target, record) in Target::ALL.iter().zip(records) {
        if let Err(why) = record {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "  on {target} {why}");
        }
    }
    let [Ok(old), Ok(new), Ok(fake_old), Ok(fake_new)] = records else {
        return text;
    };
    for (version, real, fake) in [("1.1.2", old, fake_old), ("1.4.1", new, fake_new)] {
        if real != fake {
            let lines = difference(real, fake);
            let _ = writeln!(
                text,
                "  {version} (-) and the fake of it (+) differ:\n{lines}"
            );
        }
    }
    let (only_old, only_new) = only_in_one(old, new);
    let listed = DIFFERENCES.iter().find(|listed| listed.scenario == name);
    let expected = listed.map_or((&[][..], &[][..]), |listed| {
        (listed.only_1_1_2, listed.only_1_4_1)
    });
    if expected != (&only_old[..], &only_new[..]) {
        let lines = difference(old, new);
        let _ = writeln!(
            text,
            "  1.1.2 (-) and 1.4.1 (+) do not differ as listed:\n{lines}\
             \x20   only 1.1.2: {only_old:#?}\n    only 1.4.1: {only_new:#?}"
        );
    }
    text
}

/// The table, and everything that is wrong.
pub fn report(scenarios: &[Scenario], records: &[Records], all: bool) -> (String, String) {
    let (mut table, mut wrong) = (String::new(), String::new());
    let _ = writeln!(
        table,
        "{:<58} {:^8} {:^8} {:^10} {:^10}",
        "scenario", "1.1.2", "1.4.1", "fake 1.1.2", "fake 1.4.1"
    );
    for (scenario, records) in scenarios.iter().zip(records) {
        let name = scenario.name;
        let problems = problems(name, records);
        let reference = records[0].as_ref().ok();
        let listed = DIFFERENCES.iter().any(|listed| listed.scenario == name);
        let [old, new, fake_old, fake_new] = [0, 1, 2, 3].map(|target: usize| {
            // The fake is compared with the version that it is; the new version with the old.
            let same = records[target].as_ref().ok() == reference;
            let as_real = records[target].as_ref().ok() == records[target % 2].as_ref().ok();
            match records[target] {
                Err(_) => "FAILED",
                Ok(_) if !as_real => "DIFFERS",
                Ok(_) if same => "equal",
                Ok(_) if listed => "listed",
                Ok(_) => "DIFFERS",
            }
        });
        let _ = writeln!(
            table,
            "{name:<58} {old:^8} {new:^8} {fake_old:^10} {fake_new:^10}"
        );
        if !problems.is_empty() {
            let _ = writeln!(wrong, "{name}:\n{problems}");
        }
    }
    for Difference { scenario, .. } in DIFFERENCES {
        let is_there = scenarios.iter().filter(|one| one.name == *scenario).count();
        let listed = DIFFERENCES.iter().filter(|one| one.scenario == *scenario);
        if all && (is_there != 1 || listed.count() != 1) {
            let _ = writeln!(wrong, "`{scenario}` of the list is not one scenario");
        }
    }
    let listed = DIFFERENCES.len();
    let _ = writeln!(
        table,
        "{} scenarios, {listed} of them with listed differences between the versions",
        scenarios.len()
    );
    for difference in DIFFERENCES {
        let _ = writeln!(table, "  {}: {}", difference.scenario, difference.reason);
    }
    (table, wrong)
}
