//! One call at a time, failures, refusals.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    time::UNIX_EPOCH,
};

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn numbered(number: usize, life: Duration) -> Token {
    Token::new(format!("token {number}")).expires_at(SystemTime::now() + life)
}

fn text(present: &Result<Option<ActiveToken>>) -> &str {
    let present = present.as_ref().expect("no failure");
    present.as_ref().map_or("none", ActiveToken::text)
}

fn fault_of(result: Result<Option<ActiveToken>>) -> (TokenFault, String) {
    match result {
        Err(Error::Token { fault, source }) => {
            (fault, source.map_or(String::new(), |it| it.to_string()))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn threads_that_need_a_token_wait_for_one_call() {
    let calls = Arc::new(AtomicUsize::new(0));
    let own = calls.clone();
    let source = TokenProvider::new(move || {
        thread::sleep(SECOND / 20);
        Ok::<_, Cause>(numbered(own.fetch_add(1, Ordering::Relaxed), SECOND * 60))
    });
    assert_eq!(text(&source.present(Renew::Never)), "none");
    let barrier = Barrier::new(8);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                barrier.wait();
                assert_eq!(text(&source.present(Renew::OrWait(SECOND * 5))), "token 0");
            });
        }
    });
    assert_eq!(text(&source.clone().present(Renew::Never)), "token 0");
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[test]
fn while_one_asks_the_others_use_the_old_one_as_long_as_it_is_valid() {
    let (begun, has_begun) = crossbeam_channel::bounded::<()>(0);
    let (end, may_end) = crossbeam_channel::bounded::<()>(0);
    let calls = AtomicUsize::new(0);
    let source = TokenProvider::new(move || {
        let number = calls.fetch_add(1, Ordering::Relaxed);
        if number > 0 {
            begun.send(())?;
            may_end.recv()?;
        }
        Ok::<_, Cause>(numbered(number, SECOND * 60))
    });
    let wait = Renew::OrWait(SECOND / 20);
    assert_eq!(text(&source.present(wait)), "token 0");
    source.0.state.lock().made = None;
    let after = |seconds| move || SystemTime::now() + SECOND * seconds;
    thread::scope(|scope| {
        let asks = scope.spawn(|| text(&source.present_at(wait, after(40))).to_owned());
        has_begun.recv().expect("it asks");
        assert_eq!(text(&source.present_at(wait, after(40))), "token 0");
        assert_eq!(text(&source.present_at(Renew::OrNot, after(70))), "token 0");
        let slow = fault_of(source.present_at(wait, after(70)));
        assert_eq!(slow.0, TokenFault::RenewalTooSlow);
        end.send(()).expect("it waits");
        assert_eq!(asks.join().expect("no panic"), "token 1");
    });
}

#[test]
fn failures_count_only_when_there_is_no_valid_token() {
    let calls = Arc::new(AtomicUsize::new(0));
    let own = calls.clone();
    let source = TokenProvider::new(move || match own.fetch_add(1, Ordering::Relaxed) {
        0 => Ok(numbered(0, SECOND * 60)),
        1 => Err("no network"),
        2 => panic!("a bug"),
        number => Ok(numbered(number, SECOND * 60)),
    });
    let wait = Renew::OrWait(SECOND);
    source.present(wait).expect("the first");
    source.0.state.lock().made = None;
    let after = |seconds| move || SystemTime::now() + SECOND * seconds;
    for _ in 0..5 {
        assert_eq!(text(&source.present_at(wait, after(40))), "token 0");
    }
    assert_eq!(
        calls.load(Ordering::Relaxed),
        2,
        "it is left alone for a while"
    );
    let failed = fault_of(source.present_at(wait, after(70)));
    let expected = (TokenFault::NotRenewed, "the function panicked".to_owned());
    assert_eq!(failed, expected);
    assert_eq!(text(&source.present_at(wait, after(70))), "token 3");
}

#[test]
fn a_refused_token_is_replaced_unless_it_is_new() {
    let calls = AtomicUsize::new(0);
    let source = TokenProvider::new(move || {
        let number = calls.fetch_add(1, Ordering::Relaxed);
        Ok::<_, Cause>(Token::new(format!("token {number}")))
    });
    let wait = Renew::OrWait(SECOND);
    let first = source.present(wait).expect("a token").expect("a token");
    assert!(!source.refused(first.number()), "it was made just now");
    assert_eq!(text(&source.present(wait)), "token 0");
    source.0.state.lock().made = None;
    assert!(source.refused(first.number()));
    assert_eq!(text(&source.present(Renew::Never)), "token 0");
    assert_eq!(text(&source.present(wait)), "token 1");
    assert!(
        source.refused(first.number()),
        "another thread has replaced it"
    );
    assert_eq!(text(&source.present(wait)), "token 1");
}

#[test]
fn the_function_may_make_calls_itself() {
    let source: Arc<std::sync::OnceLock<TokenProvider>> = Arc::default();
    let own = source.clone();
    let made = source.get_or_init(|| {
        TokenProvider::new(move || {
            let source = own.get().expect("it is there");
            let inner = source.present(Renew::OrWait(SECOND * 60));
            assert_eq!(text(&inner), "none");
            Ok::<_, Cause>(Token::new("stored"))
        })
    });
    assert_eq!(text(&made.present(Renew::OrWait(SECOND))), "stored");
    assert_eq!(format!("{made:?}"), "***");
}

#[test]
fn the_margin_is_a_tenth_but_not_too_small_and_not_too_large() {
    let seconds = Duration::from_secs;
    for (life, expected) in [(3600, 360), (300, 30), (90, 30), (60, 30), (20, 10), (0, 0)] {
        assert_eq!(margin(seconds(life)), seconds(expected), "of {life} s");
    }
}

#[test]
fn a_token_is_renewed_before_it_expires_and_when_it_was_refused() {
    let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
    let token = Token::new("stored").expires_at(at(1_600));
    let mut present = ActiveToken::new(token, 1, at(1_000));
    for (time, need) in [
        (1_000, Need::None),
        (1_539, Need::None),
        (1_540, Need::Soon),
        (1_599, Need::Soon),
        (1_600, Need::Now),
    ] {
        assert_eq!(present.need(at(time)), need, "at {time}");
    }
    present.refused = true;
    assert_eq!(present.need(at(1_000)), Need::Now);
    let lasting = ActiveToken::new(Token::new("stored"), 1, at(1_000));
    assert_eq!(lasting.need(at(1 << 40)), Need::None);
    // One that came too late, or a clock that goes wrong.
    let old = ActiveToken::new(Token::new("stored").expires_at(at(500)), 1, at(1_000));
    assert_eq!(old.need(at(1_000)), Need::Now);
}
