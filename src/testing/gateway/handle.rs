//! Handles: what the core and the plugins keep for each.

use super::{
    audiobridge::Seat, echotest::Echo, sip::Account, streaming::Viewer, webrtc::PeerConnection,
};

/// A plugin handle.
#[derive(Debug)]
pub(in crate::testing) struct Handle {
    /// When it was attached, among all handles.
    pub(in crate::testing) number: u64,
    pub(in crate::testing) plugin: String,
    pub(in crate::testing) opaque_id: Option<String>,
    pub(super) peer: PeerConnection,
    pub(super) echo: Echo,
    pub(super) sip: Account,
    /// Its place in a room of AudioBridge.
    pub(super) seat: Option<Seat>,
    pub(super) viewer: Viewer,
    /// TextRoom has offered a data channel.
    pub(super) text_setup: bool,
}

impl Handle {
    pub(super) fn new(number: u64, plugin: &str, opaque_id: Option<&str>) -> Self {
        Self {
            number,
            plugin: plugin.to_owned(),
            opaque_id: opaque_id.map(str::to_owned),
            peer: PeerConnection::default(),
            echo: Echo::default(),
            sip: Account::default(),
            seat: None,
            viewer: Viewer::default(),
            text_setup: false,
        }
    }
}
