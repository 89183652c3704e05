//! Many peers with Opus both ways at Janus's EchoTest: what they cost this process.
//!
//! ```text
//! media_load URL [--peers N] [--seconds N] [--address IP] [--json]
//! ```
//!
//! All peers share one `Media`, and one thread writes and reads for all of them. Prints how long the
//! peers took to connect, one after the other; frames sent, received and missing; processor time and
//! memory for each peer; and the threads.

use std::{
    error::Error,
    fs,
    net::IpAddr,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use janus_blocking::{
    Connection, EchoTest, Session,
    echotest::Settings,
    serde_json::json,
    webrtc::{Codec, Direction, Media, MediaTime, Peer, Track},
};
use rustix::time::{ClockId, clock_gettime};

const USAGE: &str = "media_load URL [--peers N] [--seconds N] [--address IP] [--json]";

/// From one frame to the next.
const STEP: Duration = Duration::from_millis(20);

/// What is still on its way is waited for so long.
const REST: Duration = Duration::from_secs(1);

type Result<T> = std::result::Result<T, Box<dyn Error>>;

struct Options {
    url: String,
    peers: usize,
    length: Duration,
    address: Option<IpAddr>,
    json: bool,
}

/// What was measured.
struct Figures {
    connects: Vec<Duration>,
    sent: u64,
    received: u64,
    gaps: u64,
    /// Of the time in which frames were sent.
    cpu: Duration,
    length: Duration,
    /// In bytes, without what the first peer brings.
    memory: u64,
    threads: u64,
}

fn main() -> ExitCode {
    let done = options().and_then(|options| show(&options, &run(&options)?));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("media_load: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Options> {
    let mut options = Options {
        url: String::new(),
        peers: 50,
        length: Duration::from_secs(10),
        address: None,
        json: false,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} has no value"));
        match &*word {
            "--peers" => options.peers = value()?.parse()?,
            "--seconds" => options.length = Duration::try_from_secs_f64(value()?.parse()?)?,
            "--address" => options.address = Some(value()?.parse()?),
            "--json" => options.json = true,
            _ if options.url.is_empty() && !word.starts_with('-') => options.url = word,
            _ => return Err(format!("usage: {USAGE}").into()),
        }
    }
    if options.url.is_empty() || options.peers == 0 {
        return Err(format!("usage: {USAGE}").into());
    }
    Ok(options)
}

/// A peer with its handle.
struct Line {
    _echo: EchoTest,
    _peer: Peer,
    audio: Track,
}

fn run(options: &Options) -> Result<Figures> {
    let janus = Connection::open(&options.url)?;
    let session = janus.create_session()?;
    let mut media = Media::builder();
    if let Some(address) = options.address {
        media = media.address(address);
    }
    let media = media.start()?;
    let (mut lines, mut connects, mut before) = (Vec::new(), Vec::new(), 0);
    for number in 0..options.peers {
        let begin = Instant::now();
        lines.push(line(&session, &media)?);
        connects.push(begin.elapsed());
        if number == 0 {
            before = status("VmRSS:")? * 1024;
        }
    }
    connects.sort();

    let (begin, cpu) = (Instant::now(), cpu());
    let (mut frame, mut gaps, mut number) = (vec![0xfc], 0, 0);
    frame.resize(80, 0x55);
    while begin.elapsed() < options.length {
        for line in &lines {
            line.audio.write(MediaTime::from(STEP * number), &frame)?;
            gaps += drained(line)?;
        }
        number += 1;
        thread::sleep((STEP * number).saturating_sub(begin.elapsed()));
    }
    let (length, cpu) = (begin.elapsed(), self::cpu().saturating_sub(cpu));
    let memory = (status("VmRSS:")? * 1024).saturating_sub(before);
    let threads = status("Threads:")?;
    thread::sleep(REST);
    for line in &lines {
        gaps += drained(line)?;
    }
    let counts = lines.iter().map(|line| line.audio.counts());
    let (sent, received) = counts.fold((0, 0), |(sent, received), it| {
        (sent + it.sent, received + it.received)
    });
    session.destroy()?;
    Ok(Figures {
        connects,
        sent,
        received,
        gaps,
        cpu,
        length,
        memory,
        threads,
    })
}

fn line(session: &Session, media: &Media) -> Result<Line> {
    let echo: EchoTest = session.attach()?;
    let peer = media.peer(echo.handle());
    let peer = peer.audio(Direction::SendRecv, &[Codec::Opus]);
    let peer = peer.offer_by(|offer| echo.offer(&Settings::new().audio(true), offer))?;
    peer.wait_connected(Duration::from_secs(10))?;
    let audio = peer.audio()?;
    Ok(Line {
        _echo: echo,
        _peer: peer,
        audio,
    })
}

/// Reads what has come; how often a frame did not follow the one before.
fn drained(line: &Line) -> Result<u64> {
    let mut gaps = 0;
    while let Some(frame) = line.audio.try_recv()? {
        gaps += u64::from(!frame.contiguous);
    }
    Ok(gaps)
}

/// The processor time of this process.
fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::from_secs(time.tv_sec.try_into().unwrap_or(0))
        + Duration::from_nanos(time.tv_nsec.try_into().unwrap_or(0))
}

/// A number of the kernel's about this process.
fn status(name: &str) -> Result<u64> {
    let text = fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or_else(|| format!("no {name}"))?.parse()?)
}

fn show(options: &Options, figures: &Figures) -> Result<()> {
    let millis = |time: Duration| (time.as_secs_f64() * 100_000.0).round() / 100.0;
    let peers = u32::try_from(options.peers)?;
    let median = figures.connects[figures.connects.len() / 2];
    let slowest = figures.connects[figures.connects.len() - 1];
    let cpu = figures.cpu.div_f64(figures.length.as_secs_f64()) / peers;
    let memory = figures.memory / u64::from(peers.saturating_sub(1).max(1)) / 1024;
    let lost = figures.sent.saturating_sub(figures.received);
    if options.json {
        let all = json!({
            "peers": peers,
            "connect_ms": { "median": millis(median), "slowest": millis(slowest) },
            "sent": figures.sent,
            "received": figures.received,
            "lost": lost,
            "gaps": figures.gaps,
            "cpu_ms_per_s_and_peer": millis(cpu),
            "kib_per_peer": memory,
            "threads": figures.threads,
        });
        println!("{all}");
        return Ok(());
    }
    println!(
        "{peers} peers connected in {} ms each (median), {} ms at most",
        millis(median),
        millis(slowest)
    );
    println!(
        "frames: sent {}, received {}, lost {lost}, gaps {}",
        figures.sent, figures.received, figures.gaps
    );
    println!(
        "for each peer: {} ms of processor time a second, {memory} KiB; {} threads",
        millis(cpu),
        figures.threads
    );
    Ok(())
}
