//! Asking the server who it is.

use std::{sync::Arc, time::Duration};

use super::{Call, Engine, LinkEpoch, call::link_broken};
use crate::{
    Error, Result, ServerInfo,
    router::{Answer, Expects},
    sync::atomic::Ordering,
    wire::{Outgoing, Verb, lenient},
};

impl Engine {
    /// Asks for `info`, over a certain link or over the present one.
    pub(crate) fn info(
        &self,
        epoch: Option<&Arc<LinkEpoch>>,
        timeout: Duration,
    ) -> Result<ServerInfo> {
        let call = Call::new(Outgoing::server(Verb::Info), Expects::Whole, timeout);
        let answer = match epoch {
            None => self.call(&call)?,
            Some(epoch) => self.await_answer(epoch, &call, self.send_on(epoch, &call)?)?,
        };
        let text = match answer {
            Answer::Whole(text) => text,
            Answer::Again(failure) => return Err(failure.into()),
            Answer::NotSent => return Err(link_broken()),
            _ => return Err(Error::unexpected(call.context(), "`server_info`", "")),
        };
        let info: ServerInfo = lenient::from_str(&text)
            .map_err(|error| Error::decode("the answer to `info`", &text, error))?;
        let open = !info.api_secret && !info.auth_token;
        self.open.store(open, Ordering::Relaxed);
        *self.timeouts.lock() = (info.session_timeout, info.reclaim_session_timeout);
        self.opening_info.get_or_init(|| info.clone());
        Ok(info)
    }
}
