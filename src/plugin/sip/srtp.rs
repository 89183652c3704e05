//! SDES-SRTP on the SIP side.

use serde::Serialize;

use crate::json::words;

words! {
    /// Whether the media on the SIP side is encrypted (SDES-SRTP). Without it, it is plain RTP.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::sip::{Accept, Srtp};
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
/// use janus_blocking::sip::{Call, Srtp, SrtpProfile};
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
