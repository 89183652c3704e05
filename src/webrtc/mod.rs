//! What is in a [`Jsep`](crate::Jsep), and with the feature `webrtc` a WebRTC peer of the program's
//! own.
#![cfg_attr(feature = "webrtc", doc = "", doc = include_str!("../../docs/MEDIA.md"))]

pub use crate::wire::{JsepKind, RidOrder, Svc};

#[cfg(feature = "webrtc")]
mod annex_b;
#[cfg(feature = "webrtc")]
mod channel;
#[cfg(feature = "webrtc")]
mod codec;
#[cfg(feature = "webrtc")]
mod dtmf;
#[cfg(feature = "webrtc")]
mod event;
#[cfg(feature = "webrtc")]
mod files;
#[cfg(feature = "webrtc")]
mod frame;
#[cfg(feature = "webrtc")]
pub mod g711;
#[cfg(feature = "webrtc")]
mod inbox;
#[cfg(feature = "webrtc")]
mod ivf;
#[cfg(feature = "webrtc")]
mod keyframes;
#[cfg(feature = "webrtc")]
mod line;
#[cfg(feature = "webrtc")]
mod media;
#[cfg(feature = "webrtc")]
mod negotiation;
#[cfg(feature = "webrtc")]
mod ogg;
#[cfg(feature = "webrtc")]
mod opus;
#[cfg(feature = "webrtc")]
mod peer;
#[cfg(feature = "webrtc")]
mod picture;
#[cfg(feature = "webrtc")]
mod play;
#[cfg(feature = "webrtc")]
mod record;
#[cfg(feature = "webrtc")]
mod renegotiation;
#[cfg(feature = "webrtc")]
mod routes;
#[cfg(feature = "webrtc")]
mod said;
#[cfg(feature = "webrtc")]
mod sdp;
#[cfg(feature = "webrtc")]
mod signals;
#[cfg(feature = "webrtc")]
mod socket;
#[cfg(feature = "webrtc")]
mod stack;
#[cfg(feature = "webrtc")]
mod stats;
#[cfg(feature = "webrtc")]
mod status;
#[cfg(feature = "webrtc")]
mod stop;
#[cfg(feature = "webrtc")]
mod terms;
#[cfg(feature = "webrtc")]
mod thread;
#[cfg(feature = "webrtc")]
mod timers;
#[cfg(feature = "webrtc")]
mod track;
#[cfg(feature = "webrtc")]
mod undo;
#[cfg(feature = "webrtc")]
mod wav;

#[cfg(feature = "webrtc")]
pub use {
    crate::error::media::{MediaError, PeerClosed, Reached},
    annex_b::{AnnexB, AnnexBRecorder},
    channel::{DataChannel, Message},
    codec::{Codec, Direction},
    event::{PeerEvent, PeerEvents},
    files::{Recorded, Sink},
    frame::{Frame, MediaTime},
    ivf::{Ivf, IvfRecorder},
    media::{Media, MediaBuilder},
    negotiation::PeerBuilder,
    opus::{OggOpus, OggOpusRecorder},
    peer::{Peer, PeerState},
    play::{Played, Source, Tone, WavG711},
    record::WavRecorder,
    renegotiation::Renegotiation,
    stats::{CandidatePair, PeerStats, ReceivedStats, SentStats, TrackStats},
    stop::Stop,
    track::{Track, TrackCounts},
};
