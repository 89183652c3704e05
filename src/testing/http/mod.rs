//! Links over HTTP on the loopback address.

mod api;
mod pending_reply;
mod request;
mod response;

use std::{
    io::{self, BufReader, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, bounded};
use parking_lot::Mutex;

use super::runtime::{Runtime, spawn};
use api::Outcome;
pub(super) use pending_reply::PendingReply;
use request::{Refused, Request};
use response::Response;

/// How many requests of a connection may wait for those before them.
const PIPELINE: usize = 16;

/// How long a response may wait for room in the socket.
const WRITE: Duration = Duration::from_secs(10);

/// The listening socket and the threads of its connections.
#[derive(Debug)]
pub(super) struct Listening {
    pub(super) address: SocketAddr,
    accepting: Option<JoinHandle<()>>,
    clients: Arc<Clients>,
}

#[derive(Debug, Default)]
struct Clients {
    threads: Mutex<Vec<JoinHandle<()>>>,
    open: Mutex<Vec<Weak<Client>>>,
}

/// One connection.
#[derive(Debug)]
struct Client {
    stream: TcpStream,
    /// Nothing more is answered.
    silent: AtomicBool,
    gone: AtomicBool,
    /// The request that is being carried out.
    current: Mutex<Option<Arc<PendingReply>>>,
}

/// Listens on a free port.
pub(super) fn listen(runtime: &Arc<Runtime>) -> io::Result<Listening> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let clients = Arc::new(Clients::default());
    let accepting = {
        let (runtime, clients) = (runtime.clone(), clients.clone());
        spawn("fake-janus-accept", move || {
            for stream in listener.incoming() {
                if runtime.is_stopped() {
                    return;
                }
                if let (Ok(stream), false) = (stream, runtime.is_closed()) {
                    serve(&runtime, &clients, stream);
                }
            }
        })?
    };
    Ok(Listening {
        address,
        accepting: Some(accepting),
        clients,
    })
}

impl Listening {
    /// Ends all connections, those without a request included.
    pub(super) fn end_connections(&self) {
        self.clients
            .each(|client| drop(client.stream.shutdown(Shutdown::Both)));
    }

    /// Lets nothing more be answered on the connections that there are.
    pub(super) fn silence_connections(&self) {
        self.clients
            .each(|client| client.silent.store(true, Ordering::Release));
    }

    /// Ends all threads; the runtime has stopped already.
    pub(super) fn stop(&mut self) {
        // Wakes the one that accepts.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
        self.end_connections();
        let threads = std::mem::take(&mut *self.clients.threads.lock());
        for thread in threads {
            let _ = thread.join();
        }
    }
}

impl Clients {
    fn each(&self, act: impl Fn(&Client)) {
        for client in self.open.lock().iter().filter_map(Weak::upgrade) {
            act(&client);
        }
    }
}

/// Starts the two threads of a connection: while one waits for an answer, the other sees when the
/// client goes.
fn serve(runtime: &Arc<Runtime>, clients: &Clients, stream: TcpStream) {
    let client = Arc::new(Client {
        stream,
        silent: AtomicBool::new(false),
        gone: AtomicBool::new(false),
        current: Mutex::default(),
    });
    let mut open = clients.open.lock();
    open.retain(|client| client.strong_count() > 0);
    open.push(Arc::downgrade(&client));
    drop(open);
    let (requests, to_answer) = bounded(PIPELINE);
    let reading = {
        let client = client.clone();
        spawn("fake-janus-read", move || read(&client, &requests))
    };
    let answering = {
        let runtime = runtime.clone();
        spawn("fake-janus-link", move || {
            answer(&runtime, &client, &to_answer);
            let _ = client.stream.shutdown(Shutdown::Both);
        })
    };
    let mut threads = clients.threads.lock();
    threads.retain(|thread| !thread.is_finished());
    threads.extend([reading, answering].into_iter().flatten());
}

fn read(client: &Client, requests: &Sender<Result<Request, &'static str>>) {
    let mut from = BufReader::new(&client.stream);
    loop {
        let (request, last) = match Request::read(&mut from, &mut &client.stream) {
            Ok(request) => (Ok(request), false),
            Err(Refused::With(status)) => (Err(status), true),
            Err(Refused::Over) => break,
        };
        if requests.send(request).is_err() {
            break;
        }
        if last {
            return;
        }
    }
    client.gone.store(true, Ordering::SeqCst);
    if let Some(pending) = client.current.lock().take() {
        pending.leave();
    }
}

fn answer(runtime: &Runtime, client: &Client, requests: &Receiver<Result<Request, &'static str>>) {
    let _ = client.stream.set_nodelay(true);
    let _ = client.stream.set_write_timeout(Some(WRITE));
    for request in requests {
        if client.silent.load(Ordering::Acquire) {
            continue;
        }
        let response = match request {
            Ok(request) => {
                let pending = Arc::new(PendingReply::default());
                *client.current.lock() = Some(pending.clone());
                if client.gone.load(Ordering::SeqCst) {
                    return;
                }
                match api::carry_out(runtime, &request, &pending) {
                    Outcome::Respond(response) => response,
                    Outcome::Break => return,
                    Outcome::Silence => {
                        client.silent.store(true, Ordering::Release);
                        continue;
                    }
                }
            }
            Err(status) => Response::last(&Request::default(), status),
        };
        if client.silent.load(Ordering::Acquire) {
            continue;
        }
        let mut stream = &client.stream;
        let written = response.write(&mut stream).and_then(|()| stream.flush());
        if written.is_err() || !response.goes_on {
            return;
        }
    }
}
