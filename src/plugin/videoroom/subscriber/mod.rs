//! Subscribers: handles that receive the media of publishers.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{Event, VideoRoom, event};
use crate::plugin::{plugin_type, requests};

mod configure;
mod join;
mod playback;
mod update;

pub use configure::{
    Configure, ConfigureStream, Configured, PlayoutDelay, Simulcast, SubscriberStream, Svc,
};
pub use join::{Attached, FeedStream, Join};
pub use playback::{Leave, Left, Pause, Paused, Start, Started};
pub use update::{
    Subscribe, Switch, SwitchStream, Switched, Unsubscribe, UnsubscribeStream, Update, Updated,
};

requests! { Subscriber:
    Join        "join"        -> Attached;
    Start       "start"       -> Started;
    Pause       "pause"       -> Paused;
    Subscribe   "subscribe"   -> Updated;
    Unsubscribe "unsubscribe" -> Updated;
    Update      "update"      -> Updated;
    Configure   "configure"   -> Configured;
    Switch      "switch"      -> Switched, until ["switched"];
    Leave       "leave"       -> Left;
}

plugin_type! {
    /// A handle that receives, or is about to receive, the media of publishers of one room.
    ///
    /// Comes from [`Session::attach`](crate::Session::attach) or
    /// [`Session::reattach`](crate::Session::reattach), neither of which asks Janus what the handle
    /// is: it becomes a subscriber with its first [`join`](Self::join), and stays one. Janus makes
    /// the offers, and [`start`](Self::start) answers them. One handle can receive any number of
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
    /// # use janus_blocking::{Jsep, testing, webrtc::JsepKind};
    /// # let said = r#"{"videoroom":"attached","room":1234,"streams":[]}"#;
    /// # let offer = Some(Jsep::offer("v=0\r\n"));
    /// # let (_gateway, screen) = testing::with_outcome::<Subscriber>("join", said, offer)?;
    /// let everything = vec![FeedStream::new(7)];
    /// let (_, offer) = screen.join(&Join::new(1234).streams(everything))?;
    /// assert_eq!(offer.kind, JsepKind::Offer); // for the WebRTC stack, and its answer for `start`
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub struct Subscriber with room: VideoRoom "janus.plugin.videoroom", Event = event::decode;

    fn event_name(data: &RawValue) -> Cow<'_, str> {
        event::name(data)
    }
}
