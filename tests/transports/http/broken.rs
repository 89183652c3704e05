//! Answers and polls that go wrong in the middle of everything.

use std::{
    error::Error as _,
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use common::{
    http_server::{Asked, ok, start, with_status},
    wait_until,
};
use janus_blocking::{
    CloseReason, Config, Connection, Error, Event, Raw, Session,
    connection::{ConnectionState, Reconnect},
};

use super::{LIMIT, SOON};

/// A connection to a server that does this with what comes after the connection was made; `None`
/// where it is to answer as Janus does.
pub(super) fn connect(
    odd: impl Fn(&Asked) -> Option<Vec<u8>> + Send + Sync + 'static,
) -> Connection {
    let url = start(move |asked, stream| match (odd(asked), asked.is_poll()) {
        (Some(bytes), _) => stream.write_all(&bytes).is_ok(),
        (None, false) => stream.write_all(&asked.answer()).is_ok(),
        (None, true) => {
            thread::sleep(LIMIT);
            false
        }
    });
    connect_to(url)
}

fn connect_to(url: String) -> Connection {
    Config::new(url)
        .request_timeout(LIMIT)
        .reconnect(Reconnect::Never)
        .open()
        .expect("a link")
}

/// What a call gets when its answer is this.
fn failed(answer: &'static [u8]) -> String {
    let janus = connect(move |asked| (asked.verb() == "create").then(|| answer.to_vec()));
    let begun = Instant::now();
    let error = janus.create_session().expect_err("a bad answer");
    assert!(begun.elapsed() < SOON, "{error}");
    assert!(matches!(error, Error::Transport { .. }), "{error:?}");
    error.source().expect("a cause").to_string()
}

#[test]
fn answers_that_are_none_break_the_link_and_say_why() {
    for (answer, why) in [
        (
            &b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"[..],
            "a proxy got no answer from Janus (HTTP 502 Bad Gateway); check that Janus runs, \
             and the address that the proxy uses for it",
        ),
        (
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
            "Janus is no longer at this path (HTTP 404); check the path, `base_path` and the \
             proxy",
        ),
        (
            b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
            "the server denies access (HTTP 403); the secret is wrong, or the token is wrong or \
             expired: check `Config::api_secret` and `Config::token`",
        ),
    ] {
        assert_eq!(failed(answer), why);
    }
}

#[test]
fn an_answer_that_is_cut_off_breaks_the_link() {
    let url = start(|asked, stream| {
        let cut = asked.verb() == "create";
        let bytes = if cut {
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec()
        } else {
            asked.answer()
        };
        stream.write_all(&bytes).is_ok() && !cut
    });
    let janus = connect_to(url);
    let error = janus.create_session().expect_err("cut off");
    assert_eq!(
        error.source().expect("a cause").to_string(),
        "the server closed the connection instead of answering"
    );
}

#[test]
fn a_late_answer_is_a_timeout_and_the_link_stands() {
    let url = start(|asked, stream| {
        if asked.verb() == "create" {
            thread::sleep(LIMIT);
        }
        stream.write_all(&asked.answer()).is_ok()
    });
    let timeout = Duration::from_millis(200);
    let janus = Config::new(url)
        .request_timeout(timeout)
        .open()
        .expect("a link");
    let begun = Instant::now();
    let error = janus.create_session().expect_err("too late");
    assert!(error.is_timeout(), "{error}");
    assert!(begun.elapsed() < LIMIT, "it waits for the answer");
    janus.ping().expect("as good as before");
}

/// A session whose polls are answered like this, by their number.
pub(super) fn polled(answer: impl Fn(usize) -> Option<Vec<u8>> + Send + Sync + 'static) -> Polled {
    let polls = Arc::new(AtomicUsize::new(0));
    let count = polls.clone();
    let janus = connect(move |asked| {
        if asked.is_poll() {
            answer(count.fetch_add(1, Ordering::Relaxed))
        } else {
            None
        }
    });
    let session = janus.create_session().expect("a session");
    let handle = session.attach_raw("any").expect("a handle");
    Polled {
        polls,
        handle,
        session,
        janus,
    }
}

pub(super) struct Polled {
    polls: Arc<AtomicUsize>,
    handle: Raw,
    pub(super) session: Session,
    janus: Connection,
}

impl Polled {
    /// How often events were asked for.
    pub(super) fn count(&self) -> usize {
        self.polls.load(Ordering::Relaxed)
    }

    /// The number in the handle's next event.
    #[track_caller]
    pub(super) fn next(&self) -> u64 {
        let event = self.handle.events().recv_timeout(LIMIT).expect("no end");
        let Some(Event::Plugin { event, .. }) = event else {
            panic!("no event of the plugin: {event:?}");
        };
        event["number"].as_u64().expect("a number")
    }
}

pub(super) fn event(number: u64) -> String {
    format!(
        r#"{{"janus":"event","session_id":5,"sender":6,
            "plugindata":{{"plugin":"any","data":{{"number":{number}}}}}}}"#
    )
}

#[test]
fn a_broken_event_does_not_take_its_neighbours_along() {
    let polled = polled(|poll| match poll {
        0 => {
            let (one, two) = (event(1), event(2));
            Some(ok(&format!(r#"[{one}, {{"janus":7}}, 3, {two}]"#)))
        }
        1 => Some(ok(&format!("[{},", event(3)))),
        2 => Some(ok(&event(4))),
        _ => None,
    });
    assert_eq!([polled.next(), polled.next(), polled.next()], [1, 2, 4]);
    // One message that has no word, one that is no message, one array that has no end.
    assert_eq!(polled.janus.unmatched_messages().garbage, 3);
}

#[test]
fn a_poll_that_is_refused_is_repeated() {
    let polled = polled(|poll| match poll {
        0 => Some(with_status("403 Forbidden", "")),
        1 => Some(ok(&event(1))),
        _ => None,
    });
    assert_eq!(polled.next(), 1);
    polled.session.check().expect("it lives");
}

#[test]
fn a_poll_that_breaks_off_breaks_the_link() {
    // What Janus had for it may be lost, and what comes next as well.
    for answer in [
        &b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"[..],
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r",
        b"nonsense\r\n\r\n",
    ] {
        let url = start(move |asked, stream| {
            if asked.is_poll() {
                stream.write_all(answer).is_err()
            } else {
                stream.write_all(&asked.answer()).is_ok()
            }
        });
        let janus = connect_to(url);
        let session = janus.create_session().expect("a session");
        wait_until(SOON, "the session hears", || session.check().is_err());
        match session.check() {
            Err(Error::Closed { why, .. }) => assert_eq!(why, CloseReason::LinkBroken),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn polls_that_are_refused_again_and_again_are_told_of_and_not_repeated_at_once() {
    let polled = polled(|_| Some(with_status("403 Forbidden", "")));
    let event = polled.handle.events().recv_timeout(LIMIT);
    assert_eq!(event.expect("it lives"), Some(Event::Unauthorized));
    assert_eq!(polled.janus.state(), ConnectionState::Unauthorized);
    assert_eq!(polled.count(), 2);
    polled.session.check().expect("it lives");
}

#[test]
fn a_session_that_the_server_does_not_know_any_more_is_gone() {
    let janus = connect(|asked| match (asked.is_poll(), asked.verb()) {
        (true, _) => Some(with_status("404 Not Found", "")),
        (_, "keepalive") => Some(ok(
            r#"{"janus":"error","transaction":"poll","error":{"code":458,"reason":"No"}}"#,
        )),
        _ => None,
    });
    let session = janus.create_session().expect("a session");
    wait_until(LIMIT, "it is gone", || session.check().is_err());
    let error = session.check().expect_err("gone");
    assert!(error.is_session_gone(), "{error}");
    janus.ping().expect("the link stands");
}
