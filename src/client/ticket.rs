//! Tickets: what another program needs to continue an abandoned session.

use std::{
    collections::HashMap,
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_with::skip_serializing_none;

use crate::{CloseReason, HandleId, SessionId, router::ClosedFlag};

/// A claim ticket for a session, from [`Session::abandon`](crate::Session::abandon). Save it (it
/// implements serde's traits), and pass it to [`Connection::resume`](crate::Connection::resume), in
/// this program or in another one.
///
/// It contains no secret and no token. But anybody who knows the session id controls the session,
/// so keep the ticket as private as a password. `Debug` masks the id.
///
/// # Example
///
/// ```
/// use janus_blocking::{EchoTest, SessionTicket, serde_json};
///
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// let session = janus.create_session()?;
/// let echo: EchoTest = session.attach()?;
/// let text = serde_json::to_string(&session.abandon()).expect("it is plain data");
///
/// // Somewhere else:
/// let ticket: SessionTicket = serde_json::from_str(&text).expect("it was written above");
/// let resumed = janus.resume(&ticket)?;
/// let echo: EchoTest = resumed.session.reattach(&ticket.handles[0])?;
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SessionTicket {
    /// The session to claim.
    pub session_id: SessionId,
    /// When the ticket was made: the session abandoned, or [asked for it](crate::Session::ticket).
    #[serde(with = "unix_time")]
    pub made: SystemTime,
    /// How long the server keeps the session once its link is gone, counted from its last request.
    /// (After Janus 1.4.1 it may be counted from when the link went, which is later.) `None`: not
    /// at all; the server destroys the session with its link, because its `reclaim_session_timeout`
    /// is 0. A hundred years: until somebody destroys it. (As the server reported when the latest link
    /// was made.)
    #[serde(with = "whole_seconds")]
    pub kept_for: Option<Duration>,
    /// The handles, in the order in which they were attached.
    pub handles: Vec<HandleTicket>,
}

/// One handle of a [`SessionTicket`].
///
/// # Example
///
/// ```
/// use janus_blocking::{EchoTest, serde_json::json};
///
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// let session = janus.create_session()?;
/// let echo: EchoTest = session.attach()?;
/// let mut ticket = session.abandon();
/// let door = &mut ticket.handles[0];
/// assert_eq!(door.plugin, "janus.plugin.echotest");
/// door.note = Some(json!({ "caller": "sip:visitor@example.org" }));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HandleTicket {
    /// The handle to reattach.
    pub id: HandleId,
    /// The plugin's package name.
    pub plugin: String,
    /// The opaque id that it was attached with.
    pub opaque_id: Option<String>,
    /// Anything that the program will need and Janus will not repeat: the caller's number, the jsep
    /// offer. Set it here before the ticket is saved, or on the handle:
    /// [`Handle::set_note`](crate::Handle::set_note).
    pub note: Option<serde_json::Value>,
    /// Whether Janus has a PeerConnection with a [`Peer`](crate::webrtc) that this crate made for the
    /// handle (feature `webrtc`), as far as the owner of the ticket knew. If so, Janus accepts no new
    /// offer before the core's [`hangup`](crate::Handle::hangup); [Its
    /// media](crate::reattachment#its-media) says what the next owner can do. `false` if the program
    /// made its session descriptions itself; the JSON leaves it out then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub peer: bool,
}

impl HandleTicket {
    pub(crate) fn new(id: HandleId, plugin: &str, opaque_id: Option<String>) -> Self {
        Self {
            id,
            plugin: plugin.to_owned(),
            opaque_id,
            note: None,
            peer: false,
        }
    }
}

/// For [`Session::reattach`](crate::Session::reattach) and
/// [`AttachOptions::existing_handle`](crate::AttachOptions::existing_handle).
impl From<&HandleTicket> for HandleId {
    fn from(ticket: &HandleTicket) -> Self {
        ticket.id
    }
}

/// The handles of a session, for its ticket: those that are attached, and those of the ticket that
/// it was resumed from.
#[derive(Default)]
pub(crate) struct HandleRoster {
    entries: HashMap<HandleId, Entry>,
    /// Numbers them, as a ticket has them in the order of their attaching.
    next: u64,
    /// With this many entries it is time to look for handles that Janus has ended: nobody else
    /// takes them out. It grows with what is left, so that an attach costs the same however many
    /// there are.
    full: usize,
    /// The last ticket was made.
    closed: bool,
}

struct Entry {
    number: u64,
    ticket: HandleTicket,
    /// Of those that are attached here.
    closed: Option<Arc<ClosedFlag>>,
}

impl HandleRoster {
    pub(crate) fn expecting(tickets: &[HandleTicket]) -> Self {
        let mut roster = Self::default();
        for ticket in tickets {
            roster.enter(ticket.clone());
        }
        roster
    }

    fn enter(&mut self, ticket: HandleTicket) -> &mut Entry {
        self.next += 1;
        let number = self.next;
        self.entries.entry(ticket.id).or_insert(Entry {
            number,
            ticket,
            closed: None,
        })
    }

    /// Enters a handle; one that came with a ticket keeps what that says. `false` if it comes too late
    /// for the last ticket.
    pub(crate) fn attached(&mut self, ticket: HandleTicket, closed: &Arc<ClosedFlag>) -> bool {
        if self.closed {
            return false;
        }
        if self.entries.len() >= self.full {
            self.entries.retain(|_, entry| entry.is_on_the_server());
            self.full = 2 * self.entries.len().max(32);
        }
        let entry = self.enter(ticket);
        #[cfg(feature = "webrtc")]
        closed.observed.set_peer(entry.ticket.peer);
        entry.closed = Some(closed.clone());
        true
    }

    /// The last ticket is being made.
    pub(crate) fn close(&mut self) {
        self.closed = true;
    }

    /// The plugin of a handle that came with a ticket.
    pub(crate) fn plugin(&self, handle: HandleId) -> Option<String> {
        self.entries
            .get(&handle)
            .map(|entry| entry.ticket.plugin.clone())
    }

    /// Notes something for the ticket.
    pub(crate) fn note(&mut self, handle: HandleId, note: Option<serde_json::Value>) {
        if let Some(entry) = self.entries.get_mut(&handle) {
            entry.ticket.note = note;
        }
    }

    /// A handle has ended. `false` if it is in the last ticket, and so somebody else's.
    pub(crate) fn forget(&mut self, handle: HandleId) -> bool {
        if !self.closed {
            self.entries.remove(&handle);
        }
        !self.closed
    }

    /// All but those that have ended by themselves.
    pub(crate) fn tickets(&self) -> Vec<HandleTicket> {
        let entries = self.entries.values();
        let mut entries: Vec<_> = entries.filter(|entry| entry.is_on_the_server()).collect();
        entries.sort_unstable_by_key(|entry| entry.number);
        entries.into_iter().map(Entry::ticket).collect()
    }
}

impl Entry {
    fn ticket(&self) -> HandleTicket {
        let ticket = self.ticket.clone();
        #[cfg(feature = "webrtc")]
        if let Some(closed) = &self.closed {
            let peer = closed.observed.has_peer();
            return HandleTicket { peer, ..ticket };
        }
        ticket
    }

    /// It has not ended by itself: a broken link leaves it there.
    fn is_on_the_server(&self) -> bool {
        let why = self.closed.as_ref().and_then(|closed| closed.why());
        !matches!(
            why,
            Some(CloseReason::Detached | CloseReason::DetachedByServer)
        )
    }
}

impl SessionTicket {
    /// The handles of one plugin.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{EchoTest, Sip};
    ///
    /// # let (gateway, janus) = janus_blocking::testing::connected()?;
    /// let session = janus.create_session()?;
    /// let echo: EchoTest = session.attach()?;
    /// let ticket = session.ticket();
    /// assert_eq!(ticket.handles_of::<EchoTest>().count(), 1);
    /// assert_eq!(ticket.handles_of::<Sip>().count(), 0);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn handles_of<P: crate::Plugin>(&self) -> impl Iterator<Item = &HandleTicket> {
        self.handles
            .iter()
            .filter(|handle| handle.plugin == P::PACKAGE)
    }
}

impl fmt::Debug for SessionTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionTicket")
            .field("session_id", &"***")
            .field("made", &self.made)
            .field("kept_for", &self.kept_for)
            .field("handles", &self.handles)
            .finish()
    }
}

impl fmt::Debug for HandleTicket {
    /// The note is the program's own, and may be anything: only its presence is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandleTicket")
            .field("id", &self.id)
            .field("plugin", &self.plugin)
            .field("opaque_id", &self.opaque_id)
            .field("has_note", &self.note.is_some())
            .field("peer", &self.peer)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_that_the_server_has_ended_do_not_stay_in_the_roll() {
        let mut roster = HandleRoster::default();
        let attach = |roster: &mut HandleRoster, id| {
            let closed = ClosedFlag::new();
            roster.attached(HandleTicket::new(HandleId::new(id), "p", None), &closed);
            closed
        };
        let lives: Vec<_> = (0..10).map(|id| attach(&mut roster, id)).collect();
        for id in 10..10_000 {
            attach(&mut roster, id).end(CloseReason::DetachedByServer);
        }
        assert!(roster.entries.len() <= 64, "{}", roster.entries.len());
        let ids: Vec<_> = roster.tickets().iter().map(|it| it.id.value()).collect();
        assert_eq!(ids, (0..10).collect::<Vec<_>>());
        drop(lives);
    }
}

mod unix_time {
    use super::*;

    pub(super) fn serialize<S: Serializer>(time: &SystemTime, to: S) -> Result<S::Ok, S::Error> {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        to.serialize_f64(since.as_secs_f64())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SystemTime, D::Error> {
        let since = Duration::try_from_secs_f64(f64::deserialize(from)?);
        let time = since.ok().and_then(|since| UNIX_EPOCH.checked_add(since));
        time.ok_or_else(|| serde::de::Error::custom("a time before 1970 or too far away"))
    }
}

mod whole_seconds {
    use super::*;

    pub(super) fn serialize<S: Serializer>(
        duration: &Option<Duration>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        duration.map(|duration| duration.as_secs()).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<u64>::deserialize(from)?.map(Duration::from_secs))
    }
}
