//! Requests, as they go out.

use serde::Serialize;
use serde_with::skip_serializing_none;

use super::{Candidate, Jsep, Verb, readable};
use crate::{HandleId, SessionId};

/// What every request but `info` and `ping` carries, if the server wants it.
#[derive(Clone, Copy)]
pub(crate) struct Credentials<'a> {
    pub(crate) api_secret: Option<&'a str>,
    pub(crate) token: Option<&'a str>,
    /// That of the Admin API, which wants neither of the others.
    pub(crate) admin_secret: Option<&'a str>,
}

impl<'a> Credentials<'a> {
    pub(crate) const NONE: Self = Self {
        api_secret: None,
        token: None,
        admin_secret: None,
    };

    /// With that token, if there is one, instead of the configured one.
    pub(crate) fn with_token(self, token: Option<&'a str>) -> Self {
        Self {
            token: token.or(self.token),
            ..self
        }
    }
}

/// A request of the Admin API, whose parameters are beside its name.
#[skip_serializing_none]
#[derive(Serialize)]
struct AdminRequest<'a, B: Serialize> {
    janus: Verb,
    transaction: &'a str,
    session_id: Option<SessionId>,
    handle_id: Option<HandleId>,
    #[serde(flatten)]
    parameters: Option<&'a B>,
    admin_secret: Option<&'a str>,
}

/// One request, before it has a transaction. Keys that are not set are left
/// out, as Janus refuses `null`.
#[skip_serializing_none]
#[derive(Serialize)]
pub(crate) struct Outgoing<'a, B: Serialize = ()> {
    pub(crate) janus: Verb,
    /// It does no harm to send it twice.
    #[serde(skip)]
    pub(crate) repeats: bool,
    pub(crate) transaction: &'a str,
    pub(crate) session_id: Option<SessionId>,
    pub(crate) handle_id: Option<HandleId>,
    pub(crate) plugin: Option<&'a str>,
    pub(crate) opaque_id: Option<&'a str>,
    pub(crate) loop_index: Option<u32>,
    pub(crate) body: Option<&'a B>,
    pub(crate) jsep: Option<&'a Jsep>,
    pub(crate) candidate: Option<&'a Candidate>,
    pub(crate) candidates: Option<&'a [Candidate]>,
    pub(crate) apisecret: Option<&'a str>,
    pub(crate) token: Option<&'a str>,
}

impl Outgoing<'_> {
    pub(crate) fn server(verb: Verb) -> Self {
        Self::new(verb, None, None)
    }

    pub(crate) fn session(verb: Verb, session: SessionId) -> Self {
        Self::new(verb, Some(session), None)
    }

    pub(crate) fn handle(verb: Verb, session: SessionId, handle: HandleId) -> Self {
        Self::new(verb, Some(session), Some(handle))
    }
}

impl<B: Serialize> Outgoing<'_, B> {
    pub(crate) fn new(
        verb: Verb,
        session_id: Option<SessionId>,
        handle_id: Option<HandleId>,
    ) -> Self {
        Self {
            janus: verb,
            repeats: verb.is_repeatable(),
            transaction: "",
            session_id,
            handle_id,
            plugin: None,
            opaque_id: None,
            loop_index: None,
            body: None,
            jsep: None,
            candidate: None,
            candidates: None,
            apisecret: None,
            token: None,
        }
    }

    /// The text for the wire. An error of the kind `Io` says that Janus could not read it.
    pub(crate) fn encode(
        &self,
        transaction: &str,
        credentials: Credentials<'_>,
    ) -> serde_json::Result<String> {
        let Credentials {
            api_secret: apisecret,
            token,
            admin_secret,
        } = credentials;
        if let Verb::Admin(_) = self.janus {
            return readable::to_string(&AdminRequest {
                janus: self.janus,
                transaction,
                session_id: self.session_id,
                handle_id: self.handle_id,
                parameters: self.body,
                admin_secret,
            });
        }
        readable::to_string(&Outgoing {
            transaction,
            apisecret,
            token,
            ..*self
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_set_is_not_sent() {
        let outgoing = Outgoing::session(Verb::Keepalive, SessionId::new(7));
        assert_eq!(
            outgoing.encode("t", Credentials::NONE).expect("valid"),
            r#"{"janus":"keepalive","transaction":"t","session_id":7}"#
        );
        let credentials = Credentials {
            api_secret: Some("s"),
            token: Some("k"),
            admin_secret: Some("a"),
        };
        assert_eq!(
            Outgoing::server(Verb::Create)
                .encode("t", credentials)
                .expect("valid"),
            r#"{"janus":"create","transaction":"t","apisecret":"s","token":"k"}"#
        );
        let body = json!({ "level": 4 });
        let request = Outgoing {
            body: Some(&body),
            ..Outgoing::new(Verb::Admin("set_log_level"), None, None)
        };
        assert_eq!(
            request.encode("t", credentials).expect("valid"),
            r#"{"janus":"set_log_level","transaction":"t","level":4,"admin_secret":"a"}"#
        );
        let credentials = credentials.with_token(Some("new"));
        assert_eq!(
            Outgoing::server(Verb::Create)
                .encode("t", credentials)
                .expect("valid"),
            r#"{"janus":"create","transaction":"t","apisecret":"s","token":"new"}"#
        );
    }
}
