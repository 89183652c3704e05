//! A1 to A7: attach and reattach, by how many requests Janus receives.

use janus_blocking::{
    CloseReason, Connection, EchoTest, Error, ErrorCode, HandleId, Raw, Session, SessionId,
    connection::AttachOptions, echotest::Settings,
};

use super::{
    Cell,
    servers::{Servers, Transport, attached, reattached},
    wire_text,
};

pub(crate) type Rules = &'static [(&'static str, fn(&Servers, Transport) -> Cell)];

pub(crate) const RULES: Rules = &[
    ("`attach` is one request", attach_is_one_request),
    (
        "`attach_with` and no handle is the same request, to the byte",
        attach_with_is_the_same,
    ),
    ("`reattach` sends nothing", reattach_sends_nothing),
    (
        "`verify` is one request; it finds the handle",
        verify_finds_the_handle,
    ),
    (
        "`verify` tells a dead handle (459) from a dead session (458)",
        verify_tells_what_is_dead,
    ),
    (
        "refused before sending: a destroyed, abandoned or claimed session, a closed connection",
        refused,
    ),
    (
        "refused before sending: a handle in use, until it is dropped",
        in_use,
    ),
    (
        "an unverified dead handle is found out by its first request (459)",
        dead_handle,
    ),
];

/// A number that no server gives out twice.
const NOBODY: HandleId = HandleId::new(4711);

/// A session that another connection has left, and its handle.
fn left(servers: &Servers, transport: Transport) -> (SessionId, HandleId) {
    let first = servers.open(transport);
    let (session, echo) = attached(&first);
    let ids = (session.id(), echo.handle().id());
    let _ = session.abandon();
    ids
}

fn settings() -> Settings {
    Settings::new().audio(true)
}

fn attach_is_one_request(servers: &Servers, transport: Transport) -> Cell {
    let janus = servers.open(transport);
    let session = janus.create_session().expect("a session");
    let server = servers.server(transport);
    let (echo, sent) = server.count(&janus, || session.attach::<EchoTest>().expect("a handle"));
    assert_eq!(sent, 1);
    assert_eq!(server.handles(session.id()), [echo.handle().id().value()]);
    Cell::Yes
}

fn attach_with_is_the_same(servers: &Servers, transport: Transport) -> Cell {
    let janus = servers.open(transport);
    let session = janus.create_session().expect("a session");
    let attach = || session.attach::<EchoTest>().expect("a handle");
    let with = |options| session.attach_with::<EchoTest>(options).expect("a handle");
    let (_one, _) = servers.server(transport).count(&janus, attach);
    let (_two, sent) = servers
        .server(transport)
        .count(&janus, || with(AttachOptions::new()));
    assert_eq!(sent, 1);
    // `verify` is about handles that exist.
    let verify = AttachOptions::new().verify(true);
    let (_three, sent) = servers.server(transport).count(&janus, || with(verify));
    assert_eq!(sent, 1);
    let mut sent = wire_text::of(session.id(), "->", "attach").into_iter();
    let sent: Vec<_> = sent
        .by_ref()
        .map(|text| without_transaction(&text))
        .collect();
    assert_eq!(sent.len(), 3, "{sent:?}");
    assert!(sent.iter().all(|text| *text == sent[0]), "{sent:?}");
    Cell::Yes
}

fn without_transaction(text: &str) -> String {
    let (before, after) = text.split_once(r#""transaction":""#).expect(text);
    let (_, after) = after.split_once('"').expect(text);
    format!("{before}{after}")
}

fn reattach_sends_nothing(servers: &Servers, transport: Transport) -> Cell {
    let (session, handle) = left(servers, transport);
    let janus = servers.open(transport);
    let (claimed, sent) = servers
        .server(transport)
        .count(&janus, || janus.claim(session));
    assert_eq!(sent, 1, "a `claim`");
    let claimed = claimed.expect("it lives");
    let reattach = || reattached::<EchoTest>(&claimed, handle);
    let echo = servers.server(transport).nothing_sent(&janus, reattach);
    echo.configure(&settings()).expect("it is the handle");
    Cell::Yes
}

fn verify_finds_the_handle(servers: &Servers, transport: Transport) -> Cell {
    let (session, handle) = left(servers, transport);
    let janus = servers.open(transport);
    let claimed = janus.claim(session).expect("it lives");
    let options = AttachOptions::new().existing_handle(handle).verify(true);
    let server = servers.server(transport);
    let (echo, sent) = server.count(&janus, || claimed.attach_with::<EchoTest>(options));
    assert_eq!(sent, 1);
    echo.expect("it lives")
        .configure(&settings())
        .expect("it is the handle");
    Cell::Yes
}

fn verify_tells_what_is_dead(servers: &Servers, transport: Transport) -> Cell {
    let janus = servers.open(transport);
    let (session, _echo) = attached(&janus);
    let options = AttachOptions::new().existing_handle(NOBODY).verify(true);
    let verify = || {
        session
            .attach_with::<EchoTest>(options.clone())
            .expect_err("it is dead")
    };
    let (error, sent) = servers.server(transport).count(&janus, verify);
    assert_eq!(
        (sent, error.code()),
        (1, Some(ErrorCode::HANDLE_NOT_FOUND)),
        "{error}"
    );
    assert!(
        error.is_handle_gone() && !error.is_session_gone(),
        "{error}"
    );
    servers.server(transport).outsider(session.id()).destroy();
    let error = verify();
    assert!(
        error.is_session_gone() && !error.is_handle_gone(),
        "{error}"
    );
    Cell::Yes
}

#[track_caller]
fn assert_closed<T>(result: janus_blocking::Result<T>, expected: CloseReason) {
    match result.map(drop) {
        Err(Error::Closed { why, .. }) => assert_eq!(why, expected),
        other => panic!("{other:?} instead of {expected:?}"),
    }
}

fn refused(servers: &Servers, transport: Transport) -> Cell {
    let (janus, other) = (servers.open(transport), servers.open(transport));
    let server = servers.server(transport);
    let all_closed = |asking: &Connection, session: Option<&Session>, echo: &EchoTest, why| {
        server.nothing_sent(asking, || {
            assert_closed(echo.configure(&settings()), why);
            assert_closed(echo.handle().trickle_done(), why);
            assert_closed(echo.events().recv(), why);
            if let Some(session) = session {
                assert_closed(session.attach::<EchoTest>(), why);
                assert_closed(session.attach_raw("janus.plugin.nothing"), why);
                assert_closed(session.reattach::<EchoTest>(NOBODY), why);
                let verify = AttachOptions::new().existing_handle(NOBODY).verify(true);
                assert_closed(session.attach_with::<EchoTest>(verify), why);
            }
        });
    };
    let (session, echo) = attached(&janus);
    session.destroy().expect("an answer");
    all_closed(&janus, None, &echo, CloseReason::Destroyed);

    let (session, echo) = attached(&janus);
    let ticket = session.abandon();
    all_closed(&janus, None, &echo, CloseReason::Abandoned);
    janus
        .resume(&ticket)
        .expect("it lives")
        .session
        .destroy()
        .expect("an answer");

    let (session, echo) = attached(&janus);
    let claimed = other.claim(session.id()).expect("it lives");
    all_closed(&janus, Some(&session), &echo, CloseReason::ClaimedAway);
    claimed.destroy().expect("an answer");

    let (session, echo) = attached(&janus);
    janus.close();
    all_closed(&other, Some(&session), &echo, CloseReason::ConnectionClosed);
    Cell::Yes
}

fn in_use(servers: &Servers, transport: Transport) -> Cell {
    let janus = servers.open(transport);
    let (session, echo) = attached(&janus);
    let handle = echo.handle().id();
    let in_use = |error| assert!(matches!(error, Error::HandleInUse { .. }), "{error:?}");
    servers.server(transport).nothing_sent(&janus, || {
        in_use(session.reattach::<EchoTest>(handle).expect_err("in use"));
        in_use(
            session
                .reattach::<Raw>(handle)
                .expect_err("in use by another type"),
        );
    });
    echo.configure(&settings()).expect("the first one works on");
    echo.into_handle().detach().expect("an answer");
    drop(reattached::<EchoTest>(&session, handle));
    Cell::Yes
}

fn dead_handle(servers: &Servers, transport: Transport) -> Cell {
    let janus = servers.open(transport);
    let (session, _echo) = attached(&janus);
    let dead = servers
        .server(transport)
        .nothing_sent(&janus, || reattached::<EchoTest>(&session, NOBODY));
    let error = dead.configure(&settings()).expect_err("it is dead");
    assert_eq!(error.code(), Some(ErrorCode::HANDLE_NOT_FOUND), "{error}");
    assert!(error.is_handle_gone(), "{error}");
    assert_eq!(error.request().expect("a request").handle, Some(NOBODY));
    Cell::Yes
}
