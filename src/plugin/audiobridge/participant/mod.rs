//! Participants of a room.

use super::{AudioBridge, Event, event};
use crate::plugin::{Done, plugin_type, requests};

mod configure;
mod join;
mod leave;

pub use configure::{Configure, ResetDecoder};
pub use join::{Join, Joined, PlainRtp, RtpAddress};
pub use leave::{ChangeRoom, Hangup, Leave, Left, RoomChanged};

requests! { Participant:
    Join         "join"         -> Joined;
    Configure    "configure"    -> Done;
    ChangeRoom   "changeroom"   -> RoomChanged;
    Leave        "leave"        -> Left;
    Hangup       "hangup"       -> Done;
    ResetDecoder "resetdecoder" -> Done;
}

plugin_type! {
    /// A handle that is, or is about to be, a participant of a room.
    ///
    /// Comes from [`Session::attach`](crate::Session::attach) or
    /// [`Session::reattach`](crate::Session::reattach), neither of which asks Janus what the handle is: it
    /// becomes a participant with [`join`](Self::join). It gets the events of its room. After
    /// [`leave`](Self::leave), a kick or the end of the room it may join again.
    ///
    /// When its PeerConnection is closed, it leaves the room, without an answer to wait for: it gets
    /// [`Event::Hangup`](crate::Event::Hangup), and the others
    /// [`Event::Leaving`].
    ///
    /// # Errors of every method
    ///
    /// [`Error::Plugin`](crate::Error::Plugin) with a code of [`error_code`](super::error_code): 487 when
    /// it is in no room.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::audiobridge::{Event, Participant, participant::{Join, PlainRtp}};
    /// # use {janus_blocking::testing::{Expect, FakeGateway}, serde_json::json};
    /// # let gateway = FakeGateway::start()?;
    /// # let session = gateway.connect()?.create_session()?;
    /// # let expected = Expect::request("janus.plugin.audiobridge", json!({ "request": "join" }));
    /// # let left = json!({ "audiobridge": "event", "room": 1234, "leaving": 8 });
    /// # let rtp = json!({ "ip": "10.0.0.1", "port": 10034, "payload_type": 100 });
    /// # let expected = expected.event(json!({ "audiobridge": "joined", "room": 1234, "id": 7, "rtp": rtp }));
    /// # gateway.expect(expected.unmarked_event(left));
    /// let intercom: Participant = session.attach()?;
    /// let here = PlainRtp::new("10.0.0.9", 5004);
    /// let there = intercom.join(&Join::new(1234).rtp(here))?.rtp.expect("it was asked for");
    /// println!("send Opus to {}:{}", there.ip, there.port);
    ///
    /// let event = intercom.events().recv()?;
    /// assert!(matches!(event.into_plugin(), Some(Event::Leaving(_))));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub struct Participant with room: AudioBridge "janus.plugin.audiobridge", Event = event::decode;
}
