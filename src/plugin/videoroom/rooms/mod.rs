//! Rooms themselves.

pub(super) mod create;
pub(super) mod manage;
