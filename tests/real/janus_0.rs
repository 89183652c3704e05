//! What works on the last Janus before 1.0: sessions, the echo test, a room.

use std::time::Duration;

use common::{Janus, Version};
use janus_blocking::{
    Connection, EchoTest, Event, HandleId, VideoRoom,
    echotest::Settings,
    videoroom::{self, Create, List, Publisher, publisher::Join},
};

const LIMIT: Duration = Duration::from_secs(10);

fn janus_0() -> Janus {
    Janus::builder()
        .version(Version::V0_11_8)
        .http()
        .reclaim_timeout(20)
        .start()
}

/// Does it over both links.
fn over_both(server: &Janus, story: impl Fn(&Connection)) {
    for url in [server.url(), server.http_url()] {
        let janus = Connection::open(&url).expect("it is a Janus");
        assert_eq!(janus.opening_info().version_string, "0.11.8");
        story(&janus);
        janus.close();
    }
}

#[test]
#[ignore = "needs Janus 0.11.8: run tests/run"]
fn sessions_and_the_echo_test_work_on_janus_0() {
    let server = janus_0();
    over_both(&server, |janus| {
        janus.ping().expect("a pong");
        let session = janus.create_session().expect("a session");
        let echo: EchoTest = session.attach().expect("a handle");
        let settings = Settings::new().audio(true).video(false);
        echo.configure(&settings).expect("`ok`");
        echo.handle().send(&settings).expect("an ack");
        let event = echo.events().recv_timeout(LIMIT).expect("an event");
        assert!(matches!(event, Some(Event::Plugin { .. })), "{event:?}");
        let refused = session.attach_raw("janus.plugin.nosuch").expect_err("460");
        assert_eq!(refused.code().map(|code| code.value()), Some(460));

        let ticket = session.abandon();
        let resumed = janus.resume(&ticket).expect("the session");
        let echo: EchoTest = resumed
            .session
            .reattach(ticket.handles[0].id)
            .expect("free");
        echo.configure(&settings).expect("`ok`");
        let dead = resumed.session.attach_with::<EchoTest>(
            janus_blocking::connection::AttachOptions::new()
                .existing_handle(HandleId::new(1))
                .verify(true),
        );
        assert!(dead.expect_err("no such handle").is_handle_gone());
        // The echo test of 0.x says `done` after it was detached, which belongs to nobody then.
        assert_eq!(janus.unmatched_messages(), Default::default());
        echo.into_handle().detach().expect("detached");
        resumed.session.destroy().expect("destroyed");
    });
}

#[test]
#[ignore = "needs Janus 0.11.8: run tests/run"]
fn a_room_works_on_janus_0() {
    let server = janus_0();
    over_both(&server, |janus| {
        let session = janus.create_session().expect("a session");
        let rooms: VideoRoom = session.attach().expect("a handle");
        let create = Create::new().room(1001).description("lobby").publishers(3);
        let created = rooms.create(&create).expect("a room");
        assert_eq!(created.room, 1001.into());
        assert!(rooms.exists(1001).expect("an answer"));
        let list = rooms.list(&List::new()).expect("a list").list;
        assert!(
            list.iter().any(|room| room.room == created.room),
            "{list:?}"
        );

        let watcher: Publisher = session.attach().expect("a handle");
        watcher
            .join(&Join::new(1001).display("watcher"))
            .expect("joined");
        let other: Publisher = session.attach().expect("a handle");
        let joined = other
            .join(&Join::new(1001).display("other"))
            .expect("joined");
        other.leave().expect("left");
        let event = watcher
            .events()
            .recv_timeout(LIMIT)
            .expect("an event that decodes");
        println!("{event:?}");
        let leaves = |event: &Option<Event<videoroom::Event>>| {
            format!("{event:?}").contains(&joined.id.to_string())
        };
        assert!(leaves(&event), "{event:?}");
        rooms
            .destroy(&videoroom::Destroy::new(1001))
            .expect("destroyed");
        assert_eq!(janus.unmatched_messages(), Default::default());
    });
}
