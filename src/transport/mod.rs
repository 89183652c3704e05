//! What a link to Janus is, and its kinds.

mod frames;
mod handshake;
mod socket;
mod url;
mod websocket;

use std::{io, time::Instant};

pub(crate) use url::Url;

use crate::{Config, Result};

/// The sending half of a link, shared by all threads.
pub(crate) trait Link: Send + Sync {
    /// Sends one message whole. Waits for room until the deadline, holding no lock meanwhile.
    ///
    /// `TimedOut` when there was no room in time: part of the message may have gone out.
    fn send(&self, text: &str, deadline: Instant) -> io::Result<()>;

    /// Asks the other side for a sign of life, without waiting for it.
    fn ping(&self) -> io::Result<()>;

    /// Says goodbye, without waiting for the answer.
    fn goodbye(&self);

    /// Ends the link at once and wakes whoever reads from it.
    fn shutdown(&self);

    /// Whether Janus notices when this link goes away.
    fn reports_going_away(&self) -> bool;
}

/// The receiving half of a link, owned by the thread whose turn it is to read.
pub(crate) trait Receiver: Send {
    /// Waits until something comes, or in vain; gives everything whole that has come to `sink`.
    ///
    /// An `Ok` without any message is normal: the deadline passed, or part of a message came.
    fn receive(&mut self, wait: Wait, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()>;
}

/// How long to wait for something to come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wait {
    pub(crate) deadline: Instant,
    /// Nobody waits for an answer: it should not wake up before the deadline.
    pub(crate) idle: bool,
}

/// Something that came.
pub(crate) enum Received<'a> {
    /// A text message; one or more JSON objects, if all is well.
    Text(&'a str),
    /// Something that is no message of Janus's, with what it was.
    Garbage(&'static str),
    /// A sign of life without content.
    Nothing,
}

/// Both halves of a new link.
pub(crate) struct Connected {
    pub(crate) link: Box<dyn Link>,
    pub(crate) receiver: Box<dyn Receiver>,
}

/// Connects by the kind of link that the address names.
pub(crate) fn connect(url: &Url, config: &Config, deadline: Instant) -> Result<Connected> {
    websocket::connect(url, config, deadline)
}
