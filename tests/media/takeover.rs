//! What the next owner of a handle can do after the first one was killed: two processes each, on real
//! servers. `docs/REATTACHMENT.md` has what is seen here as a table.

mod calls;
mod first;
mod participant;
mod publisher;
mod subscriber;
mod viewer;

use std::{
    fmt::Debug,
    time::{Duration, Instant},
};

use common::{Janus, Version, program::in_own_namespace};
use janus_blocking::{
    Connection, Error, Event, Plugin, Session, SessionTicket,
    webrtc::{Media, MediaError, Peer, Reached, Track},
};

use super::{cut::wait_freed, flow::until_it_flows, pair::WAIT};
use first::{First, Role};

/// Two processes on each version: the first one has a peer and is killed; `second` is given its ticket.
/// `before` is what is there before both, with a word for the first one.
#[track_caller]
fn story<T>(
    module: &str,
    test: &str,
    role: fn(&Role),
    before: fn(&Janus) -> (T, String),
    second: fn(&Janus, &Second, T),
) {
    if !in_own_namespace(module, test) {
        return;
    }
    if let Some(first) = Role::ours() {
        return role(&first);
    }
    for version in Version::ALL {
        let server = Janus::builder()
            .version(version)
            .reclaim_timeout(60)
            .start();
        let (scene, word) = before(&server);
        let first = First::start(module, test, &server, &word);
        let ticket = first.ticket();
        first.kill();
        second(&server, &Second::new(&server, &ticket), scene);
    }
}

/// The next owner, in a process of its own.
struct Second {
    session: Session,
    ticket: SessionTicket,
    media: Media,
}

impl Second {
    fn new(server: &Janus, ticket: &SessionTicket) -> Self {
        let janus = Connection::open(&server.url()).expect("it runs");
        let resumed = janus.resume(ticket).expect("it is there");
        Self {
            session: resumed.session,
            ticket: ticket.clone(),
            media: Media::start().expect("a thread"),
        }
    }

    /// The first handle of the ticket.
    #[track_caller]
    fn plugin<P: Plugin>(&self) -> P {
        let handle = &self.ticket.handles[0];
        self.session.reattach(handle).expect("it is not in use")
    }
}

/// Ends the PeerConnection of the one before, and waits until Janus has.
#[track_caller]
fn hang_up<P: Plugin<Event: Debug>>(server: &Janus, plugin: &P) {
    plugin.handle().hangup().expect("the handle is there");
    wait(plugin, "hangup", |event| {
        matches!(event, Event::Hangup { .. }).then_some(())
    });
    wait_freed(server, plugin.handle());
}

/// Waits for the event that `pick` takes; those before it are thrown away.
#[track_caller]
fn wait<P: Plugin<Event: Debug>, T>(
    plugin: &P,
    what: &str,
    mut pick: impl FnMut(&Event<P::Event>) -> Option<T>,
) -> T {
    let (events, mut seen) = (plugin.events(), Vec::new());
    let deadline = Instant::now() + WAIT;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let event = events.recv_timeout(left).expect("an event that decodes");
        let Some(event) = event else {
            panic!("no {what}, but {seen:#?}")
        };
        if let Some(found) = pick(&event) {
            return found;
        }
        seen.push(event);
    }
}

/// Connected, and what one sends the other gets.
#[track_caller]
fn it_flows(peers: &[&Peer], from: &Track, to: &Track) {
    for peer in peers {
        peer.wait_connected(WAIT).expect("a connection");
    }
    // Not only what was under way.
    let next = until_it_flows(from, to, 0);
    let next = until_it_flows(from, to, next);
    until_it_flows(from, to, next);
}

/// Janus goes on with the DTLS of the peer before: ICE works, and nobody answers the handshake.
#[track_caller]
fn never_connects(peer: &Peer) {
    let error = peer.wait_connected(Duration::from_secs(3));
    let Error::Media(error) = error.expect_err("nobody answers its handshake") else {
        panic!("it is about media")
    };
    let reached = match *error {
        MediaError::NotConnected { reached, .. } => reached,
        other => panic!("{other}"),
    };
    assert_eq!(reached, Reached::Ice);
}

/// The refusal's code.
#[track_caller]
fn code<T: Debug>(refused: Result<T, Error>) -> i32 {
    let error = refused.expect_err("it is refused");
    error.code().unwrap_or_else(|| panic!("{error}")).value()
}
