//! Where a request waits for its reply, and the events of a session wait for a long poll.

use std::{collections::VecDeque, mem, sync::Arc};

use parking_lot::{Condvar, Mutex};
use serde::de::IgnoredAny;

use crate::testing::{
    injector::{Channel, Ending, Frame},
    runtime::LinkSink,
};

/// What becomes of a request.
#[derive(Debug)]
pub(in crate::testing) enum Reply {
    /// It was waited for, which Janus answers in chunks.
    Awaited(Frame),
    /// It was there already.
    Ready(Frame),
    /// The connection ends without one.
    Broken,
    /// The client has ended the connection.
    Gone,
    /// The connection stays, and nothing comes.
    Silent,
}

/// One HTTP request is one link to Janus. If it makes or claims a session, it owns that session
/// from then on, and the events gather here.
#[derive(Debug, Default)]
pub(in crate::testing) struct PendingReply {
    inner: Mutex<Inner>,
    replied: Condvar,
}

#[derive(Debug, Default)]
struct Inner {
    reply: Option<Reply>,
    /// The reply is on its way, or none is wanted any more.
    over: bool,
    /// It is a long poll whose client has gone, which Janus does not see: it takes an event.
    deserted: bool,
    events: VecDeque<Frame>,
    /// Long polls for the events, and how many each takes; the first came first.
    polls: Vec<(Arc<PendingReply>, usize)>,
}

impl PendingReply {
    /// Waits for the reply.
    pub(super) fn wait(&self) -> Reply {
        let mut inner = self.inner.lock();
        loop {
            if let Some(reply) = inner.reply.take() {
                return reply;
            }
            self.replied.wait(&mut inner);
        }
    }

    /// Replies, unless there is a reply.
    pub(super) fn give(&self, reply: Reply) {
        let mut inner = self.inner.lock();
        if !mem::replace(&mut inner.over, true) {
            inner.reply = Some(reply);
            self.replied.notify_all();
        }
    }

    /// The client has gone.
    pub(super) fn leave(&self) {
        let mut inner = self.inner.lock();
        if !mem::replace(&mut inner.over, true) {
            inner.deserted = true;
            inner.reply = Some(Reply::Gone);
            self.replied.notify_all();
        }
    }

    /// A long poll whose client has gone would be over now.
    pub(in crate::testing) fn forget(&self) {
        self.inner.lock().deserted = false;
    }

    fn takes_events(&self) -> bool {
        let inner = self.inner.lock();
        !inner.over || inner.deserted
    }

    /// Gives a long poll what there is, or lets it wait.
    pub(super) fn poll(&self, poll: &Arc<PendingReply>, most: usize) {
        let mut inner = self.inner.lock();
        if inner.events.is_empty() {
            inner.polls.push((poll.clone(), most))
        } else {
            poll.give(Reply::Ready(inner.take(most)))
        }
    }

    /// One event wakes all long polls: the first gets it.
    fn event(&self, frame: Frame) {
        let mut inner = self.inner.lock();
        inner.events.push_back(frame);
        let polls = mem::take(&mut inner.polls);
        let mut polls = polls.into_iter().filter(|(poll, _)| poll.takes_events());
        if let Some((first, most)) = polls.next() {
            first.give(Reply::Awaited(inner.take(most)));
        }
        for (other, most) in polls {
            other.give(Reply::Awaited(keepalive(most)));
        }
    }

    /// Ends the requests that are in progress; events stay.
    fn end_with(&self, reply: impl Fn() -> Reply) {
        let polls = mem::take(&mut self.inner.lock().polls);
        for (poll, _) in polls {
            poll.give(reply());
        }
        self.give(reply());
    }
}

impl Inner {
    /// The next events: one bare, or at least one in an array.
    fn take(&mut self, most: usize) -> Frame {
        let Some(first) = self.events.pop_front() else {
            return keepalive(most);
        };
        if most == 1 || is_garbage(&first) {
            return first;
        }
        let mut text = match first {
            Frame::Text(text) => text,
            Frame::Fragments(text, count) => return Frame::Fragments(format!("[{text}]"), count),
            Frame::Binary(text) => return Frame::Binary(format!("[{text}]")),
            Frame::Half(text) => return Frame::Half(format!("[{text}]")),
        };
        for _ in 1..most {
            // What a fault has changed does not spoil what comes with it.
            match self.events.front() {
                Some(frame @ Frame::Text(next)) if !is_garbage(frame) => {
                    text = text + "," + next;
                    self.events.pop_front();
                }
                _ => break,
            }
        }
        Frame::Text(format!("[{text}]"))
    }
}

/// Whether it is text, but no JSON.
fn is_garbage(frame: &Frame) -> bool {
    matches!(frame, Frame::Text(text) if serde_json::from_str::<IgnoredAny>(text).is_err())
}

/// What a long poll gets when there is no event.
pub(super) fn keepalive(most: usize) -> Frame {
    Frame::Text(match most {
        1 => r#"{"janus":"keepalive"}"#.to_owned(),
        _ => r#"[{"janus":"keepalive"}]"#.to_owned(),
    })
}

/// A pending reply as the gateway sees it.
pub(super) struct HttpSink(pub(super) Arc<PendingReply>);

impl LinkSink for HttpSink {
    fn put(&self, channel: Channel, frame: Frame) {
        match channel {
            Channel::Answer => self.0.give(Reply::Awaited(frame)),
            Channel::Event => self.0.event(frame),
        }
    }

    fn end(&self, _how: Ending) {
        self.0.end_with(|| Reply::Broken);
    }

    fn is_noticed(&self) -> bool {
        false
    }

    fn silence(&self) -> bool {
        self.0.end_with(|| Reply::Silent);
        false
    }

    /// The events go; the long polls for them wait in vain.
    fn ends_with_session(&self, _timed_out: bool) -> bool {
        true
    }

    fn pending_reply(&self) -> Option<&Arc<PendingReply>> {
        Some(&self.0)
    }
}
