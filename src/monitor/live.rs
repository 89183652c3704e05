//! What lives on the servers, as their events tell.

use std::collections::{BTreeMap, VecDeque};

use super::{Event, Kind, core::CoreUpdate, media::MediaStats, webrtc::PeerConnectionWord};
use crate::{HandleId, SessionId};

// A sender can say anything, and who ends a session may not be heard of.
const MAX_SERVERS: usize = 64;
const MAX_SESSIONS: usize = 65_536;
const MAX_HANDLES: usize = 1024;
const MAX_MEDIA: usize = 256;
/// How many that have ended are remembered: events about them may come later.
const MAX_ENDED: usize = 1024;

/// The sessions, handles, PeerConnections and media of one or more servers, kept up to date by their
/// events.
///
/// What was there before the first event is found when something happens in it. Where events were lost, what has ended
/// meanwhile stays: begin with a new one then, or compare with the Admin API. It is bounded: 64 servers with 65,536 sessions
/// each, 1024 handles in a session, 256 media in a handle.
///
/// # Example
///
/// ```
/// use janus_blocking::monitor::{Event, Live};
///
/// let mut live = Live::new();
/// live.apply(&Event::parse(
///     r#"{"emitter":"one","type":2,"session_id":7,"handle_id":8,
///     "event":{"name":"attached","plugin":"janus.plugin.sip"}}"#,
/// )?);
/// let session = &live.servers()["one"].sessions[&7.into()];
/// assert_eq!(session.handles[&8.into()].plugin, "janus.plugin.sip");
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Live {
    servers: BTreeMap<String, LiveServer>,
}

/// A server.
#[derive(Clone, PartialEq, Debug, Default)]
#[non_exhaustive]
pub struct LiveServer {
    /// Its version; empty if it was there before.
    pub version: String,
    /// Whether it has said that it ends.
    pub has_ended: bool,
    /// The timestamp of its last event, in microseconds since 1970.
    pub last: u64,
    /// What it says itself how much there is (since 1.2.0).
    pub update: Option<CoreUpdate>,
    /// Its sessions.
    pub sessions: BTreeMap<SessionId, LiveSession>,
    ended: VecDeque<(SessionId, Option<HandleId>)>,
}

/// A session.
#[derive(Clone, PartialEq, Debug, Default)]
#[non_exhaustive]
pub struct LiveSession {
    /// When it was first heard of, in microseconds since 1970.
    pub since: u64,
    /// The package of its transport, if its beginning was heard.
    pub transport: Option<String>,
    /// Its handles.
    pub handles: BTreeMap<HandleId, LiveHandle>,
}

/// A handle.
#[derive(Clone, PartialEq, Debug, Default)]
#[non_exhaustive]
pub struct LiveHandle {
    /// When it was first heard of, in microseconds since 1970.
    pub since: u64,
    /// The package of its plugin; empty until that is known.
    pub plugin: String,
    /// What [`AttachOptions::opaque_id`](crate::connection::AttachOptions) said.
    pub opaque_id: Option<String>,
    /// What its plugin told last, by its word: `joined`, `accepted`.
    pub doing: &'static str,
    /// The last state of ICE.
    pub ice: String,
    /// The last state of DTLS.
    pub dtls: String,
    /// The pair of candidates that ICE has chosen.
    pub pair: Option<String>,
    /// Whether there is a PeerConnection.
    pub is_up: bool,
    /// Why the last PeerConnection has ended.
    pub hangup: Option<String>,
    /// How many times packets were lost.
    pub slow_links: u64,
    /// Its media, by `mid` and by [`MediaStats::media`].
    pub media: BTreeMap<(String, String), LiveMedia>,
}

/// A medium of a PeerConnection.
#[derive(Clone, PartialEq, Debug, Default)]
#[non_exhaustive]
pub struct LiveMedia {
    /// Whether something comes from the client, as the last change of that says.
    pub is_receiving: Option<bool>,
    /// The last statistics.
    pub stats: MediaStats,
}

impl Live {
    /// Creates one that knows of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The servers by their names (`server_name`); those without one are under the empty text.
    pub fn servers(&self) -> &BTreeMap<String, LiveServer> {
        &self.servers
    }

    /// Takes note of an event.
    pub fn apply(&mut self, event: &Event) {
        let name = event.emitter.clone().unwrap_or_default();
        if let Some(server) = bounded(&mut self.servers, name, MAX_SERVERS) {
            server.last = event.timestamp;
            server.apply(event);
        }
    }
}

/// What is there under a key, or is put there if there is room.
fn bounded<K: Ord, V: Default>(map: &mut BTreeMap<K, V>, key: K, most: usize) -> Option<&mut V> {
    (map.len() < most || map.contains_key(&key)).then(|| map.entry(key).or_default())
}

impl LiveServer {
    fn apply(&mut self, event: &Event) {
        match &event.kind {
            Kind::CoreStarted(info) => {
                *self = Self {
                    version: info.version_string.clone(),
                    last: event.timestamp,
                    ..Self::default()
                };
            }
            Kind::CoreShutdown(_) => {
                self.sessions.clear();
                self.has_ended = true;
            }
            Kind::CoreUpdate(update) => self.update = Some(update.clone()),
            _ => self.apply_to_session(event),
        }
    }

    fn apply_to_session(&mut self, event: &Event) {
        let Some(id) = event.session_id else { return };
        match (&event.kind, event.handle_id) {
            (Kind::SessionDestroyed | Kind::SessionTimeout, _) => {
                self.sessions.remove(&id);
                self.end(id, None);
                return;
            }
            (Kind::HandleDetached(_), Some(handle)) => {
                if let Some(session) = self.sessions.get_mut(&id) {
                    session.handles.remove(&handle);
                }
                self.end(id, Some(handle));
                return;
            }
            _ => {}
        }
        if !self.sessions.contains_key(&id) && self.has_ended(id, None) {
            return;
        }
        let known = self.sessions.get(&id).map(|session| &session.handles);
        let handle = event.handle_id.filter(|handle| {
            known.is_some_and(|known| known.contains_key(handle))
                || !self.has_ended(id, Some(*handle))
        });
        let Some(session) = bounded(&mut self.sessions, id, MAX_SESSIONS) else {
            return;
        };
        if session.since == 0 {
            session.since = event.timestamp;
        }
        if let Kind::SessionCreated(created) = &event.kind {
            session.transport = created
                .transport
                .as_ref()
                .map(|link| link.transport.clone());
        }
        let handle = handle.and_then(|handle| bounded(&mut session.handles, handle, MAX_HANDLES));
        if let Some(handle) = handle {
            handle.apply(event);
        }
    }

    fn has_ended(&self, session: SessionId, handle: Option<HandleId>) -> bool {
        self.ended.contains(&(session, handle))
    }

    fn end(&mut self, session: SessionId, handle: Option<HandleId>) {
        if self.ended.len() == MAX_ENDED {
            self.ended.pop_front();
        }
        self.ended.push_back((session, handle));
    }
}

impl LiveHandle {
    fn apply(&mut self, event: &Event) {
        if self.since == 0 {
            self.since = event.timestamp;
        }
        if event.opaque_id.is_some() {
            self.opaque_id.clone_from(&event.opaque_id);
        }
        match &event.kind {
            Kind::HandleAttached(attached) => self.plugin.clone_from(&attached.plugin),
            Kind::Plugin(told) => {
                self.plugin.clone_from(&told.plugin);
                self.doing = told.data.name();
            }
            Kind::IceState(state) => self.ice.clone_from(&state.ice),
            Kind::DtlsState(state) => self.dtls.clone_from(&state.dtls),
            Kind::SelectedPair(pair) => self.pair = Some(pair.pair.clone()),
            Kind::PeerConnection(peer) => {
                self.is_up = peer.connection == PeerConnectionWord::WebrtcUp;
                self.hangup.clone_from(&peer.reason);
                if !self.is_up {
                    self.media.clear();
                    self.pair = None;
                }
            }
            Kind::SlowLink(_) => self.slow_links += 1,
            Kind::MediaState(state) => {
                let key = (state.mid.clone(), state.media.clone());
                if let Some(medium) = bounded(&mut self.media, key, MAX_MEDIA) {
                    medium.is_receiving = Some(state.receiving);
                }
            }
            Kind::MediaStats(all) => {
                for stats in all {
                    let key = (stats.mid.clone(), stats.media.clone());
                    if let Some(medium) = bounded(&mut self.media, key, MAX_MEDIA) {
                        medium.stats = stats.clone();
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(live: &mut Live, text: &str) {
        live.apply(&Event::parse(text).expect("JSON"));
    }

    #[test]
    fn what_comes_behind_an_end_brings_nothing_back() {
        let mut live = Live::new();
        for name in ["destroyed", "timeout"] {
            told(
                &mut live,
                r#"{"type":1,"session_id":1,"event":{"name":"created"}}"#,
            );
            let attached = r#"{"type":2,"session_id":1,"handle_id":2,"event":{"name":"attached"}}"#;
            told(&mut live, attached);
            assert_eq!(live.servers[""].sessions[&1.into()].handles.len(), 1);
            told(
                &mut live,
                r#"{"type":2,"session_id":1,"handle_id":2,"event":{"name":"detached"}}"#,
            );
            let late = r#"{"type":16,"subtype":6,"session_id":1,"handle_id":2,"event":{"connection":"hangup"}}"#;
            told(&mut live, late);
            assert_eq!(live.servers[""].sessions[&1.into()].handles.len(), 0);
            told(
                &mut live,
                &format!(r#"{{"type":1,"session_id":1,"event":{{"name":"{name}"}}}}"#),
            );
            told(&mut live, late);
            assert!(live.servers[""].sessions.is_empty(), "{name}");
            // It begins anew with a new server.
            let started = r#"{"type":256,"subtype":1,"event":{"status":"started","info":{"version_string":"1.4.1"}}}"#;
            told(&mut live, started);
            assert_eq!(live.servers[""].version, "1.4.1");
        }
    }

    #[test]
    fn it_is_bounded() {
        let mut live = Live::new();
        for number in 0..MAX_SERVERS + 10 {
            told(&mut live, &format!(r#"{{"emitter":"{number}","type":7}}"#));
        }
        assert_eq!(live.servers.len(), MAX_SERVERS);
        for handle in 0..2 * MAX_HANDLES {
            told(
                &mut live,
                &format!(
                    r#"{{"emitter":"0","type":64,"session_id":1,"handle_id":{handle},"event":{{}}}}"#
                ),
            );
            told(
                &mut live,
                &format!(
                    r#"{{"emitter":"1","type":1,"session_id":{handle},"event":{{"name":"destroyed"}}}}"#
                ),
            );
            told(
                &mut live,
                &format!(
                    r#"{{"emitter":"0","type":32,"subtype":3,"session_id":1,"handle_id":1,"event":{{"mid":"{handle}"}}}}"#
                ),
            );
        }
        let handles = &live.servers["0"].sessions[&1.into()].handles;
        assert_eq!(
            (handles.len(), handles[&1.into()].media.len()),
            (MAX_HANDLES, MAX_MEDIA)
        );
        assert_eq!(live.servers["1"].ended.len(), MAX_ENDED);
    }
}
