//! The server: the connections to it, or the fake gateway inside of this program.

use std::env;

use janus_blocking::{
    Config, Connection, Error,
    connection::ConnectionState,
    testing::FakeGateway,
    tls::{Pem, Tls},
};

use crate::{plan::Plan, settings::Settings};

/// Secrets come from here alone: what is on a command line, everybody on the machine can read.
pub(crate) const API_SECRET: &str = "JANUS_LOAD_API_SECRET";
pub(crate) const TOKEN: &str = "JANUS_LOAD_TOKEN";

/// The server of a run.
pub(crate) struct Target {
    pub(crate) connections: Vec<Connection>,
    /// In the report.
    pub(crate) url: String,
    pub(crate) is_fake: bool,
    /// Ends behind the connections.
    _fake: Option<FakeGateway>,
}

impl Target {
    pub(crate) fn open(settings: &Settings, plan: &Plan) -> Result<Self, Error> {
        let url = settings.url.as_deref();
        let fake = match url {
            Some(_) => None,
            None => Some(fake()?),
        };
        let address = match (&fake, url) {
            (Some(fake), _) => fake.url(),
            (None, url) => url.unwrap_or_default().to_owned(),
        };
        let mut config = Config::new(address).request_timeout(plan.timeout);
        config.api_secret = env::var(API_SECRET).ok();
        config.token = env::var(TOKEN).ok();
        if let Some(ca) = &settings.ca {
            config = config.tls(Tls::new().ca(Pem::file(ca)));
        }
        let connections = (0..plan.connections).map(|_| config.clone().open());
        Ok(Self {
            connections: connections.collect::<Result<_, _>>()?,
            url: url.map_or_else(|| "fake".to_owned(), shown),
            is_fake: fake.is_some(),
            _fake: fake,
        })
    }

    /// Whether it runs on this machine.
    pub(crate) fn is_local(&self) -> bool {
        let host = self.url.split_once("://").map_or("", |(_, rest)| rest);
        let local = ["localhost", "127.", "[::1]", "/"];
        self.is_fake || local.iter().any(|name| host.starts_with(name))
    }

    /// Whether no connection has a link.
    pub(crate) fn is_lost(&self) -> bool {
        let mut states = self.connections.iter().map(Connection::state);
        states.all(|state| state != ConnectionState::Connected)
    }
}

/// What no scenario expects is no failure of a test, and nobody asks what was requested.
fn fake() -> Result<FakeGateway, Error> {
    FakeGateway::builder().strict(false).recorded(0).start()
}

/// Without user, password and query.
fn shown(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = host.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}{path}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_what_may_be_secret() {
        for (url, public) in [
            ("ws://localhost:8188", "ws://localhost:8188"),
            ("wss://me:hush@host/janus?token=hush", "wss://host/janus"),
            ("http://a@b@host/p@th#x", "http://host/p@th"),
            ("unix:///run/janus", "unix:///run/janus"),
        ] {
            assert_eq!(shown(url), public);
        }
    }
}
