//! The servers that scenarios run against: two real ones, and the fake as each of them.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use janus_blocking::testing::{self, FakeGateway};
use serde_json::json;

use common::{Janus, Version, WsClient};

/// Whom a scenario talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Real(Version),
    Fake(Version),
}

impl Target {
    /// In the order of the table's columns.
    pub const ALL: [Self; 4] = [
        Self::Real(Version::V1_1_2),
        Self::Real(Version::V1_4_1),
        Self::Fake(Version::V1_1_2),
        Self::Fake(Version::V1_4_1),
    ];
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real(version) => write!(f, "{version}"),
            Self::Fake(version) => write!(f, "fake {version}"),
        }
    }
}

/// How the server of a scenario is set up. Scenarios of the same kind share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    /// As Janus comes: sessions time out after 60 s and end with their links.
    Plain,
    /// `api_secret`.
    Secret,
    /// Stored tokens.
    Tokens,
    /// Both.
    SecretAndTokens,
    /// Signed tokens.
    SignedTokens,
    /// Sessions time out after [`SHORT_TIMEOUT`] seconds.
    ShortTimeout,
    /// Sessions outlive their links for [`RECLAIM_TIMEOUT`] seconds.
    Reclaim,
    /// Sessions outlive their links for [`LONG_RECLAIM_TIMEOUT`] seconds: what goes sooner than that does so on
    /// a busy machine too.
    LongReclaim,
    /// Events tell the `opaque_id`.
    OpaqueId,
}

impl Setup {
    pub const ALL: [Self; 9] = [
        Self::Plain,
        Self::Secret,
        Self::Tokens,
        Self::SecretAndTokens,
        Self::SignedTokens,
        Self::ShortTimeout,
        Self::Reclaim,
        Self::LongReclaim,
        Self::OpaqueId,
    ];
}

pub const SECRET: &str = "open-sesame";
pub const TOKEN: &str = "a1b2c3";
pub const SIGNING: &str = "sesame";
pub const SHORT_TIMEOUT: u32 = 3;
pub const RECLAIM_TIMEOUT: u32 = 5;
pub const LONG_RECLAIM_TIMEOUT: u32 = 20;

/// How long the Admin API may take.
const ADMIN: Duration = Duration::from_secs(5);

/// A running server.
#[derive(Debug)]
enum Server {
    Real(Janus),
    Fake(FakeGateway),
}

/// All servers, each started when the first scenario needs it.
#[derive(Debug, Default)]
pub struct Servers([[OnceLock<Server>; Setup::ALL.len()]; Target::ALL.len()]);

impl Servers {
    /// The address of the server for scenarios of that kind.
    pub fn url(&self, target: Target, setup: Setup) -> String {
        let at = |index: Option<usize>| index.expect("it is one of all");
        let row = at(Target::ALL.iter().position(|one| *one == target));
        let column = at(Setup::ALL.iter().position(|one| *one == setup));
        let server = self.0[row][column].get_or_init(|| match target {
            Target::Real(version) => Server::Real(real(version, setup)),
            Target::Fake(version) => Server::Fake(fake(version, setup)),
        });
        match server {
            Server::Real(janus) => janus.url(),
            Server::Fake(gateway) => gateway.url(),
        }
    }
}

fn real(version: Version, setup: Setup) -> Janus {
    let janus = Janus::builder().version(version);
    let janus = match setup {
        Setup::Plain => janus,
        Setup::Secret => janus.api_secret(SECRET),
        Setup::Tokens => janus.token_auth(),
        Setup::SecretAndTokens => janus.api_secret(SECRET).token_auth(),
        Setup::SignedTokens => janus.token_auth_secret(SIGNING),
        Setup::ShortTimeout => janus.session_timeout(SHORT_TIMEOUT),
        Setup::Reclaim => janus.reclaim_timeout(RECLAIM_TIMEOUT),
        Setup::LongReclaim => janus.reclaim_timeout(LONG_RECLAIM_TIMEOUT),
        Setup::OpaqueId => janus.setting("general", "opaqueid_in_api = true"),
    };
    let janus = janus.start();
    if matches!(setup, Setup::Tokens | Setup::SecretAndTokens) {
        add_token(&janus);
    }
    janus
}

fn add_token(janus: &Janus) {
    let mut admin = WsClient::connect_as(&janus.admin_url(), "janus-admin-protocol")
        .expect("the Admin API is there");
    let request = json!({
        "janus": "add_token", "token": TOKEN,
        "transaction": "token", "admin_secret": janus.admin_secret(),
    });
    admin.send(&request.to_string()).expect("the link stands");
    let answer = admin.recv(ADMIN).expect("an answer");
    assert!(answer.contains("success"), "{answer}");
}

fn fake(version: Version, setup: Setup) -> FakeGateway {
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    let fake = FakeGateway::builder().version(match version {
        Version::V1_1_2 => testing::Version::V1_1_2,
        Version::V1_4_1 => testing::Version::V1_4_1,
        Version::V0_11_8 => unreachable!("the fake is no such server"),
    });
    let fake = match setup {
        Setup::Plain => fake,
        Setup::Secret => fake.api_secret(SECRET),
        Setup::Tokens => fake.token(TOKEN),
        Setup::SecretAndTokens => fake.api_secret(SECRET).token(TOKEN),
        Setup::SignedTokens => fake.token_auth_secret(SIGNING),
        Setup::ShortTimeout => fake.session_timeout(seconds(SHORT_TIMEOUT)),
        Setup::Reclaim => fake.reclaim_timeout(seconds(RECLAIM_TIMEOUT)),
        Setup::LongReclaim => fake.reclaim_timeout(seconds(LONG_RECLAIM_TIMEOUT)),
        Setup::OpaqueId => fake.opaque_id_in_api(true),
    };
    fake.start().expect("the fake starts")
}
