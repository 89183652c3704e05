//! The end of a link, and of the connection.

use std::{io, sync::Arc, time::Instant};

use super::{ConnectionThread, Engine};
use crate::{
    ConnectionState, Reconnect, engine::LinkEpoch, error::CloseReason, logging::debug,
    router::LinkFailure, sync::atomic::Ordering,
};

impl Engine {
    /// Ends the connection for everybody, once, and waits for its thread, until that time.
    pub(crate) fn close(&self, thread: &ConnectionThread, deadline: Instant) {
        // What is still to be sent and the goodbye get most of that time, and the thread, which ends
        // once the link is shut down, the rest.
        let timeout = self.config.close_timeout;
        let is_first = !self.closing.swap(true, Ordering::AcqRel);
        if let Some(epoch) = self.current_link.open() {
            if is_first {
                self.outbox.wait(deadline - timeout / 4);
                epoch.link.goodbye();
            }
            // The next reader finds the server's close.
            self.turn.request_reader();
            // Another one who ends it at the same time waits for that as well: what was sent before
            // the goodbye is not cut off.
            if !thread.wait(deadline - timeout / 8) {
                debug!(
                    "{} did not close the link within {timeout:?}",
                    epoch.endpoint
                );
            }
        }
        self.fail(CloseReason::ConnectionClosed, None);
        thread.join(deadline);
    }

    /// A link broke, or is as good as broken. Makes a new one if the settings want that.
    pub(super) fn lost(&self, epoch: &Arc<LinkEpoch>, why: CloseReason, source: io::Error) {
        let stays = self.config.reconnect == Reconnect::Never
            || !self.running.load(Ordering::Acquire)
            || self.closing.load(Ordering::Acquire);
        if stays {
            // What an older link's reader finds out late is not about the present one.
            if self.router().stands(epoch.number) {
                self.fail(why, Some(source));
            }
            return;
        }
        let cause = source.to_string();
        let broken = Arc::new(LinkFailure {
            endpoint: epoch.endpoint.clone(),
            reconnects: true,
            why,
            source: Some(source),
        });
        // All of it under the router's lock: other threads that find the link broken wait until this is
        // done.
        let mut router = self.router();
        if !router.stands(epoch.number) {
            return;
        }
        let link = self.current_link.lost();
        self.states.note_lost(why);
        let unfinished = router.suspend(&broken, self.heard());
        let remains = self.turn.link_lost();
        drop(router);
        drop((link, remains));
        debug!("the link to {} has ended: {why} ({cause})", epoch.endpoint);
        epoch.link.shutdown();
        for late in unfinished {
            self.send_unwatched(late);
        }
        self.states.tell();
    }

    /// Ends the connection, once: all callers and all queues hear why.
    pub(super) fn fail(&self, why: CloseReason, source: Option<io::Error>) {
        let (why, source) = if self.closing.load(Ordering::Acquire) {
            (CloseReason::ConnectionClosed, None)
        } else {
            (why, source)
        };
        let endpoint = self.endpoint();
        let cause = source.as_ref().map(|source| format!(" ({source})"));
        let broken = LinkFailure {
            endpoint: endpoint.clone(),
            reconnects: false,
            why,
            source,
        };
        let mut router = self.router();
        if router.is_over() {
            return;
        }
        // Noted first: a thread that learns of it from an answer or a queue finds the state changed.
        self.states.note(ConnectionState::Closed(why));
        let latest = self.current_link.end();
        router.end_all(broken);
        self.outbox.end();
        let remains = self.turn.end();
        drop(router);
        drop(remains);
        debug!(
            "the connection to {endpoint} has ended: {why}{}",
            cause.unwrap_or_default()
        );
        latest.link.shutdown();
        self.states.tell();
    }
}
