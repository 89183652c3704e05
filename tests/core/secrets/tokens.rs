//! Tokens, and what they are signed with.

use std::{
    io,
    time::{Duration, SystemTime},
};

use common::{logger::Log, program::in_own_process, scripted::Scripted};
use janus_blocking::{
    Config, EchoTest, Error,
    auth::{self, Secret, SignedToken, Token, TokenFault},
    videoroom::publisher::Join,
};
use serde_json::json;

use super::{HUSH, TOKEN, assert_debug_hidden, assert_error_hidden, assert_hidden};

/// The part of a signed token that nobody can guess.
fn signature(token: &Token) -> String {
    let text = token.expose().rsplit(':').next();
    text.unwrap_or_default().to_owned()
}

#[test]
fn tokens_and_their_secrets_are_only_in_what_is_sent() {
    if !in_own_process(
        module_path!(),
        "tokens_and_their_secrets_are_only_in_what_is_sent",
    ) {
        return;
    }
    let secret = Secret::from("hush-signing");
    let stored = Token::new(TOKEN);
    let signed = SignedToken::for_room(1234).sign(&secret).expect("signed");
    let config = Config::new("ws://host").token(&stored);
    let own = secret.clone();
    let renewed = Config::new("ws://host").token_provider(move || SignedToken::new("a").sign(&own));
    let join = Join::new(1234).token(&signed);
    assert_debug_hidden(&stored);
    assert_debug_hidden(&stored.clone().expires_at(SystemTime::now()));
    assert_debug_hidden(&secret);
    assert_debug_hidden(&config);
    assert_debug_hidden(&renewed);
    let hidden = signature(&signed);
    for shown in [
        format!("{signed:?} {signed:#?}"),
        format!("{join:?} {join:#?}"),
    ] {
        assert!(!shown.contains(&hidden), "{shown}");
    }
    assert!(format!("{renewed:?}").contains("token_provider: Some(***)"));
    let sent = serde_json::to_string(&join).expect("JSON");
    assert!(sent.contains(signed.expose()), "{sent}");

    let now = SystemTime::now();
    let late = now + Duration::from_secs(7200);
    let errors = [
        auth::verify(TOKEN, &secret, now),
        auth::verify(signed.expose(), &Secret::from("hush-other"), now),
        auth::verify(signed.expose(), &secret, late),
    ];
    for error in errors.map(|it| it.expect_err("not valid")) {
        assert_error_hidden(&error);
        assert!(!format!("{error} {error:?}").contains(&hidden), "{error:?}");
    }
    let wrong = SignedToken::new("janus")
        .descriptor("hush,hush")
        .sign(&secret);
    assert_error_hidden(&wrong.expect_err("a comma"));
}

#[test]
fn renewals_show_no_token_and_log_nothing_of_what_the_function_says() {
    if !in_own_process(
        module_path!(),
        "renewals_show_no_token_and_log_nothing_of_what_the_function_says",
    ) {
        return;
    }
    let log = Log::of_this_program();
    let grant = SignedToken::for_plugins(["janus.plugin.echotest"]);
    let right = grant.sign(&Secret::from("hush-signing")).expect("signed");
    let wrong = grant.sign(&Secret::from("hush-other")).expect("signed");
    // Not the fake gateway: tungstenite logs what it receives.
    let (server, own) = (right.clone(), wrong.clone());
    let server = Scripted::start(move |request, out| match request["token"].as_str() {
        Some(token) if token == own.expose() => {
            let error = json!({"code": 403, "reason": "Unauthorized request", "was": request});
            out.answer(
                request,
                json!({"janus": "error", "error": error, "token": token}),
            );
        }
        token => {
            assert!(token.is_none_or(|it| it == server.expose()));
            out.usual(request);
        }
    });
    let (give, made) = crossbeam_channel::unbounded();
    let config = Config::new(server.url()).token_provider(move || match made.len() {
        0 => Err(io::Error::other(
            "hush is in the answer of the program's own service",
        )),
        _ => Ok::<Token, _>(made.recv().expect("it is not empty")),
    });
    let janus = config.open().expect("`info` needs none");
    match janus.create_session() {
        Err(Error::Token {
            fault: TokenFault::NotRenewed,
            source: Some(source),
            ..
        }) => {
            assert!(source.to_string().contains(HUSH), "it is the program's own");
            assert_hidden(&TokenFault::NotRenewed.to_string());
        }
        other => panic!("{other:?}"),
    }
    give.send(wrong.clone()).expect("it is kept");
    assert_error_hidden(&janus.create_session().expect_err("the wrong one"));
    let config = janus.config().clone();
    assert_debug_hidden(&config);
    give.send(right.clone()).expect("it is kept");
    let limit = Duration::from_secs(10);
    common::wait_until(limit, "the right one", || {
        let session = janus.create_session();
        session.is_ok_and(|session| session.attach::<EchoTest>().is_ok())
    });
    janus.close();
    log.assert_hidden(HUSH);
    log.assert_hidden(&signature(&right));
    log.assert_hidden(&signature(&wrong));
    log.assert_wire("->", "\"token\":\"***\"");
}
