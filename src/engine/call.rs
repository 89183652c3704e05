//! One request out, one answer in.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde::Serialize;

use super::{Engine, LinkReader, Slot};
use crate::{
    Error, ErrorCode, Result,
    auth::{ActiveToken, Renew, TokenFault},
    engine::{LinkEpoch, keepalive::LONGEST_PROOF},
    error::{CloseReason, RequestContext, Scope},
    logging::{self, debug},
    redact::shown,
    router::{Answer, Expects, Waiting},
    sync::{self, atomic::Ordering},
    transport::{SendError, Wait},
    wire::{Outgoing, Verb},
};

/// How often a request is sent again because the link broke under it.
const REPEATS: u32 = 2;

/// When nothing has come for so long since a call began, the link is in doubt.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a call is for. Once that has ended here, the call is not sent any more.
pub(crate) trait Owner {
    /// Refuses when it has ended.
    fn check(&self) -> Result<()>;
}

/// One request, and what it waits for.
pub(crate) struct Call<'a, B: Serialize = ()> {
    outgoing: Outgoing<'a, B>,
    expects: Expects,
    begun: Instant,
    deadline: Instant,
    /// What it is, for the text of errors, if its envelope does not say that.
    context: Option<&'a dyn Fn() -> RequestContext>,
    owner: Option<&'a dyn Owner>,
}

/// A request that was sent, or is as good as sent.
pub(super) struct Sent {
    number: u64,
    slot: Arc<Slot>,
    /// Something came back at once.
    answered: bool,
    /// What it was sent with, where the program's function gives tokens.
    token: Option<ActiveToken>,
}

impl Sent {
    /// The link had broken before.
    fn not_sent(self) -> Self {
        self.slot.answer(Answer::NotSent);
        Self {
            answered: true,
            ..self
        }
    }
}

impl<'a, B: Serialize> Call<'a, B> {
    /// The time begins now.
    pub(crate) fn new(outgoing: Outgoing<'a, B>, expects: Expects, timeout: Duration) -> Self {
        let begun = sync::now();
        Self {
            outgoing,
            expects,
            begun,
            deadline: begun + timeout,
            context: None,
            owner: None,
        }
    }

    /// When its time is over.
    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// For that: it ends with it while it waits to be sent.
    pub(crate) fn owned_by(self, owner: Option<&'a dyn Owner>) -> Self {
        Self { owner, ..self }
    }

    /// Refuses when what it is for has ended.
    fn check(&self) -> Result<()> {
        self.owner.map_or(Ok(()), Owner::check)
    }

    /// With what it is.
    pub(crate) fn of(self, context: &'a dyn Fn() -> RequestContext) -> Self {
        Self {
            context: Some(context),
            ..self
        }
    }

    /// What it is, for the text of errors.
    pub(crate) fn context(&self) -> RequestContext {
        self.context
            .map_or_else(|| context_of(&self.outgoing), |context| context())
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(sync::now())
    }

    fn timed_out(&self, epoch: Option<&LinkEpoch>, sent: bool, acked: bool) -> Error {
        Error::Timeout {
            request: Box::new(self.context()),
            waited: sync::now() - self.begun,
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
        // Without a token there is no link to wait for.
        self.token_for(call)?;
        let mut breaks = 0;
        loop {
            let epoch = self.link_for(call)?;
            let sent = self.send_on(&epoch, call)?;
            match self.await_answer(&epoch, call, sent)? {
                Answer::NotSent => {}
                // It may be what breaks the links.
                Answer::Again(failure) if breaks == REPEATS => return Err(failure.into()),
                Answer::Again(_) => breaks += 1,
                answer => return Ok(answer),
            }
        }
    }

    /// The link to send it over; waits for one while there is none.
    fn link_for<B: Serialize>(&self, call: &Call<'_, B>) -> Result<Arc<LinkEpoch>> {
        // Without a token there may be no link for everybody: its maker does not wait for one.
        let makes_token = self.config.is_making_token();
        let epoch = if makes_token {
            self.current_link.standing()
        } else {
            let ended = || call.check().is_err();
            self.current_link.wait(call.deadline, ended)
        };
        if let Some(epoch) = epoch {
            return Ok(epoch);
        }
        self.check()?;
        call.check()?;
        if makes_token {
            let reason = "the function has used the connection while it is down";
            return Err(Error::config("token_provider", reason));
        }
        Err(call.timed_out(None, false, false))
    }

    /// The token to send, within the time of the call. One that comes too late is the next call's.
    fn token_for<B: Serialize>(&self, call: &Call<'_, B>) -> Result<Option<ActiveToken>> {
        let left = call.left();
        let token = self.token(&call.outgoing, Renew::OrWait(left))?;
        if token.is_some() && !left.is_zero() && call.left().is_zero() {
            return Err(Error::Token {
                fault: TokenFault::RenewalTooSlow,
                source: None,
            });
        }
        Ok(token)
    }

    /// Sends one request over that link. When that had broken, its answer is [`Answer::NotSent`].
    pub(super) fn send_on<B: Serialize>(
        &self,
        epoch: &Arc<LinkEpoch>,
        call: &Call<'_, B>,
    ) -> Result<Sent> {
        let token = self.token_for(call)?;
        let number = self.transactions.next();
        let text = self.encode(&call.outgoing, number, token.as_ref())?;
        let mut sent = Sent {
            number,
            slot: Slot::new(),
            answered: false,
            token,
        };
        let waiting = Waiting {
            slot: sent.slot.clone(),
            expects: call.expects,
            session: call.outgoing.session_id,
            handle: call.outgoing.handle_id,
            acked: false,
            repeats: call.outgoing.repeats,
        };
        let mut router = self.router();
        // Under the lock, as what it is for ends under it: from here on it ends with that.
        call.check()?;
        let entered = router.register(epoch.number, number, waiting, call.begun)?;
        drop(router);
        if !entered {
            return Ok(sent.not_sent());
        }
        logging::wire("->", &text);
        let result = epoch.link.exchange(&text, call.deadline, &mut |received| {
            sent.answered = true;
            self.received(epoch, received);
        });
        let Err(error) = result else {
            return Ok(sent);
        };
        if let Some(cause) = error.cause() {
            self.lost(epoch, CloseReason::LinkBroken, cause);
        }
        if matches!(error, SendError::Broken(_)) {
            // The thread that ended the link decides what becomes of it.
            return Ok(sent);
        }
        let is_out = matches!(error, SendError::TimedOut);
        if is_out || matches!(error, SendError::NoRoom) {
            self.doubt_if_silent_since(call.begun);
        }
        let forgotten = self.router().forget(number, is_out).is_some();
        match error {
            SendError::NotSent(_) if forgotten => Ok(sent.not_sent()),
            SendError::NotSent(_) => match sent.slot.wait() {
                Answer::Ended(failure) => match Error::from(failure) {
                    error if error.is_closed() => Err(error),
                    _ => Ok(sent.not_sent()),
                },
                _ => Ok(sent.not_sent()),
            },
            // Its answer is there, whatever became of sending it: it may be a session.
            _ if !forgotten => Ok(sent),
            SendError::TooLarge(reason) => Err(Error::config("request", reason)),
            _ => Err(call.timed_out(Some(epoch), is_out, false)),
        }
    }

    /// Waits for the answer: [`Answer::Again`] when the link broke and the request may be sent again.
    /// Sends it again itself, within its time, if its token was refused, as then it was not carried
    /// out.
    pub(super) fn await_answer<B: Serialize>(
        &self,
        epoch: &Arc<LinkEpoch>,
        call: &Call<'_, B>,
        mut sent: Sent,
    ) -> Result<Answer> {
        let mut is_first = true;
        loop {
            match self.wait_for(epoch, call, &sent)? {
                Answer::Ended(failure) => return Err(failure.into()),
                Answer::Mismatch(got) => {
                    let expected = call.expects.description();
                    return Err(Error::unexpected(call.context(), expected, &got));
                }
                Answer::Refused { code, reason } => {
                    let has_other = is_first
                        && code == ErrorCode::UNAUTHORIZED
                        && self.config.token_refused(sent.token.as_ref());
                    if !has_other || call.left().is_zero() {
                        return Err(Error::Janus {
                            request: Box::new(call.context()),
                            code,
                            reason: shown(&reason).into(),
                            open: self.open.load(Ordering::Relaxed),
                        });
                    }
                }
                answer => return Ok(answer),
            }
            let verb = call.outgoing.janus.name();
            debug!("`{verb}` is sent with another token");
            is_first = false;
            sent = self.send_on(epoch, call)?;
        }
    }

    fn wait_for<B: Serialize>(
        &self,
        epoch: &Arc<LinkEpoch>,
        call: &Call<'_, B>,
        sent: &Sent,
    ) -> Result<Answer> {
        // What came in answer to sending it needs no turn.
        if sent.answered {
            if let Some(answer) = sent.slot.take_answer() {
                return Ok(answer);
            }
        }
        let read = |reader: &mut LinkReader, deadline| {
            let idle = false;
            self.read(reader, Wait { deadline, idle });
            if reader.epoch.is_broken() {
                // The thread that gave the link up is about to answer all waiting callers.
                sent.slot.wait_until_answered();
            }
        };
        let patient = call.deadline.min(call.begun + PATIENCE);
        let answer = self.turn.wait(&sent.slot, patient, read).or_else(|| {
            self.doubt_if_silent_since(call.begun);
            // None is left for the calls that end with that.
            let left = patient < call.deadline;
            left.then(|| self.turn.wait(&sent.slot, call.deadline, read))?
        });
        if let Some(answer) = answer {
            return Ok(answer);
        }
        let forgotten = self.router().forget(sent.number, true);
        match forgotten {
            Some(waiting) => Err(call.timed_out(Some(epoch), true, waiting.acked)),
            // It came in the very last moment, and is about to be given.
            None => Ok(sent.slot.wait()),
        }
    }

    /// Asks the server for a sign of life and waits for it; without one, the link is given up. `false`
    /// when there is no link, or none any more.
    pub(crate) fn check_link(&self) -> bool {
        let Some(epoch) = self.current_link.open() else {
            return false;
        };
        let ping = Outgoing::server(Verb::Ping);
        let call = Call::new(ping, Expects::Whole, LONGEST_PROOF);
        let answer = self.send_on(&epoch, &call);
        let answer = answer.and_then(|sent| self.await_answer(&epoch, &call, sent));
        let silent = self.heard() < call.begun;
        if silent && answer.is_err_and(|error| error.is_timeout()) {
            self.give_up(&epoch);
        }
        !epoch.is_broken()
    }

    /// A call that began then has waited for its answer in vain: if nothing else has come either, the
    /// link may be dead.
    fn doubt_if_silent_since(&self, begun: Instant) {
        if self.heard() < begun {
            self.doubt();
        }
    }
}

/// What a request is, for the text of errors; of a message only that it is one.
pub(crate) fn context_of<B: Serialize>(outgoing: &Outgoing<'_, B>) -> RequestContext {
    RequestContext {
        admin: matches!(outgoing.janus, Verb::Admin(_)),
        plugin: outgoing.plugin.map(|plugin| plugin.to_owned().into()),
        session: outgoing.session_id,
        handle: outgoing.handle_id,
        ..RequestContext::core(outgoing.janus.name())
    }
}

/// The error of what waits for a certain link, and finds that broken.
pub(super) fn link_broken() -> Error {
    Error::closed(Scope::Connection, CloseReason::LinkBroken)
}
