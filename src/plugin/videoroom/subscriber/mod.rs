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
///
/// # Example
///
/// ```
/// use janus_blocking::videoroom::{Subscriber, subscriber::{FeedStream, Join}};
/// # use janus_blocking::{Jsep, JsepKind, testing::{Expect, FakeGateway}};
/// # use serde_json::json;
///
/// # let gateway = FakeGateway::start()?;
/// # let janus = gateway.connect()?;
/// # let session = janus.create_session()?;
/// # let body = json!({ "request": "join", "ptype": "subscriber", "room": 1234 });
/// # let expected = Expect::request("janus.plugin.videoroom", body);
/// # let attached = json!({ "videoroom": "attached", "room": 1234, "streams": [] });
/// # gateway.expect(expected.event(attached).jsep(&Jsep::offer("v=0\r\n")));
/// let screen: Subscriber = session.attach()?;
/// let everything = vec![FeedStream::new(7)];
/// let (_, offer) = screen.join(&Join::new(1234).streams(everything))?;
/// assert_eq!(offer.kind, JsepKind::Offer); // for the WebRTC stack, and its answer for `start`
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Debug)]
pub struct Subscriber {
    room: VideoRoom,
}

impl Subscriber {
    /// The requests about rooms, by this handle.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::{testing::{Expect, FakeGateway}, videoroom::Subscriber};
    /// # use serde_json::json;
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let body = json!({ "request": "exists", "room": 1234 });
    /// # let answer = json!({ "videoroom": "success", "room": 1234, "exists": true });
    /// # gateway.expect(Expect::request("janus.plugin.videoroom", body).answer(answer));
    /// # let screen: Subscriber = session.attach()?;
    /// assert!(screen.room().exists(1234)?);
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
    /// # use janus_blocking::{testing::FakeGateway, videoroom::Subscriber};
    /// # let gateway = FakeGateway::start()?;
    /// # let janus = gateway.connect()?;
    /// # let session = janus.create_session()?;
    /// # let subscriber: Subscriber = session.attach()?;
    /// let handle = subscriber.into_handle();
    /// handle.detach()?;
    /// # assert!(gateway.handles().is_empty());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
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
