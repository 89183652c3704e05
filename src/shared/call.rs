//! One request out, one answer in.

use std::{
    io,
    time::{Duration, Instant},
};

use serde::Serialize;

use super::Shared;
use crate::{
    Error, ErrorCode, Result,
    auth::{Present, Renew},
    error::Attempt,
    logging::debug,
    router::{Answer, Expects, Slot, Waiting},
    transport::Wait,
    wire::Outgoing,
};

/// One request, and what it waits for.
pub(crate) struct Call<'a, B: Serialize = ()> {
    pub(crate) outgoing: Outgoing<'a, B>,
    pub(crate) expects: Expects,
    pub(crate) timeout: Duration,
    /// For the text of errors; made only when there is one.
    pub(crate) attempt: &'a dyn Fn() -> Attempt,
}

impl Shared {
    /// Sends one request and waits for its answer; once more if its token was refused, as then it was
    /// not carried out.
    pub(crate) fn call<B: Serialize>(&self, call: &Call<'_, B>) -> Result<Answer> {
        let mut token = None;
        match self.call_once(call, &mut token) {
            Err(Error::Janus { code, .. })
                if code == ErrorCode::UNAUTHORIZED && self.config.token_refused(token.as_ref()) =>
            {
                debug!("`{}` is sent with another token", call.outgoing.janus);
                self.call_once(call, &mut token)
            }
            result => result,
        }
    }

    /// Reads while it is this thread's turn.
    fn call_once<B: Serialize>(
        &self,
        call: &Call<'_, B>,
        token: &mut Option<Present>,
    ) -> Result<Answer> {
        let Call {
            outgoing,
            expects,
            timeout,
            attempt,
        } = call;
        *token = self.token(outgoing, Renew::OrWait(*timeout))?;
        let begun = Instant::now();
        let deadline = begun + *timeout;
        let number = self.transactions.next();
        let text = self.encode(outgoing, number, token.as_ref())?;
        let slot = Slot::new();
        let waiting = Waiting {
            slot: slot.clone(),
            expects: *expects,
            session: outgoing.session_id,
            handle: outgoing.handle_id,
            acked: false,
        };
        self.router.lock().register(number, waiting, begun)?;
        if let Err(error) = self.send(&text, deadline) {
            let sent = error.kind() != io::ErrorKind::InvalidInput;
            self.router.lock().forget(number, sent);
            return Err(match slot.take_answer() {
                Some(Answer::Ended(error)) => error,
                _ if error.kind() == io::ErrorKind::TimedOut => {
                    self.timed_out(attempt(), begun, false)
                }
                _ if error.kind() == io::ErrorKind::InvalidInput => {
                    Error::config("request", error.to_string())
                }
                _ => Error::Transport {
                    endpoint: self.endpoint.clone(),
                    source: error,
                },
            });
        }
        // Where each request has its answer, no turn is needed for it.
        let early = match self.properties.answers_in_send {
            true => slot.take_answer(),
            false => None,
        };
        let answer = early.or_else(|| {
            self.turn.wait(&slot, deadline, |receiver, deadline| {
                self.read(
                    receiver,
                    Wait {
                        deadline,
                        idle: false,
                    },
                );
            })
        });
        let answer = answer.or_else(|| {
            let waiting = self.router.lock().forget(number, true);
            match waiting {
                Some(waiting) => {
                    let error = self.timed_out(attempt(), begun, waiting.acked);
                    Some(Answer::Ended(error))
                }
                // It came in the very last moment.
                None => slot.take_answer(),
            }
        });
        match answer {
            Some(Answer::Ended(error)) => Err(error),
            Some(Answer::Refused { code, reason }) => Err(Error::Janus {
                request: Box::new(attempt()),
                code: ErrorCode::from_wire(code),
                reason: reason.into(),
            }),
            Some(Answer::Mismatch(got)) => {
                Err(Error::unexpected(attempt(), expects.description(), &got))
            }
            Some(answer) => Ok(answer),
            None => Err(self.timed_out(attempt(), begun, false)),
        }
    }

    fn timed_out(&self, request: Attempt, begun: Instant, acked: bool) -> Error {
        Error::Timeout {
            request: Box::new(request),
            waited: begun.elapsed(),
            acked,
        }
    }
}
