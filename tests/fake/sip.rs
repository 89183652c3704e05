//! SIP on the fake gateway, with the crate's own client.

use std::time::Duration;

use janus_blocking::{
    Connection, Error, ErrorCode, Event, Jsep, Plugin, Result, Session, Sip, sip,
    testing::{CallState, Expect, FakeGateway, Version},
};
use serde_json::json;

const SOON: Duration = Duration::from_secs(5);
const CALLER: &str = "sip:visitor@127.0.0.1";
const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 127.0.0.1\r\na=mid:0\r\na=ice-ufrag:abcd\r\n\
    a=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=fingerprint:sha-256 AA\r\na=setup:active\r\n";

struct Door {
    sip: Sip,
    session: Session,
    master_id: u64,
    _janus: Connection,
}

fn door(gateway: &FakeGateway) -> Result<Door> {
    let janus = gateway.connect()?;
    let session = janus.create_session()?;
    let sip: Sip = session.attach()?;
    let account = sip::Register::new("sip:door@127.0.0.1").secret("right");
    let master_id = sip.register(&account)?.master_id;
    Ok(Door {
        sip,
        session,
        master_id: master_id.expect("every account has one"),
        _janus: janus,
    })
}

impl Door {
    fn next(&self) -> Result<sip::Event> {
        loop {
            match self.sip.events().recv_timeout(SOON)? {
                // Of the account, in the beginning.
                Some(Event::Plugin {
                    event: sip::Event::Registering(_) | sip::Event::Registered(_),
                    ..
                }) => {}
                Some(Event::Plugin { event, .. }) => return Ok(event),
                Some(_) => {}
                None => panic!("no event came"),
            }
        }
    }
}

fn started(version: Version) -> Result<FakeGateway> {
    let gateway = FakeGateway::builder().version(version).start()?;
    gateway.sip().user("door", "right");
    Ok(gateway)
}

#[test]
fn a_wrong_secret_fails_as_on_a_real_one() -> Result<()> {
    let gateway = started(Version::V1_1_2)?;
    let janus = gateway.connect()?;
    let session = janus.create_session()?;
    let sip: Sip = session.attach()?;
    let account = sip::Register::new("sip:door@127.0.0.1").secret("wrong");
    let error = sip.register(&account).unwrap_err();
    assert!(matches!(error, Error::Plugin { .. }), "{error}");
    assert_eq!(error.code(), Some(ErrorCode::new(904)));
    assert!(!gateway.sip().is_registered("door"));
    Ok(())
}

#[test]
fn a_call_is_accepted_and_ended_by_either_side() -> Result<()> {
    for version in [Version::V1_1_2, Version::V1_4_1] {
        let gateway = started(version)?;
        let door = door(&gateway)?;
        assert!(gateway.sip().is_registered("door"));
        for by_us in [true, false] {
            let call = gateway
                .sip()
                .call_as("sip:door@127.0.0.1", CALLER, "A Visitor", Some(SDP));
            assert!(
                matches!(door.next()?, sip::Event::IncomingCall(call) if call.username == CALLER)
            );
            assert_eq!(call.state(), CallState::Ringing);
            door.sip.accept(&sip::Accept::new(), &Jsep::answer(SDP))?;
            assert_eq!(call.state(), CallState::Answered(SDP.to_owned()));

            let second = gateway.sip().call("door", CALLER, Some(SDP));
            assert_eq!(second.state(), CallState::Refused(486));
            assert!(matches!(door.next()?, sip::Event::MissedCall(_)));

            if by_us {
                drop(door.sip.hangup(&sip::Hangup::new())?)
            } else {
                call.hangup()
            }
            assert!(matches!(door.next()?, sip::Event::Hangup(end) if end.code == 200));
            let end = if by_us {
                CallState::EndedHere
            } else {
                CallState::EndedThere
            };
            assert_eq!(call.wait_ended(SOON), end);
        }
    }
    Ok(())
}

#[test]
fn a_header_that_would_begin_another_one_is_not_sent() -> Result<()> {
    let gateway = started(Version::V1_4_1)?;
    let door = door(&gateway)?;
    let before = gateway.request_count();
    let call = sip::Call::new("sip:helper@127.0.0.1").headers([("X-Name", "a\r\nX-Evil: 1")]);
    let error = door
        .sip
        .call(&call, &Jsep::offer(SDP))
        .expect_err("refused");
    let text = "the SIP header \"X-Name\" has a control character; a line break would begin another header";
    assert!(error.to_string().contains(text), "{error}");
    assert_eq!(gateway.request_count(), before);
    Ok(())
}

#[test]
fn a_call_is_declined_or_cancelled() -> Result<()> {
    let gateway = started(Version::V1_4_1)?;
    let door = door(&gateway)?;
    let call = gateway.sip().call("door", CALLER, Some(SDP));
    assert!(matches!(door.next()?, sip::Event::IncomingCall(_)));
    door.sip.decline(&sip::Decline::new())?;
    assert_eq!(call.state(), CallState::Refused(603));
    assert!(matches!(door.next()?, sip::Event::Hangup(end) if end.code == 603));

    let call = gateway.sip().call("door", CALLER, Some(SDP));
    assert!(matches!(door.next()?, sip::Event::IncomingCall(_)));
    call.hangup();
    assert_eq!(call.state(), CallState::Cancelled);
    assert!(matches!(door.next()?, sip::Event::Hangup(end) if end.code == 487));
    Ok(())
}

#[test]
fn a_call_that_rings_is_answered_by_who_claims_the_session() -> Result<()> {
    let gateway = FakeGateway::builder()
        .reclaim_timeout(Duration::from_secs(20))
        .start()?;
    let first = gateway.connect()?;
    let session = first.create_session()?;
    let sip: Sip = session.attach()?;
    sip.register(&sip::Register::new("sip:door@127.0.0.1").secret("any"))?;
    let call = gateway.sip().call("door", CALLER, Some(SDP));
    let ticket = session.abandon();
    drop((sip, first));
    assert!(gateway.wait_links(0, SOON));

    let second = Connection::open(&gateway.url())?;
    let resumed = second.resume(&ticket)?;
    let sip: Sip = resumed.session.reattach(resumed.handles[0].id)?;
    sip.accept(&sip::Accept::new(), &Jsep::answer(SDP))?;
    assert!(matches!(call.wait_decided(SOON), CallState::Answered(_)));
    Ok(())
}

#[test]
fn an_outgoing_call_is_played_by_the_test() -> Result<()> {
    let gateway = started(Version::V1_1_2)?;
    let door = door(&gateway)?;
    let calling = door
        .sip
        .call(&sip::Call::new("sip:porter@127.0.0.1"), &Jsep::offer(SDP))?;
    drop(calling);
    let call = gateway.sip().wait_outgoing(SOON).expect("it calls");
    call.ring();
    assert!(matches!(door.next()?, sip::Event::Ringing(_)));
    assert!(matches!(door.next()?, sip::Event::Proceeding(_)));
    call.answer(SDP);
    assert!(matches!(door.next()?, sip::Event::Accepted(_)));
    call.hangup();
    assert!(matches!(door.next()?, sip::Event::Hangup(_)));

    door.sip
        .call(&sip::Call::new("sip:porter@127.0.0.1"), &Jsep::offer(SDP))?;
    let call = gateway.sip().wait_outgoing(SOON).expect("it calls");
    call.refuse(486);
    assert!(matches!(door.next()?, sip::Event::Hangup(end) if end.code == 486));
    Ok(())
}

#[test]
fn a_guest_is_registered_whatever_becomes_of_other_registrations() -> Result<()> {
    let gateway = started(Version::V1_4_1)?;
    let janus = gateway.connect()?;
    let session = janus.create_session()?;
    let sip: Sip = session.attach()?;
    let failed = json!({"sip": "event", "result": {
        "event": "registration_failed", "code": 408, "reason": "Timeout",
    }});
    let registered = json!({"sip": "event", "result": {
        "event": "registered", "username": "guest", "register_sent": false,
    }});
    for local in [
        sip::Register::new("sip:guest@127.0.0.1").kind(sip::AccountType::Guest),
        sip::Register::new("sip:guest@127.0.0.1").send_register(false),
    ] {
        let register = Expect::request(Sip::PACKAGE, json!({"request": "register"}));
        let register = register.ack().unmarked_event(failed.clone());
        gateway.expect(register.event(registered.clone()));
        // The older registration's failure comes before the answer.
        assert_eq!(sip.register(&local)?.username, "guest");
        let event = sip.events().recv()?.into_plugin();
        assert!(
            matches!(&event, Some(sip::Event::RegistrationFailed(failed)) if failed.code == 408),
            "{event:?}"
        );
    }
    Ok(())
}

/// A helper of the door's account, on a handle of its own, and what `registered` said.
fn helper(door: &Door, master_id: u64) -> Result<(Sip, sip::event::Registered)> {
    let sip: Sip = door.session.attach()?;
    let register = sip::Register::new("sip:door@127.0.0.1")
        .kind(sip::AccountType::Helper)
        .master_id(master_id);
    let registered = sip.register(&register)?;
    Ok((sip, registered))
}

#[test]
fn helpers_take_the_calls_that_come_while_their_master_is_busy() -> Result<()> {
    for version in [Version::V1_1_2, Version::V1_4_1] {
        let gateway = started(version)?;
        let door = door(&gateway)?;
        let master_id = door.master_id;
        let unknown = helper(&door, master_id ^ 1).unwrap_err();
        assert_eq!(unknown.code(), Some(ErrorCode::new(453)), "{unknown}");
        let (first, told) = helper(&door, master_id)?;
        let (second, _) = helper(&door, master_id)?;
        assert_eq!((told.helper, told.master_id), (true, Some(master_id)));
        let again = sip::Register::new("sip:door@127.0.0.1")
            .kind(sip::AccountType::Helper)
            .master_id(master_id);
        let twice = first.register(&again).unwrap_err();
        assert_eq!(twice.code(), Some(ErrorCode::new(453)), "{twice}");

        let incoming = |sip: &Sip| loop {
            match sip.events().recv_timeout(SOON) {
                Ok(Some(Event::Plugin { event, .. })) => {
                    if matches!(event, sip::Event::IncomingCall(_)) {
                        return;
                    }
                }
                other => panic!("{other:?}"),
            }
        };
        for sip in [&door.sip, &first, &second] {
            let call = gateway.sip().call("sip:door@127.0.0.1", CALLER, Some(SDP));
            incoming(sip);
            assert_eq!(call.state(), CallState::Ringing);
        }
        let one_more = gateway.sip().call("sip:door@127.0.0.1", CALLER, Some(SDP));
        assert_eq!(one_more.state(), CallState::Refused(486));

        // One leaves by itself, the other goes with its master's registration.
        second.decline(&sip::Decline::new())?;
        second.unregister()?;
        second.handle().check()?;
        door.sip.decline(&sip::Decline::new())?;
        door.sip.unregister()?;
        let end = first
            .events()
            .iter()
            .find_map(Result::err)
            .expect("the end");
        assert!(end.is_handle_gone(), "{end}");
        second.handle().check()?;
    }
    Ok(())
}
