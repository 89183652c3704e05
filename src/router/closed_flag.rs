//! Whether something is still active, and if not, why.

use std::sync::{Arc, OnceLock};

use super::{Failure, LinkFailure};
use crate::{CloseReason, error::Scope};

/// The end of a session or a handle, seen by everybody who holds it without any lock.
#[derive(Debug, Default)]
pub(crate) struct ClosedFlag {
    end: OnceLock<End>,
    /// Of a handle: who hears of it beside the queue's readers.
    #[cfg(feature = "webrtc")]
    pub(crate) observed: super::observer::Observed,
}

#[derive(Debug)]
enum End {
    Own(CloseReason),
    LinkFailure(Arc<LinkFailure>),
}

impl ClosedFlag {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Ends it; the first reason stays.
    pub(crate) fn end(&self, why: CloseReason) {
        if self.end.set(End::Own(why)).is_ok() {
            #[cfg(feature = "webrtc")]
            self.observed.ended(why);
        }
    }

    pub(crate) fn end_broken(&self, broken: &Arc<LinkFailure>) {
        if self.end.set(End::LinkFailure(broken.clone())).is_ok() {
            #[cfg(feature = "webrtc")]
            self.observed.ended(broken.why);
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.end.get().is_some()
    }

    pub(crate) fn why(&self) -> Option<CloseReason> {
        self.end.get().map(|end| match end {
            End::Own(why) => *why,
            End::LinkFailure(broken) => broken.why,
        })
    }

    /// Refuses with the reason when it is over.
    pub(crate) fn check(&self, scope: impl Into<Scope>) -> Result<(), Failure> {
        match self.end.get() {
            None => Ok(()),
            Some(End::Own(why)) => Err(Failure::Closed(scope.into(), *why)),
            Some(End::LinkFailure(broken)) => Err(Failure::Over(scope.into(), broken.clone())),
        }
    }
}
