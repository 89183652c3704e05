//! Every request of the VideoCall plugin against real servers: Janus 1.1.2 and 1.4.1.

mod calls;
mod media;
mod refused;

use common::{exchanged, sdp};
use janus_blocking::{
    Jsep, VideoCall,
    videocall::{Event, event},
};

use crate::{desk::Desk, servers};

pub(crate) type Servers = servers::Servers<VideoCall>;

/// A phone with that username.
pub(crate) fn phone(servers: &Servers, username: &str) -> Desk<VideoCall> {
    let desk = servers.desk::<VideoCall>();
    let registered = desk.plugin.register(username).expect("registered");
    assert_eq!(registered.username, username);
    desk
}

pub(crate) fn offer() -> Jsep {
    Jsep::offer(sdp::audio_offer())
}

/// The answer of a phone to what rings there.
pub(crate) fn answer(phone: &Desk<VideoCall>, caller: &str) -> Jsep {
    let offer = phone.wait("call", |event, jsep| match event {
        Event::IncomingCall(call) => {
            assert_eq!(call.username, caller);
            jsep.cloned()
        }
        _ => None,
    });
    Jsep::answer(sdp::answer_to(&offer.sdp))
}

/// Waits for an end of a call with that reason.
pub(crate) fn ended(phone: &Desk<VideoCall>, reason: &str) -> event::Hangup {
    phone.wait("end of the call", |event, _| match event {
        Event::Hangup(hangup) if hangup.reason == reason => Some(hangup.clone()),
        _ => None,
    })
}

/// The same for several reasons, in whatever order these are told.
#[track_caller]
pub(crate) fn ended_twice(phone: &Desk<VideoCall>, reasons: [&str; 2]) -> [event::Hangup; 2] {
    let mut ends = reasons.map(|_| None);
    phone.wait("end of the call, told twice", |event, _| {
        if let Event::Hangup(hangup) = event {
            let at = reasons.iter().position(|reason| hangup.reason == *reason);
            if let Some(at) = at {
                ends[at] = Some(hangup.clone());
            }
        }
        ends.iter().all(Option::is_some).then_some(())
    });
    ends.map(|end| end.expect("both have come"))
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn every_request_is_exchanged_with_the_versions_that_the_table_has() {
    Servers::each(|servers| {
        calls::story(servers);
        let version = servers.version.to_string();
        assert_eq!(
            servers.exchanged(|_| String::new()),
            exchanged::with("videocall", &version)
        );
    });
}
