//! A handle with its events, for tests.

use std::{fmt::Debug, time::Instant};

use janus_blocking::{Connection, Events, Jsep, Plugin, Session};

use crate::servers::SOON;

/// A handle, with its own session and connection.
pub(crate) struct Desk<P> {
    // Before the others, so that it is detached first.
    pub(crate) plugin: P,
    events: Events<P>,
    pub(crate) session: Session,
    _connection: Connection,
}

impl<P: Plugin> Desk<P> {
    pub(crate) fn new(connection: Connection) -> Self {
        let session = connection.create_session().expect("a session");
        let plugin: P = session.attach().expect("a handle");
        Self {
            events: plugin.events(),
            plugin,
            session,
            _connection: connection,
        }
    }
}

impl<P: Plugin<Event: Debug>> Desk<P> {
    /// Waits for the event that `pick` takes; those before it are thrown away.
    #[track_caller]
    pub(crate) fn wait<T>(
        &self,
        what: &str,
        mut pick: impl FnMut(&P::Event, Option<&Jsep>) -> Option<T>,
    ) -> T {
        self.look(what, |event| match event {
            janus_blocking::Event::Plugin { event, jsep } => pick(event, jsep.as_ref()),
            _ => None,
        })
    }

    /// Waits until the PeerConnection stands.
    #[track_caller]
    pub(crate) fn wait_up(&self) {
        self.look(
            "PeerConnection; has this machine an address besides loopback?",
            |event| matches!(event, janus_blocking::Event::WebrtcUp).then_some(()),
        );
    }

    /// Waits for an event of any kind that `pick` takes; those before it are thrown away.
    #[track_caller]
    pub(crate) fn look<T>(
        &self,
        what: &str,
        mut pick: impl FnMut(&janus_blocking::Event<P::Event>) -> Option<T>,
    ) -> T {
        let deadline = Instant::now() + SOON;
        let mut seen = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let event = self.events.recv_timeout(left);
            let Some(event) = event.expect("an event that decodes") else {
                panic!("no {what} within {SOON:?}, but {seen:#?}")
            };
            if let janus_blocking::Event::Plugin { event, .. } = &event {
                let known = !format!("{event:?}").starts_with("Other(");
                assert!(known, "an event without a type: {event:?}");
            }
            if let Some(found) = pick(&event) {
                return found;
            }
            seen.push(format!("{event:?}"));
        }
    }
}
