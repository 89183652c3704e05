//! The call's sound: what is played to the caller, and what is recorded of them.

use std::{path::PathBuf, thread, time::Duration};

use janus_blocking::{
    Jsep, Sip,
    sip::{Accept, event::Hangup},
    webrtc::{Codec, Direction, Media, Peer, Stop, Tone, Track, WavG711, WavRecorder},
};

use super::{Result, accept_failed, explain, hangup, options::Sound, say, tell};

/// Of the tone.
const HERTZ: f32 = 440.0;

/// How long ICE and DTLS may take.
const LIMIT: Duration = Duration::from_secs(10);

/// Files that could be opened.
pub struct Files {
    play: Option<WavG711>,
    record: Option<WavRecorder>,
    tone: bool,
}

impl Files {
    pub fn open(sound: &Sound) -> Result<Self> {
        let played = |path: &PathBuf| WavG711::open(path);
        let recorded = |path: &PathBuf| WavRecorder::create(path);
        Ok(Self {
            play: sound.play.as_ref().map(played).transpose()?,
            record: sound.record.as_ref().map(recorded).transpose()?,
            tone: sound.tone,
        })
    }
}

/// Answers with a peer of this program's own, and stays until the call has ended.
pub fn talk(sip: &Sip, offer: &Jsep, files: Files) -> Result<()> {
    let media = Media::start()?;
    let peer = media
        .peer(sip)
        .audio(Direction::SendRecv, &[Codec::Pcma, Codec::Pcmu]);
    let (peer, _) = peer
        .answer_to(offer, |answer| sip.accept(&Accept::new(), answer))
        .map_err(accept_failed)?;
    say("accepted")?;
    peer.wait_connected(LIMIT)
        .map_err(|error| explain(error, "the call was accepted, and there is no sound"))?;
    say("media connected")?;
    let voice = peer.audio()?;
    let end = with_sound(&voice, files, || hangup(sip))?;
    tell(&end)?;
    say(&counted(&peer, &voice))
}

/// Plays and records until `end` returns.
fn with_sound(voice: &Track, files: Files, end: impl FnOnce() -> Result<Hangup>) -> Result<Hangup> {
    let Files { play, record, tone } = files;
    let stop = Stop::new();
    thread::scope(|scope| {
        let playing = scope.spawn(|| -> janus_blocking::Result<()> {
            if let Some(file) = play {
                voice.play(file, &stop)?;
            }
            if tone {
                voice.play(Tone::new(HERTZ), &stop)?;
            }
            Ok(())
        });
        let recording = scope.spawn(|| -> janus_blocking::Result<()> {
            match record {
                Some(file) => voice.record(file, &stop).map(drop),
                None => Ok(()),
            }
        });
        let end = end();
        stop.stop();
        for done in [playing.join(), recording.join()] {
            done.map_err(|_| "a thread panicked")??;
        }
        end
    })
}

/// A frame of G.711 is a packet.
fn counted(peer: &Peer, voice: &Track) -> String {
    peer.close();
    let counts = voice.counts();
    format!("rtp sent {} received {}", counts.sent, counts.received)
}
