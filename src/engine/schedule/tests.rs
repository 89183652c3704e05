//! Tests of `schedule`.

use super::*;
use crate::engine::keepalive::tests::keepalive;

const SECOND: Duration = Duration::from_secs(1);

/// What to do so many seconds after the start, when something was heard last.
fn next(schedule: &mut Schedule, start: Instant, seconds: u32, idle: bool) -> Action {
    schedule.next(signs(start, seconds, idle))
}

fn signs(start: Instant, seconds: u32, idle: bool) -> Signs {
    Signs {
        now: start + SECOND * seconds,
        has_link: true,
        heard: start,
        suspended: Duration::ZERO,
        doubted: start,
        idle: idle.then_some(start),
    }
}

fn schedule(session: u32, pinged: Option<Instant>) -> Schedule {
    Schedule {
        pinged,
        ..Schedule::new(keepalive(session, 0, None), Duration::ZERO)
    }
}

#[test]
fn the_session_that_is_idle_longest_says_when_keepalives_are_due() {
    let (start, mut schedule) = (Instant::now(), schedule(60, None));
    let mut due = |seconds, idle| next(&mut schedule, start, seconds, idle);
    assert_eq!(due(10, true), Action::Wait(start + SECOND * 20));
    assert_eq!(due(10, false), Action::Wait(start + SECOND * 21));
    assert_eq!(due(20, true), Action::Keepalive(SECOND * 15));
}

#[test]
fn a_silent_link_is_pinged_once_and_then_dead() {
    let (start, mut schedule) = (Instant::now(), schedule(0, None));
    let at = |seconds| start + SECOND * seconds;
    let mut due = |seconds| next(&mut schedule, start, seconds, false);
    assert_eq!(due(1), Action::Wait(at(26)));
    assert_eq!(due(26), Action::Ping);
    assert_eq!(due(27), Action::Wait(at(30)));
    assert_eq!(due(30), Action::Wait(at(30) + GRACE));
    assert_eq!(due(31), Action::GiveUp);
}

#[test]
fn an_idle_link_is_asked_by_a_keepalive_and_a_ping_and_judged_before_half_of_the_timeout() {
    for timeout in [15, 20, 30, 60] {
        let (start, mut schedule) = (Instant::now(), schedule(timeout, None));
        let mut at = signs(start, 0, true);
        let mut steps = Vec::new();
        loop {
            match schedule.next(at) {
                Action::Wait(until) => at.now = until,
                Action::Keepalive(_) => {
                    at.idle = Some(at.now);
                    steps.push("keepalive");
                }
                Action::Ping => steps.push("ping"),
                Action::GiveUp => break,
            }
            assert!(steps.len() < 4, "{steps:?}");
        }
        assert_eq!(steps, ["keepalive", "ping"], "{timeout}");
        let took = at.now - start;
        assert!(took <= SECOND * timeout * 5 / 12 + GRACE, "{took:?}");
    }
}

#[test]
fn a_keepalive_that_is_not_answered_is_followed_by_a_ping() {
    let start = Instant::now();
    let mut schedule = Schedule::new(keepalive(60, 0, Some(SECOND * 5)), Duration::ZERO);
    assert_eq!(
        next(&mut schedule, start, 5, true),
        Action::Keepalive(SECOND * 15 / 4)
    );
    let idle = |seconds| Signs {
        idle: Some(start + SECOND * 5),
        ..signs(start, seconds, true)
    };
    assert_eq!(schedule.next(idle(6)), Action::Wait(start + SECOND * 9));
    assert_eq!(schedule.next(idle(9)), Action::Ping);
    // The next keepalive is sent all the same.
    assert_eq!(schedule.next(idle(9)), Action::Wait(start + SECOND * 10));
    assert_eq!(schedule.next(idle(10)), Action::Keepalive(SECOND * 15 / 4));
    assert_eq!(
        schedule.next(idle(13)),
        Action::Wait(start + SECOND * 13 + GRACE)
    );
    assert_eq!(schedule.next(idle(14)), Action::GiveUp);
}

#[test]
fn a_link_in_doubt_is_pinged_at_once_and_dead_without_an_answer() {
    let (start, mut schedule) = (Instant::now(), schedule(60, None));
    let doubted = |seconds| Signs {
        doubted: start + SECOND * 3,
        ..signs(start, seconds, true)
    };
    assert_eq!(schedule.next(doubted(3)), Action::Ping);
    assert_eq!(schedule.next(doubted(3)), Action::Wait(start + SECOND * 7));
    assert_eq!(
        schedule.next(doubted(7)),
        Action::Wait(start + SECOND * 7 + GRACE)
    );
    // Woken meanwhile by something else.
    let woken = Signs {
        now: start + SECOND * 7 + GRACE / 2,
        ..doubted(7)
    };
    assert_eq!(
        schedule.next(woken),
        Action::Wait(start + SECOND * 7 + GRACE)
    );
    assert_eq!(schedule.next(doubted(8)), Action::GiveUp);
    // One that was answered is none.
    let heard = Signs {
        heard: start + SECOND * 4,
        ..doubted(8)
    };
    assert_eq!(schedule.next(heard), Action::Wait(start + SECOND * 20));
}

#[test]
fn a_machine_that_was_suspended_keeps_its_sessions_and_asks_its_link_at_once() {
    let start = Instant::now();
    let woken = |seconds, idle, suspended| Signs {
        suspended: SECOND * suspended,
        ..signs(start, seconds, idle)
    };
    let mut schedule = schedule(60, None);
    assert_eq!(
        schedule.next(woken(3, true, 0)),
        Action::Wait(start + SECOND * 20)
    );
    assert_eq!(
        schedule.next(woken(3, true, 90)),
        Action::Keepalive(Duration::ZERO)
    );
    assert_eq!(schedule.next(woken(3, true, 90)), Action::Ping);
    // A ping of before says nothing.
    assert_eq!(schedule.next(woken(4, false, 180)), Action::Ping);
    let dead = start + SECOND * 8;
    assert_eq!(schedule.next(woken(4, false, 180)), Action::Wait(dead));
    assert_eq!(
        schedule.next(woken(8, false, 180)),
        Action::Wait(dead + GRACE)
    );
    assert_eq!(schedule.next(woken(9, false, 180)), Action::GiveUp);
    // What keeps sessions alive by itself has not done so meanwhile.
    let mut polled = Schedule::new(keepalive(0, 0, None), Duration::ZERO);
    assert_eq!(
        polled.next(woken(3, true, 45)),
        Action::Keepalive(Duration::ZERO)
    );
    // The next link was made after that.
    let mut next = Schedule::new(schedule.keepalive, SECOND * 180);
    assert_eq!(
        next.next(woken(9, false, 180)),
        Action::Wait(start + SECOND * 21)
    );
}

#[test]
fn a_link_that_speaks_within_its_grace_is_not_dead() {
    let (start, mut schedule) = (Instant::now(), schedule(0, None));
    assert_eq!(next(&mut schedule, start, 26, false), Action::Ping);
    let grace = Action::Wait(start + SECOND * 30 + GRACE);
    assert_eq!(next(&mut schedule, start, 30, false), grace);
    let heard = start + SECOND * 30;
    let quiet = Action::Wait(heard + SECOND * 26);
    assert_eq!(next(&mut schedule, heard, 1, false), quiet);
    assert_eq!(next(&mut schedule, heard, 26, false), Action::Ping);
    let grace = Action::Wait(heard + SECOND * 30 + GRACE);
    assert_eq!(next(&mut schedule, heard, 30, false), grace);
}

#[test]
fn a_link_is_not_dead_before_a_ping_and_the_time_for_its_answer_that_this_process_had() {
    let start = Instant::now();
    let at = |seconds| start + SECOND * seconds;
    let due = |seconds, pinged| next(&mut schedule(0, pinged), start, seconds, false);
    // Stopped before the ping was due, and after it was sent.
    assert_eq!(due(3600, None), Action::Ping);
    assert_eq!(due(3600, Some(at(30))), Action::Ping);
    assert_eq!(due(3601, Some(at(3600))), Action::Wait(at(3604)));
    let grace = Action::Wait(at(3605) + GRACE);
    assert_eq!(due(3605, Some(at(3600))), Action::Wait(at(3605) + GRACE));
    assert_eq!(due(3605, Some(at(3601))), grace);
    // A pong of before is none for this ping.
    assert_eq!(due(31, Some(start - SECOND)), Action::Ping);
}

#[test]
fn without_a_link_there_is_nothing_to_do() {
    let (now, mut schedule) = (Instant::now(), schedule(60, None));
    let action = schedule.next(Signs {
        now,
        has_link: false,
        heard: now - SECOND * 1000,
        suspended: Duration::ZERO,
        doubted: now,
        idle: Some(now - SECOND * 1000),
    });
    assert_eq!(action, Action::Wait(now + NO_LINK));
}

#[test]
fn quick_reads_in_a_row_are_a_flood_until_one_takes_longer() {
    let mut now = Instant::now();
    let mut flood = Flood::new(now);
    for _ in 0..STREAK {
        assert!(!flood.is_there());
        now += DENSE / 2;
        flood.read(now);
    }
    assert!(flood.is_there());
    flood.read(now + DENSE);
    assert!(!flood.is_there());
}
