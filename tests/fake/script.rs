//! The script: expected requests, their answers, and how the unexpected fails a test.

use std::{panic::AssertUnwindSafe, panic::catch_unwind, sync::Arc, thread, time::Duration};

use janus_blocking::{
    Connection, EchoTest, Error, ErrorCode, Event, Jsep, Raw, Result, Session,
    echotest::Settings,
    testing::{Expect, FakeGateway, Recorded},
};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(5);
const VIDEOROOM: &str = "janus.plugin.videoroom";

struct Setup {
    room: Raw,
    _session: Session,
    _janus: Connection,
}

fn attached(gateway: &FakeGateway, plugin: &str) -> Result<Setup> {
    let janus = gateway.connect()?;
    let session = janus.create_session()?;
    let room = session.attach_raw(plugin)?;
    Ok(Setup {
        room,
        _session: session,
        _janus: janus,
    })
}

/// What the drop of the gateway panics with, if it does.
fn verdict(gateway: FakeGateway) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(|| drop(gateway))).err()?;
    panic.downcast_ref::<String>().cloned()
}

#[test]
fn requests_are_answered_as_the_script_says() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let setup = attached(&gateway, VIDEOROOM)?;
    let room = &setup.room;
    let request = |name: &str| json!({"request": name});

    gateway.expect(
        Expect::request(VIDEOROOM, request("list"))
            .exactly()
            .answer(json!({"videoroom": "success", "list": []}))
            .times(2),
    );
    assert_eq!(room.request(request("list"))?["list"], json!([]));
    room.request(request("list"))?;

    let joined = json!({"videoroom": "joined", "room": 5});
    let offer = Jsep::offer("v=0");
    gateway.expect(
        Expect::request(VIDEOROOM, request("join"))
            .with_jsep(false)
            .event(joined.clone())
            .jsep(&offer)
            .unmarked_event(json!({"videoroom": "event", "leaving": 7})),
    );
    let body = json!({"request": "join", "room": 5});
    let (data, jsep) = room.exchange(body, None)?;
    assert_eq!((data, jsep), (joined, Some(offer)));
    let event = room_event(room)?;
    assert_eq!(event["leaving"], 7);

    gateway.expect(Expect::request(VIDEOROOM, request("kick")).refuse(433, "Unauthorized"));
    let error = room.request(request("kick")).unwrap_err();
    assert!(matches!(error, Error::Plugin { .. }));
    assert_eq!(error.code(), Some(ErrorCode::new(433)));

    gateway.expect(Expect::request(VIDEOROOM, request("edit")).fail(462, "no"));
    let error = room.request(request("edit")).unwrap_err();
    assert!(
        error.to_string().contains("was refused by Janus: 462"),
        "{error}"
    );

    gateway.expect(Expect::request(VIDEOROOM, request("moderate")).ack());
    room.send(request("moderate"))?;
    gateway.expect(Expect::request(VIDEOROOM, request("enable")).silence());
    let impatient: Raw = janus_blocking::Plugin::with_timeout(room, Duration::from_millis(50));
    assert!(
        impatient
            .request(request("enable"))
            .unwrap_err()
            .is_timeout()
    );
    assert!(gateway.wait_expected(SOON));
    assert_eq!(verdict(gateway), None);
    Ok(())
}

fn room_event(room: &Raw) -> Result<Value> {
    match janus_blocking::Plugin::events(room).recv_timeout(SOON)? {
        Some(Event::Plugin { event, .. }) => Ok(event),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_unexpected_request_fails_the_test_and_shows_the_difference() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let setup = attached(&gateway, VIDEOROOM)?;
    gateway.expect(Expect::request(
        VIDEOROOM,
        json!({"request": "create", "room": 1234, "media": {"audio": true}}),
    ));
    let body = json!({"request": "create", "room": 1235, "media": {}, "pin": "x"});
    let error = setup.room.request(body).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the fake gateway did not expect this request"),
        "{error}"
    );
    assert_eq!(
        verdict(gateway).expect("it fails"),
        "the fake gateway saw what the test did not expect:\
         \n* an unexpected request to janus.plugin.videoroom; expected next was\
         \n  - media.audio: true\
         \n    request: \"create\"\
         \n  - room: 1234\
         \n  + room: 1235\
         \n    pin: \"x\" (not compared)\
         \n* no request came: janus.plugin.videoroom \
         {\"media\":{\"audio\":true},\"request\":\"create\",\"room\":1234}"
    );
    Ok(())
}

#[test]
fn a_request_that_does_not_come_fails_the_test() -> Result<()> {
    let gateway = FakeGateway::start()?;
    gateway.expect(Expect::request("janus.plugin.sip", json!({"request": "accept"})).times(2));
    assert!(!gateway.wait_expected(Duration::from_millis(20)));
    let text = verdict(gateway).expect("it fails");
    assert!(text.contains("no request came: janus.plugin.sip"), "{text}");
    Ok(())
}

#[test]
fn a_plugin_that_is_not_built_in_is_unexpected_without_a_script() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let setup = attached(&gateway, VIDEOROOM)?;
    setup.room.request(json!({"request": "list"})).unwrap_err();
    assert!(
        verdict(gateway)
            .expect("it fails")
            .contains("none is expected")
    );

    let gateway = FakeGateway::builder().strict(false).start()?;
    let setup = attached(&gateway, VIDEOROOM)?;
    setup.room.request(json!({"request": "list"})).unwrap_err();
    assert_eq!(verdict(gateway), None);
    Ok(())
}

#[test]
fn the_failure_of_the_test_itself_is_not_hidden() -> Result<()> {
    let failed = thread::spawn(|| {
        let gateway = FakeGateway::start().expect("a free port");
        gateway.expect(Expect::request(VIDEOROOM, json!({})));
        panic!("the test's own");
    });
    let panic = failed.join().expect_err("it panics");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"the test's own"));
    Ok(())
}

#[test]
fn the_built_in_echotest_can_be_scripted_and_passed_through() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let janus = Connection::open(&gateway.url())?;
    let session = janus.create_session()?;
    let echo: EchoTest = session.attach()?;
    echo.configure(&Settings::new().audio(true))?;

    let plugin = "janus.plugin.echotest";
    let error = json!({"echotest": "event", "error_code": 413, "error": "not today"});
    gateway.expect(Expect::request(plugin, json!({"video": true})).event(error));
    gateway.expect(Expect::request(plugin, json!({"audio": false})).pass());
    let refused = echo.configure(&Settings::new().video(true)).unwrap_err();
    assert!(refused.to_string().ends_with("413 not today"), "{refused}");
    echo.configure(&Settings::new().audio(false))?;
    gateway.verify();
    Ok(())
}

#[test]
fn requests_are_recorded_and_waited_for() -> Result<()> {
    let gateway = FakeGateway::start()?;
    let setup = attached(&gateway, "janus.plugin.echotest")?;
    setup.room.send(json!({"audio": true}))?;
    let verbs: Vec<String> = gateway.requests().into_iter().map(|r| r.verb).collect();
    assert_eq!(verbs, ["info", "create", "attach", "message"]);
    let sent = gateway.wait_request(SOON, |request| request.verb == "message");
    let sent = sent.expect("it came");
    assert_eq!(sent.body(), &json!({"audio": true}));
    assert_eq!(sent.plugin.as_deref(), Some("janus.plugin.echotest"));
    assert!(sent.jsep().is_null());

    thread::scope(|scope| {
        let waiting = scope.spawn(|| gateway.wait_request(SOON, |r| r.verb == "hangup"));
        let handle = janus_blocking::Plugin::handle(&setup.room);
        handle.hangup().expect("success");
        assert!(waiting.join().expect("no panic").is_some());
    });
    let never = gateway.wait_request(Duration::from_millis(20), |r| r.verb == "claim");
    assert!(never.is_none());
    assert_eq!(gateway.request_count(), 5);
    Ok(())
}

#[test]
fn who_waits_for_a_request_may_ask_the_gateway_meanwhile() -> Result<()> {
    let gateway = Arc::new(FakeGateway::start()?);
    let janus = gateway.connect()?;
    let (done, waited) = crossbeam_channel::bounded(1);
    let asked = gateway.clone();
    // Nobody joins it: it must not hang this test if it hangs.
    thread::spawn(move || {
        let wanted = |r: &Recorded| r.verb == "create" && asked.request_count() >= 2;
        let _ = done.send(asked.wait_request(SOON, wanted));
    });
    janus.create_session()?;
    let found = waited.recv_timeout(2 * SOON).expect("it does not hang");
    assert_eq!(found.expect("it came").verb, "create");
    Ok(())
}

#[test]
fn an_offer_that_the_script_pushes_can_be_answered_once_it_is_there() -> Result<()> {
    const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijkl\r\n\
        a=fingerprint:sha-256 AA\r\na=mid:0\r\n";
    let gateway = FakeGateway::start()?;
    let setup = attached(&gateway, VIDEOROOM)?;
    let room = &setup.room;
    let (join, start) = (json!({"request": "join"}), json!({"request": "start"}));
    gateway.expect(
        Expect::request(VIDEOROOM, join.clone())
            .event(json!({"videoroom": "attached"}))
            .jsep(&Jsep::offer(SDP)),
    );
    let started = json!({"videoroom": "event", "started": "ok"});
    gateway.expect(Expect::request(VIDEOROOM, start.clone()).event(started.clone()));

    let early = room.exchange(start.clone(), Some(&Jsep::answer(SDP)));
    let error = early.expect_err("no offer yet");
    assert_eq!(error.code(), Some(ErrorCode::UNEXPECTED_ANSWER));
    let (_, offer) = room.exchange(join, None)?;
    assert!(offer.is_some());
    assert_eq!(room.exchange(start, Some(&Jsep::answer(SDP)))?.0, started);
    Ok(())
}
