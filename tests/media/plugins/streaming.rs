//! Streaming: viewers of mountpoints that are fed by plain RTP.

use std::{
    net::UdpSocket,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use janus_blocking::{
    Error, Jsep, Streaming,
    plugin::Id,
    streaming::{
        CreateRtp, Destroy, RtpStream, Viewer,
        viewer::{Status, Watch},
    },
    webrtc::{Codec, DataChannel, Direction, Peer},
};

use super::{Server, closed_by_janus, each, frame, hears, in_a_row, next};
use crate::{cut::wait_freed, pair::WAIT};

/// Audio, video and data for a mountpoint, until it is dropped.
struct Feed {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Feed {
    /// To the ports of audio, video and data.
    fn start(ports: [u16; 3], first: u32) -> Self {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).expect("a port");
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = thread::spawn(move || {
            for number in first.. {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let send = |packet: &[u8], port| {
                    let _ = socket.send_to(packet, ("127.0.0.1", port));
                };
                let audio = frame(Codec::Opus, number, false);
                send(&rtp(111, number, 960, &audio), ports[0]);
                // VP8 has a byte before each packet of a frame; one that fits into one is short.
                let video = [&[0x10], &frame(Codec::Vp8, number, false)[..]].concat();
                send(&rtp(100, number, 1800, &video), ports[1]);
                send(number.to_string().as_bytes(), ports[2]);
                thread::sleep(Duration::from_millis(20));
            }
        });
        Self {
            stop,
            thread: Some(thread),
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let thread = self.thread.take().expect("it is taken only here");
        let _ = thread.join();
    }
}

/// A packet with the end of a frame.
fn rtp(kind: u8, number: u32, step: u32, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x80, 0x80 | kind];
    packet.extend((number as u16).to_be_bytes());
    packet.extend(number.wrapping_mul(step).to_be_bytes());
    packet.extend((1000 + u32::from(kind)).to_be_bytes());
    packet.extend(payload);
    packet
}

fn mountpoint(streaming: &Streaming) -> (Id, [u16; 3]) {
    let streams = vec![
        RtpStream::audio("a").codec("opus").pt(111),
        RtpStream::video("v").codec("vp8").pt(100),
        RtpStream::data("d"),
    ];
    let created = streaming.create_rtp(&CreateRtp::new(streams));
    let stream = created.expect("a mountpoint").stream;
    let port = |mid: &str| {
        let port = stream.ports.iter().find(|port| port.mid == mid);
        port.and_then(|port| port.port).expect("a port")
    };
    (stream.id.clone(), ["a", "v", "d"].map(port))
}

/// Where Janus was still taking down the peer that this handle had before, it has lost its offer, and
/// says from then on that the handle is watching: another one has to.
fn offered(server: &Server, viewer: &mut Viewer, id: &Id) -> Jsep {
    let brief = viewer.with_timeout(Duration::from_secs(30));
    let offer = match brief.watch(&Watch::new(id)) {
        Err(Error::Timeout { .. }) => {
            *viewer = server.attach();
            viewer.watch(&Watch::new(id))
        }
        first => first,
    };
    offer.expect("an offer").1
}

fn watching(server: &Server, viewer: &mut Viewer, id: &Id) -> Peer {
    let offer = offered(server, viewer, id);
    let (peer, _) = server
        .media
        .peer(viewer)
        .audio(Direction::RecvOnly, &[Codec::Opus])
        .video(Direction::RecvOnly, &[Codec::Vp8])
        .data(DataChannel::JANUS)
        .answer_to(&offer, |answer| viewer.start(answer))
        .expect("answered");
    peer.wait_connected(WAIT).expect("a connection");
    peer
}

/// The next number on the data channel.
fn told(peer: &Peer) -> u32 {
    let channel = peer
        .data_channel(DataChannel::JANUS)
        .expect("it was asked for");
    let message = channel.recv_timeout(WAIT).expect("it is open");
    let message = message.expect("a message");
    String::from_utf8_lossy(&message.data)
        .parse()
        .expect("a number")
}

fn sees(peer: &Peer, first: u32) {
    hears(&peer.audio().expect("audio"), first, 40);
    hears(&peer.video().expect("video"), first, 40);
    in_a_row(first, 20, || told(peer)).expect("no more gaps than a busy machine makes");
}

fn watch(server: &Server) {
    let streaming: Streaming = server.attach();
    let [(first, one), (second, two)] = [(); 2].map(|()| mountpoint(&streaming));
    let (_one, _two) = (Feed::start(one, 0), Feed::start(two, 1_000_000));
    let mut viewer: Viewer = server.attach();
    let peer = watching(server, &mut viewer, &first);
    let channel = peer
        .data_channel(DataChannel::JANUS)
        .expect("it was asked for");
    channel.wait_open(WAIT).expect("it opens");
    sees(&peer, 0);

    // The other mountpoint, in the same media lines.
    viewer.switch(&second).expect("switched");
    sees(&peer, 1_000_000);

    viewer.pause().expect("paused");
    let audio = peer.audio().expect("audio");
    common::wait_until(WAIT, "nothing comes any more", || {
        let nothing = audio.recv_timeout(Duration::from_millis(300));
        nothing.expect("it is open").is_none()
    });
    let paused = audio.counts().received;
    assert_eq!(viewer.resume().expect("resumed").status, Status::Started);
    next(&audio);
    assert!(audio.counts().received > paused);

    viewer.stop().expect("it ends");
    closed_by_janus(&peer);
    // The same handle watches again, until the mountpoint is gone.
    wait_freed(&server.janus, viewer.handle());
    let peer = watching(server, &mut viewer, &first);
    hears(&peer.audio().expect("audio"), 0, 10);
    let destroyed = streaming.destroy(&Destroy::new(&first));
    destroyed.expect("destroyed");
    closed_by_janus(&peer);
}

#[test]
#[ignore = "needs Janus and root: run tests/run"]
fn a_viewer_sees_what_mountpoints_are_fed() {
    let test = "a_viewer_sees_what_mountpoints_are_fed";
    each(module_path!(), test, &[], watch);
}
