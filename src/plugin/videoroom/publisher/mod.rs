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
/// ```
/// use janus_blocking::{Plugin, videoroom::{Publisher, Subscriber, VideoRoom}};
///
/// assert_eq!(Publisher::PACKAGE, VideoRoom::PACKAGE);
/// assert_eq!(Subscriber::PACKAGE, VideoRoom::PACKAGE);
/// ```
#[derive(Debug)]
pub struct Publisher {
    room: VideoRoom,
}

impl Publisher {
    /// The requests about rooms, by this handle.
    pub fn room(&self) -> &VideoRoom {
        &self.room
    }

    /// The handle without its plugin type.
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
