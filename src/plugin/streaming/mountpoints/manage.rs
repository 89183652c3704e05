//! Changing, destroying, enabling and disabling mountpoints, and removing their viewers.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::plugin::{Done, Secret, constructors};
use crate::streaming::Streaming;
use crate::{Id, Result};

constructors! {
    /// Creates a request that changes nothing of the mountpoint `id` yet.
    Edit(id as Id);
    /// Creates a request to destroy the mountpoint `id`.
    Destroy(id as Id);
    /// Creates a request to enable the mountpoint `id`.
    Enable(id as Id);
    /// Creates a request to remove all viewers of the mountpoint `id`.
    KickAll(id as Id);
    /// Creates a request to disable the mountpoint `id`.
    Disable(id as Id);
}

/// `edit`; see [`Streaming::edit`]. What is not set stays as it is.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "edit")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Edit {
    /// The id of the mountpoint.
    pub id: Id,
    /// The mountpoint's secret, if it has one.
    pub secret: Option<Secret>,
    /// What lists show. An empty one is ignored.
    pub new_description: Option<String>,
    /// A text of your choice, for viewers.
    pub new_metadata: Option<String>,
    /// The new secret. An empty one is ignored: a secret cannot be removed.
    pub new_secret: Option<Secret>,
    /// The new pin. An empty one removes the pin.
    pub new_pin: Option<Secret>,
    /// Whether lists leave the mountpoint out.
    pub new_is_private: Option<bool>,
    /// Whether the change is written to the server's configuration file. Default: false.
    pub permanent: Option<bool>,
    /// Whether viewers get [`Event::Edited`](crate::streaming::Event::Edited): with `new_metadata`
    /// only if it differs. Default: false.
    pub edited_event: Option<bool>,
}

/// The mountpoint was changed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct EditConfirmed {
    /// The id of the mountpoint.
    pub id: Id,
    /// Whether the change is in the server's configuration file.
    pub permanent: bool,
}

/// `destroy`; see [`Streaming::destroy`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "destroy")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Destroy {
    /// The id of the mountpoint.
    pub id: Id,
    /// Whether it is removed from the server's configuration file too. Default: false.
    pub permanent: Option<bool>,
    /// The mountpoint's secret, if it has one.
    pub secret: Option<Secret>,
}

/// The mountpoint was destroyed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Destroyed {
    /// `destroyed`: the id of the mountpoint.
    #[serde(rename = "destroyed")]
    pub id: Id,
}

/// `enable`; see [`Streaming::enable`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "enable")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Enable {
    /// The id of the mountpoint.
    pub id: Id,
    /// The mountpoint's secret, if it has one.
    pub secret: Option<Secret>,
}

/// `disable`; see [`Streaming::disable`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "disable")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct Disable {
    /// The id of the mountpoint.
    pub id: Id,
    /// Never true, and never left out: Janus would crash.
    #[setters(skip)]
    stop_recording: bool,
    /// The mountpoint's secret, if it has one.
    pub secret: Option<Secret>,
}

/// `kick_all`; see [`Streaming::kick_all`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "kick_all")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct KickAll {
    /// The id of the mountpoint.
    pub id: Id,
    /// The mountpoint's secret, if it has one.
    pub secret: Option<Secret>,
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl Streaming {
    /// Changes a mountpoint.
    ///
    /// Sends `edit` and waits for its answer. The source of the media cannot be changed.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Streaming, streaming::Edit};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<Streaming>("edit", r#"{"streaming":"edited","id":7}"#)?;
    /// let edit = Edit::new(7).secret("hush").new_description("front gate").new_pin("");
    /// assert_eq!(desk.edit(&edit)?.id, 7.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn edit(&self, edit: &Edit) -> Result<EditConfirmed> {
        self.handle.request(edit)
    }

    /// Destroys a mountpoint.
    ///
    /// Sends `destroy` and waits for its answer. The viewers get
    /// [`Event::Stopped`](crate::streaming::Event::Stopped), and their PeerConnections are closed.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Streaming, streaming::Destroy};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<Streaming>("destroy", r#"{"streaming":"destroyed","destroyed":7}"#)?;
    /// assert_eq!(desk.destroy(&Destroy::new(7).secret("hush"))?.id, 7.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn destroy(&self, destroy: &Destroy) -> Result<Destroyed> {
        self.handle.request(destroy)
    }

    /// Enables a mountpoint that was disabled.
    ///
    /// Sends `enable` and waits for its answer. Viewers are not told.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Streaming, streaming::Enable};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<Streaming>("enable", r#"{"streaming":"ok"}"#)?;
    /// desk.enable(&Enable::new(7))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn enable(&self, enable: &Enable) -> Result<Done> {
        self.handle.request(enable)
    }

    /// Disables a mountpoint: its media is neither relayed nor recorded until it is enabled again.
    ///
    /// Sends `disable`, always with `stop_recording` false, and waits for its answer. Viewers stay,
    /// and are not told. Recordings stay open: [`recording`](Self::recording) ends them.
    ///
    /// Without `stop_recording` Janus 1.1.2 to 1.4.1 would end recordings itself, and crash as a whole
    /// where a stream is not recorded; so this type cannot say it.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Streaming, streaming::Disable};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<Streaming>("disable", r#"{"streaming":"ok"}"#)?;
    /// desk.disable(&Disable::new(7))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn disable(&self, disable: &Disable) -> Result<Done> {
        self.handle.request(disable)
    }

    /// Removes all viewers of a mountpoint. They may watch again.
    ///
    /// Sends `kick_all` and waits for its answer. The viewers get
    /// [`Event::KickedAll`](crate::streaming::Event::KickedAll), and their PeerConnections are closed.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Streaming, streaming::KickAll};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<Streaming>("kick_all", r#"{"streaming":"kicked_all"}"#)?;
    /// desk.kick_all(&KickAll::new(7).secret("hush"))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn kick_all(&self, kick: &KickAll) -> Result<Done> {
        self.handle.request(kick)
    }
}
