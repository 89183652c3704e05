//! Over HTTP a session has one thread, however many handles it has, and none outlives it.

use std::{
    thread,
    time::{Duration, Instant},
};

use common::{Janus, Version, wait_until};
use janus_blocking::{
    Config, Connection, EchoTest, Raw, connection::Reconnect, echotest::Settings,
};

use crate::{alone, process::named as threads};

const LIMIT: Duration = Duration::from_secs(5);

/// How long the end of a thread may take: a poll ends because its socket is shut down, not after
/// the 30 s that Janus lets it wait.
const PROMPT: Duration = Duration::from_secs(5);

fn polls() -> usize {
    threads("janus-poll")
}

/// Does it, and returns how long the polls' threads took to be that many.
fn ended(left: usize, end: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    end();
    wait_until(LIMIT, "the thread has ended", || polls() == left);
    let took = begun.elapsed();
    assert!(took < PROMPT, "{took:?}");
    took
}

#[test]
#[ignore = "needs Janus 1.1.2 and 1.4.1: run tests/run"]
fn a_session_of_a_hundred_handles_has_one_thread_and_its_end_ends_it() {
    if !alone(
        module_path!(),
        "a_session_of_a_hundred_handles_has_one_thread_and_its_end_ends_it",
    ) {
        return;
    }
    for version in Version::ALL {
        let server = Janus::builder().version(version).http().start();
        assert_eq!(polls(), 0);
        let janus = Connection::open(&server.http_url()).expect("a link");
        // A thread has its name when it has begun to run.
        wait_until(LIMIT, "it runs", || threads("janus-reader") == 1);
        let session = janus.create_session().expect("a session");
        let handles: Vec<Raw> = (0..100)
            .map(|_| {
                session
                    .attach_raw("janus.plugin.echotest")
                    .expect("a handle")
            })
            .collect();
        // The poll waits in Janus, as in the middle of its 30 s.
        thread::sleep(Duration::from_millis(200));
        assert_eq!((polls(), threads("janus-reader")), (1, 1));
        let other = janus.create_session().expect("a session");
        wait_until(LIMIT, "it runs", || polls() == 2);

        let begun = Instant::now();
        drop(handles);
        let dropping = begun.elapsed();
        let destroy = ended(1, || other.destroy().expect("destroyed"));
        let drop_it = ended(0, || drop(session));
        let session = janus.create_session().expect("a session");
        let abandon = ended(0, || drop(session.abandon()));
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        echo.configure(&Settings::new().audio(true))
            .expect("configured");
        let close = ended(0, || janus.close());
        assert_eq!(threads("janus-reader"), 0);
        println!(
            "{version}: threads ended {destroy:?} after destroy began, {drop_it:?} after a drop, \
             {abandon:?} after abandon, {close:?} after close; 100 drops took {dropping:?}"
        );
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn what_is_dropped_is_ended_on_the_server_soon() {
    if !alone(
        module_path!(),
        "what_is_dropped_is_ended_on_the_server_soon",
    ) {
        return;
    }
    let server = Janus::builder().http().start();
    let janus = Connection::open(&server.http_url()).expect("a link");
    let witness = Connection::open(&server.url()).expect("a WebSocket");
    let session = janus.create_session().expect("a session");
    let id = session.id();
    let begun = Instant::now();
    drop(session);
    assert!(begun.elapsed() < PROMPT, "{:?}", begun.elapsed());
    wait_until(LIMIT, "it is destroyed", || witness.claim(id).is_err());

    let session = janus.create_session().expect("a session");
    let id = session.id();
    let begun = Instant::now();
    janus.close();
    let took = begun.elapsed();
    assert!(took < PROMPT, "{took:?}");
    let error = witness.claim(id).expect_err("destroyed before the end");
    assert!(error.is_session_gone(), "{error}");
    drop(session);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn threads_end_when_the_server_is_killed() {
    if !alone(module_path!(), "threads_end_when_the_server_is_killed") {
        return;
    }
    let server = Janus::builder().http().start();
    let config = Config::new(server.http_url()).reconnect(Reconnect::Never);
    let janus = config.open().expect("a link");
    let session = janus.create_session().expect("a session");
    thread::sleep(Duration::from_millis(100));
    server.kill();
    wait_until(LIMIT, "the session hears", || session.check().is_err());
    wait_until(LIMIT, "the thread has ended", || polls() == 0);
    drop(janus);
    assert_eq!(threads("janus-reader"), 0);
}
