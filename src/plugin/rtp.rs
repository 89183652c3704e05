//! What plugins with plain RTP share: SRTP, and copies of the media for another program.

use derive_setters::Setters;
use serde::{Deserialize, Serialize, Serializer};
use serde_with::skip_serializing_none;

use super::{Secret, constructors};
use crate::wire::words;

constructors! {
    /// Creates a copy of a stream to that host and UDP port.
    ForwardStream(kind as ForwardKind, host as String; port: u16);
}

/// What a host name is resolved to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum HostFamily {
    /// `ipv4`
    Ipv4,
    /// `ipv6`
    Ipv6,
}

/// The length of SRTP's authentication tag.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum SrtpSuite {
    /// 32 bits.
    Tag32,
    /// 80 bits.
    Tag80,
}

impl Serialize for SrtpSuite {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(match self {
            Self::Tag32 => 32,
            Self::Tag80 => 80,
        })
    }
}

words! {
    /// Which stream of a call is copied.
    pub enum ForwardKind {
        /// `audio`: the audio from here.
        Audio = "audio",
        /// `video`: the video from here.
        Video = "video",
        /// `peer_audio`: the audio from the peer.
        PeerAudio = "peer_audio",
        /// `peer_video`: the video from the peer.
        PeerVideo = "peer_video",
    }
}

/// One stream of an `rtp_forward` request of SIP and NoSIP.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Debug, Default, Serialize, Setters)]
#[setters(strip_option, into)]
#[non_exhaustive]
pub struct ForwardStream {
    /// `type`: which stream of the call.
    #[serde(rename = "type")]
    pub kind: ForwardKind,
    /// The address or name of the host to send to.
    pub host: String,
    /// What the name is resolved to. Default: ipv4.
    pub host_family: Option<HostFamily>,
    /// The UDP port to send to.
    #[setters(skip)]
    pub port: u16,
    /// The SSRC to send with. Default and 0: the stream's own.
    #[setters(into = false)]
    pub ssrc: Option<u32>,
    /// The payload type to send with, up to 127. Default and 0: the stream's own.
    #[setters(into = false)]
    pub pt: Option<u8>,
    /// Encrypts the copy; counts only with `srtp_crypto`. Default: no encryption.
    pub srtp_suite: Option<SrtpSuite>,
    /// The key, in base64 as in SDES; counts only with `srtp_suite`.
    pub srtp_crypto: Option<Secret>,
}

/// One forwarder. Since Janus 1.4.0.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[non_exhaustive]
pub struct Forwarder {
    /// Its id, for `stop_rtp_forward`.
    pub stream_id: u64,
    /// `type`: which stream of the call it copies.
    #[serde(rename = "type")]
    pub kind: Option<ForwardKind>,
    /// The address that it sends to.
    #[serde(default)]
    pub host: String,
    /// The UDP port that it sends to; 0 if not given.
    #[serde(default)]
    pub port: u16,
    /// `audio` or `video`.
    #[serde(default)]
    pub media: String,
    /// The payload type, if the request set one.
    pub pt: Option<u8>,
    /// The SSRC, if the request set one.
    pub ssrc: Option<u32>,
    /// Whether the copy is encrypted.
    #[serde(default)]
    pub srtp: bool,
}

words! {
    /// Whether the media on the side without WebRTC is encrypted (SDES-SRTP). Without it, it is plain
    /// RTP.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{serde_json, sip::{Accept, Srtp}};
    ///
    /// let accept = Accept::new().srtp(Srtp::SdesMandatory);
    /// assert_eq!(serde_json::to_value(&accept)?["srtp"], "sdes_mandatory");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub enum Srtp {
        /// `sdes_optional`: offered, plain RTP is fine too.
        SdesOptional = "sdes_optional",
        /// `sdes_mandatory`: encrypted or not at all.
        SdesMandatory = "sdes_mandatory",
    }
}

/// The encryption that SDES-SRTP offers.
///
/// # Example
///
/// ```
/// use janus_blocking::{serde_json, sip::{Call, Srtp, SrtpProfile}};
///
/// let call = Call::new("sip:desk@b").srtp(Srtp::SdesOptional);
/// let call = call.srtp_profile(SrtpProfile::AeadAes256Gcm);
/// assert_eq!(serde_json::to_value(&call)?["srtp_profile"], "AEAD_AES_256_GCM");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[non_exhaustive]
pub enum SrtpProfile {
    /// `AES_CM_128_HMAC_SHA1_32`
    #[serde(rename = "AES_CM_128_HMAC_SHA1_32")]
    AesCm128HmacSha1_32,
    /// `AES_CM_128_HMAC_SHA1_80`, the default.
    #[serde(rename = "AES_CM_128_HMAC_SHA1_80")]
    AesCm128HmacSha1_80,
    /// `AEAD_AES_128_GCM`; refused with 444 by a server built without it.
    #[serde(rename = "AEAD_AES_128_GCM")]
    AeadAes128Gcm,
    /// `AEAD_AES_256_GCM`; refused with 444 by a server built without it.
    #[serde(rename = "AEAD_AES_256_GCM")]
    AeadAes256Gcm,
}
