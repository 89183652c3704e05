//! What a test can do to a handle from the server's side.

use serde_json::Value;

use super::FakeGateway;
use crate::{HandleId, Jsep};

/// The server's side of a handle; from [`FakeGateway::handle`].
///
/// ```
/// use std::time::Duration;
/// use janus_blocking::{EchoTest, Event, testing::FakeGateway};
///
/// let gateway = FakeGateway::start()?;
/// let janus = gateway.connect()?;
/// let session = janus.create_session()?;
/// let echo: EchoTest = session.attach()?;
/// gateway.handle(echo.handle().id()).webrtc_up();
/// let event = echo.events().recv_timeout(Duration::from_secs(5))?;
/// assert!(matches!(event, Some(Event::WebrtcUp)));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
///
/// Everything goes to the link that owns the handle's session. Nothing is sent when there is no
/// such handle.
#[derive(Clone, Copy, Debug)]
pub struct FakeHandle<'a> {
    pub(super) gateway: &'a FakeGateway,
    pub(super) id: HandleId,
}

impl FakeHandle<'_> {
    /// Sends an event of its plugin, with that data and no transaction.
    pub fn event(&self, data: &Value) {
        self.send(data, None);
    }

    /// Like [`event`](Self::event), with a session description.
    pub fn event_with(&self, data: &Value, jsep: &Jsep) {
        self.send(data, serde_json::to_string(jsep).ok());
    }

    fn send(&self, data: &Value, jsep: Option<String>) {
        let data = data.to_string();
        self.on(|gateway, session, id| {
            gateway.scripted_event(session, id, None, &data, jsep.as_deref());
        });
    }

    /// Somebody in a room of AudioBridge begins to talk, or ends: sends `talking` or
    /// `stopped-talking` to all in the room, if it was created with `audiolevel_event`.
    pub fn talking(&self, talks: bool) {
        self.on(|gateway, _, id| gateway.bridge_talks(id, talks));
    }

    /// Its PeerConnection comes up: sends `webrtcup`, and `media` for each of its lines.
    pub fn webrtc_up(&self) {
        self.on(|gateway, session, id| gateway.peer_up(session, id));
    }

    /// Sends `media`: whether media of a line arrives at the server; `kind` is `audio` or `video`.
    pub fn media(&self, mid: &str, kind: &str, receiving: bool) {
        self.on(|gateway, session, id| gateway.media(session, id, mid, kind, receiving));
    }

    /// Packets are lost: sends `slowlink`, and EchoTest's `slow_link` where EchoTest would.
    ///
    /// `uplink` is the server's view: packets that the client has sent are missing.
    pub fn slow_link(&self, mid: &str, kind: &str, uplink: bool, lost: u64) {
        self.on(|gateway, session, id| gateway.slow_link(session, id, mid, kind, uplink, lost));
    }

    /// The PeerConnection ends for that reason, for example `ICE failed`: sends `hangup`.
    pub fn hangup(&self, reason: &str) {
        self.on(|gateway, session, id| gateway.hangup(session, id, reason));
    }

    /// The server ends the handle: sends `detached`.
    pub fn detach(&self) {
        self.on(|gateway, session, id| gateway.detach(session, id));
    }

    /// Sends any message of the core about the handle, with the keys of this object added.
    pub fn core_event(&self, janus: &str, keys: &Value) {
        self.on(|gateway, session, id| gateway.any_core_event(session, id, janus, keys));
    }

    /// Whether the handle exists.
    pub fn exists(&self) -> bool {
        let id = self.id.value();
        self.gateway.core(|core| core.find(id).is_some())
    }

    /// The package name of its plugin, if the handle exists.
    pub fn plugin(&self) -> Option<String> {
        let id = self.id.value();
        self.gateway
            .core(|core| Some(core.find(id)?.1.plugin.clone()))
    }

    fn on(&self, act: impl FnOnce(&mut super::gateway::Gateway, u64, u64)) {
        let id = self.id.value();
        self.gateway.core(|core| {
            if let Some((session, _)) = core.find(id) {
                act(core, session, id);
            }
        });
    }
}
