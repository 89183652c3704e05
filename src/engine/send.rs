//! Onto the link.

use std::{sync::Arc, time::Instant};

use serde::Serialize;

use super::Engine;
use crate::{
    Error, Result,
    auth::{ActiveToken, Renew},
    engine::LinkEpoch,
    error::CloseReason,
    logging::{self, debug},
    router::Unwatched,
    sync::{self, atomic::Ordering},
    transport::SendError,
    wire::{Credentials, Outgoing},
};

impl Engine {
    /// The token to send, where [`Config::token_provider`](crate::Config::token_provider) gives it.
    pub(super) fn token<B: Serialize>(
        &self,
        outgoing: &Outgoing<'_, B>,
        renew: Renew,
    ) -> Result<Option<ActiveToken>> {
        if outgoing.janus.needs_credentials() {
            self.config.present_token(renew)
        } else {
            Ok(None)
        }
    }

    pub(super) fn encode<B: Serialize>(
        &self,
        outgoing: &Outgoing<'_, B>,
        number: u64,
        token: Option<&ActiveToken>,
    ) -> Result<String> {
        let credentials = if outgoing.janus.needs_credentials() {
            let credentials = self.config.credentials();
            credentials.with_token(token.map(ActiveToken::text))
        } else {
            Credentials::NONE
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

    /// Sends what nobody waits for.
    fn send(&self, epoch: &Arc<LinkEpoch>, text: &str, deadline: Instant) -> Result<(), SendError> {
        logging::wire("->", text);
        self.sent(epoch, epoch.link.send(text, deadline))
    }

    /// The same without waiting, for what has to go out some time.
    fn post(&self, epoch: &Arc<LinkEpoch>, text: &str) -> Result<(), SendError> {
        logging::wire("->", text);
        self.sent(epoch, epoch.link.post(text))
    }

    fn sent(&self, epoch: &Arc<LinkEpoch>, sent: Result<(), SendError>) -> Result<(), SendError> {
        // The reader finds out as well, but perhaps later.
        if let Some(cause) = sent.as_ref().err().and_then(SendError::cause) {
            self.lost(epoch, CloseReason::LinkBroken, cause);
        }
        sent
    }

    /// Sends a request whose answer nobody waits for. Never waits, nor calls the program's function for
    /// tokens: what cannot be sent at once is left to the connection's thread.
    pub(crate) fn send_unwatched(&self, late: Unwatched) {
        self.send_at_once(late, Renew::Never);
    }

    /// The same, with a new token if one is due.
    pub(super) fn send_at_once(&self, late: Unwatched, renew: Renew) {
        // Even with a link: should it break now, the next one finds it there.
        self.outbox.push(late);
        while let Some(epoch) = self.current_link.open() {
            // One only, whichever it is: who drops something does not send for all others.
            let Some(taken) = self.outbox.take() else {
                return;
            };
            match self.send_late(&epoch, taken.late, renew, None) {
                Fate::Sent => return,
                Fate::NoLink => {}
                Fate::NoRoom => {
                    self.outbox.push(taken.late);
                    break;
                }
            }
        }
        self.turn.wake_timers();
    }

    /// Sends what was left to the connection's thread.
    pub(super) fn empty_outbox(&self) {
        while let Some(epoch) = self.current_link.open() {
            let Some(taken) = self.outbox.take() else {
                return;
            };
            let timeout = if self.closing.load(Ordering::Acquire) {
                self.config.close_timeout
            } else {
                self.config.request_timeout
            };
            let deadline = Some(sync::now() + timeout);
            self.send_late(&epoch, taken.late, Renew::OrNot, deadline);
        }
    }

    /// Sends what nobody waits for: without a deadline only if that can be done at once.
    fn send_late(
        &self,
        epoch: &Arc<LinkEpoch>,
        late: Unwatched,
        renew: Renew,
        deadline: Option<Instant>,
    ) -> Fate {
        let Some(outgoing) = late.request() else {
            return Fate::Sent;
        };
        if late.is_again() && deadline.is_none() {
            // The program's function, which gives the token, does not run in a drop.
            return Fate::NoRoom;
        }
        let token = self.token(&outgoing, renew).unwrap_or_default();
        let number = self.transactions.next();
        let Ok(text) = self.encode(&outgoing, number, token.as_ref()) else {
            return Fate::Sent;
        };
        let sent_with = token.as_ref().map_or(0, ActiveToken::number);
        let now = sync::now();
        let entered = self
            .router()
            .register_unwatched(epoch.number, number, late, sent_with, now);
        if !entered {
            if late.is_owed() {
                self.outbox.push_first(late);
            }
            return Fate::NoLink;
        }
        // Only what is of no use later is sent with a deadline.
        let mut sent = if late.is_owed() {
            self.post(epoch, &text)
        } else {
            self.send(epoch, &text, deadline.unwrap_or(now))
        };
        if late.is_owed() && matches!(sent, Err(SendError::NoRoom)) {
            let Some(deadline) = deadline else {
                self.router().forget_unwatched(number);
                return Fate::NoRoom;
            };
            sent = self.send(epoch, &text, deadline);
        }
        // What is owed is sent again over the next link, if its answer has not come by then.
        if let Err(error) = sent {
            debug!("`{}` could not be sent: {error}", outgoing.janus.name());
        }
        Fate::Sent
    }
}

/// What has become of a request that nobody waits for.
enum Fate {
    /// It is on its way, or nothing more can be done about it over this link.
    Sent,
    /// The link has broken. What must be sent is in the outbox again.
    NoLink,
    /// It would have to wait, for room or for a token.
    NoRoom,
}
