//! Numbers that no other program, and no other call, is likely to have.

use std::hash::{BuildHasher, RandomState};

/// One of them. Seeded by the system, and differently by every `RandomState`.
pub(crate) fn number() -> u64 {
    RandomState::new().hash_one(std::process::id())
}
