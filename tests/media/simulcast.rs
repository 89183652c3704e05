//! Video in several layers: between two peers, and with EchoTest of real servers.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use common::{Janus, Version, program::in_own_namespace};
use janus_blocking::{
    Connection, EchoTest, Error,
    echotest::Settings,
    webrtc::{Codec, Direction, Media, MediaTime, Peer, PeerEvent, Track},
};

use super::{
    pair::{Side, WAIT, connected, exchange},
    renegotiation::{offered, passes},
};

const LAYERS: [&str; 3] = ["h", "m", "l"];

/// Writes all layers of a picture, each of a size of its own: 300 bytes, 200, 100. Those are
/// keyframes that are wanted.
struct Camera<'a> {
    track: &'a Track,
    peer: &'a Peer,
    number: u64,
    wanted: BTreeSet<String>,
}

impl<'a> Camera<'a> {
    fn new(peer: &'a Peer, track: &'a Track) -> Self {
        Self {
            track,
            peer,
            number: 0,
            wanted: LAYERS.map(str::to_owned).into(),
        }
    }

    fn picture(&mut self) {
        while let Some(event) = self.peer.events().try_recv().expect("it is open") {
            if let PeerEvent::KeyframeWanted { rid, .. } = event {
                self.wanted.insert(rid.expect("a layer"));
            }
        }
        let time = MediaTime::new(self.number * 3000, 90_000);
        self.number += 1;
        for (at, layer) in LAYERS.iter().enumerate() {
            let mut data = if self.wanted.remove(*layer) {
                vec![0x10, 0, 0, 0x9d, 1, 0x2a, 64, 0, 64, 0]
            } else {
                vec![0x11, 0, 0]
            };
            data.resize(300 - 100 * at, 7);
            self.track
                .write_layer(layer, time, &data)
                .expect("it is open");
        }
    }

    /// Sends until a picture of that size comes: with Janus some of the layer before may.
    #[track_caller]
    fn until(&mut self, size: usize) {
        let begin = Instant::now();
        while begin.elapsed() < WAIT {
            self.picture();
            // The pace of a camera: Janus drops what comes too fast.
            let frame = self
                .track
                .recv_timeout(Duration::from_millis(33))
                .expect("it is open");
            if frame.is_some_and(|frame| frame.data.len() == size) {
                return;
            }
        }
        panic!("no picture of {size} bytes");
    }
}

#[test]
fn each_layer_arrives_under_its_name() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = connected(
        a.peer()
            .video(Direction::SendOnly, &[Codec::Vp8])
            .simulcast(&LAYERS),
        b.peer().video(Direction::RecvOnly, &[Codec::Vp8]),
    );
    let (from, to) = (one.video().expect("video"), other.video().expect("video"));
    assert_eq!(from.layers(), LAYERS);
    assert!(to.layers().is_empty());
    let mut camera = Camera::new(&one, &from);
    let mut came = BTreeSet::new();
    let begin = Instant::now();
    while came.len() < 3 {
        assert!(begin.elapsed() < WAIT, "{came:?}");
        camera.picture();
        while let Some(frame) = to
            .recv_timeout(Duration::from_millis(30))
            .expect("it is open")
        {
            came.insert((frame.data.len(), frame.rid.expect("a layer")));
        }
    }
    let came: Vec<_> = came.iter().map(|(size, rid)| (*size, &**rid)).collect();
    assert_eq!(came, [(100, "l"), (200, "m"), (300, "h")]);
    // A layer has to be named, and to be there.
    for error in [
        from.write(Duration::ZERO, &[1]),
        from.write_layer("x", Duration::ZERO, &[1]),
    ] {
        let error = error.unwrap_err().to_string();
        assert!(error.contains("the layers h, m, l"), "{error}");
    }
    // They outlast a hold.
    for direction in [Direction::Inactive, Direction::SendOnly] {
        offered(one.renegotiate().direction(&from, direction), &other).expect("an answer");
    }
    assert_eq!(from.layers(), LAYERS);
    let mut camera = Camera::new(&one, &from);
    while to.try_recv().expect("it is open").is_some() {}
    camera.picture();
    assert!(to.recv_timeout(WAIT).expect("it is open").is_some());
}

#[test]
fn who_takes_no_layers_gets_one_picture() {
    let (a, b) = (Side::new(), Side::new());
    let (one, other) = exchange(
        a.peer()
            .video(Direction::SendOnly, &[Codec::Vp8])
            .simulcast(&LAYERS),
        b.peer().video(Direction::RecvOnly, &[Codec::Vp8]),
        |jsep| {
            let lines = jsep.sdp.lines();
            let kept = lines.filter(|it| !it.starts_with("a=rid:") && !it.contains("a=simulcast:"));
            let sdp = kept.map(|line| format!("{line}\r\n")).collect();
            super::pair::changed(jsep, sdp)
        },
    )
    .expect("a common description");
    one.wait_connected(WAIT).expect("a connection");
    other.wait_connected(WAIT).expect("a connection");
    let (from, to) = (one.video().expect("video"), other.video().expect("video"));
    assert!(from.layers().is_empty());
    passes(&from, &to);
    let error = from.write_layer("h", Duration::ZERO, &[1]).unwrap_err();
    assert!(error.to_string().contains("use `write`"), "{error}");
}

#[test]
fn layers_that_cannot_be_are_refused() {
    let side = Side::new();
    let video = || side.peer().video(Direction::SendOnly, &[Codec::Vp8]);
    for peer in [
        video().simulcast(&["h"]),
        video().simulcast(&["4", "3", "2", "1"]),
        video().simulcast(&["h", "h"]),
        video().simulcast(&["h", ""]),
        video().simulcast(&["h", "m;l"]),
        video().simulcast(&["h", "ninechars"]),
        side.peer()
            .audio(Direction::SendRecv, &[Codec::Opus])
            .simulcast(&LAYERS),
        side.peer()
            .video(Direction::RecvOnly, &[Codec::Vp8])
            .simulcast(&LAYERS),
    ] {
        let error = peer
            .offer_by(|_| unreachable!("nothing is sent"))
            .unwrap_err();
        assert!(
            matches!(
                error,
                Error::Config {
                    field: "simulcast",
                    ..
                }
            ),
            "{error}"
        );
    }
}

fn echo(version: Version) {
    let server = Janus::builder().version(version).start();
    let janus = Connection::open(&server.url()).expect("it runs");
    let session = janus.create_session().expect("a session");
    let echo: EchoTest = session.attach().expect("a handle");
    let media = Media::start().expect("a thread");
    let settings = Settings::new().video(true).videocodec("vp8");
    let peer = media
        .peer(echo.handle())
        .video(Direction::SendRecv, &[Codec::Vp8])
        .simulcast(&LAYERS)
        .offer_by(|offer| echo.offer(&settings, offer))
        .expect("an answer");
    peer.wait_connected(WAIT).expect("a connection");
    let track = peer.video().expect("video");
    assert_eq!(track.layers(), LAYERS, "{version}");
    let mut camera = Camera::new(&peer, &track);
    // Without a wish Janus sends the best.
    camera.until(300);
    for substream in [0, 2, 1, 0, 1, 2] {
        echo.configure(&Settings::new().substream(substream))
            .expect("configured");
        camera.until(100 + 100 * usize::from(substream));
    }
    // A hold and its end, with the layers in the descriptions.
    for direction in [Direction::SendOnly, Direction::SendRecv] {
        let change = peer.renegotiate().direction(&track, direction);
        change
            .offer_by(|offer| echo.offer(&Settings::new(), offer))
            .expect("an answer");
        assert_eq!(track.direction(), direction, "{version}");
    }
    assert_eq!(track.layers(), LAYERS, "{version}");
    camera.until(300);
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn janus_sends_back_the_layer_that_is_asked_for() {
    let test = "janus_sends_back_the_layer_that_is_asked_for";
    if in_own_namespace(module_path!(), test) {
        Version::ALL.into_iter().for_each(echo);
    }
}
