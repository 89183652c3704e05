//! What the SIP plugin says of a handle.

use crate::wire::{shapes, words};

words! {
    /// How far the call of a SIP handle is.
    pub enum CallStatus {
        /// There is no call.
        Idle = "idle",
        /// It calls somebody, who has not answered.
        Inviting = "inviting",
        /// Somebody calls it, and it has not answered.
        Invited = "invited",
        /// Somebody calls it, and hears early media (since 1.2.0).
        Progress = "progress",
        /// The call was answered.
        InCall = "incall",
        /// It changes the call.
        ReInviting = "incall_reinviting",
        /// The other side changes the call.
        ReInvited = "incall_reinvited",
        /// The call is ending.
        Closing = "closing",
    }
}

words! {
    /// How far the registration of a SIP account is.
    pub enum RegistrationStatus {
        /// It was asked for and not confirmed.
        Registering = "registering",
        /// The registrar has confirmed it.
        Registered = "registered",
        /// It was ended, or never asked for.
        Unregistered = "unregistered",
        /// The registrar has refused it.
        Failed = "registration_failed",
        /// The account is used without a registrar.
        Disabled = "disabled",
    }
}

shapes! {
    /// A SIP handle.
    SipInfo {
        /// Its id in the plugin (since 1.2.0).
        unique_id: Option<String>,
        /// Whether it is a helper.
        helper: bool,
        /// Of a helper: the account that it helps.
        master: Option<SipAccount>,
        /// Its SIP URI.
        username: Option<String>,
        /// The user name for the registrar.
        authuser: Option<String>,
        /// `(hidden)` if there is a password.
        secret: Option<String>,
        /// The name that it shows.
        display_name: Option<String>,
        /// What it calls itself.
        user_agent: Option<String>,
        /// The SIP URI that it is known by.
        identity: Option<String>,
        /// How far its registration is.
        registration_status: RegistrationStatus,
        /// How far its call is.
        call_status: CallStatus,
        /// How many helpers it has.
        helpers: Option<u64>,
        /// The SIP URI of the other side, whoever called.
        callee: Option<String>,
        /// `yes` if only calls with SRTP are taken.
        srtp_required "srtp-required": Option<String>,
        /// `yes` if Janus sends encrypted audio to the SIP side.
        sdes_local_audio "sdes-local-audio": Option<String>,
        /// `yes` if Janus sends encrypted video to the SIP side.
        sdes_local_video "sdes-local-video": Option<String>,
        /// `yes` if the SIP side sends encrypted audio.
        sdes_remote_audio "sdes-remote-audio": Option<String>,
        /// `yes` if the SIP side sends encrypted video.
        sdes_remote_video "sdes-remote-video": Option<String>,
        /// The files of its recording.
        recording: Option<PeerRecording>,
        /// Whether its PeerConnection is being established.
        establishing: bool,
        /// Whether the call's media is established.
        established: bool,
        /// Whether the PeerConnection is being ended.
        hangingup: bool,
        /// Whether the handle has ended.
        destroyed: bool,
    }

    /// The account that a helper helps.
    SipAccount {
        /// Its SIP URI.
        username: Option<String>,
        /// The user name for the registrar.
        authuser: Option<String>,
        /// `(hidden)` if there is a password.
        secret: Option<String>,
        /// The name that it shows.
        display_name: Option<String>,
        /// What it calls itself.
        user_agent: Option<String>,
        /// The SIP URI that it is known by.
        identity: Option<String>,
        /// How far its registration is.
        registration_status: RegistrationStatus,
    }

    /// The files of a recording of both sides, on the server.
    PeerRecording {
        /// The client's audio.
        audio: Option<String>,
        /// The client's video.
        video: Option<String>,
        /// The other side's audio.
        audio_peer "audio-peer": Option<String>,
        /// The other side's video.
        video_peer "video-peer": Option<String>,
    }
}
