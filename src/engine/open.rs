//! From a server's address to an engine that has spoken to a Janus.

use std::{collections::VecDeque, io, sync::Arc, time::Instant};

use super::{
    ConnectionThread, Engine, LinkEpoch, LinkReader, keepalive::Keepalive, no_link::no_link,
};
use crate::{
    Config, Error, Result,
    error::{CloseReason, Endpoint},
    logging::debug,
    sync::{self, atomic::Ordering},
    transport::{Connected, Transport},
};

impl Engine {
    /// Connects to the first of the servers, and starts the connection's thread.
    pub(crate) fn open(
        config: Config,
        transports: VecDeque<Arc<dyn Transport>>,
        deadline: Instant,
    ) -> Result<(Arc<Self>, ConnectionThread)> {
        let transport = &transports[0];
        let endpoint = Endpoint::new(transport.address());
        let Connected { link, receiver } = transport
            .connect(deadline)
            .map_err(|why| why.at(&endpoint))?;
        let epoch = LinkEpoch::new(0, endpoint.clone(), link);
        let reading = LinkReader {
            epoch: epoch.clone(),
            receiver,
        };
        let engine = Arc::new(Self::new(config, transports, reading));
        let left = deadline.saturating_duration_since(sync::now());
        let api = match engine.config.admin_secret {
            Some(_) => "Admin",
            None => "Janus",
        };
        let failed = |problem: &str, source| Error::Connect {
            endpoint: endpoint.clone(),
            problem: problem.into(),
            source,
        };
        let info = engine.info(Some(&epoch), left).map_err(|error| {
            let source = io::Error::other(error);
            engine.fail(CloseReason::ConnectionClosed, None);
            let problem = format!(
                "it accepted the connection but did not answer `info`; check that this is a port \
                 or socket of the {api} API, and that `ws_acl` (WebSockets) admits this program"
            );
            failed(&problem, Some(source))
        })?;
        if let Err(error) = Keepalive::check(&engine.config, &info, epoch.properties) {
            engine.fail(CloseReason::ConnectionClosed, None);
            return Err(error);
        }
        // A link that breaks from now on is made anew.
        engine.running.store(true, Ordering::Release);
        if let Err(error) = engine.check() {
            let source = io::Error::other(error);
            return Err(failed(
                "it answered `info`, then closed the connection; see the log of Janus",
                Some(source),
            ));
        }
        let keepalive = Keepalive::new(&engine.config, &info, epoch.properties);
        *engine.keepalive.lock() = Some(keepalive);
        let reader = engine.start(keepalive)?;
        debug!("connected to {endpoint}, Janus {}", info.version_string);
        Ok((engine, reader))
    }

    /// Connects when one of the servers can be reached, as after a loss. `why` is why none can now.
    pub(crate) fn open_offline(
        config: Config,
        transports: VecDeque<Arc<dyn Transport>>,
        why: &Error,
    ) -> Result<(Arc<Self>, ConnectionThread)> {
        let Connected { link, receiver } = no_link();
        let epoch = LinkEpoch::new(0, Endpoint::new(transports[0].address()), link);
        let reading = LinkReader {
            epoch: epoch.clone(),
            receiver,
        };
        let engine = Arc::new(Self::new(config, transports, reading));
        engine.running.store(true, Ordering::Release);
        engine.lost(
            &epoch,
            CloseReason::NotConnected,
            io::Error::other(why.to_string()),
        );
        let keepalive = Keepalive::new(&engine.config, engine.opening_info(), epoch.properties);
        let reader = engine.start(keepalive)?;
        Ok((engine, reader))
    }

    fn start(self: &Arc<Self>, keepalive: Keepalive) -> Result<ConnectionThread> {
        ConnectionThread::start(self.clone(), keepalive).map_err(|error| {
            self.fail(CloseReason::ConnectionClosed, None);
            Error::Connect {
                endpoint: self.endpoint(),
                problem: "this program could not start a thread; check memory and the limit of \
                          threads (`ulimit -u`, systemd `TasksMax`)"
                    .into(),
                source: Some(error),
            }
        })
    }
}
