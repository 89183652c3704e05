//! What tells that a subscriber is a participant.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The private id of a participant, which subscribers need in rooms with
/// [`require_pvtid`](super::Create::require_pvtid). Others should not know it: `Debug` shows `***`.
///
/// ```
/// use janus_blocking::videoroom::PrivateId;
///
/// let id = PrivateId::from(2_317_318_215);
/// assert_eq!((id.expose(), format!("{id:?}")), (2_317_318_215, "***".to_owned()));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PrivateId(u64);

impl PrivateId {
    /// Returns the number.
    pub const fn expose(self) -> u64 {
        self.0
    }
}

impl From<u64> for PrivateId {
    fn from(id: u64) -> Self {
        Self(id)
    }
}

impl fmt::Debug for PrivateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
