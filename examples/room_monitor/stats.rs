//! How much each publisher sends: Janus sends copies of it here, and they are counted.

use std::{collections::BTreeMap, io, net::UdpSocket, time::Instant};

use janus_blocking::{
    plugin::Id,
    videoroom::{ForwardStream, Publisher, RtpForward, StopRtpForward},
};

use crate::people::{People, Person};

/// Counts what publishers send.
pub struct Stats {
    /// This machine, as Janus sees it.
    host: String,
    secret: Option<String>,
    counters: BTreeMap<Id, Counter>,
    since: Instant,
}

struct Counter {
    socket: UdpSocket,
    bytes: u64,
    /// The forwarders, to be ended.
    streams: Vec<u64>,
    mids: Option<Vec<String>>,
}

impl Stats {
    pub fn new(host: String, secret: Option<String>) -> Self {
        Self {
            host,
            secret,
            counters: BTreeMap::new(),
            since: Instant::now(),
        }
    }

    /// Has a copy made of everybody's media, where there is none yet.
    pub fn follow(
        &mut self,
        desk: &Publisher,
        room: &Id,
        people: &People,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let is_current = |id: &Id, counter: &Counter| {
            let person = people.0.get(id);
            person.is_some_and(|it| it.publishing && it.mids == counter.mids)
        };
        let all = std::mem::take(&mut self.counters).into_iter();
        let (current, old) = all.partition(|(id, counter)| is_current(id, counter));
        self.counters = current;
        self.stop(desk, room, old);
        for (id, person) in people.0.iter().filter(|(_, person)| person.publishing) {
            if !self.counters.contains_key(id) {
                let counter = self.begin(desk, room, id, person)?;
                self.counters.insert(id.clone(), counter);
            }
        }
        Ok(())
    }

    fn begin(
        &self,
        desk: &Publisher,
        room: &Id,
        id: &Id,
        person: &Person,
    ) -> Result<Counter, Box<dyn std::error::Error>> {
        let socket = UdpSocket::bind(("0.0.0.0", 0))?;
        socket.set_nonblocking(true)?;
        let port = socket.local_addr()?.port();
        let mut forward = RtpForward::new(room, id, &*self.host);
        forward.secret = self.secret.clone().map(Into::into);
        forward = match &person.mids {
            Some(mids) => {
                let streams = mids.iter().map(|mid| ForwardStream::new(&**mid, port));
                forward.streams(streams.collect())
            }
            // The old form, which needs no `mid`s, and takes the first stream of each kind.
            None => forward.audio_port(port).video_port(port),
        };
        let made = desk.room().rtp_forward(&forward)?;
        let mut streams: Vec<u64> = made.forwarders.iter().map(|it| it.stream_id).collect();
        if let Some(old) = made.rtp_stream {
            streams.extend(
                [old.audio_stream_id, old.video_stream_id]
                    .into_iter()
                    .flatten(),
            );
        }
        Ok(Counter {
            socket,
            bytes: 0,
            streams,
            mids: person.mids.clone(),
        })
    }

    /// Takes in what has come. Often enough, as sockets do not hold much.
    pub fn count(&mut self) {
        let mut packet = [0; 2048];
        for counter in self.counters.values_mut() {
            loop {
                match counter.socket.recv(&mut packet) {
                    Ok(length) => counter.bytes += length as u64,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
        }
    }

    /// Bits per second of everybody since the last call.
    pub fn rates(&mut self) -> BTreeMap<Id, u64> {
        let seconds = self.since.elapsed().as_secs_f64().max(0.001);
        self.since = Instant::now();
        let rates = self.counters.iter_mut().map(|(id, counter)| {
            let bits = std::mem::take(&mut counter.bytes) as f64 * 8.0;
            (id.clone(), (bits / seconds) as u64)
        });
        rates.collect()
    }

    /// Ends the copies, as they would go on without this program.
    pub fn end(&mut self, desk: &Publisher, room: &Id) {
        let all = std::mem::take(&mut self.counters);
        self.stop(desk, room, all);
    }

    fn stop(&self, desk: &Publisher, room: &Id, counters: BTreeMap<Id, Counter>) {
        for (id, counter) in counters {
            for stream in counter.streams {
                let mut stop = StopRtpForward::new(room, &id, stream);
                stop.secret = self.secret.clone().map(Into::into);
                // Gone with their publisher, perhaps.
                let _ = desk.room().stop_rtp_forward(&stop);
            }
        }
    }
}
