//! One request out, one answer in.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use serde::Serialize;

use super::{Shared, send::is_harmless};
use crate::{
    Error, ErrorCode, Result,
    auth::{Present, Renew},
    error::{Attempt, CloseReason, Scope},
    line::Line,
    logging::debug,
    router::{Answer, Expects, Slot, Waiting},
    sync::{self, atomic::Ordering},
    transport::Wait,
    wire::Outgoing,
};

/// One request, and what it waits for.
pub(crate) struct Call<'a, B: Serialize = ()> {
    pub(crate) outgoing: Outgoing<'a, B>,
    pub(crate) expects: Expects,
    /// It does no harm to send it again when the link breaks before its answer.
    pub(crate) repeats: bool,
    pub(crate) timeout: Duration,
    /// For the text of errors; made only when there is one.
    pub(crate) attempt: &'a dyn Fn() -> Attempt,
}

/// A request that was sent, or is as good as sent.
pub(crate) struct Begun {
    number: u64,
    slot: Arc<Slot>,
    /// What it was sent with, where the program's function gives tokens.
    token: Option<Present>,
    times: Times,
}

#[derive(Clone, Copy)]
struct Times {
    begun: Instant,
    deadline: Instant,
}

impl<B: Serialize> Call<'_, B> {
    fn times(&self) -> Times {
        let begun = sync::now();
        Times {
            begun,
            deadline: begun + self.timeout,
        }
    }

    fn timed_out(&self, times: Times, sent: bool, acked: bool) -> Error {
        Error::Timeout {
            request: Box::new((self.attempt)()),
            waited: sync::now() - times.begun,
            sent,
            acked,
        }
    }
}

impl Shared {
    /// Sends one request and waits for its answer, reading while it is this thread's turn. While
    /// there is no link, waits for one.
    pub(crate) fn call<B: Serialize>(&self, call: &Call<'_, B>) -> Result<Answer> {
        // First, as it may take as long as the program's function takes.
        let token = self.token(&call.outgoing, Renew::OrWait(call.timeout))?;
        let times = call.times();
        loop {
            let Some(line) = self.lines.wait(times.deadline) else {
                return Err(call.timed_out(times, false, false));
            };
            let Some(begun) = self.begin_at(&line, call, token.clone(), times)? else {
                continue;
            };
            if let Some(answer) = self.finish(&line, call, begun)? {
                return Ok(answer);
            }
        }
    }

    /// The same over that line only, before it is everybody's.
    pub(crate) fn call_on<B: Serialize>(
        &self,
        line: &Arc<Line>,
        call: &Call<'_, B>,
    ) -> Result<Answer> {
        let answer = match self.begin(line, call)? {
            Some(begun) => self.finish(line, call, begun)?,
            None => None,
        };
        answer.ok_or_else(|| Error::closed(Scope::Connection, CloseReason::LinkBroken))
    }

    /// Sends one request over that line. `None` when the line has broken: nothing was sent.
    pub(crate) fn begin<B: Serialize>(
        &self,
        line: &Arc<Line>,
        call: &Call<'_, B>,
    ) -> Result<Option<Begun>> {
        let token = self.token(&call.outgoing, Renew::OrWait(call.timeout))?;
        self.begin_at(line, call, token, call.times())
    }

    fn begin_at<B: Serialize>(
        &self,
        line: &Arc<Line>,
        call: &Call<'_, B>,
        token: Option<Present>,
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
            repeats: call.repeats,
        };
        let mut router = self.router.lock();
        if !router.register(line.number, number, waiting, times.begun)? {
            return Ok(None);
        }
        drop(router);
        match self.send(line, &text, times.deadline) {
            // Of a request that broke the link, whoever ended the link says what becomes of it.
            Err(error) if is_harmless(&error) => {
                let sent = error.kind() == io::ErrorKind::TimedOut;
                self.router.lock().forget(number, sent);
                Err(match slot.take_answer() {
                    Some(Answer::Ended(error)) => error,
                    _ if error.kind() == io::ErrorKind::InvalidInput => {
                        Error::config("request", error.to_string())
                    }
                    _ => call.timed_out(times, sent, false),
                })
            }
            Err(error) if error.kind() == io::ErrorKind::NotConnected => {
                match (self.router.lock().forget(number, false), slot.take_answer()) {
                    (None, Some(Answer::Ended(error))) if error.is_closed() => Err(error),
                    _ => Ok(None),
                }
            }
            _ => Ok(Some(Begun {
                number,
                slot,
                token,
                times,
            })),
        }
    }

    /// Waits for the answer. `None` when the link broke and the request may be sent again. Sends it
    /// again itself if its token was refused, as then it was not carried out.
    pub(crate) fn finish<B: Serialize>(
        &self,
        line: &Arc<Line>,
        call: &Call<'_, B>,
        begun: Begun,
    ) -> Result<Option<Answer>> {
        let token = begun.token.clone();
        match self.finish_once(line, call, begun) {
            Err(Error::Janus { code, .. })
                if code == ErrorCode::UNAUTHORIZED && self.config.token_refused(token.as_ref()) =>
            {
                debug!("`{}` is sent with another token", call.outgoing.janus);
                match self.begin(line, call)? {
                    Some(begun) => self.finish_once(line, call, begun),
                    None => Ok(None),
                }
            }
            result => result,
        }
    }

    fn finish_once<B: Serialize>(
        &self,
        line: &Arc<Line>,
        call: &Call<'_, B>,
        begun: Begun,
    ) -> Result<Option<Answer>> {
        let Begun {
            number,
            slot,
            times,
            ..
        } = begun;
        // Where each request has its answer, no turn is needed for it.
        let early = match line.properties.answers_in_send {
            true => slot.take_answer(),
            false => None,
        };
        let answer = early.or_else(|| {
            self.turn.wait(&slot, times.deadline, |reading, deadline| {
                self.read(
                    reading,
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
                    let error = call.timed_out(times, true, waiting.acked);
                    Some(Answer::Ended(error))
                }
                // It came in the very last moment.
                None => slot.take_answer(),
            }
        });
        match answer {
            Some(Answer::Again) => Ok(None),
            Some(Answer::Ended(error)) => Err(error),
            Some(Answer::Refused { code, reason }) => Err(Error::Janus {
                request: Box::new((call.attempt)()),
                code: ErrorCode::from_wire(code),
                reason: reason.into(),
                open: self.open.load(Ordering::Relaxed),
            }),
            Some(Answer::Mismatch(got)) => Err(Error::unexpected(
                (call.attempt)(),
                call.expects.description(),
                &got,
            )),
            Some(answer) => Ok(Some(answer)),
            None => Err(call.timed_out(times, true, false)),
        }
    }
}
