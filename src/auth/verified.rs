//! Verifying signed tokens, as Janus does.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{Secret, TokenFault, parsed_token::ParsedToken};
use crate::{Error, Result};

/// What a signed token says, after [`verify`].
///
/// # Example
///
/// ```
/// use std::time::SystemTime;
/// use janus_blocking::auth::{self, Secret, SignedToken};
///
/// let secret = Secret::from("hush");
/// let token = SignedToken::for_room(1234).sign(&secret)?;
/// let verified = auth::verify(token.expose(), &secret, SystemTime::now())?;
/// assert_eq!(verified.realm, "janus.plugin.videoroom");
/// assert!(verified.has("room=1234") && !verified.has("room=5"));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Verified {
    /// It is valid to the end of this second.
    pub expires: SystemTime,
    /// What it is for: `janus` is the Janus API, a package name that plugin.
    pub realm: String,
    /// What it allows there: plugins, or a room.
    pub descriptors: Vec<String>,
}

impl Verified {
    /// Whether it allows this, to the letter, as Janus compares.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use janus_blocking::auth::{self, Secret, SignedToken};
    ///
    /// let secret = Secret::from("hush");
    /// let token = SignedToken::for_plugins(["janus.plugin.sip"]).sign(&secret)?;
    /// let verified = auth::verify(token.expose(), &secret, SystemTime::now())?;
    /// assert!(verified.has("janus.plugin.sip") && !verified.has("janus.plugin"));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn has(&self, descriptor: &str) -> bool {
        self.descriptors.iter().any(|own| own == descriptor)
    }
}

/// Verifies a signed token: its form, its signature, its expiry. Sends nothing.
///
/// For programs that take tokens from others, or want to know why a Janus refuses one: its own 403
/// does not tell. Whether realm and descriptors are the right ones is for the caller to compare.
/// The signature is compared in a time that does not depend on how much of it is right. `now` is
/// [`SystemTime::now`], except in tests.
///
/// # Errors
///
/// [`Error::Token`] with [`Malformed`](TokenFault::Malformed),
/// [`WrongSignature`](TokenFault::WrongSignature) or, of a token that was signed with this secret,
/// [`Expired`](TokenFault::Expired). [`Error::Config`] for an empty secret.
///
/// # Example
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use janus_blocking::{Error, auth::{self, Secret, SignedToken, TokenFault}};
///
/// let secret = Secret::from("hush");
/// let token = SignedToken::new("janus").valid_for(Duration::from_secs(60)).sign(&secret)?;
/// let now = SystemTime::now();
/// assert_eq!(auth::verify(token.expose(), &secret, now)?.realm, "janus");
///
/// let later = now + Duration::from_secs(90);
/// let error = auth::verify(token.expose(), &secret, later).unwrap_err();
/// assert!(matches!(error, Error::Token { fault: TokenFault::Expired, .. }));
///
/// let error = auth::verify(token.expose(), &Secret::from("other"), now).unwrap_err();
/// assert!(matches!(error, Error::Token { fault: TokenFault::WrongSignature, .. }));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
///
/// Janus docs: *Authenticating the Janus API*.
pub fn verify(text: &str, secret: &Secret, now: SystemTime) -> Result<Verified> {
    check_secret(secret)?;
    let fault = |fault| Error::Token {
        fault,
        source: None,
    };
    let form = ParsedToken::parse(text).ok_or_else(|| fault(TokenFault::Malformed))?;
    // The signature first: who has not signed it learns nothing of the clock.
    if !form.is_signed_with(secret.expose()) {
        return Err(fault(TokenFault::WrongSignature));
    }
    // A clock before 1970 was never set, and no token can be told to have expired.
    let seconds = now
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    if seconds > form.expiry {
        return Err(fault(TokenFault::Expired));
    }
    Ok(Verified {
        expires: form.expires().ok_or_else(|| fault(TokenFault::Malformed))?,
        realm: form.realm.to_owned(),
        descriptors: form.descriptors.into_iter().map(str::to_owned).collect(),
    })
}

pub(super) fn check_secret(secret: &Secret) -> Result<()> {
    match secret.expose() {
        "" => Err(Error::config(
            "secret",
            "it is empty; use the `token_auth_secret` of the server's janus.jcfg",
        )),
        _ => Ok(()),
    }
}
