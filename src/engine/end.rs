//! The end of a link, and of the connection.

use std::{io, sync::Arc};

use super::Engine;
use crate::{
    ConnectionState, Reconnect,
    engine::LinkEpoch,
    error::{CloseReason, LinkFailure},
    logging::debug,
    sync::{self, atomic::Ordering},
};

impl Engine {
    /// A link broke, or is as good as broken. Makes a new one if the settings want that.
    pub(crate) fn lost(&self, epoch: &Arc<LinkEpoch>, why: CloseReason, source: io::Error) {
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
        // In one piece, so that whoever else finds it broken waits until it is lost for everybody.
        let mut router = self.router();
        if !router.stands(epoch.number) {
            return;
        }
        self.current_link.lost();
        self.states.note_lost(why);
        let unfinished = router.suspend(&broken, sync::now());
        let receiver = self.turn.link_lost();
        drop(router);
        drop(receiver);
        debug!("the link to {} has ended: {why} ({cause})", epoch.endpoint);
        epoch.link.shutdown();
        for late in unfinished {
            self.send_unwatched(late);
        }
        self.states.tell();
    }

    /// Ends the connection, once: all callers and all queues hear why.
    pub(crate) fn fail(&self, why: CloseReason, source: Option<io::Error>) {
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
        // Whoever hears of it, by an answer or a queue, finds it true.
        self.states.note(ConnectionState::Closed(why));
        self.current_link.end();
        router.end_all(broken);
        let receiver = self.turn.end();
        drop(router);
        drop(receiver);
        debug!(
            "the connection to {endpoint} has ended: {why}{}",
            cause.unwrap_or_default()
        );
        self.current_link.latest().link.shutdown();
        self.states.tell();
    }
}
