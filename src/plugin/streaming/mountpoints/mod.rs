//! Requests about mountpoints.

pub(super) mod create;
pub(super) mod create_file;
pub(super) mod create_rtp;
pub(super) mod create_rtsp;
pub(super) mod list;
pub(super) mod manage;
pub(super) mod recording;
