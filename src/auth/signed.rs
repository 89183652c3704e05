//! Signed tokens, `<expiry>,<realm>[,<descriptor>..]:<base64 of the signature>`: signed, verified, taken apart.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use data_encoding::BASE64;
use derive_setters::Setters;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::{Secret, Token, TokenFault};
use crate::{Error, Id, Result};

/// The realm of the VideoRoom plugin, which is its package.
const VIDEOROOM: &str = "janus.plugin.videoroom";

/// The realm of the Janus API itself.
const CORE: &str = "janus";

/// The content of a signed token to be made.
///
/// [`sign`](Self::sign) makes the token. Each call makes a new one with a new expiry. A server with
/// `token_auth` and a `token_auth_secret` in its `janus.jcfg` accepts such tokens without knowing
/// them beforehand.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use janus_blocking::{Config, EchoTest, auth::{Secret, SignedToken}};
///
/// let secret = Secret::from("hush");
/// # let gateway = janus_blocking::testing::FakeGateway::builder().token_auth_secret("hush").start()?;
/// let grant = SignedToken::for_plugins(["janus.plugin.echotest"]);
/// let token = grant.valid_for(Duration::from_secs(300)).sign(&secret)?;
/// let janus = Config::new(gateway.url()).token(token).open()?;
/// let echo: EchoTest = janus.create_session()?.attach()?;
/// # Ok::<(), janus_blocking::Error>(())
/// ```
///
/// Janus docs: *Authenticating the Janus API*.
#[derive(Clone, PartialEq, Eq, Debug, Setters)]
#[setters(strip_option)]
#[non_exhaustive]
pub struct SignedToken {
    /// What it is for: `janus` for the Janus API, the package name of a plugin for that plugin.
    #[setters(skip)]
    pub realm: String,
    /// What it allows there. Default: nothing, which is enough for sessions without handles.
    #[setters(skip)]
    pub descriptors: Vec<String>,
    /// How long it is valid, counted from when it is signed. Default: one hour. Janus counts whole
    /// seconds; a fraction is cut off.
    pub valid_for: Duration,
    /// When it expires, instead of [`valid_for`](Self::valid_for). Default: not set.
    pub expires_at: Option<SystemTime>,
}

impl SignedToken {
    /// Creates the content of a token for a realm.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::auth::{Secret, SignedToken};
    ///
    /// let grant = SignedToken::new("janus.plugin.mine").descriptor("gate=7");
    /// let token = grant.sign(&Secret::from("hush"))?;
    /// assert!(token.expose().contains(",janus.plugin.mine,gate=7:"));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn new(realm: impl Into<String>) -> Self {
        Self {
            realm: realm.into(),
            descriptors: Vec::new(),
            valid_for: Duration::from_secs(3600),
            expires_at: None,
        }
    }

    /// Creates the content of a token for the Janus API that allows these plugins.
    ///
    /// With the realm `janus` and the package names as descriptors. `attach` of any other plugin is
    /// refused with 405.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Plugin, Sip, VideoRoom, auth::SignedToken};
    ///
    /// let grant = SignedToken::for_plugins([Sip::PACKAGE, VideoRoom::PACKAGE]);
    /// assert_eq!(grant, SignedToken::new("janus").descriptor(Sip::PACKAGE).descriptor(VideoRoom::PACKAGE));
    /// ```
    pub fn for_plugins<P: Into<String>>(packages: impl IntoIterator<Item = P>) -> Self {
        Self {
            descriptors: packages.into_iter().map(Into::into).collect(),
            ..Self::new(CORE)
        }
    }

    /// Creates the content of a token for joining a room of the VideoRoom plugin.
    ///
    /// With the realm `janus.plugin.videoroom` and the descriptor `room=` and the id. Rooms with
    /// [`signed_tokens`](crate::videoroom::Create::signed_tokens) require it in
    /// [`Join::token`](crate::videoroom::publisher::Join::token). It is not valid for the Janus
    /// API.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use janus_blocking::{auth::{Secret, SignedToken}, videoroom::{Publisher, publisher::Join}};
    ///
    /// # let joined = r#"{"room":1234,"description":"lobby","id":7,"private_id":9,"publishers":[]}"#;
    /// # let (gateway, door) =
    /// #     janus_blocking::testing::with_outcome::<Publisher>("join", joined, None)?;
    /// let grant = SignedToken::for_room(1234).valid_for(Duration::from_secs(60));
    /// let token = grant.sign(&Secret::from("hush"))?;
    /// door.join(&Join::new(1234).token(token))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *VideoRoom plugin documentation*, Video Room API.
    pub fn for_room(room: impl Into<Id>) -> Self {
        Self::new(VIDEOROOM).descriptor(format!("room={}", room.into()))
    }

    /// Adds to what it allows.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::auth::SignedToken;
    ///
    /// let grant = SignedToken::for_room(1234).descriptor("room=lobby");
    /// assert_eq!(grant.descriptors, ["room=1234", "room=lobby"]);
    /// ```
    #[must_use]
    pub fn descriptor(mut self, descriptor: impl Into<String>) -> Self {
        self.descriptors.push(descriptor.into());
        self
    }

    /// Signs it with the server's `token_auth_secret`. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for what Janus could not parse: a realm or descriptor that is empty or
    /// contains a comma, a colon or a control character; an empty secret; an expiry before 1970 or
    /// beyond 63 bits of seconds.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use janus_blocking::auth::{Secret, SignedToken};
    ///
    /// let secret = Secret::from("hush");
    /// let grant = SignedToken::new("janus").expires_at(UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    /// assert_eq!(grant.sign(&secret)?.expose(), "1700000000,janus:3dh5rUrKC+FsxRK7Zx4ie7XMYZM=");
    ///
    /// let error = SignedToken::new("janus").descriptor("a,b").sign(&secret).unwrap_err();
    /// assert!(error.to_string().starts_with("`descriptors` cannot be used: "));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Authenticating the Janus API*.
    pub fn sign(&self, secret: &Secret) -> Result<Token> {
        self.sign_at(secret, SystemTime::now())
    }

    fn sign_at(&self, secret: &Secret, now: SystemTime) -> Result<Token> {
        check_secret(secret)?;
        check_field("realm", &self.realm)?;
        let mut signed = format!("{},{}", self.expiry(now)?, self.realm);
        for descriptor in &self.descriptors {
            check_field("descriptors", descriptor)?;
            signed.push(',');
            signed.push_str(descriptor);
        }
        Ok(Token::new(append_signature(&signed, secret.expose())))
    }

    /// In Unix time, seconds.
    fn expiry(&self, now: SystemTime) -> Result<i64> {
        let (field, time) = match self.expires_at {
            Some(time) => ("expires_at", Some(time)),
            None if self.valid_for.is_zero() => {
                return Err(Error::config("valid_for", "it is 0; it has to be longer"));
            }
            None => ("valid_for", now.checked_add(self.valid_for)),
        };
        let late = || Error::config(field, "it ends later than Janus can count");
        let since = time.ok_or_else(late)?.duration_since(UNIX_EPOCH);
        let since = since.map_err(|_| Error::config(field, "it ends before 1970"))?;
        i64::try_from(since.as_secs()).map_err(|_| late())
    }
}

/// What Janus would take apart at another place.
fn check_field(field: &'static str, text: &str) -> Result<()> {
    let problem = match text {
        "" => "it is empty",
        _ if text.contains([',', ':']) => {
            "it contains a comma or a colon, which separate the parts of a token"
        }
        _ if text.contains(char::is_control) => "it contains a control character",
        _ => return Ok(()),
    };
    Err(Error::config(field, problem))
}

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
    /// Its expiry: it is valid to the end of this second.
    pub expires: SystemTime,
    /// What it is for: `janus` is the Janus API, a package name that plugin.
    pub realm: String,
    /// What it allows there: plugins, or a room.
    pub descriptors: Vec<String>,
}

impl Verified {
    /// Whether it allows this; compares exactly, as Janus does.
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
/// For programs that accept tokens from others, or want to know why Janus refuses one, which its
/// 403 does not say. The caller has to check realm and descriptors. The signature is compared in
/// constant time. `now` is [`SystemTime::now`], except in tests.
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

/// The bytes of an HMAC-SHA1.
const SIGNATURE: usize = 20;

/// A signed token taken apart. Nothing of it is verified yet.
pub(super) struct ParsedToken<'a> {
    /// Unix time in seconds, and how it is written.
    pub(super) expiry: u64,
    pub(super) realm: &'a str,
    pub(super) descriptors: Vec<&'a str>,
    /// What the signature covers.
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> ParsedToken<'a> {
    /// Takes a text apart; `None` if it does not have the form.
    ///
    /// As strict as it can be: Janus also takes an expiry with blanks before or letters behind it.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (signed, signature) = text.split_once(':')?;
        let signature = BASE64.decode(signature.as_bytes()).ok()?;
        let mut fields = signed.split(',');
        let expiry = fields.next()?;
        if !expiry.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // Janus reads 63 bits.
        let expiry = u64::try_from(expiry.parse::<i64>().ok()?).ok()?;
        let realm = fields.next()?;
        (signature.len() == SIGNATURE && !realm.is_empty()).then(|| Self {
            expiry,
            realm,
            descriptors: fields.collect(),
            signed,
            signature,
        })
    }

    /// Whether it was signed with this secret; takes as long for a signature that is nearly right.
    pub(super) fn is_signed_with(&self, secret: &str) -> bool {
        mac(self.signed, secret)
            .verify_slice(&self.signature)
            .is_ok()
    }

    /// `None` if this system cannot tell a time that is so late.
    pub(super) fn expires(&self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.expiry))
    }
}

/// Appends the signature.
fn append_signature(signed: &str, secret: &str) -> String {
    let signature = mac(signed, secret).finalize().into_bytes();
    format!("{signed}:{}", BASE64.encode(&signature))
}

fn mac(signed: &str, secret: &str) -> Hmac<Sha1> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes())
        .expect("keys of an HMAC can have any length");
    mac.update(signed.as_bytes());
    mac
}

#[cfg(test)]
mod tests;
