//! From settings to a connection that has spoken to a Janus.

use std::{collections::VecDeque, sync::Arc, time::Instant};

use super::{Connection, ConnectionInner, Held, claim};
use crate::{
    Config, Error, Result,
    engine::{ConnectionThread, Engine},
    logging::debug,
    redact, sync,
    transport::{Transport, by_address, encrypts},
};

impl Config {
    /// Connects, as [`Connection::open`] does, with these settings.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an invalid setting, [`Error::Connect`] when no Janus can be reached.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use janus_blocking::Config;
    ///
    /// # let gateway = janus_blocking::testing::FakeGateway::start()?;
    /// let janus = Config::new(gateway.url()).request_timeout(Duration::from_secs(3)).open()?;
    /// assert_eq!(janus.config().request_timeout, Duration::from_secs(3));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn open(mut self) -> Result<Connection> {
        // Of an `Admin`, whose settings these were.
        self.admin_secret = None;
        Connection::with_config(self)
    }
}

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
        if !config.start_offline {
            return Self::at_first(config, transports, deadline);
        }
        match Self::at_first(config.clone(), transports.clone(), deadline) {
            Err(error @ Error::Connect { .. }) => {
                Engine::open_offline(config, transports, &error).map(Self::new)
            }
            result => result,
        }
    }

    /// Connects to the first of the servers.
    fn at_first(config: Config, transports: Servers, deadline: Instant) -> Result<Self> {
        Engine::open(config, transports, deadline).map(Self::new)
    }

    fn new((engine, reader): (Arc<Engine>, ConnectionThread)) -> Self {
        claim::remember(&engine);
        let timeout = engine.config().request_timeout;
        let inner = Arc::new(ConnectionInner::new(engine, reader));
        Self {
            inner: Arc::new(Held(inner)),
            timeout,
        }
    }
}

type Servers = VecDeque<Arc<dyn Transport>>;

/// What makes links to the servers of the settings.
fn servers(config: &Config) -> Result<Servers> {
    if let Some(transport) = &config.transport {
        return Ok([transport.clone()].into());
    }
    let settings = config.transport_settings();
    let fallback = config.fallback_urls.iter().map(|url| ("fallback_url", url));
    let addresses = std::iter::once(("url", &config.url)).chain(fallback);
    let servers = addresses
        .map(|(field, address)| by_address(field, address, &settings))
        .collect::<Result<_>>()?;
    check_plaintext(config)?;
    Ok(servers)
}

/// Refuses addresses through which a secret would be sent unencrypted once TLS fails.
fn check_plaintext(config: &Config) -> Result<()> {
    let has_secrets = config.api_secret.is_some()
        || config.token.is_some()
        || config.token_source.is_some()
        || config.admin_secret.is_some();
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
                redact::address(plain)
            );
            Err(Error::config("fallback_url", reason))
        }
        _ => Ok(()),
    }
}
