//! Tokens: stored ones, signed ones, and new ones before the old ones expire.
//!
//! A Janus with `token_auth` in its `janus.jcfg` requires a token in every request except `info`
//! and `ping`. There are two kinds:
//!
//! | kind | made by | its expiry, and the plugins it is good for |
//! |---|---|---|
//! | stored | the Admin API (`add_token`) | known to the server |
//! | signed, with `token_auth_secret` | any holder of that secret, here [`SignedToken`] | in the token itself |
//!
//! [`Config::token`](crate::Config::token) is for a token that lasts,
//! [`Config::token_provider`](crate::Config::token_provider) for those that expire.
//!
//! # Example
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use janus_blocking::auth::{self, Secret, SignedToken};
//!
//! let secret = Secret::from("the server's token_auth_secret");
//! let token = SignedToken::for_plugins(["janus.plugin.echotest"])
//!     .valid_for(Duration::from_secs(300))
//!     .sign(&secret)?;
//! let verified = auth::verify(token.expose(), &secret, SystemTime::now())?;
//! assert_eq!(verified.descriptors, ["janus.plugin.echotest"]);
//! # Ok::<(), janus_blocking::Error>(())
//! ```
//!
//! Janus docs: *Authenticating the Janus API*.
#![doc = include_str!("../../docs/AUTHENTICATION.md")]

mod provider;
mod signed;
mod token;

pub use crate::error::context::TokenFault;
#[cfg(feature = "http")]
pub(crate) use provider::Credentials;
pub(crate) use provider::{ActiveToken, Renew, TokenProvider};
pub use signed::{SignedToken, Verified, verify};
pub use token::{Secret, Token};
