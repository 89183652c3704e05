//! Placing and taking calls.

use serde::{Deserialize, Serialize};

use super::{VideoCall, event};
use crate::plugin::{Done, bare_requests, constructors};
use crate::{Jsep, Result};

bare_requests! {
    /// `accept`; see [`VideoCall::accept`].
    Accept = "accept";
}

constructors! {
    /// Creates a request to call `username`.
    Call(username as String);
}

/// `call`; see [`VideoCall::call`].
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "call")]
#[non_exhaustive]
pub struct Call {
    /// The callee.
    pub username: String,
}

/// What became of a call that was placed.
#[must_use = "a busy callee is no error"]
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "Outcome")]
#[non_exhaustive]
pub enum Placed {
    /// The callee's handle was notified.
    Calling,
    /// `hangup`: it has ended already, with the reason `User busy`. The username is the caller's.
    Ended(event::Hangup),
}

/// Both of these, as they are on the wire.
#[derive(Deserialize)]
struct Outcome {
    event: String,
    username: Option<String>,
    #[serde(default)]
    reason: String,
}

impl TryFrom<Outcome> for Placed {
    type Error = String;

    fn try_from(outcome: Outcome) -> std::result::Result<Self, String> {
        let Outcome {
            event,
            username,
            reason,
        } = outcome;
        match &*event {
            "calling" => Ok(Self::Calling),
            "hangup" => Ok(Self::Ended(event::Hangup { username, reason })),
            other => Err(format!("`{other}` is no outcome of a call")),
        }
    }
}

impl VideoCall {
    /// Calls another user.
    ///
    /// Sends `call` with the offer and returns once the callee's handle has been notified, or is busy.
    /// Then [`Event::Accepted`](super::Event::Accepted) brings the answer, or
    /// [`Event::Hangup`](super::Event::Hangup) the end. There is no limit of time:
    /// [`hangup`](Self::hangup) stops the ringing.
    ///
    /// **Do not call from a handle that is in a call**: Janus refuses, and also ends the current call.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 473 before [`register`](Self::register), 478 when nobody has that username,
    /// 479 for the handle's own, 480 in a call, 483 for an SDP that cannot be parsed.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, VideoCall, testing::AUDIO_SDP, videocall::Placed};
    /// # let said = r#"{"result":{"event":"calling"}}"#;
    /// # let (_gateway, phone) = janus_blocking::testing::with_outcome::<VideoCall>("call", said, None)?;
    /// match phone.call("desk", &Jsep::offer(AUDIO_SDP))? {
    ///     Placed::Calling => println!("it rings"),
    ///     Placed::Ended(hangup) => println!("{}", hangup.reason),
    ///     other => println!("{other:?}"),
    /// }
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn call(&self, username: impl Into<String>, offer: &Jsep) -> Result<Placed> {
        let call = Call::new(username);
        let exchanged = self.handle.exchange(&call, Some(offer));
        exchanged.map(|(placed, _)| placed)
    }

    /// Accepts the incoming call.
    ///
    /// Sends `accept` with the answer to the offer that came with
    /// [`Event::IncomingCall`](super::Event::IncomingCall), and waits for its confirmation. On a
    /// reattached handle it takes the call that was ringing before, which Janus does not announce
    /// again. To refuse a call, [`hangup`](Self::hangup).
    ///
    /// # Errors
    ///
    /// `Plugin` with code 481 when there is no call, 483 for an SDP that cannot be parsed. `Janus` with
    /// code 469 when the caller has given up.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, VideoCall, testing::AUDIO_SDP};
    /// # let said = r#"{"result":{"event":"accepted"}}"#;
    /// # let (gateway, phone) = janus_blocking::testing::with_outcome::<VideoCall>("accept", said, None)?;
    /// # let rings = serde_json::json!({ "result": { "event": "incomingcall", "username": "desk" } });
    /// # gateway.handle(phone.handle().id()).event_with(&rings, &Jsep::offer(AUDIO_SDP));
    /// // The answer comes from the WebRTC stack that was given the offer.
    /// phone.accept(&Jsep::answer(AUDIO_SDP))?;
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn accept(&self, answer: &Jsep) -> Result<()> {
        let (Done, _) = self.handle.exchange(&Accept::new(), Some(answer))?;
        Ok(())
    }
}
