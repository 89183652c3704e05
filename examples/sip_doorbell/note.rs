//! What the ticket does not know of the call.

use janus_blocking::Jsep;
use serde::{Deserialize, Serialize};

/// What only the first process has heard, and the second needs.
#[derive(Serialize, Deserialize)]
pub struct Note {
    /// The SIP URI of who rings.
    pub caller: String,
    /// What the caller offers; `None` if the call came without.
    pub offer: Option<Jsep>,
}
