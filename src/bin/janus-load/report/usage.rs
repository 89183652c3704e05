//! What the run cost: processors and memory, of the client and of the server where it is local.

use serde::{Deserialize, Serialize};

/// One second of the run, warm-up not included.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// Seconds from the end of the warm-up to the begin of this one.
    pub at_s: u64,
    pub client: Process,
    /// `null` where the server is not on this machine, or was not there.
    pub server: Option<Process>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Process {
    /// Processor time used in that second, in seconds: 1.0 is one core that is busy all the time.
    pub cores: f64,
    /// Memory resident at its end.
    pub rss_bytes: Option<u64>,
}
