//! What is wrong with a token.

use std::fmt;

/// What is wrong with a token; see [`Error::Token`](crate::Error::Token). Its text says what to do.
///
/// # Example
///
/// ```
/// use std::time::SystemTime;
/// use janus_blocking::{Error, auth::{self, Secret, TokenFault}};
///
/// let secret = Secret::from("hush");
/// let error = auth::verify("some stored token", &secret, SystemTime::now()).unwrap_err();
/// assert!(matches!(error, Error::Token { fault: TokenFault::Malformed, .. }));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum TokenFault {
    /// It is no signed token.
    Malformed,
    /// It was signed with another secret, or changed afterwards.
    WrongSignature,
    /// Its time is over.
    Expired,
    /// There is no valid token, and the function of
    /// [`Config::token_provider`](crate::Config::token_provider) failed. Nothing was sent.
    NotRenewed,
    /// The function of [`Config::token_provider`](crate::Config::token_provider), which this thread or
    /// another has called, did not return within the timeout of this call. Nothing was sent.
    RenewalTooSlow,
}

impl fmt::Display for TokenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => {
                "the token is no signed one, `<expiry>,<realm>[,<descriptor>..]:<signature>`; \
                 stored tokens can be checked by Janus only"
            }
            Self::WrongSignature => {
                "the token was signed with another secret, or changed; \
                 sign with the `token_auth_secret` of the server's janus.jcfg"
            }
            Self::Expired => {
                "the token has expired; sign a new one, and compare the clocks of the machines"
            }
            Self::NotRenewed => {
                "there is no valid token, and the function of `Config::token_provider` failed; \
                 nothing was sent, try again when it can give one"
            }
            Self::RenewalTooSlow => {
                "the function of `Config::token_provider` gave no token within the timeout of the call; \
                 nothing was sent, give it a shorter timeout of its own"
            }
        })
    }
}
