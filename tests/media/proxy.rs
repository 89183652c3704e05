//! A network between two peers, which can do harm.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use janus_blocking::Jsep;

use super::pair::changed;

/// What becomes of a packet: what is sent on in its place.
pub(crate) type Harm = Arc<dyn Fn(&[u8]) -> Vec<Vec<u8>> + Send + Sync>;

/// Stands between the peers: each sees the other at an address of the proxy's.
pub(crate) struct Proxy {
    over: Arc<AtomicBool>,
    /// What the descriptions said, in their order: where the peers really are.
    places: Arc<Mutex<Vec<Option<SocketAddr>>>>,
    sockets: [UdpSocket; 2],
}

impl Proxy {
    pub(crate) fn start(harm: Harm) -> Self {
        Self::start_on(Ipv4Addr::LOCALHOST.into(), harm)
    }

    /// At an address that both peers can reach.
    pub(crate) fn start_on(ip: IpAddr, harm: Harm) -> Self {
        let socket = || UdpSocket::bind((ip, 0)).expect("a port");
        let proxy = Self {
            over: Arc::default(),
            places: Arc::default(),
            sockets: [socket(), socket()],
        };
        for way in 0..2 {
            let from = proxy.sockets[way].try_clone().expect("a socket");
            let to = proxy.sockets[1 - way].try_clone().expect("a socket");
            let (over, places, harm) = (proxy.over.clone(), proxy.places.clone(), harm.clone());
            from.set_read_timeout(Some(Duration::from_millis(20)))
                .expect("a socket");
            thread::spawn(move || {
                let mut buffer = [0; 2000];
                while !over.load(Ordering::Relaxed) {
                    let Ok((length, _)) = from.recv_from(&mut buffer) else {
                        continue;
                    };
                    let place = places.lock().expect("no panic").get(way).copied();
                    let Some(place) = place.flatten() else {
                        continue;
                    };
                    for packet in harm(&buffer[..length]) {
                        let _ = to.send_to(&packet, place);
                    }
                }
            });
        }
        proxy
    }

    /// A description with the proxy's address in place of the peer's: the first one is the offer.
    pub(crate) fn change(&self, jsep: &Jsep) -> Jsep {
        let mut places = self.places.lock().expect("no panic");
        let way = places.len();
        places.push(None);
        let mut sdp = String::new();
        for line in jsep.sdp.lines() {
            let mut words: Vec<_> = line.split(' ').map(str::to_owned).collect();
            if line.starts_with("a=candidate:") {
                // Janus says it in each media line.
                let place = format!("{}:{}", words[4], words[5]);
                places[way] = Some(place.parse().expect("an address"));
                // What is sent there comes out of the other socket.
                let own = self.sockets[way].local_addr().expect("an address");
                words[4] = own.ip().to_string();
                words[5] = own.port().to_string();
            }
            sdp += &(words.join(" ") + "\r\n");
        }
        changed(jsep, sdp)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}
