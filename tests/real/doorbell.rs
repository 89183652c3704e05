//! The example `sip_doorbell`: a call that rings in one process and is taken in another.

use std::{
    fs,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use janus_blocking::{
    Connection, Error, ErrorCode, Event, Jsep, Plugin, SessionTicket, Sip,
    sip::{self, Accept, Confirmed, Decline, Register, error_code},
};
use serde_json::json;

#[path = "../../examples/sip_doorbell/answer.rs"]
mod answer;
mod bell;
mod killed;
mod setup;
mod sound;
mod transports;

use bell::Bell;
use common::{Janus, Sipp, TempDir, WireProxy, free_tcp_port, wait_until};
use setup::{Setup, USER, verbs};

const LIMIT: Duration = Duration::from_secs(20);

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_that_rang_in_one_process_is_accepted_in_another() {
    let setup = Setup::new();
    let [first_link, second_link] = [(); 2].map(|()| WireProxy::start(&setup.janus));

    let first = setup.wait(&first_link.url(), &[]);
    let caller = setup.left_ringing(first, Sipp::call(&setup.kamailio, USER));
    assert_eq!(
        verbs(&first_link.sent()),
        ["info", "create", "attach", "register"],
        "nothing was ended on the server"
    );
    assert_eq!(first_link.open_links(), 0);

    let ticket = setup.read_ticket();
    assert_eq!(setup.sessions(), [ticket["session_id"].as_u64().unwrap()]);
    let handle = &ticket["handles"][0];
    assert_eq!(handle["plugin"], Sip::PACKAGE);
    assert_eq!(handle["note"]["caller"], setup.kamailio.user_uri("guest"));
    assert_eq!(handle["note"]["offer"]["type"], "offer");
    assert_eq!(ticket["kept_for"], 30);

    let mut second = setup.answer(&second_link.url(), &[]);
    assert_eq!(second.line(), "accepted");
    let outcome = caller.expect_success();
    assert!(outcome.saw(200), "{:?}", outcome.codes());
    assert_eq!(second.line(), "hangup 200 Session Terminated");
    second.end().well(&[]);
    assert_eq!(
        verbs(&second_link.sent()),
        ["info", "claim", "accept", "detach", "destroy"],
        "reattaching sends nothing"
    );
    assert!(setup.sessions().is_empty());
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_that_rang_in_one_process_is_declined_in_another() {
    let server = Janus::builder().reclaim_timeout(30).api_secret("hush-api");
    let setup = Setup::with(server);
    let url = setup.janus.url();
    let with_secret = ["--api-secret", "hush-api"];

    let first = setup.wait(&url, &with_secret);
    let caller = setup.left_ringing(first, Sipp::call_refused(&setup.kamailio, USER));
    assert!(!setup.read_ticket().to_string().contains("hush-api"));

    let mut second = setup.answer(&url, &["--api-secret", "hush-api", "--decline"]);
    assert_eq!(second.line(), "declined");
    let codes = caller.expect_success().codes();
    assert_eq!(codes.last(), Some(&486), "{codes:?}");
    assert!(second.line().starts_with("hangup 486"));
    second.end().well(&[]);
    assert!(setup.sessions().is_empty());

    // With a wrong secret, or none, neither process gets anywhere.
    let refused = ["check --api-secret and --token", "403"];
    setup
        .wait(&url, &["--api-secret", "guess"])
        .end()
        .failed(&refused);
    setup.answer(&url, &[]).end().failed(&refused);
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_that_rang_in_one_thread_is_accepted_in_another() {
    let setup = Setup::new();
    let url = setup.janus.url();
    let (hand_over, taken_over) = mpsc::channel::<SessionTicket>();
    let caller = thread::scope(|scope| {
        let first = scope.spawn(|| ring_and_abandon(&setup, Sipp::call(&setup.kamailio, USER)));
        let second = scope.spawn(move || {
            let ticket = taken_over.recv_timeout(LIMIT).unwrap();
            // Nobody has the session for a while.
            thread::sleep(Duration::from_secs(2));
            let janus = Connection::open(&url).unwrap();
            let session = janus.resume(&ticket).unwrap().session;
            let handle = ticket.handles_of::<Sip>().next().unwrap();
            let sip: Sip = session.reattach(handle.id).unwrap();
            let accepted = sip.accept(&Accept::new(), &reply(&ticket)).unwrap();
            assert_eq!(accepted.of, Confirmed::Accepted);
            assert_eq!(hangup(&sip), 200);
            sip.into_handle().detach().unwrap();
            session.destroy().unwrap();
        });
        let (caller, ticket) = first.join().unwrap();
        hand_over.send(ticket).unwrap();
        second.join().unwrap();
        caller
    });
    assert!(caller.expect_success().saw(200));
    assert!(setup.sessions().is_empty());
}

/// The first half of the story with the library.
fn ring_and_abandon(setup: &Setup, caller: common::SippBuilder) -> (Sipp, SessionTicket) {
    let janus = Connection::open(&setup.janus.url()).unwrap();
    let session = janus.create_session().unwrap();
    let sip: Sip = session.attach().unwrap();
    let account = Register::new(setup.kamailio.user_uri(USER))
        .secret(setup.kamailio.secret(USER))
        .proxy(setup.kamailio.proxy_uri());
    sip.register(&account).unwrap();
    let caller = caller.start();
    let offer = until(&sip, |event, jsep| match event {
        sip::Event::IncomingCall(_) => jsep,
        _ => None,
    });
    let mut ticket = janus.abandon().remove(0);
    ticket.handles[0].note = Some(serde_json::to_value(offer).unwrap());
    (caller, ticket)
}

fn reply(ticket: &SessionTicket) -> Jsep {
    let offer = ticket.handles[0].note.clone().unwrap();
    let offer: Jsep = serde_json::from_value(offer).unwrap();
    Jsep::answer(answer::answer_to(&offer.sdp).unwrap())
}

fn hangup(sip: &Sip) -> i64 {
    until(sip, |event, _| match event {
        sip::Event::Hangup(hangup) => Some(hangup.code),
        _ => None,
    })
}

/// Waits for the event that `wanted` makes something of.
fn until<T>(sip: &Sip, wanted: impl Fn(sip::Event, Option<Jsep>) -> Option<T>) -> T {
    let (events, deadline) = (sip.events(), Instant::now() + LIMIT);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let event = events.recv_timeout(left).unwrap();
        let found = match event.expect("it comes in time") {
            Event::Plugin { event, jsep } => wanted(event, jsep),
            _ => None,
        };
        if let Some(found) = found {
            return found;
        }
    }
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_that_the_caller_has_given_up_is_a_typed_error() {
    let setup = Setup::new();
    let (caller, ticket) = ring_and_abandon(&setup, Sipp::call_cancelled(&setup.kamailio, USER));
    assert!(caller.expect_success().saw(487));

    let janus = Connection::open(&setup.janus.url()).unwrap();
    let session = janus.resume(&ticket).unwrap().session;
    let sip: Sip = session.reattach(ticket.handles[0].id).unwrap();
    let error = sip.accept(&Accept::new(), &reply(&ticket)).unwrap_err();
    // The plugin says so; or the core, if it has thrown the caller's offer away already.
    let expected = [
        error_code::WRONG_STATE,
        ErrorCode::UNEXPECTED_ANSWER,
        ErrorCode::JSEP_INVALID_SDP,
    ]
    .map(Some);
    assert!(expected.contains(&error.code()), "{error}");
    // Janus acknowledges it and does nothing.
    let brief = sip.with_timeout(Duration::from_secs(1));
    let error = brief.decline(&Decline::new().code(486)).unwrap_err();
    assert!(
        matches!(error, Error::Timeout { acked: true, .. }),
        "{error}"
    );
    // The handle is as good as before.
    sip.reset().unwrap();
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_call_that_the_caller_has_given_up_is_told_in_one_line() {
    for more in [&[][..], &["--decline"]] {
        let setup = Setup::new();
        let url = setup.janus.url();
        let mut first = setup.wait(&url, &[]);
        let caller = Sipp::call_cancelled(&setup.kamailio, USER).hold(Duration::from_secs(1));
        let caller = setup.left(&mut first, caller);
        first.end().well(&[]);
        assert!(caller.expect_success().saw(487));

        let second = setup.answer(&url, more).end();
        second.failed(&["the caller has given up"]);
        assert!(second.rest.is_empty());
        // Nobody else would end the session.
        wait_until(LIMIT, "the session is ended", || {
            setup.sessions().is_empty()
        });
    }
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_ticket_that_came_too_late_is_told_in_one_line() {
    let setup = Setup::with(Janus::builder().reclaim_timeout(1));
    let url = setup.janus.url();
    let mut first = setup.wait(&url, &[]);
    let caller = setup.left(&mut first, Sipp::call_refused(&setup.kamailio, USER));
    first.end().well(&[]);
    wait_until(LIMIT, "Janus forgets the session", || {
        setup.sessions().is_empty()
    });
    let codes = caller.expect_success().codes();
    assert_eq!(codes.last(), Some(&480), "{codes:?}");

    let session = setup.read_ticket()["session_id"].to_string();
    for more in [&[][..], &["--decline"]] {
        let gone = ["the session is gone", "458", &*session];
        setup.answer(&url, more).end().failed(&gone);
    }
}

#[test]
#[ignore = "needs Janus and Kamailio: run tests/run"]
fn a_wrong_password_leaves_nothing_behind() {
    let setup = Setup::new();
    let first = setup.wait_as(&setup.janus.url(), "wrong", &[]).end();
    first.failed(&["check --user, --secret and --proxy", "registration failed"]);
    assert!(first.rest.is_empty() && !first.errors.contains("wrong"));
    assert_eq!(fs::read_dir(setup.folder.path()).unwrap().count(), 0);
    wait_until(LIMIT, "the session is ended", || {
        setup.sessions().is_empty()
    });
}

#[test]
#[ignore = "needs Janus and Kamailio: run tests/run"]
fn a_server_that_keeps_no_sessions_is_found_out_before_a_call() {
    let setup = Setup::with(Janus::builder());
    let link = WireProxy::start(&setup.janus);
    let first = setup.wait(&link.url(), &[]).end();
    first.failed(&["reclaim_session_timeout"]);
    assert_eq!(verbs(&link.sent()), ["info"]);
    assert_eq!(fs::read_dir(setup.folder.path()).unwrap().count(), 0);
}

/// A ticket as the first process would leave it.
fn canned() -> serde_json::Value {
    let offer = json!({ "type": "offer", "sdp": common::sdp::audio_offer() });
    let note = json!({ "caller": "sip:guest@example.org", "offer": offer });
    let handle = json!({ "id": 2, "plugin": Sip::PACKAGE, "note": note });
    json!({ "session_id": 1, "made": 1.5, "kept_for": 30, "handles": [handle] })
}

#[test]
fn a_server_that_is_down_is_told_in_one_line() {
    let folder = TempDir::new("doorbell");
    let ticket = folder.write("ticket.json", &canned().to_string());
    let url = format!("ws://127.0.0.1:{}", free_tcp_port());
    let server = ["--janus", &url, "--ticket", ticket.to_str().unwrap()];
    let account = ["--user", "sip:a@b", "--secret", "hush", "--proxy", "sip:b"];
    for words in [
        [&["wait"][..], &server, &account].concat(),
        [&["answer"][..], &server].concat(),
        [&["answer", "--decline"][..], &server].concat(),
    ] {
        let ended = Bell::start(&words, &[]).end();
        ended.failed(&["cannot connect to", &url]);
        assert!(ended.rest.is_empty() && !ended.errors.contains("hush"));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn wrong_words_are_told_in_one_line_with_the_usage() {
    let server = [
        "--janus",
        "ws://127.0.0.1:1",
        "--ticket",
        "/proc/nowhere/ticket",
    ];
    let account = ["--user", "sip:a@b", "--secret", "hush", "--proxy", "sip:b"];
    let wait = [&["wait"][..], &server, &account].concat();
    let answer = [&["answer"][..], &server].concat();
    let mut cases: Vec<(Vec<&str>, &str)> = vec![
        (vec![], "`wait`, `answer` or `demo`"),
        (vec!["wave"], "`wait`, `answer` or `demo`"),
        (vec!["demo", "--decline"], "--decline"),
        ([&wait[..], &["--decline"]].concat(), "--decline"),
        ([&wait[..], &["--token"]].concat(), "--token has no value"),
        ([&wait[..], &["--user", "sip:c@d"]].concat(), "--user"),
        ([&answer[..], &["--user", "sip:a@b"]].concat(), "--user"),
        ([&answer[..], &["now"]].concat(), "--name VALUE"),
    ];
    // Without any one of the options that are needed.
    for full in [&wait, &answer] {
        for at in (1..full.len()).step_by(2) {
            let mut words = full.clone();
            words.drain(at..at + 2);
            cases.push((words, full[at]));
        }
    }
    for (words, about) in cases {
        let ended = Bell::start(&words, &[]).end();
        ended.failed(&[about, "usage: sip_doorbell wait"]);
        assert!(!ended.errors.contains("hush"), "{}", ended.errors);
    }
    // Nothing is missing here but the folder of the ticket.
    for full in [&wait, &answer] {
        Bell::start(full, &[])
            .end()
            .failed(&["/proc/nowhere/ticket", "--ticket"]);
    }
}

#[test]
fn a_ticket_that_cannot_be_used_is_told_in_one_line() {
    let mut no_offer = canned();
    no_offer["handles"][0]["note"]["offer"] = json!(null);
    let mut no_audio = canned();
    no_audio["handles"][0]["note"]["offer"]["sdp"] = json!("v=0\r\n");
    let mut no_note = canned();
    no_note["handles"][0]["note"] = json!(null);
    let mut no_handle = canned();
    no_handle["handles"] = json!([]);
    let folder = TempDir::new("doorbell");
    for (text, about) in [
        (String::new(), "cannot read the ticket"),
        ("{".to_owned(), "cannot read the ticket"),
        ("{}".to_owned(), "session_id"),
        (no_handle.to_string(), "no SIP handle"),
        (no_note.to_string(), "no note"),
        (no_offer.to_string(), "--decline"),
        (no_audio.to_string(), "--decline"),
    ] {
        let ticket = folder.write("ticket.json", &text);
        let server = ["answer", "--janus", "ws://127.0.0.1:1", "--ticket"];
        let words = [&server[..], &[ticket.to_str().unwrap()]].concat();
        Bell::start(&words, &[]).end().failed(&[about]);
    }
}

#[test]
fn the_demo_plays_both_processes_without_a_server() {
    let ended = Bell::start(&["demo"], &[]).end();
    ended.well(&[
        "registered",
        "incoming sip:visitor@example.org",
        "abandoned",
        "accepted",
        "hangup 200 Session Terminated",
        "this ran on the embedded fake; `wait` and `answer` do the same on a real Janus",
    ]);
}

#[test]
fn help_says_how_to_call_it() {
    for word in ["help", "--help"] {
        let ended = Bell::start(&[word], &[]).end();
        assert_eq!((ended.code, &*ended.errors), (Some(0), ""));
        assert!(ended.rest[0].contains("sip_doorbell answer"));
    }
}
