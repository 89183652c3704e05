//! What was asked for, of whom, by what and from where.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The facts that must be the same in two runs for their figures to be comparable. No secret is
/// among them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// When the run began, in seconds since 1970 (UTC).
    pub started_unix_s: u64,
    /// The server's address, without user, password and query; `fake` for the one inside.
    pub url: String,
    pub drive: Drive,
    /// The options of the command line and of the scenario file, by name, as they took effect.
    pub options: BTreeMap<String, String>,
    pub seed: u64,
    pub connections: u64,
    /// How long requests were sent before anything was counted.
    pub warm_up_s: f64,
    pub client: Client,
    pub server: Server,
}

/// What decides when the next request is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "loop", rename_all = "snake_case")]
pub enum Drive {
    /// A schedule, which does not wait for answers.
    Open { arrivals: Arrivals },
    /// The answer to the one before, of each of so many callers.
    Closed { callers: u64 },
}

/// How the requests of a schedule follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrivals {
    /// At equal distances.
    Constant,
    /// At random, independently of each other.
    Poisson,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Client {
    /// Of this crate.
    pub version: String,
    /// Built with optimisations. Figures of a build without them are of the client.
    pub optimised: bool,
    pub machine: Machine,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Server {
    /// As `info` has it: `Janus WebRTC Server`.
    pub name: Option<String>,
    /// As `info` has it: `1.1.2`.
    pub version: Option<String>,
    /// Runs on the machine of the client, and so takes its processors.
    pub local: bool,
}

/// What the machine is, as far as that is no secret: neither its name nor its addresses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// Kernel and architecture: `Linux 6.1.0 x86_64`.
    pub system: String,
    pub processor: Option<String>,
    /// Those that the client may use.
    pub cores: u64,
    pub memory_bytes: Option<u64>,
}
