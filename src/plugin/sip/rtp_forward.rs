//! Copies of a call's RTP for another program. Since Janus 1.4.0.

use serde::{Deserialize, Serialize};

use super::{ForwardStream, Forwarder, Sip};
use crate::Result;
use crate::plugin::{bare_requests, constructors};

bare_requests! {
    /// `listforwarders`; see [`Sip::list_forwarders`]. Since Janus 1.4.0.
    ListForwarders = "listforwarders";
}

constructors! {
    /// Creates a request to copy these streams.
    RtpForward(streams as Vec<ForwardStream>);
    /// Creates a request to end a forwarder.
    StopRtpForward(; stream_id: u64);
}

/// `rtp_forward`; see [`Sip::rtp_forward`]. Since Janus 1.4.0.
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
    /// The SIP Call-ID of the call.
    pub call_id: Option<String>,
}

/// `stop_rtp_forward`; see [`Sip::stop_rtp_forward`]. Since Janus 1.4.0.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(tag = "request", rename = "stop_rtp_forward")]
#[non_exhaustive]
pub struct StopRtpForward {
    /// [`Forwarder::stream_id`] of the forwarder to end.
    pub stream_id: u64,
}

/// A forwarder has ended.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct ForwardStopped {
    /// Which one.
    pub stream_id: Option<u64>,
    /// The SIP Call-ID of the call.
    pub call_id: Option<String>,
}

/// All forwarders of the handle's call.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Forwarders {
    /// The forwarders, in no order.
    pub rtp_forwarders: Vec<Forwarder>,
    /// The SIP Call-ID of the call, if there is one.
    pub call_id: Option<String>,
}

impl Sip {
    /// Copies RTP of the call to another program, unencrypted unless asked for. Since Janus 1.4.0.
    ///
    /// Sends `rtp_forward` and waits for its confirmation with the new forwarders. They end with
    /// it.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 442 before Janus 1.4.0, 443 for no streams at all, 444 for a host that
    /// cannot be resolved, 447 outside a call.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Sip, sip::{ForwardKind, ForwardStream}};
    /// # let said = r#"{"result":{"event":"rtp_forward","forwarders":[{"type":"peer_audio","host":"10.0.0.9","port":5004,"pt":8,"stream_id":7,"media":"audio"}]}}"#;
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Sip>("rtp_forward", said, None)?;
    /// let streams = [ForwardStream::new(ForwardKind::PeerAudio, "10.0.0.9", 5004).pt(8)];
    /// let made = door.rtp_forward(streams)?;
    /// assert_eq!(made.forwarders[0].port, 5004);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *SIP plugin documentation*, RTP forwarders in the SIP plugin.
    pub fn rtp_forward(&self, streams: impl Into<Vec<ForwardStream>>) -> Result<Forwarding> {
        self.handle.request(&RtpForward::new(streams))
    }

    /// Ends a forwarder. Since Janus 1.4.0.
    ///
    /// Sends `stop_rtp_forward` and waits for its confirmation.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 442 before Janus 1.4.0, 455 when there is no such forwarder.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::Sip;
    /// # let said = r#"{"result":{"event":"stop_rtp_forward","stream_id":7}}"#;
    /// # let (_gateway, door) = janus_blocking::testing::with_outcome::<Sip>("stop_rtp_forward", said, None)?;
    /// let stopped = door.stop_rtp_forward(7)?;
    /// assert_eq!(stopped.stream_id, Some(7));
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *SIP plugin documentation*, RTP forwarders in the SIP plugin.
    pub fn stop_rtp_forward(&self, stream_id: u64) -> Result<ForwardStopped> {
        self.handle.request(&StopRtpForward::new(stream_id))
    }

    /// Lists the forwarders of the call. Since Janus 1.4.0.
    ///
    /// Sends `listforwarders` and waits for the list, which is empty outside a call. It only reads.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 442 before Janus 1.4.0.
    ///
    /// # Example
    ///
    /// ```
    /// # use janus_blocking::Sip;
    /// # let gateway = janus_blocking::testing::FakeGateway::builder().version(janus_blocking::testing::Version::V1_4_1).start()?;
    /// # let door: Sip = gateway.attach()?;
    /// let list = door.list_forwarders()?;
    /// assert!(list.rtp_forwarders.is_empty(), "outside of a call");
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    ///
    /// Janus docs: *SIP plugin documentation*, RTP forwarders in the SIP plugin.
    #[doc(alias = "listforwarders")]
    pub fn list_forwarders(&self) -> Result<Forwarders> {
        self.handle.request(&ListForwarders::new())
    }
}
