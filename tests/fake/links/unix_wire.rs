//! The same packets to real servers and to the fake.

use std::{
    os::{fd::OwnedFd, unix::net::UnixDatagram},
    path::Path,
    time::{Duration, Instant},
};

use common::{Janus, JanusBuilder, TempDir};
use janus_blocking::testing::FakeGateway;
use rustix::{
    io::Errno,
    net::{
        AddressFamily, RecvFlags, SendFlags, SocketAddrUnix, SocketFlags, SocketType, connect,
        recv, send, socket_with,
        sockopt::{Timeout as Limit, set_socket_timeout},
    },
};

use super::{
    LIMIT,
    servers::{Setup, compare, id, without_ids},
};

/// How long no answer means that there is none.
const QUIET: Duration = Duration::from_millis(200);

/// The type of a server's socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Packets,
    Datagrams,
}

/// A client that is not of this crate.
struct Client {
    socket: OwnedFd,
    /// Where a datagram client is bound.
    _folder: Option<TempDir>,
}

impl Client {
    fn connect(server: &Path, kind: Kind) -> Self {
        let address = SocketAddrUnix::new(server).unwrap();
        let (socket, folder): (OwnedFd, _) = match kind {
            Kind::Packets => {
                let kind = SocketType::SEQPACKET;
                let flags = SocketFlags::CLOEXEC;
                let socket = socket_with(AddressFamily::UNIX, kind, flags, None).unwrap();
                (socket, None)
            }
            Kind::Datagrams => {
                let folder = TempDir::new("dgram");
                let socket = UnixDatagram::bind(folder.path().join("client")).unwrap();
                (socket.into(), Some(folder))
            }
        };
        connect(&socket, &address).unwrap();
        let _folder = folder;
        Self { socket, _folder }
    }

    fn send(&self, packet: &[u8]) -> bool {
        send(&self.socket, packet, SendFlags::NOSIGNAL).is_ok()
    }

    /// The next packet.
    fn recv(&self, limit: Duration) -> String {
        let mut buffer = vec![0; 1 << 16];
        set_socket_timeout(&self.socket, Limit::Recv, Some(limit)).unwrap();
        match recv(&self.socket, &mut buffer[..], RecvFlags::empty()) {
            Ok((0, _)) => "closed".to_owned(),
            Ok((length, _)) => String::from_utf8(buffer[..length].to_vec()).unwrap(),
            Err(Errno::AGAIN) => "nothing".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    /// The answer to a request.
    fn ask(&self, request: &str) -> String {
        if self.send(request.as_bytes()) {
            self.recv(LIMIT)
        } else {
            "not sent".to_owned()
        }
    }
}

/// Runs a scenario on all servers with sockets of that type.
fn everywhere(
    kind: Kind,
    timeout: u32,
    scenario: impl Fn(&dyn Fn() -> Client) -> Vec<String> + Sync,
) {
    let transport = |builder: JanusBuilder| match kind {
        Kind::Packets => builder.unix(),
        Kind::Datagrams => builder.unix_datagram(),
    };
    let real = |janus: &Janus| scenario(&|| Client::connect(&janus.unix_path(), kind));
    let fake = |gateway: &FakeGateway| {
        let url = match kind {
            Kind::Packets => gateway.unix_url().unwrap(),
            Kind::Datagrams => gateway.unixdgram_url().unwrap(),
        };
        let (_, path) = url.split_once("://").unwrap();
        scenario(&|| Client::connect(Path::new(path), kind))
    };
    let setup = Setup {
        timeout,
        ..Setup::PLAIN
    };
    compare(setup, transport, real, fake);
}

/// A ping of that many bytes.
fn ping_of(size: usize) -> Vec<u8> {
    let bare = r#"{"janus":"ping","transaction":"t","x":""}"#;
    let (before, after) = bare.split_at(bare.len() - 2);
    let padding = "y".repeat(size - bare.len());
    [before, &padding, after].concat().into_bytes()
}

const PING: &str = r#"{"janus":"ping","transaction":"t"}"#;

fn messages(client: &dyn Fn() -> Client) -> Vec<String> {
    let client = client();
    let mut told = Vec::new();
    let texts = [
        PING,
        "{",
        "[]",
        "[{}]",
        "5",
        "{}",
        " ",
        "{\"janus\":\"ping\",\"transaction\":\"t\"} x",
        "{\"janus\":\"ping\",\"transaction\":\"t\"}\n ",
        "{\"janus\":\"ping\",\"transaction\":\"t\"}{\"janus\":\"ping\",\"transaction\":\"u\"}",
        "{\"janus\":\"ping\",\"transaction\":\"t\"}\0x",
        "{\"janus\":\"p",
        r#"{"janus":"attach","transaction":"t"}"#,
        r#"{"janus":"keepalive","session_id":5,"transaction":"t"}"#,
    ];
    for text in texts {
        told.push(format!("{text}: {}", client.ask(text)));
    }
    for size in [8191, 8192, 8193, 9000] {
        client.send(&ping_of(size));
        // What a longer one gets depends on the type of the socket.
        let limit = if size > 8192 { QUIET } else { LIMIT };
        told.push(format!("{size}: {}", client.recv(limit)));
    }
    told.push(client.ask(PING));
    told
}

fn sessions_and_events(client: &dyn Fn() -> Client) -> Vec<String> {
    let first = client();
    let mut told = Vec::new();
    let mut tell = |answer: String| {
        told.push(without_ids(&answer));
        answer
    };
    let session = id(&tell(first.ask(r#"{"janus":"create","transaction":"c"}"#)));
    let attach = r#""janus":"attach","plugin":"janus.plugin.echotest","transaction":"a""#;
    let attach = format!(r#"{{{attach},"session_id":{session}}}"#);
    let handle = id(&tell(first.ask(&attach)));
    let configure = format!(
        r#"{{"janus":"message","transaction":"m","session_id":{session},"handle_id":{handle},"body":{{"audio":true}}}}"#
    );
    // Janus's threads race there.
    let mut both = [first.ask(&configure), first.recv(LIMIT)];
    both.sort();
    let _ = both.map(&mut tell);
    // Events go to the owner, answers to whoever asks.
    let second = client();
    tell(second.ask(&configure));
    tell(first.recv(LIMIT));
    tell(second.recv(QUIET));
    let claim = format!(r#"{{"janus":"claim","transaction":"l","session_id":{session}}}"#);
    tell(second.ask(&claim));
    let mut both = [second.ask(&configure), second.recv(LIMIT)];
    both.sort();
    let _ = both.map(&mut tell);
    tell(first.recv(QUIET));
    // The end of the first client does not matter any more, that of the second may.
    drop(first);
    let keepalive = format!(r#"{{"janus":"keepalive","transaction":"k","session_id":{session}}}"#);
    let third = client();
    tell(third.ask(PING));
    tell(third.ask(&keepalive));
    drop(second);
    let begun = Instant::now();
    let mut last = third.ask(&keepalive);
    while last.contains("ack") && begun.elapsed() < Duration::from_secs(1) {
        last = third.ask(&keepalive);
    }
    tell(last.replace(&session.to_string(), "ID"));
    told
}

fn timeouts(client: &dyn Fn() -> Client) -> Vec<String> {
    let first = client();
    let create = r#"{"janus":"create","transaction":"c"}"#;
    let mut told = vec![without_ids(&first.ask(create))];
    let other = id(&first.ask(create));
    let keepalive = format!(r#"{{"janus":"keepalive","transaction":"k","session_id":{other}}}"#);
    let second = client();
    let begun = Instant::now();
    let said = loop {
        assert!(second.ask(&keepalive).contains("ack"));
        let said = first.recv(QUIET);
        if said != "nothing" || begun.elapsed() > LIMIT {
            break said;
        }
    };
    told.push(without_ids(&said));
    // Janus closes the link when its thread looks again, which may take another message.
    let mut after = first.recv(QUIET);
    for _ in 0..5 {
        if after == "nothing" || after.contains("pong") {
            after = first.ask(PING);
        }
    }
    told.push(if after.contains("pong") {
        "open".to_owned()
    } else {
        "closed".to_owned()
    });
    // The other session does not end with the link.
    told.push(without_ids(&second.ask(&keepalive)));
    let claim = keepalive.replace("keepalive", "claim");
    told.push(without_ids(&second.ask(&claim)));
    told
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn packets_are_answered_as_by_real_servers() {
    everywhere(Kind::Packets, 60, messages);
    everywhere(Kind::Packets, 60, sessions_and_events);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn datagrams_are_answered_as_by_real_servers() {
    everywhere(Kind::Datagrams, 60, messages);
    everywhere(Kind::Datagrams, 60, sessions_and_events);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn sessions_time_out_as_on_real_servers() {
    everywhere(Kind::Packets, 2, timeouts);
    everywhere(Kind::Datagrams, 2, timeouts);
}
