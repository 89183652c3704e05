//! Links over WebSockets on the loopback address.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpStream},
    sync::Arc,
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, unbounded};
use tungstenite::{
    Message, WebSocket,
    handshake::derive_accept_key,
    protocol::{
        Role,
        frame::{
            FrameHeader,
            coding::{Control, Data, OpCode},
        },
    },
};

use super::{
    connections::Connections,
    injector::{Channel, Ending, Frame},
    runtime::{LinkSink, Runtime, spawn},
};

/// Janus's library cuts messages into fragments of that size.
const FRAGMENT: usize = 2800;
/// The longest head of an HTTP request.
const MAX_HEAD: usize = 16 << 10;
/// The subprotocol of the Admin API.
const ADMIN: &str = "janus-admin-protocol";
/// How long a client may take for the handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long the last bytes of a link may wait for room in the socket.
const LINGER: Duration = Duration::from_secs(2);

/// The listening socket.
pub(super) type Listening = super::connections::Listening<TcpStream>;

/// Listens on that port, or on a free one if it is 0.
pub(super) fn listen(runtime: &Arc<Runtime>, port: u16) -> io::Result<Listening> {
    let serve = |runtime: &Arc<Runtime>, streams: &Connections<_>, stream| {
        serve(runtime, streams, stream, "janus-protocol");
    };
    Listening::new(runtime, port, serve, shutdown)
}

/// Listens for the Admin API on a free port.
pub(super) fn listen_admin(runtime: &Arc<Runtime>) -> io::Result<Listening> {
    let serve = |runtime: &Arc<Runtime>, streams: &Connections<_>, stream| {
        serve(runtime, streams, stream, ADMIN);
    };
    Listening::new(runtime, 0, serve, shutdown)
}

fn shutdown(stream: &TcpStream) {
    let _ = stream.shutdown(Shutdown::Both);
}

/// Starts the thread of one connection, whose client has to ask for this subprotocol.
fn serve(
    runtime: &Arc<Runtime>,
    streams: &Connections<TcpStream>,
    stream: TcpStream,
    protocol: &'static str,
) {
    let stream = streams.add(stream);
    let runtime = runtime.clone();
    streams.keep(spawn("fake-janus-link", move || {
        // A client that breaks off or breaks the protocol is no news here.
        let _ = talk(&runtime, &stream, protocol);
        shutdown(&stream);
    }));
}

fn talk(runtime: &Arc<Runtime>, stream: &Arc<TcpStream>, protocol: &str) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(HANDSHAKE))?;
    let head = read_head(stream)?;
    let Some(answer) = handshake(&head, protocol) else {
        // Janus ends the connection of a client without its subprotocol without a word.
        return Ok(());
    };
    let upgraded = answer.starts_with("HTTP/1.1 101");
    (&**stream).write_all(answer.as_bytes())?;
    if !upgraded {
        return Ok(());
    }
    stream.set_read_timeout(None)?;
    let (bytes, to_write) = unbounded();
    let sink = SocketSink(bytes.clone());
    let Some(link) = runtime.open(Box::new(sink)) else {
        return Ok(());
    };
    let writer = {
        let stream = stream.clone();
        spawn("fake-janus-write", move || write(&stream, &to_write))?
    };
    let heard = {
        let runtime = runtime.clone();
        move || runtime.is_heard(link)
    };
    let reading = Reading {
        stream: stream.clone(),
        bytes,
        heard,
    };
    let mut socket = WebSocket::from_raw_socket(reading, Role::Server, None);
    loop {
        let text = match socket.read() {
            Ok(Message::Text(text)) => text.to_string(),
            // Janus does not look at the kind of a message.
            Ok(Message::Binary(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
            Ok(Message::Close(_)) => {
                let _ = socket.flush();
                break;
            }
            Ok(_) => continue,
            Err(_) => break,
        };
        let open = if protocol == ADMIN {
            runtime.hear(link, |gateway, now| gateway.receive_admin(link, &text, now))
        } else {
            runtime.receive(link, &text)
        };
        if !open {
            break;
        }
    }
    drop(socket);
    runtime.ended(link);
    let _ = writer.join();
    Ok(())
}

/// Reads until the empty line.
fn read_head(mut stream: &TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte)? == 0 || head.len() == MAX_HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// What is answered to an HTTP request; nothing when the subprotocol is not asked for.
fn handshake(head: &str, protocol: &str) -> Option<String> {
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        lines
            .find(|(found, _)| found.trim().eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    };
    let Some(key) = header("Sec-WebSocket-Key") else {
        let refusal = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        return Some(refusal.to_owned());
    };
    let mut protocols = header("Sec-WebSocket-Protocol")?.split(',');
    protocols.find(|asked| asked.trim() == protocol)?;
    let accept = derive_accept_key(key.as_bytes());
    Some(format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: {protocol}\r\n\
         Access-Control-Allow-Origin: *\r\n\r\n"
    ))
}

/// What the writing thread does.
enum Job {
    Bytes(Vec<u8>),
    End(Ending),
}

/// Puts everything into the socket, in order, and ends it in the end.
fn write(mut stream: &TcpStream, jobs: &Receiver<Job>) {
    for job in jobs {
        match job {
            Job::Bytes(bytes) => {
                if stream.write_all(&bytes).is_err() {
                    break;
                }
            }
            Job::End(how) => {
                let _ = stream.set_write_timeout(Some(LINGER));
                if how == Ending::Goodbye {
                    let code = 1000_u16.to_be_bytes();
                    let frame = encode(OpCode::Control(Control::Close), true, &code);
                    let _ = stream.write_all(&frame);
                }
                break;
            }
        }
    }
    let _ = stream.shutdown(Shutdown::Both);
}

struct SocketSink(Sender<Job>);

impl LinkSink for SocketSink {
    fn put(&self, _channel: Channel, frame: Frame) {
        let text = OpCode::Data(Data::Text);
        let bytes = match frame {
            Frame::Text(message) => fragments(message.as_bytes(), FRAGMENT),
            Frame::Fragments(message, count) => {
                let size = message.len().div_ceil(count.max(1)).max(1);
                fragments(message.as_bytes(), size)
            }
            Frame::Binary(message) => encode(OpCode::Data(Data::Binary), true, message.as_bytes()),
            Frame::Half(message) => {
                let mut bytes = encode(text, true, message.as_bytes());
                bytes.truncate(bytes.len() / 2);
                bytes
            }
        };
        // A client that is gone misses nothing.
        let _ = self.0.send(Job::Bytes(bytes));
    }

    fn end(&self, how: Ending) {
        let _ = self.0.send(Job::End(how));
    }
}

fn fragments(message: &[u8], size: usize) -> Vec<u8> {
    let count = message.len().div_ceil(size).max(1);
    let mut bytes = Vec::with_capacity(message.len() + count * 10);
    for index in 0..count {
        let part = &message[index * size..message.len().min((index + 1) * size)];
        let kind = if index == 0 {
            Data::Text
        } else {
            Data::Continue
        };
        bytes.extend(encode(OpCode::Data(kind), index + 1 == count, part));
    }
    bytes
}

fn encode(opcode: OpCode, is_final: bool, payload: &[u8]) -> Vec<u8> {
    let header = FrameHeader {
        opcode,
        is_final,
        ..FrameHeader::default()
    };
    let mut bytes = Vec::with_capacity(payload.len() + 10);
    // Writing into a Vec cannot fail.
    let _ = header.format(payload.len() as u64, &mut bytes);
    bytes.extend_from_slice(payload);
    bytes
}

/// The reading side. What tungstenite answers by itself goes the way of everything else.
struct Reading<H> {
    stream: Arc<TcpStream>,
    bytes: Sender<Job>,
    heard: H,
}

impl<H> Read for Reading<H> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*self.stream).read(buffer)
    }
}

impl<H: Fn() -> bool> Write for Reading<H> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if (self.heard)() {
            let _ = self.bytes.send(Job::Bytes(bytes.to_vec()));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
