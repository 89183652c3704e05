//! Settings that cannot be: refused before anything is sent, without a server.

use std::time::Duration;

use super::{AttachOptions, Config, EchoTest, Error, Janus, Plugin, Raw, Settings, attached};
use crate::common::WireProxy;

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
        let error = set(Duration::from_nanos(1)).open().expect_err("no server");
        assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    }
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

#[test]
fn addresses_that_cannot_be_are_refused_without_a_look_at_secrets_in_them() {
    let example = "write it like ws://127.0.0.1:8188";
    for (url, reason) in [
        ("", "it is not a URL"),
        ("janus", "it has no scheme that Janus speaks"),
        ("127.0.0.1:8188", "it has no scheme that Janus speaks"),
        ("/tmp/janus.sock", "it has no scheme that Janus speaks"),
        ("ftp://host", "it has no scheme that Janus speaks"),
        ("ws:/host", "it is not a URL"),
        ("ws://", "it is not a URL"),
        ("ws://ho st", "it is not a URL"),
        ("ws://:8188", "it names no host"),
    ] {
        let error = Config::new(url).open().expect_err(url);
        let text = format!("`url` cannot be used: {reason}; {example}");
        assert_config(&error, "url", &text);
    }
    for url in [
        "ws://host:0",
        "ws://host:65536",
        "ws://host:",
        "ws://host:ws",
        "ws://[::1]:99999",
    ] {
        let error = Config::new(url).open().expect_err(url).to_string();
        let port = "`url` cannot be used: its port is not a number from 1 to 65535";
        let none = format!("`url` cannot be used: it is not a URL; {example}");
        assert!(error == port || error == none, "{url}: {error}");
    }
    let config = Config::new("ws://user:hush@host");
    let error = config.clone().open().expect_err("a password");
    let text = "`url` cannot be used: it holds a user name or password, which Janus does not use";
    assert_config(&error, "url", text);
    assert!(
        !format!("{error:?} {config:?}").contains("hush"),
        "{config:?}"
    );
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
