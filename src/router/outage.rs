//! What becomes of requests and sessions when the link breaks and a new one is made.

use std::{sync::Arc, time::Instant};

use super::{
    Answer, ClosedFlag, Failure, LinkFailure, Notice, Router, Unwatched, routes::SessionRoutes,
};
use crate::{HandleId, SessionId};

/// A session of this program.
pub(crate) struct OwnSession {
    pub(crate) id: SessionId,
    pub(crate) closed: Arc<ClosedFlag>,
}

/// A handle of one.
pub(crate) struct OwnHandle {
    pub(crate) session: SessionId,
    pub(crate) id: HandleId,
    pub(crate) closed: Arc<ClosedFlag>,
}

impl<S> Router<S> {
    /// The link broke, and nothing came since `heard`. Ends the requests that were under way, those that may be repeated with
    /// [`Answer::Again`]. Returns those whose answer nobody waited for and which should still be
    /// carried out.
    pub(crate) fn suspend(&mut self, broken: &Arc<LinkFailure>, heard: Instant) -> Vec<Unwatched> {
        self.epoch += 1;
        // The answers to the next link's claims will tell.
        self.accepted();
        let numbers: Vec<_> = self.pending.waiting.keys().copied().collect();
        for number in numbers {
            let Some(waiting) = self.take(number) else {
                continue;
            };
            self.unclaim(&waiting);
            let failure = Failure::InFlight(broken.clone());
            let answer = if waiting.repeats {
                Answer::Again(failure)
            } else {
                Answer::Ended(failure)
            };
            self.replies.push(waiting.slot, answer);
        }
        for session in self.sessions.values_mut() {
            session.outage.get_or_insert(heard);
        }
        self.pending.late.drain_unfinished()
    }

    /// The sessions that are to be claimed over a new link.
    pub(crate) fn to_reclaim(&self) -> Vec<OwnSession> {
        let sessions = self.sessions.iter();
        let own = sessions.filter(|(_, session)| !session.claiming);
        own.map(|(id, session)| OwnSession {
            id: *id,
            closed: session.closed.clone(),
        })
        .collect()
    }

    /// The handles of a session that are in use.
    pub(crate) fn handles_of(&self, id: SessionId) -> Vec<OwnHandle> {
        let session = self.sessions.get(&id);
        let handles = session.into_iter().flat_map(SessionRoutes::handles);
        handles
            .map(|(handle, closed)| OwnHandle {
                session: id,
                id: handle,
                closed: closed.clone(),
            })
            .collect()
    }

    /// A session is ours again: its handles hear of it, unless an event came before and told them.
    pub(crate) fn returned(&mut self, id: SessionId, now: Instant) {
        if let Some(session) = self.sessions.get_mut(&id) {
            session.returned(now);
        }
    }
}

impl SessionRoutes {
    /// Puts the end of the gap into every queue, once.
    pub(super) fn returned(&mut self, now: Instant) {
        if let Some(since) = self.outage.take() {
            let gap = now.saturating_duration_since(since);
            for producer in self.producers() {
                producer.push_notice(Notice::Reconnected { gap });
            }
        }
    }
}
