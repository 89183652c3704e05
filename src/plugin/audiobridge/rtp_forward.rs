//! Copies of the mix for another program.

use derive_setters::Setters;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{AudioBridge, Codec, HostFamily, SrtpSuite, room_requests::room_requests};
use crate::plugin::{Secret, constructors};
use crate::{Id, Result};

constructors! {
    /// Creates a request to send the mix of `room` to that UDP port of `host`.
    RtpForward(room as Id, host as String; port: u16);
    /// Creates a request to end a forwarder.
    StopRtpForward(room as Id; stream_id: u64);
}

room_requests! {
    /// `listforwarders`; see [`AudioBridge::list_forwarders`].
    ListForwarders "listforwarders";
}

/// `rtp_forward`; see [`AudioBridge::rtp_forward`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "rtp_forward")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct RtpForward {
    /// The id of the room.
    pub room: Id,
    /// The group whose mix is sent. Default: everybody's.
    pub group: Option<String>,
    /// The SSRC to send with. Default: a random one.
    #[setters(into = false)]
    pub ssrc: Option<u32>,
    /// The codec. Default: [`Codec::Opus`].
    pub codec: Option<Codec>,
    /// The payload type, up to 127. Default: 100.
    #[setters(into = false)]
    pub ptype: Option<u8>,
    /// The UDP port to send to; not 0.
    #[setters(into = false)]
    pub port: u16,
    /// The address or name of the host to send to.
    pub host: String,
    /// What the name is resolved to. Default: either.
    pub host_family: Option<HostFamily>,
    /// Encrypts the copies; counts only with `srtp_crypto`. Default: no encryption.
    pub srtp_suite: Option<SrtpSuite>,
    /// The key, in base64 as in SDES; counts only with `srtp_suite`.
    pub srtp_crypto: Option<Secret>,
    /// Whether silence is sent while nobody is in the room. Default: false.
    pub always_on: Option<bool>,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
    /// The plugin's admin key, on servers with `lock_rtp_forward`.
    pub admin_key: Option<Secret>,
}

/// The forwarder that an [`RtpForward`] created.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Forwarding {
    /// The id of the room.
    #[serde(default)]
    pub room: Id,
    /// The group, if it has one.
    pub group: Option<String>,
    /// The forwarder's id, for [`StopRtpForward`].
    pub stream_id: u64,
    /// The address that it sends to, resolved.
    #[serde(default)]
    pub host: String,
    /// The UDP port that it sends to.
    #[serde(default)]
    pub port: u16,
}

/// `stop_rtp_forward`; see [`AudioBridge::stop_rtp_forward`].
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[serde(tag = "request", rename = "stop_rtp_forward")]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct StopRtpForward {
    /// The id of the room.
    pub room: Id,
    /// [`Forwarding::stream_id`] of the forwarder.
    #[setters(into = false)]
    pub stream_id: u64,
    /// The room's secret, if it has one.
    pub secret: Option<Secret>,
    /// The plugin's admin key, on servers with `lock_rtp_forward`.
    pub admin_key: Option<Secret>,
}

/// There is no forwarder of that id any more.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ForwardStopped {
    /// The id of the room.
    pub room: Id,
    /// The id of the forwarder.
    pub stream_id: u64,
}

/// The forwarders of a room.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Forwarders {
    /// The id of the room.
    pub room: Id,
    /// The forwarders, in no order.
    pub rtp_forwarders: Vec<Forwarder>,
}

/// One forwarder.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Forwarder {
    /// Its id, for [`StopRtpForward`].
    pub stream_id: u64,
    /// The group whose mix it sends; absent for everybody's.
    pub group: Option<String>,
    /// The address that it sends to.
    #[serde(default)]
    pub ip: String,
    /// The UDP port that it sends to.
    #[serde(default)]
    pub port: u16,
    /// The SSRC.
    pub ssrc: Option<u32>,
    /// The codec.
    #[serde(default)]
    pub codec: Codec,
    /// The payload type.
    pub ptype: Option<u8>,
    /// Whether it is encrypted.
    #[serde(default)]
    pub srtp: bool,
    /// Whether it sends silence while nobody is in the room.
    #[serde(default)]
    pub always_on: bool,
}

#[expect(clippy::missing_errors_doc, reason = "said once, at the type")]
impl AudioBridge {
    /// Ends a forwarder.
    ///
    /// Sends `stop_rtp_forward` and waits for its answer, which is the same when there is no forwarder
    /// of that id.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::StopRtpForward};
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("stop_rtp_forward", r#"{"stream_id":5}"#)?;
    /// assert_eq!(desk.stop_rtp_forward(&StopRtpForward::new(1234, 5))?.stream_id, 5);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn stop_rtp_forward(&self, stop: &StopRtpForward) -> Result<ForwardStopped> {
        self.handle.request(stop)
    }

    /// Lists the forwarders of a room.
    ///
    /// Sends `listforwarders` and waits for its answer.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::ListForwarders};
    /// # let said = r#"{"rtp_forwarders":[{"stream_id":5,"ip":"10.0.0.9","port":5004}]}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("listforwarders", said)?;
    /// let list = desk.list_forwarders(&ListForwarders::new(1234))?;
    /// assert_eq!(list.rtp_forwarders[0].port, 5004);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    #[doc(alias = "listforwarders")]
    pub fn list_forwarders(&self, list: &ListForwarders) -> Result<Forwarders> {
        self.handle.request(list)
    }
}

impl AudioBridge {
    /// Sends the mix of a room, or of one of its groups, to another program by RTP.
    ///
    /// Sends `rtp_forward` and waits for its answer. Forwarders end with their room.
    ///
    /// # Errors
    ///
    /// `Plugin` with code 484 for port 0 and for a host that does not resolve, 494 when there is no such
    /// group.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{AudioBridge, audiobridge::{Codec, RtpForward}};
    /// # let said = r#"{"room":1234,"stream_id":5,"host":"10.0.0.9","port":5004}"#;
    /// # let (_gateway, desk) = janus_blocking::testing::with_answer::<AudioBridge>("rtp_forward", said)?;
    /// let forward = RtpForward::new(1234, "10.0.0.9", 5004).codec(Codec::Pcma).ptype(8);
    /// assert_eq!(desk.rtp_forward(&forward)?.stream_id, 5);
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn rtp_forward(&self, forward: &RtpForward) -> Result<Forwarding> {
        self.handle.request(forward)
    }
}
