//! Which peer a datagram is for.

use std::{
    collections::{HashMap, hash_map::Entry},
    net::SocketAddr,
    sync::Arc,
};

use parking_lot::Mutex;

/// How many addresses of the other side one peer may have: they come from the network.
const ADDRESSES: usize = 32;

/// The peers of one `Media`.
#[derive(Debug)]
pub(super) struct Routes<P>(Mutex<Inner<P>>);

#[derive(Debug)]
struct Inner<P> {
    peers: HashMap<u64, Known<P>>,
    /// By the name that STUN requests carry.
    names: HashMap<String, u64>,
    /// By where packets come from: the last that has sent there first. More than one only where a
    /// server uses a port again, or a description names an address that is another peer's.
    addresses: HashMap<SocketAddr, Vec<u64>>,
    /// There is a `Media` that may make more.
    open: bool,
}

#[derive(Debug)]
struct Known<P> {
    peer: Arc<P>,
    name: String,
    addresses: Vec<SocketAddr>,
}

impl<P> Routes<P> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Inner {
            peers: HashMap::new(),
            names: HashMap::new(),
            addresses: HashMap::new(),
            open: true,
        }))
    }

    pub(super) fn enter(&self, number: u64, name: String, peer: Arc<P>) {
        let mut inner = self.0.lock();
        inner.names.insert(name.clone(), number);
        let entry = Known {
            peer,
            name,
            addresses: Vec::new(),
        };
        inner.peers.insert(number, entry);
    }

    /// ICE of this peer has another name now.
    pub(super) fn rename(&self, number: u64, name: String) {
        let mut inner = self.0.lock();
        let Some(entry) = inner.peers.get_mut(&number) else {
            return;
        };
        let before = std::mem::replace(&mut entry.name, name.clone());
        inner.names.remove(&before);
        inner.names.insert(name, number);
    }

    /// This peer sends there, so what comes from there may be its own.
    pub(super) fn sends_to(&self, number: u64, address: SocketAddr) {
        self.0.lock().bind(number, address, true);
    }

    pub(super) fn remove(&self, number: u64) {
        let mut inner = self.0.lock();
        let Some(entry) = inner.peers.remove(&number) else {
            return;
        };
        inner.names.remove(&entry.name);
        for address in entry.addresses {
            inner.unbind(number, address);
        }
    }

    pub(super) fn get(&self, number: u64) -> Option<Arc<P>> {
        Some(self.0.lock().peers.get(&number)?.peer.clone())
    }

    pub(super) fn all(&self) -> Vec<Arc<P>> {
        let inner = self.0.lock();
        inner
            .peers
            .values()
            .map(|entry| entry.peer.clone())
            .collect()
    }

    /// The peer that a datagram is for: a STUN request says it, all else goes by where it is from. If
    /// several send there, the others follow: each knows what is its own.
    pub(super) fn find(&self, datagram: &[u8], from: SocketAddr) -> Option<(Arc<P>, Vec<Arc<P>>)> {
        let mut inner = self.0.lock();
        if let Some(name) = stun_name(datagram) {
            let number = *inner.names.get(name)?;
            // Its sender proves who it is only later.
            inner.bind(number, from, false);
            return Some((inner.peers.get(&number)?.peer.clone(), Vec::new()));
        }
        let (first, others) = inner.addresses.get(&from)?.split_first()?;
        let peer = |number| Some(inner.peers.get(number)?.peer.clone());
        Some((peer(first)?, others.iter().filter_map(peer).collect()))
    }

    /// No `Media` is left.
    pub(super) fn close(&self) {
        self.0.lock().open = false;
    }

    /// Whether nobody needs the thread any more.
    pub(super) fn is_over(&self) -> bool {
        let inner = self.0.lock();
        !inner.open && inner.peers.is_empty()
    }
}

impl<P> Inner<P> {
    fn bind(&mut self, number: u64, address: SocketAddr, sends: bool) {
        let bound = self.addresses.get(&address);
        if bound.is_some_and(|bound| !sends || bound.contains(&number)) {
            return;
        }
        let Some(entry) = self.peers.get_mut(&number) else {
            return;
        };
        let full = entry.addresses.len() == ADDRESSES;
        let oldest = full.then(|| entry.addresses.remove(0));
        entry.addresses.push(address);
        if let Some(oldest) = oldest {
            self.unbind(number, oldest);
        }
        self.addresses.entry(address).or_default().insert(0, number);
    }

    fn unbind(&mut self, number: u64, address: SocketAddr) {
        if let Entry::Occupied(mut bound) = self.addresses.entry(address) {
            bound.get_mut().retain(|it| *it != number);
            if bound.get().is_empty() {
                bound.remove();
            }
        }
    }
}

/// The receiver's part of the user name in a STUN request (RFC 8445, 7.2.2), if it is one.
fn stun_name(datagram: &[u8]) -> Option<&str> {
    const BINDING_REQUEST: [u8; 2] = [0, 1];
    const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
    const USERNAME: u16 = 6;
    if datagram.get(..2)? != BINDING_REQUEST || datagram.get(4..8)? != COOKIE {
        return None;
    }
    let mut rest = datagram.get(20..)?;
    loop {
        let kind = u16::from_be_bytes([*rest.first()?, *rest.get(1)?]);
        let length = usize::from(u16::from_be_bytes([*rest.get(2)?, *rest.get(3)?]));
        let value = rest.get(4..4 + length)?;
        if kind == USERNAME {
            let name = std::str::from_utf8(value).ok()?;
            return Some(name.split_once(':').map_or(name, |(receiver, _)| receiver));
        }
        rest = rest.get(4 + length.next_multiple_of(4)..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(name: &str) -> Vec<u8> {
        let mut datagram = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
        datagram.extend([7; 12]);
        // An attribute before it, whose length is no multiple of four.
        datagram.extend([0x80, 0x22, 0, 5, b'j', b'a', b'n', b'u', b's', 0, 0, 0]);
        let length = u16::try_from(name.len()).expect("short");
        datagram.extend([0, 6]);
        datagram.extend(length.to_be_bytes());
        datagram.extend(name.as_bytes());
        datagram
    }

    fn from(port: u16) -> SocketAddr {
        SocketAddr::from(([10, 0, 0, 2], port))
    }

    #[test]
    fn the_name_is_found_and_no_beginning_of_a_request_panics() {
        let datagram = request("ours:theirs");
        assert_eq!(stun_name(&datagram), Some("ours"));
        for end in 0..datagram.len() {
            assert_eq!(stun_name(&datagram[..end]), None);
        }
        assert_eq!(stun_name(&[0x80; 100]), None);
    }

    #[test]
    fn a_request_makes_its_sender_known_unless_that_is_another_peers() {
        let routes = Routes::new();
        routes.enter(1, "one".to_owned(), Arc::new(1));
        routes.enter(2, "two".to_owned(), Arc::new(2));
        let all = |datagram: &[u8], port| {
            let (first, others) = routes.find(datagram, from(port))?;
            Some((*first, others.iter().map(|peer| **peer).collect::<Vec<_>>()))
        };
        let find = |datagram: &[u8], port| all(datagram, port).map(|(first, _)| first);
        assert_eq!(find(b"\x80rtp", 5), None);
        assert_eq!(find(&request("one:x"), 5), Some(1));
        assert_eq!(find(b"\x80rtp", 5), Some(1));
        assert_eq!(find(&request("two:x"), 5), Some(2));
        assert_eq!(find(b"\x80rtp", 5), Some(1));
        assert_eq!(find(&request("three:x"), 6), None);
        // The server uses the port for its next peer.
        routes.sends_to(2, from(5));
        assert_eq!(all(b"\x80rtp", 5), Some((2, vec![1])));
        routes.sends_to(1, from(5));
        assert_eq!(all(b"\x80rtp", 5), Some((2, vec![1])));
        routes.rename(2, "again".to_owned());
        assert_eq!(find(&request("two:x"), 7), None);
        assert_eq!(find(&request("again:x"), 7), Some(2));
        routes.remove(1);
        assert_eq!(all(b"\x80rtp", 5), Some((2, vec![])));
        routes.remove(2);
        assert_eq!(find(&request("again:x"), 7), None);
        assert_eq!(find(b"\x80rtp", 5), None);
        assert!(!routes.is_over());
        routes.close();
        assert!(routes.is_over());
    }

    #[test]
    fn the_addresses_of_a_peer_are_bounded() {
        let routes = Routes::new();
        routes.enter(1, "one".to_owned(), Arc::new(()));
        (0..1000).for_each(|port| drop(routes.find(&request("one:x"), from(port))));
        assert_eq!(routes.0.lock().addresses.len(), ADDRESSES);
        routes.remove(1);
        assert_eq!(routes.0.lock().addresses.len(), 0);
    }
}
