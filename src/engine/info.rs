//! Asking the server who it is.

use std::{sync::Arc, time::Duration};

use super::{Call, Engine, LinkEpoch};
use crate::{
    Error, Result, ServerInfo,
    error::RequestContext,
    json::lenient,
    router::{Answer, Expects},
    sync::atomic::Ordering,
    wire::{Outgoing, Verb},
};

impl Engine {
    /// Asks for `info`, over a certain link or over the present one.
    pub(crate) fn info(
        &self,
        epoch: Option<&Arc<LinkEpoch>>,
        timeout: Duration,
    ) -> Result<ServerInfo> {
        let attempt = || RequestContext::core("info");
        let call = Call {
            outgoing: Outgoing::server(Verb::Info),
            expects: Expects::Whole,
            timeout,
            attempt: &attempt,
        };
        let answer = match epoch {
            None => self.call(&call)?,
            Some(epoch) => self.call_on(epoch, &call)?,
        };
        let Answer::Whole(text) = answer else {
            return Err(Error::unexpected(attempt(), "`server_info`", ""));
        };
        let info: ServerInfo = lenient::from_str(&text)
            .map_err(|error| Error::decode("the answer to `info`", &text, error))?;
        let open = !info.api_secret && !info.auth_token;
        self.open.store(open, Ordering::Relaxed);
        Ok(info)
    }
}
