//! A WebSocket client of the harness's own, so that it can talk to Janus without the crate.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::frames::{Decoder, encode};

/// How long the handshake may take.
const OPEN: Duration = Duration::from_secs(5);

/// One WebSocket connection; dropping it closes the link without goodbye.
#[derive(Debug)]
pub struct WsClient {
    stream: TcpStream,
    decoder: Decoder,
    inbox: VecDeque<String>,
}

impl WsClient {
    /// Connects to a `ws://host:port` address with Janus's subprotocol.
    pub fn connect(url: &str) -> io::Result<Self> {
        Self::connect_as(url, "janus-protocol")
    }

    /// Connects with the given subprotocol.
    pub fn connect_as(url: &str, subprotocol: &str) -> io::Result<Self> {
        let host = url.trim_start_matches("ws://").trim_end_matches('/');
        let mut stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        let head = format!(
            "GET / HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Protocol: {subprotocol}\r\n\r\n"
        );
        stream.write_all(head.as_bytes())?;
        let mut client = Self {
            stream,
            decoder: Decoder::new(),
            inbox: VecDeque::new(),
        };
        let deadline = Instant::now() + OPEN;
        while client.decoder.next_chunk().is_none() {
            client.read(deadline)?;
        }
        if client.decoder.is_open() {
            return Ok(client);
        }
        Err(io::Error::other(
            "the server refused the upgrade to a WebSocket",
        ))
    }

    /// Sends one text message.
    pub fn send(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(&encode(1, text.as_bytes()))
    }

    /// Returns the next text message, or an error when none comes within `limit`.
    pub fn recv(&mut self, limit: Duration) -> io::Result<String> {
        let deadline = Instant::now() + limit;
        loop {
            while let Some(chunk) = self.decoder.next_chunk() {
                self.inbox
                    .extend(chunk.frame.and_then(|frame| frame.text()));
            }
            if let Some(text) = self.inbox.pop_front() {
                return Ok(text);
            }
            self.read(deadline)?;
        }
    }

    /// Returns the next text message that `wanted` likes; those before it are thrown away.
    pub fn recv_where(
        &mut self,
        limit: Duration,
        wanted: impl Fn(&str) -> bool,
    ) -> io::Result<String> {
        let deadline = Instant::now() + limit;
        loop {
            let text = self.recv(deadline.saturating_duration_since(Instant::now()))?;
            if wanted(&text) {
                return Ok(text);
            }
        }
    }

    fn read(&mut self, deadline: Instant) -> io::Result<()> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        let mut bytes = [0; 16_384];
        match self.stream.read(&mut bytes)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            count => {
                self.decoder.push(&bytes[..count]);
                Ok(())
            }
        }
    }
}
