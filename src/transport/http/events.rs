//! What the long polls deliver, and the receiving half that passes it on.

use std::{io, sync::Arc, time::Instant};

use crossbeam_channel::{Receiver as Channel, Sender, TryRecvError, select, select_biased};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer::{Answer, Asked};
use crate::{
    SessionId,
    transport::{Lookout, Lost, Received, Receiver, Wait, lookout::Bell, status},
};

/// What a long poll, or a request that nobody waits for, brought.
pub(super) enum Item {
    /// The body of a good answer.
    Events(Vec<u8>),
    /// The session has ended, or is somebody else's, as a poll that began then has found out.
    Lost(SessionId, Lost, Instant),
    /// Whether polls are accepted.
    Authorized(bool),
    /// What came back for the request with this text.
    Answer(String, Answer),
    /// The link has broken.
    Broken(io::Error),
}

/// How many items wait to be received before those who have more wait.
pub(super) const MAX_WAITING: usize = 8;

/// How many items are given out at a time. More than may wait: what is left then came after the bell was
/// silenced, and rings it.
const AT_ONCE: usize = 2 * MAX_WAITING;

/// The way to the receiver.
#[derive(Clone)]
pub(super) struct Items {
    pub(super) items: Sender<Item>,
    pub(super) bell: Bell,
}

impl Items {
    /// Passes something to the receiver. `false` if there is none any more, or once `stopped` is
    /// disconnected.
    pub(super) fn give(&self, item: Item, stopped: &Channel<()>) -> bool {
        let given = select_biased! {
            recv(stopped) -> _ => false,
            send(self.items, item) -> given => given.is_ok(),
        };
        self.bell.ring();
        given
    }
}

pub(super) struct HttpReceiver {
    pub(super) items: Channel<Item>,
    /// Rings when there is something to receive, or the link has ended.
    pub(super) bell: Bell,
    /// The receiver should return.
    pub(super) woken: Channel<()>,
    /// Disconnected when the link has ended.
    pub(super) over: Channel<()>,
}

impl Receiver for HttpReceiver {
    fn receive(&mut self, wait: Wait, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
        let timeout = wait.deadline.saturating_duration_since(Instant::now());
        self.bell.silence();
        select! {
            recv(self.items) -> item => match item {
                Ok(item) => deliver(item, sink)?,
                Err(_) => return Err(io::ErrorKind::ConnectionAborted.into()),
            },
            // What came besides rings no more.
            recv(self.woken) -> _ => {}
            recv(self.over) -> _ => return Err(io::ErrorKind::ConnectionAborted.into()),
            default(timeout) => {}
        }
        for _ in 1..AT_ONCE {
            match self.items.try_recv() {
                Ok(item) => deliver(item, sink)?,
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
        }
        Ok(())
    }

    fn lookout(&self) -> Option<Arc<dyn Lookout>> {
        self.bell.lookout()
    }
}

fn deliver(item: Item, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
    match item {
        Item::Events(body) => {
            events(&body, sink);
            Ok(())
        }
        Item::Answer(request, answer) => {
            Asked::of(&request).deliver(&answer, sink);
            Ok(())
        }
        Item::Lost(session, lost, asked) => {
            sink(Received::SessionLost {
                session,
                lost,
                asked,
            });
            Ok(())
        }
        Item::Authorized(accepted) => {
            sink(Received::Authorized(accepted));
            Ok(())
        }
        Item::Broken(error) => Err(error),
    }
}

/// Gives out the events of one answer: an array of them, or one alone.
fn events(body: &[u8], sink: &mut dyn FnMut(Received<'_>)) {
    let Ok(text) = std::str::from_utf8(body) else {
        return sink(Received::Garbage("a long poll's answer that is not text"));
    };
    match serde_json::from_str::<Vec<&RawValue>>(text) {
        Ok(events) => {
            for event in events {
                give(event.get(), sink);
            }
        }
        // A single event is decoded by its recipient; so is anything that is not JSON.
        Err(_) => give(text, sink),
    }
}

fn give(text: &str, sink: &mut dyn FnMut(Received<'_>)) {
    if is_keepalive(text) {
        sink(Received::Nothing)
    } else {
        sink(Received::Text(text))
    }
}

/// Whether it is a `keepalive`: the poll ended without an event.
fn is_keepalive(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Word<'a> {
        janus: &'a str,
    }
    // Longer than any way to write it.
    text.len() < 64
        && serde_json::from_str(text).is_ok_and(|word: Word<'_>| word.janus == "keepalive")
}

/// What an answer to a session's long poll is worth.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Worth {
    /// It has an event of the session.
    Event,
    /// It has none, as after 30 s without any.
    Nothing,
    /// It is not JSON.
    Garbage,
    /// It is not Janus's.
    Page,
}

impl Worth {
    pub(super) fn of(body: &[u8], session: SessionId) -> Self {
        #[derive(Deserialize)]
        struct Event {
            session_id: Option<SessionId>,
        }
        let body = body.trim_ascii();
        if body.is_empty() || body.starts_with(b"<") {
            return Self::Page;
        }
        let events = match serde_json::from_slice::<Vec<&RawValue>>(body) {
            Ok(events) => events,
            Err(_) => match serde_json::from_slice(body) {
                Ok(event) => vec![event],
                Err(_) => return Self::Garbage,
            },
        };
        let is_own = |event: &&RawValue| {
            serde_json::from_str::<Event>(event.get())
                .is_ok_and(|event| event.session_id == Some(session))
        };
        if events.iter().any(is_own) {
            Self::Event
        } else {
            Self::Nothing
        }
    }
}

/// Whether a status is about the request that it answers, so that the next one may succeed.
pub(super) fn is_of_request(status: u16) -> bool {
    matches!(status, 400..500) && !matches!(status, 401 | 403 | 404 | 407 | 408 | 429)
}

/// What a status other than 200 means.
pub(super) fn refusal(status: u16) -> io::Error {
    match status {
        403 => io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the server denies access (HTTP 403); the secret is wrong, or the token is wrong or \
             expired: check `Config::api_secret` and `Config::token`",
        ),
        404 => io::Error::new(
            io::ErrorKind::NotFound,
            "Janus is no longer at this path (HTTP 404); check the path, `base_path` and the proxy",
        ),
        status => io::Error::other(status::of_proxy(status).unwrap_or_else(|| {
            format!(
                "the server answered with HTTP {status} in mid-session; see the log of Janus \
                 or of the proxy"
            )
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(body: &[u8]) -> Vec<String> {
        let mut all = Vec::new();
        events(body, &mut |received| all.push(format!("{received:?}")));
        all
    }

    #[test]
    fn each_event_of_an_array_is_given_out_by_itself() {
        let body = br#"[{"janus":"event"}, {"janus":5}, {"janus":"keepalive"},
            {
               "janus": "keepalive"
            }, [1]]"#;
        assert_eq!(
            received(body),
            [
                r#"Text("{\"janus\":\"event\"}")"#,
                r#"Text("{\"janus\":5}")"#,
                "Nothing",
                "Nothing",
                r#"Text("[1]")"#,
            ]
        );
    }

    #[test]
    fn answers_without_an_event_of_the_session_are_told_apart() {
        for (body, worth) in [
            (r#"[{"janus":"keepalive"},{"session_id":7}]"#, Worth::Event),
            (r#"{"janus":"event","session_id":7}"#, Worth::Event),
            (r#"[{"janus":"event","session_id":8}]"#, Worth::Nothing),
            (r#"[{"janus":"keepalive"}]"#, Worth::Nothing),
            (r#"{"janus":"keepalive"}"#, Worth::Nothing),
            ("[]", Worth::Nothing),
            (r#"[{"session_id":7},"#, Worth::Garbage),
            ("please log in", Worth::Garbage),
            ("<!DOCTYPE html>", Worth::Page),
            (" \n", Worth::Page),
            ("", Worth::Page),
        ] {
            assert_eq!(
                Worth::of(body.as_bytes(), SessionId::new(7)),
                worth,
                "{body}"
            );
        }
    }

    #[test]
    fn one_that_is_alone_is_given_out_as_it_is() {
        assert_eq!(received(b"{\"janus\":\"keepalive\"}\n"), ["Nothing"]);
        assert_eq!(received(b"{\"x\":1}"), [r#"Text("{\"x\":1}")"#]);
        assert_eq!(received(b"[{\"x\":1},"), [r#"Text("[{\"x\":1},")"#]);
        assert_eq!(
            received(b"\xff"),
            [r#"Garbage("a long poll's answer that is not text")"#]
        );
        assert_eq!(received(b"[]"), [""; 0]);
    }
}
