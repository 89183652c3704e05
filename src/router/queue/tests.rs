//! The limits of queues, and the marks where events are missing.

use super::*;

fn event(number: u64) -> Payload {
    Payload::Core(number.to_string().into())
}

fn seen(queue: &Queue) -> Vec<String> {
    queue
        .receiver
        .try_iter()
        .map(|RawEvent { payload, .. }| match payload {
            Payload::Core(text) => text.into(),
            Payload::Lagged(lost) => format!("lost {}", lost.take()),
            Payload::Notice { notice, .. } => match notice {
                Notice::Reconnected { .. } => "reconnected".to_owned(),
                Notice::Unauthorized => "unauthorized".to_owned(),
            },
            other => unreachable!("{other:?} was not pushed"),
        })
        .collect()
}

/// A queue of this many events, of 1,000 bytes, all queues together having 10,000.
fn small(events: usize) -> (Arc<Budget>, Producer, Queue) {
    let budget = Budget::new(Limits {
        events,
        bytes: 1000,
        all_bytes: 10_000,
    });
    let (producer, queue) = queue(&budget);
    (budget, producer, queue)
}

/// One that takes up this many bytes.
fn large(bytes: usize) -> Payload {
    Payload::Core("x".repeat(bytes - EVENT).into())
}

#[test]
fn a_full_queue_counts_what_is_missing_at_its_place() {
    let (_, mut producer, queue) = small(3);
    (0..10).for_each(|number| producer.push(event(number)));
    assert_eq!(seen(&queue), ["0", "1", "2", "lost 7"]);
    (10..12).for_each(|number| producer.push(event(number)));
    assert_eq!(seen(&queue), ["10", "11"]);
}

#[test]
fn every_gap_has_its_own_count() {
    let (_, mut producer, queue) = small(2);
    (0..4).for_each(|number| producer.push(event(number)));
    queue.receiver.try_recv().expect("0");
    queue.receiver.try_recv().expect("1");
    (4..7).for_each(|number| producer.push(event(number)));
    assert_eq!(seen(&queue), ["lost 2", "4", "lost 2"]);
}

#[test]
fn a_loss_after_the_mark_was_taken_gets_a_new_mark() {
    let (_, mut producer, queue) = small(1);
    (0..2).for_each(|number| producer.push(event(number)));
    let mark = producer.mark.clone().expect("a mark");
    assert_eq!(mark.take(), 1);
    assert!(!mark.add());
    producer.push(event(2));
    assert_eq!(queue.receiver.len(), 3);
}

#[test]
fn what_takes_up_too_many_bytes_is_counted_and_smaller_ones_still_come() {
    let (_, mut producer, queue) = small(1024);
    (0..3).for_each(|_| producer.push(large(350)));
    producer.push(event(3));
    producer.push(large(350));
    let seen = seen(&queue);
    let lengths: Vec<_> = seen.iter().map(String::len).collect();
    assert_eq!(lengths, [222, 222, 6, 1, 6], "{seen:?}");
    assert_eq!([&seen[2], &seen[4]], ["lost 1", "lost 1"]);
}

#[test]
fn an_empty_queue_takes_one_event_of_any_size() {
    let (_, mut producer, queue) = small(1024);
    for _ in 0..3 {
        producer.push(large(9000));
        producer.push(event(1));
        let seen = seen(&queue);
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[1], "lost 1");
    }
    producer.push(large(10_001));
    assert_eq!(seen(&queue), ["lost 1"]);
}

const RECONNECTED: Notice = Notice::Reconnected {
    gap: Duration::ZERO,
};

#[test]
fn a_full_queue_takes_one_notice_of_each_kind_until_it_is_read() {
    let (budget, mut producer, queue) = small(2);
    (0..3).for_each(|number| producer.push(event(number)));
    for _ in 0..100 {
        producer.push_notice(RECONNECTED);
        producer.push(event(3));
        producer.push_notice(Notice::Unauthorized);
    }
    assert!(budget.held.load(Ordering::Relaxed) <= 8 * EVENT);
    let all = [
        "0",
        "1",
        "lost 1",
        "reconnected",
        "lost 1",
        "unauthorized",
        "lost 99",
    ];
    assert_eq!(seen(&queue), all);
    // As many as there is room for, and one.
    for _ in 0..5 {
        producer.push_notice(RECONNECTED);
    }
    assert_eq!(seen(&queue), ["reconnected"; 3]);
}

#[test]
fn a_notice_reaches_a_queue_that_is_full_by_its_bytes_or_those_of_all() {
    let (budget, mut full, waits) = small(1024);
    full.push(large(9_900));
    let (mut stranger, nobody) = super::queue(&budget);
    for producer in [&mut full, &mut stranger] {
        producer.push_notice(RECONNECTED);
        producer.push_notice(RECONNECTED);
    }
    assert_eq!(seen(&nobody), ["reconnected"]);
    assert_eq!(seen(&waits)[1..], ["reconnected"]);
    assert_eq!(budget.held.load(Ordering::Relaxed), 0);
}

#[test]
fn all_queues_have_a_budget_together_and_those_in_use_some_room_beyond_it() {
    let (budget, mut full, waits) = small(1024);
    full.push(large(9_900));
    let (mut stranger, nobody) = super::queue(&budget);
    let (mut owned, owner) = super::queue(&budget);
    owned.in_use = true;
    for producer in [&mut stranger, &mut owned] {
        (0..4).for_each(|number| producer.push(event(number)));
    }
    assert_eq!(seen(&nobody), ["lost 4"]);
    assert_eq!(seen(&owner), ["0", "1", "2", "3"]);
    drop((full, waits));
    stranger.push(event(4));
    assert_eq!(seen(&nobody), ["4"]);
}

#[test]
fn whatever_becomes_of_events_their_bytes_are_given_back() {
    let (budget, mut producer, queue) = small(1024);
    (0..5).for_each(|_| producer.push(large(300)));
    drop(queue.receiver.try_recv());
    let kept = queue.receiver.try_recv();
    drop(queue);
    producer.push(event(0));
    drop(producer);
    assert_eq!(budget.held.load(Ordering::Relaxed), 300);
    drop(kept);
    assert_eq!(budget.held.load(Ordering::Relaxed), 0);
}
