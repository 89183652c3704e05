//! TLS in front of a server without: for what no real server does on request.

use std::{
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread::{self, JoinHandle},
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustls::{
    RootCertStore, ServerConfig, ServerConnection,
    crypto::ring,
    server::{ResolvesServerCert, WebPkiClientVerifier},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};

use common::{Authority, Issued};

/// What a test tells a front to do with the link that stands.
pub enum Order {
    /// Changes the keys of TLS and asks the client to change its own.
    UpdateKeys,
    /// Stops to read from the client, or goes on.
    Hold(bool),
    /// Sends pieces of this many bytes.
    Pieces(usize),
    /// Says goodbye by TLS's `close_notify` and closes.
    Goodbye,
    /// Closes without a word.
    Cut,
    /// Sends bytes that are no TLS.
    Garbage,
}

/// A server with TLS that hands everything on to one without; one client after the other.
pub struct Front {
    port: u16,
    orders: Sender<Order>,
    clients: Arc<AtomicUsize>,
    ending: Arc<AtomicBool>,
    serving: Option<JoinHandle<()>>,
}

impl Front {
    /// For a server at this `ws://` address; `early` follows its first bytes, in one record.
    pub fn start(config: ServerConfig, url: &str, early: &[u8]) -> Self {
        let port = url.rsplit(':').next().and_then(|port| port.parse().ok());
        let port = port.expect("an address with a port");
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let own = listener.local_addr().expect("it is bound").port();
        let (orders, received) = channel();
        let ending = Arc::new(AtomicBool::new(false));
        let clients = Arc::new(AtomicUsize::new(0));
        let count = clients.clone();
        let (config, early, over) = (Arc::new(config), early.to_vec(), ending.clone());
        let serving = thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                count.fetch_add(1, Ordering::SeqCst);
                // Clients that go away, or are refused, are no failure of this server's.
                let _ = serve(client, &config, port, &early, &received, &over);
            }
        });
        Self {
            port: own,
            orders,
            clients,
            ending,
            serving: Some(serving),
        }
    }

    pub fn url(&self) -> String {
        format!("wss://localhost:{}", self.port)
    }

    /// How many clients there were so far.
    pub fn clients(&self) -> usize {
        self.clients.load(Ordering::SeqCst)
    }

    pub fn order(&self, order: Order) {
        self.orders.send(order).expect("the front runs");
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::SeqCst);
        // Wakes the thread that waits in `accept`.
        let woken = TcpStream::connect(("127.0.0.1", self.port));
        if let (Ok(_), Some(serving)) = (woken, self.serving.take()) {
            let _ = serving.join();
        }
    }
}

/// A server's settings with this certificate, TLS 1.3 or 1.2.
pub fn config(issued: &Issued, newest: bool) -> ServerConfig {
    builder(newest)
        .with_no_client_auth()
        .with_single_cert(vec![issued.der.clone()], issued.key_der())
        .expect("a certificate and its key")
}

/// The same, for clients with certificates of this CA only.
pub fn demanding(issued: &Issued, newest: bool, clients: &Authority) -> ServerConfig {
    let mut roots = RootCertStore::empty();
    roots.add(clients.der()).expect("a CA");
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    builder(newest)
        .with_client_cert_verifier(verifier.build().expect("a verifier"))
        .with_single_cert(vec![issued.der.clone()], issued.key_der())
        .expect("a certificate and its key")
}

/// A server that shows somebody else's certificate.
pub fn impostor(shown: &Issued, own: &Issued) -> ServerConfig {
    let provider = ring::default_provider();
    let key = provider.key_provider.load_private_key(own.key_der());
    let shown = CertifiedKey::new(vec![shown.der.clone()], key.expect("a key"));
    builder(true)
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Always(Arc::new(shown))))
}

fn builder(newest: bool) -> rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier> {
    let version = if newest { &TLS13 } else { &TLS12 };
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .expect("ring has it")
}

#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesServerCert for Always {
    fn resolve(&self, _: rustls::server::ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }
}

fn serve(
    client: TcpStream,
    config: &Arc<ServerConfig>,
    port: u16,
    early: &[u8],
    orders: &Receiver<Order>,
    over: &AtomicBool,
) -> io::Result<()> {
    let mut server = TcpStream::connect(("127.0.0.1", port))?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
    }
    let mut tls = ServerConnection::new(config.clone()).map_err(io::Error::other)?;
    tls.set_buffer_limit(None);
    let (mut early, mut held) = (early, false);
    let mut client = Client(client, usize::MAX);
    let (mut to_server, mut bytes) = (Vec::new(), vec![0; 65_536]);
    while !over.load(Ordering::SeqCst) {
        for order in orders.try_iter() {
            match order {
                Order::UpdateKeys => tls.refresh_traffic_keys().map_err(io::Error::other)?,
                Order::Hold(hold) => held = hold,
                Order::Pieces(size) => client.1 = size,
                Order::Goodbye => {
                    tls.send_close_notify();
                    return flush(&mut tls, &mut client);
                }
                Order::Cut => return Ok(()),
                Order::Garbage => {
                    flush(&mut tls, &mut client)?;
                    client.0.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")?;
                }
            }
        }
        if !held {
            match tls.read_tls(&mut client.0) {
                Ok(0) => return Ok(()),
                Ok(_) => {
                    let processed = tls.process_new_packets();
                    // The client hears why.
                    flush(&mut tls, &mut client)?;
                    processed.map_err(io::Error::other)?;
                    while let Ok(count @ 1..) = tls.reader().read(&mut bytes) {
                        to_server.extend_from_slice(&bytes[..count]);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        if !tls.is_handshaking() {
            match server.read(&mut bytes) {
                Ok(0) => {
                    tls.send_close_notify();
                    return flush(&mut tls, &mut client);
                }
                Ok(count) => {
                    let message = [&bytes[..count], std::mem::take(&mut early)].concat();
                    tls.writer().write_all(&message)?;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        flush(&mut tls, &mut client)?;
        match server.write(&to_server) {
            Ok(count) => drop(to_server.drain(..count)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        let wanted = if held {
            PollFlags::empty()
        } else {
            PollFlags::IN
        };
        let mut both = [
            PollFd::new(&client.0, wanted),
            PollFd::new(&server, PollFlags::IN),
        ];
        // For orders, and for what did not go out.
        let soon = Timespec {
            tv_sec: 0,
            tv_nsec: 2_000_000,
        };
        poll(&mut both, Some(&soon))?;
    }
    Ok(())
}

/// A client, and how many bytes it gets at a time.
struct Client(TcpStream, usize);

impl Write for Client {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(&bytes[..bytes.len().min(self.1)])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn flush(tls: &mut ServerConnection, client: &mut Client) -> io::Result<()> {
    while tls.wants_write() {
        match tls.write_tls(client) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            result => drop(result?),
        }
    }
    Ok(())
}
