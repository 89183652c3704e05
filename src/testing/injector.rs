//! Puts faults between what Janus sends and what arrives: no I/O, no clock.

use std::{sync::Arc, time::Duration};

use super::{
    fault::{Fault, FaultCounts, FaultKind, When},
    gateway::{LinkId, Sent, SessionEnd, What},
    http::PendingReply,
    random_faults::RandomFaults,
};

/// Something that a link does.
#[derive(Clone, Debug)]
pub(super) enum Action {
    Put(LinkId, Channel, Frame),
    End(LinkId, Ending),
    Silence(LinkId),
    /// A session of the link's has ended, or is another link's now.
    SessionEnd(SessionEnd),
    /// A long poll whose client has gone is over.
    Forget(Arc<PendingReply>),
    Restart,
}

/// What a message is to the link: only over HTTP they go different ways.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Channel {
    Answer,
    Event,
}

/// What travels on a link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Frame {
    Text(String),
    Binary(String),
    Fragments(String, usize),
    /// The first half of a message.
    Half(String),
}

/// How a link ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ending {
    Sudden,
    Goodbye,
}

/// A message of a kind that Janus does not have.
const UNKNOWN_KIND: &str = r#"{"janus":"unknown","session_id":1,"sender":2,"x":{"y":[1]}}"#;

/// Decides which message is hit by which fault.
#[derive(Debug, Default)]
pub(super) struct Injector {
    planned: Vec<(When, Fault)>,
    pub(super) random: Option<RandomFaults>,
    pub(super) counts: FaultCounts,
}

impl Injector {
    pub(super) fn new(random: Option<RandomFaults>) -> Self {
        Self {
            random,
            ..Self::default()
        }
    }

    pub(super) fn plan(&mut self, when: When, fault: Fault) {
        self.planned.push((when, fault));
    }

    /// How many planned faults have not happened yet.
    pub(super) fn planned(&self) -> usize {
        self.planned.len()
    }

    /// What becomes of messages that are sent in a row, and when.
    pub(super) fn apply(&mut self, batch: Vec<Sent>, now: Duration) -> Vec<(Duration, Action)> {
        let mut actions = Vec::with_capacity(batch.len());
        let mut left = batch.into_iter().peekable();
        while let Some(sent) = left.next() {
            let followed = left.peek().is_some_and(|next| next.link == sent.link);
            let Some(fault) = self.choose(&sent.what, followed) else {
                actions.push((now, put(&sent)));
                continue;
            };
            *self.counts.0.entry(fault.kind()).or_default() += 1;
            let link = sent.link;
            let before = |text: String| Action::Put(link, Channel::Event, Frame::Text(text));
            let becomes = match fault {
                Fault::Delay(time) => {
                    actions.push((now + time, put(&sent)));
                    continue;
                }
                Fault::Drop => vec![],
                Fault::Duplicate => vec![put(&sent), put(&sent)],
                Fault::Reorder => left.next().iter().chain([&sent]).map(put).collect(),
                Fault::Garbage => vec![before("}{ garbage".to_owned()), put(&sent)],
                Fault::UnknownKind => vec![before(UNKNOWN_KIND.to_owned()), put(&sent)],
                Fault::Huge(size) => {
                    let text = format!(r#"{{"janus":"huge","padding":"{}"}}"#, "x".repeat(size));
                    vec![before(text), put(&sent)]
                }
                Fault::Binary => vec![put_as(&sent, Frame::Binary)],
                Fault::Fragments(count) => {
                    vec![put_as(&sent, |text| Frame::Fragments(text, count))]
                }
                Fault::Coalesce => {
                    let next = left.next().map(|next| next.text).unwrap_or_default();
                    vec![put_as(&sent, |text| Frame::Text(text + &next))]
                }
                Fault::Cut => {
                    let end = Action::End(link, Ending::Sudden);
                    vec![put_as(&sent, Frame::Half), end]
                }
                Fault::Silence => vec![Action::Silence(link)],
                Fault::Close => vec![Action::End(link, Ending::Sudden)],
                Fault::Goodbye => vec![Action::End(link, Ending::Goodbye)],
                Fault::Restart => vec![Action::Restart],
            };
            actions.extend(becomes.into_iter().map(|action| (now, action)));
        }
        actions
    }

    fn choose(&mut self, what: &What, followed: bool) -> Option<Fault> {
        let pair = |kind| matches!(kind, FaultKind::Reorder | FaultKind::Coalesce);
        let possible = |kind| followed || !pair(kind);
        let planned = self
            .planned
            .iter()
            .position(|(when, fault)| when.fits(what) && possible(fault.kind()));
        if let Some(index) = planned {
            return Some(self.planned.remove(index).1);
        }
        let fault = self.random.as_mut()?.draw()?;
        possible(fault.kind()).then_some(fault)
    }
}

impl When {
    fn fits(&self, what: &What) -> bool {
        match (self, what) {
            (Self::Next, _) | (Self::Event, What::Event) => true,
            (Self::AnswerTo(wanted), What::Answer { verb, .. }) => wanted == verb,
            (Self::Ack, What::Answer { ack, .. }) => *ack,
            _ => false,
        }
    }
}

fn put(sent: &Sent) -> Action {
    put_as(sent, Frame::Text)
}

fn put_as(sent: &Sent, frame: impl FnOnce(String) -> Frame) -> Action {
    let channel = match sent.what {
        What::Answer { .. } => Channel::Answer,
        What::Event => Channel::Event,
    };
    Action::Put(sent.link, channel, frame(sent.text.clone()))
}
