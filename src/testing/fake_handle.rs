//! What a test can make happen on a handle, from the server's side.

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
/// Everything is sent to the link that owns the handle's session, and to nobody when there is no
/// such handle.
#[derive(Clone, Copy, Debug)]
pub struct FakeHandle<'a> {
    pub(super) gateway: &'a FakeGateway,
    pub(super) id: HandleId,
}

impl FakeHandle<'_> {
    /// Its plugin says something by itself: an event with that data and no transaction.
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

    /// Its PeerConnection comes up: `webrtcup`, and `media` for each of its lines.
    pub fn webrtc_up(&self) {
        self.on(|gateway, session, id| gateway.peer_up(session, id));
    }

    /// Media of a line arrives at the server, or no longer does; `kind` is `audio` or `video`.
    pub fn media(&self, mid: &str, kind: &str, receiving: bool) {
        self.on(|gateway, session, id| gateway.media(session, id, mid, kind, receiving));
    }

    /// Packets get lost: `slowlink`, and from EchoTest `slow_link` where it says so.
    ///
    /// `uplink` is seen from the server: what the client has sent is missing.
    pub fn slow_link(&self, mid: &str, kind: &str, uplink: bool, lost: u64) {
        self.on(|gateway, session, id| gateway.slow_link(session, id, mid, kind, uplink, lost));
    }

    /// The PeerConnection ends for that reason, for example `ICE failed`.
    pub fn hangup(&self, reason: &str) {
        self.on(|gateway, session, id| gateway.hangup(session, id, reason));
    }

    /// The server ends the handle: `detached`.
    pub fn detach(&self) {
        self.on(|gateway, session, id| gateway.detach(session, id));
    }

    /// A message of the core about the handle, with further keys from an object.
    pub fn core_event(&self, janus: &str, keys: &Value) {
        self.on(|gateway, session, id| gateway.any_core_event(session, id, janus, keys));
    }

    /// Whether the handle is there.
    pub fn exists(&self) -> bool {
        let id = self.id.value();
        self.gateway.core(|core| core.find(id).is_some())
    }

    /// The package name of its plugin, if the handle is there.
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
