//! The events of a receiver, as they came, and what they make.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use janus_blocking::monitor::{Event, Live, LiveHandle, Receiver};

/// For things that take seconds on an idle machine.
const LIMIT: Duration = Duration::from_secs(60);

pub(crate) struct Watched {
    pub(crate) receiver: Receiver,
    pub(crate) events: Vec<Event>,
    pub(crate) live: Live,
}

impl Watched {
    pub(crate) fn new(receiver: Receiver) -> Self {
        Self {
            receiver,
            events: Vec::new(),
            live: Live::new(),
        }
    }

    /// Waits for one that is as wanted, and was not there before the call.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, wanted: impl Fn(&Event) -> bool) -> &Event {
        let deadline = Instant::now() + LIMIT;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.receiver.recv_timeout(left).expect("none is lost") {
                Some(event) => {
                    let found = wanted(&event);
                    self.live.apply(&event);
                    self.events.push(event);
                    if found {
                        return self.events.last().expect("it was just put there");
                    }
                }
                None => panic!("{what} did not come, but {:?}", self.names()),
            }
        }
    }

    /// Waits for one of that kind.
    #[track_caller]
    pub(crate) fn kind(&mut self, name: &str) -> &Event {
        self.until(name, |event| event.kind.name() == name)
    }

    /// The kinds that have come.
    pub(crate) fn names(&self) -> BTreeSet<&'static str> {
        self.events.iter().map(|event| event.kind.name()).collect()
    }

    /// The only handle of that plugin that is shown to live.
    #[track_caller]
    pub(crate) fn handle(&self, plugin: &str) -> &LiveHandle {
        let sessions = self
            .live
            .servers()
            .values()
            .flat_map(|server| server.sessions.values());
        let mut handles = sessions.flat_map(|session| session.handles.values());
        let found = handles.find(|handle| handle.plugin == plugin);
        found.unwrap_or_else(|| panic!("no handle of {plugin}: {:?}", self.live))
    }

    /// How many sessions are shown to live.
    pub(crate) fn sessions(&self) -> usize {
        let servers = self.live.servers().values();
        servers.map(|server| server.sessions.len()).sum()
    }
}
