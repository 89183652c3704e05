//! Signed tokens: what they look like, and what is wrong with one.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + SECOND * u32::try_from(seconds).expect("small")
}

/// Made with Python: `base64.b64encode(hmac.new(secret, data, hashlib.sha1).digest())`.
#[test]
fn tokens_are_those_that_others_make() {
    let sign = |token: SignedToken, secret: &str| {
        let token = token.sign(&Secret::from(secret)).expect("signed");
        String::from(token)
    };
    let time = at(1_700_000_000);
    assert_eq!(
        sign(
            SignedToken::for_plugins(["janus.plugin.sip", "janus.plugin.videoroom"])
                .expires_at(time),
            "hush"
        ),
        "1700000000,janus,janus.plugin.sip,janus.plugin.videoroom:zR6lj9BZzmTMcqgCcuAgWhOvFlA="
    );
    assert_eq!(
        sign(SignedToken::for_room(1234).expires_at(time), "hush"),
        "1700000000,janus.plugin.videoroom,room=1234:v5t1injKkLzt/7y273Rih8vBHfA="
    );
    // More than a block of SHA-1, and not only ASCII.
    let long = "ein längeres Geheimnis, länger als ein Block von 64 Bytes, \
                damit es gehasht wird";
    let token = SignedToken::new("janus").descriptor("ä");
    assert_eq!(
        sign(token.expires_at(at(4_102_444_800)), long),
        "4102444800,janus,ä:Mi/NU3mXwhoPZ2DE7hCtutqvY40="
    );
}

#[test]
fn it_is_valid_for_as_long_as_was_said() {
    let token = SignedToken::new("janus").valid_for(SECOND * 90);
    let signed = token.sign_at(&Secret::from("hush"), at(1_000) + SECOND / 2);
    let signed = signed.expect("signed");
    assert_eq!(signed.expires(), Some(at(1_090)));
    let verify = |now| verify(signed.expose(), &Secret::from("hush"), now);
    assert_eq!(verify(at(1_090)).expect("to the end").expires, at(1_090));
    assert!(verify(at(1_091)).is_err());
    verify(UNIX_EPOCH - SECOND).expect("a clock that was never set");
    let again = token.sign_at(&Secret::from("hush"), at(2_000));
    assert_eq!(again.expect("signed").expires(), Some(at(2_090)));
}

#[test]
fn what_janus_cannot_read_is_refused() {
    let secret = Secret::from("hush");
    let ok = || SignedToken::new("janus");
    let too_late = at(0).checked_add(Duration::from_secs(i64::MAX as u64));
    let mut cases = vec![
        (SignedToken::new(""), "realm"),
        (SignedToken::new("a,b"), "realm"),
        (SignedToken::new("a:b"), "realm"),
        (SignedToken::new("a\0b"), "realm"),
        (ok().descriptor(""), "descriptors"),
        (ok().descriptor("a,b"), "descriptors"),
        (ok().descriptor("a").descriptor("b:c"), "descriptors"),
        (ok().descriptor("a\n"), "descriptors"),
        (SignedToken::for_room("a,b"), "descriptors"),
        (SignedToken::for_plugins(["a:b"]), "descriptors"),
        (ok().valid_for(Duration::ZERO), "valid_for"),
        (ok().valid_for(Duration::MAX), "valid_for"),
        (
            ok().valid_for(Duration::from_secs(i64::MAX as u64)),
            "valid_for",
        ),
        (ok().expires_at(UNIX_EPOCH - SECOND), "expires_at"),
    ];
    // Where the system can tell so late a time.
    cases.extend(too_late.and_then(|time| {
        let later = time.checked_add(SECOND)?;
        Some((ok().expires_at(later), "expires_at"))
    }));
    for (token, wrong) in cases {
        match token.sign(&secret) {
            Err(Error::Config { field, .. }) => assert_eq!(field, wrong),
            other => panic!("{token:?}: {other:?}"),
        }
    }
    let error = ok().sign(&Secret::from("")).expect_err("no secret");
    assert!(matches!(
        error,
        Error::Config {
            field: "secret",
            ..
        }
    ));
    if let Some(time) = too_late {
        let token = ok()
            .expires_at(time)
            .sign(&secret)
            .expect("the last second");
        assert_eq!(token.expires(), Some(time));
    }
}

#[test]
fn what_has_not_the_form_is_nothing() {
    let good = append_signature("1700000000,janus,a,b", "hush");
    let form = ParsedToken::parse(&good).expect("it was just made");
    assert_eq!((form.expiry, form.realm), (1_700_000_000, "janus"));
    assert_eq!(form.descriptors, ["a", "b"]);
    for end in 0..good.len() {
        assert!(
            ParsedToken::parse(&good[..end]).is_none(),
            "{}",
            &good[..end]
        );
    }
    let signature = good.split_once(':').expect("a colon").1;
    for signed in [
        "",
        "1700000000",
        ",janus",
        "1700000000,",
        "-1,janus",
        "+1,janus",
        " 1,janus",
        "1x,janus",
        "9223372036854775808,janus",
        "99999999999999999999999,janus",
        "soon,janus",
    ] {
        assert!(ParsedToken::parse(&format!("{signed}:{signature}")).is_none());
    }
    for text in [
        format!("{good}:"),
        format!("{good}="),
        format!("{good} "),
        good.replace('=', ""),
        format!("1700000000,janus::{signature}"),
        "1700000000,janus:aHVzaA==".to_owned(),
        "ä:ö".to_owned(),
    ] {
        assert!(ParsedToken::parse(&text).is_none(), "{text}");
    }
}

#[test]
fn any_change_makes_the_signature_wrong() {
    let good = append_signature("1700000000,janus,a", "hush");
    assert!(
        ParsedToken::parse(&good)
            .expect("good")
            .is_signed_with("hush")
    );
    assert!(
        !ParsedToken::parse(&good)
            .expect("good")
            .is_signed_with("hush ")
    );
    assert!(!ParsedToken::parse(&good).expect("good").is_signed_with(""));
    for at in 0..good.len() {
        for new in ["0", "A", ",", "/"] {
            let mut changed = good.clone();
            changed.replace_range(at..=at, new);
            if changed == good {
                continue;
            }
            let accepted = ParsedToken::parse(&changed).is_some_and(|it| it.is_signed_with("hush"));
            assert!(!accepted, "{changed}");
        }
    }
}
