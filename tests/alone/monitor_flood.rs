//! A flood of events, and a reader that is slow: nothing grows, what is lost is counted, and the sender is not held up.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use janus_blocking::{Error, monitor::Settings};

use crate::{alone, process::resident};

/// As many as a busy server has.
const PER_SECOND: u64 = 10_000;
/// How many events `sampleevh` puts into a request at most.
const BATCH: u64 = 100;
/// How long the reader takes for each event.
const SLOW: Duration = Duration::from_millis(10);
const QUEUE: usize = 4 << 20;

/// Media statistics, as Janus writes them.
fn event() -> String {
    let quality = r#""in-link-quality":100,"in-media-link-quality":100,"out-link-quality":100"#;
    format!(
        r#"{{"emitter":"flood","type":32,"subtype":3,"timestamp":1700000000000000,"session_id":1234567890123456,
        "handle_id":6543210987654321,"opaque_id":"front door","event":{{"mid":"0","mindex":0,"media":"audio",
        "codec":"opus","base":48000,"rtt":7,"lost":0,"lost-by-remote":0,"jitter-local":1,"jitter-remote":1,
        {quality},"packets-received":1000,"packets-sent":1000,"bytes-received":80000,"bytes-sent":80000,
        "bytes-received-lastsec":4000,"bytes-sent-lastsec":4000,"nacks-received":0,"nacks-sent":0}}}}"#
    )
}

/// Sends so many a second for so long over one connection, each request after the answer to the one before. Returns how
/// many there were and how long the longest answer took.
fn send(address: std::net::SocketAddr, length: Duration) -> (u64, Duration) {
    let batch = vec![event(); BATCH as usize].join(",");
    let size = batch.len() + 2;
    let request = format!("POST / HTTP/1.1\r\nContent-Length: {size}\r\n\r\n[{batch}]");
    let mut stream = TcpStream::connect(address).expect("it listens");
    let mut answers = BufReader::new(stream.try_clone().expect("a socket")).lines();
    let (began, mut batches, mut longest) = (Instant::now(), 0, Duration::ZERO);
    let count = length.as_secs() * PER_SECOND / BATCH;
    while batches < count {
        let due = began + Duration::from_micros(batches * BATCH * 1_000_000 / PER_SECOND);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let asked = Instant::now();
        stream.write_all(request.as_bytes()).expect("it is taken");
        let head = answers.next().expect("an answer").expect("it is whole");
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        while answers
            .next()
            .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
        {}
        longest = longest.max(asked.elapsed());
        batches += 1;
    }
    (batches * BATCH, longest)
}

fn flood(length: Duration) {
    let settings = Settings::new("127.0.0.1:0").event_queue_bytes(QUEUE);
    let receiver = settings.listen().expect("a free port");
    let before = resident();
    let (address, began) = (receiver.address(), Instant::now());
    let sender = thread::spawn(move || send(address, length));
    let (mut read, mut lost, mut most) = (0, 0, 0);
    while !sender.is_finished() {
        match receiver.recv_timeout(SLOW) {
            Ok(Some(_)) => read += 1,
            Ok(None) => {}
            Err(Error::Lagged { lost: more, .. }) => lost += more,
            Err(error) => panic!("{error}"),
        }
        most = most.max(resident());
        thread::sleep(SLOW);
    }
    let took = began.elapsed();
    let (sent, longest) = sender.join().expect("no panic");
    let during = read;
    // What is still in the queue.
    loop {
        match receiver.recv_timeout(Duration::ZERO) {
            Ok(Some(_)) => read += 1,
            Ok(None) => break,
            Err(Error::Lagged { lost: more, .. }) => lost += more,
            Err(error) => panic!("{error}"),
        }
    }
    let (counts, growth) = (receiver.counts(), most.saturating_sub(before));
    println!(
        "{sent} events in {took:.1?}, {during} read meanwhile, {} dropped, the longest answer took {longest:?}, {growth} KiB more",
        counts.dropped
    );
    assert_eq!((counts.events, read + lost), (sent, sent));
    assert_eq!(counts.dropped, lost);
    assert!(lost > 0, "the reader is slow");
    // As long as that many take by themselves, and not as long as the reader would need.
    assert!(took < length * 4 + Duration::from_secs(5), "{took:?}");
    let bound = 2 * (QUEUE as u64 >> 10) + (16 << 10);
    assert!(growth < bound, "{growth} KiB more");
}

#[test]
fn a_flood_of_events_is_bounded_counted_and_holds_up_nobody() {
    let test = "a_flood_of_events_is_bounded_counted_and_holds_up_nobody";
    if alone(module_path!(), test) {
        let seconds = env::var("FLOOD_SECONDS").map_or(3, |it| it.parse().expect("a number"));
        flood(Duration::from_secs(seconds));
    }
}
