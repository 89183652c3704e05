//! From settings to a connection that has spoken to a Janus.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Connection, ConnectionInner, claim};
use crate::{
    Config, Error, Result, ServerInfo,
    error::{Attempt, CloseReason, Endpoint, Scope},
    keepalive::Keepalive,
    line::{Line, Reading},
    logging::debug,
    reader::Reader,
    router::{Answer, Expects},
    secret,
    shared::{Call, Shared},
    sync::{self, atomic::Ordering},
    transport::{Connected, Transport, encrypts, of_setting},
    wire::{Outgoing, lenient},
};

impl Connection {
    pub(crate) fn with_config(config: Config) -> Result<Self> {
        config.check()?;
        let mut transports = servers(&config)?;
        let deadline = sync::now() + config.connect_timeout;
        for left in (2..=transports.len()).rev() {
            // One that does not answer leaves time for the others.
            let time = deadline.saturating_duration_since(sync::now());
            let share = time / u32::try_from(left).unwrap_or(u32::MAX);
            match Self::at_first(config.clone(), transports.clone(), sync::now() + share) {
                Ok(connection) => return Ok(connection),
                Err(error) => debug!("{error}"),
            }
            transports.rotate_left(1);
        }
        Self::at_first(config, transports, deadline)
    }

    /// Connects to the first of the servers.
    fn at_first(config: Config, transports: Servers, deadline: Instant) -> Result<Self> {
        let transport = &transports[0];
        let endpoint = Endpoint::new(transport.address());
        let Connected { link, receiver } = transport
            .connect(deadline)
            .map_err(|error| Error::unreachable(&endpoint, error))?;
        let line = Line::new(0, endpoint.clone(), link);
        let reading = Reading {
            line: line.clone(),
            receiver,
        };
        let shared = Arc::new(Shared::new(config, transports, reading));
        let left = deadline.saturating_duration_since(sync::now());
        let failed = |problem: &str, source| Error::Connect {
            endpoint: endpoint.clone(),
            problem: Box::new(problem.to_owned()),
            source,
        };
        let info = ask_info(&shared, Some(&line), left).map_err(|error| {
            let source = std::io::Error::other(error);
            shared.fail(CloseReason::ConnectionClosed, None);
            failed(
                "it accepted the connection but did not answer `info`; check that this is a port \
                 or socket of the Janus API, and that `ws_acl` (WebSockets) admits this program",
                Some(source),
            )
        })?;
        if let Err(error) = Keepalive::check(&shared.config, &info, line.properties) {
            shared.fail(CloseReason::ConnectionClosed, None);
            return Err(error);
        }
        // A link that breaks from now on is made anew.
        shared.running.store(true, Ordering::Release);
        if let Err(error) = shared.router.lock().check(Scope::Connection) {
            let source = std::io::Error::other(error);
            return Err(failed(
                "it answered `info`, then closed the connection; see the log of Janus",
                Some(source),
            ));
        }
        let keepalive = Keepalive::new(&shared.config, &info, line.properties);
        *shared.keepalive.lock() = Some(keepalive);
        let reader = Reader::start(shared.clone(), keepalive).map_err(|error| {
            shared.fail(CloseReason::ConnectionClosed, None);
            failed(
                "this program could not start a thread; check memory and the limit of threads \
                 (`ulimit -u`, systemd `TasksMax`)",
                Some(error),
            )
        })?;
        debug!("connected to {endpoint}, Janus {}", info.version_string);
        claim::remember(&shared);
        let inner = Arc::new(ConnectionInner::new(shared, info, reader));
        Ok(Self { inner })
    }
}

type Servers = VecDeque<Arc<dyn Transport>>;

/// What makes links to the servers of the settings.
fn servers(config: &Config) -> Result<Servers> {
    if let Some(transport) = &config.transport {
        return Ok([transport.clone()].into());
    }
    let fallback = config.fallback_urls.iter().map(|url| ("fallback_url", url));
    let addresses = std::iter::once(("url", &config.url)).chain(fallback);
    let servers = addresses
        .map(|(field, address)| of_setting(field, address, config))
        .collect::<Result<_>>()?;
    check_plaintext(config)?;
    Ok(servers)
}

/// Refuses addresses by which a secret would go out in clear once TLS fails.
fn check_plaintext(config: &Config) -> Result<()> {
    let has_secrets =
        config.api_secret.is_some() || config.token.is_some() || config.token_source.is_some();
    if !has_secrets || config.allow_plaintext_fallback {
        return Ok(());
    }
    let mut urls = std::iter::once(&config.url).chain(&config.fallback_urls);
    let plain = urls.clone().find(|url| encrypts(url) == Some(false));
    match plain {
        Some(plain) if urls.any(|url| encrypts(url) == Some(true)) => {
            let reason = format!(
                "the secret or token would go to `{}` unencrypted, while another address uses \
                 TLS; use TLS for all of them, or set `allow_plaintext_fallback`",
                secret::address(plain)
            );
            Err(Error::config("fallback_url", reason))
        }
        _ => Ok(()),
    }
}

/// Asks for `info`, over a certain line or over the one that stands.
pub(crate) fn ask_info(
    shared: &Shared,
    line: Option<&Arc<Line>>,
    timeout: Duration,
) -> Result<ServerInfo> {
    let attempt = || Attempt::core("info");
    let call = Call {
        outgoing: Outgoing::server("info"),
        expects: Expects::Whole,
        repeats: line.is_none(),
        timeout,
        attempt: &attempt,
    };
    let answer = match line {
        None => shared.call(&call)?,
        Some(line) => shared.call_on(line, &call)?,
    };
    let Answer::Whole(text) = answer else {
        return Err(Error::unexpected(attempt(), "`server_info`", ""));
    };
    let info: ServerInfo = lenient::from_str(&text)
        .map_err(|error| Error::decode("the answer to `info`", &text, error))?;
    let open = !info.api_secret && !info.auth_token;
    shared.open.store(open, Ordering::Relaxed);
    Ok(info)
}
