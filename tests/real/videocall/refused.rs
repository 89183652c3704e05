//! Refusals, each with its own code, and what they do to calls.

use common::wait_until;
use janus_blocking::{
    ErrorCode, Jsep, Plugin, VideoCall,
    videocall::{Accept, Call, Placed, Set, error_code},
};
use serde_json::json;

use super::{Servers, answer, ended, offer, phone};
use crate::servers::{SOON, assert_refused};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn usernames_are_for_one_handle_each() {
    Servers::each(|servers| {
        let door = phone(servers, "door");
        let again = door.plugin.register("gate");
        assert_refused(again, error_code::ALREADY_REGISTERED);
        let other = servers.desk::<VideoCall>();
        assert_refused(other.plugin.register("door"), error_code::USERNAME_TAKEN);
        // It is given back by the end of the handle.
        door.plugin.into_handle().detach().expect("an answer");
        // The answer comes before the plugin has let go of it.
        wait_until(SOON, "the name is free", || {
            other.plugin.register("door").is_ok()
        });
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn calls_to_nobody_and_to_oneself_are_refused() {
    Servers::each(|servers| {
        let stranger = servers.desk::<VideoCall>();
        let early = stranger.plugin.call("desk", &offer());
        assert_refused(early, error_code::REGISTER_FIRST);
        // Each with a handle of its own, as Janus ends the PeerConnection of a refused offer in its own time.
        let [door, gate, yard, _desk] =
            ["door", "gate", "yard", "desk"].map(|name| phone(servers, name));
        let nobody = gate.plugin.call("nobody", &offer());
        assert_refused(nobody, error_code::NO_SUCH_USERNAME);
        let own = yard.plugin.call("yard", &offer());
        assert_refused(own, error_code::USE_ECHO_TEST);
        // What the methods do not offer.
        let handle = door.plugin.handle();
        let bare = handle.request(&Call::new("desk"));
        assert_refused(bare, error_code::MISSING_SDP);
        assert_refused(handle.request(&Accept::new()), error_code::NO_CALL);
        let answer = door.plugin.accept(&Jsep::answer(offer().sdp));
        let error = answer.expect_err("there is no offer");
        assert_eq!(error.code(), Some(ErrorCode::UNEXPECTED_ANSWER), "{error}");
        for set in [Set::new().substream(3), Set::new().temporal(3)] {
            assert_refused(door.plugin.set(&set), error_code::INVALID_ELEMENT);
        }
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_busy_callee_is_no_error() {
    Servers::each(|servers| {
        let [door, desk, gate] = ["door", "desk", "gate"].map(|name| phone(servers, name));
        let placed = door.plugin.call("desk", &offer()).expect("placed");
        assert_eq!(placed, Placed::Calling);
        let Placed::Ended(end) = gate.plugin.call("desk", &offer()).expect("an answer") else {
            panic!("it rings")
        };
        let end = (end.username.as_deref(), &*end.reason);
        assert_eq!(end, (Some("gate"), "User busy"));
        // The first call goes on.
        let reply = answer(&desk, "door");
        desk.plugin.accept(&reply).expect("accepted");
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_call_out_of_a_call_ends_the_one_that_goes_on() {
    Servers::each(|servers| {
        let [door, desk, _gate] = ["door", "desk", "gate"].map(|name| phone(servers, name));
        let placed = door.plugin.call("desk", &offer()).expect("placed");
        assert_eq!(placed, Placed::Calling);
        let reply = answer(&desk, "door");
        desk.plugin.accept(&reply).expect("accepted");
        let second = door.plugin.call("gate", &offer());
        assert_refused(second, error_code::ALREADY_IN_CALL);
        let end = ended(&desk, "Remote WebRTC hangup");
        assert_eq!(end.username.as_deref(), Some("door"));
    });
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn messages_that_are_none_are_refused_by_events() {
    Servers::each(|servers| {
        let desk = servers.desk::<VideoCall>();
        let raw = desk
            .session
            .attach_raw(VideoCall::PACKAGE)
            .expect("a handle");
        for (body, code) in [
            (json!({"request": "teleport"}), error_code::INVALID_REQUEST),
            (json!({"room": 1}), error_code::MISSING_ELEMENT),
            (json!({"request": 7}), error_code::INVALID_ELEMENT),
            (json!({"request": "register"}), error_code::MISSING_ELEMENT),
        ] {
            assert_refused(raw.request(body), code);
        }
    });
}
