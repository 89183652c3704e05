//! A SIP registrar and proxy on a loopback port of its own.

use std::net::UdpSocket;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::ports::free_udp_port;
use super::process::{Process, log_tail};
use super::temp_dir::TempDir;
use super::wait::wait_for;

const CONFIG: &str = include_str!("kamailio.cfg");
/// Starting takes some 0.1 s; the rest is for a machine that is busy with other tests.
const READY: Duration = Duration::from_secs(20);
const ATTEMPTS: usize = 5;
/// Between asking again: UDP answers can be lost.
const ANSWER: Duration = Duration::from_millis(50);

/// A running Kamailio; dropping it ends it with all its processes.
///
/// It knows the users 1000 to 1999, with [`secret`](Self::secret) as their passwords. Calls to users
/// that are not registered get 404, calls to `uas-PORT` go to that loopback port.
#[derive(Debug)]
pub struct Kamailio {
    // Before the folder: the process has to end before its folder goes.
    process: Mutex<Process>,
    folder: TempDir,
    port: u16,
}

impl Kamailio {
    /// Starts Kamailio and returns when it answers.
    pub fn start() -> Self {
        let mut tails = Vec::new();
        for _ in 0..ATTEMPTS {
            let folder = TempDir::new("kamailio");
            let port = free_udp_port();
            match run(&folder, port) {
                Ok(process) => {
                    return Self {
                        process: Mutex::new(process),
                        folder,
                        port,
                    };
                }
                Err(tail) => tails.push(tail),
            }
        }
        panic!(
            "Kamailio did not start; its logs end with:\n{}",
            tails.join("\n----\n")
        );
    }

    /// The UDP port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address to give as `proxy`: `sip:127.0.0.1:PORT`.
    pub fn proxy_uri(&self) -> String {
        format!("sip:127.0.0.1:{}", self.port)
    }

    /// A user's address: `sip:USER@127.0.0.1:PORT`.
    pub fn user_uri(&self, user: &str) -> String {
        format!("sip:{user}@127.0.0.1:{}", self.port)
    }

    /// The password of a user from 1000 to 1999.
    pub fn secret(&self, user: &str) -> String {
        format!("secret-of-{user}")
    }

    /// Whether a user is registered at this moment.
    pub fn is_registered(&self, user: &str) -> bool {
        let answer = wait_for(READY, || ask(self.port, &format!("registered-{user}")));
        let answer = answer.unwrap_or_else(|| panic!("Kamailio is silent:\n{}", self.log_tail()));
        answer.starts_with("SIP/2.0 200")
    }

    /// Kills the server: it forgets all registrations.
    pub fn kill(&self) {
        self.process().kill();
    }

    /// Freezes the server: it answers nothing.
    pub fn pause(&self) {
        self.process().signal("STOP");
    }

    /// Lets a paused server go on.
    pub fn resume(&self) {
        self.process().signal("CONT");
    }

    /// Starts the server again, killing it if need be: same port, no registrations.
    pub fn restart(&self) {
        let mut process = self.process();
        process.kill();
        match run(&self.folder, self.port) {
            Ok(started) => *process = started,
            Err(tail) => panic!("Kamailio did not start again; its log ends with:\n{tail}"),
        }
    }

    /// The last lines of the server's log.
    pub fn log_tail(&self) -> String {
        log_tail(&log(&self.folder))
    }

    fn process(&self) -> MutexGuard<'_, Process> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Kamailio {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!(
                "log of Kamailio {} ends with:\n{}",
                self.proxy_uri(),
                self.log_tail()
            );
        }
        // In good order it reaps its own children; killed, it leaves that to process 1.
        self.process().stop();
    }
}

/// Starts Kamailio and waits until it answers; otherwise returns the end of its log.
fn run(folder: &TempDir, port: u16) -> Result<Process, String> {
    let token = folder.name();
    let config = CONFIG
        .replace("@PORT@", &port.to_string())
        .replace("@TOKEN@", &token);
    let file = folder.write("kamailio.cfg", &config);
    // -DD: in the foreground, so that the process id is its own; -m, -M: megabytes of memory.
    let mut command = std::process::Command::new("kamailio");
    command
        .args(["-DD", "-E", "-m", "16", "-M", "4", "-f"])
        .arg(file);
    command
        .arg("-w")
        .arg(folder.path())
        .arg("-Y")
        .arg(folder.path());
    let mut process = Process::start(&mut command, &log(folder));
    let answers = wait_for(READY, || {
        if process.exit_status().is_some() {
            return Some(false);
        }
        // The token tells our server from one that was quicker to take the port.
        ask(port, "ready")
            .filter(|answer| answer.contains(&token))
            .map(|_| true)
    });
    if answers == Some(true) {
        Ok(process)
    } else {
        Err(process.log_tail())
    }
}

/// Sends OPTIONS for `user` and returns the answer, if one comes soon.
fn ask(port: u16, user: &str) -> Option<String> {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).ok()?;
    let own = socket.local_addr().ok()?;
    let request = format!(
        "OPTIONS sip:{user}@127.0.0.1:{port} SIP/2.0\r\n\
         Via: SIP/2.0/UDP {own};rport;branch=z9hG4bK-{0}\r\n\
         From: <sip:harness@127.0.0.1>;tag={0}\r\nTo: <sip:{user}@127.0.0.1:{port}>\r\n\
         Call-ID: {0}@harness\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 5\r\nContent-Length: 0\r\n\r\n",
        own.port()
    );
    // Connected: a port that nobody has bound is told at once.
    socket.connect(("127.0.0.1", port)).ok()?;
    socket.set_read_timeout(Some(ANSWER)).ok()?;
    socket.send(request.as_bytes()).ok()?;
    let mut bytes = [0; 2_048];
    let count = socket.recv(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes[..count]).into_owned())
}

fn log(folder: &TempDir) -> PathBuf {
    folder.path().join("kamailio.log")
}
