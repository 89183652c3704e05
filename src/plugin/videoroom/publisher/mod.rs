//! Publishers: participants of a room, who may send media to it.

use super::{Event, VideoRoom, event};
use crate::plugin::{plugin_type, requests};

mod join;
mod publish;
mod stream;

pub use join::{Join, JoinAndConfigure, Joined, Leave, Left, Unpublish, Unpublished};
pub use publish::{Configure, ConfigureStream, Configured, Description, Publish};
pub use stream::{Attendee, Feed, OwnStream, PublisherStream};

requests! { Publisher:
    Join             "join"             -> Joined;
    JoinAndConfigure "joinandconfigure" -> Joined;
    Publish          "publish"          -> Configured;
    Configure        "configure"        -> Configured;
    Unpublish        "unpublish"        -> Unpublished;
    Leave            "leave"            -> Left;
}

plugin_type! {
    /// A handle that is, or is about to be, a participant of a room.
    ///
    /// Comes from [`Session::attach`](crate::Session::attach) or
    /// [`Session::reattach`](crate::Session::reattach), neither of which asks Janus what the handle is:
    /// it becomes a publisher with its first [`join`](Self::join) or
    /// [`join_and_configure`](Self::join_and_configure), and stays one. It gets the events of its room.
    /// After [`leave`](Self::leave), a kick or the end of the room it cannot join again.
    ///
    /// A participant need not send anything: one that only joins is an observer.
    ///
    /// # Errors of every method
    ///
    /// [`Error::Plugin`](crate::Error::Plugin) with a code of [`error_code`](super::error_code):
    /// 424 before a join, 423 when the handle is a subscriber, 426 after it has left.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::videoroom::{Event, Publisher, publisher::Join};
    /// # use {janus_blocking::testing::{Expect, FakeGateway}, serde_json::json};
    /// # let gateway = FakeGateway::start()?;
    /// # let session = gateway.connect()?.create_session()?;
    /// # let expected = Expect::request("janus.plugin.videoroom", json!({ "request": "join" }));
    /// # let left = json!({ "videoroom": "event", "room": 1234, "leaving": 8 });
    /// # let expected = expected.event(json!({ "room": 1234, "id": 7, "publishers": [] }));
    /// # gateway.expect(expected.unmarked_event(left));
    /// let observer: Publisher = session.attach()?;
    /// let joined = observer.join(&Join::new(1234))?;
    /// assert!(joined.publishers.is_empty());
    ///
    /// let event = observer.events().recv()?;
    /// assert!(matches!(event.into_plugin(), Some(Event::Leaving(_))));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub struct Publisher with room: VideoRoom "janus.plugin.videoroom", Event = event::decode;
}
