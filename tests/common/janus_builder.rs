//! What a test can choose about its Janus.

use std::fmt;

use super::certificates::Issued;
use super::janus::Janus;

/// The versions of Janus that the crate is tested with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Ubuntu 22.04's, in a folder of its own: the last series before 1.0.
    V0_11_8,
    /// Debian 12's.
    V1_1_2,
    /// From Debian's `forky` suite, in a folder of its own.
    V1_4_1,
}

impl Version {
    /// Both of 1.x, for tests that must see the same on each.
    pub const ALL: [Self; 2] = [Self::V1_1_2, Self::V1_4_1];
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V0_11_8 => "0.11.8",
            Self::V1_1_2 => "1.1.2",
            Self::V1_4_1 => "1.4.1",
        })
    }
}

/// Settings of a Janus that is about to be started.
#[derive(Clone, Debug)]
pub struct JanusBuilder {
    pub(super) version: Version,
    pub(super) http: bool,
    pub(super) unix: Option<&'static str>,
    /// Certificate and key in PEM.
    pub(super) tls: Option<(String, String)>,
    /// Section of `janus.jcfg` or name of another file, and the lines to add there.
    pub(super) settings: Vec<(String, String)>,
}

impl JanusBuilder {
    pub(super) fn new() -> Self {
        Self {
            version: Version::V1_1_2,
            http: false,
            unix: None,
            tls: None,
            settings: Vec::new(),
        }
    }

    /// Which Janus to run; 1.1.2 when not said.
    pub fn version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }

    /// Seconds without a request after which a session ends; 60 when not said, 0 is never.
    pub fn session_timeout(self, seconds: u32) -> Self {
        self.setting("general", &format!("session_timeout = {seconds}"))
    }

    /// Seconds since its last request that a session outlives its link; 0 when not said.
    pub fn reclaim_timeout(self, seconds: u32) -> Self {
        self.setting("general", &format!("reclaim_session_timeout = {seconds}"))
    }

    /// The secret that each request must carry.
    pub fn api_secret(self, secret: &str) -> Self {
        self.setting("general", &format!("api_secret = \"{secret}\""))
    }

    /// Requires tokens that were added through the Admin API.
    pub fn token_auth(self) -> Self {
        self.setting("general", "token_auth = true")
    }

    /// Requires tokens signed with this secret.
    pub fn token_auth_secret(self, secret: &str) -> Self {
        self.token_auth()
            .setting("general", &format!("token_auth_secret = \"{secret}\""))
    }

    /// Switches the HTTP transport on, for the Janus API and the Admin API.
    pub fn http(mut self) -> Self {
        self.http = true;
        self
    }

    /// Switches Unix sockets of type SEQPACKET on, for the Janus API and the Admin API.
    pub fn unix(mut self) -> Self {
        self.unix = Some("SOCK_SEQPACKET");
        self
    }

    /// Switches Unix sockets of type DGRAM on, for the Janus API and the Admin API.
    pub fn unix_datagram(mut self) -> Self {
        self.unix = Some("SOCK_DGRAM");
        self
    }

    /// Serves both APIs with TLS too, by this certificate: `wss://`, and `https://` if `http()`
    /// was asked for.
    pub fn tls(mut self, issued: &Issued) -> Self {
        self.tls = Some((issued.certificate.clone(), issued.key.clone()));
        self
    }

    /// Sets something in the SIP plugin's configuration, as a line like `register_ttl = 20`.
    pub fn sip(self, line: &str) -> Self {
        self.setting("janus.plugin.sip.jcfg", line)
    }

    /// Sends all events by this event handler (`sampleevh`, `wsevh`) to this address.
    pub fn event_handler(self, name: &str, backend: &str) -> Self {
        let file = format!("janus.eventhandler.{name}.jcfg");
        self.setting("events", "broadcast = true")
            .setting(&file, "enabled = true")
            // Without it there are none.
            .setting(&file, "events = \"all\"")
            .setting(&file, &format!("backend = \"{backend}\""))
    }

    /// Adds a line to a section of `janus.jcfg` ("general", "media", "nat"), or to the `general`
    /// section of the file of a plugin or transport ("janus.plugin.videoroom.jcfg").
    ///
    /// A line for a key that the harness sets too replaces the harness's.
    pub fn setting(mut self, place: &str, line: &str) -> Self {
        self.settings.push((place.to_owned(), line.to_owned()));
        self
    }

    /// Starts Janus and returns when it answers.
    pub fn start(self) -> Janus {
        Janus::launch(self)
    }
}
