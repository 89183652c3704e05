//! Links that break without a sign: only the silence tells.

use std::{
    process::Command,
    thread,
    time::{Duration, Instant},
};

use common::{Action, Direction, Janus, Version, WireProxy, program::in_own_namespace, wait_until};
use janus_blocking::{CloseReason, connection::ConnectionState};

use super::world::{LIMIT, SOON, World, assert_broken, config, configure};

const LINK: Duration = Duration::from_millis(800);

fn half_open(version: Version) {
    // Janus keeps nothing here, and does not notice either: claiming takes no more than the link.
    let server = Janus::builder().version(version).start();
    let proxy = WireProxy::start(&server);
    let world = World::open(config(proxy.url()).link_timeout(LINK));
    // Without traffic of the program's the signs of life keep it.
    thread::sleep(LINK * 2);
    assert_eq!(world.janus.state(), ConnectionState::Connected);

    proxy.freeze();
    let begun = Instant::now();
    thread::scope(|scope| {
        let once = scope.spawn(|| {
            assert_broken(&configure(&world.echo).expect_err("no answer"));
            begun.elapsed()
        });
        let repeated = scope.spawn(|| {
            world.rooms.exists(1).expect("it is sent again");
            begun.elapsed()
        });
        for (name, thread) in [("not repeated", once), ("repeated", repeated)] {
            let took = thread.join().expect("no panic");
            println!("{version}: {name}: after {took:?} of silence");
            assert!(took < LINK + SOON, "{took:?}");
        }
    });
    let states = world.connected();
    let why = CloseReason::LinkSilent;
    assert_eq!(states[0], ConnectionState::Reconnecting { why, attempt: 0 });
    // Counted from what was heard last, not from when the silence was noticed.
    let gap = world.assert_told();
    assert!(gap >= LINK, "{gap:?}");
    world.assert_alive();
    assert_eq!(proxy.connections(), 2);

    // Janus reads the end of the old link only now, behind the claim: it takes no session with it.
    assert_eq!(proxy.open_links(), 2);
    proxy.resume();
    wait_until(SOON * 5, "the old link is gone", || proxy.open_links() == 1);
    world.assert_alive();
    world.janus.close();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_half_open_link_is_noticed_after_the_link_timeout_and_made_anew() {
    half_open(Version::V1_1_2);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_half_open_link_is_noticed_and_made_anew_on_the_newer_janus() {
    half_open(Version::V1_4_1);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_link_that_falls_silent_while_sessions_are_claimed_is_given_up_too() {
    let server = Janus::builder().reclaim_timeout(20).start();
    let proxy = WireProxy::start(&server);
    let world = World::open(config(proxy.url()).link_timeout(LINK));
    // The answer to `info` passes, those to `claim` do not.
    proxy.filter(|direction, text| {
        let claimed = direction == Direction::ToClient && !text.contains("server_info");
        if claimed {
            Action::Drop
        } else {
            Action::Forward
        }
    });
    let begun = Instant::now();
    proxy.cut();
    wait_until(SOON * 5, "it was given up", || proxy.connections() > 2);
    let took = begun.elapsed();
    println!("given up after {took:?}");
    assert!(took < LINK + SOON, "{took:?}");
    proxy.no_filter();
    // Whichever link is being tried just now is given up as well.
    wait_until(LINK + SOON * 2, "there is a link", || {
        world.janus.state() == ConnectionState::Connected
    });
    world.assert_told();
    world.assert_alive();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_link_that_stalls_for_less_than_the_link_timeout_is_kept() {
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    let world = World::open(config(proxy.url()).link_timeout(LINK * 2));
    for _ in 0..3 {
        proxy.stall();
        thread::scope(|scope| {
            let call = scope.spawn(|| configure(&world.echo));
            thread::sleep(LINK);
            proxy.resume();
            call.join().expect("no panic").expect("it comes late");
        });
    }
    assert_eq!(proxy.connections(), 1);
    assert!(world.states.is_empty());
}

/// How long a link may be asked for a sign of life.
const PROOF: Duration = Duration::from_secs(5);

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_call_without_an_answer_ends_a_link_that_is_silent() {
    let server = Janus::builder().reclaim_timeout(60).start();
    let proxy = WireProxy::start(&server);
    let world = World::open(config(proxy.url()).request_timeout(Duration::from_secs(2)));
    proxy.freeze();
    let error = configure(&world.echo).expect_err("no answer");
    assert!(error.is_timeout(), "{error:?}");
    // Not after the link timeout, which is 25 s.
    let lost = world.states.recv_timeout(PROOF + SOON);
    let why = CloseReason::LinkSilent;
    assert_eq!(lost, Ok(ConnectionState::Reconnecting { why, attempt: 0 }));
    world.connected();
    world.assert_told();
    world.assert_alive();
    assert_eq!(proxy.connections(), 2);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_long_call_ends_with_its_silent_link() {
    let server = Janus::builder().reclaim_timeout(60).start();
    let proxy = WireProxy::start(&server);
    let world = World::open(config(proxy.url()).request_timeout(Duration::from_secs(60)));
    proxy.freeze();
    let begun = Instant::now();
    assert_broken(&configure(&world.echo).expect_err("no answer"));
    let took = begun.elapsed();
    assert!(took < PROOF * 2 + SOON, "{took:?}");
    world.connected();
    world.assert_told();
    world.assert_alive();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_call_without_an_answer_leaves_a_link_that_lives() {
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    let world = World::open(config(proxy.url()).request_timeout(PROOF * 2));
    // Pongs pass.
    proxy.filter(|direction, _| match direction {
        Direction::ToClient => Action::Drop,
        _ => Action::Forward,
    });
    let error = configure(&world.echo).expect_err("no answer");
    assert!(error.is_timeout(), "{error:?}");
    proxy.no_filter();
    configure(&world.echo).expect("the link stands");
    assert!(world.states.is_empty());
    assert_eq!(proxy.connections(), 1);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_quiet_link_whose_way_is_gone_is_noticed_before_its_session_ends() {
    if !in_own_namespace(
        module_path!(),
        "a_quiet_link_whose_way_is_gone_is_noticed_before_its_session_ends",
    ) {
        return;
    }
    let server = Janus::builder().session_timeout(60).start();
    let world = World::open(config(server.url()));
    let loopback = |up_or_down: &str| {
        let set = ["link", "set", "lo", up_or_down];
        let set = Command::new("ip").args(set).status();
        assert!(set.expect("`ip` is there").success());
    };
    loopback("down");
    // The kernel's probes: 10 s of silence, then three in 9 s. They end where a keepalive
    // comes between.
    let first = world.states.recv_timeout(LIMIT + SOON);
    loopback("up");
    let ConnectionState::Reconnecting { why, .. } = first.expect("noticed") else {
        panic!("{first:?}")
    };
    let whys = [CloseReason::LinkBroken, CloseReason::LinkSilent];
    assert!(whys.contains(&why), "{why:?}");
    world.connected();
    world.assert_told();
    world.assert_alive();
}
