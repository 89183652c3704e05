//! Which requests were exchanged with which real Janus, and answered without a refusal.
//!
//! That this table is right is a test too: for AudioBridge, Streaming and VideoRoom it is compared with what a
//! proxy has seen, in `tests/real/PLUGIN.rs`; for the others it is looked up that their tests with real servers make
//! the call.

use std::collections::BTreeSet;

/// Both versions of the tests.
pub const BOTH: &[&str] = &["1.1.2", "1.4.1"];
/// For requests that 1.1.2 does not have.
pub const NEW: &[&str] = &["1.4.1"];
/// For those that are gone since.
pub const OLD: &[&str] = &["1.1.2"];

/// For those that no server of the tests is built for.
pub const NONE: &[&str] = &[];

/// Why: plugin, request, and what the builds lack.
pub const UNBUILT: &[(&str, &str, &str)] = &[
    ("audiobridge", "denoise_enable", "built without RNNoise"),
    ("audiobridge", "denoise_disable", "built without RNNoise"),
];

/// One request of one plugin.
pub type Exchange = (&'static str, &'static str, &'static [&'static str]);

pub const ECHOTEST: &[Exchange] = &[("(unnamed)", "", BOTH)];

pub const AUDIOBRIDGE: &[Exchange] = &[
    ("create", "", BOTH),
    ("edit", "", BOTH),
    ("destroy", "", BOTH),
    ("enable_recording", "", BOTH),
    ("enable_mjrs", "", BOTH),
    ("list", "", BOTH),
    ("exists", "", BOTH),
    ("allowed", "", BOTH),
    ("mute", "", BOTH),
    ("unmute", "", BOTH),
    ("mute_room", "", BOTH),
    ("unmute_room", "", BOTH),
    ("denoise_enable", "", NONE),
    ("denoise_disable", "", NONE),
    ("kick", "", BOTH),
    ("kick_all", "", BOTH),
    ("listparticipants", "", BOTH),
    ("resetdecoder", "", BOTH),
    ("rtp_forward", "", BOTH),
    ("stop_rtp_forward", "", BOTH),
    ("listforwarders", "", BOTH),
    ("play_file", "", BOTH),
    ("is_playing", "", BOTH),
    ("listannouncements", "", NEW),
    ("stop_file", "", BOTH),
    ("stop_all_files", "", NEW),
    ("suspend", "", NEW),
    ("resume", "", NEW),
    ("join", "", BOTH),
    ("configure", "", BOTH),
    ("changeroom", "", BOTH),
    ("leave", "", BOTH),
    ("hangup", "", BOTH),
];

pub const NOSIP: &[Exchange] = &[
    ("generate", "", BOTH),
    ("process", "", BOTH),
    ("hangup", "", BOTH),
    ("recording", "", BOTH),
    ("keyframe", "", NEW),
    ("rtp_forward", "", NEW),
    ("stop_rtp_forward", "", NEW),
    ("listforwarders", "", NEW),
];

pub const RECORDPLAY: &[Exchange] = &[
    ("list", "", BOTH),
    ("update", "", BOTH),
    ("configure", "", BOTH),
    ("record", "", BOTH),
    ("play", "", BOTH),
    ("start", "", BOTH),
    ("pause", "", BOTH),
    ("resume", "", BOTH),
    ("stop", "", BOTH),
];

pub const SIP: &[Exchange] = &[
    ("register", "", BOTH),
    ("unregister", "", BOTH),
    ("call", "", BOTH),
    ("accept", "", BOTH),
    ("progress", "", NEW),
    ("send_ringing", "", NEW),
    ("decline", "", BOTH),
    ("hangup", "", BOTH),
    ("update", "", BOTH),
    ("hold", "", BOTH),
    ("unhold", "", BOTH),
    ("transfer", "", BOTH),
    ("info", "", BOTH),
    ("message", "", BOTH),
    ("dtmf_info", "", BOTH),
    ("subscribe", "", BOTH),
    ("unsubscribe", "", BOTH),
    ("recording", "", BOTH),
    ("keyframe", "", NEW),
    ("rtp_forward", "", NEW),
    ("stop_rtp_forward", "", NEW),
    ("listforwarders", "", NEW),
    ("reset", "", BOTH),
];

pub const STREAMING: &[Exchange] = &[
    ("create", "rtp", BOTH),
    ("create", "live", BOTH),
    ("create", "ondemand", BOTH),
    ("create", "rtsp", BOTH),
    ("edit", "", BOTH),
    ("destroy", "", BOTH),
    ("list", "", BOTH),
    ("info", "", BOTH),
    ("enable", "", BOTH),
    ("disable", "", BOTH),
    ("kick_all", "", BOTH),
    ("recording", "", BOTH),
    ("watch", "plugin_offer", BOTH),
    ("watch", "user_offer", NEW),
    ("start", "", BOTH),
    ("pause", "", BOTH),
    ("configure", "", BOTH),
    ("switch", "", BOTH),
    ("stop", "", BOTH),
];

pub const TEXTROOM: &[Exchange] = &[
    ("setup", "", BOTH),
    ("ack", "", BOTH),
    ("restart", "", BOTH),
    ("list", "", BOTH),
    ("listparticipants", "", BOTH),
    ("create", "", BOTH),
    ("edit", "", BOTH),
    ("destroy", "", BOTH),
    ("exists", "", BOTH),
    ("allowed", "", BOTH),
    ("kick", "", BOTH),
    ("announcement", "", BOTH),
    ("join", "", BOTH),
    ("leave", "", BOTH),
    ("message", "", BOTH),
];

pub const VIDEOCALL: &[Exchange] = &[
    ("list", "", BOTH),
    ("register", "", BOTH),
    ("call", "", BOTH),
    ("accept", "", BOTH),
    ("set", "", BOTH),
    ("hangup", "", BOTH),
];

pub const VIDEOROOM: &[Exchange] = &[
    ("create", "", BOTH),
    ("edit", "", BOTH),
    ("destroy", "", BOTH),
    ("exists", "", BOTH),
    ("list", "", BOTH),
    ("allowed", "", BOTH),
    ("kick", "", BOTH),
    ("moderate", "", BOTH),
    ("listparticipants", "", BOTH),
    ("listforwarders", "", BOTH),
    ("enable_recording", "", BOTH),
    ("rtp_forward", "", BOTH),
    ("stop_rtp_forward", "", BOTH),
    ("add_remote_publisher", "", BOTH),
    ("update_remote_publisher", "", BOTH),
    ("remove_remote_publisher", "", BOTH),
    ("publish_remotely", "", BOTH),
    ("unpublish_remotely", "", BOTH),
    ("listremotes", "", BOTH),
    ("join", "publisher", BOTH),
    ("join", "subscriber", BOTH),
    ("joinandconfigure", "", BOTH),
    ("publish", "", BOTH),
    ("configure", "publisher", BOTH),
    ("unpublish", "", BOTH),
    ("leave", "publisher", BOTH),
    ("start", "", BOTH),
    ("pause", "", BOTH),
    ("subscribe", "", BOTH),
    ("unsubscribe", "", BOTH),
    ("update", "", BOTH),
    ("configure", "subscriber", BOTH),
    ("switch", "", BOTH),
    ("leave", "subscriber", BOTH),
];

pub const VOICEMAIL: &[Exchange] = &[("record", "", OLD), ("update", "", OLD), ("stop", "", OLD)];

/// The requests of the Admin API, by name and level, as `tests/real/admin` finds them on the wire.
pub const ADMIN: &[Exchange] = &[
    ("info", "server", BOTH),
    ("ping", "server", BOTH),
    ("get_status", "server", BOTH),
    ("set_session_timeout", "server", BOTH),
    ("set_session_timeout", "session", BOTH),
    ("set_log_level", "server", BOTH),
    ("set_locking_debug", "server", BOTH),
    ("set_refcount_debug", "server", BOTH),
    ("set_libnice_debug", "server", OLD),
    ("set_log_timestamps", "server", BOTH),
    ("set_log_colors", "server", BOTH),
    ("set_min_nack_queue", "server", BOTH),
    ("set_nack_optimizations", "server", BOTH),
    ("set_no_media_timer", "server", BOTH),
    ("set_slowlink_threshold", "server", BOTH),
    ("accept_new_sessions", "server", BOTH),
    ("message_plugin", "server", BOTH),
    ("query_transport", "server", BOTH),
    ("query_eventhandler", "server", BOTH),
    ("query_logger", "server", BOTH),
    ("custom_event", "server", BOTH),
    ("custom_logline", "server", BOTH),
    ("list_sessions", "server", BOTH),
    ("add_token", "server", BOTH),
    ("allow_token", "server", BOTH),
    ("disallow_token", "server", BOTH),
    ("list_tokens", "server", BOTH),
    ("remove_token", "server", BOTH),
    ("resolve_address", "server", BOTH),
    ("test_stun", "server", BOTH),
    ("loops_info", "server", BOTH),
    ("destroy_session", "session", BOTH),
    ("list_handles", "session", BOTH),
    ("handle_info", "handle", BOTH),
    ("detach_handle", "handle", BOTH),
    ("hangup_webrtc", "handle", BOTH),
    ("start_pcap", "handle", BOTH),
    ("stop_pcap", "handle", BOTH),
    ("start_text2pcap", "handle", BOTH),
    ("stop_text2pcap", "handle", BOTH),
];

/// The kinds of events of event handlers that came from a real server, over `sampleevh` and over `wsevh`:
/// `tests/real/monitor` and `tests/media/monitor.rs` wait for each.
pub const EVENTS: &[(&str, &[&str])] = &[
    ("session_created", BOTH),
    ("session_destroyed", BOTH),
    ("session_timeout", BOTH),
    ("handle_attached", BOTH),
    ("handle_detached", BOTH),
    ("external", BOTH),
    ("jsep", BOTH),
    ("ice_state", BOTH),
    ("local_candidate", BOTH),
    ("remote_candidate", BOTH),
    ("selected_pair", BOTH),
    ("dtls_state", BOTH),
    ("peerconnection", BOTH),
    ("media_state", BOTH),
    ("slow_link", BOTH),
    ("media_stats", BOTH),
    ("plugin", BOTH),
    ("transport", BOTH),
    ("core_started", BOTH),
    ("core_update", NEW),
    ("core_shutdown", BOTH),
];

/// The table of a plugin.
pub fn of(plugin: &str) -> &'static [Exchange] {
    match plugin {
        "audiobridge" => AUDIOBRIDGE,
        "echotest" => ECHOTEST,
        "nosip" => NOSIP,
        "recordplay" => RECORDPLAY,
        "sip" => SIP,
        "streaming" => STREAMING,
        "textroom" => TEXTROOM,
        "videocall" => VIDEOCALL,
        "videoroom" => VIDEOROOM,
        "voicemail" => VOICEMAIL,
        plugin => panic!("{plugin} has no table of exchanges"),
    }
}

/// What the servers of the tests lack for a request.
pub fn lack(plugin: &str, request: &str) -> Option<&'static str> {
    let mut all = UNBUILT.iter();
    all.find(|(of, name, _)| (*of, *name) == (plugin, request))
        .map(|(_, _, lack)| *lack)
}

/// Name and variant of the requests of a plugin that were exchanged with a version.
pub fn with(plugin: &str, version: &str) -> BTreeSet<(String, String)> {
    let of = of(plugin).iter();
    of.filter(|(_, _, versions)| versions.contains(&version))
        .map(|(name, variant, _)| ((*name).to_owned(), (*variant).to_owned()))
        .collect()
}
