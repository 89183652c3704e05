//! Media that flow.

use crate::wire::{shapes, words};

words! {
    /// Which way packets were lost.
    pub enum SlowLinkWay {
        /// From the client to Janus.
        Uplink = "uplink",
        /// From Janus to the client.
        Downlink = "downlink",
    }
}

shapes! {
    /// Media of a client begin or stop to come.
    MediaState {
        /// `audio` or `video`.
        media: String,
        /// The `mid` of the medium.
        mid: String,
        /// The stream of simulcast.
        substream: Option<u64>,
        /// Whether they come.
        receiving: bool,
        /// For how many seconds nothing has come.
        seconds: Option<u64>,
    }

    /// Packets were lost.
    SlowLink {
        /// The `mid` of the medium.
        mid: String,
        /// `audio` or `video`.
        media: String,
        /// Which way.
        way "slow_link": SlowLinkWay,
        /// How many within the last second.
        lost_lastsec: u64,
    }

    /// How much of a medium has flowed since it began. Every `stats_period` seconds (1 by default).
    MediaStats {
        /// The `mid` of the medium.
        mid: String,
        /// Its place in the SDP.
        mindex: u64,
        /// `audio`, `video`, `data`, or `video-sim1` and `video-sim2` for what simulcast has more.
        media: String,
        /// The codec.
        codec: Option<String>,
        /// The clock rate, in Hz.
        base: Option<u64>,
        /// The round-trip time, in milliseconds.
        rtt: Option<u64>,
        /// What that was found from (since 1.1.4).
        rtt_values "rtt-values": Option<RttValues>,
        /// How many packets of the client were lost.
        lost: Option<i64>,
        /// How many of Janus were lost.
        lost_by_remote "lost-by-remote": Option<i64>,
        /// The jitter at Janus, in milliseconds.
        jitter_local "jitter-local": Option<u64>,
        /// The jitter at the client, in milliseconds.
        jitter_remote "jitter-remote": Option<u64>,
        /// The quality of what comes, from 0 to 100.
        in_link_quality "in-link-quality": Option<u64>,
        /// The same of the media, with packets that were sent again.
        in_media_link_quality "in-media-link-quality": Option<u64>,
        /// The quality of what is sent, from 0 to 100.
        out_link_quality "out-link-quality": Option<u64>,
        /// The same of the media, with packets that were sent again.
        out_media_link_quality "out-media-link-quality": Option<u64>,
        /// Packets from the client.
        packets_received "packets-received": u64,
        /// Packets to the client.
        packets_sent "packets-sent": u64,
        /// Bytes from the client.
        bytes_received "bytes-received": u64,
        /// Bytes to the client.
        bytes_sent "bytes-sent": u64,
        /// Bytes from the client within the last second.
        bytes_received_lastsec "bytes-received-lastsec": Option<u64>,
        /// Bytes to the client within the last second.
        bytes_sent_lastsec "bytes-sent-lastsec": Option<u64>,
        /// How many NACKs the client has sent.
        nacks_received "nacks-received": Option<u64>,
        /// How many NACKs Janus has sent.
        nacks_sent "nacks-sent": Option<u64>,
        /// How many packets came again.
        retransmissions_received "retransmissions-received": Option<u64>,
        /// What the client can take, in bits per second, as it says.
        remb_bitrate "remb-bitrate": Option<u64>,
    }

    /// The numbers of RTCP from which a round-trip time follows.
    RttValues {
        /// When the report came.
        ntp: u64,
        /// What the client says of the last report that it got.
        lsr: u64,
        /// For how long it had that.
        dlsr: u64,
    }
}
