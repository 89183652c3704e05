//! A text that `Debug` does not show.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A password, key, pin or token of a request. `Debug` shows `***`.
///
/// ```
/// use janus_blocking::plugin::Secret;
///
/// assert_eq!(format!("{:?}", Secret::from("hush")), "***");
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
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
