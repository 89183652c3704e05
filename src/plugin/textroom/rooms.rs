//! Creating, changing, destroying, finding and listing rooms.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{Created, Destroyed, Edited, TextRoom};
use crate::plugin::{Secret, constructors};
use crate::{Id, Result};

constructors! {
    /// Creates a request for a room with the plugin's defaults, and an id that it picks.
    Create();
    /// Creates a request that changes nothing of `room` yet.
    Edit(room as Id);
    /// Creates a request to destroy `room`.
    Destroy(room as Id);
    /// Creates a request that asks whether there is a room of that id.
    Exists(room as Id);
    /// Creates a request for the rooms that are not private.
    List();
}

/// `create`; see [`TextRoom::create`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "create")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Create {
    /// The id of the room. Default and 0: a random one.
    pub room: Option<Id>,
    /// What the list of rooms shows. Default: `Room` and the id.
    pub description: Option<String>,
    /// What changing and destroying the room, kicks and announcements need. Default: nothing.
    pub secret: Option<Secret>,
    /// What joining the room needs. Default: nothing.
    pub pin: Option<Secret>,
    /// The URL to which Janus posts messages and announcements, whispers excepted, if it was built
    /// with libcurl. Janus waits for the response before it answers. Default: none.
    pub post: Option<String>,
    /// Whether lists leave the room out. Default: false.
    pub is_private: Option<bool>,
    /// How many messages and announcements are kept for those who join later, over a data channel.
    /// Default: 0. It cannot be changed.
    #[setters(into = false)]
    pub history: Option<u32>,
    /// The tokens that may join; with an empty list nobody may. Default: no token is needed.
    #[setters(into = false)]
    pub allowed: Option<Vec<Secret>>,
    /// Whether the room is written to the server's configuration file. Default: false.
    pub permanent: Option<bool>,
    /// The plugin's admin key, on servers that have one.
    pub admin_key: Option<Secret>,
}

/// `edit`; see [`TextRoom::edit`]. What is not set stays as it is, and so does what is set to an empty
/// text: a secret or a pin cannot be removed.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "edit")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Edit {
    /// The id of the room.
    pub room: Id,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
    /// What the list of rooms shows.
    pub new_description: Option<String>,
    /// The new secret.
    pub new_secret: Option<Secret>,
    /// The new pin.
    pub new_pin: Option<Secret>,
    /// The new URL to which Janus posts messages.
    pub new_post: Option<String>,
    /// Whether lists leave the room out.
    pub new_is_private: Option<bool>,
    /// Whether the change is written to the server's configuration file. Default: false.
    pub permanent: Option<bool>,
}

/// `destroy`; see [`TextRoom::destroy`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "destroy")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Destroy {
    /// The id of the room.
    pub room: Id,
    /// Whether the room is removed from the server's configuration file too. Default: false.
    pub permanent: Option<bool>,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
}

/// `exists`; see [`TextRoom::exists`].
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "exists")]
#[non_exhaustive]
pub struct Exists {
    /// The id of the room.
    pub room: Id,
}

/// `list`; see [`TextRoom::list`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "list")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct List {
    /// The plugin's admin key: private rooms are listed too.
    pub admin_key: Option<Secret>,
}

/// The rooms of the server; see [`TextRoom::list`].
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Rooms {
    /// The rooms, in no order.
    pub list: Vec<Room>,
}

/// One room in the list.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Room {
    /// The id of the room.
    pub room: Id,
    /// Its description.
    #[serde(default)]
    pub description: String,
    /// Whether joining needs a pin.
    #[serde(default)]
    pub pin_required: bool,
    /// How many are in it.
    pub num_participants: Option<u64>,
    /// How many messages and announcements it keeps.
    pub history: Option<u64>,
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl TextRoom {
    /// Creates a room.
    ///
    /// Sends `create` and waits for its answer. For all settings see [`Create`].
    ///
    /// # Errors
    ///
    /// `Plugin` with code 418 when the id is taken.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{TextRoom, textroom::Create};
    /// # let (_gateway, chat) = janus_blocking::testing::with_answer::<TextRoom>("create", r#"{"room":1234}"#)?;
    /// let created = chat.create(&Create::new().room(1234).history(20).pin("2580"))?;
    /// assert_eq!(created.room, 1234.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn create(&self, create: &Create) -> Result<Created> {
        self.handle.request(create)
    }

    /// Changes a room.
    ///
    /// Sends `edit` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{TextRoom, textroom::Edit};
    /// # let (_gateway, chat) = janus_blocking::testing::with_answer::<TextRoom>("edit", "{}")?;
    /// let edited = chat.edit(&Edit::new(1234).secret("hush").new_pin("0852"))?;
    /// assert!(!edited.permanent, "until the server restarts");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn edit(&self, edit: &Edit) -> Result<Edited> {
        self.handle.request(edit)
    }

    /// Destroys a room.
    ///
    /// Sends `destroy` and waits for its answer. Everybody in the room gets
    /// [`Event::Destroyed`](super::Event::Destroyed) before.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{TextRoom, textroom::Destroy};
    /// # let (_gateway, chat) = janus_blocking::testing::with_answer::<TextRoom>("destroy", r#"{"room":1234}"#)?;
    /// let destroyed = chat.destroy(&Destroy::new(1234).secret("hush"))?;
    /// assert_eq!(destroyed.room, 1234.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn destroy(&self, destroy: &Destroy) -> Result<Destroyed> {
        self.handle.request(destroy)
    }

    /// Asks whether there is a room of that id.
    ///
    /// Sends `exists` and waits for its answer. Private rooms exist too.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::TextRoom;
    /// # let (_gateway, chat) = janus_blocking::testing::with_answer::<TextRoom>("exists", r#"{"exists":true}"#)?;
    /// assert!(chat.exists(1234)?);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn exists(&self, room: impl Into<Id>) -> Result<bool> {
        let exists = Exists::new(room);
        self.handle.request(&exists).map(|answer| answer.exists)
    }

    /// Lists the rooms.
    ///
    /// Sends `list` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{TextRoom, textroom::List};
    /// # let said = r#"{"list":[{"room":1234,"description":"lobby","num_participants":2}]}"#;
    /// # let (_gateway, chat) = janus_blocking::testing::with_answer::<TextRoom>("list", said)?;
    /// let rooms = chat.list(&List::new())?.list;
    /// assert_eq!(rooms[0].description, "lobby");
    /// assert_eq!(rooms[0].num_participants, Some(2));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn list(&self, list: &List) -> Result<Rooms> {
        self.handle.request(list)
    }
}
