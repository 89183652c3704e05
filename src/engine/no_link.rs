//! What stands for the link while there is none: broken from the start.

use std::{io, time::Instant};

use crate::transport::{Connected, Link, Received, Receiver, SendError, Wait};

struct NoLink;

pub(super) fn no_link() -> Connected {
    Connected {
        link: Box::new(NoLink),
        receiver: Box::new(NoLink),
    }
}

impl Link for NoLink {
    fn send(&self, _text: &str, _deadline: Instant) -> Result<(), SendError> {
        Err(SendError::NotSent(io::ErrorKind::NotConnected.into()))
    }

    fn goodbye(&self) {}

    fn shutdown(&self) {}
}

impl Receiver for NoLink {
    fn receive(&mut self, _wait: Wait, _sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
        Err(io::ErrorKind::NotConnected.into())
    }
}
