//! Audio, video and data to Janus's EchoTest and back, counted.
//!
//! ```text
//! echo_media URL [--seconds N] [--address IP] [--json]
//! ```
//!
//! The frames are generated: they have the form of Opus and VP8, and no sound and no picture. Prints
//! how many were sent and came back, the round trip of messages on the data channel, the processor time
//! that a second of it takes, and the threads: two of the crate's, the others this program's own.

use std::{
    error::Error,
    fs,
    net::IpAddr,
    process::ExitCode,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use janus_blocking::{
    Connection, EchoTest,
    echotest::Settings,
    serde_json::{Value, json},
    webrtc::{
        Codec, DataChannel, Direction, Media, MediaTime, PeerEvent, PeerEvents, Source, Stop, Track,
    },
};

use rustix::time::{ClockId, clock_gettime};

const USAGE: &str = "echo_media URL [--seconds N] [--address IP] [--json]";

/// What is still on its way is waited for so long.
const REST: Duration = Duration::from_secs(1);

type Result<T> = std::result::Result<T, Box<dyn Error>>;

struct Options {
    url: String,
    length: Duration,
    address: Option<IpAddr>,
    json: bool,
}

fn main() -> ExitCode {
    match options().and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("echo_media: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Options> {
    let mut options = Options {
        url: String::new(),
        length: Duration::from_secs(5),
        address: None,
        json: false,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} has no value"));
        match &*word {
            "--seconds" => options.length = Duration::try_from_secs_f64(value()?.parse()?)?,
            "--address" => options.address = Some(value()?.parse()?),
            "--json" => options.json = true,
            _ if options.url.is_empty() && !word.starts_with('-') => options.url = word,
            _ => return Err(format!("usage: {USAGE}").into()),
        }
    }
    if options.url.is_empty() {
        return Err(format!("usage: {USAGE}").into());
    }
    Ok(options)
}

fn run(options: &Options) -> Result<()> {
    let janus = Connection::open(&options.url)?;
    let session = janus.create_session()?;
    let echo: EchoTest = session.attach()?;
    let mut media = Media::builder();
    if let Some(address) = options.address {
        media = media.address(address);
    }
    let media = media.start()?;

    let begin = Instant::now();
    // EchoTest chooses codecs by its settings, not by the order of the offer.
    let settings = Settings::new().audio(true).video(true);
    let peer = media
        .peer(&echo)
        .audio(Direction::SendRecv, &[Codec::Opus])
        .video(Direction::SendRecv, &[Codec::Vp8])
        .data("echo_media")
        .offer_by(|offer| echo.offer(&settings, offer))?;
    peer.wait_connected(Duration::from_secs(10))?;
    let connected = begin.elapsed();
    let channel = peer.data_channel("echo_media").ok_or("it was asked for")?;
    channel.wait_open(Duration::from_secs(10))?;

    let (audio, video) = (peer.audio()?, peer.video()?);
    let (began, cpu) = (Instant::now(), processor_time());
    let mut load = Load::default();
    let (stop, over, trips) = (Stop::new(), Stop::new(), Mutex::new(Vec::new()));
    thread::scope(|scope| -> Result<()> {
        let sound = scope.spawn(|| audio.play(Sound, &stop));
        let picture = scope.spawn(|| video.play(Picture::new(peer.events()), &stop));
        scope.spawn(|| send_times(&channel, begin, &stop));
        scope.spawn(|| receive_times(&channel, begin, &over, &trips));
        for track in [&audio, &video] {
            let over = &over;
            scope.spawn(move || drain(track, over));
        }
        thread::sleep(options.length);
        let cpu = processor_time().saturating_sub(cpu);
        load.cpu_ms = cpu.as_secs_f64() * 1000.0 / began.elapsed().as_secs_f64();
        load.threads = threads()?;
        stop.stop();
        for played in [sound.join(), picture.join()] {
            played.map_err(|_| "a thread panicked")??;
        }
        thread::sleep(REST);
        over.stop();
        Ok(())
    })?;
    let mut trips = trips.into_inner()?;
    trips.sort();
    show(options.json, connected, [&audio, &video], &trips, &load)?;
    peer.close();
    session.destroy()?;
    Ok(())
}

/// What it takes, while it runs.
#[derive(Default)]
struct Load {
    /// Of processor time, each second.
    cpu_ms: f64,
    threads: u64,
}

/// What this process has taken so far.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::from_secs(time.tv_sec.try_into().unwrap_or(0))
        + Duration::from_nanos(time.tv_nsec.try_into().unwrap_or(0))
}

fn threads() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let mut lines = status.lines();
    let value = lines.find_map(|line| line.strip_prefix("Threads:"));
    Ok(value.ok_or("no number of threads")?.trim().parse()?)
}

/// Frames of 20 ms in the form of Opus.
struct Sound;

impl Source for Sound {
    fn next_frame(&mut self, _: Codec) -> janus_blocking::Result<Option<(Vec<u8>, Duration)>> {
        // The first byte says: one frame of 20 ms.
        let mut frame = vec![0xfc];
        frame.resize(80, 0x55);
        Ok(Some((frame, Duration::from_millis(20))))
    }
}

/// Frames of 40 ms in the form of VP8: keyframes when they are asked for, and every 2 s.
struct Picture {
    events: PeerEvents,
    number: u32,
}

impl Picture {
    fn new(events: PeerEvents) -> Self {
        Self { events, number: 0 }
    }
}

impl Source for Picture {
    fn next_frame(&mut self, _: Codec) -> janus_blocking::Result<Option<(Vec<u8>, Duration)>> {
        let mut is_key = self.number % 50 == 0;
        while let Ok(Some(event)) = self.events.try_recv() {
            is_key |= matches!(event, PeerEvent::KeyframeWanted { .. });
        }
        self.number += 1;
        let mut frame = if is_key {
            vec![0x10, 0, 0, 0x9d, 1, 0x2a, 0x80, 2, 0xe0, 1]
        } else {
            vec![0x11, 0, 0]
        };
        frame.resize(if is_key { 6000 } else { 1800 }, 0x55);
        Ok(Some((frame, Duration::from_millis(40))))
    }
}

/// Ten messages a second, each with its time.
fn send_times(channel: &DataChannel, begin: Instant, stop: &Stop) -> janus_blocking::Result<()> {
    while !stop.is_stopped() {
        let now = MediaTime::from(begin.elapsed()).ticks;
        channel.send_text(&now.to_string())?;
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn receive_times(
    channel: &DataChannel,
    begin: Instant,
    over: &Stop,
    trips: &Mutex<Vec<Duration>>,
) -> janus_blocking::Result<()> {
    while !over.is_stopped() {
        if let Some(message) = channel.recv_timeout(Duration::from_millis(100))? {
            // EchoTest has words of its own before what it sends back.
            let text = message.text().unwrap_or_default();
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            if let (Ok(sent), Ok(mut trips)) = (digits.parse(), trips.lock()) {
                let sent = MediaTime::new(sent, 1_000_000).as_duration();
                trips.push(begin.elapsed().saturating_sub(sent));
            }
        }
    }
    Ok(())
}

/// Reads what comes: it is counted by the track.
fn drain(track: &Track, over: &Stop) {
    while !over.is_stopped() && track.recv_timeout(Duration::from_millis(100)).is_ok() {}
}

fn show(
    json: bool,
    connected: Duration,
    tracks: [&Track; 2],
    trips: &[Duration],
    load: &Load,
) -> Result<()> {
    let cpu_ms = (load.cpu_ms * 10.0).round() / 10.0;
    let millis = |time: Duration| (time.as_secs_f64() * 100_000.0).round() / 100.0;
    let median = trips.get(trips.len() / 2).copied();
    let lines = tracks.map(|track| {
        let counts = track.counts();
        let lost = counts.sent.saturating_sub(counts.received);
        (counts.sent, counts.received, lost)
    });
    if json {
        let track =
            |(sent, received, lost)| json!({ "sent": sent, "received": received, "lost": lost });
        let all: Value = json!({
            "connected_ms": millis(connected),
            "audio": track(lines[0]),
            "video": track(lines[1]),
            "messages": trips.len(),
            "round_trip_ms": median.map(millis),
            "cpu_ms_per_s": cpu_ms,
            "threads": load.threads,
        });
        println!("{all}");
        return Ok(());
    }
    println!("connected in {} ms", millis(connected));
    for (name, (sent, received, lost)) in ["audio", "video"].into_iter().zip(lines) {
        println!("{name}: sent {sent}, received {received}, lost {lost}");
    }
    match median {
        Some(median) => println!(
            "data: {} messages, round trip {} ms",
            trips.len(),
            millis(median)
        ),
        None => println!("data: nothing came back"),
    }
    println!(
        "{cpu_ms} ms of processor time each second, {} threads",
        load.threads
    );
    Ok(())
}
