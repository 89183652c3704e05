//! The NoSIP plugin: WebRTC to plain RTP, with the signalling left to the program.
//!
//! [`generate`](NoSip::generate) turns a WebRTC description into a plain one for the peer, and
//! [`process`](NoSip::process) the peer's plain one into one for WebRTC. How the plain ones get to the
//! peer and back (SIP, a message queue, a web page) is the program's own affair. One handle is one
//! call.
//!
//! | who begins | first | then |
//! |---|---|---|
//! | the WebRTC side | `generate` with its offer | `process` with the peer's answer |
//! | the peer | `process` with its offer | `generate` with the answer of the WebRTC side |
//!
//! The plugin has no events of its own: see [`Event`].
//!
//! Janus docs: *NoSIP plugin documentation*.

use serde_json::value::RawValue;

use super::{Done, plugin_type, requests};

pub mod error_code;
mod event;
mod media;
mod negotiate;
mod rtp_forward;

pub use super::{
    Secret,
    events::Failure,
    rtp::{ForwardKind, ForwardStream, Forwarder, HostFamily, Srtp, SrtpProfile, SrtpSuite},
};
pub use event::Event;
pub use media::{Keyframe, Recording, RecordingAction};
pub use negotiate::{Generate, Generated, Hangup, Process, Processed};
pub use rtp_forward::{
    ForwardStopped, Forwarders, Forwarding, ListForwarders, RtpForward, StopRtpForward,
};

requests! { NoSip by super::reply::of_result:
    Generate       "generate"         -> Generated;
    Process        "process"          -> Processed;
    Hangup         "hangup"           -> Done;
    Recording      "recording"        -> Done;
    Keyframe       "keyframe"         -> Done;
    RtpForward     "rtp_forward"      -> Forwarding;
    StopRtpForward "stop_rtp_forward" -> ForwardStopped;
    ListForwarders "listforwarders"   -> Forwarders, reads;
}

plugin_type! {
    /// A handle of the NoSIP plugin, `janus.plugin.nosip`.
    ///
    /// # Errors of every method
    ///
    /// [`Error::Plugin`](crate::Error::Plugin) with a code of [`error_code`] when the plugin refuses;
    /// 442 for a request that the server's version does not have, 444 for a value that it does not
    /// accept.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, NoSip, nosip::Generate, testing};
    /// # let said = r#"{"result":{"event":"generated","type":"offer","sdp":"v=0\r\n"}}"#;
    /// # let (_gateway, line) = testing::with_outcome::<NoSip>("generate", said, None)?;
    /// let offer = line.generate(&Generate::new(), &Jsep::offer(testing::AUDIO_SDP))?;
    /// // For the peer, by whatever the two have agreed on.
    /// assert_eq!(offer.sdp, "v=0\r\n");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub struct NoSip "janus.plugin.nosip", Event = event::decode;

    /// The `result` object.
    fn reply(data: &RawValue) -> &RawValue {
        super::reply::result(data)
    }
}
