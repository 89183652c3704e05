//! The end of a link, and of the connection.

use std::{io, sync::Arc};

use super::Shared;
use crate::{
    ConnectionState, Reconnect,
    error::{Broken, CloseReason},
    line::Line,
    logging::debug,
    sync::{self, atomic::Ordering},
};

impl Shared {
    /// A link broke, or is as good as broken. Makes a new one if the settings want that.
    pub(crate) fn lost(&self, line: &Arc<Line>, why: CloseReason, source: io::Error) {
        let stays = self.config.reconnect == Reconnect::Never
            || !self.running.load(Ordering::Acquire)
            || self.closing.load(Ordering::Acquire);
        if stays {
            return self.fail(why, Some(source));
        }
        if !line.breaks() {
            return;
        }
        debug!("the link to {} has ended: {why} ({source})", line.endpoint);
        line.link.shutdown();
        self.lines.lose(line);
        let broken = Arc::new(Broken {
            endpoint: line.endpoint.clone(),
            reconnects: true,
            why,
            source: Some(source),
        });
        let loses = !line.properties.sessions_outlive_links;
        let unfinished = self.router.lock().suspend(&broken, loses, sync::now());
        for late in unfinished {
            self.send_unwatched(late);
        }
        self.states.lost(why);
        self.turn.lose();
    }

    /// Ends the connection, once: all callers and all queues hear why.
    pub(crate) fn fail(&self, why: CloseReason, source: Option<io::Error>) {
        let (why, source) = match self.closing.load(Ordering::Acquire) {
            true => (CloseReason::ConnectionClosed, None),
            false => (why, source),
        };
        let endpoint = self.endpoint();
        let cause = source.as_ref().map(|source| format!(" ({source})"));
        let broken = Broken {
            endpoint: endpoint.clone(),
            reconnects: false,
            why,
            source,
        };
        if self.router.lock().end_all(broken) {
            debug!(
                "the connection to {endpoint} has ended: {why}{}",
                cause.unwrap_or_default()
            );
            self.lines.end();
            self.turn.end();
            let line = self.lines.latest();
            line.breaks();
            line.link.shutdown();
            self.states.set(ConnectionState::Closed(why));
        }
    }
}
