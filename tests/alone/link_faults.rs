//! What each fault of a link costs: when it is noticed, when the session can be used again after its
//! end, and whether it was kept.
//!
//! Each program is in a network namespace of its own, with a link to the server's that is broken in
//! the kernel.

mod client;
mod network;

use std::{
    collections::HashMap,
    fmt::Write,
    thread,
    time::{Duration, Instant},
};

use common::{Authority, Janus, program::in_own_namespace};

use client::Client;
use network::Network;

/// What has not come by then does not come.
const LIMIT: Duration = Duration::from_secs(60);

/// A program is quiet for so long before the fault.
const QUIET: Duration = Duration::from_secs(2);

/// A third of the session timeout, and what a busy machine takes.
const THIRD: Duration = Duration::from_secs(20);
const SLACK: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Fault {
    /// No packet arrives any more, in either direction.
    Drop(u64),
    /// The program's own interface is down.
    Down(u64),
    /// The program gets another address, some seconds after it has lost the first.
    Address(u64),
    /// What is between forgets connections after 15 s without a packet.
    Forgets(u64),
    /// The program is stopped, and its kernel goes on.
    Stop(u64),
}

impl Fault {
    const ALL: [Self; 7] = [
        Self::Drop(20),
        Self::Drop(90),
        Self::Down(5),
        Self::Down(90),
        Self::Address(4),
        Self::Forgets(60),
        Self::Stop(40),
    ];

    fn name(self) -> String {
        match self {
            Self::Drop(seconds) => format!("silent drop, {seconds} s"),
            Self::Down(seconds) => format!("interface down, {seconds} s"),
            Self::Address(seconds) => format!("address changed, {seconds} s without one"),
            Self::Forgets(seconds) => format!("NAT forgets after 15 s, for {seconds} s"),
            Self::Stop(seconds) => format!("program stopped, {seconds} s"),
        }
    }

    /// The links that it can happen to.
    fn links(self) -> &'static [&'static str] {
        match self {
            Self::Stop(_) => &["ws", "wss", "http", "unix"],
            _ => &["ws", "wss", "http"],
        }
    }

    /// Begins it, waits, and ends it.
    fn happens(self, network: &Network, client: &Client) {
        let wait = |seconds| thread::sleep(Duration::from_secs(seconds));
        match self {
            Self::Drop(seconds) => {
                network.drop_packets(true);
                wait(seconds);
                network.drop_packets(false);
            }
            Self::Down(seconds) => {
                network.interface(false);
                wait(seconds);
                network.interface(true);
            }
            Self::Address(seconds) => {
                network.lose_address();
                wait(seconds);
                network.get_address(3);
            }
            Self::Forgets(seconds) => {
                network.forget();
                wait(seconds);
            }
            Self::Stop(seconds) => {
                client.signal("STOP");
                wait(seconds);
                client.signal("CONT");
            }
        }
    }
}

/// One program and its fault.
struct Cell {
    fault: Fault,
    link: &'static str,
    calls: bool,
}

struct Outcome {
    noticed: Option<Duration>,
    usable: Option<Duration>,
    kept: bool,
}

impl Cell {
    fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for fault in Fault::ALL {
            for link in fault.links() {
                all.extend([false, true].map(|calls| Self { fault, link, calls }));
            }
        }
        all
    }

    fn run(&self, number: usize, url: &str, ca: &str) -> Outcome {
        let mut client = Client::start(url, ca, self.calls, 1);
        let network = Network::connect(number, client.id());
        client.say("connected");
        client.wait_for("ready", LIMIT).expect("it connects");
        thread::sleep(QUIET);
        let begun = Instant::now();
        self.fault.happens(&network, &client);
        let end = Instant::now();
        client.say("end");
        let usable = client.wait_for("usable", LIMIT);
        // What was stopped can notice nothing.
        let stopped = matches!(self.fault, Fault::Stop(_));
        let from = if stopped { end } else { begun };
        let noticed = client.heard("lost");
        Outcome {
            noticed: noticed.map(|at| at.saturating_duration_since(from)),
            usable: usable.map(|at| at - end),
            kept: usable.is_some() && client.heard("gone").is_none(),
        }
    }
}

fn table(cells: &[Cell], outcomes: &[Outcome]) -> String {
    let seconds = |time: Option<Duration>, none: &str| {
        time.map_or_else(
            || none.to_owned(),
            |time| format!("{:.1}", time.as_secs_f64()),
        )
    };
    let mut table = String::from(
        "| fault | link | program | noticed after, s | usable after its end, s | session |\n\
         |---|---|---|---|---|---|\n",
    );
    for (Cell { fault, link, calls }, outcome) in cells.iter().zip(outcomes) {
        let _ = writeln!(
            table,
            "| {} | {link} | {} | {} | {} | {} |",
            fault.name(),
            if *calls { "calls" } else { "idle" },
            seconds(outcome.noticed, "not at all"),
            seconds(outcome.usable, "never"),
            if outcome.kept { "kept" } else { "gone" },
        );
    }
    table
}

#[test]
#[ignore = "needs Janus, nft and root: run tests/run"]
fn what_each_fault_of_a_link_costs() {
    if !in_own_namespace(module_path!(), "what_each_fault_of_a_link_costs") {
        return;
    }
    let ca = Authority::new("house CA");
    let server = network::server(&ca, 60);
    let cells = Cell::all();
    let outcomes: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = cells
            .iter()
            .enumerate()
            .map(|(number, cell)| {
                let (url, ca) = (url(&server, cell.link), ca.pem());
                scope.spawn(move || cell.run(number, &url, &ca))
            })
            .collect();
        let outcomes = running
            .into_iter()
            .map(|cell| cell.join().expect("no panic"));
        outcomes.collect()
    });
    println!("{}", table(&cells, &outcomes));

    let mut late = HashMap::new();
    for (cell, outcome) in cells.iter().zip(&outcomes) {
        let name = format!("{} {} {}", cell.fault.name(), cell.link, cell.calls);
        let lasts = match cell.fault {
            Fault::Drop(seconds) | Fault::Down(seconds) => seconds,
            _ => 0,
        };
        // What lasts longer than the server waits ends the session.
        assert!(outcome.kept || lasts > 60, "{name}");
        if lasts > 60 && outcome.noticed.is_none_or(|time| time > THIRD + SLACK) {
            late.insert(name, outcome.noticed);
        }
    }
    assert!(late.is_empty(), "{late:?}");
}

fn url(server: &Janus, link: &str) -> String {
    match link {
        "ws" => server.url(),
        "wss" => server.wss_url(),
        "http" => server.http_url(),
        _ => return server.unix_url(),
    }
    .replace("127.0.0.1", network::SERVER)
    .replace("localhost", network::SERVER)
}

#[test]
#[ignore = "needs Janus, nft and root: run tests/run"]
fn all_of_fifty_sessions_survive_a_change_of_address() {
    const SESSIONS: usize = 50;
    if !in_own_namespace(
        module_path!(),
        "all_of_fifty_sessions_survive_a_change_of_address",
    ) {
        return;
    }
    let ca = Authority::new("house CA");
    // It keeps none, but does not see that a link is gone either.
    let server = network::server(&ca, 0);
    for calls in [false, true] {
        let mut client = Client::start(&url(&server, "ws"), &ca.pem(), calls, SESSIONS);
        let network = Network::connect(usize::from(calls), client.id());
        client.say("connected");
        client.wait_for("ready", LIMIT).expect("it connects");
        Fault::Address(4).happens(&network, &client);
        client.say("end");
        let begun = Instant::now();
        for _ in 0..SESSIONS {
            client.wait_for("usable", LIMIT).expect("a link");
        }
        println!("calls: {calls}: usable after {:?}", begun.elapsed());
        assert!(client.heard("gone").is_none());
    }
}
