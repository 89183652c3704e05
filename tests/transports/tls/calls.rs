//! What is done over plain links, over links with TLS, on real servers.

use std::{thread, time::Duration};

use common::{Janus, Version, wait_until};
use janus_blocking::{CloseReason, Config, EchoTest, Error, Event, Raw, echotest::Settings};
use serde_json::json;

use super::{
    House,
    front::{self, Front, Order},
};

const SOON: Duration = Duration::from_secs(5);

fn start(house: &House, version: Version) -> Janus {
    let builder = Janus::builder().version(version).reclaim_timeout(30);
    builder.tls(&house.server).start()
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn create_attach_request_event_detach_destroy() {
    let house = House::new();
    for version in Version::ALL {
        let janus = start(&house, version);
        let connection = house.open(&janus.wss_url());
        let session = connection.create_session().unwrap();
        let echo: EchoTest = session.attach().unwrap();
        echo.configure(&Settings::new().audio(true)).unwrap();
        echo.handle().send(&Settings::new().video(true)).unwrap();
        let event = echo.events().recv_timeout(SOON).unwrap();
        assert!(matches!(event, Some(Event::Plugin { .. })), "{event:?}");
        let refused = session.attach_raw("janus.plugin.nosuch").unwrap_err();
        assert!(matches!(refused, Error::Janus { .. }), "{refused:?}");
        echo.into_handle().detach().unwrap();
        session.destroy().unwrap();
        connection.close();
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn four_callers_at_once() {
    let house = House::new();
    for version in Version::ALL {
        let janus = start(&house, version);
        let connection = house.open(&janus.wss_url());
        let session = connection.create_session().unwrap();
        thread::scope(|scope| {
            for caller in 0..4 {
                let session = &session;
                scope.spawn(move || {
                    let room: Raw = session.attach_raw("janus.plugin.videoroom").unwrap();
                    for call in 0..200 {
                        // It comes back in the answer: a crossed one would show.
                        let number = 1_000_000 + caller * 1000 + call;
                        let request = json!({ "request": "exists", "room": number });
                        assert_eq!(room.request(request).unwrap()["room"], number);
                    }
                });
            }
        });
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_message_of_100_kb_both_ways() {
    let house = House::new();
    let description = "a description that is far too long ".repeat(3000);
    for version in Version::ALL {
        let janus = start(&house, version);
        let connection = house.open(&janus.wss_url());
        let session = connection.create_session().unwrap();
        let rooms = session.attach_raw("janus.plugin.videoroom").unwrap();
        let create = json!({"request": "create", "room": 7777, "description": description});
        rooms.request(create).unwrap();
        let list = rooms.request(json!({"request": "list"})).unwrap();
        let list = list["list"].as_array().expect("rooms");
        let room = list.iter().find(|room| room["room"] == 7777).expect("ours");
        assert_eq!(room["description"], description);
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn abandon_and_reclaim() {
    let house = House::new();
    for version in Version::ALL {
        let janus = start(&house, version);
        let first = house.open(&janus.wss_url());
        let session = first.create_session().unwrap();
        let echo: EchoTest = session.attach().unwrap();
        echo.configure(&Settings::new().audio(true)).unwrap();
        let ticket = session.abandon();
        first.close();

        let second = house.open(&janus.wss_url());
        let resumed = second.resume(&ticket).unwrap();
        let echo: EchoTest = resumed.session.reattach(resumed.handles[0].id).unwrap();
        echo.configure(&Settings::new().audio(false)).unwrap();
        resumed.session.destroy().unwrap();
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_link_that_breaks_is_made_anew() {
    let house = House::new();
    for version in Version::ALL {
        let janus = start(&house, version);
        let config = front::config(&house.server, true);
        let front = Front::start(config, &janus.url(), b"");
        let config = Config::new(front.url()).tls(house.tls());
        let connection = config.request_timeout(SOON).open().unwrap();
        let session = connection.create_session().unwrap();
        let echo: EchoTest = session.attach().unwrap();
        for broken in 1..=3 {
            front.order(Order::Cut);
            wait_until(SOON, "there is a new link", || front.clients() > broken);
            wait_until(SOON, "the handle answers again", || {
                echo.configure(&Settings::new().audio(true)).is_ok()
            });
        }
        session.destroy().unwrap();
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_server_that_ends_or_is_killed() {
    let house = House::new();
    for version in Version::ALL {
        let janus = start(&house, version);
        let connection = house.open(&janus.wss_url());
        let session = connection.create_session().unwrap();
        let echo: EchoTest = session.attach().unwrap();
        janus.kill();
        let error = echo.events().recv_timeout(SOON).unwrap_err();
        let Error::Closed { why, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(why, CloseReason::LinkBroken);
    }
}
