//! A first process that is killed while it rings, before it could write a ticket.

use std::fs;

use common::{Janus, Sipp, Version};
use janus_blocking::{
    Connection, Jsep, Sip,
    admin::{
        Admin,
        info::{CallStatus, RegistrationStatus},
    },
    sip::Accept,
};

use super::{
    LIMIT, answer,
    setup::{Setup, USER},
};

/// A server with all transports, and a first process that was killed while it rang: the caller, and
/// the session's id as it was written.
fn killed(version: Version) -> (Setup, Sipp, String) {
    let builder = Janus::builder().version(version).reclaim_timeout(60);
    let setup = Setup::with(builder.http().unix());
    let file = setup.folder.path().join("session");
    let file = file.to_string_lossy();
    let mut first = setup.wait(&setup.janus.url(), &["--session", &file]);
    assert_eq!(first.line(), "registered");
    // It hears nothing any more.
    first.signal("STOP");
    let caller = Sipp::call(&setup.kamailio, USER).from("guest").start();
    caller.wait_code(180, LIMIT);
    first.signal("KILL");
    drop(first);
    assert!(!setup.ticket().exists(), "no ticket was written");
    let id = fs::read_to_string(&*file).expect("it was written");
    assert_eq!(
        setup.sessions(),
        [id.trim().parse::<u64>().expect("a number")]
    );
    (setup, caller, id.trim().to_owned())
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_whose_process_was_killed_is_found_by_the_admin_api_and_accepted() {
    for version in Version::ALL {
        let (setup, caller, session) = killed(version);
        let admin = setup.janus.admin_url();
        let mut second = setup.answer_lost(&session, &admin, &[]);
        assert_eq!(second.line(), "accepted");
        let outcome = caller.expect_success();
        assert!(outcome.saw(200), "{:?}", outcome.codes());
        assert_eq!(second.line(), "hangup 200 Session Terminated");
        second.end().well(&[]);
        assert!(setup.sessions().is_empty());

        let nobody = setup.answer_lost(&session, &admin, &[]);
        nobody
            .end()
            .failed(&["the session is gone, and its call with it"]);
        let other = setup.answer_lost(&session, &setup.janus.http_url(), &[]);
        other
            .end()
            .failed(&["check --admin", "this is the Janus API"]);
    }
}

/// What the API tells of the call, before, while and after it is answered.
#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn the_state_of_a_claimed_call_is_that_of_the_call() {
    for version in Version::ALL {
        let (setup, caller, session) = killed(version);
        let session: u64 = session.parse().expect("a number");
        let url = setup.janus.admin_http_url();
        let admin = Admin::open(&url, setup.janus.admin_secret()).expect("the Admin API");
        let ticket = admin.session_ticket(session).expect("a ticket");
        let handle = ticket
            .handles_of::<Sip>()
            .next()
            .expect("the SIP handle")
            .id;
        let state = || admin.call_state(session, handle).expect("its state");

        let ringing = state();
        assert!(ringing.is_ringing() && !ringing.webrtc_up);
        assert_eq!(ringing.status, CallStatus::Invited);
        assert_eq!(ringing.registration, RegistrationStatus::Registered);
        assert_eq!(ringing.peer, Some(setup.kamailio.user_uri("guest")));
        assert_eq!(ringing.identity, Some(setup.kamailio.user_uri(USER)));
        let offer = ringing.offer.expect("the caller's");
        offer.check().expect("a whole one");

        let janus = Connection::open(&setup.janus.url()).expect("Janus is there");
        let resumed = janus.resume(&ticket).expect("the session");
        let sip: Sip = resumed.session.reattach(handle).expect("the handle");
        let sdp = answer::answer_to(&offer.sdp).expect("it has audio");
        sip.accept(&Accept::new(), &Jsep::answer(sdp))
            .expect("accepted");
        let talking = state();
        assert_eq!((talking.status, talking.offer), (CallStatus::InCall, None));
        assert!(caller.expect_success().saw(200));
        assert_eq!(super::hangup(&sip), 200);
        common::wait_until(LIMIT, "the call is over", || {
            state().status == CallStatus::Idle
        });
        let idle = state();
        assert_eq!((idle.offer, idle.peer), (None, None));
    }
}
