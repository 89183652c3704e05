//! SOCK_SEQPACKET: one connection per client.

use std::{io, os::fd::OwnedFd, path::Path, sync::Arc, thread::JoinHandle};

use crossbeam_channel::{Receiver, Sender, unbounded};
use rustix::{
    io::Errno,
    net::{
        AddressFamily, RecvFlags, SendFlags, Shutdown, SocketAddrUnix, SocketFlags, SocketType,
        accept_with, bind, listen, recv, send, shutdown, socket_with,
    },
};

use super::{LONGEST, packet};
use crate::testing::{
    connections::Connections,
    injector::{Channel, Ending, Frame},
    runtime::{LinkSink, Runtime, spawn},
};

/// How many clients may wait to be accepted.
const BACKLOG: i32 = 128;

/// The listening socket and the threads of its links.
#[derive(Debug)]
pub(super) struct Packets {
    listener: Arc<OwnedFd>,
    accepting: Option<JoinHandle<()>>,
    clients: Arc<Connections<OwnedFd>>,
}

impl Packets {
    pub(super) fn listen(runtime: &Arc<Runtime>, path: &Path) -> io::Result<Self> {
        let kind = SocketType::SEQPACKET;
        let listener = socket_with(AddressFamily::UNIX, kind, SocketFlags::CLOEXEC, None)?;
        bind(&listener, &SocketAddrUnix::new(path)?)?;
        listen(&listener, BACKLOG)?;
        let listener = Arc::new(listener);
        let clients = Arc::new(Connections::new(end));
        let accepting = {
            let (runtime, listener, clients) = (runtime.clone(), listener.clone(), clients.clone());
            spawn("fake-janus-accept", move || {
                while !runtime.is_stopped() {
                    match accept_with(&*listener, SocketFlags::CLOEXEC) {
                        Ok(socket) => serve(&runtime, &clients, socket),
                        Err(Errno::INTR | Errno::CONNABORTED) => {}
                        Err(_) => return,
                    }
                }
            })?
        };
        Ok(Self {
            listener,
            accepting: Some(accepting),
            clients,
        })
    }

    pub(super) fn stop(&mut self) {
        // Wakes the one that accepts.
        let _ = shutdown(&*self.listener, Shutdown::Both);
        self.clients.stop(&mut self.accepting);
    }
}

fn end(socket: &OwnedFd) {
    let _ = shutdown(socket, Shutdown::Both);
}

/// Starts the thread of one connection.
fn serve(runtime: &Arc<Runtime>, clients: &Connections<OwnedFd>, socket: OwnedFd) {
    let socket = clients.add(socket);
    let runtime = runtime.clone();
    clients.keep(spawn("fake-janus-link", move || {
        talk(&runtime, &socket);
        end(&socket);
    }));
}

fn talk(runtime: &Arc<Runtime>, socket: &Arc<OwnedFd>) {
    let (jobs, to_write) = unbounded();
    let Some(link) = runtime.open(Box::new(PacketSink(jobs))) else {
        return;
    };
    let writer = {
        let socket = socket.clone();
        spawn("fake-janus-write", move || write(&socket, &to_write))
    };
    let mut buffer = vec![0; LONGEST];
    while writer.is_ok() {
        match recv(&**socket, &mut buffer[..], RecvFlags::TRUNC) {
            Ok((_, 0)) => break,
            // Janus drops it.
            Ok((_, length)) if length > LONGEST => {}
            Ok((length, _)) => {
                let text = String::from_utf8_lossy(&buffer[..length]);
                if !runtime.hear(link, |gateway, now| {
                    gateway.receive_packet(link, &text, now)
                }) {
                    break;
                }
            }
            Err(Errno::INTR) => {}
            Err(_) => break,
        }
    }
    runtime.ended(link);
    if let Ok(writer) = writer {
        let _ = writer.join();
    }
}

/// What the writing thread does.
enum Job {
    Packet(Vec<u8>),
    End,
}

/// Sends everything, in order, and ends the connection in the end.
fn write(socket: &OwnedFd, jobs: &Receiver<Job>) {
    for job in jobs {
        let Job::Packet(packet) = job else { break };
        match send(socket, &packet, SendFlags::NOSIGNAL) {
            // One that is too long for the socket is lost.
            Ok(_) | Err(Errno::MSGSIZE) => {}
            Err(_) => break,
        }
    }
    end(socket);
}

struct PacketSink(Sender<Job>);

impl LinkSink for PacketSink {
    fn put(&self, _channel: Channel, frame: Frame) {
        // A client that is gone misses nothing.
        let _ = self.0.send(Job::Packet(packet(frame)));
    }

    fn end(&self, _how: Ending) {
        let _ = self.0.send(Job::End);
    }

    /// Janus closes the connection of a session that has timed out, and nobody finds its other
    /// sessions' client gone.
    fn ends_with_session(&self, timed_out: bool) -> bool {
        if timed_out {
            self.end(Ending::Goodbye);
        }
        timed_out
    }
}
