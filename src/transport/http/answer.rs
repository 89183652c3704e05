//! What the answer to a POST is to its request. Pure.

use std::io;

use serde::{Deserialize, de::IgnoredAny};

use crate::{SessionId, transport::Received, wire::Verb};

/// What a message says of itself.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked<'a> {
    janus: &'a str,
    transaction: &'a str,
    session_id: Option<SessionId>,
}

/// What came back for a request.
pub(super) enum Answer {
    /// A good response.
    Body(Vec<u8>),
    /// An unusable response, with the text for its error.
    None(String),
}

/// What an answer says of its request.
#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow, default)]
    transaction: Option<&'a str>,
    #[serde(default)]
    janus: Option<IgnoredAny>,
}

impl<'a> Asked<'a> {
    /// Of a message as the crate writes it; empty for another one.
    pub(super) fn of(text: &'a str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// Whether its answer names something that the server keeps.
    pub(super) fn makes(&self) -> bool {
        [Verb::Create.name(), Verb::Attach.name()].contains(&self.janus)
    }

    /// The session that it keeps alive, and does nothing else to.
    pub(super) fn keeps_alive(&self) -> Option<SessionId> {
        let keepalive = self.janus == Verb::Keepalive.name();
        self.session_id.filter(|_| keepalive)
    }

    /// Whether it asks for a sign of life.
    pub(super) fn is_ping(&self) -> bool {
        self.janus == Verb::Ping.name()
    }

    /// The session with which the request ends, if that ends here. A claim does not: it may be for one
    /// that has ended just now. Nor does an attach or a detach: if somebody else goes on with the
    /// session, the one's answer names a handle that it still has, and the other's handle is not to stay.
    pub(super) fn session(&self) -> Option<SessionId> {
        let goes_on = [Verb::Claim, Verb::Attach, Verb::Detach]
            .iter()
            .any(|verb| verb.name() == self.janus);
        self.session_id.filter(|_| !goes_on)
    }

    /// Gives out what came back for it.
    pub(super) fn deliver(&self, answer: &Answer, answers: &mut dyn FnMut(Received<'_>)) {
        match answer {
            Answer::Body(body) => self.answered(body, answers),
            Answer::None(got) => self.unanswered(got, answers),
        }
    }

    /// Gives out the body of its response. The request has its answer there, or none.
    fn answered(&self, body: &[u8], answers: &mut dyn FnMut(Received<'_>)) {
        let Ok(text) = std::str::from_utf8(body) else {
            return self.unanswered("an answer that is not text", answers);
        };
        let lacks = serde_json::from_str::<Named<'_>>(text)
            .is_ok_and(|named| named.janus.is_some() && named.transaction.is_none());
        match text.split_once('{') {
            // An error that Janus found before it had read the transaction.
            Some((before, rest)) if lacks => {
                let transaction = self.transaction;
                let marked = format!("{before}{{\"transaction\":\"{transaction}\",{rest}");
                answers(Received::Text(&marked));
            }
            Some((before, _)) if before.trim_ascii().is_empty() => answers(Received::Text(text)),
            _ => {}
        }
        // Does nothing to a request that has its answer, or its `ack`.
        self.unanswered(text, answers);
    }

    /// This came instead of its answer.
    fn unanswered(&self, got: &str, answers: &mut dyn FnMut(Received<'_>)) {
        let transaction = self.transaction;
        answers(Received::NoAnswer { transaction, got });
    }
}

/// An unusable response over a connection that works. The same request would fail again.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unfit(&'static str);

pub(super) fn unfit(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, Unfit(what))
}

pub(super) fn is_unfit(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Unfit>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(body: &str) -> Vec<String> {
        let asked = Asked::of(r#"{"janus":"create","transaction":"t1"}"#);
        let mut all = Vec::new();
        asked.answered(body.as_bytes(), &mut |received| match received {
            Received::Text(text) => all.push(text.to_owned()),
            Received::NoAnswer { transaction, got } => {
                assert_eq!((transaction, got), ("t1", body));
            }
            other => panic!("{other:?}"),
        });
        all
    }

    #[test]
    fn an_answer_gets_the_transaction_that_it_lacks() {
        assert_eq!(
            answered("{\n\"janus\":\"x\"}"),
            ["{\"transaction\":\"t1\",\n\"janus\":\"x\"}"]
        );
    }

    #[test]
    fn all_others_are_given_out_as_they_are() {
        for body in [
            r#"{"transaction":"t1"}"#,
            r#"{"transaction":"t2"}"#,
            r#"{"transaction":"t1""#,
            "{}",
            "{\"a\":1}{}",
        ] {
            assert_eq!(answered(body), [body]);
        }
        for body in ["", "<html>{}", "7", "[1]"] {
            assert_eq!(answered(body), [""; 0]);
        }
    }

    #[test]
    fn requests_say_what_they_are() {
        let asked = Asked::of(r#"{"janus":"attach","transaction":"x","session_id":7,"a":[1]}"#);
        assert!(asked.makes());
        assert!(!Asked::of("nonsense").makes());
    }

    #[test]
    fn what_outlives_its_session_here_does_not_end_with_it() {
        let goes_on = ["attach", "claim", "detach"];
        for (verb, ends) in goes_on
            .map(|it| (it, false))
            .into_iter()
            .chain([("keepalive", true)])
        {
            let text = format!(r#"{{"janus":"{verb}","transaction":"t","session_id":7}}"#);
            let session = Asked::of(&text).session();
            assert_eq!(session, ends.then(|| SessionId::new(7)), "{verb}");
        }
    }
}
