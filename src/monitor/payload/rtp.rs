//! Plain RTP: what SIP and NoSIP tell of it.

use crate::{auth::Secret, wire::shapes};

shapes! {
    /// A forwarder was added (since 1.4.0).
    Forwarded {
        /// The forwarder.
        stream_id: u64,
        /// `user` or `peer`: whose media.
        kind "type": String,
        /// Where to.
        host: String,
        /// The port.
        port: u16,
        /// `audio` or `video`.
        media: String,
        /// The payload type.
        pt: Option<u8>,
        /// The SSRC.
        ssrc: Option<u32>,
        /// Whether with SRTP.
        srtp: Option<bool>,
    }

    /// A forwarder was removed (since 1.4.0).
    StoppedForward {
        /// The forwarder.
        stream_id: u64,
    }

    /// A session description was made, or taken.
    Negotiated {
        /// `offer` or `answer`.
        kind "type": String,
        /// The session description, which may hold keys.
        sdp: Secret,
        /// What the plugin calls the handle (since 1.4.0).
        unique_id: Option<String>,
    }
}
