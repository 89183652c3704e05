//! A handle that this program has already.

use super::{CloseReason, EchoTest, Error, Janus, Raw, Settings, attached};
use common::WireProxy;

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_same_handle_twice_is_refused_before_anything_is_sent() {
    let server = Janus::start();
    let proxy = WireProxy::start(&server);
    let (_janus, session, echo) = attached(&proxy.url());
    let mark = proxy.mark();
    let id = echo.handle().id();
    let errors = [
        session.reattach::<EchoTest>(id).expect_err("in use"),
        session
            .reattach::<Raw>(id)
            .expect_err("in use, as any other type too"),
    ];
    for error in errors {
        assert!(
            matches!(error, Error::HandleInUse { handle, .. } if handle == id),
            "{error:?}"
        );
        let text = format!(
            "handle {id} of session {} is in use in this program: share the plugin object, \
             or detach or drop it before reattaching",
            session.id()
        );
        assert_eq!(error.to_string(), text);
        assert!(!error.is_closed() && !error.is_handle_gone());
    }
    assert_eq!(proxy.sent_since(mark), [""; 0]);
    echo.configure(&Settings::new().audio(true))
        .expect("the first one works on");
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_handle_is_free_again_after_detach_and_after_drop() {
    let server = Janus::start();
    let (_janus, session, echo) = attached(&server.url());
    let id = echo.handle().id();
    let copy = echo.with_timeout(std::time::Duration::from_secs(1));
    let events = echo.events();
    drop(echo);
    let error = session
        .reattach::<EchoTest>(id)
        .expect_err("a copy is left");
    assert!(matches!(error, Error::HandleInUse { .. }), "{error:?}");
    drop(copy);
    let error = events
        .recv()
        .expect_err("a queue does not keep a handle alive");
    assert!(
        matches!(
            error,
            Error::Closed {
                why: CloseReason::Detached,
                ..
            }
        ),
        "{error:?}"
    );
    let again: EchoTest = session.reattach(id).expect("free after the drop");
    // Janus has detached it, as the program wanted.
    let error = again
        .configure(&Settings::new().audio(true))
        .expect_err("459");
    assert!(error.is_handle_gone(), "{error:?}");
    drop(again);

    let echo: EchoTest = session.attach().expect("a handle");
    let id = echo.handle().id();
    let copy = echo.with_timeout(std::time::Duration::from_secs(1));
    echo.into_handle().detach().expect("an answer");
    let error = copy
        .configure(&Settings::new().audio(true))
        .expect_err("detached");
    let text =
        format!("handle {id} is closed: this program detached or dropped it; attach a new one");
    super::assert_closed(&error, id.into(), CloseReason::Detached, &text);
    let again: EchoTest = session.reattach(id).expect("free after the detach");
    // The copy of the old one neither works again nor ends the new one when it goes.
    drop(copy);
    session.reattach::<EchoTest>(id).expect_err("still in use");
    drop(again);
}
