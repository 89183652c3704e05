//! What a new link needs before the program may use it: the sessions, and the truth about their
//! handles.

use std::{sync::Arc, time::Duration};

use crate::{
    Error, ErrorCode, Result,
    engine::{Call, Engine, LinkEpoch, Owner, call::link_broken, keepalive::Keepalive},
    error::{CloseReason, Scope},
    logging::debug,
    router::{Answer, Expects, OwnHandle, OwnSession},
    sync,
    wire::{Outgoing, Verb},
};

/// How many requests are under way at once.
const BATCH: usize = if cfg!(model) { 1 } else { 64 };

/// Claims the sessions and verifies their handles; those that are gone end here. The program may end
/// some of its own meanwhile: those are left alone.
pub(super) fn restore(
    engine: &Arc<Engine>,
    epoch: &Arc<LinkEpoch>,
    timeout: Duration,
) -> Result<Keepalive> {
    let info = engine.info(Some(epoch), timeout)?;
    let keepalive = Keepalive::new(&engine.config, &info, epoch.properties);
    *engine.keepalive.lock() = Some(keepalive);

    let sessions = engine.router().to_reclaim();
    // Nobody else looks whether the link has fallen silent.
    let timeout = engine.config.request_timeout.min(keepalive.silence);
    let answers = batch(engine, epoch, &sessions, timeout)?;
    for (session, answer) in sessions.iter().zip(answers) {
        let id = session.id;
        match answer {
            None => debug!("session {id} has ended meanwhile"),
            Some(Ok(_)) => {
                engine.session_began(epoch, id);
                engine.router().returned(id, sync::now());
            }
            Some(Err(Error::Janus { code, .. })) if code == ErrorCode::SESSION_NOT_FOUND => {
                debug!("session {id} is gone");
            }
            Some(Err(error)) => {
                debug!("session {id} cannot be claimed: {error}");
                engine.end_session(id, CloseReason::ClaimRefused);
            }
        }
    }

    let handles = sessions.iter();
    let handles: Vec<_> = handles
        .flat_map(|session| engine.router().handles_of(session.id))
        .collect();
    let answers = batch(engine, epoch, &handles, timeout)?;
    for (handle, answer) in handles.iter().zip(answers) {
        let gone = |error: &Error| error.code() == Some(ErrorCode::HANDLE_NOT_FOUND);
        if answer.is_some_and(|answer| answer.is_err_and(|error| gone(&error))) {
            let (session, id) = (handle.session, handle.id);
            debug!("handle {id} of session {session} is gone");
            engine.end_handle(session, id, CloseReason::DetachedByServer);
        }
    }
    Ok(keepalive)
}

/// What is asked for over the new link.
trait Restored: Owner {
    fn request(&self) -> Outgoing<'static>;
}

impl Owner for OwnSession {
    fn check(&self) -> Result<()> {
        Ok(self.closed.check(self.id)?)
    }
}

impl Restored for OwnSession {
    fn request(&self) -> Outgoing<'static> {
        Outgoing::session(Verb::Claim, self.id)
    }
}

impl Owner for OwnHandle {
    fn check(&self) -> Result<()> {
        Ok(self.closed.check(self.id)?)
    }
}

impl Restored for OwnHandle {
    fn request(&self) -> Outgoing<'static> {
        Outgoing::handle(Verb::Keepalive, self.session, self.id)
    }
}

/// Sends requests, many at a time, and gives the answer of each, refusals included; `None` of what has
/// ended here meanwhile, as somebody else may have claimed it. An error means that the link is of no
/// use.
fn batch(
    engine: &Arc<Engine>,
    epoch: &Arc<LinkEpoch>,
    items: &[impl Restored],
    timeout: Duration,
) -> Result<Vec<Option<Result<Answer>>>> {
    let mut answers = Vec::with_capacity(items.len());
    for items in items.chunks(BATCH) {
        let mut under_way = Vec::with_capacity(items.len());
        for item in items {
            let call = Call::new(item.request(), Expects::Core, timeout).owned_by(Some(item));
            under_way.push(match engine.send_on(epoch, &call) {
                Err(Error::Closed { scope, .. }) if scope != Scope::Connection => None,
                sent => Some((call, sent?)),
            });
        }
        for begun in under_way {
            let answer = begun.map(|(call, sent)| engine.await_answer(epoch, &call, sent));
            answers.push(match answer {
                None => None,
                Some(Ok(Answer::Again(failure))) => return Err(failure.into()),
                Some(Ok(Answer::NotSent)) => return Err(link_broken()),
                Some(Ok(answer)) => Some(Ok(answer)),
                Some(Err(error @ (Error::Janus { .. } | Error::Unexpected { .. }))) => {
                    Some(Err(error))
                }
                Some(Err(Error::Closed { scope, .. })) if scope != Scope::Connection => None,
                Some(Err(error)) => return Err(error),
            });
        }
    }
    Ok(answers)
}
