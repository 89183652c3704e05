//! One request out, one answer in.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde::Serialize;

use super::{Engine, Slot};
use crate::{
    Error, ErrorCode, Result,
    auth::{ActiveToken, Renew, TokenFault},
    engine::LinkEpoch,
    error::{CloseReason, RequestContext, Scope},
    logging::debug,
    redact::shown,
    router::{Answer, Expects, Waiting},
    sync::{self, atomic::Ordering},
    transport::{SendError, Wait},
    wire::Outgoing,
};

/// How often a request is sent again because the link broke under it.
const REPEATS: u32 = 2;

/// One request, and what it waits for.
pub(crate) struct Call<'a, B: Serialize = ()> {
    pub(crate) outgoing: Outgoing<'a, B>,
    pub(crate) expects: Expects,
    pub(crate) timeout: Duration,
    /// For the text of errors; made only when there is one.
    pub(crate) attempt: &'a dyn Fn() -> RequestContext,
}

/// A request that was sent, or is as good as sent.
pub(crate) struct Begun {
    number: u64,
    slot: Arc<Slot>,
    /// Something came back at once.
    answered: bool,
    /// What it was sent with, where the program's function gives tokens.
    token: Option<ActiveToken>,
    times: Times,
}

#[derive(Clone, Copy)]
struct Times {
    begun: Instant,
    deadline: Instant,
}

impl Times {
    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(sync::now())
    }
}

impl<B: Serialize> Call<'_, B> {
    fn times(&self) -> Times {
        let begun = sync::now();
        Times {
            begun,
            deadline: begun + self.timeout,
        }
    }

    fn timed_out(&self, times: Times, epoch: Option<&LinkEpoch>, sent: bool, acked: bool) -> Error {
        Error::Timeout {
            request: Box::new((self.attempt)()),
            waited: sync::now() - times.begun,
            sent,
            acked,
            // A claim may be repeated, but takes the session.
            only_reads: self.outgoing.repeats && !matches!(self.expects, Expects::Claim),
            over_unix: epoch.is_some_and(|epoch| epoch.endpoint.as_str().starts_with("unix")),
        }
    }
}

impl Engine {
    /// Sends one request and waits for its answer, reading while it is this thread's turn. While
    /// there is no link, waits for one.
    pub(crate) fn call<B: Serialize>(&self, call: &Call<'_, B>) -> Result<Answer> {
        let times = call.times();
        let token = self.token_by(call, times)?;
        let mut breaks = 0;
        loop {
            // Without a token there may be no line for everybody: its maker does not wait for one.
            let makes_token = self.config.is_making_token();
            let epoch = if makes_token {
                self.current_link.standing()
            } else {
                self.current_link.wait(times.deadline)
            };
            let Some(epoch) = epoch else {
                self.check()?;
                return Err(if makes_token {
                    no_link_for_token()
                } else {
                    call.timed_out(times, None, false, false)
                });
            };
            let Some(begun) = self.begin_at(&epoch, call, token.clone(), times)? else {
                continue;
            };
            match self.finish(&epoch, call, begun)? {
                // It may be what breaks the links.
                Answer::Again(error) if breaks == REPEATS => return Err(error),
                Answer::Again(_) => breaks += 1,
                answer => return Ok(answer),
            }
        }
    }

    /// The same over that line only, before it is everybody's.
    pub(crate) fn call_on<B: Serialize>(
        &self,
        epoch: &Arc<LinkEpoch>,
        call: &Call<'_, B>,
    ) -> Result<Answer> {
        let Some(begun) = self.begin(epoch, call)? else {
            return Err(link_broken());
        };
        match self.finish(epoch, call, begun)? {
            Answer::Again(error) => Err(error),
            answer => Ok(answer),
        }
    }

    /// Sends one request over that line. `None` when the line has broken: nothing was sent.
    pub(crate) fn begin<B: Serialize>(
        &self,
        epoch: &Arc<LinkEpoch>,
        call: &Call<'_, B>,
    ) -> Result<Option<Begun>> {
        let times = call.times();
        let token = self.token_by(call, times)?;
        self.begin_at(epoch, call, token, times)
    }

    /// The token to send, within the time of the call. One that comes too late is the next call's.
    fn token_by<B: Serialize>(
        &self,
        call: &Call<'_, B>,
        times: Times,
    ) -> Result<Option<ActiveToken>> {
        let token = self.token(&call.outgoing, Renew::OrWait(times.left()))?;
        if token.is_some() && times.left().is_zero() {
            return Err(Error::Token {
                fault: TokenFault::RenewalTooSlow,
                source: None,
            });
        }
        Ok(token)
    }

    fn begin_at<B: Serialize>(
        &self,
        epoch: &Arc<LinkEpoch>,
        call: &Call<'_, B>,
        token: Option<ActiveToken>,
        times: Times,
    ) -> Result<Option<Begun>> {
        let number = self.transactions.next();
        let text = self.encode(&call.outgoing, number, token.as_ref())?;
        let slot = Slot::new();
        let waiting = Waiting {
            slot: slot.clone(),
            expects: call.expects,
            session: call.outgoing.session_id,
            handle: call.outgoing.handle_id,
            acked: false,
            repeats: call.outgoing.repeats,
        };
        let mut router = self.router();
        if !router.register(epoch.number, number, waiting, times.begun)? {
            return Ok(None);
        }
        drop(router);
        let begun = |answered| Begun {
            number,
            slot: slot.clone(),
            answered,
            token,
            times,
        };
        match self.exchange(epoch, &text, times.deadline) {
            Ok(answered) => Ok(Some(begun(answered))),
            // Whoever ended the link says what becomes of what may have gone out.
            Err(SendError::Broken(_)) => Ok(Some(begun(false))),
            Err(SendError::NotSent(_)) => {
                if self.router().forget(number, false).is_some() {
                    return Ok(None);
                }
                match slot.wait() {
                    Answer::Ended(error) if error.is_closed() => Err(error),
                    _ => Ok(None),
                }
            }
            Err(error) => {
                let sent = matches!(error, SendError::TimedOut);
                // The lock is free again when the program's code is asked for a name.
                let waiting = self.router().forget(number, sent);
                match waiting {
                    // Its answer is there, whatever became of sending it: it may be a session.
                    None => Ok(Some(begun(true))),
                    Some(_) => Err(match error {
                        SendError::TooLarge(reason) => Error::config("request", reason),
                        _ => call.timed_out(times, Some(epoch), sent, false),
                    }),
                }
            }
        }
    }

    /// Waits for the answer: [`Answer::Again`] when the link broke and the request may be sent again.
    /// Sends it again itself, within its time, if its token was refused, as then it was not carried
    /// out.
    pub(crate) fn finish<B: Serialize>(
        &self,
        epoch: &Arc<LinkEpoch>,
        call: &Call<'_, B>,
        begun: Begun,
    ) -> Result<Answer> {
        let (token, times) = (begun.token.clone(), begun.times);
        let refused = match self.finish_once(epoch, call, begun) {
            Err(error @ Error::Janus { .. }) if error.code() == Some(ErrorCode::UNAUTHORIZED) => {
                error
            }
            result => return result,
        };
        if !self.config.token_refused(token.as_ref()) || times.left().is_zero() {
            return Err(refused);
        }
        debug!(
            "`{}` is sent with another token",
            call.outgoing.janus.name()
        );
        let token = self.token_by(call, times)?;
        match self.begin_at(epoch, call, token, times)? {
            Some(begun) => self.finish_once(epoch, call, begun),
            None => Ok(Answer::Again(link_broken())),
        }
    }

    fn finish_once<B: Serialize>(
        &self,
        epoch: &Arc<LinkEpoch>,
        call: &Call<'_, B>,
        begun: Begun,
    ) -> Result<Answer> {
        let Begun {
            number,
            slot,
            answered,
            times,
            ..
        } = begun;
        // What came in answer to sending it needs no turn.
        let early = if answered { slot.take_answer() } else { None };
        let answer = early.or_else(|| {
            self.turn.wait(&slot, times.deadline, |reading, deadline| {
                self.read(
                    reading,
                    Wait {
                        deadline,
                        idle: false,
                    },
                );
                if reading.epoch.is_broken() {
                    // Whoever has given the link up is about to answer all who wait.
                    slot.wait_until_answered();
                }
            })
        });
        let answer = answer.unwrap_or_else(|| {
            let waiting = self.router().forget(number, true);
            match waiting {
                Some(waiting) => {
                    let error = call.timed_out(times, Some(epoch), true, waiting.acked);
                    Answer::Ended(error)
                }
                // It came in the very last moment, and is about to be given.
                None => slot.wait(),
            }
        });
        match answer {
            Answer::Ended(error) => Err(error),
            Answer::Refused { code, reason } => Err(Error::Janus {
                request: Box::new((call.attempt)()),
                code: ErrorCode::from_wire(code),
                reason: shown(&reason).into(),
                open: self.open.load(Ordering::Relaxed),
            }),
            Answer::Mismatch(got) => Err(Error::unexpected(
                (call.attempt)(),
                call.expects.description(),
                &got,
            )),
            answer => Ok(answer),
        }
    }
}

fn link_broken() -> Error {
    Error::closed(Scope::Connection, CloseReason::LinkBroken)
}

fn no_link_for_token() -> Error {
    let reason = "the function has used the connection while it is down";
    Error::config("token_provider", reason)
}
