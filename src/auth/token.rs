//! A token as it is sent, and the secrets that make one.

use std::{fmt, time::SystemTime};

use serde::{Deserialize, Serialize};

use super::signed::ParsedToken;

/// A token, and when it expires. `Debug` does not show the token.
///
/// It can be passed wherever a token is needed: [`Config::token`](crate::Config::token), and the
/// `token` of plugin requests such as [`Join`](crate::videoroom::publisher::Join).
///
/// # Example
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use janus_blocking::{Config, auth::Token};
///
/// // A stored token, of which only the program knows that it will be removed.
/// let later = SystemTime::now() + Duration::from_secs(600);
/// let token = Token::new("4711-stored").expires_at(later);
/// assert_eq!(token.expires(), Some(later));
/// assert!(!format!("{token:?}").contains("4711-stored"));
///
/// let config = Config::new("ws://127.0.0.1:8188").token(token);
/// assert_eq!(config.token.as_deref(), Some("4711-stored"));
/// ```
///
/// Janus docs: *Authenticating the Janus API*.
#[derive(Clone)]
pub struct Token {
    text: String,
    expires: Option<SystemTime>,
}

impl Token {
    /// Creates a token from its text. If that has the form of a signed token, its expiry is read
    /// from it (the signature is not checked); otherwise it does not expire.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use janus_blocking::auth::Token;
    ///
    /// let token = Token::new("1700000000,janus:tF1cxpE0PE1XVBNC4eAVI5drT7o=");
    /// assert_eq!(token.expires(), Some(UNIX_EPOCH + Duration::from_secs(1_700_000_000)));
    /// assert_eq!(Token::new("stored").expires(), None);
    /// ```
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let expires = ParsedToken::parse(&text).and_then(|form| form.expires());
        Self { text, expires }
    }

    /// Sets the expiry, for tokens that do not contain it.
    ///
    /// Only [`Config::token_provider`](crate::Config::token_provider) looks at it; it is not sent.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use janus_blocking::auth::Token;
    ///
    /// let soon = SystemTime::now() + Duration::from_secs(60);
    /// assert_eq!(Token::new("stored").expires_at(soon).expires(), Some(soon));
    /// ```
    #[must_use]
    pub fn expires_at(mut self, time: SystemTime) -> Self {
        self.expires = Some(time);
        self
    }

    /// When it expires; `None` if it does not, or if that is unknown.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::auth::Token;
    ///
    /// assert_eq!(Token::new("stored").expires(), None);
    /// ```
    pub fn expires(&self) -> Option<SystemTime> {
        self.expires
    }

    /// Returns the text, which is a secret.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::auth::Token;
    ///
    /// assert_eq!(Token::new("stored").expose(), "stored");
    /// ```
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl From<Token> for String {
    fn from(token: Token) -> Self {
        token.text
    }
}

impl From<&Token> for String {
    fn from(token: &Token) -> Self {
        token.text.clone()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("text", &format_args!("***"))
            .field("expires", &self.expires)
            .finish()
    }
}

/// A password, key, pin or token of a request. `Debug` shows `***`.
///
/// ```
/// use janus_blocking::plugin::Secret;
///
/// assert_eq!(format!("{:?}", Secret::from("hush")), "***");
/// ```
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Returns the text.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::plugin::Secret;
    ///
    /// assert_eq!(Secret::from("hush").expose(), "hush");
    /// ```
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
