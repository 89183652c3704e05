//! What a NoSIP handle says.

use serde::Deserialize;
use serde_json::{Result, Value, value::RawValue};

use super::{ForwardStopped, Forwarders, Forwarding, Generated, Processed};
use crate::{
    plugin::{
        self,
        events::{Failure, of},
        reply::result,
    },
    wire,
};

/// What a NoSIP handle says: answers to requests whose caller did not wait for them, as with
/// [`Handle::send`](crate::Handle::send), or no longer. It says nothing by itself.
///
/// How the call goes is in the core's events: [`WebrtcUp`](crate::Event::WebrtcUp),
/// [`Media`](crate::Event::Media), [`Hangup`](crate::Event::Hangup). The peer's end of it is only in
/// the program's own signalling.
///
/// # Example
///
/// ```
/// use janus_blocking::{NoSip, nosip::{Event, error_code}};
/// # let said = r#"{"nosip":"event","error_code":446,"error":"Missing SDP"}"#;
/// # let (_gateway, line) = janus_blocking::testing::with_event::<NoSip>(said)?;
/// let Some(Event::Error(failure)) = line.events().recv()?.into_plugin() else {
///     panic!("it was done");
/// };
/// assert_eq!(failure.code, error_code::MISSING_SDP);
/// # Ok::<(), janus_blocking::Error>(())
/// ```
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A request was refused.
    Error(Failure),
    /// `generated`: answer to [`Generate`](super::Generate).
    Generated(Generated),
    /// `processed`: answer to [`Process`](super::Process).
    Processed(Processed),
    /// `hangingup`: answer to [`Hangup`](super::Hangup).
    HangingUp,
    /// `recordingupdated`: answer to [`Recording`](super::Recording).
    RecordingUpdated,
    /// `keyframesent`: answer to [`Keyframe`](super::Keyframe).
    KeyframeSent,
    /// `rtp_forward`: answer to [`RtpForward`](super::RtpForward).
    RtpForward(Forwarding),
    /// `stop_rtp_forward`: answer to [`StopRtpForward`](super::StopRtpForward).
    StopRtpForward(ForwardStopped),
    /// `forwarders`: answer to [`ListForwarders`](super::ListForwarders).
    Forwarders(Forwarders),
    /// What this version of the crate does not know, as it came.
    Other(Value),
}

/// Reads `result.event`, then decodes what it names.
pub(super) fn decode(data: &RawValue) -> Result<Event> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Tag {
        event: String,
    }
    if wire::refusal(data).is_some() {
        return Ok(Event::Error(Failure::of(data)));
    }
    let result = result(data);
    let tag: Tag = plugin::decode(result).unwrap_or_default();
    Ok(match &*tag.event {
        "generated" => of(result, Event::Generated)?,
        "processed" => of(result, Event::Processed)?,
        "hangingup" => Event::HangingUp,
        "recordingupdated" => Event::RecordingUpdated,
        "keyframesent" => Event::KeyframeSent,
        "rtp_forward" => of(result, Event::RtpForward)?,
        "stop_rtp_forward" => of(result, Event::StopRtpForward)?,
        "forwarders" => of(result, Event::Forwarders)?,
        _ => Event::Other(serde_json::from_str(data.get())?),
    })
}
