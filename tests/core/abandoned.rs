//! Abandoning while other threads are busy.

use std::{thread, time::Duration};

use janus_blocking::{
    CloseReason, EchoTest, Error,
    testing::{FakeGateway, Fault, When},
};

const LONG: Duration = Duration::from_secs(20);

#[test]
fn a_handle_whose_attach_is_under_way_when_all_is_abandoned_is_in_the_tickets() {
    let gateway = FakeGateway::builder().reclaim_timeout(LONG).start();
    let gateway = gateway.expect("a free port");
    let janus = gateway.connect().expect("a link");
    let session = janus.create_session().expect("a session");
    let late = Fault::Delay(Duration::from_millis(200));
    gateway.inject_when(When::answer_to("attach"), late);
    thread::scope(|scope| {
        let attaching = scope.spawn(|| session.attach::<EchoTest>());
        let attach = |request: &_| is_attach(request);
        gateway.wait_request(LONG, attach).expect("it is sent");
        let tickets = janus.abandon();
        let handles: Vec<_> = tickets[0].handles.iter().map(|handle| handle.id).collect();
        assert_eq!(handles, gateway.handles());
        let echo = attaching.join().expect("no panic").expect("its answer");
        assert_eq!(handles, [echo.handle().id()]);
        // It is somebody else's now.
        drop(echo);
    });
    assert_eq!(gateway.handles().len(), 1);
    let error = session.attach::<EchoTest>().expect_err("it is abandoned");
    let why = CloseReason::Abandoned;
    assert!(matches!(error, Error::Closed { why: closed, .. } if closed == why));
}

fn is_attach(request: &janus_blocking::testing::Recorded) -> bool {
    request.message["janus"] == "attach"
}
