//! The reply of the requests that are only confirmed.

use serde::Deserialize;
use serde_json::{Result, value::RawValue};

use super::frame::Frame;

/// The plugin has done what was asked, or has begun to, where the SIP side takes part in it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Confirmed {
    /// `result.event`: which request it confirms.
    #[serde(rename = "event")]
    pub step: Step,
    /// The SIP Call-ID of the handle's call, if it has one.
    #[serde(default)]
    pub call_id: Option<String>,
}

/// What a [`Confirmed`] confirms, in the plugin's words.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Step {
    /// `accept` with an answer. As an event it is [`Event::Accepted`](super::Event::Accepted).
    Accepted,
    /// `accept` with an offer.
    Accepting,
    /// `progress`
    Progressed,
    /// `update` with an offer.
    Updating,
    /// `update` with an answer.
    Updated,
    /// `hold`
    Holding,
    /// `unhold`
    Resuming,
    /// `transfer`
    Transferring,
    /// `info`
    InfoSent,
    /// `dtmf_info`
    DtmfSent,
    /// `recording`
    RecordingUpdated,
    /// `keyframe`
    KeyframeSent,
    /// `unsubscribe`
    Unsubscribing,
    /// `unregister`
    Unregistering,
    /// `reset`
    Reset,
}

impl Confirmed {
    pub(super) fn decode(data: &RawValue) -> Result<Self> {
        Frame::parse(data)?.with_call_id(|confirmed: &mut Self| &mut confirmed.call_id)
    }
}
