//! Tokens that Janus has never heard of, as they are signed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use common::{Version, WireProxy};
use janus_blocking::{
    Config, EchoTest, Error, ErrorCode, Plugin, Sip,
    auth::{self, Secret, SignedToken, TokenFault},
};

use super::{ECHO, ask, assert_code, open, sesame, signing, story};

const SECOND: Duration = Duration::from_secs(1);

fn echo() -> SignedToken {
    SignedToken::for_plugins([ECHO])
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_signed_token_is_good_for_sessions_and_the_plugins_it_names() {
    for version in Version::ALL {
        let server = signing(version);
        let with = |token: &SignedToken| {
            let token = token.sign(&sesame()).expect("signed");
            open(Config::new(server.url()).token(token))
        };
        let janus = with(&echo());
        assert!(janus.opening_info().auth_token);
        story(&janus).expect("it is allowed");
        story(&with(&SignedToken::for_plugins([Sip::PACKAGE, ECHO]))).expect("the second one");
        // Longer than a line, and than what Janus reads for once.
        let mut many = SignedToken::new("janus");
        many.descriptors = (0..500).map(|it| format!("janus.plugin.it{it}")).collect();
        story(&with(&many.descriptor(ECHO))).expect("the last one");

        let janus = with(&echo());
        let session = janus.create_session().expect("a session");
        let sip = session.attach::<Sip>();
        assert_code(sip, ErrorCode::UNAUTHORIZED_PLUGIN);
        let part = with(&SignedToken::for_plugins(["janus.plugin.echotest2"]));
        assert_code(story(&part), ErrorCode::UNAUTHORIZED_PLUGIN);
        let none = with(&SignedToken::new("janus"));
        let session = none.create_session().expect("sessions need no plugin");
        let refused = session.attach::<EchoTest>();
        assert_code(refused, ErrorCode::UNAUTHORIZED_PLUGIN);
        janus.close();
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn tokens_that_are_not_right_are_refused_for_whatever_reason() {
    for version in Version::ALL {
        let server = signing(version);
        let sign = |token: SignedToken| String::from(token.sign(&sesame()).expect("signed"));
        let right = sign(echo());
        let other = echo().sign(&Secret::from("other")).expect("signed");
        let past = SystemTime::now() - SECOND * 5;
        let wrong = [
            ("another secret", String::from(other)),
            (
                "another realm",
                sign(SignedToken::new(ECHO).descriptor(ECHO)),
            ),
            ("a room's", sign(SignedToken::for_room(1234))),
            ("expired", sign(echo().expires_at(past))),
            ("long expired", sign(echo().expires_at(UNIX_EPOCH))),
            ("no padding", right.trim_end_matches('=').to_owned()),
            ("cut", right[..right.len() - 4].to_owned()),
            ("changed", right.replacen(",janus", ",Janus", 1)),
            ("more plugins", right.replacen(':', ",janus.plugin.sip:", 1)),
            (
                "no signature",
                right.split(':').next().unwrap_or_default().to_owned(),
            ),
            ("stored", "a1b2c3".to_owned()),
            ("empty", String::new()),
        ];
        for (what, token) in wrong {
            // What Janus refuses, `verify` does too, and tells why.
            let verified = auth::verify(&token, &sesame(), SystemTime::now());
            let ours = verified.is_ok_and(|it| it.realm == "janus");
            assert!(!ours, "{what}");
            let janus = open(Config::new(server.url()).token(token));
            let error = janus.create_session().expect_err(what);
            assert_eq!(error.code(), Some(ErrorCode::UNAUTHORIZED), "{what}");
        }
        let none = open(Config::new(server.url()));
        assert_code(none.create_session(), ErrorCode::UNAUTHORIZED);
    }
}

/// In the year 2038 and later, too.
#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_token_may_expire_at_any_time_that_can_be_said() {
    for version in Version::ALL {
        let server = signing(version);
        let proxy = WireProxy::start(&server);
        for seconds in [i32::MAX as u64, 1 << 31, (1 << 32) + 1, i64::MAX as u64] {
            let Some(time) = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)) else {
                continue;
            };
            let token = echo().expires_at(time).sign(&sesame()).expect("signed");
            let verified = auth::verify(token.expose(), &sesame(), SystemTime::now());
            assert_eq!(verified.expect("valid").expires, time);
            let own = token.clone();
            let lasting =
                Config::new(proxy.url()).token_provider(move || Ok::<_, Error>(own.clone()));
            story(&open(lasting)).expect("it is not over");
            story(&open(Config::new(server.url()).token(token))).expect("it is not over");
        }
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn it_is_valid_to_the_end_of_its_last_second_and_no_longer() {
    let server = signing(Version::V1_4_1);
    // At the beginning of a second, so that the rest of it is left.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after");
    std::thread::sleep(SECOND - Duration::from_nanos(now.subsec_nanos().into()));
    let token = echo().valid_for(SECOND).sign(&sesame()).expect("signed");
    let expires = token.expires().expect("it does");
    let janus = open(Config::new(server.url()).token(&token));
    let session = janus.create_session().expect("a session");
    let test: EchoTest = session.attach().expect("a handle");
    loop {
        let before = SystemTime::now();
        let result = ask(&test);
        let after = SystemTime::now();
        let verified = |now| match auth::verify(token.expose(), &sesame(), now) {
            Ok(_) => true,
            Err(Error::Token {
                fault: TokenFault::Expired,
                ..
            }) => false,
            Err(error) => panic!("{error}"),
        };
        // Where both agree, Janus does.
        if verified(before) == verified(after) {
            assert_eq!(result.is_ok(), verified(before), "{result:?}");
        }
        if let Err(error) = result {
            assert_eq!(error.code(), Some(ErrorCode::UNAUTHORIZED));
            assert!(after > expires + SECOND);
            break;
        }
    }
}
