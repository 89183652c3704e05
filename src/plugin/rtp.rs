//! What plugins that forward RTP share.

use serde::{Serialize, Serializer};

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
