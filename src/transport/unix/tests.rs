//! Links to servers that are slow, silent or wrong.

use std::{
    env, fs,
    os::{fd::OwnedFd, unix::net::UnixDatagram},
    thread,
    time::Duration,
};

use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketType, accept, bind, listen, recv, send, socket,
    sockopt::{set_socket_send_buffer_size, socket_send_buffer_size},
};

use super::*;

/// What a busy machine does not reach either.
const SOON: Duration = Duration::from_secs(20);
const BRIEF: Duration = Duration::from_millis(200);

/// A server's socket in a folder of its own, and the link to it.
struct Setup {
    folder: PathBuf,
    /// The side of the server: it sends and receives.
    server: OwnedFd,
    link: Box<dyn Link>,
    receiver: Box<dyn Receiver>,
}

impl Setup {
    fn new(datagrams: bool) -> Self {
        let random = crate::random::number();
        let folder = env::temp_dir().join(format!("jb-unix-link-{random:x}"));
        fs::create_dir(&folder).expect("a folder");
        let path = folder.join("server");
        let transport = UnixSocket::new(path.clone(), datagrams).expect("a short path");
        let connect = || transport.connect(Instant::now() + SOON).expect("a server");
        let (server, connected) = if datagrams {
            let server = UnixDatagram::bind(&path).expect("bound");
            let connected = connect();
            let own = fs::read_dir(&folder).expect("a folder").flatten();
            let own = own.map(|file| file.path()).find(|it| *it != path);
            // What Janus does with `sendto`.
            server
                .connect(own.expect("the client's own"))
                .expect("connected");
            (server.into(), connected)
        } else {
            let listener = socket(AddressFamily::UNIX, SocketType::SEQPACKET, None);
            let listener = listener.expect("a socket");
            bind(&listener, &address(&path).expect("short")).expect("bound");
            listen(&listener, 1).expect("listening");
            let connected = connect();
            (accept(&listener).expect("a client"), connected)
        };
        Self {
            folder,
            server,
            link: connected.link,
            receiver: connected.receiver,
        }
    }

    fn says(&self, packet: &[u8]) {
        let sent = send(&self.server, packet, SendFlags::empty());
        assert_eq!(sent, Ok(packet.len()));
    }

    /// Waits until nothing comes any more, and says why. Who was waiting when the link ended is told by
    /// the next call.
    fn end(&mut self, limit: Duration, idle: bool) -> io::ErrorKind {
        let deadline = Instant::now() + 3 * SOON;
        loop {
            match self.receive(limit, idle) {
                Ok(seen) => assert_eq!(seen, [""; 0]),
                Err(error) => break error.kind(),
            }
            assert!(Instant::now() < deadline, "it has not ended");
        }
    }

    /// What is received within a time, as text.
    fn receive(&mut self, limit: Duration, idle: bool) -> io::Result<Vec<String>> {
        let mut seen = Vec::new();
        let deadline = Instant::now() + limit;
        self.receiver.receive(Wait { deadline, idle }, &mut |it| {
            seen.push(match it {
                Received::Text(text) => text.to_owned(),
                other => format!("{other:?}"),
            });
        })?;
        Ok(seen)
    }

    fn send(&self, text: &str, limit: Duration) -> Result<(), SendError> {
        let deadline = Instant::now() + limit;
        self.link.send(text, deadline)
    }
}

impl Drop for Setup {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn packets_come_whole_whatever_is_in_them() {
    for datagrams in [false, true] {
        let mut setup = Setup::new(datagrams);
        for idle in [false, true] {
            for limit in [BRIEF, SOON] {
                for text in ["{}", "x", &"long ".repeat(20_000), "{}"] {
                    setup.says(text.as_bytes());
                    assert_eq!(setup.receive(limit, idle).expect("it came"), [text]);
                }
                setup.says(&[0xff, 0xfe]);
                let garbage = setup.receive(limit, idle).expect("the link works on");
                assert_eq!(garbage, ["Garbage(\"a packet that is not UTF-8\")"]);
            }
        }
    }
}

#[test]
fn a_packet_longer_than_the_room_is_told_and_the_next_one_comes_whole() {
    let mut setup = Setup::new(false);
    set_socket_send_buffer_size(&setup.server, 4 * ROOM_OF_TESTS).expect("set");
    // What the system allows may be less than would be needed.
    let longest = socket_send_buffer_size(&setup.server).expect("told") - 1000;
    let long = "x".repeat(longest.min(2 * ROOM_OF_TESTS));
    for _ in 0..2 {
        setup.says(long.as_bytes());
        let seen = setup.receive(SOON, false).expect("the link works on");
        let told = format!("TooLong({:?})", &long[..1024]);
        assert!(seen == [told] || seen == [&*long], "{} bytes", long.len());
    }
    setup.says(b"{}");
    assert_eq!(setup.receive(SOON, false).expect("it came"), ["{}"]);
}

const ROOM_OF_TESTS: usize = 1 << 20;

#[test]
fn waiting_in_vain_ends_at_its_deadline() {
    for datagrams in [false, true] {
        let mut setup = Setup::new(datagrams);
        for (limit, idle) in [
            (BRIEF, false),
            (BRIEF, true),
            (Duration::from_millis(1100), false),
        ] {
            let (begun, deadline) = (Instant::now(), Instant::now() + limit);
            while Instant::now() < deadline {
                let left = deadline.saturating_duration_since(Instant::now());
                let seen = setup.receive(left, idle).expect("the link stands");
                assert_eq!(seen, [""; 0]);
            }
            let late = begun.elapsed() - limit;
            assert!(late < SOON, "{late:?} late");
        }
    }
}

#[test]
fn shutdown_wakes_the_reader_however_it_waits() {
    for datagrams in [false, true] {
        for idle in [false, true] {
            // Below a second it waits in another way than above.
            for limit in [Duration::from_millis(900), 3 * SOON] {
                let mut setup = Setup::new(datagrams);
                let link = std::mem::replace(&mut setup.link, Box::new(NoLink));
                let begun = Instant::now();
                let shut = thread::spawn(move || {
                    thread::sleep(BRIEF);
                    link.shutdown();
                    link.shutdown();
                    link
                });
                let end = setup.end(limit, idle);
                let ends = [
                    io::ErrorKind::ConnectionAborted,
                    io::ErrorKind::UnexpectedEof,
                ];
                assert!(ends.contains(&end), "{end:?}");
                let took = begun.elapsed();
                assert!(took < SOON, "{took:?}, {datagrams} {idle}");
                // The path goes with the link.
                drop(shut.join());
                let files = fs::read_dir(&setup.folder).expect("a folder").count();
                assert_eq!(files, 1, "the server's own");
            }
        }
    }
}

#[test]
fn what_has_no_room_is_sent_later_and_in_order() {
    for datagrams in [false, true] {
        let mut setup = Setup::new(datagrams);
        let (mut sent, mut errors) = (0, Vec::new());
        // Until nothing goes any more, and then some.
        while errors.len() < 20 {
            match setup.send(&format!("{sent}"), Duration::ZERO) {
                Ok(()) => assert!(errors.is_empty(), "it passed another"),
                Err(error) => errors.push(error),
            }
            sent += usize::from(errors.len() < 2);
        }
        // The one that found it full goes out later, the others never.
        let later = |error: &SendError| matches!(error, SendError::TimedOut);
        let never = |error: &SendError| matches!(error, SendError::NoRoom);
        assert!(later(&errors[0]) && errors[1..].iter().all(never));
        let begun = Instant::now();
        let error = setup.send("never", BRIEF).expect_err("nobody reads");
        assert!(never(&error), "{error}");
        assert!(begun.elapsed() >= BRIEF, "{:?}", begun.elapsed());
        for number in sent..sent + 1000 {
            setup
                .link
                .post(&number.to_string())
                .expect("it waits there");
        }
        // Goodbye is said behind all of it, and nobody receives meanwhile.
        setup.link.goodbye();
        for expected in 0..sent + 1000 {
            let mut buffer = [0; 100];
            let (_, length) = recv(&setup.server, &mut buffer, RecvFlags::empty()).expect("sent");
            assert_eq!(
                str::from_utf8(&buffer[..length]),
                Ok(&*expected.to_string())
            );
        }
        if datagrams {
            assert_eq!(setup.end(SOON, true), io::ErrorKind::ConnectionAborted);
        } else {
            let end = recv(&setup.server, &mut [0; 10][..], RecvFlags::empty());
            assert_eq!(end.expect("told").1, 0, "the end of the connection");
        }
    }
}

#[test]
fn what_a_broken_link_was_given_was_not_sent() {
    for datagrams in [false, true] {
        let mut setup = Setup::new(datagrams);
        let devnull = fs::File::open("/dev/null").expect("a file");
        setup.server = devnull.into();
        for _ in 0..2 {
            let error = setup.send("{}", SOON).expect_err("nobody is there");
            assert!(matches!(error, SendError::NotSent(_)), "{error}");
        }
    }
}

#[test]
fn goodbye_ends_a_datagram_link_at_once_and_tells_a_seqpacket_server() {
    let mut setup = Setup::new(true);
    setup.link.goodbye();
    let end = setup.receive(SOON, true).expect_err("it has ended");
    assert_eq!(end.kind(), io::ErrorKind::ConnectionAborted);

    let mut setup = Setup::new(false);
    setup.link.goodbye();
    let (_, length) = recv(&setup.server, &mut [0; 10][..], RecvFlags::empty()).expect("told");
    assert_eq!(length, 0, "the end of the connection");
    // What the server still says is read.
    setup.says(b"{}");
    assert_eq!(setup.receive(SOON, true).expect("it came"), ["{}"]);
}

#[test]
fn a_message_that_is_too_long_is_refused_and_nothing_is_sent() {
    for datagrams in [false, true] {
        let setup = Setup::new(datagrams);
        let error = setup.send(&"x".repeat(8192), SOON).expect_err("too long");
        assert!(matches!(error, SendError::TooLarge(_)), "{error}");
        assert_eq!(
            error.to_string(),
            "the message has 8192 bytes, and Janus takes at most 8191 over a Unix socket; use \
             another transport (ws://, http://) for it, or make it shorter: trickle candidates \
             instead of having them all in the SDP"
        );
        setup.send(&"y".repeat(8191), SOON).expect("it goes");
        let mut buffer = [0; 9000];
        let (_, length) = recv(&setup.server, &mut buffer, RecvFlags::empty()).expect("sent");
        assert_eq!((length, buffer[0]), (8191, b'y'));
    }
}

/// Stands where a link was.
struct NoLink;

impl Link for NoLink {
    fn send(&self, _: &str, _: Instant) -> Result<(), SendError> {
        Ok(())
    }

    fn goodbye(&self) {}

    fn shutdown(&self) {}
}
