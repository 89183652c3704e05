//! Why a call fails. The engine makes the crate's error of it, in the thread that gets it.

use std::{io, sync::Arc};

use crate::{
    CloseReason, HandleId, SessionId,
    error::{Endpoint, Scope},
};

/// Why a call fails that the router refuses, or ends.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// This has ended.
    Closed(Scope, CloseReason),
    /// This has ended with the whole connection.
    Over(Scope, Arc<LinkFailure>),
    /// The link broke while the request was under way.
    InFlight(Arc<LinkFailure>),
    /// The session object has the handle already.
    HandleInUse(SessionId, HandleId),
}

/// Why a link or a whole connection ended, kept for everybody who asks afterwards.
#[derive(Debug)]
pub(crate) struct LinkFailure {
    pub(crate) endpoint: Endpoint,
    /// A new link is being made.
    pub(crate) reconnects: bool,
    pub(crate) why: CloseReason,
    pub(crate) source: Option<io::Error>,
}
