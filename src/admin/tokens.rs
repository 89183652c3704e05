//! Stored tokens: those that Janus keeps a list of.

use serde::{Deserialize, Deserializer};
use serde_json::json;

use super::{Admin, Request};
use crate::{Result, auth::Token};

/// A stored token, and what it is good for; see [`Admin::list_tokens`].
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct StoredToken {
    /// The token.
    #[serde(deserialize_with = "token")]
    pub token: Token,
    /// The packages of the plugins that it may attach to.
    #[serde(default)]
    pub allowed_plugins: Vec<String>,
}

fn token<'de, D: Deserializer<'de>>(from: D) -> Result<Token, D::Error> {
    String::deserialize(from).map(Token::new)
}

#[derive(Deserialize)]
struct Allowed {
    data: Plugins,
}

#[derive(Deserialize)]
struct Plugins {
    #[serde(default)]
    plugins: Vec<String>,
}

#[derive(Deserialize)]
struct Listed {
    data: Tokens,
}

#[derive(Deserialize)]
struct Tokens {
    #[serde(default)]
    tokens: Vec<StoredToken>,
}

/// Stored tokens. All of these need `token_auth` in janus.jcfg without `token_auth_secret`; otherwise
/// Janus refuses them with 490.
impl Admin {
    /// Adds a token, which may attach to these plugins; to all if the list is empty.
    ///
    /// Sends `add_token` and returns the packages that it may attach to. Janus forgets the token
    /// when it ends.
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// # Example
    ///
    /// ```no_run
    /// use janus_blocking::auth::Token;
    ///
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// admin.add_token(&Token::new("4711-stored"), &["janus.plugin.sip"])?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Authenticating the Janus API*.
    pub fn add_token(&self, token: &Token, plugins: &[&str]) -> Result<Vec<String>> {
        self.allowed("add_token", token, plugins)
    }

    /// Lets a token attach to these plugins too.
    ///
    /// Sends `allow_token` and returns all that it may attach to then.
    ///
    /// # Errors
    ///
    /// [`Error::Janus`](crate::Error::Janus) with 470 when there is no such token.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use janus_blocking::auth::Token;
    ///
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// admin.allow_token(&Token::new("4711-stored"), &["janus.plugin.echotest"])?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Authenticating the Janus API*.
    pub fn allow_token(&self, token: &Token, plugins: &[&str]) -> Result<Vec<String>> {
        self.allowed("allow_token", token, plugins)
    }

    /// Lets a token no longer attach to these plugins. Handles that exist go on.
    ///
    /// Sends `disallow_token` and returns what is left.
    ///
    /// # Errors
    ///
    /// [`Error::Janus`](crate::Error::Janus) with 470 when there is no such token.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use janus_blocking::auth::Token;
    ///
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// admin.disallow_token(&Token::new("4711-stored"), &["janus.plugin.echotest"])?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Authenticating the Janus API*.
    pub fn disallow_token(&self, token: &Token, plugins: &[&str]) -> Result<Vec<String>> {
        self.allowed("disallow_token", token, plugins)
    }

    /// Lists the stored tokens, without those that may attach to nothing.
    ///
    /// Sends `list_tokens`.
    ///
    /// # Errors
    ///
    /// [Those of every method](Admin#errors-of-every-method).
    ///
    /// # Example
    ///
    /// ```no_run
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// for stored in admin.list_tokens()? {
    ///     println!("one for {:?}", stored.allowed_plugins);
    /// }
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Authenticating the Janus API*.
    pub fn list_tokens(&self) -> Result<Vec<StoredToken>> {
        let listed: Listed = self.asked(&Request::reading("list_tokens"), &json!({}))?;
        Ok(listed.data.tokens)
    }

    /// Removes a token: requests with it are refused from now on.
    ///
    /// Sends `remove_token`.
    ///
    /// # Errors
    ///
    /// [`Error::Janus`](crate::Error::Janus) with 490 when there is no such token.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use janus_blocking::auth::Token;
    ///
    /// # let admin = janus_blocking::admin::Admin::open("ws://127.0.0.1:7188", "janusoverlord")?;
    /// admin.remove_token(&Token::new("4711-stored"))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *Authenticating the Janus API*.
    pub fn remove_token(&self, token: &Token) -> Result<()> {
        let request = Request::changing("remove_token");
        self.order(&request, &json!({ "token": token.expose() }))
    }

    fn allowed(&self, name: &'static str, token: &Token, plugins: &[&str]) -> Result<Vec<String>> {
        let parameters = json!({ "token": token.expose(), "plugins": plugins });
        let allowed: Allowed = self.asked(&Request::changing(name), &parameters)?;
        Ok(allowed.data.plugins)
    }
}
