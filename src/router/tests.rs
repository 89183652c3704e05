//! The tables by themselves: messages in, answers and queues out.

use std::{borrow::Cow, cell::RefCell, rc::Rc, time::Duration};

use serde_json::value::RawValue;

use super::*;
use crate::{
    ErrorCode,
    wire::{Completion, Incoming, Terminal, refusal},
};

const SESSION: SessionId = SessionId::new(7);
const HANDLE: HandleId = HandleId::new(70);

/// The name of a plugin's event, to test how requests end.
fn event_name(data: &RawValue) -> Cow<'_, str> {
    match data.get() {
        data if data.contains("panic") => panic!("on purpose"),
        data if data.contains("done") => "done".into(),
        _ => "".into(),
    }
}

const BY_NAME: Terminal = Terminal::Named(&["done"]);
const UNMARKED: Terminal = Terminal::Unmarked(&["done"]);

/// Where a caller would wait.
#[derive(Default)]
struct Slot(RefCell<Option<Answer>>);

impl Slot {
    fn take_answer(&self) -> Option<Answer> {
        self.0.take()
    }
}

pub(super) fn limits(events: usize) -> Limits {
    Limits {
        events,
        bytes: usize::MAX,
        all_bytes: usize::MAX,
    }
}

struct Bench {
    router: Router<Rc<Slot>>,
    now: Instant,
    next: u64,
}

impl Bench {
    fn new() -> Self {
        Self {
            router: Router::new(limits(4)),
            now: Instant::now(),
            next: 0,
        }
    }

    /// A session with one handle, and its queue.
    fn attached() -> (Self, Queue) {
        let mut bench = Self::new();
        let create = bench.register(Expects::Create, None, None);
        bench.dispatch(1, r#"{"janus":"success","data":{"id":7}}"#);
        assert!(matches!(
            create.take_answer(),
            Some(Answer::Created(SESSION, _))
        ));
        let attach = bench.register(Expects::Attach, Some(SESSION), None);
        bench.dispatch(2, r#"{"janus":"success","session_id":7,"data":{"id":70}}"#);
        match attach.take_answer() {
            Some(Answer::Attached(HANDLE, queue)) => (bench, queue),
            other => panic!("{other:?}"),
        }
    }

    fn register(
        &mut self,
        expects: Expects,
        session: Option<SessionId>,
        handle: Option<HandleId>,
    ) -> Rc<Slot> {
        self.next += 1;
        let slot = Rc::<Slot>::default();
        let waiting = Waiting {
            slot: slot.clone(),
            expects,
            session,
            handle,
            acked: false,
            repeats: false,
        };
        self.router
            .register(self.router.epoch, self.next, waiting, self.now)
            .expect("active");
        slot
    }

    fn request(&mut self, terminal: Terminal) -> Rc<Slot> {
        let completion = Completion::new(terminal, event_name, |data| refusal(data).is_some());
        self.register(Expects::Plugin(completion), Some(SESSION), Some(HANDLE))
    }

    /// Gives the answers that were decided on.
    fn give(&mut self) {
        for (slot, answer) in self.router.take_replies() {
            assert!(slot.0.replace(Some(answer)).is_none(), "a second answer");
        }
    }

    fn dispatch(&mut self, number: impl Into<Option<u64>>, text: &str) -> Outcome {
        let incoming = Incoming::parse(text).expect("valid");
        let number = number.into();
        let candidates = self.router.candidates(number, &incoming);
        let ended = Candidate::ended_by(&candidates, &incoming);
        let outcome = self
            .router
            .dispatch(number, &incoming, ended, text, self.now);
        self.give();
        outcome
    }

    fn event(&mut self, number: impl Into<Option<u64>>, data: &str) -> Outcome {
        let text = format!(
            r#"{{"janus":"event","session_id":7,"sender":70,"plugindata":{{"plugin":"p","data":{data}}}}}"#
        );
        self.dispatch(number, &text)
    }

    fn ack(&mut self, number: u64) -> Outcome {
        self.dispatch(number, r#"{"janus":"ack","session_id":7}"#)
    }
}

fn data(slot: &Slot) -> Option<String> {
    match slot.take_answer()? {
        Answer::Plugin { data, .. } => Some(data.get().to_owned()),
        other => panic!("{other:?}"),
    }
}

fn queued(queue: &Queue) -> Vec<String> {
    let events = queue.receiver.try_iter();
    events
        .map(|RawEvent { payload, .. }| match payload {
            Payload::Plugin { data, .. } => data.get().to_owned(),
            Payload::Core(text) => text.into(),
            Payload::Lagged(lost) => format!("lost {}", lost.take()),
            Payload::Notice { notice, .. } => match notice {
                Notice::Reconnected { .. } => "reconnected".to_owned(),
                Notice::Unauthorized => "unauthorized".to_owned(),
            },
            #[cfg(feature = "monitor")]
            Payload::Monitor(_) => panic!("that is of no handle"),
        })
        .collect()
}

#[test]
fn the_first_event_with_the_transaction_ends_a_request_and_later_ones_are_queued() {
    let (mut bench, queue) = Bench::attached();
    let slot = bench.request(Terminal::First);
    assert_eq!(bench.ack(3), Outcome::Done);
    assert_eq!(data(&slot), None);
    bench.event(None, "0");
    bench.event(3, "1");
    bench.event(3, "2");
    assert_eq!(data(&slot).as_deref(), Some("1"));
    assert_eq!(queued(&queue), ["0", "2"]);
}

#[test]
fn an_event_before_its_ack_ends_the_request_and_the_ack_is_no_stray() {
    let (mut bench, _queue) = Bench::attached();
    let slot = bench.request(Terminal::First);
    bench.event(3, "1");
    assert_eq!(data(&slot).as_deref(), Some("1"));
    assert_eq!(bench.ack(3), Outcome::Done);
    assert_eq!(bench.router.strays, UnmatchedMessages::default());
    assert!(matches!(bench.ack(3), Outcome::Stray(_)));
}

#[test]
fn a_named_request_waits_for_its_event_or_for_a_refusal() {
    let (mut bench, queue) = Bench::attached();
    let slot = bench.request(BY_NAME);
    bench.event(3, r#"{"on the way":1}"#);
    bench.event(None, r#"{"done":"of somebody else"}"#);
    assert_eq!(data(&slot), None);
    bench.event(3, r#"{"done":1}"#);
    assert_eq!(data(&slot).as_deref(), Some(r#"{"done":1}"#));
    assert_eq!(queued(&queue).len(), 2);
    let slot = bench.request(BY_NAME);
    bench.event(4, r#"{"error":"no"}"#);
    assert_eq!(data(&slot).as_deref(), Some(r#"{"error":"no"}"#));
}

#[test]
fn an_unmarked_request_also_takes_its_event_without_the_transaction() {
    let (mut bench, queue) = Bench::attached();
    let slot = bench.request(UNMARKED);
    bench.event(3, r#"{"on the way":1}"#);
    bench.event(None, r#"{"error":"of somebody else"}"#);
    assert_eq!(data(&slot), None);
    bench.event(None, r#"{"done":1}"#);
    assert_eq!(data(&slot).as_deref(), Some(r#"{"done":1}"#));
    bench.event(None, r#"{"done":2}"#);
    assert_eq!(queued(&queue).len(), 3);
}

#[test]
fn a_plugin_that_panics_does_not_take_the_reader_with_it() {
    let (mut bench, queue) = Bench::attached();
    let slot = bench.request(BY_NAME);
    bench.event(3, r#""panic""#);
    assert_eq!(data(&slot), None);
    assert_eq!(queued(&queue), [r#""panic""#]);
}

#[test]
fn events_before_a_reattachment_are_kept_for_claimed_sessions_only() {
    let (mut bench, _queue) = Bench::attached();
    let stranger = r#"{"janus":"media","session_id":7,"sender":71}"#;
    assert!(matches!(bench.dispatch(None, stranger), Outcome::Stray(_)));

    let id = SessionId::new(8);
    let claim = bench.register(Expects::Claim, Some(id), None);
    let early = r#"{"janus":"media","session_id":8,"sender":80,"mid":"0"}"#;
    assert_eq!(bench.dispatch(None, early), Outcome::Done);
    bench.dispatch(3, r#"{"janus":"success","session_id":8}"#);
    assert!(matches!(claim.take_answer(), Some(Answer::Claimed(_))));
    let late = early.replace(r#""0""#, r#""1""#);
    assert_eq!(bench.dispatch(None, &late), Outcome::Done);
    let queue = bench.router.bind(id, HandleId::new(80)).expect("free");
    assert_eq!(queued(&queue), [early.to_owned(), late]);
    let again = bench
        .router
        .bind(id, HandleId::new(80))
        .expect_err("in use");
    assert!(matches!(again, Failure::HandleInUse(..)));
}

#[test]
fn a_claim_that_fails_leaves_nothing_and_ends_nothing_of_ours() {
    let (mut bench, queue) = Bench::attached();
    let refused = r#"{"janus":"error","session_id":7,"error":{"code":403,"reason":"no"}}"#;
    let claim = bench.register(Expects::Claim, Some(SESSION), None);
    bench.dispatch(3, refused);
    assert!(matches!(
        claim.take_answer(),
        Some(Answer::Refused {
            code: ErrorCode::UNAUTHORIZED,
            ..
        })
    ));
    assert!(!queue.closed.is_over());
    bench.register(Expects::Claim, Some(SessionId::new(9)), None);
    bench.dispatch(4, refused);
    let own = bench.router.to_reclaim();
    assert_eq!(own.iter().map(|own| own.id).collect::<Vec<_>>(), [SESSION]);
}

#[test]
fn late_answers_of_create_and_attach_are_orphans() {
    let (mut bench, _queue) = Bench::attached();
    bench.register(Expects::Create, None, None);
    bench.register(Expects::Attach, Some(SESSION), None);
    assert!(bench.router.forget(3, true).is_some());
    assert!(bench.router.forget(4, true).is_some());
    let created = r#"{"janus":"success","data":{"id":9}}"#;
    assert_eq!(
        bench.dispatch(3, created),
        Outcome::OrphanSession(SessionId::new(9))
    );
    assert_eq!(
        bench.dispatch(4, r#"{"janus":"success","session_id":7,"data":{"id":72}}"#),
        Outcome::OrphanHandle(SESSION, HandleId::new(72))
    );
    assert_eq!(bench.router.strays.late, 2);
    assert!(matches!(bench.dispatch(3, created), Outcome::Stray(_)));
    let other = SessionId::new(8);
    bench.register(Expects::Attach, Some(other), None);
    assert_eq!(
        bench.dispatch(5, r#"{"janus":"success","session_id":8,"data":{"id":72}}"#),
        Outcome::OrphanHandle(other, HandleId::new(72))
    );
}

#[test]
fn what_is_being_attached_when_the_session_is_claimed_away_is_an_orphan() {
    let (mut bench, _queue) = Bench::attached();
    let attach = bench.register(Expects::Attach, Some(SESSION), None);
    bench.router.end_session(SESSION, CloseReason::ClaimedAway);
    bench.give();
    assert!(matches!(attach.take_answer(), Some(Answer::Ended(_))));
    let answer = r#"{"janus":"success","session_id":7,"data":{"id":72}}"#;
    assert_eq!(
        bench.dispatch(3, answer),
        Outcome::OrphanHandle(SESSION, HandleId::new(72))
    );
}

#[test]
fn a_458_ends_the_session_and_a_459_does_not_end_the_handle() {
    let (mut bench, queue) = Bench::attached();
    let error = |code: u32| {
        format!(r#"{{"janus":"error","session_id":7,"error":{{"code":{code},"reason":""}}}}"#)
    };
    let slot = bench.request(Terminal::First);
    bench.dispatch(3, &error(459));
    assert!(matches!(
        slot.take_answer(),
        Some(Answer::Refused {
            code: ErrorCode::HANDLE_NOT_FOUND,
            ..
        })
    ));
    assert!(!queue.closed.is_over());
    let (slot, other) = (
        bench.request(Terminal::First),
        bench.request(Terminal::First),
    );
    bench.dispatch(4, &error(458));
    assert!(matches!(
        slot.take_answer(),
        Some(Answer::Refused {
            code: ErrorCode::SESSION_NOT_FOUND,
            ..
        })
    ));
    assert!(matches!(other.take_answer(), Some(Answer::Ended(_))));
    assert_eq!(queue.closed.why(), Some(CloseReason::Gone));
}

#[test]
fn the_last_words_of_an_ended_handle_are_no_strays_and_are_not_kept() {
    let (mut bench, queue) = Bench::attached();
    bench
        .router
        .end_handle(SESSION, HANDLE, CloseReason::Detached);
    assert_eq!(queue.closed.why(), Some(CloseReason::Detached));
    assert_eq!(bench.event(None, "1"), Outcome::Done);
    let queue = bench.router.bind(SESSION, HANDLE).expect("free again");
    assert_eq!(queued(&queue), Vec::<String>::new());
}

#[test]
fn the_end_of_the_connection_reaches_everybody_once() {
    let (mut bench, queue) = Bench::attached();
    let (slot, other) = (
        bench.request(Terminal::First),
        bench.register(Expects::Whole, None, None),
    );
    let broken = || LinkFailure {
        reconnects: false,
        endpoint: crate::error::Endpoint::new("ws://test"),
        why: CloseReason::LinkBroken,
        source: Some(std::io::ErrorKind::BrokenPipe.into()),
    };
    bench.router.end_all(broken());
    bench.give();
    assert!(bench.router.is_over());
    for slot in [slot, other] {
        match slot.take_answer() {
            Some(Answer::Ended(Failure::InFlight(broken))) => {
                assert_eq!(broken.why, CloseReason::LinkBroken);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(queue.closed.why(), Some(CloseReason::LinkBroken));
    assert!(queue.receiver.recv_timeout(Duration::from_secs(1)).is_err());
    let refused = bench.router.bind(SESSION, HANDLE).expect_err("over");
    assert!(matches!(refused, Failure::Over(Scope::Handle(HANDLE), _)));
}

#[test]
fn an_attach_may_be_older_than_the_claim_of_its_session() {
    let mut bench = Bench::new();
    // The session was claimed away between the caller's check and this, and is claimed back.
    let attach = bench.register(Expects::Attach, Some(SESSION), None);
    bench.register(Expects::Claim, Some(SESSION), None);
    bench.dispatch(1, r#"{"janus":"success","session_id":7,"data":{"id":70}}"#);
    assert!(matches!(attach.take_answer(), Some(Answer::Attached(..))));
    bench.dispatch(2, r#"{"janus":"success","session_id":7}"#);
    assert!(bench.router.check_free(SESSION, HANDLE).is_err());
}

#[test]
fn what_was_asked_before_a_claim_was_answered_does_not_count() {
    let mut bench = Bench::new();
    // The second time there is an object of it already.
    for number in [1_u64, 2] {
        let asked = bench.now;
        bench.register(Expects::Claim, Some(SESSION), None);
        assert_eq!(bench.router.has_had(SESSION, asked), number == 2);
        bench.now += Duration::from_secs(1);
        bench.dispatch(number, r#"{"janus":"success","session_id":7}"#);
        assert!(!bench.router.has_had(SESSION, asked));
        assert!(bench.router.has_had(SESSION, bench.now));
    }
}
