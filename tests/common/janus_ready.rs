//! Finding out whether a Janus answers on all its transports.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use super::janus_builder::JanusBuilder;
use super::janus_config::Ports;
use super::process::Process;
use super::wait::wait_for;
use super::ws_client::WsClient;

/// Starting takes some 0.1 s; the rest is for a machine that is busy with other tests.
const READY: Duration = Duration::from_secs(20);
/// How long one answer may take before it is asked for again.
const ANSWER: Duration = Duration::from_secs(2);
/// How long after its start the thread of the Unix sockets may be seen to have ended.
const UNIX_FAILED: Duration = Duration::from_millis(20);
const INFO: &str = r#"{"janus":"info","transaction":"ready"}"#;

/// Waits until the Janus called `name` answers everywhere; false when it ended or a part is missing.
pub fn wait_ready(
    process: &mut Process,
    name: &str,
    ports: Ports,
    builder: &JanusBuilder,
    folder: &Path,
) -> bool {
    let ready = wait_for(READY, || {
        if process.exit_status().is_some() {
            return Some(false);
        }
        ws_answers(ports.ws, "janus-protocol", name)?;
        ws_answers(ports.admin_ws, "janus-admin-protocol", name)?;
        if builder.http {
            http_answers(ports.http, "janus", name)?;
            http_answers(ports.admin_http, "admin", name)?;
        }
        if builder.tls.is_some() {
            TcpStream::connect(("127.0.0.1", ports.wss)).ok()?;
        }
        if builder.unix.is_some() {
            return unix_answers(folder, process);
        }
        Some(true)
    });
    ready == Some(true)
}

/// The name tells our server from one that was quicker to take the port.
fn ws_answers(port: u16, subprotocol: &str, name: &str) -> Option<()> {
    let mut client = WsClient::connect_as(&format!("ws://127.0.0.1:{port}"), subprotocol).ok()?;
    client.send(INFO).ok()?;
    client.recv(ANSWER).ok()?.contains(name).then_some(())
}

fn http_answers(port: u16, path: &str, name: &str) -> Option<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(ANSWER)).ok()?;
    let head = "Host: 127.0.0.1\r\nConnection: close\r\n\r\n";
    stream
        .write_all(format!("GET /{path}/info HTTP/1.1\r\n{head}").as_bytes())
        .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.contains(name).then_some(())
}

/// The sockets are there even when the thread that should serve them has ended: it does so when it
/// is quicker than the rest of its transport's start. Only the log tells, and only a new start of
/// Janus helps.
fn unix_answers(folder: &Path, process: &Process) -> Option<bool> {
    let logged = |line: &str| {
        let log = fs::read(process.log()).unwrap_or_default();
        String::from_utf8_lossy(&log).contains(line).then_some(())
    };
    logged("Unix Sockets thread started")?;
    if wait_for(UNIX_FAILED, || logged("Unix Sockets thread ended")).is_some() {
        return Some(false);
    }
    ["api", "admin"]
        .iter()
        .all(|socket| is_bound(&folder.join(socket)))
        .then_some(true)
}

/// Connects with the one type that Janus never uses: a socket that is there refuses the type, one
/// that is not there or has no owner refuses the connection.
fn is_bound(path: &Path) -> bool {
    const WRONG_TYPE: i32 = 91;
    let refused = UnixStream::connect(path).err();
    refused.and_then(|error| error.raw_os_error()) == Some(WRONG_TYPE)
}
