//! Publishers here, as they are sent to another room or server.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{HostFamily, SrtpSuite, VideoRoom};
use crate::plugin::{Secret, constructors};
use crate::{Id, Result};

constructors! {
    /// Creates a request to send a publisher's media to `host` and `port`.
    PublishRemotely(room as Id, publisher_id as Id, remote_id as String, host as String; port: u16);
    /// Creates a request to end what `remote_id` names.
    UnpublishRemotely(room as Id, publisher_id as Id, remote_id as String);
    /// Creates a request for the places that a publisher is sent to.
    ListRemotes(room as Id, publisher_id as Id);
}

/// `publish_remotely`; see [`VideoRoom::publish_remotely`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "publish_remotely")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct PublishRemotely {
    /// The id of the room.
    pub room: Id,
    /// The id of the publisher, which must be one of this server.
    pub publisher_id: Id,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
    /// A name of your choice, for [`unpublish_remotely`](VideoRoom::unpublish_remotely).
    pub remote_id: String,
    /// The address or name of the other server.
    pub host: String,
    /// What the name is resolved to. Default: either.
    pub host_family: Option<HostFamily>,
    /// [`RemotePublisher::port`](super::RemotePublisher::port) on the other server.
    #[setters(skip)]
    pub port: u16,
    /// [`RemotePublisher::rtcp_port`](super::RemotePublisher::rtcp_port) on the other server.
    /// Default: no RTCP feedback.
    #[setters(into = false)]
    pub rtcp_port: Option<u16>,
    /// Encrypts the media; counts only with `srtp_crypto`. Since Janus 1.3.0.
    pub srtp_suite: Option<SrtpSuite>,
    /// The key, in base64 as in SDES; counts only with `srtp_suite`. Since Janus 1.3.0.
    pub srtp_crypto: Option<Secret>,
    /// The plugin's admin key, on servers with `lock_rtp_forward`.
    pub admin_key: Option<Secret>,
}

/// The publisher is being sent.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Remotized {
    /// The id of the room.
    pub room: Id,
    /// The id of the publisher.
    pub id: Id,
    /// The name that was given to it.
    pub remote_id: String,
}

/// `unpublish_remotely`; see [`VideoRoom::unpublish_remotely`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "unpublish_remotely")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct UnpublishRemotely {
    /// The id of the room.
    pub room: Id,
    /// The id of the publisher.
    pub publisher_id: Id,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
    /// The name that was given to it.
    pub remote_id: String,
}

/// The publisher is no longer sent.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Unremotized {
    /// The id of the room.
    pub room: Id,
    /// The id of the publisher.
    pub id: Id,
}

/// `listremotes`; see [`VideoRoom::list_remotes`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "listremotes")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct ListRemotes {
    /// The id of the room.
    pub room: Id,
    /// The id of the publisher.
    pub publisher_id: Id,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
}

/// Where a publisher is sent to.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Remotes {
    /// The id of the room.
    #[serde(default)]
    pub room: Id,
    /// The id of the publisher.
    #[serde(default)]
    pub id: Id,
    /// The places, in no order.
    pub list: Vec<Remote>,
}

/// One place that a publisher is sent to.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Remote {
    /// The name that was given to it.
    pub remote_id: String,
    /// The address of the other server.
    #[serde(default)]
    pub host: String,
    /// The UDP port on the other server.
    #[serde(default)]
    pub port: u16,
    /// The UDP port on the other server that RTCP feedback comes from, if it does.
    pub rtcp_port: Option<u16>,
}

impl VideoRoom {
    /// Sends the media of a publisher of this server to a room of another one, or of this one.
    ///
    /// Sends `publish_remotely` and waits for its answer. On the other server
    /// [`add_remote_publisher`](Self::add_remote_publisher) comes first; it says where to send to.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 428 when there is no such publisher, 430 when it is a remote one itself or
    /// the host does not resolve, 436 when the name is taken.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::PublishRemotely};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("publish_remotely", r#"{"remote_id":"twin"}"#)?;
    /// let publish = PublishRemotely::new(1234, 7, "twin", "10.0.0.9", 10_002);
    /// assert_eq!(desk.publish_remotely(&publish)?.remote_id, "twin");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *VideoRoom plugin documentation*, Remote publishers (room cascading).
    pub fn publish_remotely(&self, publish: &PublishRemotely) -> Result<Remotized> {
        self.handle.request(publish)
    }

    /// Ends what [`publish_remotely`](Self::publish_remotely) began.
    ///
    /// Sends `unpublish_remotely` and waits for its answer. The publisher stays in the other room,
    /// without media, until it is [removed](Self::remove_remote_publisher) there.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 428 when there is no such publisher or name.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::UnpublishRemotely};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("unpublish_remotely", r#"{"id":7}"#)?;
    /// let ended = desk.unpublish_remotely(&UnpublishRemotely::new(1234, 7, "twin"))?;
    /// assert_eq!(ended.id, 7.into());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *VideoRoom plugin documentation*, Remote publishers (room cascading).
    pub fn unpublish_remotely(&self, unpublish: &UnpublishRemotely) -> Result<Unremotized> {
        self.handle.request(unpublish)
    }

    /// Lists where a publisher is sent to.
    ///
    /// Sends `listremotes` and waits for its answer. Janus's documentation calls it `list_remotes`,
    /// which is refused.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 428 when there is no such publisher.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{VideoRoom, videoroom::ListRemotes};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<VideoRoom>("listremotes", r#"{"list":[]}"#)?;
    /// assert!(desk.list_remotes(&ListRemotes::new(1234, 7))?.list.is_empty());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *VideoRoom plugin documentation*, Remote publishers (room cascading).
    #[doc(alias = "listremotes")]
    pub fn list_remotes(&self, list: &ListRemotes) -> Result<Remotes> {
        self.handle.request(list)
    }
}
