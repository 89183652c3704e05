//! The reply of the requests that are only confirmed.

use serde::Deserialize;

use crate::json::words;

/// The plugin has done what was asked, or has begun to where the SIP side takes part in it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Confirmation {
    /// `result.event`: which request it confirms.
    #[serde(rename = "event")]
    pub of: Confirmed,
    /// The SIP Call-ID of the handle's call, if it has one.
    pub call_id: Option<String>,
}

words! {
    /// What a [`Confirmation`] confirms, in the plugin's words.
    pub enum Confirmed {
        /// `accept` with an answer. As an event it is [`Event::Accepted`](super::Event::Accepted).
        Accepted = "accepted",
        /// `accept` with an offer.
        Accepting = "accepting",
        /// `progress`
        Progressed = "progressed",
        /// `update` with an offer.
        Updating = "updating",
        /// `update` with an answer.
        Updated = "updated",
        /// `hold`
        Holding = "holding",
        /// `unhold`
        Resuming = "resuming",
        /// `transfer`
        Transferring = "transferring",
        /// `info`
        InfoSent = "infosent",
        /// `dtmf_info`
        DtmfSent = "dtmfsent",
        /// `recording`
        RecordingUpdated = "recordingupdated",
        /// `keyframe`
        KeyframeSent = "keyframesent",
        /// `unsubscribe`
        Unsubscribing = "unsubscribing",
        /// `unregister`
        Unregistering = "unregistering",
        /// `reset`
        Reset = "reset",
    }
}
