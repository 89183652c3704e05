//! A new link, after as many attempts as it takes. Runs on the connection's thread.

use std::sync::Arc;

use super::{restore::restore, retry::RetrySchedule};
use crate::{
    ConnectionState, Error, Result,
    engine::{Engine, LinkEpoch, LinkReader, keepalive::Keepalive},
    error::{CloseReason, Endpoint, Scope},
    logging::debug,
    sync,
    transport::{Connected, Transport},
};

/// Makes a new link and puts it in place of the lost one. `None` when the connection has ended.
pub(crate) fn reconnect(engine: &Arc<Engine>, retry: &mut RetrySchedule) -> Option<Keepalive> {
    retry.lost(sync::now());
    let why = match engine.states.now() {
        ConnectionState::Reconnecting { why, .. } => why,
        _ => CloseReason::LinkBroken,
    };
    let mut attempt = 0_u32;
    loop {
        attempt = attempt.saturating_add(1);
        engine
            .states
            .set(ConnectionState::Reconnecting { why, attempt });
        if engine.turn.pause(sync::now() + retry.pause())? {
            retry.start_over();
        }
        match one_round(engine) {
            Ok(keepalive) => {
                retry.connected(sync::now());
                return Some(keepalive);
            }
            Err(error) => debug!("attempt {attempt}: {error}"),
        }
    }
}

/// Tries every server once.
fn one_round(engine: &Arc<Engine>) -> Result<Keepalive> {
    let servers = engine.transports.lock().len();
    let mut last = Error::closed(Scope::Connection, CloseReason::ConnectionClosed);
    for _ in 0..servers {
        if engine.router().is_over() {
            break;
        }
        let Some(transport) = engine.transports.lock().front().cloned() else {
            break;
        };
        match one(engine, &*transport) {
            Ok(keepalive) => return Ok(keepalive),
            Err(error) => last = error,
        }
        engine.transports.lock().rotate_left(1);
    }
    Err(last)
}

fn one(engine: &Arc<Engine>, transport: &dyn Transport) -> Result<Keepalive> {
    let endpoint = Endpoint::new(transport.address());
    let deadline = sync::now() + engine.config.connect_timeout;
    let Connected { link, receiver } = transport
        .connect(deadline)
        .map_err(|why| why.at(&endpoint))?;
    let number = engine.router().epoch;
    let epoch = LinkEpoch::new(number, endpoint, link);
    if !engine.current_link.replace(epoch.clone()) {
        epoch.link.shutdown();
        return Err(Error::closed(
            Scope::Connection,
            CloseReason::ConnectionClosed,
        ));
    }
    engine.heard_now();
    let lookout = receiver.lookout();
    let reading = LinkReader {
        epoch: epoch.clone(),
        receiver,
    };
    engine.turn.install(reading, lookout);
    match restore(
        engine,
        &epoch,
        deadline.saturating_duration_since(sync::now()),
    ) {
        Ok(keepalive) if opened(engine, &epoch) => {
            debug!("connected to {} again", epoch.endpoint);
            Ok(keepalive)
        }
        // Somebody who reads events has found it broken.
        Ok(_) => Err(Error::closed(Scope::Connection, CloseReason::LinkBroken)),
        Err(error) => {
            let source = std::io::Error::other(error.to_string());
            engine.lost(&epoch, CloseReason::LinkBroken, source);
            Err(error)
        }
    }
}

/// Opens the link to every caller; `false` if it has broken already.
fn opened(engine: &Engine, epoch: &LinkEpoch) -> bool {
    let router = engine.router();
    let stands = router.stands(epoch.number);
    if stands {
        engine.states.note(ConnectionState::Connected);
        engine.current_link.allow();
    }
    drop(router);
    engine.states.tell();
    stands
}
