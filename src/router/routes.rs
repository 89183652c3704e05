//! The handles of a session, and where their events go.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Instant,
};

use super::{
    ClosedFlag, Failure, LinkFailure, Payload, Queue,
    queue::{Budget, Producer, queue},
};
use crate::{CloseReason, HandleId, SessionId};

/// How many handles of a claimed session may have events waiting before they are reattached.
const UNBOUND: usize = 1024;

/// How many ended handles are remembered, so that what Janus still says about
/// them is not kept for a reattachment. It says that within moments, and every attach looks for its
/// handle among them, so that there are few: a session that attaches and detaches for days has 1 KiB.
const ENDED: usize = 128;

/// One session.
#[derive(Debug)]
pub(super) struct SessionRoutes {
    pub(super) closed: Arc<ClosedFlag>,
    handles: HashMap<HandleId, Route>,
    /// Handles that have events and are not attached here yet, with the reading end.
    unbound: HashMap<HandleId, (Route, Queue)>,
    ended: Ended,
    /// It may have handles that are not known here, and their events are kept.
    claimed: bool,
    /// The claim has not been answered yet.
    pub(super) claiming: bool,
    /// When it was created, or its claim answered.
    pub(super) began: Instant,
    /// How many attaches are under way; their handles' events may come before the answer.
    pub(super) attaching: usize,
    pub(super) last_request: Instant,
    /// The time under which it is listed in the router's `idle`.
    pub(super) noted: Instant,
    /// Since when it has no link.
    pub(super) outage: Option<Instant>,
}

/// One handle.
#[derive(Debug)]
struct Route {
    producer: Producer,
    /// Requests that wait for an event which may come without their transaction.
    watching: Vec<u64>,
}

/// Handles that have ended, bounded: the oldest goes when it is full.
#[derive(Debug, Default)]
struct Ended(VecDeque<HandleId>);

impl SessionRoutes {
    pub(super) fn created(now: Instant) -> Self {
        Self::new(now, false)
    }

    pub(super) fn claiming(now: Instant) -> Self {
        Self {
            claiming: true,
            ..Self::new(now, true)
        }
    }

    fn new(now: Instant, claimed: bool) -> Self {
        Self {
            closed: ClosedFlag::new(),
            handles: HashMap::new(),
            unbound: HashMap::new(),
            ended: Ended::default(),
            claimed,
            claiming: false,
            began: now,
            attaching: 0,
            last_request: now,
            noted: now,
            outage: None,
        }
    }

    pub(super) fn bind(
        &mut self,
        id: SessionId,
        handle: HandleId,
        budget: &Arc<Budget>,
    ) -> Result<Queue, Failure> {
        self.check_free(id, handle)?;
        self.ended.remove(handle);
        let (mut route, queue) = self
            .unbound
            .remove(&handle)
            .unwrap_or_else(|| Route::new(budget));
        route.producer.in_use = true;
        self.handles.insert(handle, route);
        Ok(queue)
    }

    pub(super) fn check_free(&self, id: SessionId, handle: HandleId) -> Result<(), Failure> {
        if self.handles.contains_key(&handle) {
            return Err(Failure::HandleInUse(id, handle));
        }
        Ok(())
    }

    /// Queues an event; `false` if it is nobody's.
    pub(super) fn push(
        &mut self,
        handle: HandleId,
        budget: &Arc<Budget>,
        payload: Payload,
        now: Instant,
    ) -> bool {
        if self.outage.is_some() {
            self.returned(now);
        }
        if let Some(route) = self.handles.get_mut(&handle) {
            route.producer.push(payload);
            return true;
        }
        if self.ended.contains(handle) {
            // Plugins have a last word when their handle goes (EchoTest: `done`).
            return true;
        }
        let keeps = self.claimed || self.attaching > 0;
        let has_room = self.unbound.len() < UNBOUND || self.unbound.contains_key(&handle);
        if !keeps || !has_room {
            return false;
        }
        let (route, _) = self
            .unbound
            .entry(handle)
            .or_insert_with(|| Route::new(budget));
        route.producer.push(payload);
        true
    }

    pub(super) fn handles(&self) -> impl Iterator<Item = (HandleId, &Arc<ClosedFlag>)> {
        let handles = self.handles.iter();
        handles.map(|(handle, route)| (*handle, route.producer.closed()))
    }

    pub(super) fn producers(&mut self) -> impl Iterator<Item = &mut Producer> {
        let unbound = self.unbound.values_mut().map(|(route, _)| route);
        let routes = self.handles.values_mut().chain(unbound);
        routes.map(|route| &mut route.producer)
    }

    /// The requests that wait for an unmarked event of this handle.
    pub(super) fn watching(&self, handle: HandleId) -> &[u64] {
        self.handles
            .get(&handle)
            .map_or(&[], |route| &route.watching)
    }

    pub(super) fn watch(&mut self, handle: HandleId, number: u64) {
        if let Some(route) = self.handles.get_mut(&handle) {
            route.watching.push(number);
        }
    }

    pub(super) fn unwatch(&mut self, handle: HandleId, number: u64) {
        if let Some(route) = self.handles.get_mut(&handle) {
            route.watching.retain(|other| *other != number);
        }
    }

    /// Ends one handle, with a last event if Janus ended it.
    pub(super) fn end_with(&mut self, handle: HandleId, last: Payload, why: CloseReason) -> bool {
        let Some(route) = self.handles.get_mut(&handle) else {
            return self.unbound.remove(&handle).is_some();
        };
        // Ended first: who reads the event finds the handle closed.
        route.producer.closed().end(why);
        route.producer.push_last(last);
        self.end(handle, why);
        true
    }

    pub(super) fn end(&mut self, handle: HandleId, why: CloseReason) {
        if let Some(route) = self.handles.remove(&handle) {
            route.producer.closed().end(why);
            self.ended.insert(handle);
        }
    }

    /// Drops the events of a handle that was attached too late for its caller.
    pub(super) fn retire(&mut self, handle: HandleId) {
        self.unbound.remove(&handle);
        self.ended.insert(handle);
    }

    /// Tells every handle of the session's end.
    pub(super) fn end_with_all(&mut self, mut last: impl FnMut() -> Payload, why: CloseReason) {
        // Ended first: who reads the event finds the session closed.
        self.closed.end(why);
        for route in self.handles.values_mut() {
            route.producer.closed().end(why);
            route.producer.push_last(last());
        }
    }

    pub(super) fn end_all(self, why: CloseReason) {
        self.closed.end(why);
        for route in self.handles.values() {
            route.producer.closed().end(why);
        }
    }

    pub(super) fn end_broken(self, broken: &Arc<LinkFailure>) {
        self.closed.end_broken(broken);
        for route in self.handles.values() {
            route.producer.closed().end_broken(broken);
        }
    }
}

impl Ended {
    fn contains(&self, handle: HandleId) -> bool {
        self.0.contains(&handle)
    }

    fn insert(&mut self, handle: HandleId) {
        if self.0.len() == ENDED {
            self.0.pop_front();
        }
        self.0.push_back(handle);
    }

    fn remove(&mut self, handle: HandleId) {
        // Every attach asks, and hardly ever is it there.
        if self.contains(handle) {
            self.0.retain(|ended| *ended != handle);
        }
    }
}

impl Route {
    fn new(budget: &Arc<Budget>) -> (Self, Queue) {
        let (producer, queue) = queue(budget);
        (
            Self {
                producer,
                watching: Vec::new(),
            },
            queue,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_handles_that_have_ended_the_latest_are_remembered() {
        let mut ended = Ended::default();
        let ids = || (0..10_000).map(HandleId::new);
        // The second time all have been dropped.
        ids().chain(ids()).for_each(|handle| ended.insert(handle));
        assert_eq!(ended.0.len(), ENDED);
        assert!(!ended.contains(HandleId::new(0)));
        assert!(ended.contains(HandleId::new(9_999)));
        ended.remove(HandleId::new(9_999));
        assert!(!ended.contains(HandleId::new(9_999)));
        assert_eq!(ended.0.len(), ENDED - 1);
        // What a session has for each of them is little, however many there were.
        assert!(ended.0.capacity() * size_of::<HandleId>() <= 2 << 10);
    }
}
