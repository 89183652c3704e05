//! Usernames.

use serde::{Deserialize, Serialize};

use super::VideoCall;
use crate::Result;
use crate::plugin::{bare_requests, constructors};

bare_requests! {
    /// `list`; see [`VideoCall::list`].
    List = "list";
}

constructors! {
    /// Creates a request to register `username`.
    Register(username as String);
}

/// `register`; see [`VideoCall::register`].
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "register")]
#[non_exhaustive]
pub struct Register {
    /// The name by which others call the handle.
    pub username: String,
}

/// The username is the handle's.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Registered {
    /// The username.
    pub username: String,
}

/// The usernames that are registered.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Users {
    /// All of them, in no order, in a call or not.
    pub list: Vec<String>,
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl VideoCall {
    /// Lists the usernames that are registered, this handle's included.
    ///
    /// Sends `list` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::VideoCall;
    /// # let said = r#"{"result":{"list":["door","desk"]}}"#;
    /// # let (_gateway, phone) = janus_blocking::testing::with_outcome::<VideoCall>("list", said, None)?;
    /// assert_eq!(phone.list()?, ["door", "desk"]);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn list(&self) -> Result<Vec<String>> {
        self.handle.request(&List::new()).map(|users| users.list)
    }

    /// Registers the username by which others call this handle, and which calls from it show.
    ///
    /// Sends `register` and waits for its answer. It is the handle's for as long as that lives.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 476 when the username is in use, 477 when the handle has one already.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::VideoCall;
    /// # let said = r#"{"result":{"event":"registered","username":"door"}}"#;
    /// # let (_gateway, phone) = janus_blocking::testing::with_outcome::<VideoCall>("register", said, None)?;
    /// assert_eq!(phone.register("door")?.username, "door");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn register(&self, username: impl Into<String>) -> Result<Registered> {
        self.handle.request(&Register::new(username))
    }
}
