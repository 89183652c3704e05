//! The text that Prometheus takes, and its server.

use std::{
    collections::BTreeMap,
    fmt::{Display, Write as _},
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use super::{lock, state::State, table::short};

/// How long a request may take; they are answered one by one.
const TIME: Duration = Duration::from_secs(2);
const MAX_HEAD: usize = 8 << 10;

/// Starts it; it ends with the program.
pub fn serve(address: &str, state: Arc<Mutex<State>>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(address)?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = answer(stream, &state);
        }
    });
    Ok(address)
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) -> io::Result<()> {
    let deadline = Instant::now() + TIME;
    stream.set_write_timeout(Some(TIME))?;
    let (mut head, mut buffer) = (Vec::new(), [0; 1024]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || head.len() > MAX_HEAD {
            return Ok(());
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            length => head.extend_from_slice(&buffer[..length]),
        }
    }
    let (status, body) = if head.starts_with(b"GET /metrics ") {
        ("200 OK", metrics(&lock(state)))
    } else {
        ("404 Not Found", String::new())
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )
}

/// Sums by what they are of: no handle has a line of its own.
fn metrics(state: &State) -> String {
    let mut text = String::new();
    let mut handles: BTreeMap<(String, String), [u64; 2]> = BTreeMap::new();
    let mut media: BTreeMap<(String, String, String), [u64; 3]> = BTreeMap::new();
    head(&mut text, "janus_sessions", "gauge", "Live sessions.");
    for (name, server) in state.live.servers() {
        let labels = format!("server=\"{}\"", escaped(name));
        line(&mut text, "janus_sessions", &labels, server.sessions.len());
        for handle in server
            .sessions
            .values()
            .flat_map(|session| session.handles.values())
        {
            let plugin = format!("plugin=\"{}\"", escaped(short(&handle.plugin)));
            let [all, up] = handles.entry((labels.clone(), plugin.clone())).or_default();
            *all += 1;
            *up += u64::from(handle.is_up);
            for ((_, kind), medium) in &handle.media {
                let kind = format!("media=\"{}\"", escaped(kind));
                let key = (labels.clone(), plugin.clone(), kind);
                let [from, to, lost] = media.entry(key).or_default();
                let stats = &medium.stats;
                let sum = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
                sum(from, stats.bytes_received_lastsec.unwrap_or_default());
                sum(to, stats.bytes_sent_lastsec.unwrap_or_default());
                sum(
                    lost,
                    stats
                        .lost
                        .and_then(|lost| lost.try_into().ok())
                        .unwrap_or_default(),
                );
            }
        }
    }
    for (at, name, help) in [
        (0, "janus_handles", "Live handles."),
        (1, "janus_peerconnections", "PeerConnections that are up."),
    ] {
        head(&mut text, name, "gauge", help);
        for ((server, plugin), counts) in &handles {
            line(&mut text, name, &format!("{server},{plugin}"), counts[at]);
        }
    }
    for (at, name, help) in [
        (
            0,
            "janus_media_received_bytes_per_second",
            "Media from clients.",
        ),
        (1, "janus_media_sent_bytes_per_second", "Media to clients."),
        (
            2,
            "janus_media_lost_packets",
            "Packets of clients lost since the live media began.",
        ),
    ] {
        head(&mut text, name, "gauge", help);
        for ((server, plugin, kind), counts) in &media {
            line(
                &mut text,
                name,
                &format!("{server},{plugin},{kind}"),
                counts[at],
            );
        }
    }
    head(
        &mut text,
        "janus_events_total",
        "counter",
        "Events by their kinds.",
    );
    for (kind, count) in &state.kinds {
        line(
            &mut text,
            "janus_events_total",
            &format!("kind=\"{kind}\""),
            count,
        );
    }
    for (name, count, help) in [
        (
            "janus_slow_links_total",
            state.slow_links,
            "Times that packets were lost.",
        ),
        (
            "janus_monitor_dropped_events_total",
            state.counts.dropped,
            "Events that found no room here.",
        ),
        (
            "janus_monitor_refused_total",
            state.counts.refused,
            "Requests that were refused here.",
        ),
    ] {
        head(&mut text, name, "counter", help);
        let _ = writeln!(text, "{name} {count}");
    }
    text
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn line(text: &mut String, name: &str, labels: &str, value: impl Display) {
    let _ = writeln!(text, "{name}{{{labels}}} {value}");
}

/// A label's value.
fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}
