//! The same against the fake gateway, which has no clock to wait for.

use std::{
    error::Error as StdError,
    io,
    time::{Duration, SystemTime},
};

use janus_blocking::{
    Config, EchoTest, Error, ErrorCode, Sip,
    auth::{Secret, SignedToken, Token, TokenFault},
    testing::FakeGateway,
};

use crate::{Count, ECHO, SESAME, SOON, ask, assert_code, common::wait_until, open, sesame, story};

fn gateway() -> FakeGateway {
    let builder = FakeGateway::builder().token_auth_secret(SESAME);
    builder.start().expect("a gateway")
}

#[test]
fn the_fake_gateway_checks_signed_tokens_as_janus_does() {
    let gateway = gateway();
    let with = |token: SignedToken, secret: &str| {
        let token = token.sign(&Secret::from(secret)).expect("signed");
        open(Config::new(gateway.url()).token(token))
    };
    let echo = || SignedToken::for_plugins([ECHO]);
    let janus = with(echo(), SESAME);
    assert!(janus.opening_info().auth_token);
    story(&janus).expect("it is allowed");
    let session = janus.create_session().expect("a session");
    let error = assert_code(session.attach::<Sip>(), ErrorCode::UNAUTHORIZED_PLUGIN);
    let reason = "405 Provided token can't access plugin 'janus.plugin.sip'";
    assert!(error.to_string().contains(reason), "{error}");
    let past = SystemTime::now() - Duration::from_secs(5);
    for janus in [
        with(echo(), "other"),
        with(echo().expires_at(past), SESAME),
        with(SignedToken::for_room(1234), SESAME),
        open(Config::new(gateway.url()).token("stored")),
        open(Config::new(gateway.url())),
    ] {
        assert_code(janus.create_session(), ErrorCode::UNAUTHORIZED);
    }
}

#[test]
fn a_token_that_the_server_finds_expired_is_replaced() {
    let builder = FakeGateway::builder().token_auth_secret(SESAME);
    let builder = builder.manual_clock().session_timeout(Duration::ZERO);
    let gateway = builder.start().expect("a gateway");
    let count = Count::default();
    let calls = count.clone();
    let config = Config::new(gateway.url()).token_from(move || {
        // The second one is good on a server whose clock is fast.
        let life = Duration::from_secs(60 + 3600 * calls.next());
        let token = SignedToken::for_plugins([ECHO]).valid_for(life);
        token.sign(&sesame())
    });
    let janus = open(config);
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    gateway.advance(Duration::from_secs(40));
    ask(&echo).expect("valid on both clocks");
    gateway.advance(Duration::from_secs(40));
    // At first it is too new to be replaced.
    assert_code(ask(&echo), ErrorCode::UNAUTHORIZED);
    wait_until(SOON, "another token", || ask(&echo).is_ok());
    assert_eq!(count.get(), 2);
}

#[test]
fn one_token_is_enough_for_a_configuration() {
    let config = Config::new("ws://127.0.0.1:1")
        .token("stored")
        .token_from(|| Ok::<_, io::Error>(Token::new("another")));
    let error = config.open().expect_err("which one?");
    let text = "`token` cannot be used: `token_from` is set too; \
                let its function return this token first";
    assert_eq!(error.to_string(), text);
}

#[test]
fn a_function_that_has_no_token_yet_fails_calls_but_not_the_connection() {
    let gateway = gateway();
    let count = Count::default();
    let calls = count.clone();
    let config = Config::new(gateway.url()).token_from(move || match calls.next() {
        0 => Err(Box::<dyn StdError + Send + Sync>::from("no such file")),
        1 => panic!("a bug of the program"),
        _ => Ok(SignedToken::for_plugins([ECHO]).sign(&sesame())?),
    });
    let janus = open(config);
    for cause in ["no such file", "the function panicked"] {
        match janus.create_session() {
            Err(Error::Token {
                fault: TokenFault::NotRenewed,
                source: Some(source),
            }) => {
                assert_eq!(source.to_string(), cause);
            }
            other => panic!("{other:?}"),
        }
    }
    story(&janus).expect("the third one");
    assert_eq!(count.get(), 3);
}
