//! Statistics of a peer: what went both ways, and how well.

use std::{
    net::SocketAddr,
    ops::RangeInclusive,
    time::{Duration, Instant},
};

use str0m::{
    media::{Mid, Rid},
    stats::{
        MediaEgressStats, MediaIngressStats, PeerStats as NativePeer, RemoteIngressStats as Report,
    },
};

use super::{Peer, PeerState, line::Tracks};

/// A gap of so many packets is another count of the sender's, not a loss.
const JUMP: u64 = 3000;

/// Streams that are kept in mind: a sender can make up names for them.
const STREAMS: usize = 64;

/// Statistics of a peer; see [`Peer::stats`].
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct PeerStats {
    /// When they were measured; `None` before the first time.
    pub measured: Option<Instant>,
    /// How the peer is now.
    pub state: PeerState,
    /// Bytes of all that was sent: media, DTLS, data channels and STUN, without the headers of UDP
    /// and IP.
    pub sent_bytes: u64,
    /// Bytes of all that was received, without STUN and the headers of UDP and IP.
    pub received_bytes: u64,
    /// The pair of candidates over which media goes; `None` before there is one.
    pub pair: Option<CandidatePair>,
    /// The streams over which something has gone, by their `mid` and `rid`.
    pub tracks: Vec<TrackStats>,
}

/// The selected pair of ICE candidates, in [`PeerStats`].
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct CandidatePair {
    /// The address of this side.
    pub local: SocketAddr,
    /// The address of the other side.
    pub remote: SocketAddr,
    /// How long the last STUN request and its answer took.
    pub round_trip: Option<Duration>,
}

/// Statistics of one stream of media, in [`PeerStats`].
#[derive(Clone, PartialEq, Debug, Default)]
#[non_exhaustive]
pub struct TrackStats {
    /// The `mid` of its media line: [`Track::mid`](super::Track::mid).
    pub mid: String,
    /// With simulcast, which of the streams of that line.
    pub rid: Option<String>,
    /// What this side sent.
    pub sent: SentStats,
    /// What this side received.
    pub received: ReceivedStats,
}

/// What was sent, in [`TrackStats`].
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[non_exhaustive]
pub struct SentStats {
    /// RTP packets, those that were sent again included.
    pub packets: u64,
    /// Their bytes, without the headers of RTP.
    pub bytes: u64,
    /// Bits per second, between the last two measurements.
    pub bitrate: u64,
    /// Packets that the other side misses, as it last told: more than those that were sent and lost,
    /// if it relays several senders.
    pub lost: u64,
    /// Which part of the packets the other side missed lately, 0 to 1, as it last told; 0 before it
    /// has.
    pub fraction_lost: f32,
    /// How unevenly packets arrive at the other side, as it last told.
    pub jitter: Duration,
    /// The time to the other side and back, by RTCP; `None` before a report has told it.
    pub round_trip: Option<Duration>,
    /// Requests for lost packets (NACK) that came.
    pub nacks: u64,
    /// Requests for keyframes (PLI) that came.
    pub plis: u64,
    /// Requests for keyframes (FIR) that came.
    pub firs: u64,
}

/// What was received, in [`TrackStats`].
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[non_exhaustive]
pub struct ReceivedStats {
    /// RTP packets, those that were sent again included.
    pub packets: u64,
    /// Their bytes, without the headers of RTP.
    pub bytes: u64,
    /// Bits per second, between the last two measurements.
    pub bitrate: u64,
    /// Packets without which frames were passed on: they did not come, or too late. Of a video frame
    /// that lacks one, all count. What was sent again in time does not.
    pub lost: u64,
    /// Which part of the packets was missing lately, 0 to 1, before any was sent again: what this
    /// side last told the other one.
    pub fraction_lost: f32,
    /// How unevenly packets arrive here (RFC 3550).
    pub jitter: Duration,
    /// The time to the other side and back, where it answers to extended reports (RTCP XR).
    pub round_trip: Option<Duration>,
    /// Requests for lost packets (NACK) that were sent.
    pub nacks: u64,
    /// Requests for keyframes (PLI) that were sent.
    pub plis: u64,
    /// Requests for keyframes (FIR) that were sent.
    pub firs: u64,
}

/// What the stack has told.
#[derive(Debug, Default)]
pub(super) struct Measured {
    at: Option<Instant>,
    sent_bytes: u64,
    received_bytes: u64,
    pair: Option<CandidatePair>,
    streams: Vec<Stream>,
}

#[derive(Debug)]
struct Stream {
    mid: Mid,
    rid: Option<Rid>,
    stats: TrackStats,
    /// When bytes were counted last, each way.
    sent_at: Option<Instant>,
    received_at: Option<Instant>,
    order: Order,
    /// Requests for keyframes that the stack does not count.
    asked: u64,
}

/// Which packets frames were made of.
#[derive(Debug, Default)]
struct Order {
    last: Option<u64>,
    lost: u64,
}

impl Order {
    fn frame(&mut self, packets: RangeInclusive<u64>) {
        let (first, last) = packets.into_inner();
        if let Some(before) = self.last {
            if last <= before && before - last < JUMP {
                // It is late, and was counted as lost.
                self.lost = self.lost.saturating_sub((last + 1).saturating_sub(first));
                return;
            }
            let missing = first.saturating_sub(before.saturating_add(1));
            if missing < JUMP {
                self.lost += missing;
            }
        }
        self.last = Some(last);
    }
}

impl Measured {
    pub(super) fn peer(&mut self, stats: &NativePeer) {
        self.at = Some(stats.timestamp);
        (self.sent_bytes, self.received_bytes) = (stats.peer_bytes_tx, stats.peer_bytes_rx);
        let pair = stats.selected_candidate_pair.as_ref();
        self.pair = pair.map(|pair| CandidatePair {
            local: pair.local.addr,
            remote: pair.remote.addr,
            round_trip: pair.current_round_trip_time,
        });
    }

    /// Another frame, of these packets.
    pub(super) fn frame(&mut self, mid: Mid, rid: Option<Rid>, packets: RangeInclusive<u64>) {
        if let Some(stream) = self.stream(mid, rid) {
            stream.order.frame(packets);
        }
    }

    /// A keyframe was asked for, past the stack's own counts.
    pub(super) fn asked(&mut self, mid: Mid) {
        if let Some(stream) = self.stream(mid, None) {
            stream.asked += 1;
        }
    }

    pub(super) fn sent(&mut self, stats: &MediaEgressStats, tracks: &Tracks) {
        let rate = tracks.clock_rate(stats.mid);
        let Some(stream) = self.stream(stats.mid, stats.rid) else {
            return;
        };
        let before = stream.stats.sent;
        let told = |told: fn(&Report) -> u64| stats.remote.as_ref().map(told);
        stream.stats.sent = SentStats {
            packets: stats.packets,
            bytes: stats.bytes,
            bitrate: bitrate(
                stats.bytes.saturating_sub(before.bytes),
                stream.sent_at,
                stats.timestamp,
            ),
            lost: told(|it| it.packets_lost).map_or(before.lost, not_negative),
            fraction_lost: stats.loss.map_or(before.fraction_lost, fraction),
            jitter: told(|it| it.jitter.into()).map_or(before.jitter, |it| ticks(it, rate)),
            round_trip: stats.rtt.or(before.round_trip),
            nacks: stats.nacks,
            plis: stats.plis,
            firs: stats.firs,
        };
        stream.sent_at = Some(stats.timestamp);
    }

    pub(super) fn received(&mut self, stats: &MediaIngressStats, tracks: &Tracks) {
        let rate = tracks.clock_rate(stats.mid);
        let Some(stream) = self.stream(stats.mid, stats.rid) else {
            return;
        };
        let before = stream.stats.received;
        stream.stats.received = ReceivedStats {
            packets: stats.packets,
            bytes: stats.bytes,
            bitrate: bitrate(
                stats.bytes.saturating_sub(before.bytes),
                stream.received_at,
                stats.timestamp,
            ),
            lost: before.lost,
            fraction_lost: stats.loss.map_or(before.fraction_lost, fraction),
            jitter: ticks(stats.jitter.into(), rate),
            round_trip: stats.rtt.or(before.round_trip),
            nacks: stats.nacks,
            plis: stats.plis,
            firs: stats.firs,
        };
        stream.received_at = Some(stats.timestamp);
    }

    fn stream(&mut self, mid: Mid, rid: Option<Rid>) -> Option<&mut Stream> {
        let is_it = |stream: &Stream| (stream.mid, stream.rid) == (mid, rid);
        let at = match self.streams.iter().position(is_it) {
            Some(at) => at,
            None if self.streams.len() == STREAMS => return None,
            None => {
                self.streams.push(Stream {
                    mid,
                    rid,
                    stats: TrackStats {
                        mid: mid.to_string(),
                        rid: rid.map(|rid| rid.to_string()),
                        ..TrackStats::default()
                    },
                    sent_at: None,
                    received_at: None,
                    order: Order::default(),
                    asked: 0,
                });
                self.streams.len() - 1
            }
        };
        self.streams.get_mut(at)
    }

    fn as_public(&self, state: PeerState) -> PeerStats {
        let mut tracks: Vec<_> = self
            .streams
            .iter()
            .map(|stream| {
                let mut stats = stream.stats.clone();
                stats.received.lost = stream.order.lost;
                stats.received.plis += stream.asked;
                stats
            })
            .collect();
        tracks.sort_by(|a, b| (&a.mid, &a.rid).cmp(&(&b.mid, &b.rid)));
        PeerStats {
            measured: self.at,
            state,
            sent_bytes: self.sent_bytes,
            received_bytes: self.received_bytes,
            pair: self.pair.clone(),
            tracks,
        }
    }
}

impl PeerStats {
    /// The statistics of the track with that `mid`; with simulcast, of the first of its streams.
    pub fn track(&self, mid: &str) -> Option<&TrackStats> {
        self.tracks.iter().find(|track| track.mid == mid)
    }
}

impl Peer {
    /// Statistics, as last measured. Returns at once and sends nothing.
    ///
    /// They are measured once a second, or as often as
    /// [`MediaBuilder::stats_every`](super::MediaBuilder::stats_every) says; only
    /// [`PeerStats::state`] and [`ReceivedStats::lost`] are of this moment. Counts never decrease,
    /// except those of what is lost: [`SentStats::lost`], which the other side tells, and
    /// [`ReceivedStats::lost`], when a frame comes late after all. At most 64 streams are counted. Once the peer is closed they stay as
    /// they were. Whole frames are counted at once: [`Track::counts`](super::Track::counts).
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::webrtc::Peer;
    ///
    /// fn show(peer: &Peer) {
    ///     let stats = peer.stats();
    ///     if let Some(pair) = &stats.pair {
    ///         println!("{} to {}, {:?} and back", pair.local, pair.remote, pair.round_trip);
    ///     }
    ///     for track in &stats.tracks {
    ///         let (out, back) = (&track.sent, &track.received);
    ///         println!("{}: {} bit/s out, {} bit/s back", track.mid, out.bitrate, back.bitrate);
    ///         println!("  {} of {} packets did not come", back.lost, back.packets + back.lost);
    ///     }
    /// }
    /// ```
    pub fn stats(&self) -> PeerStats {
        let core = self.stack.core.lock();
        core.stats.as_public(self.stack.status.state())
    }
}

/// Of what came since a measurement.
fn bitrate(bytes: u64, since: Option<Instant>, now: Instant) -> u64 {
    let time = since.and_then(|since| now.checked_duration_since(since));
    let micros = time.map_or(0, |time| time.as_micros());
    let bits = u128::from(bytes) * 8 * 1_000_000;
    u64::try_from(bits.checked_div(micros).unwrap_or(0)).unwrap_or(u64::MAX)
}

fn ticks(ticks: u64, rate: Option<u32>) -> Duration {
    rate.map_or(Duration::ZERO, |rate| {
        super::MediaTime::new(ticks, rate).as_duration()
    })
}

/// The other side counts in 24 bits, with a sign: there may be more packets than it expected.
fn not_negative(lost: u64) -> u64 {
    if lost & 0x80_0000 == 0 {
        lost & 0x7f_ffff
    } else {
        0
    }
}

fn fraction(part: f32) -> f32 {
    part.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_between_frames_are_lost() {
        let mut order = Order::default();
        for packets in [10..=10, 11..=12, 14..=15, 13..=13, 18..=18] {
            order.frame(packets);
        }
        // 13 came late; 16 and 17 did not come.
        assert_eq!(order.lost, 2);
        // Another sender.
        order.frame(70_000..=70_000);
        order.frame(1..=1);
        order.frame(3..=3);
        assert_eq!(order.lost, 2 + 1);
    }

    #[test]
    fn bits_are_counted_by_the_second() {
        let now = Instant::now();
        let later = now + Duration::from_millis(500);
        assert_eq!(bitrate(1000, Some(now), later), 16_000);
        assert_eq!(bitrate(1000, None, later), 0);
        assert_eq!(bitrate(1000, Some(now), now), 0);
        assert_eq!(bitrate(1000, Some(later), now), 0);
    }

    #[test]
    fn streams_are_bounded_and_numbers_make_sense() {
        let mut measured = Measured::default();
        for number in 0..1000 {
            measured.frame(Mid::from(&*format!("{number}")), None, 0..=0);
        }
        let stats = measured.as_public(PeerState::Connecting);
        assert_eq!(stats.tracks.len(), STREAMS);
        assert_eq!(stats.track("7").expect("it is there").received.lost, 0);
        assert_eq!(not_negative(5), 5);
        assert_eq!(not_negative(0xff_ffff), 0);
        assert_eq!((fraction(-1.0), fraction(1.5)), (0.0, 1.0));
        assert_eq!(ticks(80, Some(8000)), Duration::from_millis(10));
    }
}
