//! What a new link needs before the program may use it: the sessions, and the truth about their
//! handles.

use std::{sync::Arc, time::Duration};

use crate::{
    Error, ErrorCode, HandleId, Result, SessionId,
    engine::{Call, Engine, LinkEpoch, call::link_broken, keepalive::Keepalive},
    error::{CloseReason, Scope},
    logging::debug,
    router::{Answer, Expects},
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
    let request = |id: &SessionId| Outgoing::session(Verb::Claim, *id);
    let live = |id: &SessionId| engine.router().has_session(*id);
    // Nobody else looks whether the link has fallen silent.
    let timeout = engine.config.request_timeout.min(keepalive.silence);
    let answers = batch(engine, epoch, &sessions, timeout, live, request)?;
    for (id, answer) in sessions.iter().copied().zip(answers) {
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

    let handles: Vec<_> = sessions
        .iter()
        .flat_map(|id| {
            let handles = engine.router().handles_of(*id);
            handles.into_iter().map(|handle| (*id, handle))
        })
        .collect();
    let request =
        |(id, handle): &(SessionId, HandleId)| Outgoing::handle(Verb::Keepalive, *id, *handle);
    let live = |(id, handle): &(SessionId, HandleId)| engine.router().has_handle(*id, *handle);
    let answers = batch(engine, epoch, &handles, timeout, live, request)?;
    for ((id, handle), answer) in handles.iter().copied().zip(answers) {
        let gone = |error: &Error| error.code() == Some(ErrorCode::HANDLE_NOT_FOUND);
        if answer.is_some_and(|answer| answer.is_err_and(|error| gone(&error))) {
            debug!("handle {handle} of session {id} is gone");
            let why = CloseReason::DetachedByServer;
            engine.router().end_handle(id, handle, why);
        }
    }
    Ok(keepalive)
}

/// Sends requests, many at a time, and gives the answer of each, refusals included; `None` of what has
/// ended here meanwhile. An error means that the link is of no use.
fn batch<T>(
    engine: &Arc<Engine>,
    epoch: &Arc<LinkEpoch>,
    items: &[T],
    timeout: Duration,
    live: impl Fn(&T) -> bool,
    request: impl Fn(&T) -> Outgoing<'static>,
) -> Result<Vec<Option<Result<Answer>>>> {
    let mut answers = Vec::with_capacity(items.len());
    for items in items.chunks(BATCH) {
        let mut under_way = Vec::with_capacity(items.len());
        for item in items {
            // Not what somebody else may have claimed since the list was made.
            if !live(item) {
                under_way.push(None);
                continue;
            }
            let call = Call::new(request(item), Expects::Core, timeout);
            let sent = engine.send_on(epoch, &call)?;
            under_way.push(Some((call, sent)));
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
