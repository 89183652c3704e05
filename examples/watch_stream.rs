//! A Streaming mountpoint, received into files.
//!
//! ```text
//! watch_stream URL ID [--audio FILE] [--video FILE] [--seconds N] [--pin PIN]
//! ```
//!
//! Audio goes into `.ogg` (Opus) or `.wav` (G.711), video into `.ivf` (VP8, VP9) or `.h264`. It ends
//! with the stream, or after that many seconds. The files can be played while they grow.

use std::{
    error::Error,
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use janus_blocking::{
    Connection,
    plugin::Id,
    streaming::{Viewer, viewer::Watch},
    webrtc::{
        AnnexBRecorder, Codec, Direction, IvfRecorder, Media, OggOpusRecorder, Peer, PeerState,
        Recorded, Sink, Stop, Track, WavRecorder,
    },
};

const USAGE: &str = "watch_stream URL ID [--audio FILE.ogg|.wav] [--video FILE.ivf|.h264] \
    [--seconds N] [--pin PIN], with at least one file";

/// How long ICE and DTLS may take.
const LIMIT: Duration = Duration::from_secs(10);

type Result<T> = std::result::Result<T, Box<dyn Error>>;

struct Options {
    url: String,
    id: Id,
    audio: Option<PathBuf>,
    video: Option<PathBuf>,
    /// `None`: until the stream ends.
    length: Option<Duration>,
    pin: Option<String>,
}

/// A file, and the codecs that it can have.
type File = (&'static [Codec], Box<dyn Sink + Send>);

fn main() -> ExitCode {
    match options().and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("watch_stream: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Options> {
    let (mut audio, mut video, mut length, mut pin) = (None, None, None, None);
    let (mut plain, mut words) = (Vec::new(), std::env::args().skip(1));
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} has no value"));
        match &*word {
            "--audio" => audio = Some(value()?.into()),
            "--video" => video = Some(value()?.into()),
            "--seconds" => length = Some(Duration::try_from_secs_f64(value()?.parse()?)?),
            "--pin" => pin = Some(value()?),
            _ if word.starts_with('-') => return Err(format!("usage: {USAGE}").into()),
            _ => plain.push(word),
        }
    }
    let [url, id] = <[String; 2]>::try_from(plain).map_err(|_| format!("usage: {USAGE}"))?;
    if audio.is_none() && video.is_none() {
        return Err(format!("usage: {USAGE}").into());
    }
    let id = id.parse::<u64>().map_or_else(|_| Id::from(&*id), Id::from);
    Ok(Options {
        url,
        id,
        audio,
        video,
        length,
        pin,
    })
}

fn run(options: &Options) -> Result<()> {
    // First: what cannot be written need not be received.
    let audio = options.audio.as_deref().map(audio_file).transpose()?;
    let video = options.video.as_deref().map(video_file).transpose()?;
    let janus = Connection::open(&options.url)?;
    let session = janus.create_session()?;
    let viewer: Viewer = session.attach()?;
    let mut watch = Watch::new(options.id.clone());
    if let Some(pin) = &options.pin {
        watch = watch.pin(pin.as_str());
    }
    // Janus makes the offer. What there is no file for is refused by the answer.
    let (_, offer) = viewer.watch(&watch)?;
    let media = Media::start()?;
    let mut peer = media.peer(&viewer);
    if let Some((codecs, _)) = &audio {
        peer = peer.audio(Direction::RecvOnly, codecs);
    }
    if let Some((codecs, _)) = &video {
        peer = peer.video(Direction::RecvOnly, codecs);
    }
    let (peer, _) = peer.answer_to(&offer, |answer| viewer.start(answer))?;
    peer.wait_connected(LIMIT)?;
    println!("connected");

    let mut recordings = Vec::new();
    if let Some((_, file)) = audio {
        recordings.push(("audio", peer.audio()?, file));
    }
    if let Some((_, file)) = video {
        recordings.push(("video", peer.video()?, file));
    }
    for (name, track, recorded) in record(&peer, recordings, options.length)? {
        let lost = peer.stats().track(track.mid()).map(|it| it.received.lost);
        println!(
            "{name}: {} frames, {} ms, {} packets lost",
            recorded.frames,
            recorded.length.as_millis(),
            lost.unwrap_or(0)
        );
    }
    peer.close();
    session.destroy()?;
    Ok(())
}

/// Records all of them, each on a thread of its own.
#[allow(clippy::type_complexity)]
fn record(
    peer: &Peer,
    recordings: Vec<(&'static str, Track, Box<dyn Sink + Send>)>,
    length: Option<Duration>,
) -> Result<Vec<(&'static str, Track, Recorded)>> {
    let stop = Stop::new();
    thread::scope(|scope| {
        let threads: Vec<_> = recordings
            .into_iter()
            .map(|(name, track, file)| {
                let stop = &stop;
                scope.spawn(move || track.record(file, stop).map(|it| (name, track, it)))
            })
            .collect();
        wait_for_end(peer, length);
        stop.stop();
        let joined = threads.into_iter().map(|thread| {
            let recorded = thread.join().map_err(|_| "a thread panicked")?;
            Ok(recorded?)
        });
        joined.collect()
    })
}

/// Until the stream ends, or that time has passed.
fn wait_for_end(peer: &Peer, length: Option<Duration>) {
    let (begin, events) = (Instant::now(), peer.events());
    while !matches!(peer.state(), PeerState::Closed(_)) {
        let left = length.map_or(LIMIT, |length| length.saturating_sub(begin.elapsed()));
        if left.is_zero() || events.recv_timeout(left).is_err() {
            return;
        }
    }
}

fn audio_file(path: &Path) -> Result<File> {
    Ok(match extension(path) {
        "ogg" | "opus" => (&[Codec::Opus], Box::new(OggOpusRecorder::create(path)?)),
        "wav" => (
            &[Codec::Pcma, Codec::Pcmu],
            Box::new(WavRecorder::create(path)?),
        ),
        _ => return Err(format!("{}: audio goes into .ogg or .wav", path.display()).into()),
    })
}

fn video_file(path: &Path) -> Result<File> {
    Ok(match extension(path) {
        "ivf" => (
            &[Codec::Vp8, Codec::Vp9],
            Box::new(IvfRecorder::create(path)?),
        ),
        "h264" | "264" => (&[Codec::H264], Box::new(AnnexBRecorder::create(path)?)),
        _ => return Err(format!("{}: video goes into .ivf or .h264", path.display()).into()),
    })
}

fn extension(path: &Path) -> &str {
    let extension = path.extension().and_then(|it| it.to_str());
    extension.unwrap_or_default()
}
