//! What is known: what lives, and how often what happened.

use std::collections::BTreeMap;

use janus_blocking::monitor::{Counts, Event, Kind, Live};

#[derive(Default)]
pub struct State {
    pub live: Live,
    pub counts: Counts,
    /// Events by their kinds.
    pub kinds: BTreeMap<&'static str, u64>,
    pub slow_links: u64,
}

impl State {
    pub fn apply(&mut self, event: &Event) {
        *self.kinds.entry(event.kind.name()).or_default() += 1;
        self.slow_links += u64::from(matches!(event.kind, Kind::SlowLink(_)));
        self.live.apply(event);
    }
}
