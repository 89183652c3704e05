//! The server of one link: its connections, and requests to it besides the program's.

use std::{
    io,
    time::{Duration, Instant},
};

use serde::Deserialize;
use serde_json::json;

use super::{
    connection::Connection, events::refusal, late_answer::LateAnswers, pool::Pool, request::Target,
};
use crate::{
    ErrorCode, SessionId,
    auth::Credentials,
    transport::{Unreachable, address::Url, status, stream::SpeaksTls},
    wire,
};

/// How long asking for a session may take after its poll was refused.
const CHECK: Duration = Duration::from_secs(5);

/// What the link and its polls share.
pub(super) struct JanusApi {
    pub(super) target: Target,
    pub(super) pool: Pool,
    pub(super) late: LateAnswers,
    pub(super) credentials: Credentials,
    pub(super) link_timeout: Option<Duration>,
}

impl JanusApi {
    /// Finds out whether a Janus answers, and makes the first connection.
    pub(super) fn greet(&self, url: &Url, deadline: Instant) -> Result<(), Unreachable> {
        let connection = self.pool.connect(deadline)?;
        self.greet_on(connection, url, deadline)
            .map_err(|error| error.noting(&url.note()))
    }

    fn greet_on(
        &self,
        connection: Connection,
        url: &Url,
        deadline: Instant,
    ) -> Result<(), Unreachable> {
        let port = url.usual_port();
        let stream = connection.stream.clone();
        let ping = self
            .target
            .post(r#"{"janus":"ping","transaction":"hello"}"#);
        let response = self.pool.exchange_on(connection, &ping, deadline);
        let response = response.map_err(|failure| {
            let error = io::Error::from(failure);
            let problem = match (stream.problem(&error), error.kind()) {
                (Some(problem), _) => problem,
                (None, io::ErrorKind::TimedOut) => {
                    "it did not answer the HTTP request in time; check host, port and path, and \
                     whether Janus hangs"
                        .to_owned()
                }
                _ if SpeaksTls::is(&error) => "it speaks TLS; use https://".to_owned(),
                (None, io::ErrorKind::InvalidData) => {
                    format!("the server does not speak HTTP; check scheme, host and port ({port})")
                }
                _ => {
                    let like = if url.tls {
                        ""
                    } else {
                        ", as a port for https:// does"
                    };
                    format!(
                        "it closed the connection instead of answering{like}; check scheme, host \
                         and port ({port}), and that `acl` in janus.transport.http.jcfg admits this \
                         program"
                    )
                }
            };
            Unreachable::new(problem, error)
        })?;
        let problem = match (response.status, word(&response.body)) {
            (200, Some("pong")) => return Ok(()),
            (200, _) => format!(
                "a web server answered, but it is not Janus; check host, port ({port}) and path \
                 ({}, unless `{}` in janus.transport.http.jcfg says otherwise)",
                url.api.base(),
                url.api.base_setting(),
            ),
            (status, _) => status::problem(status, response.location.as_deref(), url),
        };
        Err(Unreachable::new(problem, None))
    }

    /// Asks whether a session lives.
    pub(super) fn keepalive(&self, session: SessionId) -> io::Result<bool> {
        #[derive(Deserialize)]
        struct Answer {
            error: Option<Refusal>,
        }
        #[derive(Deserialize)]
        struct Refusal {
            code: i64,
        }
        let (
            Credentials {
                api_secret, token, ..
            },
            _,
        ) = self.credentials.now();
        let mut message = json!({
            "janus": "keepalive",
            "transaction": "poll",
            "session_id": session,
        });
        for (key, value) in [("apisecret", api_secret), ("token", token)] {
            if let Some(value) = value {
                message[key] = value.into();
            }
        }
        let message = message.to_string();
        let request = self.target.post(&message);
        let response = self.pool.exchange(&request, None, Instant::now() + CHECK)?;
        if response.status != 200 {
            return Err(refusal(response.status));
        }
        let answer: Answer = serde_json::from_slice(&response.body)?;
        match answer.error.map(|refusal| wire::error_code(refusal.code)) {
            None => Ok(true),
            Some(ErrorCode::SESSION_NOT_FOUND) => Ok(false),
            Some(_) => Err(refusal(403)),
        }
    }
}

/// The `janus` word of an answer.
fn word(body: &[u8]) -> Option<&str> {
    #[derive(Deserialize)]
    struct Word<'a> {
        janus: &'a str,
    }
    serde_json::from_slice::<Word<'_>>(body)
        .ok()
        .map(|word| word.janus)
}
