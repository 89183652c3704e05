//! A real Janus on loopback ports of its own.

use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::installation::Installation;
use super::janus_builder::{JanusBuilder, Version};
use super::janus_config::{self, ADMIN_SECRET, Ports};
use super::janus_ready::wait_ready;
use super::process::{Process, log_tail};
use super::temp_dir::TempDir;
use super::wait::wait_until;
use super::ws_client::WsClient;

/// How often other ports are tried. So many, because the Unix sockets of 1.1.2 often fail to start.
const ATTEMPTS: usize = 20;

/// A running Janus; dropping it kills it and removes its folder.
#[derive(Debug)]
pub struct Janus {
    // Before the folder: the process has to end before its folder goes.
    process: Mutex<Process>,
    folder: TempDir,
    installation: Installation,
    ports: Ports,
    builder: JanusBuilder,
}

impl Janus {
    /// Starts Janus 1.1.2 with its own defaults: sessions time out after 60 s, no reclaiming.
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// Starts to describe a Janus with other settings.
    pub fn builder() -> JanusBuilder {
        JanusBuilder::new()
    }

    pub(super) fn launch(builder: JanusBuilder) -> Self {
        let installation = Installation::find(builder.version);
        let mut tails = Vec::new();
        for _ in 0..ATTEMPTS {
            let folder = TempDir::new("janus");
            let ports = Ports::pick();
            janus_config::write(&folder, installation.libraries(), ports, &builder);
            match run(&installation, &folder, ports, &builder) {
                Ok(process) => {
                    let process = Mutex::new(process);
                    return Self {
                        process,
                        folder,
                        installation,
                        ports,
                        builder,
                    };
                }
                Err(tail) => tails.push(tail),
            }
        }
        panic!(
            "Janus did not start; its logs end with:\n{}",
            tails.join("\n----\n")
        );
    }

    /// The address of the Janus API: `ws://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.ports.ws)
    }

    /// The address of the Janus API with TLS, if `tls()` was asked for: `wss://localhost:PORT`.
    pub fn wss_url(&self) -> String {
        format!("wss://localhost:{}", self.ports.wss)
    }

    /// The HTTP address of the Janus API with TLS, if `tls()` and `http()` were asked for.
    pub fn https_url(&self) -> String {
        format!("https://localhost:{}/janus", self.ports.https)
    }

    /// The address of the Admin API, which takes only the subprotocol `janus-admin-protocol`.
    pub fn admin_url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.ports.admin_ws)
    }

    /// The address of the Admin API with TLS, if `tls()` was asked for.
    pub fn admin_wss_url(&self) -> String {
        format!("wss://localhost:{}", self.ports.admin_wss)
    }

    /// The HTTP address of the Admin API with TLS, if `tls()` and `http()` were asked for.
    pub fn admin_https_url(&self) -> String {
        format!("https://localhost:{}/admin", self.ports.admin_https)
    }

    /// The HTTP address of the Janus API, if `http()` was asked for.
    pub fn http_url(&self) -> String {
        format!("http://127.0.0.1:{}/janus", self.ports.http)
    }

    /// The HTTP address of the Admin API, if `http()` was asked for.
    pub fn admin_http_url(&self) -> String {
        format!("http://127.0.0.1:{}/admin", self.ports.admin_http)
    }

    /// The Unix socket of the Janus API, if `unix()` was asked for.
    pub fn unix_path(&self) -> PathBuf {
        self.folder.path().join("api")
    }

    /// The address of that socket, if `unix()` or `unix_datagram()` was asked for.
    pub fn unix_url(&self) -> String {
        let scheme = match self.builder.unix {
            Some("SOCK_DGRAM") => "unixdgram",
            _ => "unix",
        };
        format!("{scheme}://{}", self.unix_path().display())
    }

    /// The Unix socket of the Admin API, if `unix()` was asked for.
    pub fn admin_unix_path(&self) -> PathBuf {
        self.folder.path().join("admin")
    }

    /// The address of that socket.
    pub fn admin_unix_url(&self) -> String {
        let scheme = match self.builder.unix {
            Some("SOCK_DGRAM") => "unixdgram",
            _ => "unix",
        };
        format!("{scheme}://{}", self.admin_unix_path().display())
    }

    /// The port of the WebSocket Admin API.
    pub fn admin_port(&self) -> u16 {
        self.ports.admin_ws
    }

    /// The port of the WebSocket Janus API.
    pub fn port(&self) -> u16 {
        self.ports.ws
    }

    /// The port of the HTTP Janus API.
    pub fn http_port(&self) -> u16 {
        self.ports.http
    }

    /// The port of the HTTP Janus API with TLS.
    pub fn https_port(&self) -> u16 {
        self.ports.https
    }

    /// The secret of the Admin API.
    pub fn admin_secret(&self) -> &'static str {
        ADMIN_SECRET
    }

    /// The name that `info` reports; no two servers have the same.
    pub fn server_name(&self) -> String {
        self.folder.name()
    }

    /// Which Janus this is.
    pub fn version(&self) -> Version {
        self.builder.version
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.process().pid()
    }

    /// From now on sessions end after so many seconds without a request. Clients that are connected
    /// go by what they were told when they came.
    pub fn set_session_timeout(&self, seconds: u32) {
        let link = WsClient::connect_as(&self.admin_url(), "janus-admin-protocol");
        let mut link = link.expect("the Admin API");
        let request = format!(
            r#"{{"janus":"set_session_timeout","timeout":{seconds},"transaction":"t","admin_secret":"{ADMIN_SECRET}"}}"#
        );
        link.send(&request).expect("sent");
        let answer = link.recv(Duration::from_secs(10)).expect("an answer");
        assert!(answer.contains(r#""janus":"success""#), "{answer}");
    }

    /// Whether the process is running (or paused).
    pub fn is_running(&self) -> bool {
        self.process().exit_status().is_none()
    }

    /// Kills the server: its links break, its sessions are gone.
    pub fn kill(&self) {
        self.process().kill();
    }

    /// Ends the server in good order.
    pub fn stop(&self) {
        self.process().stop();
    }

    /// Freezes the server: links stay open, nothing is answered.
    pub fn pause(&self) {
        self.process().pause();
    }

    /// Lets a paused server go on.
    pub fn resume(&self) {
        self.process().signal("CONT");
    }

    /// Starts the server again, killing it if need be: same ports, no sessions.
    pub fn restart(&self) {
        let mut process = self.process();
        process.kill();
        let mut tail = String::new();
        for _ in 0..ATTEMPTS {
            match run(&self.installation, &self.folder, self.ports, &self.builder) {
                Ok(started) => {
                    *process = started;
                    return;
                }
                Err(log) => tail = log,
            }
        }
        panic!("Janus did not start again; its log ends with:\n{tail}");
    }

    /// The file with the server's log.
    pub fn log_path(&self) -> PathBuf {
        log(&self.folder)
    }

    /// The last lines of the server's log.
    pub fn log_tail(&self) -> String {
        log_tail(&log(&self.folder))
    }

    /// The log, for what outlives the borrow.
    pub fn log(&self) -> JanusLog {
        JanusLog(self.log_path())
    }

    fn process(&self) -> MutexGuard<'_, Process> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Janus {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!(
                "log of Janus {} ends with:\n{}",
                self.url(),
                self.log_tail()
            );
        }
    }
}

/// Starts Janus and waits until it answers; otherwise returns the end of its log.
fn run(
    installation: &Installation,
    folder: &TempDir,
    ports: Ports,
    builder: &JanusBuilder,
) -> Result<Process, String> {
    let mut command = installation.command(folder.path());
    // Only this start's log counts when it is read.
    let _ = fs::remove_file(log(folder));
    let mut process = Process::start(&mut command, &log(folder));
    if wait_ready(&mut process, &folder.name(), ports, builder, folder.path()) {
        Ok(process)
    } else {
        Err(process.log_tail())
    }
}

fn log(folder: &TempDir) -> PathBuf {
    folder.path().join("janus.log")
}

/// What a Janus says.
#[derive(Debug)]
pub struct JanusLog(PathBuf);

impl JanusLog {
    /// Waits until it has freed so many PeerConnections of that handle, one after the other: it does so
    /// behind the event `hangup`, and what is negotiated before can go along.
    #[track_caller]
    pub fn wait_freed(&self, handle: u64, count: usize, limit: Duration) {
        let freed = format!("[{handle}] WebRTC resources freed");
        wait_until(limit, &freed, || {
            fs::read_to_string(&self.0).is_ok_and(|log| log.matches(&freed).count() >= count)
        });
        // After that line it empties the handle's queue: what an offer has just put there is lost.
        thread::sleep(Duration::from_millis(300));
    }
}
