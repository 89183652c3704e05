//! Copies of a call's RTP for another program. Since Janus 1.4.0.

use serde::{Deserialize, Serialize};

use super::{ForwardStream, Forwarder, NoSip};
use crate::Result;
use crate::plugin::{bare_requests, constructors};

bare_requests! {
    /// `listforwarders`; see [`NoSip::list_forwarders`]. Since Janus 1.4.0.
    ListForwarders = "listforwarders";
}

constructors! {
    /// Creates a request to copy these streams.
    RtpForward(streams as Vec<ForwardStream>);
    /// Creates a request to end a forwarder.
    StopRtpForward(; stream_id: u64);
}

/// `rtp_forward`; see [`NoSip::rtp_forward`]. Since Janus 1.4.0.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "rtp_forward")]
#[non_exhaustive]
pub struct RtpForward {
    /// What to copy and where to, at least one.
    pub streams: Vec<ForwardStream>,
}

/// The forwarders that an [`RtpForward`] created.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Forwarding {
    /// The new ones, in the order of the request; one that could not be made is missing.
    pub forwarders: Vec<Forwarder>,
}

/// `stop_rtp_forward`; see [`NoSip::stop_rtp_forward`]. Since Janus 1.4.0.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "stop_rtp_forward")]
#[non_exhaustive]
pub struct StopRtpForward {
    /// [`Forwarder::stream_id`] of the forwarder to end.
    pub stream_id: u64,
}

/// A forwarder has ended.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ForwardStopped {
    /// Which one.
    pub stream_id: Option<u64>,
}

/// All forwarders of a handle.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Forwarders {
    /// The forwarders, in no order.
    pub rtp_forwarders: Vec<Forwarder>,
}

impl NoSip {
    /// Copies RTP of the call to another program, unencrypted unless asked for. Since Janus 1.4.0.
    ///
    /// Sends `rtp_forward` and waits for its confirmation with the new forwarders. They may be made
    /// before the call, and end with its PeerConnection.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 442 before Janus 1.4.0, 443 for no streams at all, 444 for a host that
    /// cannot be resolved.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{NoSip, nosip::{ForwardKind, ForwardStream}};
    /// # let said = r#"{"result":{"event":"rtp_forward","forwarders":[{"type":"peer_audio","host":"10.0.0.9","port":5004,"stream_id":7,"media":"audio"}]}}"#;
    /// # let (_gateway, line) = janus_blocking::testing::with_outcome::<NoSip>("rtp_forward", said, None)?;
    /// let streams = [ForwardStream::new(ForwardKind::PeerAudio, "10.0.0.9", 5004)];
    /// assert_eq!(line.rtp_forward(streams)?.forwarders[0].port, 5004);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn rtp_forward(&self, streams: impl Into<Vec<ForwardStream>>) -> Result<Forwarding> {
        self.handle.request(&RtpForward::new(streams))
    }

    /// Ends a forwarder. Since Janus 1.4.0.
    ///
    /// Sends `stop_rtp_forward` and waits for its confirmation.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 442 before Janus 1.4.0, 451 when there is no such forwarder.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::NoSip;
    /// # let said = r#"{"result":{"event":"stop_rtp_forward","stream_id":7}}"#;
    /// # let (_gateway, line) = janus_blocking::testing::with_outcome::<NoSip>("stop_rtp_forward", said, None)?;
    /// assert_eq!(line.stop_rtp_forward(7)?.stream_id, Some(7));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn stop_rtp_forward(&self, stream_id: u64) -> Result<ForwardStopped> {
        self.handle.request(&StopRtpForward::new(stream_id))
    }

    /// Lists the forwarders of the handle. Since Janus 1.4.0.
    ///
    /// Sends `listforwarders` and waits for the list. It only reads.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 442 before Janus 1.4.0.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::NoSip;
    /// # let said = r#"{"result":{"event":"forwarders","rtp_forwarders":[]}}"#;
    /// # let (_gateway, line) = janus_blocking::testing::with_outcome::<NoSip>("listforwarders", said, None)?;
    /// assert!(line.list_forwarders()?.rtp_forwarders.is_empty());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[doc(alias = "listforwarders")]
    pub fn list_forwarders(&self) -> Result<Forwarders> {
        self.handle.request(&ListForwarders::new())
    }
}
