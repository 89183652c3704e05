//! A table of what lives.

use std::fmt::Write;

use janus_blocking::monitor::{Counts, LiveHandle};

use super::state::State;

/// How many lines of handles fit; more are counted.
const MOST: usize = 40;

pub fn table(state: &State, counts: &Counts) -> String {
    let mut table = String::new();
    let mut more = 0;
    let mut lines = 0;
    for (name, server) in state.live.servers() {
        let handles = server
            .sessions
            .values()
            .map(|it| it.handles.len())
            .sum::<usize>();
        let sessions = server.sessions.len();
        let ended = if server.has_ended { ", ended" } else { "" };
        let version = &server.version;
        line(
            &mut table,
            format_args!("{name} {version}: {sessions} sessions, {handles} handles{ended}"),
        );
        for (session, it) in &server.sessions {
            for (id, handle) in &it.handles {
                lines += 1 + handle.media.len();
                if lines > MOST {
                    more += 1;
                    continue;
                }
                let plugin = short(&handle.plugin);
                let opaque = handle.opaque_id.as_deref().unwrap_or_default();
                let peer = peer(handle);
                line(
                    &mut table,
                    format_args!(
                        "  {session:>16} {id:>16} {plugin:<12} {:<20} {peer:<22} {opaque}",
                        handle.doing
                    ),
                );
                media(&mut table, handle);
            }
        }
    }
    if more > 0 {
        line(&mut table, format_args!("  and {more} handles more"));
    }
    line(
        &mut table,
        format_args!("{} events, {} dropped", counts.events, counts.dropped),
    );
    table
}

fn media(table: &mut String, handle: &LiveHandle) {
    for ((mid, kind), medium) in &handle.media {
        let stats = &medium.stats;
        let rate = |bytes: Option<u64>| bytes.unwrap_or_default().saturating_mul(8) / 1000;
        let (from, to) = (
            rate(stats.bytes_received_lastsec),
            rate(stats.bytes_sent_lastsec),
        );
        let (lost, rtt) = (
            stats.lost.unwrap_or_default(),
            stats.rtt.unwrap_or_default(),
        );
        let codec = stats.codec.as_deref().unwrap_or_default();
        let quiet = if medium.is_receiving == Some(false) {
            ", nothing comes"
        } else {
            ""
        };
        line(
            table,
            format_args!(
                "      {mid:>3} {kind:<10} {codec:<6} in {from} kbit/s, {} packets, {lost} lost, out {to} kbit/s, {} packets, rtt {rtt} ms{quiet}",
                stats.packets_received, stats.packets_sent
            ),
        );
    }
}

/// How the PeerConnection is.
fn peer(handle: &LiveHandle) -> String {
    match (&*handle.ice, &handle.hangup) {
        _ if handle.is_up => "up".to_owned(),
        (_, Some(reason)) => format!("down: {reason}"),
        ("", None) => "-".to_owned(),
        (ice, None) => format!("ice {ice}"),
    }
}

/// The plugin without what all of them begin with.
pub fn short(package: &str) -> &str {
    package.strip_prefix("janus.plugin.").unwrap_or(package)
}

/// One line, without what a sender could do to a terminal.
fn line(table: &mut String, text: std::fmt::Arguments<'_>) {
    let text = text.to_string();
    let clean = text
        .trim_end()
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it });
    let _ = writeln!(table, "{}", clean.collect::<String>());
}
