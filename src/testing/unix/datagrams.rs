//! SOCK_DGRAM: a client is the path that it has bound, and Janus never finds it gone.

use std::{
    collections::HashMap,
    fs, io,
    net::Shutdown,
    os::unix::net::UnixDatagram,
    path::{Path, PathBuf},
    sync::Arc,
    thread::JoinHandle,
};

use parking_lot::Mutex;
use rustix::net::{SendFlags, SocketAddrUnix, sendto};

use super::{LONGEST, packet};
use crate::testing::{
    gateway::LinkId,
    injector::{Channel, Ending, Frame},
    runtime::{LinkSink, Runtime, spawn},
};

/// The socket and the thread that reads it.
#[derive(Debug)]
pub(super) struct Datagrams {
    socket: Arc<Socket>,
    reading: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Socket {
    path: PathBuf,
    /// Another one after a restart.
    bound: Mutex<Arc<UnixDatagram>>,
}

impl Datagrams {
    pub(super) fn listen(runtime: &Arc<Runtime>, path: &Path) -> io::Result<Self> {
        let socket = Arc::new(Socket {
            path: path.to_owned(),
            bound: Mutex::new(Arc::new(UnixDatagram::bind(path)?)),
        });
        let (runtime, shared) = (runtime.clone(), socket.clone());
        let reading = spawn("fake-janus-datagrams", move || read(&runtime, &shared))?;
        Ok(Self {
            socket,
            reading: Some(reading),
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.socket.path
    }

    pub(super) fn stop(&mut self) {
        let _ = self.socket.current().shutdown(Shutdown::Both);
        if let Some(reading) = self.reading.take() {
            let _ = reading.join();
        }
    }
}

impl Socket {
    fn current(&self) -> Arc<UnixDatagram> {
        self.bound.lock().clone()
    }

    /// Puts another socket in its place. Clients find out when they send something.
    fn renew(&self) {
        let mut bound = self.bound.lock();
        let path = self.path.with_extension("new");
        let Ok(fresh) = UnixDatagram::bind(&path) else {
            return;
        };
        if fs::rename(&path, &self.path).is_ok() {
            // Wakes the one that reads, and refuses what comes before it has looked.
            let _ = bound.shutdown(Shutdown::Both);
            *bound = Arc::new(fresh);
        }
    }
}

fn read(runtime: &Arc<Runtime>, socket: &Arc<Socket>) {
    let mut links: HashMap<PathBuf, LinkId> = HashMap::new();
    // What is longer is cut, as Janus cuts it.
    let mut buffer = vec![0; LONGEST];
    while !runtime.is_stopped() {
        let Ok((length, from)) = socket.current().recv_from(&mut buffer) else {
            continue;
        };
        // Janus answers paths only.
        let Some(client) = from.as_pathname() else {
            continue;
        };
        let text = String::from_utf8_lossy(&buffer[..length]);
        let take = |link| {
            runtime.hear(link, |gateway, now| {
                gateway.receive_packet(link, &text, now)
            })
        };
        if links.get(client).is_some_and(|link| take(*link)) {
            continue;
        }
        let sink = DatagramSink {
            socket: socket.clone(),
            client: client.to_owned(),
        };
        if let Some(link) = runtime.open(Box::new(sink)) {
            links.insert(client.to_owned(), link);
            take(link);
        }
    }
}

struct DatagramSink {
    socket: Arc<Socket>,
    client: PathBuf,
}

impl LinkSink for DatagramSink {
    fn put(&self, _channel: Channel, frame: Frame) {
        let Ok(client) = SocketAddrUnix::new(&self.client) else {
            return;
        };
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        // As with Janus, what the client has no room for is lost.
        let _ = sendto(&*self.socket.current(), &packet(frame), flags, &client);
    }

    fn end(&self, _how: Ending) {
        self.socket.renew();
    }

    fn is_noticed(&self) -> bool {
        false
    }
}
