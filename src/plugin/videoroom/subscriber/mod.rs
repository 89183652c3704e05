//! Subscribers: handles that receive the media of publishers.

use serde_json::value::RawValue;

use super::{Event, VideoRoom, event};
use crate::{Handle, Plugin};

mod configure;
mod flow;
mod join;
mod stream;
mod switch;
mod update;

pub use configure::{Configure, ConfigureStream, Configured};
pub use flow::{Leave, Left, Pause, Paused, Start, Started};
pub use join::{Attached, FeedStream, Join};
pub use stream::{PlayoutDelay, Simulcast, SubscriberStream, Svc};
pub use switch::{Switch, SwitchStream, Switched};
pub use update::{Subscribe, Unsubscribe, UnsubscribeStream, Update, Updated};

/// A handle that receives, or is about to receive, the media of publishers of one room.
///
/// Comes from [`Session::attach`](crate::Session::attach) or
/// [`Session::reattach`](crate::Session::reattach), neither of which asks Janus what the handle is:
/// it becomes a subscriber with its first [`join`](Self::join), and stays one. Janus makes the
/// offers, and [`start`](Self::start) answers them. One handle can have streams of any number of
/// publishers.
///
/// # Errors of every method
///
/// [`Error::Plugin`](crate::Error::Plugin) with a code of [`error_code`](super::error_code): 424
/// before a join, 423 when the handle is a publisher.
#[derive(Debug)]
pub struct Subscriber {
    room: VideoRoom,
}

impl Subscriber {
    /// The requests about rooms, by this handle.
    pub fn room(&self) -> &VideoRoom {
        &self.room
    }

    /// The handle without its plugin type.
    pub fn into_handle(self) -> Handle {
        self.room.into_handle()
    }
}

impl Plugin for Subscriber {
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
