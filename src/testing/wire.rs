//! What Janus's plugins send, as ready-made JSON: every event, and every reply.
//!
//! Each is `plugindata.data` of a message, nearly all byte for byte of a real Janus, for
//! [`with_event`](super::with_event), [`with_answer`](super::with_answer),
//! [`FakeHandle::event`](super::FakeHandle::event), [`Expect::answer`](super::Expect::answer) and
//! [`Expect::event`](super::Expect::event). Events are functions of the plugin's module, replies of its
//! module `replies`, named after the request. Their documentation shows them; change what your test
//! cares about:
//!
//! ```
//! use janus_blocking::{serde_json::json, testing::{self, wire}, videoroom::{Event, Publisher}};
//!
//! let mut joining = wire::videoroom::joining();
//! joining["joining"]["display"] = json!("Ann");
//! let (_gateway, door) = testing::with_event::<Publisher>(joining)?;
//! let Some(Event::Joining(who)) = door.events().recv()?.into_plugin() else {
//!     panic!("nobody");
//! };
//! assert_eq!(who.joining.display.as_deref(), Some("Ann"));
//! # Ok::<(), janus_blocking::Error>(())
//! ```

use serde_json::Value;

/// The name of a message, which may be no name in Rust.
macro_rules! name {
    ($name:ident) => {
        stringify!($name)
    };
    ($name:ident $own:literal) => {
        $own
    };
}

macro_rules! messages {
    ($plugin:ident $folder:literal: $($name:ident $($own:literal)?),+) => {$(
        #[doc = concat!("`", name!($name $($own)?), "`:\n\n```json")]
        #[doc = include_str!(concat!(
            "../../tests/fixtures/", stringify!($plugin), "/", $folder, "/", name!($name $($own)?), ".json"
        ))]
        /// ```
        pub fn $name() -> ::serde_json::Value {
            $crate::testing::attached::parsed(include_str!(concat!(
                "../../tests/fixtures/", stringify!($plugin), "/", $folder, "/", name!($name $($own)?), ".json"
            )))
        }
    )+};
}

macro_rules! plugins {
    ($($plugin:ident $title:literal:
        events $($event:ident $(= $own:literal)?)+;
        replies $($reply:ident)+;
    )+) => {
        $(
            #[doc = concat!("What ", $title, " says by itself.")]
            pub mod $plugin {
                messages! { $plugin "events": $($event $($own)?),+ }

                #[doc = concat!("What ", $title, " answers.")]
                pub mod replies {
                    messages! { $plugin "replies": $($reply),+ }
                }
            }
        )+

        /// All events: the module of the plugin, Janus's name of the event, and the function.
        pub const EVENTS: &[(&str, &str, fn() -> Value)] = &[
            $($((stringify!($plugin), name!($event $($own)?), $plugin::$event),)+)+
        ];

        /// All replies: the module of the plugin, the request, and the function.
        pub const REPLIES: &[(&str, &str, fn() -> Value)] = &[
            $($((stringify!($plugin), stringify!($reply), $plugin::replies::$reply),)+)+
        ];
    };
}

plugins! {
    audiobridge "AudioBridge":
        events announcement_started = "announcement-started"
            announcement_stopped = "announcement-stopped" destroyed error joined kicked kicked_all
            leaving participants resumed room_muted stopped_talking = "stopped-talking" suspended
            talking;
        replies allowed changeroom configure create denoise_disable denoise_enable destroy edit
            enable_mjrs enable_recording exists hangup is_playing join kick kick_all leave list
            listannouncements listforwarders listparticipants mute mute_room play_file
            resetdecoder resume rtp_forward stop_all_files stop_file stop_rtp_forward suspend
            unmute unmute_room;
    echotest "EchoTest":
        events done error ok simulcast_layer slow_link svc_layer;
        replies settings;
    nosip "NoSIP":
        events error;
        replies generate hangup keyframe listforwarders process recording rtp_forward
            stop_rtp_forward;
    recordplay "Record&Play":
        events done error slow_link;
        replies configure list pause play record resume start stop update;
    sip "SIP":
        events accepted dtmf error hangingup hangup incomingcall info message messagedelivery
            missed_call notify proceeding progress registered registration_failed ringing
            subscribe_failed subscribe_succeeded transfer unregistered updatingcall;
        replies accept call decline dtmf_info hangup hold info keyframe listforwarders message
            progress recording register reset rtp_forward send_ringing stop_rtp_forward
            subscribe transfer unhold unregister unsubscribe update;
    streaming "Streaming":
        events edited error kicked_all rtsp_disconnected = "rtsp-disconnected"
            rtsp_reconnected = "rtsp-reconnected" simulcast_layer started stopped svc_layer;
        replies configure create_live create_ondemand create_rtp create_rtsp destroy disable
            edit enable info kick_all list pause recording start stop switch watch_plugin_offer
            watch_user_offer;
    textroom "TextRoom":
        events announcement destroyed error join kicked leave message;
        replies ack allowed announcement create destroy edit exists join kick leave list
            listparticipants message restart setup;
    videocall "VideoCall":
        events accepted error hangup incomingcall simulcast slow_link update;
        replies accept call hangup list register set;
    videoroom "VideoRoom":
        events destroyed display_changed error joining kicked leaving metadata_changed moderated
            publishers slow_link spatial_layer stopped_talking = "stopped-talking" substream
            talking temporal temporal_layer unpublished updated updating;
        replies add_remote_publisher allowed configure_publisher configure_subscriber create
            destroy edit enable_recording exists join_publisher join_subscriber joinandconfigure
            kick leave_publisher leave_subscriber list listforwarders listparticipants
            listremotes moderate pause publish publish_remotely remove_remote_publisher
            rtp_forward start stop_rtp_forward subscribe switch unpublish unpublish_remotely
            unsubscribe update update_remote_publisher;
    voicemail "VoiceMail":
        events done error started;
        replies record stop update;
}
