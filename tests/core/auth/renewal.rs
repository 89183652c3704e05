//! Tokens that expire while the program runs.

use std::{
    thread,
    time::{Duration, Instant},
};

use common::{Janus, Version, WireProxy, wait_until};
use janus_blocking::{
    Config, EchoTest, Error, ErrorCode,
    auth::{Secret, SignedToken, TokenFault},
};
use serde_json::Value;

use super::{Count, ECHO, SESAME, SOON, ask, assert_code, open, sesame, signing};

const SECOND: Duration = Duration::from_secs(1);

fn echo() -> SignedToken {
    SignedToken::for_plugins([ECHO])
}

/// Sends a keepalive each second.
fn hurried(version: Version) -> Janus {
    let builder = Janus::builder().version(version).session_timeout(3);
    builder.token_auth_secret(SESAME).start()
}

fn tokens(sent: &[String]) -> Vec<String> {
    let mut tokens: Vec<String> = sent
        .iter()
        .map(|text| serde_json::from_str::<Value>(text).expect("JSON"))
        .filter_map(|json| Some(json["token"].as_str()?.to_owned()))
        .collect();
    tokens.dedup();
    tokens
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn an_idle_session_outlives_its_tokens() {
    for version in Version::ALL {
        let server = hurried(version);
        let proxy = WireProxy::start(&server);
        let (count, grant) = (Count::default(), echo().valid_for(SECOND * 5));
        let (own, threads) = crossbeam_channel::unbounded();
        let calls = count.clone();
        let config = Config::new(proxy.url()).token_provider(move || {
            calls.next();
            let name = thread::current().name().unwrap_or_default().to_owned();
            own.send(name).expect("the test listens");
            grant.sign(&sesame())
        });
        let janus = open(config);
        assert_eq!(count.get(), 0, "`info` needs none");
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        // Reading events is no request.
        let event = echo.events().recv_timeout(SECOND * 14);
        assert!(event.expect("it lives").is_none());
        ask(&echo).expect("it lives");

        assert!((4..=8).contains(&count.get()), "{} in 14 s", count.get());
        assert_eq!(tokens(&proxy.sent()).len() as u64, count.get());
        let refused = proxy.received();
        assert!(
            !refused.iter().any(|text| text.contains(r#""code":403"#)),
            "{refused:?}"
        );
        let threads: Vec<String> = threads.try_iter().collect();
        assert_ne!(threads[0], "janus-reader", "the caller's own");
        assert!(threads[1..].iter().any(|name| name == "janus-reader"));
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn many_threads_share_one_call_and_none_is_refused() {
    let server = signing(Version::V1_4_1);
    let proxy = WireProxy::start(&server);
    let (count, grant) = (Count::default(), echo().valid_for(SECOND * 4));
    let (calls, busy) = (count.clone(), Count::default());
    let config = Config::new(proxy.url()).token_provider(move || {
        assert_eq!(busy.next(), 2 * calls.next(), "two at a time");
        thread::sleep(SECOND / 5);
        busy.next();
        grant.sign(&sesame())
    });
    let janus = open(config);
    let session = janus.create_session().expect("a session");
    let end = Instant::now() + SECOND * 9;
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let echo: EchoTest = session.attach().expect("a handle");
                while Instant::now() < end {
                    ask(&echo).expect("authorized");
                }
            });
        }
    });
    assert!((3..=6).contains(&count.get()), "{} in 9 s", count.get());
    let received = proxy.received();
    assert!(!received.iter().any(|text| text.contains(r#""code":403"#)));
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn without_a_valid_token_calls_fail_and_send_nothing_until_there_is_one() {
    thread::scope(|scope| {
        for version in Version::ALL {
            scope.spawn(move || fails_without_a_token(version));
        }
    });
}

/// Tokens of 8 s are renewed after 4 s: a busy machine has as much time again to ask with the old one.
fn fails_without_a_token(version: Version) {
    let server = signing(version);
    let proxy = WireProxy::start(&server);
    let (count, grant) = (Count::default(), echo().valid_for(SECOND * 8));
    let calls = count.clone();
    let config = Config::new(proxy.url()).token_provider(move || match calls.next() {
        0 | 2 | 5.. => Ok(grant.sign(&sesame())?),
        number => Err(Box::<dyn std::error::Error + Send + Sync>::from(format!(
            "no network, {number}"
        ))),
    });
    let janus = open(config);
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    // While the old one is valid, a failure is none of the caller.
    wait_until(SOON, "the failure", || {
        ask(&echo).expect("with the old token");
        count.get() == 2
    });
    wait_until(SOON, "the third", || {
        ask(&echo).expect("with the old token, or the new one");
        count.get() == 3
    });
    let quiet = echo.events().recv_timeout(SECOND * 10);
    assert!(quiet.expect("it lives").is_none());
    let mark = proxy.mark();
    for number in [3, 4] {
        let error = ask(&echo).expect_err("no token");
        let Error::Token {
            fault: TokenFault::NotRenewed,
            source,
            ..
        } = &error
        else {
            panic!("{error:?}");
        };
        let source = source.as_ref().expect("why").to_string();
        assert_eq!(source, format!("no network, {number}"));
        let text = "there is no valid token, and the function of `Config::token_provider` failed; \
                    nothing was sent, try again when it can give one";
        assert_eq!(error.to_string(), text);
        assert!(error.code().is_none() && !error.is_closed() && !error.is_timeout());
    }
    assert_eq!(proxy.sent_since(mark), [""; 0]);
    ask(&echo).expect("the next token");
    assert_eq!(proxy.sent_since(mark).len(), 1);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_server_with_another_secret_gets_one_more_try_and_no_storm() {
    let server = signing(Version::V1_1_2);
    let proxy = WireProxy::start(&server);
    let count = Count::default();
    let calls = count.clone();
    let config = Config::new(proxy.url()).token_provider(move || {
        calls.next();
        echo().sign(&Secret::from("of another server"))
    });
    let janus = open(config);
    for _ in 0..20 {
        assert_code(janus.create_session(), ErrorCode::UNAUTHORIZED);
    }
    assert!(count.get() <= 2, "{} for 20 requests", count.get());
    assert!(proxy.sent().len() <= 1 + 20 + 2);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn drops_ask_for_no_token_and_the_function_may_make_calls() {
    let server = signing(Version::V1_4_1);
    let (count, own) = (Count::default(), Count::default());
    let (calls, own_calls) = (count.clone(), own.clone());
    let this = thread::current().id();
    // Two clones share the token; the function asks the server for the time of a ping.
    let (give, take) = crossbeam_channel::unbounded::<janus_blocking::Connection>();
    let config = Config::new(server.url()).token_provider(move || {
        calls.next();
        if thread::current().id() == this {
            own_calls.next();
        }
        if let Ok(janus) = take.try_recv() {
            janus.ping()?;
            // With the old token, and not by calling the function again.
            janus.create_session()?.destroy()?;
        }
        echo().valid_for(SECOND * 4).sign(&sesame())
    });
    let (janus, helper) = (open(config.clone()), open(config));
    let session = janus.create_session().expect("a session");
    let test: EchoTest = session.attach().expect("a handle");
    helper
        .create_session()
        .expect("a session")
        .destroy()
        .expect("destroyed");
    assert_eq!(count.get(), 1);
    give.send(helper).expect("it is kept");
    wait_until(SOON, "a new token", || {
        ask(&test).expect("authorized");
        count.get() == 2
    });
    let quiet = test.events().recv_timeout(SECOND * 5);
    assert!(quiet.expect("it lives").is_none());
    // The token has expired. What Janus refuses of this the connection's thread sends again, and may
    // ask.
    let before = own.get();
    drop(test);
    drop(session);
    drop(janus);
    assert_eq!(own.get(), before, "this thread asked for a token");
}
