//! Tokens that are no longer good when a link breaks, or while nothing happens.

use std::time::{Duration, Instant};

use common::{Janus, Version, WireProxy, admin::Admin, wait_until};
use janus_blocking::{
    Config, EchoTest,
    auth::{SignedToken, Token},
};

use super::{Count, ECHO, SESAME, SOON, ask, open, sesame};

const SECOND: Duration = Duration::from_secs(1);

/// `token 0`, `token 1` and so on, which do not expire.
fn numbered(url: &str, count: &Count) -> Config {
    let calls = count.clone();
    Config::new(url).token_provider(move || {
        Ok::<_, std::io::Error>(Token::new(format!("token {}", calls.next())))
    })
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_session_is_claimed_with_a_new_token_when_the_old_one_expired_while_there_was_no_link() {
    for version in Version::ALL {
        let builder = Janus::builder().version(version).reclaim_timeout(30);
        let server = builder.token_auth_secret(SESAME).start();
        let proxy = WireProxy::start(&server);
        let count = Count::default();
        let grant = SignedToken::for_plugins([ECHO]).valid_for(SECOND * 4);
        let calls = count.clone();
        let config = Config::new(proxy.url()).token_provider(move || {
            match calls.next() {
                // The service that gives tokens is away as well at first.
                1 | 2 => Err(Box::<dyn std::error::Error + Send + Sync>::from(
                    "no network",
                )),
                _ => Ok(grant.sign(&sesame())?),
            }
        });
        let janus = open(config);
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        proxy.refuse(true);
        proxy.cut();
        let end = Instant::now() + SECOND * 6;
        while Instant::now() < end {
            let _ = echo.events().recv_timeout(SECOND / 2);
        }
        proxy.refuse(false);
        wait_until(SOON * 2, "the session", || ask(&echo).is_ok());
        assert!((4..=6).contains(&count.get()), "{}", count.get());
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_session_is_claimed_with_another_token_when_its_own_was_removed() {
    for version in Version::ALL {
        let builder = Janus::builder().version(version).reclaim_timeout(30);
        let server = builder.token_auth().start();
        let proxy = WireProxy::start(&server);
        let mut admin = Admin::of(&server);
        admin.add("token 0", &[]);
        admin.add("token 1", &[]);
        let count = Count::default();
        let janus = open(numbered(&proxy.url(), &count));
        let sessions: Vec<_> = (0..5)
            .map(|_| janus.create_session().expect("a session"))
            .collect();
        let echo: EchoTest = sessions[0].attach().expect("a handle");
        let quiet = echo.events().recv_timeout(SECOND * 2);
        assert!(quiet.expect("it lives").is_none());
        admin.remove("token 0");
        proxy.cut();
        wait_until(SOON, "the session", || ask(&echo).is_ok());
        for session in &sessions {
            session
                .attach::<EchoTest>()
                .expect("it was claimed as well");
        }
        assert_eq!(count.get(), 2);
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_refused_keepalive_makes_the_next_one_go_out_with_another_token() {
    for version in Version::ALL {
        // A keepalive each two seconds.
        let builder = Janus::builder().version(version).session_timeout(6);
        let server = builder.token_auth().start();
        let mut admin = Admin::of(&server);
        admin.add("token 0", &[]);
        let count = Count::default();
        let janus = open(numbered(&server.url(), &count));
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        // Their keepalives go out together, and so are refused together.
        let others = [(); 3].map(|()| janus.create_session().expect("a session"));
        let states = janus.states();
        admin.remove("token 0");
        admin.add("token 1", &[]);
        let quiet = echo.events().recv_timeout(SECOND * 14);
        assert!(quiet.expect("it lives").is_none());
        assert_eq!(count.get(), 2);
        ask(&echo).expect("with the new token");
        for session in &others {
            session.attach::<EchoTest>().expect("it was kept alive");
        }
        assert_eq!(states.try_iter().collect::<Vec<_>>(), []);
    }
}
