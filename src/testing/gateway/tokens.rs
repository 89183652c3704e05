//! `apisecret` and `token`: who may make requests, and attach which plugin.

use std::time::SystemTime;

use serde_json::Value;

use super::{
    Gateway,
    request::{Refusal, Request, refuse},
};
use crate::auth::{self, Verified};

const UNAUTHORIZED: &str = "Unauthorized request (wrong or missing secret/token)";

impl Gateway {
    /// Either of the two credentials will do, where both are asked for.
    pub(super) fn authorize(&self, request: &Request<'_>) -> Result<(), Refusal> {
        if self.is_authorized(given(request, "apisecret"), given(request, "token")) {
            Ok(())
        } else {
            refuse(403, UNAUTHORIZED)
        }
    }

    pub(super) fn is_authorized(&self, apisecret: Option<&str>, token: Option<&str>) -> bool {
        let secret = self.settings.api_secret.as_deref();
        let open = secret.is_none() && !self.settings.asks_for_tokens();
        let by_secret = secret.is_some() && apisecret == secret;
        let by_token =
            token.is_some_and(|token| self.is_stored(token) || self.signed(token).is_some());
        open || by_secret || by_token
    }

    /// A token that is given has to allow the plugin, even if the secret is right.
    pub(super) fn authorize_plugin(
        &self,
        request: &Request<'_>,
        plugin: &str,
    ) -> Result<(), Refusal> {
        let allowed = |token: &str| {
            let signed = || self.signed(token).is_some_and(|it| it.has(plugin));
            self.is_stored(token) || signed()
        };
        let open = !self.settings.asks_for_tokens();
        if open || given(request, "token").is_none_or(allowed) {
            Ok(())
        } else {
            refuse(
                405,
                format!("Provided token can't access plugin '{plugin}'"),
            )
        }
    }

    fn is_stored(&self, token: &str) -> bool {
        self.settings.tokens.iter().any(|stored| stored == token)
    }

    /// What a signed token for the API says, if it is valid.
    fn signed(&self, token: &str) -> Option<Verified> {
        let secret = self.settings.token_secret.as_ref()?;
        let verified = auth::verify(token, secret, self.clock()?).ok()?;
        (verified.realm == "janus").then_some(verified)
    }

    /// What the clock on the gateway's wall shows.
    fn clock(&self) -> Option<SystemTime> {
        self.settings.epoch.checked_add(self.now)
    }
}

fn given<'a>(request: &Request<'a>, key: &str) -> Option<&'a str> {
    request.root.get(key).and_then(Value::as_str)
}
