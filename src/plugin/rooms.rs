//! What plugins with rooms share.

use serde::{Deserialize, Serialize};

use super::Secret;
use crate::Id;

/// The room was created.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Created {
    /// The id of the room.
    pub room: Id,
    /// Whether it is in the server's configuration file.
    #[serde(default)]
    pub permanent: bool,
}

/// The room was changed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Edited {
    /// The id of the room.
    pub room: Id,
    /// Whether the change is in the server's configuration file.
    pub permanent: bool,
}

/// The room was destroyed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Destroyed {
    /// The id of the room.
    pub room: Id,
    /// Whether it was removed from the server's configuration file.
    pub permanent: bool,
}

/// Whether there is such a room.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Existence {
    /// The id that was asked for.
    #[serde(default)]
    pub room: Id,
    /// Whether there is a room of that id.
    pub exists: bool,
}

/// What `allowed` does with a room's list of tokens.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AllowedAction {
    /// Joining needs a token on the list.
    Enable,
    /// Joining needs no token; the list is kept.
    Disable,
    /// Adds tokens to the list.
    Add,
    /// Removes tokens from the list. Participants who are in the room stay.
    Remove,
}

/// The tokens that may join.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AllowedTokens {
    /// The id of the room.
    pub room: Id,
    /// The list as it is now, in no order; absent after [`AllowedAction::Disable`].
    pub allowed: Option<Vec<Secret>>,
}
