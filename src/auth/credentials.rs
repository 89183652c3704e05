//! What a server may want in each request.

use super::{ActiveToken, Renew, TokenProvider};

/// The API secret and the token, for links that send requests of their own.
#[derive(Clone, Default)]
pub(crate) struct Credentials {
    pub(crate) api_secret: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) provider: Option<TokenProvider>,
}

impl Credentials {
    /// Those of now, and the token that is in them if it can be replaced.
    pub(crate) fn now(&self) -> (Self, Option<ActiveToken>) {
        // As for keepalives: what there is goes out where no new one can be had.
        let provided = self.provider.as_ref().map(|it| it.present(Renew::OrNot));
        let active = provided.and_then(Result::unwrap_or_default);
        let mut now = self.clone();
        if let Some(active) = &active {
            now.token = Some(active.text().to_owned());
        }
        (now, active)
    }

    /// Janus has refused a request with that token.
    pub(crate) fn refused(&self, active: Option<&ActiveToken>) {
        if let (Some(provider), Some(active)) = (&self.provider, active) {
            provider.refused(active.number());
        }
    }
}
