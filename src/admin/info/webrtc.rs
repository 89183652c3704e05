//! The transport of a PeerConnection: ICE, DTLS, bandwidth.

use std::collections::BTreeMap;

use super::MediaInfo;
use crate::wire::shapes;

shapes! {
    /// A PeerConnection.
    Webrtc {
        /// ICE.
        ice: Ice,
        /// DTLS; empty before it starts.
        dtls: Dtls,
        /// The RTP header extensions, and the id of each.
        extensions: BTreeMap<String, u64>,
        /// How the bandwidth is estimated.
        bwe: BandwidthEstimation,
        /// How many packets were too large to be sent (since 1.3.0).
        too_large "too-large": Option<u64>,
        /// The media, by `mid`.
        media: BTreeMap<String, MediaInfo>,
    }

    /// ICE.
    Ice {
        /// Its number in libnice.
        stream_id: u64,
        /// Its number in libnice.
        component_id: u64,
        /// `connecting`, `connected`, `ready`, `failed` ..
        state: String,
        /// When it was found to have failed.
        failed_detected "failed-detected": Option<u64>,
        /// Whether it waits to be sure of that.
        icetimer_started "icetimer-started": bool,
        /// When all own candidates were there.
        gathered: Option<u64>,
        /// When it was connected.
        connected: Option<u64>,
        /// Janus's candidates.
        local_candidates "local-candidates": Vec<String>,
        /// The client's candidates.
        remote_candidates "remote-candidates": Vec<String>,
        /// The pair in use: `192.0.2.1:40000 [host,udp] <-> 192.0.2.2:50000 [prflx,udp]`.
        selected_pair "selected-pair": Option<String>,
        /// A mark of Janus's own. It is 0 while media flows, too: look at `state`.
        ready: u64,
    }

    /// DTLS.
    Dtls {
        /// The fingerprint of Janus's certificate.
        fingerprint: Option<String>,
        /// That of the client's.
        remote_fingerprint "remote-fingerprint": Option<String>,
        /// The hash of that: `sha-256`.
        remote_fingerprint_hash "remote-fingerprint-hash": Option<String>,
        /// `active` or `passive`: who begins.
        dtls_role "dtls-role": Option<String>,
        /// `created`, `trying`, `connected`, `failed`.
        dtls_state "dtls-state": Option<String>,
        /// How often packets of its handshake were sent again.
        retransmissions: u64,
        /// Whether the client's certificate is the one that its SDP names.
        valid: bool,
        /// The profile of SRTP: `SRTP_AEAD_AES_256_GCM`.
        srtp_profile "srtp-profile": Option<String>,
        /// Whether media can flow.
        ready: bool,
        /// When the handshake began.
        handshake_started "handshake-started": Option<u64>,
        /// When it was done.
        connected: Option<u64>,
        /// Whether there is an association for data channels.
        sctp_association "sctp-association": bool,
        /// How much has flowed in all.
        stats: TrafficBoth,
    }

    /// How much has flowed in both directions.
    TrafficBoth {
        /// From the client.
        incoming "in": Traffic,
        /// To the client.
        outgoing "out": Traffic,
    }

    /// How much has flowed in one direction.
    Traffic {
        /// Packets.
        packets: u64,
        /// Bytes.
        bytes: u64,
    }

    /// How the bandwidth is estimated.
    BandwidthEstimation {
        /// Whether transport-wide feedback is used.
        twcc: bool,
        /// The id of its header extension.
        twcc_ext_id "twcc-ext-id": Option<u64>,
    }
}
