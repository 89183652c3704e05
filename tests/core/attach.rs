//! Attach and reattach, by what a proxy sees between this crate and a real Janus.

use std::time::Duration;

use common::{Janus, WireProxy};
use janus_blocking::{
    CloseReason, Connection, EchoTest, Error, HandleId, Session, connection::AttachOptions,
    echotest::Settings,
};

struct Setup {
    proxy: WireProxy,
    connection: Connection,
    _janus: Janus,
}

fn setup() -> Setup {
    let janus = Janus::builder().reclaim_timeout(20).start();
    let proxy = WireProxy::start(&janus);
    let connection = Connection::open(&proxy.url()).unwrap();
    Setup {
        proxy,
        connection,
        _janus: janus,
    }
}

/// What was sent while `job` ran. The `ping` behind it makes sure that all of it has passed.
fn sent_by<T>(setup: &Setup, job: impl FnOnce() -> T) -> (T, Vec<String>) {
    let mark = setup.proxy.mark();
    let result = job();
    setup.connection.ping().unwrap();
    let mut sent = setup.proxy.sent_since(mark);
    let last = sent.pop().unwrap();
    assert!(last.contains(r#""janus":"ping""#), "{last}");
    (result, sent)
}

/// A message with its transaction cut out.
fn without_transaction(message: &str) -> String {
    let begin = message.find(r#""transaction":""#).unwrap();
    let value = begin + r#""transaction":""#.len();
    let end = value + message[value..].find('"').unwrap() + 1;
    format!("{}{}", &message[..begin], &message[end..])
}

fn handle_count(setup: &Setup) -> usize {
    let received = setup.proxy.received();
    received
        .iter()
        .filter(|text| text.contains(r#""data":{"id":"#))
        .count()
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn attach_sends_exactly_one_attach() {
    let setup = setup();
    let session = setup.connection.create_session().unwrap();
    let (echo, sent) = sent_by(&setup, || session.attach::<EchoTest>().unwrap());
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(
        without_transaction(&sent[0]),
        format!(
            r#"{{"janus":"attach",,"session_id":{},"plugin":"janus.plugin.echotest"}}"#,
            session.id()
        )
    );
    assert!(echo.handle().id().value() > 0);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn attach_with_and_no_existing_handle_is_attach_to_the_byte() {
    let setup = setup();
    let session = setup.connection.create_session().unwrap();
    let (_one, plain) = sent_by(&setup, || session.attach::<EchoTest>().unwrap());
    let options = AttachOptions::new();
    assert_eq!(options.existing_handle, None);
    let (_two, with) = sent_by(&setup, || session.attach_with::<EchoTest>(options).unwrap());
    // `verify` is about existing handles only.
    let options = AttachOptions::new().verify(true);
    let (_three, verify) = sent_by(&setup, || session.attach_with::<EchoTest>(options).unwrap());
    let bytes = |sent: &[String]| {
        assert_eq!(sent.len(), 1, "{sent:?}");
        without_transaction(&sent[0])
    };
    assert_eq!(bytes(&plain), bytes(&with));
    assert_eq!(bytes(&plain), bytes(&verify));
    assert_eq!(plain[0].len(), with[0].len());
    assert_eq!(handle_count(&setup), 4, "one session and three handles");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_opaque_id_is_sent_and_comes_back_in_the_ticket() {
    let setup = setup();
    let session = setup.connection.create_session().unwrap();
    let options = AttachOptions::new().opaque_id("front door");
    let (echo, sent) = sent_by(&setup, || session.attach_with::<EchoTest>(options).unwrap());
    assert!(sent[0].contains(r#""opaque_id":"front door""#), "{sent:?}");
    let ticket = session.abandon();
    assert_eq!(ticket.handles[0].opaque_id.as_deref(), Some("front door"));
    assert_eq!(ticket.handles[0].id, echo.handle().id());
    assert_eq!(ticket.handles_of::<EchoTest>().count(), 1);
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn reattach_sends_not_a_single_byte() {
    let setup = setup();
    let ticket = abandoned_echo(&setup.connection);
    let session = setup.connection.claim(ticket.session_id).unwrap();
    let before = setup.proxy.sent_bytes();
    let echo: EchoTest = session.reattach(ticket.handles[0].id).unwrap();
    // Time enough for anything that another thread might send.
    assert_eq!(
        echo.events()
            .recv_timeout(Duration::from_millis(200))
            .unwrap(),
        None
    );
    assert_eq!(setup.proxy.sent_bytes(), before);
    echo.configure(&Settings::new().audio(true)).unwrap();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn reattach_with_verify_sends_one_keepalive_that_names_session_and_handle() {
    let setup = setup();
    let ticket = abandoned_echo(&setup.connection);
    let session = setup.connection.claim(ticket.session_id).unwrap();
    let handle = ticket.handles[0].id;
    let options = AttachOptions::new().existing_handle(handle).verify(true);
    let (echo, sent) = sent_by(&setup, || session.attach_with::<EchoTest>(options).unwrap());
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(
        without_transaction(&sent[0]),
        format!(
            r#"{{"janus":"keepalive",,"session_id":{},"handle_id":{handle}}}"#,
            ticket.session_id
        )
    );
    echo.configure(&Settings::new().audio(true)).unwrap();
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn after_abandon_neither_detach_nor_destroy_is_ever_sent() {
    let setup = setup();
    let session = setup.connection.create_session().unwrap();
    let first: EchoTest = session.attach().unwrap();
    let second: EchoTest = session.attach().unwrap();
    let events = first.events();
    let mark = setup.proxy.mark();
    let ticket = session.abandon();
    assert_eq!(ticket.kept_for, Some(Duration::from_secs(20)));
    assert_eq!(events.close_reason(), Some(CloseReason::Abandoned));
    let error = events.recv().unwrap_err();
    assert!(
        matches!(
            error,
            Error::Closed {
                why: CloseReason::Abandoned,
                ..
            }
        ),
        "{error}"
    );
    drop(first);
    let error = second.into_handle().detach().unwrap_err();
    assert!(error.is_closed(), "{error}");
    let Setup {
        proxy,
        connection,
        _janus: janus,
    } = setup;
    connection.close();
    assert_eq!(proxy.sent_since(mark), Vec::<String>::new());
    // And it is all there.
    let connection = Connection::open(&janus.url()).unwrap();
    let resumed = connection.resume(&ticket).unwrap();
    assert_eq!(resumed.handles.len(), 2);
    for handle in resumed.handles {
        let options = AttachOptions::new().existing_handle(handle.id).verify(true);
        let echo: EchoTest = resumed.session.attach_with(options).unwrap();
        echo.configure(&Settings::new().audio(true)).unwrap();
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_connection_abandons_all_its_sessions() {
    let setup = setup();
    let sessions: Vec<Session> = (0..3)
        .map(|_| setup.connection.create_session().unwrap())
        .collect();
    let echo: EchoTest = sessions[1].attach().unwrap();
    let Setup {
        proxy,
        connection,
        _janus: janus,
    } = setup;
    let mark = proxy.mark();
    let tickets = connection.abandon();
    assert_eq!(tickets.len(), 3);
    drop(echo);
    drop(sessions);
    assert_eq!(proxy.sent_since(mark), Vec::<String>::new());
    let connection = Connection::open(&janus.url()).unwrap();
    for ticket in &tickets {
        connection.resume(ticket).unwrap();
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_ticket_tells_when_the_server_will_not_keep_the_session() {
    let janus = Janus::builder().reclaim_timeout(0).start();
    let connection = Connection::open(&janus.url()).unwrap();
    let ticket = connection.create_session().unwrap().abandon();
    assert_eq!(ticket.kept_for, None);
    connection.close();
    let connection = Connection::open(&janus.url()).unwrap();
    let error = connection.resume(&ticket).unwrap_err();
    assert!(error.is_session_gone(), "{error}");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_ticket_survives_as_json_and_two_abandonments() {
    let setup = setup();
    let session = setup.connection.create_session().unwrap();
    let one: EchoTest = session.attach().unwrap();
    let two = session.attach_raw("janus.plugin.videoroom").unwrap();
    let ids: Vec<HandleId> = [one.handle().id(), two.handle().id()].into();
    let mut ticket = session.abandon();
    ticket.handles[0].note = Some(serde_json::json!({ "caller": "sip:1001@example" }));

    let text = serde_json::to_string(&ticket).unwrap();
    let read: janus_blocking::SessionTicket = serde_json::from_str(&text).unwrap();
    assert_eq!(read.session_id, ticket.session_id);
    assert_eq!(read.handles, ticket.handles);
    assert!(
        !format!("{read:?}").contains(&read.session_id.to_string()),
        "{read:?}"
    );

    // Only one of the two is reattached; the next ticket has both, and the note.
    let resumed = setup.connection.resume(&read).unwrap();
    let _one: EchoTest = resumed.session.reattach(ids[0]).unwrap();
    let again = resumed.session.abandon();
    assert_eq!(again.handles, read.handles);
    assert_eq!(
        again
            .handles
            .iter()
            .map(|handle| handle.id)
            .collect::<Vec<_>>(),
        ids
    );
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn dropping_ends_on_the_server_also_when_the_program_unwinds() {
    let setup = setup();
    let session = setup.connection.create_session().unwrap();
    let echo: EchoTest = session.attach().unwrap();
    let handle = echo.handle().id();
    let copy = echo.with_timeout(Duration::from_secs(1));
    let ((), sent) = sent_by(&setup, || drop(echo));
    assert!(sent.is_empty(), "a copy is still held: {sent:?}");
    let ((), sent) = sent_by(&setup, || drop(copy));
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].contains(r#""janus":"detach""#) && sent[0].contains(&handle.to_string()));
    let ((), sent) = sent_by(&setup, || {
        let session = std::panic::AssertUnwindSafe(session);
        let unwound = std::panic::catch_unwind(move || {
            let _session = session;
            panic!("the program fails");
        });
        assert!(unwound.is_err());
    });
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].contains(r#""janus":"destroy""#), "{sent:?}");
}

fn abandoned_echo(connection: &Connection) -> janus_blocking::SessionTicket {
    let session = connection.create_session().unwrap();
    let _echo: EchoTest = session.attach().unwrap();
    session.abandon()
}
