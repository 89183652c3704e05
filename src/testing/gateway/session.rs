//! Sessions and how they end.

use std::{collections::BTreeMap, time::Duration};

use super::{Gateway, Handle, LinkId, Object, SessionEnd, WATCHDOG, What};
use crate::testing::Version;

/// A session of the server's.
#[derive(Debug)]
pub(in crate::testing) struct Session {
    /// The link that gets the events, whether it is still there or not.
    pub(in crate::testing) owner: LinkId,
    pub(in crate::testing) handles: BTreeMap<u64, Handle>,
    /// The last request that named the session.
    pub(super) last_activity: Duration,
    /// The owner's link has ended.
    pub(super) gone: bool,
    /// The watchdog has found it too old once. In 1.1.2 only the next pass ends it.
    pub(super) marked: bool,
}

impl Session {
    pub(super) fn new(owner: LinkId, now: Duration) -> Self {
        Self {
            owner,
            handles: BTreeMap::new(),
            last_activity: now,
            gone: false,
            marked: false,
        }
    }
}

impl Gateway {
    /// One pass of the watchdog.
    pub(super) fn watch(&mut self) {
        self.watchdog += WATCHDOG;
        let (now, settings) = (self.now, &self.settings);
        let ended: Vec<u64> = self
            .sessions
            .iter_mut()
            .filter_map(|(id, session)| session.has_timed_out(now, settings).then_some(*id))
            .collect();
        for id in ended {
            self.time_out(id);
        }
    }

    /// What its handles say meanwhile is lost: Janus is too quick for them.
    fn time_out(&mut self, id: u64) {
        if let Some(session) = self.sessions.get(&id) {
            let timeout = Object::message("timeout", id, None);
            self.send(session.owner, What::Event, timeout);
        }
        self.end_session(id, true);
    }

    /// A session is destroyed; its handles get no `detached`, nor anything else.
    pub(super) fn end_session(&mut self, id: u64, timed_out: bool) {
        let Some(session) = self.sessions.remove(&id) else {
            return;
        };
        let link = session.owner;
        self.session_ends.push(SessionEnd { link, timed_out });
        for (handle, mut gone) in session.handles {
            self.sip_handle_gone(&mut gone.sip);
            self.bridge_left(gone.seat);
            self.text_gone(handle);
        }
    }

    /// A handle goes away, and Janus tells the owner of its session.
    pub(in crate::testing) fn detach(&mut self, session: u64, handle: u64) {
        self.handle_gone(session, handle);
        self.core_event(session, handle, "detached", |event| event);
        if let Some(session) = self.sessions.get_mut(&session) {
            session.handles.remove(&handle);
        }
    }
}

impl Session {
    /// What one pass of the watchdog finds.
    fn has_timed_out(
        &mut self,
        now: Duration,
        settings: &crate::testing::settings::Settings,
    ) -> bool {
        let idle = now.saturating_sub(self.last_activity);
        let timeout = settings.session_timeout;
        let timed_out = !timeout.is_zero() && idle >= timeout;
        let unclaimed = self.gone && idle >= settings.reclaim_timeout;
        match settings.version {
            // Each of the two conditions marks an unmarked session and ends a marked one.
            Version::V1_1_2 => {
                let conditions = [timed_out, unclaimed];
                conditions.into_iter().any(|holds| {
                    let marked_before = self.marked;
                    self.marked |= holds;
                    holds && marked_before
                })
            }
            Version::V1_4_1 => timed_out || unclaimed,
        }
    }
}
