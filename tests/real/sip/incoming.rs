//! Calls that come in.

use std::{thread, time::Duration};

use common::{Action, Sipp};
use janus_blocking::{
    Error,
    sip::{Accept, Confirmed, Decline, Event, Hangup, Progress, error_code},
};

use super::phone::{SOON, Servers, assert_refused, offer};

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_is_accepted_and_ended_by_the_caller() {
    Servers::each(|servers| {
        let phone = servers.blank();
        let account = servers
            .account("1000")
            .incoming_header_prefixes(vec!["x-".to_owned()]);
        phone.sip.register(&account).expect("registered");
        let caller = Sipp::call(&servers.kamailio, "1000").start();
        let (call, answer) = phone.wait_call();
        assert!(call.username.starts_with("sip:caller@"), "{call:?}");
        assert!(
            call.displayname
                .as_deref()
                .is_some_and(|name| name.contains("Caller")),
            "{call:?}"
        );
        assert_eq!(call.callee, Some(servers.kamailio.user_uri("1000")));
        assert_eq!(call.headers.get("X-Test"), Some("invite"));
        assert_eq!(
            (call.headers.len(), call.isfocus, call.srtp),
            (1, false, None)
        );
        let accept = Accept::new().headers([("X-Door", "front")]);
        let accepted = phone
            .sip
            .accept(&accept, &answer.expect("an offer"))
            .expect("accepted");
        assert_eq!(
            (accepted.of, &accepted.call_id),
            (Confirmed::Accepted, &call.call_id)
        );
        let end = phone.wait_end();
        assert_eq!((end.code, end.call_id), (200, call.call_id));
        let outcome = caller.expect_success();
        let ok = outcome
            .messages
            .iter()
            .find(|it| it.code() == Some(200))
            .expect("a 200");
        assert_eq!(ok.header("X-Door"), Some("front"));
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_is_accepted_and_ended_here() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let caller = Sipp::call_until_bye(&servers.kamailio, "1000").start();
        let (_, answer) = phone.wait_call();
        phone
            .sip
            .accept(&Accept::new(), &answer.expect("an offer"))
            .expect("accepted");
        phone.sip.hangup(&Hangup::new()).expect("hanging up");
        assert_eq!(phone.wait_end().code, 200);
        caller.expect_success();
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_without_an_offer_is_accepted_with_one() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let caller = Sipp::call_offerless(&servers.kamailio, "1000").start();
        let (call, none) = phone.wait_call();
        assert_eq!(none, None);
        let accepting = phone
            .sip
            .accept(&Accept::new(), &offer())
            .expect("accepting");
        assert_eq!(
            (accepting.of, accepting.call_id),
            (Confirmed::Accepting, call.call_id)
        );
        let answer = phone.wait("accepted", |event, jsep| match event {
            Event::Accepted(_) => jsep,
            _ => None,
        });
        assert!(answer.sdp.contains("m=audio"), "{}", answer.sdp);
        phone.wait_end();
        caller.expect_success();
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn an_answer_that_is_quicker_than_the_reply_is_not_taken_for_it() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let caller = Sipp::call_offerless(&servers.kamailio, "1000").start();
        phone.wait_call();
        servers.proxy.filter(|_, text| {
            if text.contains("\"accepting\"") {
                Action::Hold
            } else {
                Action::Forward
            }
        });
        thread::scope(|scope| {
            let reply = scope.spawn(|| phone.sip.accept(&Accept::new(), &offer()));
            phone.wait("the caller's answer", |event, jsep| match event {
                Event::Accepted(_) => jsep,
                _ => None,
            });
            servers.proxy.release();
            let reply = reply.join().expect("no panic").expect("accepting");
            assert_eq!(reply.of, Confirmed::Accepting);
        });
        servers.proxy.no_filter();
        phone.wait_end();
        caller.expect_success();
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_is_declined() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        // The default has changed in 1.2.2; small codes count as 486.
        let usual = if servers.is_new() { 603 } else { 486 };
        let busy = Decline::new().headers([("X-Door", "shut")]);
        for (decline, code) in [
            (busy.clone(), usual),
            (busy.clone().code(480), 480),
            (busy.code(200), 486),
        ] {
            let caller = Sipp::call_refused(&servers.kamailio, "1000").start();
            let (call, _) = phone.wait_call();
            let declining = phone.sip.decline(&decline).expect("declining");
            assert_eq!((declining.code, declining.refer_id), (code, None));
            // The call may be over before the plugin has written its answer.
            let declined = declining.call_id;
            assert!(
                declined.is_none() || declined == call.call_id,
                "{declined:?}"
            );
            phone.wait_end();
            let outcome = caller.expect_success();
            let refusal = outcome
                .messages
                .iter()
                .find(|it| it.code().map(i64::from) == Some(code));
            assert_eq!(refusal.expect("a refusal").header("X-Door"), Some("shut"));
        }
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_that_the_caller_gives_up_cannot_be_accepted() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let caller = Sipp::call_cancelled(&servers.kamailio, "1000").start();
        let (_, answer) = phone.wait_call();
        phone.assert_ignored(|sip| sip.hangup(&Hangup::new()));
        let end = phone.wait_end();
        assert_eq!(end.code, 487);
        caller.expect_success();
        // The core forgets its offer with the call, and says 469; while it does so, 465.
        let late = phone.sip.accept(&Accept::new(), &answer.expect("an offer"));
        let late = late.expect_err("the call is gone");
        assert!(matches!(late, Error::Janus { .. }), "{late}");
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn ringing_and_early_media_are_sent_by_hand() {
    Servers::each(|servers| {
        let phone = servers.blank();
        let account = servers.account("1000").automatic_ringing(false);
        phone.sip.register(&account).expect("registered");
        let caller = Sipp::call(&servers.kamailio, "1000").start();
        let (call, answer) = phone.wait_call();
        let answer = answer.expect("an offer");
        if !servers.is_new() {
            let unknown = error_code::INVALID_REQUEST.value();
            assert_refused(phone.sip.send_ringing(), unknown);
            assert_refused(phone.sip.progress(&Progress::new(), &answer), unknown);
            return;
        }
        assert!(!caller.codes().contains(&180), "{:?}", caller.codes());
        assert_eq!(
            phone.sip.send_ringing().expect("it rings").call_id,
            call.call_id
        );
        caller.wait_code(180, SOON);
        let progress = Progress::new().headers([("X-Door", "front")]);
        let progressed = phone.sip.progress(&progress, &answer).expect("progressed");
        assert_eq!(
            (progressed.of, progressed.call_id),
            (Confirmed::Progressed, call.call_id)
        );
        caller.wait_code(183, SOON);
        let again = phone.sip.progress(&Progress::new(), &answer);
        assert_refused(again, error_code::WRONG_STATE.value());
        let accepted = phone.sip.accept(&Accept::new(), &answer).expect("accepted");
        assert_eq!(accepted.of, Confirmed::Accepted);
        phone.wait_end();
        caller.expect_success();
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_second_call_is_missed() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let first = Sipp::call_until_bye(&servers.kamailio, "1000").start();
        let (call, answer) = phone.wait_call();
        phone
            .sip
            .accept(&Accept::new(), &answer.expect("an offer"))
            .expect("accepted");
        let second = Sipp::call_refused(&servers.kamailio, "1000")
            .from("second")
            .start();
        let missed = phone.wait("missed call", |event, _| match event {
            Event::MissedCall(missed) => Some(missed),
            _ => None,
        });
        assert!(missed.caller.starts_with("sip:second@"), "{missed:?}");
        assert_ne!(missed.call_id, call.call_id);
        assert!(second.expect_success().saw(486));
        phone.sip.hangup(&Hangup::new()).expect("hanging up");
        phone.wait_end();
        first.expect_success();
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn texts_from_the_peer_are_events() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let caller = Sipp::call_with_requests(&servers.kamailio, "1000").start();
        let (call, answer) = phone.wait_call();
        phone
            .sip
            .accept(&Accept::new(), &answer.expect("an offer"))
            .expect("accepted");
        let mut seen = Vec::new();
        phone.wait("hangup", |event, _| {
            match &event {
                Event::Info(info) => {
                    assert_eq!(info.call_id, call.call_id);
                    assert!(
                        !info.content_type.is_empty() && !info.content.is_empty(),
                        "{info:?}"
                    );
                    seen.push("info");
                }
                Event::Message(message) => {
                    assert_eq!(message.call_id, call.call_id);
                    assert_eq!(message.content_type, "text/plain");
                    seen.push("message");
                }
                _ => {}
            }
            matches!(event, Event::Hangup(_)).then_some(())
        });
        assert_eq!(seen, ["info", "info", "message"]);
        caller.expect_success();

        let stranger = Sipp::message(&servers.kamailio, "1000").start();
        let message = phone.wait("message", |event, _| match event {
            Event::Message(message) => Some(message),
            _ => None,
        });
        assert_eq!(message.call_id, None);
        assert!(message.sender.starts_with("sip:"), "{message:?}");
        stranger.expect_success();
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_that_nobody_takes_goes_on_ringing() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let caller = Sipp::call_cancelled(&servers.kamailio, "1000").hold(Duration::from_secs(2));
        let caller = caller.start();
        phone.wait_call();
        caller.wait_code(180, SOON);
        assert_eq!(phone.wait_end().code, 487);
    });
}
