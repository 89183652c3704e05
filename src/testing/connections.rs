//! The threads of a listening socket, and the connections that they serve.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Weak},
    thread::JoinHandle,
};

use parking_lot::Mutex;

use super::runtime::{Runtime, spawn};

/// The connections of a listening socket, and the threads that serve them.
#[derive(Debug)]
pub(super) struct Connections<C> {
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Those without a link included.
    open: Mutex<Vec<Weak<C>>>,
    end: fn(&C),
}

impl<C> Connections<C> {
    pub(super) fn new(end: fn(&C)) -> Self {
        Self {
            threads: Mutex::default(),
            open: Mutex::default(),
            end,
        }
    }

    /// A connection that was accepted.
    pub(super) fn add(&self, connection: C) -> Arc<C> {
        let connection = Arc::new(connection);
        let mut open = self.open.lock();
        open.retain(|connection| connection.strong_count() > 0);
        open.push(Arc::downgrade(&connection));
        connection
    }

    /// Keeps a thread that serves one, unless it did not start.
    pub(super) fn keep(&self, thread: io::Result<JoinHandle<()>>) {
        let mut threads = self.threads.lock();
        threads.retain(|thread| !thread.is_finished());
        threads.extend(thread);
    }

    pub(super) fn each(&self, act: impl Fn(&C)) {
        for connection in self.open.lock().iter().filter_map(Weak::upgrade) {
            act(&connection);
        }
    }

    pub(super) fn end_all(&self) {
        self.each(self.end);
    }

    /// Waits for the thread that accepts, ends all connections, and waits for theirs.
    pub(super) fn stop(&self, accepting: &mut Option<JoinHandle<()>>) {
        if let Some(accepting) = accepting.take() {
            let _ = accepting.join();
        }
        self.end_all();
        let threads = std::mem::take(&mut *self.threads.lock());
        for thread in threads {
            let _ = thread.join();
        }
    }
}

/// A TCP socket on the loopback address.
#[derive(Debug)]
pub(super) struct Listening<C> {
    pub(super) address: SocketAddr,
    accepting: Option<JoinHandle<()>>,
    pub(super) connections: Arc<Connections<C>>,
}

impl<C: Send + Sync + 'static> Listening<C> {
    /// Listens on that port, or on a free one if it is 0.
    pub(super) fn new(
        runtime: &Arc<Runtime>,
        port: u16,
        serve: impl Fn(&Arc<Runtime>, &Connections<C>, TcpStream) + Send + 'static,
        end: fn(&C),
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        let connections = Arc::new(Connections::new(end));
        let accepting = {
            let (runtime, connections) = (runtime.clone(), connections.clone());
            spawn("fake-janus-accept", move || {
                for stream in listener.incoming() {
                    if runtime.is_stopped() {
                        return;
                    }
                    if let Ok(stream) = stream {
                        serve(&runtime, &connections, stream);
                    }
                }
            })?
        };
        Ok(Self {
            address,
            accepting: Some(accepting),
            connections,
        })
    }

    /// Ends all threads; the runtime has stopped already.
    pub(super) fn stop(&mut self) {
        // Wakes the one that accepts.
        let _ = TcpStream::connect(self.address);
        self.connections.stop(&mut self.accepting);
    }
}
