//! Settings that cannot be: refused before anything is sent, without a server.

use std::time::Duration;

use janus_blocking::testing::FakeGateway;

use super::{AttachOptions, Config, EchoTest, Error, Janus, Raw, Settings, attached};
use common::WireProxy;
use janus_blocking::auth::Token;

#[track_caller]
fn assert_config(error: &Error, field: &str, text: &str) {
    assert_eq!(error.to_string(), text);
    assert!(
        matches!(error, Error::Config { field: it, .. } if *it == field),
        "{error:?}"
    );
    assert!(std::error::Error::source(error).is_none());
    assert!(!error.is_closed() && !error.is_timeout() && error.code().is_none());
}

fn config() -> Config {
    // Nothing listens there: what is refused is refused before.
    Config::new("ws://127.0.0.1:1")
}

/// Sets one of the durations of a configuration.
type Setter = fn(Duration) -> Config;

#[test]
fn timeouts_of_zero_and_of_more_than_a_year_are_refused() {
    let setters: [(&str, Setter); 5] = [
        ("connect_timeout", |it| config().connect_timeout(it)),
        ("request_timeout", |it| config().request_timeout(it)),
        ("close_timeout", |it| config().close_timeout(it)),
        ("link_timeout", |it| config().link_timeout(it)),
        ("keepalive", |it| config().keepalive(it)),
    ];
    for (field, set) in setters {
        let error = set(Duration::ZERO).open().expect_err(field);
        let text = format!("`{field}` cannot be used: it is 0; it has to be longer");
        assert_config(&error, field, &text);
        for long in [Duration::MAX, Duration::from_secs(400 * 24 * 3600)] {
            let error = set(long).open().expect_err(field);
            let text = format!("`{field}` cannot be used: it is longer than a year");
            assert_config(&error, field, &text);
        }
        // The smallest is no error of the configuration: there is just no server.
        let smallest = match field {
            "keepalive" | "link_timeout" => Duration::from_millis(100),
            _ => Duration::from_nanos(1),
        };
        let error = set(smallest).open().expect_err("no server");
        assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    }
}

#[test]
fn times_that_would_keep_the_thread_busy_are_refused() {
    for short in [Duration::from_micros(1), Duration::from_micros(99_999)] {
        let error = config().keepalive(short).open().expect_err("too often");
        let text = "`keepalive` cannot be used: it is less than 100ms";
        assert_config(&error, "keepalive", text);
        let error = config().link_timeout(short).open().expect_err("too short");
        let text = "`link_timeout` cannot be used: it is less than 100ms";
        assert_config(&error, "link_timeout", text);
    }
}

#[test]
fn keepalives_that_are_rarer_than_the_server_allows_are_refused() {
    let builder = FakeGateway::builder().session_timeout(Duration::from_secs(30));
    let gateway = builder.start().expect("a gateway");
    let open = |seconds| {
        let config = Config::new("").keepalive(Duration::from_secs(seconds));
        gateway.connect_with(config)
    };
    for rare in [30, 3600] {
        let error = open(rare).expect_err("sessions would time out");
        let text = format!(
            "`keepalive` cannot be used: it is {rare}s, and this server ends a session after 30s \
             without a request (`session_timeout`); set less than that, or nothing: then it is a \
             third"
        );
        assert_config(&error, "keepalive", &text);
    }
    open(29).expect("sessions live");
}

#[test]
fn a_queue_for_no_event_is_refused() {
    let error = config().event_queue(0).open().expect_err("no queue");
    let text = "`event_queue` cannot be used: a queue holds at least 1 event";
    assert_config(&error, "event_queue", text);
    for (field, config) in [
        ("event_queue_bytes", config().event_queue_bytes(0)),
        ("all_event_queues_bytes", config().all_event_queues_bytes(0)),
    ] {
        let error = config.open().expect_err("no room");
        let text = format!("`{field}` cannot be used: it is 0; it has to be more");
        assert_config(&error, field, &text);
    }
}

/// What is said of addresses that cannot be: all of it.
const ADDRESSES: [(&str, &str); 38] = [
    ("", "it is empty; write it like ws://127.0.0.1:8188"),
    ("janus", "`janus` has no scheme; write it as ws://janus"),
    (
        "127.0.0.1:8188",
        "`127.0.0.1:8188` has no scheme; write it as ws://127.0.0.1:8188",
    ),
    (
        "/run/janus.sock",
        "`/run/janus.sock` is a path; write it as unix:///run/janus.sock",
    ),
    (
        "unix:/run/janus.sock",
        "`unix:/run/janus.sock` needs three slashes before its path; \
         write it as unix:///run/janus.sock",
    ),
    (
        "unixdgram:run/janus.sock",
        "`unixdgram:run/janus.sock` needs three slashes before its path; \
         write it as unixdgram:///run/janus.sock",
    ),
    (
        "unix://run/janus.sock",
        "`unix://run/janus.sock` does not name an absolute path; \
         write it like unix:///run/janus.sock",
    ),
    (
        "ws:/host",
        "`ws:/host` needs two slashes before its host; write it as ws://host",
    ),
    (
        "HTTPS:host/janus",
        "`HTTPS:host/janus` needs two slashes before its host; write it as https://host/janus",
    ),
    (
        "ftp://host",
        "`ftp://host` has a scheme that is not one of ws, wss, http, https, unix and unixdgram",
    ),
    (
        "ws://host:8188\n",
        "`ws://host:8188\\n` begins or ends with white space",
    ),
    (" ws://host", "` ws://host` begins or ends with white space"),
    (
        "unix:///run/janus.sock\n",
        "`unix:///run/janus.sock\\n` begins or ends with white space",
    ),
    ("ws://ho st", "`ws://ho st` contains white space"),
    ("ws://host/a\tb", "`ws://host/a\\tb` contains white space"),
    (
        "ws://user:hush@host",
        "`ws://***@host` contains a user name or password, which Janus does not use; remove it, \
         and set `Config::api_secret` or `Config::token` if Janus needs one",
    ),
    (
        "wss://hush@host/?hush",
        "`wss://***@host/?***` contains a user name or password, which Janus does not use; \
         remove it, and set `Config::api_secret` or `Config::token` if Janus needs one",
    ),
    (
        "ws://user:hu/sh@host",
        "`ws://***@host` has a port that is not a number from 1 to 65535 (hidden here before \
         the `@`); remove the user name and password",
    ),
    (
        "ws://::1:8188",
        "`ws://::1:8188` has an IPv6 address without brackets; write it like ws://[::1]:8188",
    ),
    (
        "wss://2001:db8::1/x",
        "`wss://2001:db8::1/x` has an IPv6 address without brackets; write it like \
         wss://[::1]:8989",
    ),
    (
        "http://fe80::1%eth0",
        "`http://fe80::1%eth0` has an IPv6 address without brackets; \
         write it like http://[fe80::1%25eth0]:8088",
    ),
    ("ws://[::1", "`ws://[::1` has an unclosed bracket"),
    (
        "ws://[::g]:8188",
        "`ws://[::g]:8188` has something between its brackets that is not an IPv6 address",
    ),
    (
        "ws://[fe80::1%25]",
        "`ws://[fe80::1%25]` has no interface name after its %; write it like \
         ws://[fe80::1%25eth0]:8188",
    ),
    (
        "ws://[::1]8188",
        "`ws://[::1]8188` has no colon between its host and its port; write it like \
         ws://[::1]:8188",
    ),
    (
        "ws://",
        "`ws://` has no host; write it like ws://127.0.0.1:8188",
    ),
    (
        "https:///janus",
        "`https:///janus` has no host; write it like https://127.0.0.1:8089/janus",
    ),
    (
        "ws://:8188",
        "`ws://:8188` has no host; write it like ws://127.0.0.1:8188",
    ),
    (
        "ws://host:0",
        "`ws://host:0` has a port that is not a number from 1 to 65535",
    ),
    (
        "ws://host:65536",
        "`ws://host:65536` has a port that is not a number from 1 to 65535",
    ),
    (
        "ws://host:",
        "`ws://host:` has a port that is not a number from 1 to 65535",
    ),
    (
        "ws://host:ws",
        "`ws://host:ws` has a port that is not a number from 1 to 65535",
    ),
    (
        "ws://host:80:90",
        "`ws://host:80:90` has a port that is not a number from 1 to 65535",
    ),
    (
        "ws://[::1]:99999",
        "`ws://[::1]:99999` has a port that is not a number from 1 to 65535",
    ),
    (
        "wss://h\u{fc}tte.example",
        "`wss://h\u{fc}tte.example` has a host name with non-ASCII characters; use its xn-- form",
    ),
    (
        "ws://<host>",
        "`ws://<host>` is not a URL; write it like ws://127.0.0.1:8188",
    ),
    (
        "wss://{}/",
        "`wss://{}/` is not a URL; write it like wss://127.0.0.1:8989",
    ),
    (
        "wss://under_score-.-",
        "`wss://under_score-.-:8989` has a host that is neither a DNS name nor an IP address, \
         so its certificate cannot be checked; correct the host",
    ),
];

#[test]
fn addresses_that_cannot_be_are_refused_and_shown_without_secrets() {
    for (url, reason) in ADDRESSES {
        let error = Config::new(url).open().expect_err(url);
        assert_config(&error, "url", &format!("`url` cannot be used: {reason}"));
        assert!(!format!("{error:?}").contains("hush"), "{error:?}");
        // The setting that it is of is named.
        let fallback = config().fallback_url("ws://127.0.0.1:2").fallback_url(url);
        let text = format!("`fallback_url` cannot be used: {reason}");
        assert_config(&fallback.open().expect_err(url), "fallback_url", &text);
        let Err(error) = config().transport_to(url) else {
            panic!("{url} is an address");
        };
        let text = format!("`address` cannot be used: {reason}");
        assert_config(&error, "address", &text);
    }
}

#[test]
fn a_secret_does_not_go_out_in_clear_because_tls_failed() {
    let tls = "wss://127.0.0.1:1";
    let plain = ["ws://janus.example:8188", "http://192.0.2.1:8088"];
    let with_secrets: [fn(Config) -> Config; 3] = [
        |config| config.api_secret("hush"),
        |config| config.token("hush"),
        |config| config.token_provider(|| Err::<Token, _>(std::io::Error::other("none"))),
    ];
    let soon = Duration::from_millis(1);
    for (first, second) in [(tls, plain[0]), (plain[0], tls), (tls, plain[1])] {
        let mixed = Config::new(first)
            .fallback_url(second)
            .connect_timeout(soon);
        let plain = if first == tls { second } else { first };
        for with_secret in with_secrets {
            let error = with_secret(mixed.clone()).open().expect_err("refused");
            let text = format!(
                "`fallback_url` cannot be used: the secret or token would go to `{plain}` \
                 unencrypted, while another address uses TLS; use TLS for all of them, or set \
                 `allow_plaintext_fallback`"
            );
            assert_config(&error, "fallback_url", &text);
            let allowed = with_secret(mixed.clone()).allow_plaintext_fallback(true);
            let error = allowed.open().expect_err("no server");
            assert!(matches!(error, Error::Connect { .. }), "{error:?}");
        }
        let error = mixed.open().expect_err("no server");
        assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    }
    // What stays on this machine needs no TLS.
    for local in [
        "ws://127.0.0.1:1",
        "http://[::1]:1",
        "ws://localhost:1",
        "unix:///nowhere",
    ] {
        let config = Config::new(tls).fallback_url(local).api_secret("hush");
        let error = config.connect_timeout(soon).open().expect_err("no server");
        assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    }
}

#[test]
fn a_long_address_is_cut() {
    let url = format!("ws://[{}", "x".repeat(10_000));
    let text = Config::new(&url)
        .open()
        .expect_err("no address")
        .to_string();
    let shown = &url[..200];
    let expected = format!("`url` cannot be used: `{shown}..` has an unclosed bracket");
    assert_eq!(text, expected);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_handles_own_timeout_is_checked_by_its_requests_before_they_are_sent() {
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    let (_janus, session, echo) = attached(&proxy.url());
    let mark = proxy.mark();
    let settings = Settings::new().audio(true);
    let zero = "`timeout` cannot be used: it is 0; it has to be longer";
    let long = "`timeout` cannot be used: it is longer than a year";
    for (timeout, text) in [(Duration::ZERO, zero), (Duration::MAX, long)] {
        let echo = echo.with_timeout(timeout);
        let errors = [
            echo.configure(&settings).expect_err("refused"),
            echo.handle().send(&settings).expect_err("refused"),
            echo.handle().hangup().expect_err("refused"),
            echo.handle().trickle_done().expect_err("refused"),
            echo.into_handle().detach().expect_err("refused"),
        ];
        errors
            .iter()
            .for_each(|error| assert_config(error, "timeout", text));
    }
    let error = session.attach_raw("").expect_err("no package");
    let text = "`package` cannot be used: \
                it is empty; name the plugin, for example with `attach_raw`";
    assert_config(&error, "package", text);
    let error = session
        .attach_with::<Raw>(AttachOptions::new())
        .expect_err("no package");
    assert_config(&error, "package", text);
    assert_eq!(proxy.sent_since(mark), [""; 0]);
    echo.configure(&settings)
        .expect("the handle itself is as it was");
    let _: &EchoTest = &echo;
}
