//! One medium of a PeerConnection.

use crate::wire::shapes;

shapes! {
    /// One medium of a PeerConnection.
    MediaInfo {
        /// `audio`, `video` or `data`.
        kind "type": String,
        /// Its place in the SDP.
        mindex: u64,
        /// Its `mid`.
        mid: String,
        /// The names of its streams and tracks.
        msid: Option<Msid>,
        /// Whether lost packets are asked for.
        do_nacks: Option<bool>,
        /// For how many milliseconds sent packets are kept.
        nack_queue_ms "nack-queue-ms": Option<u64>,
        /// The SSRCs.
        ssrc: Option<Ssrcs>,
        /// The streams of simulcast by their `rid`.
        rid_simulcast "rid-simulcast": Option<Rids>,
        /// Its direction, as Janus sees it.
        direction: Option<Direction>,
        /// Its codec.
        codecs: Option<Codecs>,
        /// What RTCP says.
        rtcp: Option<Rtcp>,
        /// How much has flowed.
        stats: MediaStats,
    }

    /// The names of streams and tracks.
    Msid {
        /// Janus's stream.
        local_stream "local-stream": Option<String>,
        /// Janus's track.
        local_track "local-track": Option<String>,
        /// The client's stream.
        remote_stream "remote-stream": Option<String>,
        /// The client's track.
        remote_track "remote-track": Option<String>,
    }

    /// The SSRCs of a medium.
    Ssrcs {
        /// Janus's.
        ssrc: Option<u32>,
        /// Janus's for packets that are sent again.
        ssrc_rtx "ssrc-rtx": Option<u32>,
        /// The client's.
        ssrc_peer "ssrc-peer": Option<u32>,
        /// The client's second one, with simulcast.
        ssrc_peer_sim_1 "ssrc-peer-sim-1": Option<u32>,
        /// The client's third one.
        ssrc_peer_sim_2 "ssrc-peer-sim-2": Option<u32>,
        /// The client's for packets that are sent again.
        ssrc_peer_rtx "ssrc-peer-rtx": Option<u32>,
        /// The same of the second one.
        ssrc_peer_sim_1_rtx "ssrc-peer-sim-1-rtx": Option<u32>,
        /// The same of the third one.
        ssrc_peer_sim_2_rtx "ssrc-peer-sim-2-rtx": Option<u32>,
    }

    /// The streams of simulcast.
    Rids {
        /// Their names.
        rid: Vec<String>,
        /// The id of the header extension with the name.
        rid_ext_id "rid-ext-id": Option<u64>,
        /// The same for packets that are sent again.
        ridrtx_ext_id "ridrtx-ext-id": Option<u64>,
        /// `hml` or `lmh`.
        rid_order "rid-order": Option<String>,
        /// How the SDP describes them.
        rid_syntax "rid-syntax": Option<String>,
    }

    /// The direction of a medium.
    Direction {
        /// Janus sends.
        send: bool,
        /// Janus receives.
        recv: bool,
    }

    /// The codec of a medium.
    Codecs {
        /// Its payload type.
        pt: Option<u32>,
        /// That of redundant Opus.
        opus_red_pt "opus-red-pt": Option<u32>,
        /// That of packets that are sent again.
        rtx_pt "rtx-pt": Option<u32>,
        /// Its name.
        codec: Option<String>,
    }

    /// What RTCP says of a medium.
    Rtcp {
        /// Of the only stream, or the first of simulcast.
        main: Option<RtcpStats>,
        /// Of the second.
        sim1: Option<RtcpStats>,
        /// Of the third.
        sim2: Option<RtcpStats>,
    }

    /// What RTCP says of a stream.
    RtcpStats {
        /// The clock rate, in Hz.
        base: u64,
        /// The round-trip time, in milliseconds.
        rtt: Option<u64>,
        /// How many packets of the client were lost.
        lost: i64,
        /// How many of Janus were lost.
        lost_by_remote "lost-by-remote": i64,
        /// The jitter here, in milliseconds.
        jitter_local "jitter-local": u64,
        /// The jitter at the client, in milliseconds.
        jitter_remote "jitter-remote": u64,
        /// The quality of what comes, from 0 to 100.
        in_link_quality "in-link-quality": u64,
        /// The same of the media, with packets that were sent again.
        in_media_link_quality "in-media-link-quality": u64,
        /// The quality of what is sent, from 0 to 100.
        out_link_quality "out-link-quality": u64,
        /// The same of the media, with packets that were sent again.
        out_media_link_quality "out-media-link-quality": u64,
    }

    /// How much of a medium has flowed.
    MediaStats {
        /// From the client.
        incoming "in": MediaIn,
        /// To the client.
        outgoing "out": MediaOut,
    }

    /// What came from the client.
    MediaIn {
        /// Packets.
        packets: u64,
        /// Bytes.
        bytes: u64,
        /// Bytes within the last second.
        bytes_lastsec: Option<u64>,
        /// How many NACKs the client has sent.
        nacks: Option<u64>,
        /// How many packets came again.
        retransmissions: Option<u64>,
        /// The second stream of simulcast.
        video_simulcast_1 "video-simulcast-1": Option<SimulcastIn>,
        /// The third.
        video_simulcast_2 "video-simulcast-2": Option<SimulcastIn>,
    }

    /// What came of one more stream of simulcast.
    SimulcastIn {
        /// Packets.
        packets: u64,
        /// Bytes.
        bytes: u64,
        /// Bytes within the last second.
        bytes_lastsec: Option<u64>,
        /// How many NACKs the client has sent.
        nacks: Option<u64>,
    }

    /// What went to the client.
    MediaOut {
        /// Packets.
        packets: u64,
        /// Bytes.
        bytes: u64,
        /// Bytes within the last second.
        bytes_lastsec: Option<u64>,
        /// How many NACKs Janus has sent.
        nacks: Option<u64>,
    }
}
