//! `apisecret` and tokens, against real servers: Janus 1.1.2 and 1.4.1. And without them where the fake
//! gateway does.

mod drops;
mod fake;
mod link;
mod renewal;
mod rooms;
mod signed;
mod stack;
mod stored;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use common::{Janus, Version};
use janus_blocking::{
    Config, Connection, EchoTest, Error, ErrorCode, Result, auth::Secret, echotest::Settings,
};

const ECHO: &str = "janus.plugin.echotest";
/// The `token_auth_secret` of these servers.
const SESAME: &str = "sesame";
/// For things that take milliseconds on an idle machine.
const SOON: Duration = Duration::from_secs(10);

fn sesame() -> Secret {
    Secret::from(SESAME)
}

/// A server that wants signed tokens.
fn signing(version: Version) -> Janus {
    let builder = Janus::builder().version(version);
    builder.token_auth_secret(SESAME).start()
}

fn open(config: Config) -> Connection {
    config.open().expect("`info` needs no token")
}

/// A session, a handle and a request, and their end.
fn story(janus: &Connection) -> Result<()> {
    let session = janus.create_session()?;
    let echo: EchoTest = session.attach()?;
    ask(&echo)?;
    session.destroy()
}

/// One request, with the token of now.
fn ask(echo: &EchoTest) -> Result<()> {
    echo.configure(&Settings::new().audio(true)).map(drop)
}

#[track_caller]
fn assert_code<T>(result: Result<T>, code: ErrorCode) -> Error {
    match result {
        Err(error) => {
            assert_eq!(error.code(), Some(code), "{error}");
            error
        }
        Ok(_) => panic!("{code} was expected"),
    }
}

/// Counts the calls of a function.
#[derive(Clone, Default)]
struct Count(Arc<AtomicU64>);

impl Count {
    /// How often it was called before.
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_api_secret_lets_requests_pass_and_others_do_not() {
    for version in Version::ALL {
        let server = Janus::builder()
            .version(version)
            .api_secret("right")
            .start();
        let config = || Config::new(server.url());
        story(&open(config().api_secret("right"))).expect("all is allowed");
        for config in [
            config(),
            config().api_secret("wrong"),
            config().token("right"),
        ] {
            let janus = open(config);
            assert!(janus.opening_info().api_secret && !janus.opening_info().auth_token);
            assert_code(janus.create_session(), ErrorCode::UNAUTHORIZED);
        }
    }
}
