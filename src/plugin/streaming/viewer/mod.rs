//! Viewers: handles that receive the media of a mountpoint.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::{Event, Streaming, event};
use crate::{
    plugin::{self, plugin_type, requests},
    wire::words,
};

mod configure;
mod playback;
mod watch;

pub use configure::{Configure, ConfigureStream, Configured, Off};
pub use playback::{Pause, Start, Stop, Switch, Switched};
pub use watch::Watch;

requests! { Viewer by reply:
    Watch     "watch"     -> Progress;
    Start     "start"     -> Progress;
    Pause     "pause"     -> Progress;
    Configure "configure" -> Configured;
    Switch    "switch"    -> Switched;
    Stop      "stop"      -> Progress;
}

plugin_type! {
    /// A handle that receives, or is about to receive, the media of one mountpoint.
    ///
    /// Comes from [`Session::attach`](crate::Session::attach) or
    /// [`Session::reattach`](crate::Session::reattach), neither of which asks Janus what the handle
    /// watches. In general Janus makes the offer ([`watch`](Self::watch)), and
    /// [`start`](Self::start) answers it. A handle receives one mountpoint at a time;
    /// [`switch`](Self::switch) changes to another one.
    ///
    /// # Errors of every method
    ///
    /// [`Error::Plugin`](crate::Error::Plugin) with a code of [`error_code`](super::error_code): 455
    /// when the handle watches nothing, or there is no such mountpoint.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::streaming::{Viewer, viewer::Watch};
    /// # use janus_blocking::{Jsep, testing, webrtc::JsepKind};
    /// # let said = r#"{"streaming":"event","result":{"status":"preparing"}}"#;
    /// # let offer = Some(Jsep::offer("v=0\r\n"));
    /// # let (_gateway, screen) = testing::with_outcome::<Viewer>("watch", said, offer)?;
    /// // let screen: Viewer = session.attach()?;
    /// let (_, offer) = screen.watch(&Watch::new(1))?;
    /// assert_eq!(offer.kind, JsepKind::Offer); // for the WebRTC stack, and its answer for `start`
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub struct Viewer with mountpoints: Streaming "janus.plugin.streaming", Event = event::decode;

    /// The `result` object.
    fn reply(data: &RawValue) -> &RawValue {
        result(data)
    }
}

words! {
    /// How far a viewer is, in the plugin's words.
    pub enum Status {
        /// `preparing`: the offer has been made.
        Preparing = "preparing",
        /// `updating`: an offer that restarts ICE has been made.
        Updating = "updating",
        /// `starting`: the media will flow when the PeerConnection is up.
        Starting = "starting",
        /// `started`: the media flows.
        Started = "started",
        /// `pausing`: the media is paused.
        Pausing = "pausing",
        /// `stopping`: the PeerConnection is being closed.
        Stopping = "stopping",
        /// `stopped`: the mountpoint was destroyed, or its source has ended.
        Stopped = "stopped",
        /// `kicked_all`: all viewers were removed.
        KickedAll = "kicked_all",
        /// `idle`: there was nothing to stop. Since Janus 1.3.1.
        Idle = "idle",
    }
}

/// The answer to most requests of a viewer.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Progress {
    /// How far the viewer is.
    pub status: Status,
}

/// The `result` object of an answer or event; all of the data where there is none.
pub(super) fn result(data: &RawValue) -> &RawValue {
    #[derive(Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow)]
        result: Option<&'a RawValue>,
    }
    let envelope = serde_json::from_str::<Envelope<'_>>(data.get());
    envelope.map_or(data, |envelope| envelope.result.unwrap_or(data))
}

/// Decodes a reply, whatever becomes of the `result` object.
fn reply<T: DeserializeOwned + Default>(data: &RawValue) -> serde_json::Result<T> {
    #[derive(Deserialize)]
    #[serde(bound = "T: DeserializeOwned + Default")]
    struct Envelope<T> {
        #[serde(default)]
        result: T,
    }
    plugin::decode(data).map(|envelope: Envelope<T>| envelope.result)
}
