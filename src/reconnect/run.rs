//! A new link, after as many attempts as it takes. Runs on the connection's thread.

use std::sync::Arc;

use super::{Patience, restore::restore};
use crate::{
    ConnectionState, Error, Result,
    error::{CloseReason, Endpoint, Scope},
    keepalive::Keepalive,
    line::{Line, Reading},
    logging::debug,
    shared::Shared,
    sync,
    transport::{Connected, Transport},
};

/// Makes a new link and puts it in place of the lost one. `None` when the connection has ended.
pub(crate) fn reconnect(shared: &Arc<Shared>, patience: &mut Patience) -> Option<Keepalive> {
    patience.lost(sync::now());
    let why = match shared.states.now() {
        ConnectionState::Reconnecting { why, .. } => why,
        _ => CloseReason::LinkBroken,
    };
    let mut attempt = 0_u32;
    loop {
        attempt = attempt.saturating_add(1);
        shared
            .states
            .set(ConnectionState::Reconnecting { why, attempt });
        if !shared.turn.pause(sync::now() + patience.pause()) {
            return None;
        }
        match one_round(shared) {
            Ok(keepalive) => {
                patience.connected(sync::now());
                return Some(keepalive);
            }
            Err(error) => debug!("attempt {attempt}: {error}"),
        }
    }
}

/// Tries every server once.
fn one_round(shared: &Arc<Shared>) -> Result<Keepalive> {
    let servers = shared.transports.lock().len();
    let mut last = Error::closed(Scope::Connection, CloseReason::ConnectionClosed);
    for _ in 0..servers {
        let Some(transport) = shared.transports.lock().front().cloned() else {
            break;
        };
        match one(shared, &*transport) {
            Ok(keepalive) => return Ok(keepalive),
            Err(error) => last = error,
        }
        shared.transports.lock().rotate_left(1);
    }
    Err(last)
}

fn one(shared: &Arc<Shared>, transport: &dyn Transport) -> Result<Keepalive> {
    let endpoint = Endpoint::new(transport.address());
    let deadline = sync::now() + shared.config.connect_timeout;
    let Connected { link, receiver } = transport
        .connect(deadline)
        .map_err(|error| Error::unreachable(&endpoint, error))?;
    let number = shared.router.lock().line;
    let line = Line::new(number, endpoint, link);
    if !shared.lines.replace(line.clone()) {
        line.link.shutdown();
        return Err(Error::closed(
            Scope::Connection,
            CloseReason::ConnectionClosed,
        ));
    }
    shared.heard_now();
    shared.turn.renew(Reading {
        line: line.clone(),
        receiver,
    });
    match restore(
        shared,
        &line,
        deadline.saturating_duration_since(sync::now()),
    ) {
        Ok(keepalive) if opened(shared, &line) => {
            debug!("connected to {} again", line.endpoint);
            Ok(keepalive)
        }
        // Somebody who reads events has found it broken.
        Ok(_) => Err(Error::closed(Scope::Connection, CloseReason::LinkBroken)),
        Err(error) => {
            let source = std::io::Error::other(error.to_string());
            shared.lost(&line, CloseReason::LinkBroken, source);
            Err(error)
        }
    }
}

/// Lets everybody use the line; `false` if it is broken already.
fn opened(shared: &Shared, line: &Line) -> bool {
    let router = shared.router.lock();
    let stands = router.stands(line.number);
    if stands {
        shared.states.note(ConnectionState::Connected);
        shared.lines.allow();
    }
    drop(router);
    shared.states.tell();
    stands
}
