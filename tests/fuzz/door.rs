//! A door for `tests/fuzz` to what is private; open only in builds by cargo-fuzz.

use std::{
    collections::{BTreeSet, HashMap},
    time::Instant,
};

use crate::{
    AudioBridge, EchoTest, Event, HandleId, NoSip, Plugin, Raw, RawEvent, RecordPlay, SessionId,
    Sip, Streaming, TextRoom, VideoCall, VideoRoom, VoiceMail,
    client::completion,
    echotest::Settings,
    error::CloseReason,
    router::{Answer, Candidate, Expects, Limits, Payload, Queue, Router, Unwatched, Waiting},
    wire::{Completion, Incoming, split},
};

const SESSION: SessionId = SessionId::new(7);

const LIMITS: Limits = Limits {
    events: 4,
    bytes: 1 << 20,
    all_bytes: 1 << 24,
};

/// A connection's tables, and the callers at them.
struct Bench {
    router: Router<u64>,
    /// The requests that wait.
    open: BTreeSet<u64>,
    queues: HashMap<u64, Queue>,
    now: Instant,
    next: u64,
}

/// Each line is a message, or by its first letter something that a program does.
///
/// The transaction of a message is the number of the request that it answers.
pub fn conversation(lines: &str) {
    let mut bench = Bench {
        router: Router::new(LIMITS),
        open: BTreeSet::new(),
        queues: HashMap::new(),
        now: Instant::now(),
        next: 0,
    };
    for line in lines.lines() {
        bench.step(line);
        bench.settle();
    }
}

impl Bench {
    fn step(&mut self, line: &str) {
        let handle = HandleId::new(line.bytes().nth(1).unwrap_or(0).into());
        match line.bytes().next() {
            Some(b'c') => self.register(Expects::Create, None, None),
            Some(b'k') => self.register(Expects::Claim, Some(SESSION), None),
            Some(b'a') => self.register(Expects::Attach, Some(SESSION), None),
            Some(b'i') => self.register(Expects::Whole, None, None),
            Some(b'v') => self.register(Expects::Core, Some(SESSION), Some(handle)),
            Some(b's') => self.register(Expects::Ack, Some(SESSION), Some(handle)),
            Some(b'm') => self.plugin(completion::<Settings>(), handle),
            Some(b'u') => self.plugin(completion::<crate::sip::Register>(), handle),
            Some(b'f') => {
                if let Some(number) = self.open.pop_first() {
                    self.router.forget(number, true);
                }
            }
            Some(b'l') => {
                self.next += 1;
                let late = Unwatched::Keepalive(SESSION);
                self.router
                    .register_unwatched(self.router.epoch, self.next, late, 0, self.now);
            }
            Some(b'e') => drop(self.router.end_session(SESSION, CloseReason::ClaimedAway)),
            Some(b'd') => {
                self.router
                    .end_handle(SESSION, handle, CloseReason::Detached);
            }
            Some(b'b') => {
                if let Ok(queue) = self.router.bind(SESSION, handle) {
                    self.queues.insert(handle.value(), queue);
                }
            }
            _ => self.receive(line),
        }
    }

    fn plugin(&mut self, completion: Completion, handle: HandleId) {
        self.register(Expects::Plugin(completion), Some(SESSION), Some(handle));
    }

    fn register(&mut self, expects: Expects, session: Option<SessionId>, handle: Option<HandleId>) {
        self.next += 1;
        let waiting = Waiting {
            slot: self.next,
            expects,
            session,
            handle,
            acked: false,
            repeats: false,
        };
        let epoch = self.router.epoch;
        if self
            .router
            .register(epoch, self.next, waiting, self.now)
            .is_ok()
        {
            self.open.insert(self.next);
        }
    }

    fn receive(&mut self, text: &str) {
        for part in split(text) {
            let Ok((part, Ok(incoming))) = part.map(|part| (part, Incoming::parse(part))) else {
                return;
            };
            let number = incoming.transaction().and_then(|text| text.parse().ok());
            let candidates = self.router.candidates(number, &incoming);
            let ended = Candidate::ended_by(&candidates, &incoming);
            self.router
                .dispatch(number, &incoming, ended, part, self.now);
        }
    }

    /// Takes and decodes what has come.
    fn settle(&mut self) {
        for (number, answer) in self.router.take_replies() {
            assert!(self.open.remove(&number), "a second answer");
            if let Answer::Attached(handle, queue) = answer {
                self.queues.insert(handle.value(), queue);
            }
        }
        for queue in self.queues.values() {
            // The limit, the mark, one notice of each kind, and the last events of handle and session.
            assert!(queue.receiver.len() <= 4 + 6, "{}", queue.receiver.len());
            for RawEvent { payload, .. } in queue.receiver.try_iter() {
                match payload {
                    Payload::Plugin { data, .. } => decode(data.get()),
                    Payload::Core(text) => drop(Event::<()>::core(&text)),
                    Payload::Notice { .. } => {}
                    Payload::Lagged(lost) => assert!(lost.take() > 0),
                }
            }
        }
    }
}

/// Gives data to everything that decodes events.
pub fn decode(text: &str) {
    fn one<P: Plugin>(data: &serde_json::value::RawValue) {
        let _ = P::decode(data);
        let _ = P::event_name(data);
        let _ = P::refusal(data);
        let _ = P::reply(data);
    }
    let _ = Event::<()>::core(text);
    if let Ok(data) = serde_json::from_str(text) {
        one::<AudioBridge>(data);
        one::<EchoTest>(data);
        one::<NoSip>(data);
        one::<RecordPlay>(data);
        one::<Sip>(data);
        one::<Streaming>(data);
        one::<TextRoom>(data);
        one::<VideoCall>(data);
        one::<VideoRoom>(data);
        one::<VoiceMail>(data);
        one::<Raw>(data);
    }
}
