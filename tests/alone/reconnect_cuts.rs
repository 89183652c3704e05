//! Two hundred cuts of the link at random moments, under a program that does everything at once; over HTTP
//! a hundred, of one of the link's connections or of all.
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

use common::{Authority, Janus, JanusBuilder, Version, WireProxy, random::Random, wait_until};
use counts::Counts;
use cutter::Cutter;
use janus_blocking::{
    Config,
    connection::{Backoff, ConnectionState},
    tls::{Pem, Tls},
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

/// What carries the messages.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wire {
    WebSocket,
    Http,
    Https,
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn two_hundred_cuts_lose_nothing_and_repeat_nothing() {
    own_process(
        "two_hundred_cuts_lose_nothing_and_repeat_nothing",
        Wire::WebSocket,
        Version::V1_1_2,
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn two_hundred_cuts_lose_nothing_and_repeat_nothing_on_the_newer_janus() {
    own_process(
        "two_hundred_cuts_lose_nothing_and_repeat_nothing_on_the_newer_janus",
        Wire::WebSocket,
        Version::V1_4_1,
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn cuts_of_http_lose_nothing_and_repeat_nothing() {
    own_process(
        "cuts_of_http_lose_nothing_and_repeat_nothing",
        Wire::Http,
        Version::V1_1_2,
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn cuts_of_http_lose_nothing_and_repeat_nothing_on_the_newer_janus() {
    own_process(
        "cuts_of_http_lose_nothing_and_repeat_nothing_on_the_newer_janus",
        Wire::Http,
        Version::V1_4_1,
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn cuts_of_https_lose_nothing_and_repeat_nothing() {
    own_process(
        "cuts_of_https_lose_nothing_and_repeat_nothing",
        Wire::Https,
        Version::V1_1_2,
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn cuts_of_https_lose_nothing_and_repeat_nothing_on_the_newer_janus() {
    own_process(
        "cuts_of_https_lose_nothing_and_repeat_nothing_on_the_newer_janus",
        Wire::Https,
        Version::V1_4_1,
    );
}

fn own_process(test: &str, wire: Wire, version: Version) {
    if alone(module_path!(), test) {
        cuts(wire, version);
    }
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
    let threads = process::threads();
    let own = threads
        .iter()
        .filter(|(name, _)| name.starts_with("janus-"));
    (own.count(), process::sockets())
}

impl Wire {
    /// How many cuts there are unless the environment says.
    fn count(self) -> u64 {
        match self {
            Self::WebSocket => 200,
            Self::Http | Self::Https => 100,
        }
    }

    fn server(self, ca: &Authority, version: Version) -> Janus {
        let builder = Janus::builder().version(version).reclaim_timeout(20);
        // A poll that its client has left takes one of 1,020 connections for 30 s.
        let http = "janus.transport.http.jcfg";
        let many = |builder: JanusBuilder| builder.setting(http, "mhd_connection_limit = 10000");
        let builder = match self {
            Self::WebSocket => builder,
            Self::Http => many(builder.http()),
            // Nobody else can read what comes: Janus writes it to its log.
            Self::Https => many(builder.http().tls(&ca.issue(&["localhost"])))
                .setting("general", "debug_level = 6"),
        };
        builder.start()
    }

    fn proxy(self, server: &Janus) -> WireProxy {
        WireProxy::to_port(match self {
            Self::WebSocket => server.port(),
            Self::Http => server.http_port(),
            Self::Https => server.https_port(),
        })
    }

    fn config(self, proxy: &WireProxy, ca: &Authority) -> Config {
        let port = proxy.port();
        match self {
            Self::WebSocket => Config::new(proxy.url()),
            Self::Http => Config::new(format!("http://127.0.0.1:{port}")),
            Self::Https => Config::new(format!("https://localhost:{port}"))
                .tls(Tls::new().ca(Pem::text(ca.pem()))),
        }
    }
}

/// The requests that were sent, as the proxy or Janus has read them.
fn sent(wire: Wire, proxy: &WireProxy, server: &Janus) -> Vec<String> {
    match wire {
        Wire::Https => account::logged(server),
        _ => proxy.sent(),
    }
}

fn cuts(wire: Wire, version: Version) {
    let count = from_environment("CUTS", wire.count());
    let seed = from_environment("CUTS_SEED", 20_261_122);
    println!("cuts: {wire:?}, Janus {version}, {count} cuts, seed {seed}, backoff from {FIRST:?}");
    let before = own();

    let ca = Authority::new("ours");
    let server = wire.server(&ca, version);
    let proxy = wire.proxy(&server);
    let janus = wire
        .config(&proxy, &ca)
        .request_timeout(REQUEST)
        .reconnect(Backoff::new().first(FIRST).longest(LONGEST))
        .open()
        .expect("Janus runs");
    let (states, load) = (janus.states(), Load::new(&janus, &server));
    let cutter = Cutter::new(&proxy, wire, Random::new(seed));
    let counts = Counts::new(REQUEST, &cutter.cuts);

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
    account::assert_sent_once(&sent(wire, &proxy, &server), &counts);
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
