//! Over HTTP all is as over a WebSocket: requests, events in order, claims; and what only HTTP has.

mod answers;
mod broken;
mod credentials;
mod early;
mod ending;
mod events;
mod idle;
mod long;
mod ownership;
mod proxied;
mod reconnected;
mod refused;
mod stopped;
mod tls;

use std::{
    thread,
    time::{Duration, Instant},
};

use common::{Janus, JanusBuilder, Version};
use janus_blocking::{Connection, EchoTest, ErrorCode, echotest::Settings};

/// In vain after this.
const LIMIT: Duration = Duration::from_secs(5);

/// Within this all is over that should be quick; it is milliseconds but for a busy machine.
const SOON: Duration = Duration::from_secs(2);

/// Runs it with a Janus of each version that speaks HTTP.
fn with_both(test: impl Fn(&Janus) + Sync) {
    with_both_of(|builder| builder, test);
}

/// With both at the same time, as some tests wait for half a minute.
fn with_both_of(settings: fn(JanusBuilder) -> JanusBuilder, test: impl Fn(&Janus) + Sync) {
    thread::scope(|scope| {
        for version in Version::ALL {
            let test = &test;
            scope.spawn(move || {
                let janus = settings(Janus::builder().version(version).http()).start();
                test(&janus);
                assert!(janus.is_running(), "Janus {version} has ended");
            });
        }
    });
}

fn open(janus: &Janus) -> Connection {
    Connection::open(&janus.http_url()).expect("a link over HTTP")
}

fn configure(echo: &EchoTest) -> janus_blocking::Result<()> {
    echo.configure(&Settings::new().audio(true)).map(drop)
}

#[test]
#[ignore = "needs Janus 1.1.2 and 1.4.1: run tests/run"]
fn requests_are_answered_and_sessions_end() {
    with_both(|server| {
        let janus = open(server);
        assert_eq!(
            janus.info().expect("info").version,
            janus.opening_info().version
        );
        janus.ping().expect("pong");
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        configure(&echo).expect("configured");
        echo.into_handle().detach().expect("detached");
        let error = session
            .reattach::<EchoTest>(77)
            .and_then(|echo| configure(&echo));
        let code = error.expect_err("no such handle").code();
        assert_eq!(code, Some(ErrorCode::HANDLE_NOT_FOUND));
        let id = session.id();
        session.destroy().expect("destroyed");
        let gone = janus.claim(id).expect_err("destroyed");
        assert!(gone.is_session_gone(), "{gone}");
        let begun = Instant::now();
        janus.close();
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    });
}
