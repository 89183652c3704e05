//! The call's sound: what is played to the caller, and what is recorded of them.

use std::{
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use janus_blocking::{
    Jsep, Sip,
    sip::{Accept, event::Hangup},
    webrtc::{
        Codec, Direction, Media, OggOpus, OggOpusRecorder, Peer, Sink, Source, Stop, Tone, Track,
        WavG711, WavRecorder,
    },
};

use super::{Result, accept_failed, explain, hangup, options::Sound, say, tell};

/// Of the tone.
const HERTZ: f32 = 440.0;

/// How long ICE and DTLS may take.
const LIMIT: Duration = Duration::from_secs(10);

const OPUS: &[Codec] = &[Codec::Opus];
const G711: &[Codec] = &[Codec::Pcma, Codec::Pcmu];

/// Files that could be opened.
pub struct Files {
    /// What all of them are for: a call has one codec.
    codecs: &'static [Codec],
    play: Option<Box<dyn Source + Send>>,
    record: Option<Box<dyn Sink + Send>>,
    tone: bool,
}

impl Files {
    pub fn open(sound: &Sound) -> Result<Self> {
        let files = [&sound.play, &sound.record];
        let mut codecs = sound.tone.then_some(G711);
        for file in files.into_iter().flatten() {
            let its = codecs_of(file);
            if codecs.is_some_and(|codecs| codecs != its) {
                return Err(
                    "a call has one codec: .ogg files are Opus, .wav files and the tone are G.711"
                        .into(),
                );
            }
            codecs = Some(its);
        }
        Ok(Self {
            codecs: codecs.unwrap_or(G711),
            play: sound.play.as_ref().map(played).transpose()?,
            record: sound.record.as_ref().map(recorded).transpose()?,
            tone: sound.tone,
        })
    }
}

fn is_ogg(file: &Path) -> bool {
    file.extension().is_some_and(|it| it == "ogg")
}

fn codecs_of(file: &Path) -> &'static [Codec] {
    if is_ogg(file) { OPUS } else { G711 }
}

fn played(file: &PathBuf) -> janus_blocking::Result<Box<dyn Source + Send>> {
    Ok(if is_ogg(file) {
        Box::new(OggOpus::open(file)?)
    } else {
        Box::new(WavG711::open(file)?)
    })
}

fn recorded(file: &PathBuf) -> janus_blocking::Result<Box<dyn Sink + Send>> {
    Ok(if is_ogg(file) {
        Box::new(OggOpusRecorder::create(file)?)
    } else {
        Box::new(WavRecorder::create(file)?)
    })
}

/// Answers with a peer of this program's own, and stays until the call has ended.
pub fn talk(sip: &Sip, offer: &Jsep, files: Files) -> Result<()> {
    let media = Media::start()?;
    let peer = media.peer(sip).audio(Direction::SendRecv, files.codecs);
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
    let Files {
        play, record, tone, ..
    } = files;
    let stop = Stop::new();
    thread::scope(|scope| {
        let playing = scope.spawn(|| -> janus_blocking::Result<()> {
            if let Some(mut file) = play {
                voice.play(|codec| file.next_frame(codec), &stop)?;
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

/// A frame of audio is a packet.
fn counted(peer: &Peer, voice: &Track) -> String {
    peer.close();
    let counts = voice.counts();
    format!("rtp sent {} received {}", counts.sent, counts.received)
}
