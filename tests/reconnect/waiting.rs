//! Those who wait over a cut, and sessions that are kept alive behind it.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use common::{Janus, Version, WireProxy};
use crossbeam_channel::{after, select};
use janus_blocking::{EchoTest, Event, Session, echotest::Settings};

use super::world::{LIMIT, SOON, World, config, configure};

/// What somebody who waits for events gets, one after the other.
type Told = (&'static str, bool);

fn told(name: &'static str, event: &Event<janus_blocking::echotest::Event>) -> Told {
    (name, matches!(event, Event::Reconnected { .. }))
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn whoever_waits_for_events_goes_on_waiting_over_a_cut() {
    for version in Version::ALL {
        let server = Janus::builder()
            .version(version)
            .reclaim_timeout(20)
            .start();
        let proxy = WireProxy::start(&server);
        let world = World::open(config(proxy.url()));
        let attach = || world.session.attach::<EchoTest>().expect("a handle");
        let (iterates, selects) = (attach(), attach());
        let (tell, hears) = mpsc::channel();
        thread::scope(|scope| {
            let tells = tell.clone();
            let iterating = &iterates;
            scope.spawn(move || {
                for event in iterating.events().iter().flatten().take(6) {
                    tells.send(told("iter", &event)).expect("the test hears");
                }
            });
            let selecting = &selects;
            scope.spawn(move || {
                let (events, over) = (selecting.events(), after(LIMIT));
                // Asked for once: then nothing but the channel says that there is somebody.
                let receiver = events.receiver();
                for _ in 0..6 {
                    select! {
                        recv(receiver) -> raw => {
                            let event = events.decode(raw).expect("an event");
                            tell.send(told("select", &event)).expect("the test hears");
                        }
                        recv(over) -> _ => return,
                    }
                }
            });
            for _ in 0..3 {
                proxy.cut();
                world.connected();
                let begun = Instant::now();
                for echo in [&iterates, &selects] {
                    echo.handle()
                        .send(&Settings::new().audio(true))
                        .expect("a handle");
                }
                let mut all: Vec<Told> = (0..4)
                    .map(|_| hears.recv_timeout(LIMIT).expect("events"))
                    .collect();
                all.sort();
                let each = |name| [(name, false), (name, true)];
                assert_eq!(all, [each("iter"), each("select")].concat());
                assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
            }
        });
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn sessions_are_kept_alive_over_the_new_link() {
    const TIMEOUT: u64 = 3;
    for version in Version::ALL {
        let server = Janus::builder().version(version);
        let server = server.session_timeout(3).reclaim_timeout(3).start();
        let proxy = WireProxy::start(&server);
        let world = World::open(config(proxy.url()));
        proxy.cut();
        world.connected();
        world.assert_told();
        // Janus looks every two seconds.
        thread::sleep(Duration::from_secs(TIMEOUT * 2 + 1));
        world.assert_alive();
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn an_absence_that_is_longer_than_the_server_waits_ends_the_sessions() {
    let server = Janus::builder().reclaim_timeout(2).start();
    let proxy = WireProxy::start(&server);
    let world = World::open(config(proxy.url()));
    proxy.refuse(true);
    proxy.cut();
    // Twice the pause between two looks of Janus, and the timeout.
    thread::sleep(Duration::from_secs(7));
    proxy.refuse(false);
    world.connected();
    let end = world.echo.events().recv().expect_err("the end");
    assert!(end.is_session_gone(), "{end:?}");
    let session: Session = world.janus.create_session().expect("a link");
    configure(&session.attach().expect("a handle")).expect("a handle");
}
