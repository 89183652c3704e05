//! Onto the link.

use std::{io, sync::atomic::Ordering, time::Instant};

use serde::Serialize;

use super::Shared;
use crate::{
    Error, Result,
    auth::{Present, Renew},
    error::CloseReason,
    logging::{self, debug},
    router::Late,
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
            .map_err(|error| Error::config("request", format!("it cannot become JSON: {error}")))
    }

    pub(super) fn send(&self, text: &str, deadline: Instant) -> io::Result<()> {
        logging::wire("->", text);
        let mut answered = |received: Received<'_>| self.received(received);
        let sent = self.link.send(text, deadline, &mut answered);
        sent.inspect_err(|error| {
            if !is_harmless(error) {
                // The reader finds out as well, but perhaps later.
                let source = io::Error::new(error.kind(), error.to_string());
                self.fail(CloseReason::LinkBroken, Some(source));
            }
        })
    }

    /// Sends a request whose answer nobody waits for; never waits.
    pub(crate) fn send_unwatched(&self, outgoing: &Outgoing<'_>, late: Late) {
        let now = Instant::now();
        let renew = match late {
            Late::Keepalive(_) => Renew::OrNot,
            _ => Renew::Never,
        };
        let token = self.token(outgoing, renew).unwrap_or_default();
        let number = self.transactions.next();
        let Ok(text) = self.encode(outgoing, number, token.as_ref()) else {
            return;
        };
        self.router.lock().register_unwatched(number, late, now);
        if self.properties.answers_in_send {
            self.outbox.lock().push_back(text);
            self.turn.poke();
            return;
        }
        match self.send(&text, now) {
            // It is on its way, behind what waits for room already.
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {}
            Err(error) => debug!("`{}` could not be sent: {error}", outgoing.janus),
        }
    }

    /// Sends what was left to the connection's thread, waiting for each answer.
    pub(crate) fn empty_outbox(&self) {
        loop {
            let Some(text) = self.outbox.lock().pop_front() else {
                return;
            };
            let timeout = match self.closing.load(Ordering::Acquire) {
                true => self.config.close_timeout,
                false => self.config.request_timeout,
            };
            if let Err(error) = self.send(&text, Instant::now() + timeout) {
                debug!("a request that nobody waits for could not be sent: {error}");
            }
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
