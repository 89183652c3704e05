//! Each plugin that carries media, by its typed calls: peers of real servers hear and see each other.

mod audiobridge;
mod nosip;
mod recordplay;
mod sip;
mod streaming;
mod textroom;
mod videocall;
mod videoroom;

use std::{
    fmt::Debug,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use common::{Janus, Version, program::in_own_namespace};
use janus_blocking::{
    Connection, Event, Jsep, Plugin, Result, Session,
    admin::Admin,
    webrtc::{Codec, Media, Peer, PeerClosed, PeerEvent, PeerState, Played, Stop, Track},
};

use super::pair::WAIT;

/// A server, a session there, and media.
pub(crate) struct Server {
    pub(crate) version: Version,
    pub(crate) media: Media,
    pub(crate) session: Session,
    _connection: Connection,
    pub(crate) janus: Janus,
}

impl Server {
    pub(crate) fn attach<P: Plugin>(&self) -> P {
        self.session.attach().expect("a handle")
    }

    pub(crate) fn admin(&self) -> Admin {
        let admin = Admin::open(&self.janus.admin_url(), self.janus.admin_secret());
        admin.expect("the Admin API")
    }
}

/// Runs a test with each version of Janus, in a namespace of its own. Settings are lines of files.
pub(crate) fn each(module: &str, test: &str, settings: &[[&str; 2]], run: impl Fn(&Server)) {
    if !in_own_namespace(module, test) {
        return;
    }
    for version in Version::ALL {
        let builder = Janus::builder().version(version);
        let builder = settings
            .iter()
            .fold(builder, |it, [file, line]| it.setting(file, line));
        let janus = builder.start();
        let connection = Connection::open(&janus.url()).expect("it runs");
        run(&Server {
            version,
            media: Media::start().expect("a thread"),
            session: connection.create_session().expect("a session"),
            _connection: connection,
            janus,
        });
    }
}

/// Waits for the event of a plugin that `pick` takes; those before it are thrown away.
#[track_caller]
pub(crate) fn wait<P: Plugin<Event: Debug>, T>(
    plugin: &P,
    what: &str,
    mut pick: impl FnMut(&P::Event, Option<&Jsep>) -> Option<T>,
) -> T {
    let (events, deadline, mut seen) = (plugin.events(), Instant::now() + WAIT, Vec::new());
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let event = events.recv_timeout(left).expect("an event that decodes");
        let event = event.unwrap_or_else(|| panic!("no {what}, but {seen:#?}"));
        if let Event::Plugin { event, jsep } = &event {
            if let Some(found) = pick(event, jsep.as_ref()) {
                return found;
            }
        }
        seen.push(format!("{event:?}"));
    }
}

/// Waits until Janus too says that the peer is connected, and its plugin knows.
#[track_caller]
pub(crate) fn wait_up<P: Plugin>(plugin: &P) {
    let events = plugin.events();
    while let Some(event) = events.recv_timeout(WAIT).expect("an event that decodes") {
        if matches!(event, Event::WebrtcUp) {
            return;
        }
    }
    panic!("Janus says nothing");
}

/// The frame of that number: in the form of its codec, and different from all others.
pub(crate) fn frame(codec: Codec, number: u32, keyframe: bool) -> Vec<u8> {
    let (mut frame, length) = match codec {
        // The first byte says: one frame of 20 ms.
        Codec::Opus => (vec![0xfc], 80),
        Codec::Vp8 if keyframe => (vec![0x10, 0, 0, 0x9d, 1, 0x2a, 0x80, 2, 0xe0, 1], 3000),
        Codec::Vp8 => (vec![0x11, 0, 0], 1000),
        Codec::Pcma | Codec::Pcmu => (Vec::new(), 160),
        other => panic!("no frames of {other}"),
    };
    frame.resize(length - 4, number as u8);
    frame.extend(number.to_be_bytes());
    frame
}

/// Numbered frames on a track, of video with the keyframes that are asked for, until it is dropped.
pub(crate) struct Flow {
    stop: Stop,
    thread: Option<JoinHandle<Result<Played>>>,
}

impl Flow {
    /// From that number on.
    pub(crate) fn start(peer: &Peer, track: &Track, first: u32) -> Self {
        let (stop, track) = (Stop::new(), track.clone());
        let events = (!track.is_audio()).then(|| peer.events());
        let mut number = first;
        let source = move |codec: Codec| {
            let mut key = number == first;
            while let Some(Ok(Some(event))) = events.as_ref().map(|it| it.try_recv()) {
                key |= matches!(event, PeerEvent::KeyframeWanted { .. });
            }
            let made = frame(codec, number, key);
            number += 1;
            Ok(Some((made, Duration::from_millis(20))))
        };
        let stopped = stop.clone();
        let thread = thread::spawn(move || track.play(source, &stopped));
        Self {
            stop,
            thread: Some(thread),
        }
    }

    /// Ends it; how many frames were sent.
    pub(crate) fn end(mut self) -> u64 {
        self.stop.stop();
        let thread = self.thread.take().expect("it is taken only here");
        thread.join().expect("no panic").expect("it plays").frames
    }
}

impl Drop for Flow {
    fn drop(&mut self) {
        self.stop.stop();
    }
}

/// The next frame of a track; its number, after a look at all of it.
#[track_caller]
pub(crate) fn next(track: &Track) -> u32 {
    let came = track.recv_timeout(WAIT).expect("it is open");
    let came = came.unwrap_or_else(|| panic!("nothing comes: {track:?}"));
    let number: [u8; 4] = came.data[came.data.len() - 4..].try_into().expect("four");
    let number = u32::from_be_bytes(number);
    assert_eq!(
        came.data[..],
        frame(came.codec, number, came.keyframe)[..],
        "frame {number}"
    );
    number
}

/// The number of the first of `count` frames that follow each other without a gap, from `first` on.
#[track_caller]
pub(crate) fn hears(track: &Track, first: u32, count: u32) -> u32 {
    in_a_row(first, count, || next(track)).unwrap_or_else(|gaps| panic!("{gaps:?} in {track:?}"))
}

/// The first of `count` numbers that follow each other, from `first` on; or where the gaps are. A
/// machine that has no time for this process loses some: a few times that may happen.
pub(crate) fn in_a_row(
    first: u32,
    count: u32,
    mut next: impl FnMut() -> u32,
) -> Result<u32, Vec<(u32, u32)>> {
    let begin = (0..10_000).map(|_| next()).find(|it| *it >= first);
    let (mut begin, mut gaps) = (begin.ok_or_else(Vec::new)?, Vec::new());
    let mut last = begin;
    while last - begin + 1 < count {
        let number = next();
        if number != last + 1 {
            gaps.push((last, number));
            if gaps.len() > 5 {
                return Err(gaps);
            }
            begin = number;
        }
        last = number;
    }
    Ok(begin)
}

/// Waits until a peer is closed.
#[track_caller]
pub(crate) fn closed(peer: &Peer) -> PeerClosed {
    let events = peer.events();
    loop {
        if let PeerState::Closed(why) = peer.state() {
            return why;
        }
        let event = events.recv_timeout(WAIT);
        assert!(!matches!(event, Ok(None)), "{peer:?} goes on");
    }
}

/// Waits until Janus has ended a peer.
#[track_caller]
pub(crate) fn closed_by_janus(peer: &Peer) {
    let why = closed(peer);
    assert!(matches!(why, PeerClosed::ByJanus(_)), "{why}");
}
