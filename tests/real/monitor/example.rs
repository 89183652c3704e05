//! The example `monitor`: its lines, its table, and what it serves Prometheus.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use common::{Janus, Version, program::example, wait_until};
use janus_blocking::{Connection, EchoTest};
use serde_json::Value;

use crate::servers::SOON;

/// The program, and the addresses that it tells.
struct Program {
    child: Child,
    addresses: Vec<String>,
}

impl Program {
    fn start(arguments: &[&str], addresses: usize) -> Self {
        let mut child = Command::new(example("monitor"))
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it was built");
        let told = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let told = told.take(addresses).map(|line| {
            let line = line.expect("text");
            line.rsplit(' ').next().expect("an address").to_owned()
        });
        let addresses = told.collect();
        Self { child, addresses }
    }

    /// Ends its input, which ends it.
    fn end(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().expect("it ends").success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn each_event_is_a_line_of_json() {
    let mut program = Program::start(&["--json"], 1);
    let backend = format!("http://{}", program.addresses[0]);
    let server = Janus::builder()
        .event_handler("sampleevh", &backend)
        .start();
    let lines = BufReader::new(program.child.stdout.take().expect("it is piped")).lines();
    let mut events = lines.map(|line| -> Value {
        serde_json::from_str(&line.expect("text")).expect("a line is JSON")
    });
    let name = server.server_name();
    let is_it = |event: &Value| event["type"] == 256 && event["emitter"] == *name;
    assert!(events.any(|event| is_it(&event)), "it ended");
    drop(events);
    drop(program);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_table_shows_what_lives() {
    let mut program = Program::start(&[], 1);
    let backend = format!("ws://{}", program.addresses[0]);
    let server = Janus::builder().event_handler("wsevh", &backend).start();
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let lines = BufReader::new(program.child.stdout.take().expect("it is piped")).lines();
    let mut lines = lines.map(|line| line.expect("text"));
    let (session, handle) = (session.id().to_string(), echo.handle().id().to_string());
    let shown = lines
        .any(|line| line.contains(&session) && line.contains(&handle) && line.contains("echotest"));
    assert!(shown, "it ended");
    program.end();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn prometheus_gets_sums() {
    let program = Program::start(&["--prometheus", "127.0.0.1:0"], 2);
    let backend = format!("http://{}", program.addresses[0]);
    let server = Janus::builder()
        .version(Version::V1_4_1)
        .event_handler("sampleevh", &backend)
        .start();
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let address = program.addresses[1]
        .trim_start_matches("http://")
        .trim_end_matches("/metrics");
    let metrics = || {
        let mut stream = TcpStream::connect(address).expect("it serves");
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\n\r\n")
            .expect("there is room");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        text
    };
    let name = server.server_name();
    let has = |line: &str| wait_until(SOON, line, || metrics().lines().any(|it| it == line));
    has(&format!("janus_sessions{{server=\"{name}\"}} 1"));
    has(&format!(
        "janus_handles{{server=\"{name}\",plugin=\"echotest\"}} 1"
    ));
    has("janus_events_total{kind=\"handle_attached\"} 1");
    has("janus_monitor_dropped_events_total 0");
    drop(echo);
    has("janus_events_total{kind=\"handle_detached\"} 1");
    assert!(metrics().starts_with("HTTP/1.1 200 OK\r\n"));
    program.end();
}
