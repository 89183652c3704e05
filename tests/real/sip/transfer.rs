//! Two phones on one Janus: changes and transfers that the peer asks for.

use common::sdp;
use janus_blocking::{
    Jsep, Sip,
    sip::{
        Accept, AccountType, Call, Confirmed, Decline, Event, Hangup, Hold, Register, Transfer,
        event::Transfer as Asked,
    },
};

use super::phone::{Phone, Servers, offer};

/// `from` calls `to`, which accepts.
fn connect(servers: &Servers, from: &Phone, to: &Phone, user: &str, accept: &Accept) {
    from.sip
        .call(&Call::new(servers.kamailio.user_uri(user)), &offer())
        .expect("calling");
    let (_, answer) = to.wait_call();
    to.sip
        .accept(accept, &answer.expect("an offer"))
        .expect("accepted");
    from.wait("accepted", |event, _| {
        matches!(event, Event::Accepted(_)).then_some(())
    });
}

fn wait_transfer(phone: &Phone) -> Asked {
    phone.wait("transfer", |event, _| match event {
        Event::Transfer(asked) => Some(asked),
        _ => None,
    })
}

fn wait_report(phone: &Phone, code: &str) {
    phone.wait("report", |event, _| match event {
        Event::Notify(notify) if notify.content.contains(code) => Some(()),
        _ => None,
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_change_by_the_peer_is_answered_by_hand() {
    Servers::each(|servers| {
        let (caller, callee) = (servers.phone("1000"), servers.phone("1001"));
        let by_hand = Accept::new().autoaccept_reinvites(false);
        connect(servers, &caller, &callee, "1001", &by_hand);
        assert_eq!(
            caller.sip.hold(&Hold::new()).expect("on hold").of,
            Confirmed::Holding
        );
        let (change, answer) = callee.wait("change", |event, jsep| match event {
            Event::UpdatingCall(change) => Some((change, jsep)),
            _ => None,
        });
        assert!(change.call_id.is_some());
        let answer = Jsep::answer(sdp::answer_to(&answer.expect("an offer").sdp));
        assert_eq!(
            callee.sip.update(&answer).expect("updated").of,
            Confirmed::Updated
        );
        callee.sip.hangup(&Hangup::new()).expect("hanging up");
        caller.wait_end();
        callee.wait_end();
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_transfer_is_declined() {
    Servers::each(|servers| {
        let (caller, callee) = (servers.phone("1000"), servers.phone("1001"));
        connect(servers, &caller, &callee, "1001", &Accept::new());
        let target = servers.kamailio.user_uri("1002");
        caller
            .sip
            .transfer(&Transfer::new(&target))
            .expect("on its way");
        let asked = wait_transfer(&callee);
        assert_eq!(asked.refer_to, target);
        assert!(asked.referred_by.is_some());
        let decline = Decline::new().refer_id(asked.refer_id);
        let declining = callee.sip.decline(&decline).expect("declining");
        assert_eq!(
            (declining.code, declining.refer_id),
            (603, Some(asked.refer_id))
        );
        wait_report(&caller, "603");
        caller.sip.hangup(&Hangup::new()).expect("hanging up");
        callee.wait_end();
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_transfer_is_followed_by_a_helper() {
    Servers::each(|servers| {
        let (caller, callee, target) = (
            servers.phone("1000"),
            servers.blank(),
            servers.phone("1002"),
        );
        let registered = callee
            .sip
            .register(&servers.account("1001"))
            .expect("registered");
        let helper: Sip = callee.session.attach().expect("a handle");
        let account = Register::new(servers.kamailio.user_uri("1001"))
            .kind(AccountType::Helper)
            .master_id(registered.master_id.expect("an id"));
        helper.register(&account).expect("registered");
        connect(servers, &caller, &callee, "1001", &Accept::new());

        let transfer = Transfer::new(servers.kamailio.user_uri("1002"));
        caller.sip.transfer(&transfer).expect("on its way");
        let asked = wait_transfer(&callee);
        let follow = Call::new(&asked.refer_to).refer_id(asked.refer_id);
        helper.call(&follow, &offer()).expect("calling");
        let (call, answer) = target.wait_call();
        assert!(call.referred_by.is_some(), "{call:?}");
        target
            .sip
            .accept(&Accept::new(), &answer.expect("an offer"))
            .expect("accepted");
        wait_report(&caller, "200");
        helper.hangup(&Hangup::new()).expect("hanging up");
        target.wait_end();
        caller.sip.hangup(&Hangup::new()).expect("hanging up");
        callee.wait_end();
    });
}
