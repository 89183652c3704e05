//! A link without a socket.

use std::{io, sync::Arc, time::Instant};

use crossbeam_channel::{RecvTimeoutError, Sender, unbounded};

use super::{
    gateway::LinkId,
    injector::{Channel, Ending, Frame},
    runtime::{LinkSink, Runtime},
};
use crate::transport::{
    Connected, Link, Received, Receiver, SendError, Transport, Unreachable, Wait,
};

/// Something on its way to the client.
enum Item {
    Text(String),
    Garbage(&'static str),
    Alive,
    End(io::ErrorKind),
}

/// Makes links to a gateway in this program.
pub(super) struct Memory {
    pub(super) runtime: Arc<Runtime>,
    pub(super) address: String,
}

impl Transport for Memory {
    fn address(&self) -> String {
        self.address.clone()
    }

    fn connect(&self, _deadline: Instant) -> Result<Connected, Unreachable> {
        let (to_client, items) = unbounded();
        let sink = MemorySink(to_client.clone());
        let Some(id) = self.runtime.open(Box::new(sink)) else {
            return Err(Unreachable::new(
                "the fake gateway has stopped, or takes no links",
                None,
            ));
        };
        let link = MemoryLink {
            runtime: self.runtime.clone(),
            id,
            to_client,
        };
        Ok(Connected {
            link: Box::new(link),
            receiver: Box::new(MemoryReceiver(items)),
        })
    }
}

struct MemorySink(Sender<Item>);

impl LinkSink for MemorySink {
    fn put(&self, _channel: Channel, frame: Frame) {
        let item = match frame {
            Frame::Text(text) | Frame::Fragments(text, _) => Item::Text(text),
            Frame::Binary(_) => Item::Garbage("a message that is not text"),
            // Half a message is none; the end that follows is what the client sees.
            Frame::Half(_) => return,
        };
        // A client that is gone misses nothing.
        let _ = self.0.send(item);
    }

    fn end(&self, how: Ending) {
        let _ = self.0.send(Item::End(match how {
            Ending::Sudden => io::ErrorKind::UnexpectedEof,
            Ending::Goodbye => io::ErrorKind::ConnectionAborted,
        }));
    }
}

struct MemoryLink {
    runtime: Arc<Runtime>,
    id: LinkId,
    to_client: Sender<Item>,
}

impl Link for MemoryLink {
    fn send(&self, text: &str, _deadline: Instant) -> Result<(), SendError> {
        if self.runtime.receive(self.id, text) {
            Ok(())
        } else {
            Err(SendError::NotSent(io::ErrorKind::NotConnected.into()))
        }
    }

    fn ping(&self) -> Result<bool, SendError> {
        if self.runtime.is_heard(self.id) {
            let _ = self.to_client.send(Item::Alive);
        }
        Ok(true)
    }

    fn goodbye(&self) {
        // A silent link does not answer to that either.
        if self.runtime.is_heard(self.id) {
            self.runtime.ended(self.id);
        }
    }

    fn shutdown(&self) {
        self.runtime.ended(self.id);
        let _ = self.to_client.send(Item::End(io::ErrorKind::UnexpectedEof));
    }
}

struct MemoryReceiver(crossbeam_channel::Receiver<Item>);

impl Receiver for MemoryReceiver {
    fn receive(&mut self, wait: Wait, sink: &mut dyn FnMut(Received<'_>)) -> io::Result<()> {
        let mut next = match self.0.recv_deadline(wait.deadline) {
            Ok(item) => Some(item),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Item::End(io::ErrorKind::UnexpectedEof)),
        };
        while let Some(item) = next {
            match item {
                Item::Text(text) => sink(Received::Text(&text)),
                Item::Garbage(what) => sink(Received::Garbage(what)),
                Item::Alive => sink(Received::Nothing),
                Item::End(kind) => return Err(kind.into()),
            }
            next = self.0.try_recv().ok();
        }
        Ok(())
    }
}
