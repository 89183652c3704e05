//! What a run came to, as data: what is in the files of `--json`. The schema is in docs/LOAD.md.

pub mod compare;
pub mod condition;
mod doubts;
mod facts;
pub mod file;
mod html;
pub mod latency;
pub mod output;
pub mod ramp;
#[cfg(test)]
mod sample;
pub mod scenario;
pub mod setup;
mod table;
mod text;
pub mod usage;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::{ramp::Ramp, scenario::Scenario, setup::Setup, usage::Usage};

/// The schema's version. A new key does not change it, and readers pass over keys that they do not
/// know. A key that goes, or means something else, does.
pub const SCHEMA: u64 = 1;

/// All of what was measured. Every time is in the unit that the end of its name says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub schema: u64,
    pub setup: Setup,
    pub end: End,
    pub scenarios: Vec<Scenario>,
    /// `null` when the rate did not rise.
    pub ramp: Option<Ramp>,
    /// One entry a second.
    pub usage: Vec<Usage>,
    /// What the run made on the server and could not take away again: `sessions`, `handles`,
    /// `rooms`. 0 where everything is gone.
    pub left: BTreeMap<String, u64>,
}

/// Why the run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// All of it was run.
    Complete,
    /// Ctrl-C, or another wish of the machine's user.
    Interrupted,
    /// The server was gone and did not come back.
    ServerLost,
}
