//! What is dropped goes on the server too: when the link breaks at that very moment, when the server
//! reads nothing for a while, and when there is very much of it.
//!
//! `DROP_CUTS=500 cargo test --test reconnect dropped -- --ignored --nocapture` cuts the link more often.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use common::{Janus, Version, WireProxy, WsClient, random::Random, wait_for};
use janus_blocking::{
    Config, Connection, EchoTest, Session, SessionId,
    connection::{Backoff, ConnectionState},
    raw::Body,
};
use serde_json::{Value, json};

/// How many handles and sessions are dropped around each cut.
const HANDLES: usize = 900;
const SESSIONS: usize = 100;

/// After so many cuts the proxy, which keeps all it has seen, is a new one.
const EPISODE: u64 = 10;

/// What a busy machine may need to end what is dropped.
const LIMIT: Duration = Duration::from_secs(60);

fn from_environment(name: &str, default: u64) -> u64 {
    let set = std::env::var(name).ok();
    set.map_or(default, |text| text.parse().expect("a number"))
}

/// Asks the Admin API, which keeps no session alive and claims none.
fn admin(server: &Janus, verb: &str, session: Option<SessionId>) -> Value {
    let url = server.admin_url();
    let mut client = WsClient::connect_as(&url, "janus-admin-protocol").expect("Janus runs");
    let secret = server.admin_secret();
    let mut request = json!({ "janus": verb, "transaction": "t", "admin_secret": secret });
    if let Some(session) = session {
        request["session_id"] = json!(session);
    }
    client.send(&request.to_string()).expect("Janus runs");
    let answer = client.recv(LIMIT).expect("Janus answers");
    serde_json::from_str(&answer).expect("it is JSON")
}

/// How many sessions and handles the server has besides that session.
fn left(server: &Janus, own: SessionId) -> (usize, usize) {
    let sessions = admin(server, "list_sessions", None);
    let handles = admin(server, "list_handles", Some(own));
    let length = |list: &Value| list.as_array().expect("a list").len();
    (
        length(&sessions["sessions"]) - 1,
        length(&handles["handles"]),
    )
}

/// Waits until nothing is left, and tells what is.
fn left_in_the_end(server: &Janus, own: SessionId) -> (usize, usize) {
    let none = wait_for(LIMIT, || (left(server, own) == (0, 0)).then_some((0, 0)));
    none.unwrap_or_else(|| left(server, own))
}

fn server(version: Version) -> common::JanusBuilder {
    // Long enough that nothing goes but what was ended.
    let server = Janus::builder().version(version);
    server.session_timeout(3600).reclaim_timeout(3600)
}

/// Drops handles and sessions while the link is cut; how many of each stay on the server.
fn cut_while_dropping(version: Version) -> (usize, usize) {
    let cuts = from_environment("DROP_CUTS", 20);
    let mut random = Random::new(from_environment("DROP_SEED", 20_261_126));
    let server = server(version).start();
    let (begun, mut stayed, mut done) = (Instant::now(), (0, 0), 0);
    while done < cuts {
        let proxy = WireProxy::start(&server);
        let backoff = Backoff::new()
            .first(Duration::from_millis(1))
            .longest(Duration::from_millis(50));
        let janus = Config::new(proxy.url()).reconnect(backoff).open();
        let janus = janus.expect("Janus runs");
        let own = janus.create_session().expect("Janus runs");
        for _ in 0..EPISODE.min(cuts - done) {
            one_cut(&janus, &own, &proxy, random.below(1000));
            done += 1;
        }
        janus.ping().expect("a link");
        let (sessions, handles) = left_in_the_end(&server, own.id());
        stayed = (stayed.0 + sessions, stayed.1 + handles);
        own.destroy().expect("it lives");
    }
    println!(
        "Janus {version}: {done} cuts, {SESSIONS} sessions and {HANDLES} handles dropped at each, \
         {stayed:?} stayed; {:.1?}",
        begun.elapsed()
    );
    stayed
}

fn one_cut(janus: &Connection, own: &Session, proxy: &WireProxy, at: u64) {
    let states = janus.states();
    let mut things: Vec<Box<dyn Send>> = Vec::new();
    for number in 0..HANDLES + SESSIONS {
        things.push(match number % (HANDLES / SESSIONS + 1) {
            0 => Box::new(janus.create_session().expect("a link")),
            _ => Box::new(own.attach::<EchoTest>().expect("a link")),
        });
    }
    let dropped = AtomicU64::new(0);
    let half = things.split_off(things.len() / 2);
    thread::scope(|scope| {
        for half in [things, half] {
            let dropped = &dropped;
            scope.spawn(move || {
                for thing in half {
                    drop(thing);
                    dropped.fetch_add(1, Ordering::AcqRel);
                }
            });
        }
        while dropped.load(Ordering::Acquire) < at {
            thread::yield_now();
        }
        proxy.cut();
    });
    // The next requests have to wait until the cut has been seen.
    while states.recv_timeout(LIMIT).expect("a new link") != ConnectionState::Connected {}
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn nothing_that_is_dropped_while_the_link_breaks_stays_on_the_server() {
    assert_eq!(cut_while_dropping(Version::V1_1_2), (0, 0));
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn nothing_that_is_dropped_while_the_link_breaks_stays_on_the_newer_server() {
    assert_eq!(cut_while_dropping(Version::V1_4_1), (0, 0));
}

/// A link over a WebSocket or a Unix socket of that type, and what it is called.
type Kind = (
    &'static str,
    fn(common::JanusBuilder) -> common::JanusBuilder,
);

const KINDS: [Kind; 3] = [
    ("ws", |server| server),
    ("unix", common::JanusBuilder::unix),
    ("unixdgram", common::JanusBuilder::unix_datagram),
];

/// Drops so many of each while the server stands still and nothing more fits onto the link:
/// dropping does not wait, and when the server goes on, all of it goes without another request.
fn drop_while_it_stands_still(sessions: usize, handles: usize) {
    for version in Version::ALL {
        for (kind, settings) in KINDS {
            let server = settings(server(version)).start();
            let url = match kind {
                "ws" => server.url(),
                _ => server.unix_url(),
            };
            // It stands still for as long as the machine takes to drop all.
            let config = Config::new(url).link_timeout(Duration::from_secs(600));
            let janus = config.open().expect("Janus runs");
            let own = janus.create_session().expect("Janus runs");
            let session = |_| janus.create_session().expect("Janus runs");
            let sessions: Vec<_> = (0..sessions).map(session).collect();
            let handle = |_| own.attach::<EchoTest>().expect("Janus runs");
            let handles: Vec<_> = (0..handles).map(handle).collect();
            let count = (sessions.len(), handles.len());
            fill(&server, &own, kind);
            let begun = Instant::now();
            // Would never end if it waited for room.
            drop((sessions, handles));
            let took = begun.elapsed();
            server.resume();
            let stayed = left_in_the_end(&server, own.id());
            println!(
                "Janus {version} over {kind}: {count:?} dropped in {took:.1?}, {stayed:?} stayed"
            );
            assert_eq!(stayed, (0, 0), "{kind} {version}");
        }
    }
}

/// Makes the server stand still and sends until nothing more goes onto the link: the system takes no more, and neither does the crate.
fn fill(server: &Janus, own: &Session, kind: &str) {
    let (length, times) = match kind {
        "ws" => (300_000, 40),
        _ => (7_900, 400),
    };
    let raw = own.attach_raw("janus.plugin.echotest").expect("a link");
    let handle = raw.into_handle().with_timeout(Duration::from_millis(1));
    server.pause();
    let body = Body(json!({ "nothing": "x".repeat(length) }));
    for _ in 0..times {
        handle.send(&body).expect_err("nobody answers");
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn handles_that_are_dropped_while_the_server_stands_still_go_when_it_goes_on() {
    drop_while_it_stands_still(0, 300);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn twenty_thousand_dropped_sessions_go_from_the_server() {
    drop_while_it_stands_still(20_000, 0);
}
