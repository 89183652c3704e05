//! What a server says about itself.

use std::{collections::BTreeMap, sync::LazyLock, time::Duration};

use serde::{Deserialize, Deserializer};

/// The answer to `info`.
///
/// Keys that are absent or have a wrong type are `None`, an empty text, zero or `false` (except
/// [`session_timeout`](Self::session_timeout)), so that no answer keeps a program from connecting.
///
/// # Example
///
/// ```
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// let info = janus.info()?;
/// assert!(info.version >= 1102, "older than 1.1.2");
/// assert!(info.plugins.contains_key("janus.plugin.sip"));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
///
/// Janus docs: *RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API*.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct ServerInfo {
    /// `Janus WebRTC Server`.
    #[serde(default)]
    pub name: String,
    /// The version as a number: 1102 is 1.1.2.
    #[serde(default)]
    pub version: u64,
    /// The version as text.
    #[serde(rename = "version_string", default)]
    pub version_string: String,
    /// Who wrote it.
    #[serde(default)]
    pub author: Option<String>,
    /// The commit that it was built from.
    #[serde(default)]
    pub commit_hash: Option<String>,
    /// When it was built.
    #[serde(default)]
    pub compile_time: Option<String>,
    /// Whether it logs to its standard output.
    #[serde(default)]
    pub log_to_stdout: Option<bool>,
    /// Whether it logs to a file.
    #[serde(default)]
    pub log_to_file: Option<bool>,
    /// The path of that file.
    #[serde(default)]
    pub log_path: Option<String>,
    /// Whether it was built with data channels.
    #[serde(rename = "data_channels", default)]
    pub data_channels: Option<bool>,
    /// Whether `create` is accepted.
    #[serde(default)]
    pub accepting_new_sessions: Option<bool>,
    /// How long a session lives without a request; zero: for ever. If absent, Janus's default of 60
    /// s is assumed, so that sessions are kept alive.
    #[serde(default = "a_minute", deserialize_with = "seconds")]
    pub session_timeout: Duration,
    /// How long a session whose link is gone can be claimed, counted from its last request; zero:
    /// not at all, it is destroyed with its link.
    #[serde(default, deserialize_with = "seconds")]
    pub reclaim_session_timeout: Duration,
    /// How long candidates are kept that come before their SDP.
    #[serde(default, deserialize_with = "seconds")]
    pub candidates_timeout: Duration,
    /// The name that its configuration gives it.
    #[serde(default)]
    pub server_name: Option<String>,
    /// Its address.
    #[serde(default)]
    pub local_ip: Option<String>,
    /// Its address behind NAT.
    #[serde(default)]
    pub public_ip: Option<String>,
    /// Its addresses behind NAT.
    #[serde(default)]
    pub public_ips: Option<Vec<String>>,
    /// Whether it gathers IPv6 candidates.
    #[serde(default)]
    pub ipv6: Option<bool>,
    /// Whether it gathers link-local ones.
    #[serde(default)]
    pub ipv6_link_local: Option<bool>,
    /// Whether it is an ICE-lite server.
    #[serde(default)]
    pub ice_lite: Option<bool>,
    /// Whether it gathers TCP candidates.
    #[serde(default)]
    pub ice_tcp: Option<bool>,
    /// The nomination mode of its ICE library.
    #[serde(default)]
    pub ice_nomination: Option<String>,
    /// Whether it checks consent freshness (since 1.2.0).
    #[serde(default)]
    pub ice_consent_freshness: Option<bool>,
    /// Whether its ICE keepalives are connectivity checks.
    #[serde(default)]
    pub ice_keepalive_conncheck: Option<bool>,
    /// Whether it hangs up when ICE fails (since 1.2.0).
    #[serde(default)]
    pub hangup_on_failed: Option<bool>,
    /// Whether it trickles its own candidates.
    #[serde(default)]
    pub full_trickle: Option<bool>,
    /// Whether it resolves mDNS candidates.
    #[serde(default)]
    pub mdns_enabled: Option<bool>,
    /// The smallest window of its NACK queue, in milliseconds.
    #[serde(default)]
    pub min_nack_queue: Option<u64>,
    /// Whether it optimises NACKs.
    #[serde(default)]
    pub nack_optimizations: Option<bool>,
    /// How often it sends transport-wide feedback, in milliseconds.
    #[serde(default)]
    pub twcc_period: Option<u64>,
    /// The DSCP of its packets.
    #[serde(default)]
    pub dscp: Option<u64>,
    /// The MTU of its DTLS, in bytes.
    #[serde(default)]
    pub dtls_mtu: Option<u64>,
    /// Its STUN server.
    #[serde(default)]
    pub stun_server: Option<String>,
    /// Its TURN server.
    #[serde(default)]
    pub turn_server: Option<String>,
    /// Whether clients may ask for relayed candidates only.
    #[serde(default)]
    pub allow_force_relay: Option<bool>,
    /// How many event loops all handles share; 0: each has its own.
    #[serde(default)]
    pub static_event_loops: Option<u64>,
    /// Whether the server uses `loop_index` in `attach`.
    #[serde(default)]
    pub loop_indication: Option<bool>,
    /// Whether requests need `apisecret`.
    #[serde(rename = "api_secret", default)]
    pub api_secret: bool,
    /// Whether requests need `token`.
    #[serde(rename = "auth_token", default)]
    pub auth_token: bool,
    /// Whether event handlers are on.
    #[serde(rename = "event_handlers", default)]
    pub event_handlers: Option<bool>,
    /// Whether events repeat the `opaque_id` of their handle.
    #[serde(rename = "opaqueid_in_api", default)]
    pub opaqueid_in_api: Option<bool>,
    /// `Some(false)` if it was built without encryption, for debugging.
    #[serde(rename = "webrtc_encryption", default)]
    pub webrtc_encryption: Option<bool>,
    /// The libraries that it uses, with their versions.
    #[serde(default)]
    pub dependencies: BTreeMap<String, String>,
    /// Its transports, by package name.
    #[serde(default)]
    pub transports: BTreeMap<String, Module>,
    /// Its event handlers, by package name.
    #[serde(default)]
    pub events: BTreeMap<String, Module>,
    /// Its loggers, by package name.
    #[serde(default)]
    pub loggers: BTreeMap<String, Module>,
    /// Its plugins, by package name.
    #[serde(default)]
    pub plugins: BTreeMap<String, Module>,
}

/// A plugin, transport, event handler or logger of a server; see [`ServerInfo`].
///
/// # Example
///
/// ```
/// # let (gateway, janus) = janus_blocking::testing::connected()?;
/// for (package, plugin) in &janus.info()?.plugins {
///     println!("{package}: {} {}", plugin.name, plugin.version_string);
/// }
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Module {
    /// Its name.
    pub name: String,
    /// Who wrote it.
    pub author: String,
    /// What it does.
    pub description: String,
    /// Its version as text.
    pub version_string: String,
    /// Its version as a number.
    pub version: u64,
}

const fn a_minute() -> Duration {
    Duration::from_secs(60)
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    u64::deserialize(deserializer).map(Duration::from_secs)
}

impl ServerInfo {
    /// Of a server that has not said anything yet.
    pub(super) fn unknown() -> &'static Self {
        static UNKNOWN: LazyLock<ServerInfo> =
            LazyLock::new(|| serde_json::from_str("{}").expect("no key is required"));
        &UNKNOWN
    }

    #[cfg(test)]
    pub(crate) fn with_timeouts(session: Duration, reclaim: Duration) -> Self {
        let mut info = Self::unknown().clone();
        info.session_timeout = session;
        info.reclaim_session_timeout = reclaim;
        info
    }
}
