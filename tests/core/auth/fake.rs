//! The same against the fake gateway, which has no clock to wait for.

use std::{
    error::Error as StdError,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use common::wait_until;
use janus_blocking::{
    Config, Connection, EchoTest, Error, ErrorCode, Event, Sip,
    auth::{Secret, SignedToken, Token, TokenFault},
    connection::{ConnectionState, StateChanges},
    testing::FakeGateway,
};

use super::{Count, ECHO, SESAME, SOON, ask, assert_code, open, sesame, story};

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
    let config = Config::new(gateway.url()).token_provider(move || {
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

/// A gateway whose clock runs ahead of this program's, and that ends no session.
fn hurried() -> FakeGateway {
    let builder = FakeGateway::builder().token_auth_secret(SESAME);
    let builder = builder.manual_clock().session_timeout(Duration::ZERO);
    builder.start().expect("a gateway")
}

/// Rarer than tokens are replaced.
const PERIOD: Duration = Duration::from_millis(1200);

fn next(states: &StateChanges) -> ConnectionState {
    states.recv_timeout(SOON).expect("a change")
}

#[test]
fn a_session_that_cannot_be_kept_alive_is_told_of_by_a_state_and_an_event() {
    let gateway = hurried();
    let token = SignedToken::for_plugins([ECHO]).valid_for(Duration::from_secs(60));
    let token = token.sign(&sesame()).expect("signed");
    let config = Config::new("").token(token).keepalive(PERIOD / 10);
    let janus = gateway.connect_with(config).expect("a link");
    let states = janus.states();
    let session = janus.create_session().expect("a session");
    let echoes: [EchoTest; 2] = [(); 2].map(|()| session.attach().expect("a handle"));
    assert_eq!(janus.state(), ConnectionState::Connected);
    gateway.advance(Duration::from_secs(90));
    for echo in &echoes {
        let event = echo.events().recv_timeout(SOON).expect("it lives");
        assert_eq!(event, Some(Event::Unauthorized));
    }
    assert_eq!(next(&states), ConnectionState::Unauthorized);
    // Once: the next keepalives change nothing.
    let before = gateway.request_count();
    wait_until(SOON, "more keepalives", || {
        gateway.request_count() > before + 3
    });
    assert!(states.is_empty());
    assert_eq!(echoes[0].events().try_recv().expect("it lives"), None);
    session.check().expect("it lives");
    janus.ping().expect("the link stands");
    assert_eq!(janus.state(), ConnectionState::Unauthorized);
}

#[test]
fn a_full_queue_hears_that_its_session_cannot_be_kept_alive() {
    let gateway = hurried();
    let token = SignedToken::for_plugins([ECHO]).valid_for(Duration::from_secs(60));
    let token = token.sign(&sesame()).expect("signed");
    let config = Config::new("").token(token).keepalive(PERIOD / 10);
    let janus = gateway.connect_with(config.event_queue(1)).expect("a link");
    let states = janus.states();
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let events = echo.events();
    gateway.handle(echo.handle().id()).webrtc_up();
    janus.ping().expect("the event came before");
    gateway.advance(Duration::from_secs(90));
    assert_eq!(next(&states), ConnectionState::Unauthorized);
    for event in [Event::WebrtcUp, Event::Unauthorized] {
        assert_eq!(events.recv_timeout(SOON).expect("it lives"), Some(event));
    }
    assert_eq!(events.try_recv().expect("it lives"), None);
}

#[test]
fn a_function_that_gives_no_token_any_more_is_told_of_and_so_is_the_next_token() {
    let gateway = hurried();
    let fails = Arc::new(AtomicBool::new(false));
    let (failing, calls) = (fails.clone(), Count::default());
    let config = Config::new("").keepalive(PERIOD).token_provider(move || {
        if failing.load(Ordering::Relaxed) {
            return Err(Box::<dyn StdError + Send + Sync>::from("no network"));
        }
        let life = Duration::from_secs(3600 * (1 + calls.next()));
        let token = SignedToken::for_plugins([ECHO]).valid_for(life);
        Ok(token.sign(&sesame())?)
    });
    let janus = gateway.connect_with(config).expect("a link");
    let states = janus.states();
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    fails.store(true, Ordering::Relaxed);
    gateway.advance(Duration::from_secs(3700));
    let event = echo.events().recv_timeout(SOON).expect("it lives");
    assert_eq!(event, Some(Event::Unauthorized));
    assert_eq!(next(&states), ConnectionState::Unauthorized);
    fails.store(false, Ordering::Relaxed);
    assert_eq!(next(&states), ConnectionState::Connected);
    ask(&echo).expect("with the new token");
}

#[test]
fn a_keepalive_that_is_accepted_with_another_token_is_no_news() {
    let gateway = hurried();
    let count = Count::default();
    let calls = count.clone();
    let config = Config::new("").keepalive(PERIOD).token_provider(move || {
        let life = Duration::from_secs(60 + 3600 * calls.next());
        SignedToken::for_plugins([ECHO])
            .valid_for(life)
            .sign(&sesame())
    });
    let janus = gateway.connect_with(config).expect("a link");
    let states = janus.states();
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    gateway.advance(Duration::from_secs(90));
    let quiet = echo.events().recv_timeout(3 * PERIOD);
    assert_eq!(quiet.expect("it lives"), None);
    assert!(states.is_empty() && count.get() > 1);
    ask(&echo).expect("with the second token");
}

#[test]
fn one_token_is_enough_for_a_configuration() {
    let config = Config::new("ws://127.0.0.1:1")
        .token("stored")
        .token_provider(|| Ok::<_, io::Error>(Token::new("another")));
    let error = config.open().expect_err("which one?");
    let text = "`token` cannot be used: `token_provider` is set too; \
                let its function return this token first";
    assert_eq!(error.to_string(), text);
}

#[test]
fn a_function_that_has_no_token_yet_fails_calls_but_not_the_connection() {
    let gateway = gateway();
    let count = Count::default();
    let calls = count.clone();
    let config = Config::new(gateway.url()).token_provider(move || match calls.next() {
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
                ..
            }) => {
                assert_eq!(source.to_string(), cause);
            }
            other => panic!("{other:?}"),
        }
    }
    story(&janus).expect("the third one");
    assert_eq!(count.get(), 3);
}

/// Settings whose function gives a token for a minute at first. Its next calls: whether it gives one.
fn brief(gateway: &FakeGateway, next: &'static [bool]) -> (Config, Count) {
    let count = Count::default();
    let calls = count.clone();
    let config = Config::new(gateway.url()).token_provider(move || {
        let life = match calls.next() {
            0 => 60,
            call => match next.get(call as usize - 1) {
                Some(false) => return Err("no network".into()),
                _ => 3600,
            },
        };
        let token = SignedToken::for_plugins([ECHO]).valid_for(Duration::from_secs(life));
        Ok::<_, Box<dyn StdError + Send + Sync>>(token.sign(&sesame())?)
    });
    (config, count)
}

fn sent(gateway: &FakeGateway, verb: &str) -> usize {
    let requests = gateway.requests();
    let those = requests.iter().filter(|it| it.message["janus"] == verb);
    those.count()
}

/// In memory, and over a socket.
fn connect(gateway: &FakeGateway, config: Config, memory: bool) -> Connection {
    if memory {
        gateway.connect_with(config).expect("a link")
    } else {
        open(config)
    }
}

#[test]
fn what_is_dropped_with_a_token_that_is_refused_ends_with_the_next_one() {
    for memory in [true, false] {
        let gateway = hurried();
        let (config, count) = brief(&gateway, &[]);
        let janus = connect(&gateway, config, memory);
        let session = janus.create_session().expect("a session");
        let echoes: [EchoTest; 3] = [(); 3].map(|()| session.attach().expect("a handle"));
        let other = janus.create_session().expect("a session");
        // A token that was made just now is not replaced.
        let quiet = echoes[0].events().recv_timeout(PERIOD);
        assert_eq!(quiet.expect("it lives"), None);
        gateway.advance(Duration::from_secs(90));
        drop((echoes, other));
        wait_until(SOON, "their end", || {
            gateway.handles().is_empty() && gateway.sessions() == [session.id()]
        });
        assert_eq!(count.get(), 2);
    }
}

#[test]
fn what_is_dropped_is_sent_twice_at_most_when_no_token_is_accepted() {
    for memory in [true, false] {
        let gateway = hurried();
        let (config, _) = brief(&gateway, &[]);
        let janus = connect(&gateway, config, memory);
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        let last: EchoTest = session.attach().expect("a handle");
        let quiet = last.events().recv_timeout(PERIOD);
        assert_eq!(quiet.expect("it lives"), None);
        gateway.advance(Duration::from_secs(7200));
        drop(echo);
        wait_until(SOON, "another try", || sent(&gateway, "detach") == 2);
        for _ in 0..20 {
            janus.ping().expect("the link stands");
        }
        assert_eq!(sent(&gateway, "detach"), 2);
    }
}

#[test]
fn what_is_ended_while_there_is_no_token_ends_with_the_next_one() {
    for memory in [true, false] {
        for destroys in [true, false] {
            let gateway = hurried();
            let (config, count) = brief(&gateway, &[false]);
            let janus = connect(&gateway, config, memory);
            let session = janus.create_session().expect("a session");
            let echo: EchoTest = session.attach().expect("a handle");
            let quiet = echo.events().recv_timeout(PERIOD);
            assert_eq!(quiet.expect("it lives"), None);
            gateway.advance(Duration::from_secs(90));
            let (result, _session) = if destroys {
                (session.destroy(), None)
            } else {
                (echo.into_handle().detach(), Some(session))
            };
            let error = result.expect_err("the function failed");
            assert!(matches!(error, Error::Token { .. }), "{error}");
            wait_until(SOON, "its end", || gateway.handles().is_empty());
            assert_eq!(gateway.sessions().is_empty(), destroys);
            assert_eq!(count.get(), 3);
        }
    }
}
