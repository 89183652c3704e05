//! Tests of `dial`.

use std::{
    net::{Ipv4Addr, TcpListener},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::*;
use crate::transport::{WhichApi, address::Address};

fn dialer(text: &str, look_up: fn(&str, u16) -> Found) -> Dialer {
    let Ok(Address::WebSocket(url)) = Address::parse(text, WhichApi::Janus) else {
        panic!("{text} names a host");
    };
    let mut dialer = Dialer::new(&url);
    dialer.look_up = look_up;
    dialer
}

fn soon() -> Instant {
    Instant::now() + Duration::from_millis(20)
}

fn later() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

#[test]
fn a_resolver_that_hangs_is_given_up_and_not_asked_twice() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    static HANGS: Mutex<()> = Mutex::new(());
    static PORT: AtomicUsize = AtomicUsize::new(0);
    let dialer = dialer("ws://janus.example", |_, _| {
        ASKED.fetch_add(1, Ordering::SeqCst);
        drop(HANGS.lock());
        let port = u16::try_from(PORT.load(Ordering::SeqCst)).expect("a port");
        Ok(vec![(Ipv4Addr::LOCALHOST, port).into()])
    });
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    PORT.store(port.into(), Ordering::SeqCst);
    let hangs = HANGS.lock().expect("it is not poisoned");
    for _ in 0..3 {
        let error = dialer.dial(soon()).expect_err("no address");
        assert_eq!(
            error.problem,
            "the name `janus.example` was not resolved in time; check this machine's DNS \
             settings and network"
        );
    }
    drop(hangs);
    dialer.dial(later()).expect("it was found meanwhile");
    assert_eq!(ASKED.load(Ordering::SeqCst), 1);
}

#[test]
fn an_answer_that_came_long_ago_is_not_used() {
    static HANGS: Mutex<()> = Mutex::new(());
    static PORT: AtomicUsize = AtomicUsize::new(0);
    let mut dialer = dialer("ws://janus.example", |_, _| {
        let port = u16::try_from(PORT.load(Ordering::SeqCst)).expect("a port");
        drop(HANGS.lock());
        Ok(vec![(Ipv4Addr::LOCALHOST, port).into()])
    });
    dialer.fresh = Duration::from_millis(50);
    let hangs = HANGS.lock().expect("it is not poisoned");
    dialer.dial(soon()).expect_err("no address");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    PORT.store(port.into(), Ordering::SeqCst);
    drop(hangs);
    while dialer.asked.lock().as_ref().is_some_and(Receiver::is_empty) {
        thread::yield_now();
    }
    thread::sleep(dialer.fresh * 2);
    dialer.dial(later()).expect("it has moved there");
}

#[test]
fn the_address_that_took_the_last_connection_is_tried_first() {
    static ADDRESSES: Mutex<Vec<SocketAddr>> = Mutex::new(Vec::new());
    let dialer = dialer("ws://janus.example", |_, _| {
        Ok(ADDRESSES.lock().expect("it is not poisoned").clone())
    });
    let listen = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = |listener: &TcpListener| listener.local_addr().expect("it is bound");
    let (first, second) = (listen(), listen());
    let reached = |addresses: &[SocketAddr]| {
        *ADDRESSES.lock().expect("it is not poisoned") = addresses.to_vec();
        let stream = dialer.dial(later()).expect("one accepts");
        stream.peer_addr().expect("it is connected")
    };
    let (one, two) = (address(&first), address(&second));
    assert_eq!(reached(&[one, two]), one);
    assert_eq!(reached(&[two]), two);
    // Nobody looks whether the first one hangs.
    assert_eq!(reached(&[one, two]), two);
}

#[test]
fn the_refusal_of_a_server_counts_more_than_a_missing_route() {
    static PORT: AtomicUsize = AtomicUsize::new(0);
    let unused = {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        listener.local_addr().expect("it is bound").port()
    };
    PORT.store(unused.into(), Ordering::SeqCst);
    let dialer = dialer("wss://janus.example", |_, _| {
        let port = u16::try_from(PORT.load(Ordering::SeqCst)).expect("a port");
        // Nobody can connect to the second: this machine has no such interface.
        let nowhere = "[fe80::1%4294967]:1".parse::<SocketAddr>();
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Ok(std::iter::once(local).chain(nowhere).collect())
    });
    let problem = dialer.dial(later()).expect_err("nobody listens").problem;
    assert_eq!(
        problem,
        "nothing is listening on this port of this host; check the port, that Janus is running, \
         and that this transport is enabled and bound to this address; the address has no port, \
         so 8989 was assumed (proxies usually listen on 443)"
    );
}

#[test]
fn each_reason_of_the_system_has_a_text() {
    let dialer = dialer("ws://[::1]:8188", |_, _| Ok(Vec::new()));
    for (kind, start) in [
        (
            io::ErrorKind::HostUnreachable,
            "there is no way to the host, or nothing has its address; check the host, and this \
             machine's network",
        ),
        (
            io::ErrorKind::NetworkUnreachable,
            "this machine has no route to the host; its network is down or not up yet, or the \
             address is wrong",
        ),
        (
            io::ErrorKind::NetworkDown,
            "the network interface of this machine is down",
        ),
        (
            io::ErrorKind::AddrNotAvailable,
            "this machine has no usable address, or all its local ports are in use; check both",
        ),
        (
            io::ErrorKind::PermissionDenied,
            "the system forbids this connection; check the firewall and the limits on this \
             program (SELinux, systemd, container)",
        ),
        (
            io::ErrorKind::InvalidInput,
            "a link-local address needs an interface; write it like ws://[fe80::1%25eth0]:8188",
        ),
        (
            io::ErrorKind::ConnectionReset,
            "the connection could not be established; see the cause, and check host and port",
        ),
    ] {
        assert_eq!(dialer.problem(&kind.into()), start);
    }
    let full = io::Error::from_raw_os_error(rustix::io::Errno::NFILE.raw_os_error());
    assert_eq!(
        dialer.problem(&full),
        "this machine has reached its limit of open files and sockets; close some"
    );
}
