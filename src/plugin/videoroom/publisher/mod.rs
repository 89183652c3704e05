//! Publishers: participants of a room, who may send media to it.

use serde_json::value::RawValue;

use super::{Event, VideoRoom, event};
use crate::{Handle, Plugin};

mod configure;
mod join;
mod leave;
mod publish;
mod stream;

pub use configure::{Configure, ConfigureStream};
pub use join::{Join, JoinAndConfigure, Joined};
pub use leave::{Leave, Left, Unpublish, Unpublished};
pub use publish::{Configured, Description, Publish};
pub use stream::{Attendee, Feed, OwnStream, PublisherStream};

/// A handle that is, or is about to be, a participant of a room.
///
/// Comes from [`Session::attach`](crate::Session::attach) or
/// [`Session::reattach`](crate::Session::reattach), neither of which asks Janus what the handle is:
/// it becomes a publisher with its first [`join`](Self::join) or
/// [`joinandconfigure`](Self::joinandconfigure), and stays one. It gets the events of its room.
/// After [`leave`](Self::leave), a kick or the end of the room it cannot join again.
///
/// A participant need not send anything: one that only joins is an observer.
///
/// # Errors of every method
///
/// [`Error::Plugin`](crate::Error::Plugin) with a code of [`error_code`](super::error_code): 424
/// before a join, 423 when the handle is a subscriber, 426 after the end of its stay.
///
/// # Example
///
/// ```
/// use janus_blocking::videoroom::{Event, Publisher, publisher::Join};
/// # use janus_blocking::{Plugin, testing::{Expect, FakeGateway}};
/// # use serde_json::json;
///
/// # let gateway = FakeGateway::start()?;
/// # let janus = gateway.connect()?;
/// # let session = janus.create_session()?;
/// # let body = json!({ "request": "join", "ptype": "publisher", "room": 1234 });
/// # let mut joined = json!({ "room": 1234, "description": "lobby", "id": 7 });
/// # joined["private_id"] = json!(9);
/// # joined["publishers"] = json!([]);
/// # let left = json!({ "videoroom": "event", "room": 1234, "leaving": 8 });
/// # let expected = Expect::request("janus.plugin.videoroom", body).event(joined);
/// # gateway.expect(expected.unmarked_event(left));
/// let observer: Publisher = session.attach()?;
/// let joined = observer.join(&Join::new(1234))?;
/// assert!(joined.publishers.is_empty());
///
/// let event = observer.events().recv()?;
/// assert!(matches!(event.plugin(), Some(Event::Leaving(_))));
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Debug)]
pub struct Publisher {
    room: VideoRoom,
}

impl Publisher {
    /// The requests about rooms, by this handle.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::{testing::{Expect, FakeGateway}, videoroom::Publisher};
    /// # use serde_json::json;
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let body = json!({ "request": "exists", "room": 1234 });
    /// # let answer = json!({ "videoroom": "success", "room": 1234, "exists": true });
    /// # gateway.expect(Expect::request("janus.plugin.videoroom", body).answer(answer));
    /// # let door: Publisher = session.attach()?;
    /// assert!(door.room().exists(1234)?);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn room(&self) -> &VideoRoom {
        &self.room
    }

    /// The handle without its plugin type.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::{testing::FakeGateway, videoroom::Publisher};
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let publisher: Publisher = session.attach()?;
    /// let handle = publisher.into_handle();
    /// handle.detach()?;
    /// # assert!(gateway.handles().is_empty());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn into_handle(self) -> Handle {
        self.room.into_handle()
    }
}

impl Plugin for Publisher {
    const PACKAGE: &'static str = VideoRoom::PACKAGE;

    type Event = Event;

    fn new(handle: Handle) -> Self {
        let room = VideoRoom::new(handle);
        Self { room }
    }

    fn handle(&self) -> &Handle {
        self.room.handle()
    }

    fn decode(data: &RawValue) -> serde_json::Result<Event> {
        event::decode(data)
    }
}
