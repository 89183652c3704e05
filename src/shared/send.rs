//! Onto the link.

use std::{io, sync::Arc, time::Instant};

use serde::Serialize;

use super::Shared;
use crate::{
    Error, Result,
    auth::{Present, Renew},
    error::CloseReason,
    line::Line,
    logging::{self, debug},
    router::Late,
    sync::{self, atomic::Ordering},
    transport::Received,
    wire::{Credentials, Outgoing},
};

impl Shared {
    /// The token to send, where [`Config::token_from`](crate::Config::token_from) gives it.
    pub(super) fn token<B: Serialize>(
        &self,
        outgoing: &Outgoing<'_, B>,
        renew: Renew,
    ) -> Result<Option<Present>> {
        match is_open(outgoing.janus) {
            true => Ok(None),
            false => self.config.present_token(renew),
        }
    }

    pub(super) fn encode<B: Serialize>(
        &self,
        outgoing: &Outgoing<'_, B>,
        number: u64,
        token: Option<&Present>,
    ) -> Result<String> {
        let credentials = match is_open(outgoing.janus) {
            true => Credentials::NONE,
            false => Credentials::new(&self.config).with_token(token.map(Present::text)),
        };
        outgoing
            .encode(&self.transactions.text(number), credentials)
            .map_err(|error| {
                let why = if error.is_io() {
                    error.to_string()
                } else {
                    format!("it cannot become JSON: {error}")
                };
                Error::config("request", why)
            })
    }

    /// Sends over that link. An error that is not harmless has ended it.
    pub(super) fn send(&self, line: &Arc<Line>, text: &str, deadline: Instant) -> io::Result<()> {
        logging::wire("->", text);
        let mut answered = |received: Received<'_>| self.received(line, received);
        let sent = line.link.send(text, deadline, &mut answered);
        if let Err(error) = &sent {
            if !is_harmless(error) {
                // The reader finds out as well, but perhaps later.
                let source = io::Error::new(error.kind(), error.to_string());
                self.lost(line, CloseReason::LinkBroken, source);
            }
        }
        sent
    }

    /// Sends a request whose answer nobody waits for. Never waits: what cannot be sent at once is
    /// left to the connection's thread.
    pub(crate) fn send_unwatched(&self, late: Late) {
        let line = self.lines.open();
        match line {
            Some(line) if !line.properties.answers_in_send => {
                self.send_late(&line, late, sync::now());
            }
            line => {
                self.outbox.lock().push_back(late);
                self.turn.poke();
                if let Some(line) = line {
                    line.link.wake();
                }
            }
        }
    }

    /// Whether the connection's thread has something to send, to look at its timers, or to part with
    /// the server.
    pub(crate) fn has_errand(&self, line: &Line, parted: bool) -> bool {
        let closing = !parted && self.closing.load(Ordering::Acquire);
        line.properties.answers_in_send
            && (closing || !self.outbox.lock().is_empty() || self.turn.is_poked())
    }

    /// Sends what was left to the connection's thread.
    pub(crate) fn empty_outbox(&self) {
        while let Some(line) = self.lines.open() {
            let Some(late) = self.outbox.lock().pop_front() else {
                return;
            };
            let timeout = match self.closing.load(Ordering::Acquire) {
                true => self.config.close_timeout,
                false => self.config.request_timeout,
            };
            self.send_late(&line, late, sync::now() + timeout);
        }
    }

    fn send_late(&self, line: &Arc<Line>, late: Late, deadline: Instant) {
        let Some(outgoing) = late.request() else {
            return;
        };
        let renew = match late {
            Late::Keepalive(_) => Renew::OrNot,
            _ => Renew::Never,
        };
        let token = self.token(&outgoing, renew).unwrap_or_default();
        let number = self.transactions.next();
        let Ok(text) = self.encode(&outgoing, number, token.as_ref()) else {
            return;
        };
        let now = sync::now();
        self.router.lock().register_unwatched(number, late, now);
        // With `TimedOut` it is on its way, behind what waits for room already.
        match self.send(line, &text, deadline) {
            Err(error) if error.kind() != io::ErrorKind::TimedOut => {
                debug!("`{}` could not be sent: {error}", outgoing.janus);
            }
            _ => {}
        }
    }
}

/// Whether Janus asks for no credentials.
fn is_open(verb: &str) -> bool {
    matches!(verb, "info" | "ping")
}

/// Whether the link is as good as before.
pub(super) fn is_harmless(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::TimedOut | io::ErrorKind::InvalidInput
    )
}
