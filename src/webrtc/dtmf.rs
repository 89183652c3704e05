//! Keys of a telephone, as RFC 4733 sends them beside the audio.

use std::time::{Duration, Instant};

use str0m::{
    format::{Codec as Format, CodecConfig, FormatParams},
    media::{Frequency, MediaTime, Pt, TelephoneEvent},
};

use super::{Codec, MediaError, Track};
use crate::{Error, Result};

/// The events of RFC 4733 in their order.
const KEYS: &str = "0123456789*#ABCD";

/// Between two keys; 50 ms are needed to tell them apart.
const GAP: Duration = Duration::from_millis(100);

/// What a comma waits.
const COMMA: Duration = Duration::from_secs(2);

/// How short and how long a key may be pressed.
const SHORTEST: Duration = Duration::from_millis(40);
const LONGEST: Duration = Duration::from_secs(6);

/// The loudest that is usual, in -dBm0.
const VOLUME: u8 = 10;

/// An event that is longer than that goes on as another one (RFC 4733, 2.5.1.3).
const SEGMENT: u64 = u16::MAX as u64;

/// By how many packets one may come late; more, and it is of another source.
const LATE: u64 = 500;

/// Has the stack offer and take key events on the clocks of these codecs.
pub(super) fn enable(config: &mut CodecConfig, codecs: impl Iterator<Item = Codec>) {
    let mut rates: Vec<_> = codecs
        .filter(|codec| codec.is_audio())
        .map(Codec::clock_rate)
        .collect();
    rates.sort_unstable();
    rates.dedup();
    for rate in rates {
        let Some(frequency) = Frequency::new(rate) else {
            continue;
        };
        // Numbers that no other format has.
        let number = if rate == 8_000 { 126 } else { 110 };
        let format = FormatParams {
            telephone_event_max: Some(15),
            ..FormatParams::default()
        };
        config.add_config(number.into(), None, Format::Tele, frequency, None, format);
    }
}

impl Track {
    /// Presses keys: sends each as a telephone event, beside the audio. Returns when all are sent.
    ///
    /// `keys` has `0` to `9`, `*`, `#` and `A` to `D`; a comma waits 2 s. `tone` is how long each
    /// is pressed, 40 ms to 6 s: 100 ms is usual. A pause of 100 ms follows each. Audio may be
    /// written meanwhile, by another thread.
    ///
    /// The peer needs [`PeerBuilder::dtmf`](super::PeerBuilder::dtmf), and the other side has to
    /// have telephone events: [`has_dtmf`](Self::has_dtmf) says so. Otherwise SIP has
    /// [`Sip::dtmf_info`](crate::Sip::dtmf_info).
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for another key or length, before anything is sent, if there are no telephone
    /// events, if the track does not send, and while another thread presses keys on this track;
    /// [`MediaError::NotConnected`] before the peer is connected; [`MediaError::Closed`] when it is
    /// closed.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use janus_blocking::{Result, webrtc::Peer};
    ///
    /// /// Opens the door, where that takes `*1`.
    /// fn open(peer: &Peer) -> Result<()> {
    ///     peer.audio()?.send_dtmf("*1", Duration::from_millis(100))
    /// }
    /// ```
    pub fn send_dtmf(&self, keys: &str, tone: Duration) -> Result<()> {
        let keys = parse(keys)?;
        if !(SHORTEST..=LONGEST).contains(&tone) {
            let reason = format!("{} ms; it has to be 40 ms to 6 s", tone.as_millis());
            return Err(Error::config("tone", reason));
        }
        let status = &self.stack().status;
        status.check_connected()?;
        self.events()?;
        let Some(_alone) = self.line().presses.try_lock() else {
            let reason = "another thread presses keys on this track";
            return Err(Error::config("dtmf", reason));
        };
        for key in keys {
            let begin = Instant::now();
            let length = match key {
                Some(event) => self.press(event, tone).map(|()| tone + GAP)?,
                None => COMMA,
            };
            if let Some(why) = status.wait_closed(begin + length) {
                return Err(MediaError::Closed(why).into());
            }
        }
        Ok(())
    }

    /// Whether both sides have telephone events for this track, so that keys can be
    /// [sent](Self::send_dtmf).
    pub fn has_dtmf(&self) -> bool {
        self.line().agreed().dtmf
    }

    /// The codec beside which keys can be sent now.
    fn events(&self) -> Result<(Codec, Pt)> {
        let agreed = self.line().agreed();
        let Some(codec) = agreed.codec.filter(|_| agreed.direction.sends()) else {
            let reason = format!("the track is {}", agreed.direction.word());
            return Err(Error::config("dtmf", reason));
        };
        if !agreed.dtmf {
            let reason = "there are no telephone events: the peer was made without `dtmf`, or the \
                          other side has none";
            return Err(Error::config("dtmf", reason));
        }
        Ok(codec)
    }

    fn press(&self, event: u8, duration: Duration) -> Result<()> {
        let (codec, pt) = self.events()?;
        let rate = codec.clock_rate();
        let now = Instant::now();
        let time = MediaTime::new(
            self.line().time_at(now, rate),
            Frequency::new(rate).unwrap_or(Frequency::MICROS),
        );
        let event = TelephoneEvent {
            event,
            end: true,
            volume: VOLUME,
            duration,
        };
        let written = self.stack().with(|rtc, _| {
            let writer = rtc.writer(self.line().mid)?;
            Some(writer.telephone_event(event).write(pt, now, time, &[][..]))
        });
        match written.map_err(MediaError::Closed)? {
            Some(Err(error)) => Err(Error::config("dtmf", error.to_string())),
            _ => Ok(()),
        }
    }
}

/// The events of keys; `None` for a wait.
fn parse(keys: &str) -> Result<Vec<Option<u8>>> {
    let event = |key: char| {
        if key == ',' {
            return Ok(None);
        }
        let at = KEYS.find(key.to_ascii_uppercase());
        let event = at.and_then(|at| u8::try_from(at).ok());
        let unknown = || {
            let reason = "a key is one of 0 to 9, *, #, A to D, or a comma to wait";
            Error::config("keys", reason)
        };
        event.map(Some).ok_or_else(unknown)
    };
    keys.chars().map(event).collect()
}

/// Makes one key of the many packets in which it comes.
#[derive(Debug, Default)]
pub(super) struct Keys(Option<Pressed>);

#[derive(Debug)]
struct Pressed {
    event: u8,
    time: u64,
    packet: u64,
    released: bool,
}

impl Keys {
    /// The key, if one was pressed. `time` is the same in all packets of an event; `packet` is the
    /// number of this one.
    pub(super) fn take(&mut self, report: TelephoneEvent, time: u64, packet: u64) -> Option<char> {
        let new = match &mut self.0 {
            Some(last) if time == last.time => {
                last.released |= report.end;
                last.packet = last.packet.max(packet);
                return None;
            }
            // Times may jump either way where a stream begins anew.
            Some(last) if packet <= last.packet && last.packet - packet < LATE => return None,
            Some(last) => {
                let goes_on =
                    last.event == report.event && time == last.time.saturating_add(SEGMENT);
                !goes_on || last.released
            }
            None => true,
        };
        self.0 = Some(Pressed {
            event: report.event,
            time,
            packet,
            released: report.end,
        });
        let key = KEYS.as_bytes().get(usize::from(report.event));
        key.filter(|_| new).map(|key| char::from(*key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(event: u8, end: bool) -> TelephoneEvent {
        TelephoneEvent {
            event,
            end,
            volume: 10,
            duration: Duration::from_millis(100),
        }
    }

    #[test]
    fn a_key_comes_once_whatever_is_lost_or_late() {
        let mut keys = Keys::default();
        let mut take = |event, time, packet, end| keys.take(report(event, end), time, packet);
        assert_eq!(take(1, 1000, 10, false), Some('1'));
        assert_eq!(take(1, 1000, 11, false), None);
        assert_eq!(take(1, 1000, 13, true), None);
        // The same key again; then one of which only the end came.
        assert_eq!(take(1, 3000, 20, false), Some('1'));
        assert_eq!(take(11, 5000, 33, true), Some('#'));
        assert_eq!(take(1, 3000, 22, true), None, "it is late");
        // Flash and the like are no keys.
        assert_eq!(take(16, 7000, 40, false), None);
        assert_eq!(take(15, 8000, 50, false), Some('D'));
        // The sender's clock begins anew; then its numbers do.
        assert_eq!(take(2, 100, 60, false), Some('2'));
        assert_eq!(take(3, 9000, 70_000, false), Some('3'));
        assert_eq!(take(4, 200, 5, false), Some('4'));
    }

    #[test]
    fn a_key_that_is_held_for_long_comes_once() {
        let mut keys = Keys::default();
        let mut take = |pieces: u64, end| {
            keys.take(report(5, end), 1000 + pieces * SEGMENT, 10 * (pieces + 1))
        };
        assert_eq!(take(0, false), Some('5'));
        assert_eq!(take(1, false), None);
        assert_eq!(take(2, true), None);
        // Released: this is another one.
        assert_eq!(take(3, false), Some('5'));
    }

    #[test]
    fn the_end_of_time_is_no_end() {
        let mut keys = Keys::default();
        assert_eq!(keys.take(report(5, false), u64::MAX, 10), Some('5'));
        assert_eq!(keys.take(report(6, false), 0, 20), Some('6'));
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let keys = parse("09*#aD,").expect("keys");
        let expected = [0, 9, 10, 11, 12, 15].map(Some);
        assert_eq!(keys, [&expected[..], &[None]].concat());
        assert_eq!(parse("").expect("none"), []);
        for keys in ["E", "1 2", "é", "+49"] {
            assert!(matches!(
                parse(keys),
                Err(Error::Config { field: "keys", .. })
            ));
        }
    }
}
