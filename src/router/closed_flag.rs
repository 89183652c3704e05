//! Whether something is still active, and if not, why.

use std::sync::{Arc, OnceLock};

use crate::{
    Error, Result,
    error::{CloseReason, LinkFailure, Scope},
};

/// The end of a session or a handle, seen by everybody who holds it without any lock.
#[derive(Debug, Default)]
pub(crate) struct ClosedFlag(OnceLock<End>);

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
        let _ = self.0.set(End::Own(why));
    }

    pub(crate) fn end_broken(&self, broken: &Arc<LinkFailure>) {
        let _ = self.0.set(End::LinkFailure(broken.clone()));
    }

    pub(crate) fn is_over(&self) -> bool {
        self.0.get().is_some()
    }

    pub(crate) fn why(&self) -> Option<CloseReason> {
        self.0.get().map(|end| match end {
            End::Own(why) => *why,
            End::LinkFailure(broken) => broken.why,
        })
    }

    /// Refuses with the reason when it is over.
    pub(crate) fn check(&self, scope: impl Into<Scope>) -> Result<()> {
        match self.0.get() {
            None => Ok(()),
            Some(End::Own(why)) => Err(Error::closed(scope, *why)),
            Some(End::LinkFailure(broken)) => Err(broken.afterwards(scope.into())),
        }
    }
}
