//! Two hundred cuts of the link at random moments, under a program that does everything at once.
//!
//! `CUTS=1000 CUTS_SEED=7 cargo test --test alone reconnect_cuts -- --ignored --nocapture` makes more of
//! them, and others. When what happens depends on threads, so that a seed gives the same kind of
//! run and not the same run.

mod account;
mod counts;
mod cutter;
mod load;

use std::{
    thread,
    time::{Duration, Instant},
};

use common::{Janus, Version, WireProxy, random::Random, wait_until};
use counts::Counts;
use cutter::Cutter;
use janus_blocking::{
    Config,
    connection::{Backoff, ConnectionState},
};
use load::Load;

use crate::{alone, process};

/// How long requests wait. A link is made anew in milliseconds, so that none gets there.
const REQUEST: Duration = Duration::from_secs(5);

/// The pause before the first attempt is drawn from 0 to this: an attempt at once would find the
/// same server, and what it takes is what is to be measured.
const FIRST: Duration = Duration::from_millis(5);
const LONGEST: Duration = Duration::from_millis(50);

/// The longest pause between two cuts.
const PAUSE: u64 = 120;

const SOON: Duration = Duration::from_secs(10);

#[test]
#[ignore = "needs Janus: run tests/run"]
fn two_hundred_cuts_lose_nothing_and_repeat_nothing() {
    if !alone(
        module_path!(),
        "two_hundred_cuts_lose_nothing_and_repeat_nothing",
    ) {
        return;
    }
    cuts(Version::V1_1_2);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn two_hundred_cuts_lose_nothing_and_repeat_nothing_on_the_newer_janus() {
    if !alone(
        module_path!(),
        "two_hundred_cuts_lose_nothing_and_repeat_nothing_on_the_newer_janus",
    ) {
        return;
    }
    cuts(Version::V1_4_1);
}

fn from_environment(name: &str, default: u64) -> u64 {
    let set = std::env::var(name).ok();
    set.map_or(default, |text| text.parse().expect("a number"))
}

/// How many links there were, if the states tell one story: attempts are counted from the loss on,
/// and end with a link.
#[track_caller]
fn links(states: &[ConnectionState]) -> u64 {
    let (mut links, mut next) = (0, 0);
    for (at, state) in states.iter().enumerate() {
        let story = &states[at.saturating_sub(3)..=at];
        match *state {
            ConnectionState::Reconnecting { attempt, .. } => {
                assert_eq!(attempt, next, "{story:?}");
                next += 1;
            }
            _ => {
                assert!(next > 1, "{story:?}");
                (links, next) = (links + 1, 0);
            }
        }
    }
    links
}

/// The threads of connections, and the sockets that are open.
fn own() -> (usize, usize) {
    (process::named("janus-reader"), process::sockets())
}

fn cuts(version: Version) {
    let count = from_environment("CUTS", 200);
    let seed = from_environment("CUTS_SEED", 20_261_122);
    println!("cuts: Janus {version}, {count} cuts, seed {seed}, backoff from {FIRST:?}");
    let before = own();

    let server = Janus::builder()
        .version(version)
        .reclaim_timeout(20)
        .start();
    let proxy = WireProxy::start(&server);
    let janus = Config::new(proxy.url())
        .request_timeout(REQUEST)
        .reconnect(Backoff::new().first(FIRST).longest(LONGEST))
        .open()
        .expect("Janus runs");
    let (states, counts) = (janus.states(), Counts::new(REQUEST));
    let load = Load::new(&janus, &server);
    let cutter = Cutter::new(&proxy, Random::new(seed));

    let begun = Instant::now();
    thread::scope(|scope| {
        let threads = load.start(scope, &counts);
        // The threads end whatever happens here, so that a failure shows instead of hanging.
        let end = load.end_on_drop();
        let mut done = 0;
        while done < count {
            thread::sleep(Duration::from_millis(cutter.random(PAUSE)));
            let (cuts, last) = cutter.cut();
            done += cuts;
            // Sent behind the cut; repeated by the connection as often as it takes.
            counts.recovered(cutter.name(), || load.probe(), last);
        }
        println!(
            "cuts: {done} in {:.1?}: {}",
            begun.elapsed(),
            cutter.summary()
        );
        cutter.rest();
        wait_until(SOON, "the link stands", || {
            janus.state() == ConnectionState::Connected
        });
        drop(end);
        for thread in threads {
            thread.join().expect("no panic");
        }
    });
    let links = links(&states.try_iter().collect::<Vec<_>>());
    println!("cuts: {links} links; {counts}");
    counts.assert_well();
    assert!(links >= count / 2, "only {links} links were made");

    load.assert_usable(links, &counts);
    account::assert_sent_once(&proxy.sent(), &counts);
    account::assert_rooms(&server, &counts);
    account::assert_handles(&server, &load, &counts);
    load.finish();
    janus.close();
    account::assert_left_over(&server, &counts);
    wait_until(SOON, "the proxy has no link", || proxy.open_links() == 0);
    drop(proxy);
    drop(server);
    wait_until(SOON, "no thread and no file is left", || own() == before);
}
