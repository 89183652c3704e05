//! What a test can choose about its gateway.

use std::{
    hash::{BuildHasher, RandomState},
    time::{Duration, SystemTime},
};

use super::{
    FakeGateway, RandomFaults, Version, gateway::Gateway, injector::Injector, settings::Settings,
};
use crate::{Result, auth::Secret};

/// Settings for a new gateway; from [`FakeGateway::builder`].
///
/// ```
/// use std::time::Duration;
/// use janus_blocking::testing::{FakeGateway, Version};
///
/// let gateway = FakeGateway::builder()
///     .version(Version::V1_4_1)
///     .session_timeout(Duration::from_secs(30))
///     .manual_clock()
///     .start()?;
/// let janus = gateway.connect()?;
/// let session = janus.create_session()?;
/// gateway.advance(Duration::from_secs(31));
/// assert!(gateway.sessions().is_empty());
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is started before Builder::start"]
pub struct Builder {
    settings: Settings,
    random_faults: Option<RandomFaults>,
    manual_clock: bool,
    port: u16,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            settings: Settings {
                version: Version::default(),
                session_timeout: Duration::from_secs(60),
                reclaim_timeout: Duration::ZERO,
                api_secret: None,
                tokens: Vec::new(),
                token_secret: None,
                epoch: SystemTime::now(),
                opaque_id_in_api: false,
                server_name: "fake".to_owned(),
                media: false,
                strict: true,
                recorded: 10_000,
                seed: RandomState::new().hash_one(0),
            },
            random_faults: None,
            manual_clock: false,
            port: 0,
        }
    }

    /// The version of Janus that it imitates. Default 1.1.2.
    pub fn version(mut self, version: Version) -> Self {
        self.settings.version = version;
        self
    }

    /// `session_timeout`, in whole seconds; zero: never. Default 60 s.
    pub fn session_timeout(mut self, time: Duration) -> Self {
        self.settings.session_timeout = time;
        self
    }

    /// `reclaim_session_timeout`, in whole seconds. Default zero: a session ends with its link.
    pub fn reclaim_timeout(mut self, time: Duration) -> Self {
        self.settings.reclaim_timeout = time;
        self
    }

    /// `api_secret`: requests need it, or a token. Default: none.
    pub fn api_secret(mut self, secret: impl Into<String>) -> Self {
        self.settings.api_secret = Some(secret.into());
        self
    }

    /// Adds a token that allows everything; requests need one, or the secret. Default: none.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.settings.tokens.push(token.into());
        self
    }

    /// `token_auth_secret`: requests need a token that was signed with it, or the secret, and
    /// attaching a plugin one that names the plugin. Default: none.
    ///
    /// Tokens expire by the gateway's clock. A manual clock starts at the time of the builder.
    pub fn token_auth_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.settings.token_secret = Some(secret.into());
        self
    }

    /// `opaqueid_in_api`: events carry the `opaque_id` of their handle. Default false.
    pub fn opaque_id_in_api(mut self, on: bool) -> Self {
        self.settings.opaque_id_in_api = on;
        self
    }

    /// `server_name`, as `info` tells it. Default `fake`.
    pub fn server_name(mut self, name: impl Into<String>) -> Self {
        self.settings.server_name = name.into();
        self
    }

    /// Whether a negotiated PeerConnection of EchoTest, or of a viewer of Streaming, comes up at
    /// once: `webrtcup`, and `media` for each of its lines. Default false: [`FakeHandle::webrtc_up`](super::FakeHandle::webrtc_up)
    /// sends them.
    pub fn media(mut self, comes: bool) -> Self {
        self.settings.media = comes;
        self
    }

    /// Whether the drop of the gateway panics when a request was not expected, or an expected one did
    /// not come. Default true; see [`FakeGateway::expect`].
    pub fn strict(mut self, strict: bool) -> Self {
        self.settings.strict = strict;
        self
    }

    /// How many requests [`FakeGateway::requests`] keeps; the oldest go first. Default 10,000.
    pub fn recorded(mut self, limit: usize) -> Self {
        self.settings.recorded = limit;
        self
    }

    /// The seed of session and handle ids. Default: random.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Stops the clock: only [`FakeGateway::advance`] moves it. Default: the system's clock.
    pub fn manual_clock(mut self) -> Self {
        self.manual_clock = true;
        self
    }

    /// Random faults from the start. Default: none.
    pub fn random_faults(mut self, faults: RandomFaults) -> Self {
        self.random_faults = Some(faults);
        self
    }

    /// The port of its WebSocket on 127.0.0.1. Default 0: a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Starts the gateway.
    ///
    /// # Errors
    ///
    /// [`Error::Connect`](crate::Error::Connect) when the port is taken, or the system refuses a
    /// thread.
    pub fn start(self) -> Result<FakeGateway> {
        let injector = Injector::new(self.random_faults);
        FakeGateway::run(
            Gateway::new(self.settings),
            injector,
            self.manual_clock,
            self.port,
        )
    }
}
