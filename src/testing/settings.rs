//! What kind of Janus the fake is.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use crate::auth::Secret;

/// The versions of Janus that the fake can be.
///
/// | where they differ | 1.1.2 | 1.4.1 |
/// |---|---|---|
/// | the end of a session without requests | at the second pass of the watchdog (every 2 s) after its timeout | at the first |
/// | a session that had a request between those two passes | lives; from then on one pass is enough, and the end of its link is not noticed | lives |
/// | white space behind the last object of a message | error 454 | allowed |
/// | `hangup` without a PeerConnection, EchoTest | says `done` | says nothing |
/// | EchoTest's `svc`, `spatial_layer`, `temporal_layer` | ignored | checked |
/// | the answers of EchoTest | `transport-cc` for video | `transport-cc` where it was offered |
/// | SIP `registering`, `registered`, `unregistered` | without `unique_id` | with it |
/// | SIP `register` of a guest with `send_register: false` | error 444 | allowed |
/// | SIP `decline` without a code | 486 | 603 |
/// | SIP `accept` checks | SRTP, then the SDP | the SDP, then SRTP |
/// | SIP `progress`, `send_ringing`, `keyframe`, `rtp_forward`, `stop_rtp_forward`, `listforwarders` | error 442 | there |
/// | AudioBridge `suspend`, `resume`, `listannouncements`, `stop_all_files` | error 482 | there |
/// | AudioBridge `kick` of those without a PeerConnection | they leave | they stay, though all are told |
/// | plain RTP participants of AudioBridge | never set up, as no packet comes | set up at once |
/// | TextRoom `listparticipants` | without the key `textroom` | with it |
/// | TextRoom `kick` | answers `textbridge` | answers `textroom` |
/// | `hangup` without a PeerConnection, TextRoom | leaves all rooms | does nothing |
/// | the VoiceMail plugin | there | not there |
/// | `GET /janus/ping` | status 404 | there |
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum Version {
    /// Debian 12's.
    #[default]
    V1_1_2,
    /// A newer one.
    V1_4_1,
}

impl Version {
    /// As `info` tells it: 1102 is 1.1.2.
    pub(super) fn number(self) -> i64 {
        match self {
            Self::V1_1_2 => 1102,
            Self::V1_4_1 => 1401,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V1_1_2 => "1.1.2",
            Self::V1_4_1 => "1.4.1",
        })
    }
}

/// A server's configuration, as far as clients notice.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) version: Version,
    pub(super) session_timeout: Duration,
    pub(super) reclaim_timeout: Duration,
    pub(super) api_secret: Option<String>,
    pub(super) tokens: Vec<String>,
    /// Signed tokens are taken too.
    pub(super) token_secret: Option<Secret>,
    /// What the clock on the wall shows when the gateway's own is at zero.
    pub(super) epoch: SystemTime,
    pub(super) opaque_id_in_api: bool,
    pub(super) server_name: String,
    /// Whether PeerConnections come up by themselves when they are negotiated.
    pub(super) media: bool,
    /// Whether unexpected requests are failures of the test.
    pub(super) strict: bool,
    /// How many requests are kept for asking.
    pub(super) recorded: usize,
    pub(super) seed: u64,
}

impl Settings {
    pub(super) fn asks_for_tokens(&self) -> bool {
        !self.tokens.is_empty() || self.token_secret.is_some()
    }
}
