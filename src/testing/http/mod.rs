//! Links over HTTP on the loopback address.

mod api;
mod pending_reply;
mod request;
mod response;

use std::{
    io::{self, BufReader, Write},
    net::{Shutdown, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, bounded};
use parking_lot::Mutex;

use super::{
    connections::Connections,
    runtime::{Runtime, spawn},
};
use api::Outcome;
pub(super) use pending_reply::PendingReply;
use request::{Refused, Request};
use response::Response;

/// How many requests of a connection may wait for those before them.
const PIPELINE: usize = 16;

/// How long a response may wait for room in the socket.
const WRITE: Duration = Duration::from_secs(10);

/// The listening socket.
pub(super) type Listening = super::connections::Listening<Client>;

/// One connection.
#[derive(Debug)]
pub(super) struct Client {
    stream: TcpStream,
    /// Nothing more is answered.
    silent: AtomicBool,
    gone: AtomicBool,
    /// The request that is being carried out.
    current: Mutex<Option<Arc<PendingReply>>>,
}

/// Listens on a free port.
pub(super) fn listen(runtime: &Arc<Runtime>) -> io::Result<Listening> {
    Listening::new(runtime, 0, serve, Client::shutdown)
}

impl Listening {
    /// Lets nothing more be answered on the connections that there are.
    pub(super) fn silence_connections(&self) {
        self.connections
            .each(|client| client.silent.store(true, Ordering::Release));
    }
}

impl Client {
    fn shutdown(&self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// Starts the two threads of a connection: while one waits for an answer, the other sees when the
/// client goes.
fn serve(runtime: &Arc<Runtime>, clients: &Connections<Client>, stream: TcpStream) {
    if runtime.is_closed() {
        return;
    }
    let client = clients.add(Client {
        stream,
        silent: AtomicBool::new(false),
        gone: AtomicBool::new(false),
        current: Mutex::default(),
    });
    let (requests, to_answer) = bounded(PIPELINE);
    clients.keep({
        let client = client.clone();
        spawn("fake-janus-read", move || read(&client, &requests))
    });
    let runtime = runtime.clone();
    clients.keep(spawn("fake-janus-link", move || {
        answer(&runtime, &client, &to_answer);
        client.shutdown();
    }));
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
