//! A process that is stopped for a while: what came meanwhile counts.

#![cfg(unix)]

use std::{
    env,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use common::{program::again, scripted::Scripted};
use janus_blocking::{
    Config, EchoTest,
    connection::{ConnectionState, Reconnect},
    echotest::Settings,
};
use serde_json::json;

/// Names the server to the process that is stopped.
const URL: &str = "JANUS_STOPPED_URL";

/// All timeouts of that process.
const TIMEOUT: Duration = Duration::from_secs(4);

fn signal(process: &Child, signal: &str) {
    let process = process.id().to_string();
    let sent = Command::new("kill").args([signal, &process]).status();
    assert!(sent.expect("`kill` is there").success());
}

#[test]
fn a_process_that_was_stopped_loses_neither_answers_nor_events_nor_its_link() {
    let (asked, all_asked) = mpsc::channel();
    let mut messages = 0;
    // The answers wait until the process is stopped.
    let (stopped, is_stopped) = mpsc::channel::<()>();
    let server = Scripted::start(move |request, out| {
        if request["janus"] != "message" {
            return out.usual(request);
        }
        messages += 1;
        if messages == 1 {
            // Answered with the second one.
            return asked.send(request.clone()).expect("the test waits");
        }
        asked.send(request.clone()).expect("the test waits");
        // As long as the test runs.
        let _ = is_stopped.recv();
    });
    let mut child = again(module_path!(), "the_process_that_is_stopped")
        .env(URL, server.url())
        // Its result is not one of this program's.
        .stdout(Stdio::null())
        .spawn()
        .expect("a process");
    let requests: Vec<_> = (0..2)
        .map(|_| all_asked.recv_timeout(5 * TIMEOUT).expect("a message"))
        .collect();
    signal(&child, "-STOP");
    server.push(|out| {
        out.event(json!({"echotest": "event", "result": "done"}));
        requests.iter().for_each(|request| out.usual(request));
    });
    stopped.send(()).expect("the server waits");
    // All its deadlines pass.
    thread::sleep(TIMEOUT + TIMEOUT / 2);
    signal(&child, "-CONT");
    let status = child.wait().expect("it ends");
    assert!(status.success(), "{status}");
}

#[test]
#[ignore = "is run by the other test"]
fn the_process_that_is_stopped() {
    let Ok(url) = env::var(URL) else { return };
    let config = Config::new(url)
        .request_timeout(TIMEOUT)
        .link_timeout(TIMEOUT)
        .reconnect(Reconnect::Never);
    let janus = config.open().expect("a link");
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let event = thread::scope(|scope| {
        let events = scope.spawn(|| echo.events().recv_timeout(TIMEOUT));
        for _ in 0..2 {
            scope.spawn(|| echo.configure(&Settings::new()).expect("its answer"));
        }
        events.join().expect("no panic")
    });
    assert!(event.expect("open").is_some(), "the event is lost");
    janus.ping().expect("the link stands");
    assert_eq!(janus.state(), ConnectionState::Connected);
}
