//! Requests that need a call, outside of one.

use janus_blocking::{
    ErrorCode,
    sip::{
        Accept, Call, Decline, DtmfInfo, ForwardKind, ForwardStream, Hangup, Hold, Info, Keyframe,
        Message, Progress, Recording, RecordingAction, Subscribe, Transfer, Unhold, Unsubscribe,
        error_code,
    },
};

use super::phone::{Servers, assert_refused, offer};

/// What the plugin answers to requests of later versions.
const UNKNOWN: i32 = error_code::INVALID_REQUEST.value();
const WRONG_STATE: i32 = error_code::WRONG_STATE.value();

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn outside_a_call_some_requests_are_refused_without_a_code() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        assert_refused(phone.sip.transfer(&Transfer::new("sip:a@example.org")), 0);
        assert_refused(phone.sip.info(&Info::new("text/plain", "hello")), 0);
        assert_refused(phone.sip.message(&Message::new("hello")), 0);
        assert_refused(phone.sip.dtmf_info(&DtmfInfo::new('5')), 0);
        let record = Recording::new(RecordingAction::Start).audio(true);
        assert_refused(phone.sip.recording(&record), 0);
        let unless_unknown = if servers.is_new() { 0 } else { UNKNOWN };
        assert_refused(
            phone.sip.keyframe(&Keyframe::new().user(true)),
            unless_unknown,
        );
        assert_refused(phone.sip.send_ringing(), unless_unknown);
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn outside_a_call_others_are_a_wrong_state() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        // Each offer has to be cleared away before the next one.
        assert_refused(phone.sip.update(&offer()), WRONG_STATE);
        phone.clear();
        assert_refused(phone.sip.accept(&Accept::new(), &offer()), WRONG_STATE);
        phone.clear();
        assert_refused(phone.sip.decline(&Decline::new().refer_id(1)), WRONG_STATE);
        assert_refused(
            phone.sip.unsubscribe(&Unsubscribe::new("presence")),
            WRONG_STATE,
        );
        let unless_unknown = if servers.is_new() {
            WRONG_STATE
        } else {
            UNKNOWN
        };
        assert_refused(
            phone.sip.progress(&Progress::new(), &offer()),
            unless_unknown,
        );
        let stream = ForwardStream::new(ForwardKind::Audio, "127.0.0.1", 9);
        assert_refused(phone.sip.rtp_forward([stream]), unless_unknown);
        if servers.is_new() {
            assert_refused(
                phone.sip.stop_rtp_forward(1),
                error_code::NO_SUCH_STREAM.value(),
            );
            let list = phone.sip.list_forwarders().expect("a list");
            assert_eq!((list.rtp_forwarders.len(), list.call_id), (0, None));
        } else {
            assert_refused(phone.sip.stop_rtp_forward(1), UNKNOWN);
            assert_refused(phone.sip.list_forwarders(), UNKNOWN);
        }
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn outside_a_call_four_are_acknowledged_and_ignored() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        phone.assert_ignored(|sip| sip.hangup(&Hangup::new()));
        phone.assert_ignored(|sip| sip.decline(&Decline::new()));
        phone.assert_ignored(|sip| sip.hold(&Hold::new()));
        phone.assert_ignored(|sip| sip.unhold(&Unhold::new()));
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn without_an_account_nothing_can_be_sent() {
    Servers::each(|servers| {
        let blank = servers.blank();
        assert_refused(
            blank.sip.call(&Call::new("sip:a@example.org"), &offer()),
            WRONG_STATE,
        );
        assert_refused(blank.sip.unregister(), WRONG_STATE);
        assert_refused(
            blank.sip.subscribe(&Subscribe::new("presence")),
            WRONG_STATE,
        );
        let message = Message::new("hello").uri("sip:a@example.org");
        assert_refused(blank.sip.message(&message), WRONG_STATE);
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn an_offer_that_was_refused_is_in_the_way_until_the_cores_hangup() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let call = || phone.sip.call(&Call::new("nonsense"), &offer());
        assert_refused(call(), error_code::INVALID_ADDRESS.value());
        let stuck = call().expect_err("the first offer is in the way");
        assert_eq!(stuck.code(), Some(ErrorCode::UNKNOWN), "{stuck}");
        phone.clear();
        assert_refused(call(), error_code::INVALID_ADDRESS.value());
    });
}
